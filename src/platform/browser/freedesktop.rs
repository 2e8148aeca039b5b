//! Browsers of Linux and the BSDs: the desktop entries that open https, and the profiles of those we know.
//!
//! Starts nothing. Folders are those of the [XDG Base Directory Specification][spec].
//!
//! [spec]: https://specifications.freedesktop.org/basedir-spec/latest/

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::super::environment::Environment;
use super::desktop_entry::{browser_entry, command_line};
use super::found::{Found, Start, names_one_of};
use super::known::{Family, KNOWN, Known};
use super::{BrowserProfile, InstalledBrowser};

/// The longest desktop entry that is read; its translations make one long.
const LONGEST_ENTRY: u64 = 1024 * 1024;

/// How deep desktop entries may be.
const DEEPEST: usize = 3;

/// The end of an entry's file name, which is a part of its id.
const EXTENSION: &str = ".desktop";

/// The browsers that are there, in the order of their names.
pub(super) fn browsers(environment: &Environment) -> Vec<Found> {
    let mut entries = BTreeMap::new();
    for folder in data_folders(environment) {
        add_entries(&folder.join("applications"), "", DEEPEST, &mut entries);
    }
    let found = |(id, path): (String, PathBuf)| found(environment, id, &path);
    let mut found: Vec<Found> = entries.into_iter().filter_map(found).collect();
    found.sort_by_cached_key(|found| found.browser.name.to_lowercase());
    found
}

/// In the order in which they count: a person's own folder first.
fn data_folders(environment: &Environment) -> Vec<PathBuf> {
    let own = environment
        .folder("XDG_DATA_HOME")
        .or_else(|| Some(environment.folder("HOME")?.join(".local/share")));
    let mut shared = environment.folders("XDG_DATA_DIRS");
    if shared.is_empty() {
        shared = ["/usr/local/share", "/usr/share"].map(PathBuf::from).into();
    }
    own.into_iter().chain(shared).collect()
}

/// Adds the entries of a folder under their ids; the first of an id counts, even if it is there to hide another.
fn add_entries(folder: &Path, prefix: &str, depth: usize, entries: &mut BTreeMap<String, PathBuf>) {
    let Ok(inside) = fs::read_dir(folder) else {
        return;
    };
    for path in inside.flatten().map(|entry| entry.path()) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let id = format!("{prefix}{name}");
        if name.ends_with(EXTENSION) && path.is_file() {
            entries.entry(id).or_insert(path);
        } else if depth > 0 && path.is_dir() {
            add_entries(&path, &format!("{id}-"), depth - 1, entries);
        }
    }
}

fn found(environment: &Environment, id: String, path: &Path) -> Option<Found> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(LONGEST_ENTRY).read_to_string(&mut text).ok()?;
    let entry = browser_entry(&text)?;
    let words = command_line(&entry.exec, "https://localhost/")?;
    environment.program(words.first()?)?;
    if let Some(program) = &entry.try_exec {
        environment.program(program)?;
    }
    let known = known(&id, &words);
    let profiles = known.map(|(known, word)| profiles(environment, known, &words, word));
    Some(Found {
        family: known.map(|(known, _)| known.family),
        start: Start::DesktopEntry {
            exec: entry.exec,
            programs: known.map_or(&[], |(known, _)| known.programs),
        },
        browser: InstalledBrowser {
            id,
            name: entry.name,
            profiles: profiles.unwrap_or_default(),
        },
    })
}

/// The browser that an entry starts, if we know it, and the name by which we do.
fn known<'a>(id: &'a str, words: &'a [String]) -> Option<(&'static Known, &'a str)> {
    let id = id.strip_suffix(EXTENSION);
    let mut names = words.iter().map(String::as_str).chain(id);
    names.find_map(|name| {
        let known = KNOWN
            .iter()
            .find(|known| names_one_of(name, known.programs))?;
        Some((known, name))
    })
}

/// The profiles of a browser, from the first of its possible folders that has any.
fn profiles(
    environment: &Environment,
    known: &Known,
    words: &[String],
    name: &str,
) -> Vec<BrowserProfile> {
    let folders = profile_folders(environment, known, words, name);
    let lists = folders.iter().map(|folder| known.family.profiles(folder));
    lists
        .into_iter()
        .find(|list| !list.is_empty())
        .unwrap_or_default()
}

fn profile_folders(
    environment: &Environment,
    known: &Known,
    words: &[String],
    name: &str,
) -> Vec<PathBuf> {
    let Some(home) = environment.folder("HOME") else {
        return Vec::new();
    };
    // Where Flatpak and Snap put what a program believes to be its home and its configuration folder.
    let (homes, configurations) = if words
        .first()
        .is_some_and(|word| names_one_of(word, &["flatpak"]))
    {
        let own = home.join(".var/app").join(name);
        (vec![own.clone()], vec![own.join("config")])
    } else if let Some(snap) = name.strip_prefix("/snap/bin/") {
        let own = home.join("snap").join(snap);
        let (common, current) = (own.join("common"), own.join("current"));
        (vec![common.clone()], vec![common, current.join(".config")])
    } else {
        let own = environment.folder("XDG_CONFIG_HOME");
        (
            vec![home.clone()],
            vec![own.unwrap_or_else(|| home.join(".config"))],
        )
    };
    let configured = configurations
        .iter()
        .map(|folder| folder.join(known.config));
    // Until version 147 Firefox kept its profiles outside of the configuration folder, and keeps using them there.
    let firefox = homes.iter().map(|folder| folder.join(".mozilla/firefox"));
    let firefox = firefox.filter(|_| known.family == Family::Firefox);
    firefox.chain(configured).collect()
}
