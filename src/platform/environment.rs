//! The program's environment: what other programs inherit of it, and what it says about where things are.
//!
//! Knows nothing of these programs. It is handed in, because only `main` reads it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What programs add to the environment for themselves and others must not inherit.
const NOT_INHERITED: [&str; 8] = [
    "APPDIR",
    "APPIMAGE",
    "ARGV0",
    "BROWSER",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "OWD",
];

/// Our own variables; some name places of secrets.
const OUR_PREFIX: &str = "LINKDESK_";

/// What the loader of macOS reads.
const MACOS_LOADER_PREFIX: &str = "DYLD_";

/// The variables other programs inherit.
#[derive(Clone)]
pub(super) struct Environment(Vec<(OsString, OsString)>);

impl Environment {
    /// Takes out what is ours alone, or our bundle's.
    pub(super) fn inherited(given: Vec<(OsString, OsString)>) -> Self {
        let bundle = value_of(&given, "APPDIR").map(OsStr::to_owned);
        let kept = given
            .into_iter()
            .filter(|(name, _)| is_inherited(name))
            .filter_map(|(name, value)| Some((name, without(value, bundle.as_deref())?)));
        Self(kept.collect())
    }

    /// Every variable.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        let variables = self.0.iter();
        variables.map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The folder a variable names; one that depends on where the program was started doesn't count.
    pub(super) fn folder(&self, name: &str) -> Option<PathBuf> {
        let folder = PathBuf::from(value_of(&self.0, name)?);
        folder.is_absolute().then_some(folder)
    }

    /// The folders a variable lists.
    pub(super) fn folders(&self, name: &str) -> Vec<PathBuf> {
        let listed = value_of(&self.0, name).unwrap_or_default();
        std::env::split_paths(listed)
            .filter(|folder| folder.is_absolute())
            .collect()
    }

    /// The program of this name that would be started.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        let name = Path::new(name);
        if name.is_absolute() {
            return is_program(name).then(|| name.to_owned());
        }
        if name.components().count() != 1 {
            return None;
        }
        let places = self.folders("PATH").into_iter();
        places
            .map(|place| place.join(name))
            .find(|path| is_program(path))
    }
}

/// The value of a variable that is set and not empty.
pub(super) fn value_of<'a>(
    variables: &'a [(OsString, OsString)],
    wanted: &str,
) -> Option<&'a OsStr> {
    let (_, value) = variables.iter().find(|(name, _)| name == wanted)?;
    Some(value.as_os_str()).filter(|value| !value.is_empty())
}

fn is_program(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    #[cfg(unix)]
    let runs = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let runs = true;
    metadata.is_file() && runs
}

fn is_inherited(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    !NOT_INHERITED.contains(&&*name)
        && !name.starts_with(OUR_PREFIX)
        && !name.starts_with(MACOS_LOADER_PREFIX)
}

/// Takes out of a list of paths those inside our own bundle; `None` if nothing else was in it.
fn without(value: OsString, bundle: Option<&OsStr>) -> Option<OsString> {
    let Some(bundle) = bundle else {
        return Some(value);
    };
    let is_ours = |path: &PathBuf| path.starts_with(bundle);
    if !std::env::split_paths(&value).any(|path| is_ours(&path)) {
        return Some(value);
    }
    let others = std::env::split_paths(&value).filter(|path| !is_ours(path));
    std::env::join_paths(others)
        .ok()
        .filter(|kept| !kept.is_empty())
}
