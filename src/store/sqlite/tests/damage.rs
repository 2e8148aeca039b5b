//! Damaged files at hundreds of places: what can be read is read, nobody vanishes, nothing panics.
//!
//! Knows nothing of how rows are found.

use std::collections::BTreeSet;

use super::*;

const ACCOUNTS: usize = 24;

/// Where the copy of a case is opened; what the last case left there is cleared.
struct Bench {
    folder: tempfile::TempDir,
    vault: Arc<dyn Vault>,
    whole: Vec<u8>,
    ids: BTreeSet<String>,
}

/// What came of one case.
struct Opened {
    contents: Contents,
    store: SqliteStore,
    notice: Option<(PathBuf, crate::store::Salvaged)>,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let vault = open_vault();
    let store = open(folder.path(), &vault);
    let mut ids = BTreeSet::new();
    for number in 0..ACCOUNTS {
        let mut account = account(&format!("account-{number}"));
        // Some records are longer than a page.
        account.label = "x".repeat(if number % 5 == 0 { 9_000 } else { 200 });
        link(&store, &account);
        ids.insert(account.id.to_string());
    }
    let provider = ProviderId::new("example").unwrap();
    let secret = Secret::new("secret");
    store
        .save_client(&provider, "{}", SecretUpdate::Set(&secret))
        .unwrap();
    drop(store);
    let whole = fs::read(file(folder.path())).unwrap();
    assert!(whole.len() > 20 * 4096, "guard: many pages");
    Bench {
        folder,
        vault,
        whole,
        ids,
    }
}

impl Bench {
    fn open(&self, bytes: &[u8], case: &str) -> Opened {
        let data = self.folder.path().join("data");
        fs::remove_dir_all(&data).unwrap();
        fs::create_dir(&data).unwrap();
        fs::write(file(self.folder.path()), bytes).unwrap();
        let (database, notices) = Database::open(&file(self.folder.path()), &random()).unwrap();
        let notice = notices.into_iter().next().map(|notice| match notice {
            Notice::DamagedKeptAside { kept_as, salvaged } => (kept_as, salvaged),
            Notice::ReadOnly(barrier) => panic!("{case}: {barrier:?}"),
        });
        if let Some((kept_as, _)) = &notice {
            assert!(fs::read(kept_as).unwrap() == bytes, "{case}: was changed");
        }
        let store = SqliteStore::new(database, Arc::clone(&self.vault));
        let contents = store.load().unwrap();
        Opened {
            contents,
            store,
            notice,
        }
    }

    fn missing(&self, contents: &Contents) -> Vec<String> {
        let all = contents.accounts.iter().chain(&contents.unreadable);
        let there: BTreeSet<String> = all.map(|account| account.id.to_string()).collect();
        self.ids.difference(&there).cloned().collect()
    }
}

#[test]
fn a_page_full_of_zeros_costs_no_account_its_place_in_the_list() {
    let bench = bench();
    let installation = |opened: &Opened| opened.store.installation.clone();
    let name = installation(&bench.open(&bench.whole.clone(), "whole"));
    let mut kept_its_name = 0;
    let pages = bench.whole.len() / 4096;
    for page in 0..pages {
        let mut bytes = bench.whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0);
        let case = format!("page {page}");
        let opened = bench.open(&bytes, &case);
        assert_eq!(
            bench.missing(&opened.contents),
            Vec::<String>::new(),
            "{case}"
        );
        let whole = opened.contents.accounts.len();
        assert!(whole >= ACCOUNTS - 12, "{case}: {whole} whole accounts");
        if let Some((_, salvaged)) = &opened.notice {
            assert_eq!(salvaged.accounts, whole, "{case}");
            assert_eq!(salvaged.in_part, opened.contents.unreadable.len(), "{case}");
        }
        kept_its_name += usize::from(installation(&opened) == name);
    }
    assert!(kept_its_name + 1 >= pages, "{kept_its_name} of {pages}");
}

#[test]
fn tokens_of_a_salvaged_account_are_opened_as_before() {
    let bench = bench();
    let mut bytes = bench.whole.clone();
    bytes[..4096].fill(0);
    let opened = bench.open(&bytes, "no first page");
    assert!(opened.notice.is_some());
    assert_eq!(opened.contents.accounts.len(), ACCOUNTS);
    for account in &opened.contents.accounts {
        assert_eq!(opened.store.tokens(&account.id).unwrap(), token_set("0"));
        assert_eq!(opened.contents.history[&account.id], [line("Linked")]);
    }
    let provider = ProviderId::new("example").unwrap();
    let secret = opened.store.client_secret(&provider).unwrap().unwrap();
    assert_eq!(secret.expose(), "secret");
}

#[test]
fn a_changed_byte_anywhere_hides_nobody() {
    let bench = bench();
    // A number without a common factor with the length of a page goes through all places of pages.
    for place in (0..bench.whole.len()).step_by(331) {
        for change in [0x01, 0x80, 0xff] {
            let mut bytes = bench.whole.clone();
            bytes[place] ^= change;
            let case = format!("byte {place} ^ {change:#x}");
            let opened = bench.open(&bytes, &case);
            assert_eq!(
                bench.missing(&opened.contents),
                Vec::<String>::new(),
                "{case}"
            );
        }
    }
}

#[test]
fn of_a_file_that_was_cut_off_the_beginning_is_read() {
    let bench = bench();
    let mut before = 0;
    for length in (0..bench.whole.len()).step_by(1009) {
        let case = format!("cut at {length}");
        let opened = bench.open(&bench.whole[..length], &case);
        assert!(opened.notice.is_some(), "{case}");
        let all = opened.contents.accounts.len() + opened.contents.unreadable.len();
        assert!(all + 2 >= before, "{case}: {all} after {before}");
        before = before.max(all);
    }
    assert!(before >= ACCOUNTS - 2, "{before}");
}

#[test]
fn a_row_with_an_unreadable_record_can_be_linked_again_or_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &open_vault());
    for id in ["one", "two"] {
        link(&store, &account(id));
    }
    raw(folder.path())
        .execute_batch("UPDATE accounts SET facts = '{'")
        .unwrap();
    let unreadable = store.load().unwrap().unreadable;
    assert_eq!(unreadable.len(), 2);
    let mut again = account("one");
    again.generation = unreadable[0].generation + 1;
    store
        .save_tokens(&again, &token_set("1"), &line("Linked again"))
        .unwrap();
    store.forget_account(&unreadable[1].id).unwrap();
    let contents = store.load().unwrap();
    assert_eq!(contents.accounts, [again]);
    assert_eq!(contents.unreadable, []);
}
