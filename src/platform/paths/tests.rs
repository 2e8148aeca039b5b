//! Folders and files that are ours alone, and those that aren't.
//!
//! Knows only what a temporary folder can show.

use super::*;

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn one_folder_holds_everything_when_asked_to() {
    let folders = Folders::within("some/where/");
    assert_eq!(folders.data, Path::new("some/where"));
    assert_eq!(folders.config_providers, Path::new("some/where/providers"));
    assert_eq!(folders.sandbox().data, Path::new("some/where/sandbox"));
}

#[test]
fn the_platforms_own_folders_bear_the_programs_name() {
    let folders = Folders::of_platform().unwrap();
    assert!(folders.data.to_string_lossy().contains("linkdesk"));
    assert!(folders.config_providers.ends_with("providers"));
}

#[test]
fn a_folder_can_be_prepared_again_and_again_and_nothing_is_left_in_it() {
    let place = temporary();
    let folders = Folders::within(place.path().join("a/b"));
    folders.prepare().unwrap();
    folders.prepare().unwrap();
    assert_eq!(fs::read_dir(&folders.data).unwrap().count(), 0);
}

#[test]
fn a_file_in_the_folders_place_is_named() {
    let place = temporary();
    let path = place.path().join("data");
    fs::write(&path, "x").unwrap();
    let error = private_folder(&path).unwrap_err();
    assert!(matches!(error, Error::WrongKind { .. }), "{error:?}");
    assert!(error.to_string().contains(&*path.to_string_lossy()));
}

#[test]
fn a_private_file_is_written_whole_and_over_an_older_one() {
    let place = temporary();
    let path = place.path().join("report.json");
    write_private(&path, b"one").unwrap();
    write_private(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_write_that_fails_leaves_nothing_behind() {
    let place = temporary();
    let path = place.path().join("taken");
    fs::create_dir(&path).unwrap();
    let error = write_private(&path, b"x").unwrap_err();
    assert!(matches!(error, Error::Unusable { .. }), "{error:?}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn provider_files_are_read_in_order_and_a_bad_one_hides_no_other() {
    let place = temporary();
    let put = |name: &str, bytes: &[u8]| fs::write(place.path().join(name), bytes).unwrap();
    put("b.toml", b"id = \"b\"");
    put("a.toml", b"id = \"a\"");
    put("notes.txt", b"not for us");
    put("c.toml", &[0xff, 0xfe, 0x00]);
    put("d.toml", &vec![b'#'; 1024 * 1024]);
    put("e.toml", &vec![b'#'; 1024 * 1024 + 1]);
    fs::create_dir(place.path().join("f.toml")).unwrap();
    let files = provider_files(place.path()).unwrap();
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        ["a.toml", "b.toml", "c.toml", "d.toml", "e.toml", "f.toml"]
    );
    assert_eq!(files[0].text.as_deref(), Ok("id = \"a\""));
    assert!(files[2].text.as_ref().unwrap_err().starts_with("not UTF-8"));
    assert!(files[3].text.is_ok());
    assert_eq!(files[4].text, Err("longer than 1 MiB".to_owned()));
    assert_eq!(files[5].text, Err("not a regular file".to_owned()));
}

#[test]
fn a_missing_folder_holds_no_provider_files() {
    let place = temporary();
    assert_eq!(provider_files(&place.path().join("none")).unwrap(), []);
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_we_make_is_for_its_owner_only() {
        let place = temporary();
        let folder = place.path().join("data");
        private_folder(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        write_private(&folder.join("written"), b"x").unwrap();
        private_file(&folder.join("made")).unwrap();
        assert_eq!(mode(&folder.join("written")), 0o600);
        assert_eq!(mode(&folder.join("made")), 0o600);
    }

    #[test]
    fn an_open_file_of_ours_is_shut_and_keeps_its_content() {
        let place = temporary();
        let path = place.path().join("accounts");
        fs::write(&path, "x").unwrap();
        set_mode(&path, 0o644);
        private_file(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }

    #[test]
    fn an_empty_folder_is_shut_and_a_filled_one_only_against_writing() {
        let place = temporary();
        set_mode(place.path(), 0o777);
        private_folder(place.path()).unwrap();
        assert_eq!(mode(place.path()), 0o700);
        set_mode(place.path(), 0o777);
        fs::write(place.path().join("something"), "x").unwrap();
        private_folder(place.path()).unwrap();
        assert_eq!(mode(place.path()), 0o755);
    }

    #[test]
    fn a_folder_for_everybody_is_refused_and_left_alone() {
        let place = temporary();
        set_mode(place.path(), 0o1777);
        let error = private_folder(place.path()).unwrap_err();
        assert!(matches!(error, Error::Shared { .. }), "{error:?}");
        assert_eq!(mode(place.path()), 0o1777);
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_left_alone() {
        let place = temporary();
        if std::os::unix::fs::chown(place.path(), Some(65_534), None).is_err() {
            return; // Only the superuser can give a folder away.
        }
        set_mode(place.path(), 0o777);
        let error = private_folder(place.path()).unwrap_err();
        assert!(matches!(error, Error::ForeignOwner { .. }), "{error:?}");
        assert_eq!(mode(place.path()), 0o777);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_link_is_refused_with_or_without_a_slash_and_dangling_too() {
        let place = temporary();
        let target = place.path().join("elsewhere");
        fs::create_dir(&target).unwrap();
        let link = place.path().join("data");
        symlink(&target, &link).unwrap();
        let dangling = place.path().join("dangling");
        symlink(place.path().join("nowhere"), &dangling).unwrap();
        for path in [link.clone(), link.join(""), dangling] {
            let error = Folders::within(path).prepare().unwrap_err();
            assert!(matches!(error, Error::SymbolicLink { .. }), "{error:?}");
        }
        let error = private_file(&link).unwrap_err();
        assert!(matches!(error, Error::SymbolicLink { .. }), "{error:?}");
    }

    #[test]
    fn writing_replaces_a_link_and_does_not_follow_it() {
        let place = temporary();
        let target = place.path().join("precious");
        fs::write(&target, "keep").unwrap();
        let link = place.path().join("report.json");
        symlink(&target, &link).unwrap();
        write_private(&link, b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"keep");
        assert_eq!(fs::read(&link).unwrap(), b"new");
    }

    #[test]
    fn a_linked_provider_file_or_a_pipe_is_reported_and_not_opened() {
        let place = temporary();
        let target = place.path().join("outside");
        fs::write(&target, "id = \"x\"").unwrap();
        symlink(&target, place.path().join("a.toml")).unwrap();
        let pipe = place.path().join("b.toml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        let files = provider_files(place.path()).unwrap();
        assert_eq!(files.len(), if made.is_ok() { 2 } else { 1 });
        for file in files {
            assert_eq!(file.text, Err("not a regular file".to_owned()));
        }
    }
}
