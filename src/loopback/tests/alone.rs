//! Runs a test once more in a process of its own, where its limits and its descriptors are nobody else's.
//!
//! Knows nothing of what is tested.

use std::process::Command;

/// Set in the process that has been started for one test.
const ALONE: &str = "LINKDESK_TEST_ALONE";

/// Whether this process runs one test and no other.
pub(super) fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// Runs the named test by itself, behind a shell command such as `ulimit -n 32`.
pub(super) fn run(test: &str, shell: &str) {
    let name = format!("loopback::tests::{test}");
    let this = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(r#"{shell} && exec "$0" "$@""#))
        .arg(this)
        .args([&name, "--exact", "--nocapture"])
        .env(ALONE, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
