//! `client`: keeps what a provider gave out at registration, or has it tested.
//!
//! The client secret comes from a file or standard input, never from an argument.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::ClientArgs;
use super::session::Session;
use super::stop::Stop;
use super::{
    client_redirect, client_test, credentials_file, exit, json, providers, resolve, secret_file,
    unlock,
};
use crate::bridge::{BrowserChange, ClientChange, Command, ProviderCard, SecretChange, Snapshot};
use crate::text::foreign;

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &ClientArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let provider = resolve::provider(&snapshot, &args.provider)?;
    let change = change(session, args, provider)?;
    let tests_kept = args.test && provider.client.has_client_secret;
    if matches!(change.client_secret, SecretChange::Set(_)) || tests_kept {
        unlock::key_store(session, passphrase)?;
    }
    if args.test {
        return client_test::run(session, provider, change);
    }
    if change == ClientChange::default() {
        return Err(Stop::usage(
            "there is nothing to store: give --client-id, --client-secret-file, --credentials-file, --redirect-uri, --redirect, --browser or --base-url",
        ));
    }
    save(session, provider, change)
}

fn save(
    session: &mut Session<'_, '_>,
    provider: &ProviderCard,
    change: ClientChange,
) -> Result<u8, Stop> {
    let id = provider.id.clone();
    let finished = session.carry_out(Command::SaveClient {
        provider: id.clone(),
        change,
    })?;
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let snapshot = session.snapshot();
    let Some(provider) = snapshot.provider(&id) else {
        return Err(Stop::bug("the provider is gone"));
    };
    if session.json {
        session.print_json(&json::Provider::new(provider))?;
    } else {
        session.print(&providers::describe(provider))?;
    }
    Ok(exit::DONE)
}

fn change(
    session: &mut Session<'_, '_>,
    args: &ClientArgs,
    provider: &ProviderCard,
) -> Result<ClientChange, Stop> {
    let client = &provider.client;
    // Whatever can be refused is refused before anything is read from standard input.
    let hosts = known(&args.host, "host", client.hosts.iter().map(|it| &it.id))?;
    let switches = client.options.iter().map(|it| &it.id);
    let options = known(&args.option, "option", switches)?;
    let browser = args.browser.as_deref();
    let snapshot = session.snapshot();
    let browser = match browser {
        Some(meant) => chosen(&snapshot, meant)?,
        None => BrowserChange::Keep,
    };
    let registered = registered(session, args, provider)?;
    let redirect = client_redirect::read(args, &registered.redirect_uris, client)?;
    Ok(ClientChange {
        client_id: registered.client_id,
        client_secret: registered.client_secret,
        redirect_uri: redirect.uri,
        other_redirect_uris: redirect.others,
        pastes_redirect: redirect.pastes,
        browser,
        base_url: args.base_url.clone(),
        hosts,
        options,
    })
}

/// What the provider gave out, typed or read.
struct Registered {
    client_id: Option<String>,
    client_secret: SecretChange,
    redirect_uris: Vec<String>,
}

fn registered(
    session: &mut Session<'_, '_>,
    args: &ClientArgs,
    provider: &ProviderCard,
) -> Result<Registered, Stop> {
    if let Some(path) = &args.credentials_file {
        let credentials = credentials_file::read(session, path)?;
        return Ok(Registered {
            client_id: Some(credentials.client_id),
            client_secret: match credentials.client_secret {
                Some(secret) => SecretChange::Set(secret),
                // The file describes the whole client: a secret of another one must not go with it.
                None if provider.client.has_client_secret => SecretChange::Remove,
                None => SecretChange::Keep,
            },
            redirect_uris: credentials.redirect_uris,
        });
    }
    Ok(Registered {
        client_id: args.client_id.clone(),
        client_secret: match &args.client_secret_file {
            Some(path) => SecretChange::Set(secret_file::read(path, session.input())?),
            None if args.forget_client_secret => SecretChange::Remove,
            None => SecretChange::Keep,
        },
        redirect_uris: Vec::new(),
    })
}

/// The browser for new accounts.
fn chosen(snapshot: &Snapshot, meant: &str) -> Result<BrowserChange, Stop> {
    match meant {
        "system" => Ok(BrowserChange::System),
        meant => resolve::browser(snapshot, meant).map(BrowserChange::Take),
    }
}

/// The pairs, each of which has to name something the provider has.
fn known<'a, T: Clone>(
    pairs: &[(String, T)],
    what: &str,
    there_are: impl Iterator<Item = &'a String>,
) -> Result<BTreeMap<String, T>, Stop> {
    let there_are: Vec<&str> = there_are.map(String::as_str).collect();
    if let Some((id, _)) = pairs
        .iter()
        .find(|(id, _)| !there_are.contains(&id.as_str()))
    {
        let list = if there_are.is_empty() {
            "none".to_owned()
        } else {
            there_are.join(", ")
        };
        return Err(Stop::usage(format!(
            "this provider has no {what} “{}”. There are: {}",
            foreign(id),
            foreign(&list)
        )));
    }
    Ok(pairs.iter().cloned().collect())
}
