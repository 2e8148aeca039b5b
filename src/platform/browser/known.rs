//! Browsers whose profiles we know how to find and to start: where each system keeps them, and by which argument.
//!
//! Knows nothing of how a browser is found; a browser that isn't here is started without a profile.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::BrowserProfile;

/// The longest list of profiles that is read; Chromium keeps much else in the same file.
const LONGEST_LIST: u64 = 8 * 1024 * 1024;

/// Who a browser takes its profiles from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// `Local State`, and `--profile-directory`.
    Chromium,
    /// `profiles.ini`, and `-P`.
    Firefox,
}

/// One browser on all systems.
#[derive(Debug)]
pub(super) struct Known {
    /// What people call it; only where the system has no name for it.
    pub name: &'static str,
    /// How it keeps profiles.
    pub family: Family,
    /// Its programs and desktop files on Linux and the BSDs, those of Flatpak among them.
    pub programs: &'static [&'static str],
    /// The profiles' folder there, in the configuration folder.
    pub config: &'static str,
    /// Its bundle's identifier on macOS.
    pub bundle: &'static str,
    /// Its bundle's name there.
    pub application: &'static str,
    /// The profiles' folder there, in `Library/Application Support`.
    pub support: &'static str,
    /// Its program on Windows, in any of the folders of programs.
    pub executable: &'static str,
    /// The profiles' folder there, in the folder of its family.
    pub user_data: &'static str,
}

/// All of them.
pub(super) const KNOWN: [Known; 6] = [
    Known {
        name: "Chromium",
        family: Family::Chromium,
        programs: &["chromium", "chromium-browser", "org.chromium.Chromium"],
        config: "chromium",
        bundle: "org.chromium.Chromium",
        application: "Chromium.app",
        support: "Chromium",
        executable: "Chromium/Application/chrome.exe",
        user_data: "Chromium/User Data",
    },
    Known {
        name: "Google Chrome",
        family: Family::Chromium,
        programs: &["google-chrome", "google-chrome-stable", "com.google.Chrome"],
        config: "google-chrome",
        bundle: "com.google.Chrome",
        application: "Google Chrome.app",
        support: "Google/Chrome",
        executable: "Google/Chrome/Application/chrome.exe",
        user_data: "Google/Chrome/User Data",
    },
    Known {
        name: "Microsoft Edge",
        family: Family::Chromium,
        programs: &[
            "microsoft-edge",
            "microsoft-edge-stable",
            "com.microsoft.Edge",
        ],
        config: "microsoft-edge",
        bundle: "com.microsoft.edgemac",
        application: "Microsoft Edge.app",
        support: "Microsoft Edge",
        executable: "Microsoft/Edge/Application/msedge.exe",
        user_data: "Microsoft/Edge/User Data",
    },
    Known {
        name: "Brave",
        family: Family::Chromium,
        programs: &[
            "brave",
            "brave-browser",
            "brave-browser-stable",
            "com.brave.Browser",
        ],
        config: "BraveSoftware/Brave-Browser",
        bundle: "com.brave.Browser",
        application: "Brave Browser.app",
        support: "BraveSoftware/Brave-Browser",
        executable: "BraveSoftware/Brave-Browser/Application/brave.exe",
        user_data: "BraveSoftware/Brave-Browser/User Data",
    },
    Known {
        name: "Vivaldi",
        family: Family::Chromium,
        programs: &["vivaldi", "vivaldi-stable", "com.vivaldi.Vivaldi"],
        config: "vivaldi",
        bundle: "com.vivaldi.Vivaldi",
        application: "Vivaldi.app",
        support: "Vivaldi",
        executable: "Vivaldi/Application/vivaldi.exe",
        user_data: "Vivaldi/User Data",
    },
    Known {
        name: "Firefox",
        family: Family::Firefox,
        programs: &["firefox", "firefox-esr", "org.mozilla.firefox"],
        config: "mozilla/firefox",
        bundle: "org.mozilla.firefox",
        application: "Firefox.app",
        support: "Firefox",
        executable: "Mozilla Firefox/firefox.exe",
        user_data: "Mozilla/Firefox",
    },
];

impl Family {
    /// The profiles in one folder of this family; a folder that isn't there, or can't be read, has none.
    pub(super) fn profiles(self, folder: &Path) -> Vec<BrowserProfile> {
        let (file, read): (_, fn(&str) -> Vec<BrowserProfile>) = match self {
            Self::Chromium => ("Local State", chromium_profiles),
            Self::Firefox => ("profiles.ini", firefox_profiles),
        };
        let mut text = String::new();
        let read_whole = File::open(folder.join(file))
            .and_then(|file| file.take(LONGEST_LIST).read_to_string(&mut text));
        read_whole.map(|_| read(&text)).unwrap_or_default()
    }

    /// The arguments that choose a profile, none of which can be mistaken for another option.
    pub(super) fn arguments(self, profile: &BrowserProfile) -> Vec<String> {
        match self {
            Self::Chromium => vec![format!("--profile-directory={}", profile.id)],
            Self::Firefox => vec!["-P".to_owned(), profile.id.clone()],
        }
    }
}

/// Chromium's: directories with the names people gave them.
fn chromium_profiles(text: &str) -> Vec<BrowserProfile> {
    let state: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let Some(known) = state
        .pointer("/profile/info_cache")
        .and_then(|it| it.as_object())
    else {
        return Vec::new();
    };
    let profile = |(directory, facts): (&String, &serde_json::Value)| BrowserProfile {
        id: directory.clone(),
        name: facts
            .get("name")
            .and_then(|name| name.as_str())
            .filter(|name| !name.is_empty())
            .unwrap_or(directory)
            .to_owned(),
    };
    known.iter().map(profile).collect()
}

/// Firefox's: names alone. One that begins with a hyphen can't be told from an option and is left out.
fn firefox_profiles(text: &str) -> Vec<BrowserProfile> {
    let mut in_profile = false;
    let mut profiles = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_profile = line.starts_with("[Profile");
        }
        match line.split_once('=') {
            Some(("Name", name)) if in_profile && !name.is_empty() && !name.starts_with('-') => {
                profiles.push(BrowserProfile {
                    id: name.to_owned(),
                    name: name.to_owned(),
                });
            }
            _ => {}
        }
    }
    profiles
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn pairs(profiles: &[BrowserProfile]) -> Vec<(&str, &str)> {
        profiles
            .iter()
            .map(|it| (it.id.as_str(), it.name.as_str()))
            .collect()
    }

    #[test]
    fn chromiums_profiles_have_a_directory_and_a_name() {
        let text = r#"{"browser": {}, "profile": {"info_cache": {
            "Profile 1": {"name": "Demo & Test"}, "Default": {"name": ""}, "-x": {}}}}"#;
        let expected = [
            ("-x", "-x"),
            ("Default", "Default"),
            ("Profile 1", "Demo & Test"),
        ];
        assert_eq!(pairs(&chromium_profiles(text)), expected);
        for none in [
            "",
            "[]",
            "{\"profile\": 1}",
            "{\"profile\": {\"info_cache\": []}}",
        ] {
            assert!(chromium_profiles(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn firefoxs_profiles_are_the_names_in_its_profile_groups() {
        let text = "[Install4F96]\nDefault=b\nName=no\n\n[Profile1]\nName=work here\nPath=a\n\
                    [Profile0]\nName=default\n[Profile2]\nName=-headless\n[Profile3]\nName=\n[General]\nName=no\n";
        let expected = [("work here", "work here"), ("default", "default")];
        assert_eq!(pairs(&firefox_profiles(text)), expected);
        assert!(firefox_profiles("Name=outside").is_empty());
    }

    #[test]
    fn a_chosen_profile_is_never_an_option_of_its_own() {
        let profile = |id: &str| BrowserProfile {
            id: id.to_owned(),
            name: "n".to_owned(),
        };
        let chromium = Family::Chromium.arguments(&profile("-x --y"));
        assert_eq!(chromium, ["--profile-directory=-x --y"]);
        assert_eq!(Family::Firefox.arguments(&profile("a b")), ["-P", "a b"]);
    }

    #[test]
    fn a_folder_without_a_list_has_no_profiles() {
        let folder = tempfile::tempdir().unwrap();
        for family in [Family::Chromium, Family::Firefox] {
            assert!(family.profiles(folder.path()).is_empty());
        }
        fs::write(folder.path().join("Local State"), b"\xff").unwrap();
        assert!(Family::Chromium.profiles(folder.path()).is_empty());
    }
}
