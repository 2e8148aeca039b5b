//! Browsers of macOS and Windows, looked for where they are always installed.
//!
//! Starts nothing. A browser in another place is not found; it can still be the system's own choice.

use std::path::{Path, PathBuf};

use super::super::environment::Environment;
use super::InstalledBrowser;
use super::found::{Found, Start};
use super::known::{Family, KNOWN, Known};

/// The browsers of macOS whose bundles are in a folder of applications.
pub(super) fn browsers_of_macos(environment: &Environment, applications: &Path) -> Vec<Found> {
    let home = environment.folder("HOME");
    let own = home.as_ref().map(|home| home.join("Applications"));
    let places: Vec<PathBuf> = own.into_iter().chain([applications.to_owned()]).collect();
    let support = home.map(|home| home.join("Library/Application Support"));
    let is_there = |known: &&Known| places.iter().any(|it| it.join(known.application).is_dir());
    let found = |known: &Known| {
        let folder = support.as_ref().map(|it| it.join(known.support));
        found(known, known.bundle, Start::Bundle(known.bundle), folder)
    };
    KNOWN.iter().filter(is_there).map(found).collect()
}

/// The browsers of Windows whose programs are in a folder of programs, of everybody's or of one's own.
pub(super) fn browsers_of_windows(environment: &Environment) -> Vec<Found> {
    let folders = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];
    let places: Vec<PathBuf> = folders
        .into_iter()
        .filter_map(|name| environment.folder(name))
        .collect();
    let found = |known: &Known| {
        let mut programs = places.iter().map(|place| place.join(known.executable));
        let program = programs.find(|program| program.is_file())?;
        let profiles = match known.family {
            Family::Chromium => environment.folder("LOCALAPPDATA"),
            Family::Firefox => environment.folder("APPDATA"),
        };
        let folder = profiles.map(|it| it.join(known.user_data));
        Some(found(
            known,
            known.executable,
            Start::Program(program),
            folder,
        ))
    };
    KNOWN.iter().filter_map(found).collect()
}

fn found(known: &Known, id: &str, start: Start, profiles: Option<PathBuf>) -> Found {
    let profiles = profiles.map(|folder| known.family.profiles(&folder));
    Found {
        browser: InstalledBrowser {
            id: id.to_owned(),
            name: known.name.to_owned(),
            profiles: profiles.unwrap_or_default(),
        },
        family: Some(known.family),
        start,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn environment(variables: &[(&str, &Path)]) -> Environment {
        let variables = variables.iter();
        let owned = variables.map(|(name, value)| ((*name).into(), value.as_os_str().to_owned()));
        Environment::inherited(owned.collect())
    }

    fn seen(found: &[Found]) -> Vec<(&str, &str, usize)> {
        let browsers = found.iter().map(|found| &found.browser);
        browsers
            .map(|it| (it.id.as_str(), it.name.as_str(), it.profiles.len()))
            .collect()
    }

    #[test]
    fn bundles_of_macos_are_found_with_their_profiles() {
        let folder = tempfile::tempdir().unwrap();
        let (home, applications) = (folder.path().join("home"), folder.path().join("all"));
        fs::create_dir_all(applications.join("Firefox.app")).unwrap();
        fs::create_dir_all(home.join("Applications/Google Chrome.app")).unwrap();
        let support = home.join("Library/Application Support");
        write(
            &support.join("Firefox/profiles.ini"),
            "[Profile0]\nName=a\n[Profile1]\nName=b\n",
        );
        let found = browsers_of_macos(&environment(&[("HOME", &home)]), &applications);
        let expected = [
            ("com.google.Chrome", "Google Chrome", 0),
            ("org.mozilla.firefox", "Firefox", 2),
        ];
        assert_eq!(seen(&found), expected);
        assert!(browsers_of_macos(&environment(&[]), folder.path()).is_empty());
    }

    #[test]
    fn programs_of_windows_are_found_with_their_profiles() {
        let folder = tempfile::tempdir().unwrap();
        let (all, own) = (folder.path().join("all"), folder.path().join("own"));
        write(&all.join("Microsoft/Edge/Application/msedge.exe"), "");
        write(&own.join("Chromium/Application/chrome.exe"), "");
        let state = r#"{"profile": {"info_cache": {"Default": {"name": "Me"}}}}"#;
        write(&own.join("Microsoft/Edge/User Data/Local State"), state);
        let variables = [("ProgramFiles(x86)", all.as_path()), ("LOCALAPPDATA", &own)];
        let found = browsers_of_windows(&environment(&variables));
        let expected = [
            ("Chromium/Application/chrome.exe", "Chromium", 0),
            ("Microsoft/Edge/Application/msedge.exe", "Microsoft Edge", 1),
        ];
        assert_eq!(seen(&found), expected);
        assert!(browsers_of_windows(&environment(&[])).is_empty());
    }
}
