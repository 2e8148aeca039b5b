//! Which program of this machine listens on a port.
//!
//! Knows nothing of what the port is wanted for; only Linux tells, and only of programs of the same person.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use super::Neighbors;

/// The longest name that is shown; the kernel's own are shorter.
const LONGEST_NAME: usize = 64;

/// The state of a listening socket in the kernel's table.
const LISTENING: &str = "0A";

/// A program that is running on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbor {
    /// The name it runs under; what can't be printed in it is replaced.
    pub name: String,
    /// The number of its process.
    pub pid: u32,
}

/// What the system tells of its programs.
#[derive(Debug, Clone)]
pub struct SystemNeighbors {
    proc: PathBuf,
}

impl SystemNeighbors {
    /// Asks the running system; where it has no `/proc` as Linux has it, nothing is told.
    pub fn new() -> Self {
        Self {
            proc: PathBuf::from("/proc"),
        }
    }
}

impl Default for SystemNeighbors {
    fn default() -> Self {
        Self::new()
    }
}

impl Neighbors for SystemNeighbors {
    fn listener_on(&self, port: u16) -> Option<Neighbor> {
        let sockets = sockets_on(&self.proc, port);
        let processes = fs::read_dir(&self.proc).ok()?.flatten();
        let mut holding = processes.filter_map(|process| {
            let pid: u32 = process.file_name().to_str()?.parse().ok()?;
            holds(&process.path(), &sockets).then(|| (pid, process.path()))
        });
        let (pid, process) = holding.next()?;
        let name = fs::read(process.join("comm")).ok()?;
        let name = printable(String::from_utf8_lossy(&name).trim_end_matches('\n'));
        Some(Neighbor { name, pid })
    }
}

/// The sockets that keep others from listening on this port of the loopback interface, as links to them read.
fn sockets_on(proc: &Path, port: u16) -> Vec<String> {
    let mut sockets = Vec::new();
    for table in ["net/tcp", "net/tcp6"] {
        let text = fs::read_to_string(proc.join(table)).unwrap_or_default();
        let inodes = text.lines().filter_map(|line| inode(line, port));
        sockets.extend(inodes.map(|inode| format!("socket:[{inode}]")));
    }
    sockets
}

/// The inode of one line of the kernel's table, if that is a listener in our way.
fn inode(line: &str, port: u16) -> Option<&str> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (address, its_port) = fields.next()?.split_once(':')?;
    let state = fields.nth(1)?;
    let inode = fields.nth(5)?;
    let address = address_of(address)?;
    let in_the_way = address.is_loopback() || address.is_unspecified();
    let same_port = u16::from_str_radix(its_port, 16) == Ok(port);
    (state == LISTENING && same_port && in_the_way).then_some(inode)
}

/// An address as the kernel prints it: words of 32 bits in the machine's own order.
fn address_of(hex: &str) -> Option<IpAddr> {
    let words: Vec<u32> = hex
        .as_bytes()
        .chunks(8)
        .map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok())
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = words.iter().copied().flat_map(u32::to_ne_bytes).collect();
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(Ipv4Addr::from(bytes).into());
    }
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    Some(Ipv6Addr::from(bytes).to_canonical())
}

/// Whether a process has one of these sockets open; of somebody else's process nobody may know.
fn holds(process: &Path, sockets: &[String]) -> bool {
    let Ok(open) = fs::read_dir(process.join("fd")) else {
        return false;
    };
    open.flatten().any(|entry| {
        fs::read_link(entry.path()).is_ok_and(|target| {
            sockets
                .iter()
                .any(|socket| target.as_os_str() == socket.as_str())
        })
    })
}

/// A program may call itself what it likes: only characters that print as themselves are kept.
fn printable(name: &str) -> String {
    let shown =
        |letter: char| letter.is_ascii_graphic() || letter == ' ' || letter.is_alphanumeric();
    name.chars()
        .take(LONGEST_NAME)
        .map(|letter| if shown(letter) { letter } else { '\u{FFFD}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_when_it_listens_on_the_port_where_we_would() {
        let line = |address: &str, state: &str| {
            format!("  3: {address}:1F90 00000000:0000 {state} 0:0 00:0 0 0 0 4711 1 0")
        };
        let loopback = u32::from_ne_bytes([127, 0, 0, 1]);
        let other = u32::from_ne_bytes([192, 0, 2, 1]);
        let seen = |line: &str, port| inode(line, port).map(str::to_owned);
        let near = line(&format!("{loopback:08X}"), "0A");
        assert_eq!(seen(&near, 8080).unwrap(), "4711");
        assert_eq!(seen(&near, 8081), None);
        assert_eq!(seen(&line(&format!("{loopback:08X}"), "01"), 8080), None);
        assert_eq!(seen(&line(&format!("{other:08X}"), "0A"), 8080), None);
        for everywhere in ["00000000", &"0".repeat(32)] {
            assert_eq!(seen(&line(everywhere, "0A"), 8080).unwrap(), "4711");
        }
        for broken in [
            "",
            "sl local_address",
            "1: zz:1F90 0:0 0A 0 0 0 0 0 1",
            "1: é:1",
        ] {
            assert_eq!(seen(broken, 8080), None, "{broken}");
        }
    }

    #[test]
    fn a_name_that_would_not_print_as_itself_is_made_plain() {
        assert_eq!(printable("Isolated Web Co"), "Isolated Web Co");
        assert_eq!(
            printable("a\u{202E}b\u{1b}[2J\n"),
            "a\u{FFFD}b\u{FFFD}[2J\u{FFFD}"
        );
        assert_eq!(printable(&"x".repeat(900)).len(), LONGEST_NAME);
    }

    #[test]
    fn without_a_table_nobody_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let neighbors = SystemNeighbors {
            proc: folder.path().to_owned(),
        };
        assert_eq!(neighbors.listener_on(8080), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn whoever_holds_a_port_is_named() {
        for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0"] {
            let Ok(listener) = std::net::TcpListener::bind(address) else {
                // A machine without IPv6 has no such neighbor either.
                assert_eq!(address, "[::1]:0");
                continue;
            };
            let port = listener.local_addr().unwrap().port();
            let neighbor = SystemNeighbors::new().listener_on(port).unwrap();
            let name = fs::read_to_string("/proc/self/comm").unwrap();
            assert_eq!(neighbor.pid, std::process::id());
            assert_eq!(neighbor.name, name.trim_end());
            drop(listener);
            assert_eq!(SystemNeighbors::new().listener_on(port), None);
        }
    }
}
