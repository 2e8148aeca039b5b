//! A thousand accounts are refreshed at once, and the same is done by a bare loop.
//!
//! The loop sends the same requests with the same client, four at a time as the worker does, and makes the same durable
//! transactions in a copy of the same database: a mark before, the new tokens after. Knows nothing of trouble.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::Request;
use linkdesk::account::HistoryLine;
use linkdesk::bridge::Command;
use linkdesk::ids::AccountId;
use linkdesk::platform::Http as _;
use linkdesk::platform::http::ReqwestHttp;
use linkdesk::secret::Secret;
use linkdesk::store::{Database, SqliteStore, Store as _};
use linkdesk::vault::{Keychain, Kind, Random, Vault};
use rusqlite::{Connection, params};

use crate::desk::Desk;
use crate::figures::{Figures, note, title};
use crate::server::Server;

const ACCOUNTS: usize = 1_000;

/// How many requests are under way at one provider.
const AT_ONCE: usize = 4;

/// What is aimed at is half of it; a loaded machine is no failure.
const RATIO: f64 = 3.0;

pub(crate) fn measure(figures: &mut Figures) {
    title(&format!(
        "bulk: {ACCOUNTS} accounts refreshed at once, held against a bare loop"
    ));
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path(), Kind::Keychain);
    desk.set_up(&server.address());
    desk.link("trader@practice.example", "password");
    drop(desk);
    multiply(folder.path());
    let desk = Desk::open(folder.path(), Kind::Keychain);
    let copy = folder.path().join("copy.db");
    std::fs::copy(folder.path().join("linkdesk.db"), &copy).unwrap();
    let bare = bare_loop(&copy, &server);
    desk.wait("all accounts", |snapshot| {
        (snapshot.accounts.len() == ACCOUNTS).then_some(())
    });
    let before = server.refreshes();
    let begun = Instant::now();
    let problem = desk.carry_out(&Command::RefreshAll);
    let ours = begun.elapsed();
    figures.holds("every account is refreshed", problem.is_none());
    figures.exactly("refresh requests", server.refreshes() - before, ACCOUNTS);
    figures.exactly("tokens presented twice", server.twice(), 0);
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    note(&format!("the worker {ours:.1?}, the bare loop {bare:.1?}"));
    figures.at_most("ratio, better below 1.5", ratio, RATIO);
}

/// Makes many accounts of the one that is there, each with a refresh token of its own.
fn multiply(data: &Path) {
    let random = || Random::new(|bytes| Ok(getrandom::fill(bytes)?));
    let (database, _) = Database::open(&data.join("linkdesk.db"), &random()).unwrap();
    let vault = Keychain::new(database.installation(), data, random());
    let vault: Arc<dyn Vault> = Arc::new(vault);
    let store = SqliteStore::new(database, Arc::clone(&vault));
    let contents = store.load().unwrap();
    vault.open(contents.sealed_with.first()).unwrap();
    let first = contents.accounts.first().unwrap();
    let tokens = store.tokens(&first.id).unwrap();
    for number in 1..ACCOUNTS {
        let mut account = first.clone();
        account.id = AccountId::from_random(number as u128);
        account.label = format!("Account {number}");
        let mut tokens = tokens.clone();
        tokens.refresh_token = Some(Secret::new(format!("first {number}")));
        let line = HistoryLine {
            at: account.linked_at,
            what: "Linked".to_owned(),
        };
        store.save_tokens(&account, &tokens, &line).unwrap();
    }
}

fn bare_loop(database: &Path, server: &Server) -> Duration {
    let connection = Connection::open(database).unwrap();
    for (name, value) in [("synchronous", "EXTRA"), ("secure_delete", "1")] {
        connection.pragma_update(None, name, value).unwrap();
    }
    let ids: Vec<String> = connection
        .prepare("SELECT id FROM accounts")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let (connection, ids) = (Arc::new(Mutex::new(connection)), Arc::new(ids));
    let next = Arc::new(AtomicUsize::new(0));
    let address = format!("{}/v2/authentication/refresh", server.address());
    let http = Arc::new(ReqwestHttp::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let begun = Instant::now();
    runtime.block_on(async {
        let mut lanes = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            let (connection, ids) = (Arc::clone(&connection), Arc::clone(&ids));
            let (next, http) = (Arc::clone(&next), Arc::clone(&http));
            let address = address.clone();
            lanes.spawn(async move {
                while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                    commit(&connection, id, mark).await;
                    let request = Request::get(&address)
                        .header("Refresh-Token", format!("bare {id}"))
                        .body(Vec::new())
                        .unwrap();
                    let answer = http.send(request).await.unwrap();
                    assert!(answer.status().is_success());
                    commit(&connection, id, save).await;
                }
            });
        }
        lanes.join_all().await;
    });
    begun.elapsed()
}

/// One durable transaction, away from the loop.
async fn commit(
    connection: &Arc<Mutex<Connection>>,
    id: &str,
    change: fn(&Connection, &str) -> rusqlite::Result<()>,
) {
    let (connection, id) = (Arc::clone(connection), id.to_owned());
    let work = tokio::task::spawn_blocking(move || {
        let mut connection = connection.lock().unwrap();
        let transaction = connection.transaction().unwrap();
        change(&transaction, &id).unwrap();
        transaction.commit().unwrap();
    });
    work.await.unwrap();
}

fn mark(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    let change = "UPDATE accounts SET facts = facts || ' ' WHERE id = ?1";
    connection.execute(change, [id]).map(drop)
}

fn save(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    let change =
        "UPDATE accounts SET generation = generation + 1, facts = facts || ' ' WHERE id = ?1";
    connection.execute(change, [id])?;
    let what = format!("%{id}%");
    let found = "SELECT what, vault, key_id, bytes FROM sealed WHERE what LIKE ?1";
    let row: (String, String, String, Vec<u8>) = connection.query_row(found, [what], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    connection.execute("DELETE FROM sealed WHERE what = ?1", [&row.0])?;
    let insert = "INSERT INTO sealed (what, vault, key_id, bytes) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(insert, params![row.0, row.1, row.2, row.3])?;
    let line =
        "INSERT INTO history (account, line) VALUES (?1, '{\"at\":0,\"what\":\"Refreshed\"}')";
    connection.execute(line, [id]).map(drop)
}
