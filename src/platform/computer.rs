//! What this computer is called.
//!
//! Asks no name server: it is for people who share a data folder over the network and have to know which machine to look at.

/// Where Linux says it.
const FILE: &str = "/proc/sys/kernel/hostname";

/// The computer's own name, where the system has a file that says it.
pub fn name() -> Option<String> {
    let name = std::fs::read_to_string(FILE).ok()?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
