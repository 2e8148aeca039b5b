# shellcheck shell=bash
# What ./run and ./check share: saying what happens, and seeing to it that the machine has what they need.

# One line before a stage, so that a reader of the log knows where the time goes.
stage() {
  printf '\n== %s\n' "$1"
  stage_started=$SECONDS
}

# One line after it.
done_in() {
  printf -- '-- %s s\n' "$((SECONDS - stage_started))"
}

# need WHY PACKAGE… installs those Debian packages that are missing; without root it says what to install and stops.
need() {
  local why=$1 package missing=()
  shift
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian-like system: please see to it that it has, $why, what Debian calls: $*"
    return
  fi
  for package in "$@"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true) != installed ]]; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then return; fi
  if ((EUID != 0)); then
    echo "Missing $why. Please install, then start again: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${missing[*]} ($why)"
  if [[ -z ${package_lists_are_fresh-} ]]; then
    quietly apt-get update
    package_lists_are_fresh=1
  fi
  quietly env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
}

# Rust itself can't come from Debian 12's packages: they are too old.
need_rust() {
  if ! command -v cargo >/dev/null; then
    echo "Missing Rust (1.95 or newer), which builds Linkdesk. Please install it: https://rustup.rs" >&2
    exit 1
  fi
  if ! command -v cc >/dev/null; then need "to build SQLite and the TLS library" gcc libc6-dev; fi
}

# Runs a command whose words matter only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" </dev/null >"$log" 2>&1 || status=$?
  if ((status != 0)); then
    cat "$log" >&2
    echo "Failed: $*" >&2
  fi
  rm -f "$log"
  return "$status"
}
