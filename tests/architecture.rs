//! The rules of the house that a compiler doesn't know: who imports whom, how long a file is, how it opens.
//!
//! Reads the room table of `ARCHITECTURE.md`; knows nothing of what the rooms do.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't read the source has to stop"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 400;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The room a file under `src/` belongs to; `lib.rs` and `main.rs` belong to none.
fn room_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next()?.as_os_str().to_str()?;
    let room = first.trim_end_matches(".rs").to_owned();
    (room != "lib" && room != "main").then_some(room)
}

/// The table of `ARCHITECTURE.md`: room → rooms it may import; `None` means all.
fn table() -> BTreeMap<String, Option<Vec<String>>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, room, imports, ..] = cells.as_slice() else {
            continue;
        };
        let names = |cell: &str| -> Vec<String> {
            cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let [room] = names(room).try_into().unwrap_or_else(|_| panic!("one room in {line}"));
        let allowed = match *imports {
            "everything" => None,
            "nothing" => Some(Vec::new()),
            cell => Some(names(cell)),
        };
        table.insert(room, allowed);
    }
    table
}

/// Rooms named after `crate::` in the code of a file; comments and the file's tests at its end don't count.
fn imports(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n");
    let mut rooms = Vec::new();
    for part in code.split("crate::").skip(1) {
        let names = match part.strip_prefix('{') {
            Some(list) => top_level_names(list),
            None => vec![first_name(part)],
        };
        rooms.extend(names.into_iter().filter(|name| !name.is_empty()));
    }
    rooms
}

fn first_name(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
        .collect()
}

/// The first names of `crate::{a::b, c}`.
fn top_level_names(list: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = vec![first_name(list)];
    for (place, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_name(list.get(place + 1..).unwrap_or(""))),
            _ => {}
        }
    }
    names
}

#[test]
fn every_room_imports_only_what_the_table_allows() {
    let table = table();
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("src")) {
        let Some(room) = room_of(&file) else {
            continue;
        };
        let Some(allowed) = table.get(&room) else {
            wrong.push(format!("the room `{room}` is not in the table"));
            continue;
        };
        let Some(allowed) = allowed else {
            continue;
        };
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            if import != room && !allowed.contains(&import) {
                wrong.push(format!("{} imports `{import}`", file.display()));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_no_room_that_is_gone() {
    let rooms: Vec<String> = rust_files(&root().join("src"))
        .iter()
        .filter_map(|file| room_of(file))
        .collect();
    for room in table().keys() {
        assert!(rooms.contains(room), "`{room}` is in the table only");
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::ids::A;\nuse crate::{oauth::{B, c}, store};\nlet x = crate::vault::open();";
    assert_eq!(imports(text), ["ids", "oauth", "store", "vault"]);
    assert_eq!(imports("// crate::ids"), Vec::<String>::new());
}

#[test]
fn every_file_opens_by_saying_what_it_holds() {
    for folder in ["src", "tests", "benches"] {
        let folder = root().join(folder);
        if !folder.exists() {
            continue;
        }
        for file in rust_files(&folder) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(text.starts_with("//! "), "{}", file.display());
        }
    }
}

#[test]
fn every_file_fits_an_afternoon() {
    for folder in ["src", "tests", "benches"] {
        let folder = root().join(folder);
        if !folder.exists() {
            continue;
        }
        for file in rust_files(&folder) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            assert!(lines <= LONGEST_FILE, "{} has {lines} lines", file.display());
        }
    }
}

#[test]
fn no_room_names_a_provider() {
    let names = ["trading-parrot", "just2trade", "tradecloud", "rest-api-v1", "biggerplate"];
    for file in rust_files(&root().join("src")) {
        if room_of(&file).is_none_or(|room| room == "sandbox") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        let is_test = file.components().any(|part| part.as_os_str() == "tests")
            || file.file_name().is_some_and(|name| name == "tests.rs");
        if is_test {
            continue;
        }
        for line in code.lines().filter(|line| !line.contains("include_str!")) {
            let line = line.to_lowercase();
            for name in names {
                assert!(!line.contains(name), "{}: {line}", file.display());
            }
        }
    }
}
