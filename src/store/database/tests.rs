//! Opening what is whole, damaged, newer, foreign, or no file at all.
//!
//! Knows nothing of what accounts look like.

use std::fs;

use super::*;

fn random() -> Random {
    Random::new(|bytes| Ok(getrandom::fill(bytes)?))
}

fn file(folder: &Path) -> PathBuf {
    folder.join("linkdesk.db")
}

/// A data file with some rows, and its bytes.
fn made(folder: &Path) -> Vec<u8> {
    let (database, notices) = Database::open(&file(folder), &random()).unwrap();
    assert_eq!(notices, []);
    let many = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000)
                INSERT INTO clients SELECT 'provider-' || n, '{}' FROM n";
    database.connection.execute_batch(many).unwrap();
    drop(database);
    fs::read(file(folder)).unwrap()
}

#[test]
fn a_damaged_file_is_kept_aside_byte_by_byte_and_a_new_one_begun() {
    let folder = tempfile::tempdir().unwrap();
    let whole = made(folder.path());
    assert!(whole.len() > 40_000, "guard: several pages");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2..whole.len() / 2 + 4096].fill(0xa5);
    let mut header = whole.clone();
    header[0] ^= 1;
    let damaged = [
        b"this is not a database at all".to_vec(),
        vec![0; 4096],
        vec![0x5a; 10_000],
        Vec::new(),
        b"SQLite format 3\0".to_vec(),
        whole[..100].to_vec(),
        whole[..whole.len() / 2].to_vec(),
        whole[..whole.len() - 1].to_vec(),
        flipped,
        header,
    ];
    for (number, bytes) in damaged.iter().enumerate() {
        fs::write(file(folder.path()), bytes).unwrap();
        let (database, notices) = Database::open(&file(folder.path()), &random()).unwrap();
        let [Notice::DamagedKeptAside { kept_as, .. }] = notices.as_slice() else {
            panic!("case {number}: {notices:?}");
        };
        let name = kept_as.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, format!("linkdesk.db.damaged-{}", number + 1));
        assert!(
            fs::read(kept_as).unwrap() == *bytes,
            "case {number} was changed"
        );
        assert_eq!(database.installation().len(), 32);
        drop(database);
        let (_, notices) = Database::open(&file(folder.path()), &random()).unwrap();
        assert_eq!(notices, []);
    }
}

#[test]
fn what_sqlite_kept_beside_a_damaged_file_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    fs::write(&path, "cut short").unwrap();
    for companion in ["-journal", "-wal", "-shm"] {
        fs::write(format!("{}{companion}", path.display()), companion).unwrap();
    }
    let (_, notices) = Database::open(&path, &random()).unwrap();
    assert_eq!(notices.len(), 1);
    let aside = folder.path().join("linkdesk.db.damaged-1");
    for companion in ["-journal", "-wal", "-shm"] {
        let kept = fs::read_to_string(format!("{}{companion}", aside.display())).unwrap();
        assert_eq!(kept, companion);
    }
    assert!(!folder.path().join("linkdesk.db-wal").exists());
}

#[test]
fn a_file_of_a_newer_program_is_read_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    Connection::open(file(folder.path()))
        .unwrap()
        .pragma_update(None, "user_version", schema::VERSION + 1)
        .unwrap();
    let before = fs::read(file(folder.path())).unwrap();
    let (database, notices) = Database::open(&file(folder.path()), &random()).unwrap();
    let found = schema::VERSION + 1;
    assert_eq!(notices, [Notice::ReadOnly(Barrier::Newer { found })]);
    let written = database.connection.execute("DELETE FROM clients", []);
    assert!(written.is_err(), "{written:?}");
    drop(database);
    assert!(fs::read(file(folder.path())).unwrap() == before);
    assert!(!folder.path().join("linkdesk.db.damaged-1").exists());
}

#[test]
fn a_file_of_layout_1_is_taken_to_ours_with_everything_in_it() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let old = Connection::open(file(folder.path())).unwrap();
    old.execute_batch("PRAGMA user_version = 1; PRAGMA application_id = 0")
        .unwrap();
    drop(old);
    let (database, notices) = Database::open(&file(folder.path()), &random()).unwrap();
    assert_eq!(notices, []);
    let number = |name: &str| -> i64 {
        let connection = &database.connection;
        connection
            .pragma_query_value(None, name, |row| row.get(0))
            .unwrap()
    };
    assert_eq!(number("user_version"), schema::VERSION);
    assert_eq!(number("application_id"), 0x6c6b_6473);
    let clients: i64 = database
        .connection
        .query_row("SELECT count(*) FROM clients", [], |row| row.get(0))
        .unwrap();
    assert_eq!(clients, 2000);
}

#[test]
fn a_step_that_fails_half_way_leaves_the_old_layout_whole() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let mut connection = Connection::open(file(folder.path())).unwrap();
    connection.execute_batch("PRAGMA user_version = 1").unwrap();
    let before = fs::read(file(folder.path())).unwrap();
    let steps = ["DELETE FROM clients; DROP TABLE history", "this is no SQL"];
    let outcome = schema::run(&mut connection, &steps);
    assert!(outcome.is_err(), "{outcome:?}");
    drop(connection);
    assert!(fs::read(file(folder.path())).unwrap() == before);
}

#[test]
fn somebody_elses_database_is_kept_aside() {
    for version in [0, 1] {
        let folder = tempfile::tempdir().unwrap();
        let foreign = Connection::open(file(folder.path())).unwrap();
        foreign.execute_batch("CREATE TABLE recipes (x)").unwrap();
        foreign
            .pragma_update(None, "user_version", version)
            .unwrap();
        drop(foreign);
        let (_, notices) = Database::open(&file(folder.path()), &random()).unwrap();
        assert_eq!(notices.len(), 1, "version {version}");
    }
}

#[test]
fn what_a_crash_left_half_made_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    for left in [
        "linkdesk.db.new",
        "linkdesk.db.new-journal",
        "linkdesk.probe",
    ] {
        fs::write(folder.path().join(left), "half").unwrap();
    }
    let (_, notices) = Database::open(&file(folder.path()), &random()).unwrap();
    assert_eq!(notices, []);
    let mut left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["linkdesk.db", "linkdesk.lock"]);
}

#[test]
fn eight_programs_that_start_at_once_share_one_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(file(folder.path()), "damaged").unwrap();
    let path = file(folder.path());
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let (database, notices) = Database::open(&path, &random()).unwrap();
                    (database.installation().to_owned(), notices.len())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(outcomes.iter().all(|(name, _)| *name == outcomes[0].0));
    assert_eq!(
        outcomes.iter().map(|(_, notices)| notices).sum::<usize>(),
        1
    );
}

#[test]
fn a_folder_that_can_not_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("a file");
    fs::write(&blocked, "").unwrap();
    let outcome = Database::open(&blocked.join("linkdesk.db"), &random());
    assert!(
        matches!(&outcome, Err(Error::Io { path, .. }) if *path == blocked),
        "{outcome:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_can_not_be_written_to_is_named() {
    // Not even root makes files there.
    let folder = Path::new("/proc/self/fdinfo");
    let outcome = Database::open(&folder.join("linkdesk.db"), &random());
    assert!(
        matches!(&outcome, Err(Error::Io { path, .. }) if path.ends_with("fdinfo/linkdesk.lock")),
        "{outcome:?}"
    );
}

#[test]
fn what_can_not_be_written_to_is_read_and_what_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let path = folder.path().canonicalize().unwrap().join("linkdesk.db");
    let barrier = || Barrier::Unwritable {
        path: path.clone(),
        kind: std::io::ErrorKind::ReadOnlyFilesystem,
    };
    let (database, notices) = read_only(&path, barrier()).unwrap();
    assert_eq!(notices, [Notice::ReadOnly(barrier())]);
    let clients: i64 = database
        .connection
        .query_row("SELECT count(*) FROM clients", [], |row| row.get(0))
        .unwrap();
    assert_eq!(clients, 2000);
    drop(database);
    fs::remove_file(&path).unwrap();
    let outcome = read_only(&path, barrier());
    assert!(matches!(outcome, Err(Error::Io { .. })), "{outcome:?}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn only_the_owner_may_enter_the_folder_and_read_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("deep").join("data");
        let (database, _) = Database::open(&file(&data), &random()).unwrap();
        assert_eq!(mode(&data), 0o700);
        database
            .connection
            .execute_batch("BEGIN IMMEDIATE; INSERT INTO clients VALUES ('a', 'b')")
            .unwrap();
        database.connection.cache_flush().unwrap();
        let files: Vec<_> = fs::read_dir(&data).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 3, "guard: file, journal, lock: {files:?}");
        for entry in files {
            assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_closed_to_them() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        let path = file(folder.path());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        made_again(folder.path());
        assert_eq!(mode(&path), 0o600);
    }

    fn made_again(folder: &Path) {
        let (_, notices) = Database::open(&file(folder), &random()).unwrap();
        assert_eq!(notices, []);
    }

    #[test]
    fn a_symbolic_link_a_pipe_or_a_folder_in_its_place_is_refused_by_name() {
        for name in ["linkdesk.db", "linkdesk.lock"] {
            let folder = tempfile::tempdir().unwrap();
            let elsewhere = tempfile::tempdir().unwrap();
            made(elsewhere.path());
            let before = fs::read(file(elsewhere.path())).unwrap();
            let place = folder.path().canonicalize().unwrap().join(name);
            let refused = |what: &str| {
                let outcome = Database::open(&file(folder.path()), &random());
                assert!(
                    matches!(&outcome, Err(Error::NotOurs { what: told, path })
                        if *told == what && *path == place),
                    "{outcome:?}"
                );
            };
            symlink(file(elsewhere.path()), &place).unwrap();
            refused("a symbolic link");
            fs::remove_file(&place).unwrap();
            symlink("/nowhere", &place).unwrap();
            refused("a symbolic link");
            fs::remove_file(&place).unwrap();
            let made = std::process::Command::new("mkfifo")
                .arg(&place)
                .status()
                .unwrap();
            assert!(made.success());
            refused("something that is no file");
            fs::remove_file(&place).unwrap();
            fs::create_dir(&place).unwrap();
            refused("a folder");
            assert!(fs::read(file(elsewhere.path())).unwrap() == before);
        }
    }

    #[test]
    fn a_data_folder_behind_a_symbolic_link_is_fine() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        fs::create_dir(&real).unwrap();
        let link = folder.path().join("link");
        symlink(&real, &link).unwrap();
        made(&link);
        assert!(file(&real).is_file());
    }
}
