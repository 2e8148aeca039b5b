//! A browser that was found on this machine, and the command that opens an address in it.
//!
//! Knows nothing of where browsers are looked for; starts nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use url::Url;

use super::desktop_entry::command_line;
use super::known::Family;
use super::{BrowserProfile, InstalledBrowser};

/// A browser with the way to start it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// What a person chooses from.
    pub browser: InstalledBrowser,
    /// How it takes a profile, where we know.
    pub family: Option<Family>,
    /// How it is started.
    pub start: Start,
}

/// How a browser is started.
#[derive(Debug, Clone)]
pub(super) enum Start {
    /// By the command line of a desktop entry; `programs` are the words in it that may be the browser itself.
    DesktopEntry {
        /// The command line.
        exec: String,
        /// Behind the first of these the browser's own arguments begin.
        programs: &'static [&'static str],
    },
    /// By the identifier of a bundle of macOS.
    Bundle(&'static str),
    /// By its program.
    Program(PathBuf),
}

impl Found {
    /// The command that opens an address; `None` where a desktop entry's command line is none.
    pub(super) fn command(
        &self,
        address: &Url,
        profile: Option<&BrowserProfile>,
    ) -> Option<Command> {
        let address = address.as_str();
        let chosen = self.family.zip(profile);
        let arguments = chosen.map(|(family, profile)| family.arguments(profile));
        let arguments = arguments.unwrap_or_default();
        match &self.start {
            Start::DesktopEntry { exec, programs } => {
                let mut words = command_line(exec, address)?;
                let place = place_for_arguments(&words, programs, address);
                words.splice(place..place, arguments);
                let mut words = words.into_iter();
                let mut command = Command::new(words.next()?);
                command.args(words);
                Some(command)
            }
            Start::Bundle(bundle) => Some(open_bundle(bundle, &arguments, address)),
            Start::Program(program) => {
                let mut command = Command::new(program);
                command.args(arguments).arg(address);
                Some(command)
            }
        }
    }
}

/// Behind the browser's own word, which a wrapper may precede; where that isn't known, in front of the address.
fn place_for_arguments(words: &[String], programs: &[&str], address: &str) -> usize {
    let at_address = words.iter().position(|word| word.contains(address));
    let at_address = at_address.unwrap_or(words.len());
    let is_browser = |word: &String| names_one_of(word, programs);
    let browser = words.iter().take(at_address).position(is_browser);
    browser.map_or(at_address, |place| place + 1)
}

/// Whether a word of a command line is, or is the path of, one of these programs.
pub(super) fn names_one_of(word: &str, programs: &[&str]) -> bool {
    let name = Path::new(word).file_name().and_then(|name| name.to_str());
    // `--command=/app/bin/browser` is a word of the wrapper.
    !word.starts_with('-') && name.is_some_and(|name| programs.contains(&name))
}

/// The arguments of a browser that is running already reach it only through another start of its program.
fn open_bundle(bundle: &str, arguments: &[String], address: &str) -> Command {
    let mut command = Command::new("/usr/bin/open");
    if arguments.is_empty() {
        command.args(["-b", bundle, address]);
    } else {
        command.args(["-n", "-b", bundle, "--args"]);
        command.args(arguments).arg(address);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(start: Start, family: Family, profile: Option<&str>) -> Vec<String> {
        let profile = profile.map(|id| BrowserProfile {
            id: id.to_owned(),
            name: String::new(),
        });
        let found = Found {
            browser: InstalledBrowser {
                id: String::new(),
                name: String::new(),
                profiles: Vec::new(),
            },
            family: Some(family),
            start,
        };
        let address = Url::parse("https://a.example/firefox").unwrap();
        let command = found.command(&address, profile.as_ref()).unwrap();
        std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| word.to_str().unwrap().replace(address.as_str(), "URL"))
            .collect()
    }

    fn entry(exec: &str) -> Start {
        Start::DesktopEntry {
            exec: exec.to_owned(),
            programs: &["firefox", "org.mozilla.firefox"],
        }
    }

    #[test]
    fn a_profile_goes_where_the_browser_looks_for_it() {
        for (exec, expected) in [
            ("firefox %u", "firefox -P a b URL"),
            ("firefox --new-window %u", "firefox -P a b --new-window URL"),
            (
                "env X=firefox /snap/bin/firefox %u",
                "env X=firefox /snap/bin/firefox -P a b URL",
            ),
            (
                "flatpak run --command=/app/firefox org.mozilla.firefox @@u %u @@",
                "flatpak run --command=/app/firefox org.mozilla.firefox -P a b @@u URL @@",
            ),
            ("wrapper --x %u", "wrapper --x -P a b URL"),
        ] {
            let seen = words(entry(exec), Family::Firefox, Some("a b"));
            assert_eq!(seen.join(" "), expected);
            assert!(seen.contains(&"a b".to_owned()), "{exec}");
        }
    }

    #[test]
    fn a_bundle_and_a_program_get_the_address_as_their_last_argument() {
        let bundle = || Start::Bundle("org.b");
        let plain = words(bundle(), Family::Chromium, None);
        assert_eq!(plain, ["/usr/bin/open", "-b", "org.b", "URL"]);
        let chosen = words(bundle(), Family::Chromium, Some("P 1"));
        let expected = [
            "/usr/bin/open",
            "-n",
            "-b",
            "org.b",
            "--args",
            "--profile-directory=P 1",
            "URL",
        ];
        assert_eq!(chosen, expected);
        let program = Start::Program("/b.exe".into());
        let program = words(program, Family::Firefox, Some("a b"));
        assert_eq!(program, ["/b.exe", "-P", "a b", "URL"]);
    }
}
