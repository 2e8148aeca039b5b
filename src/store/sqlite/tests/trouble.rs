//! Several programs at once, failing writes, full disks, damaged rows.
//!
//! Knows nothing of sealing.

use super::*;

#[test]
fn an_account_its_tokens_and_its_history_change_together_or_not_at_all() {
    for table in ["accounts", "sealed", "history"] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), &open_vault());
        let before = account("one");
        store
            .save_tokens(&before, &token_set("old"), &line("Linked"))
            .unwrap();
        for moment in ["INSERT", "UPDATE"] {
            raw(folder.path())
                .execute_batch(&format!(
                    "CREATE TRIGGER no_{moment} BEFORE {moment} ON {table}
                     BEGIN SELECT RAISE(ABORT, 'on purpose'); END;"
                ))
                .unwrap();
        }
        let mut after = before.clone();
        after.generation = 2;
        after.label = "New".to_owned();
        let outcome = store.save_tokens(&after, &token_set("new"), &line("Refreshed"));
        assert!(matches!(outcome, Err(Error::Failed(_))), "{outcome:?}");
        let contents = store.load().unwrap();
        assert_eq!(contents.accounts, std::slice::from_ref(&before), "{table}");
        assert_eq!(contents.history[&before.id], [line("Linked")], "{table}");
        assert_eq!(store.tokens(&before.id).unwrap(), token_set("old"));
    }
}

#[test]
fn an_older_generation_never_replaces_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let (window, script) = (open(folder.path(), &vault), open(folder.path(), &vault));
    let old = account("one");
    window
        .save_tokens(&old, &token_set("1"), &line("Linked"))
        .unwrap();
    let mut new = old.clone();
    new.generation = 2;
    script
        .save_tokens(&new, &token_set("2"), &line("Refreshed"))
        .unwrap();
    let tokens = window.save_tokens(&old, &token_set("stale"), &line("Refreshed"));
    assert!(matches!(tokens, Err(Error::Overtaken)), "{tokens:?}");
    let facts = window.save_account(&old, None);
    assert!(matches!(facts, Err(Error::Overtaken)), "{facts:?}");
    assert_eq!(window.tokens(&old.id).unwrap(), token_set("2"));
    assert_eq!(window.load().unwrap().accounts, [new]);
}

#[test]
fn what_one_program_writes_the_other_notices() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let (window, script) = (open(folder.path(), &vault), open(folder.path(), &vault));
    let before = window.data_version().unwrap();
    assert_eq!(window.data_version().unwrap(), before);
    link(&script, &account("one"));
    let after = window.data_version().unwrap();
    assert_ne!(after, before);
    assert_eq!(window.load().unwrap().accounts.len(), 1);
    link(&window, &account("two"));
    assert_eq!(window.data_version().unwrap(), after, "our own writes");
    assert_eq!(script.load().unwrap().accounts.len(), 2);
}

#[test]
fn two_programs_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let store = open(folder.path(), &vault);
            scope.spawn(move || {
                for number in 0..20 {
                    let account = account(&format!("{writer}-{number}"));
                    store
                        .save_tokens(&account, &token_set("1"), &line("Linked"))
                        .unwrap();
                }
            });
        }
    });
    let contents = open(folder.path(), &vault).load().unwrap();
    assert_eq!(contents.accounts.len(), 40);
    assert_eq!(contents.sealed_accounts.len(), 40);
}

#[test]
fn a_row_that_can_not_be_read_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    for id in ["one", "two", "three"] {
        store
            .save_tokens(&account(id), &token_set(id), &line("Linked"))
            .unwrap();
    }
    raw(folder.path())
        .execute_batch(
            "UPDATE accounts SET facts = '{\"of\": \"another version\"}' WHERE id = 'two';
             UPDATE accounts SET facts = (SELECT facts FROM accounts WHERE id = 'one')
             WHERE id = 'three'",
        )
        .unwrap();
    let contents = store.load().unwrap();
    assert_eq!(contents.accounts, [account("one")]);
    let unreadable: Vec<_> = contents
        .unreadable
        .iter()
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(unreadable, ["two", "three"]);
    assert_eq!(contents.sealed_accounts.len(), 3);
    let kept: i64 = raw(folder.path())
        .query_row("SELECT count(*) FROM accounts", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 3);
}

#[test]
fn a_file_that_somebody_keeps_locked_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    link(&store, &account("one"));
    store.lock().busy_timeout(Duration::from_millis(1)).unwrap();
    let raw = raw(folder.path());
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let outcome = store.save_account(&account("one"), None);
    assert!(matches!(outcome, Err(Error::Busy(_))), "{outcome:?}");
    raw.execute_batch("ROLLBACK").unwrap();
    store.save_account(&account("one"), None).unwrap();
}

#[test]
fn a_full_disk_is_told_and_what_was_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let mut account = account("one");
    link(&store, &account);
    let pages: i64 = raw(folder.path())
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    store
        .lock()
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .unwrap();
    let before = account.clone();
    account.label = "x".repeat(100_000);
    let outcome = store.save_account(&account, None);
    assert!(matches!(outcome, Err(Error::Full(_))), "{outcome:?}");
    assert_eq!(store.load().unwrap().accounts, [before]);
}

#[test]
fn a_damaged_file_is_told_while_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let path = file(folder.path());
    let length = fs::metadata(&path).unwrap().len();
    fs::write(&path, vec![0x5a; usize::try_from(length).unwrap()]).unwrap();
    let outcome = store.load();
    assert!(matches!(outcome, Err(Error::Damaged(_))), "{outcome:?}");
    drop(store);
    let (_, notices) = Database::open(&path, &random()).unwrap();
    assert!(matches!(
        notices.as_slice(),
        [Notice::DamagedKeptAside { .. }]
    ));
}

#[test]
fn a_forgotten_account_is_not_brought_back_by_work_that_was_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let mut account = account("one");
    store
        .save_tokens(&account, &token_set("1"), &line("Linked"))
        .unwrap();
    store.forget_account(&account.id).unwrap();
    let facts = store.save_account(&account, Some(&line("Not refreshed")));
    assert!(matches!(facts, Err(Error::Overtaken)), "{facts:?}");
    account.generation = 2;
    let tokens = store.save_tokens(&account, &token_set("2"), &line("Refreshed"));
    assert!(matches!(tokens, Err(Error::Overtaken)), "{tokens:?}");
    assert_eq!(store.load().unwrap().accounts, []);
}
