//! What is saved, what is read back, and how much of it is kept.
//!
//! Knows nothing of trouble.

use super::*;

#[test]
fn what_was_saved_is_there_after_the_file_was_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let (one, two) = (account("two"), account("one"));
    let first = open(folder.path(), &vault);
    first
        .save_tokens(&one, &token_set("1"), &line("Linked"))
        .unwrap();
    link(&first, &two);
    first.save_account(&one, Some(&line("Proved"))).unwrap();
    drop(first);

    let later = open(folder.path(), &vault);
    let contents = later.load().unwrap();
    assert_eq!(contents.accounts, [one.clone(), two.clone()]);
    let history: Vec<&str> = contents.history[&one.id]
        .iter()
        .map(|line| line.what.as_str())
        .collect();
    assert_eq!(history, ["Proved", "Linked"]);
    assert_eq!(
        contents.sealed_accounts,
        BTreeMap::from([
            (one.id.clone(), vault.key_id().unwrap()),
            (two.id, vault.key_id().unwrap()),
        ])
    );
    assert_eq!(later.tokens(&one.id).unwrap(), token_set("1"));
    let none = later.tokens(&account("three").id);
    assert!(matches!(none, Err(Error::Missing)), "{none:?}");
}

#[test]
fn the_installation_keeps_its_name_and_two_installations_differ() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let name = |folder: &Path| {
        let (database, _) = Database::open(&file(folder), &random()).unwrap();
        database.installation().to_owned()
    };
    let first = name(one.path());
    assert_eq!(first.len(), 32);
    assert_eq!(name(one.path()), first);
    assert_ne!(name(other.path()), first);
}

#[test]
fn fifty_lines_of_history_are_kept_per_account_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let (one, two) = (account("one"), account("two"));
    link(&store, &one);
    link(&store, &two);
    for number in 0..60 {
        store
            .save_account(&one, Some(&line(&number.to_string())))
            .unwrap();
    }
    let history = store.load().unwrap().history;
    assert_eq!(history[&one.id].len(), 50);
    assert_eq!(history[&one.id][0].what, "59");
    assert_eq!(history[&one.id][49].what, "10");
    assert_eq!(history[&two.id], [line("Linked")]);
}

#[test]
fn a_client_secret_is_kept_replaced_and_removed_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let provider = ProviderId::new("example").unwrap();
    let stored = |store: &SqliteStore| {
        let mut clients = store.load().unwrap().clients;
        let client = clients.pop().unwrap();
        (
            client.settings_json,
            client.has_secret,
            store.client_secret(&provider).unwrap(),
        )
    };
    assert_eq!(store.client_secret(&provider).unwrap(), None);
    let save = |settings: &str, secret: SecretUpdate<'_>| {
        store.save_client(&provider, settings, secret).unwrap();
    };
    save("1", SecretUpdate::Keep);
    assert_eq!(stored(&store), ("1".to_owned(), false, None));
    let (one, two) = (Secret::new("one"), Secret::new("two"));
    save("2", SecretUpdate::Set(&one));
    save("3", SecretUpdate::Keep);
    assert_eq!(stored(&store), ("3".to_owned(), true, Some(one)));
    save("4", SecretUpdate::Set(&two));
    assert_eq!(stored(&store), ("4".to_owned(), true, Some(two)));
    save("5", SecretUpdate::Remove);
    assert_eq!(stored(&store), ("5".to_owned(), false, None));
}

#[test]
fn a_thousand_accounts_are_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let store = open(folder.path(), &vault);
    store
        .change(|transaction| {
            for number in 0..1_000 {
                let account = account(&format!("account-{number}"));
                write::account(transaction, &account)?;
                let what = tokens_of(&account.id);
                let sealed = store.seal(&what, &token_set("1").to_bytes())?;
                write::sealed(transaction, &what, Kind::Session, &sealed)?;
                for number in 0..50 {
                    write::history(transaction, &account.id, &line(&number.to_string()))?;
                }
            }
            Ok(())
        })
        .unwrap();
    let contents = store.load().unwrap();
    assert_eq!(contents.accounts.len(), 1_000);
    assert_eq!(contents.sealed_accounts.len(), 1_000);
    assert!(contents.history.values().all(|lines| lines.len() == 50));
}

#[test]
fn tokens_taken_over_leave_the_account_they_came_from_in_the_same_step() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let (old, new) = (account("old"), account("new"));
    link(&store, &old);
    link(&store, &new);
    let renewed = Account {
        generation: 2,
        ..old.clone()
    };
    store
        .take_over_tokens(&renewed, &token_set("1"), &line("Linked again"), &new.id)
        .unwrap();

    let contents = store.load().unwrap();
    assert_eq!(contents.accounts, [renewed]);
    assert_eq!(contents.history[&old.id].len(), 2);
    assert_eq!(store.tokens(&old.id).unwrap(), token_set("1"));
    let none = store.tokens(&new.id);
    assert!(matches!(none, Err(Error::Missing)), "{none:?}");
}

#[test]
fn tokens_that_can_not_be_taken_over_stay_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    let (old, new) = (account("old"), account("new"));
    link(&store, &new);
    let renewed = Account {
        generation: 2,
        ..old
    };
    let taken = store.take_over_tokens(&renewed, &token_set("1"), &line("Linked again"), &new.id);
    assert!(matches!(taken, Err(Error::Overtaken)), "{taken:?}");
    assert_eq!(store.tokens(&new.id).unwrap(), token_set("0"));
}

#[test]
fn a_certificate_comes_back_as_it_was_saved_and_a_newer_one_replaces_it() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let store = open(folder.path(), &vault);
    assert_eq!(store.load().unwrap().certificate, None);
    assert_eq!(store.certificate().unwrap(), None);
    let facts = |fingerprint: &str| StoredCertificate {
        fingerprint: fingerprint.to_owned(),
        not_after: Timestamp::UNIX_EPOCH,
    };
    for (fingerprint, all) in [("AA:BB", &b"one"[..]), ("CC:DD", &b"two"[..])] {
        store.save_certificate(&facts(fingerprint), all).unwrap();
        let later = open(folder.path(), &vault);
        assert_eq!(later.load().unwrap().certificate, Some(facts(fingerprint)));
        assert_eq!(later.certificate().unwrap().unwrap().as_slice(), all);
    }
}
