//! `client`: keeps what a provider gave out at registration.
//!
//! The client secret comes from a file or standard input, never from an argument.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::ClientArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, providers, resolve, secret_file, unlock};
use crate::bridge::{ClientChange, Command, ProviderCard, SecretChange};
use crate::text::foreign;

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &ClientArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let provider = resolve::provider(&snapshot, &args.provider)?;
    let change = change(session, args, provider)?;
    if matches!(change.client_secret, SecretChange::Set(_)) {
        unlock::key_store(session, passphrase)?;
    }
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
    let client_secret = match &args.client_secret_file {
        Some(path) => SecretChange::Set(secret_file::read(path, session.input())?),
        None if args.forget_client_secret => SecretChange::Remove,
        None => SecretChange::Keep,
    };
    let client = &provider.client;
    let change = ClientChange {
        client_id: args.client_id.clone(),
        client_secret,
        redirect_uri: args.redirect_uri.clone(),
        base_url: args.base_url.clone(),
        hosts: known(&args.host, "host", client.hosts.iter().map(|it| &it.id))?,
        options: known(
            &args.option,
            "option",
            client.options.iter().map(|it| &it.id),
        )?,
        ..ClientChange::default()
    };
    if change == ClientChange::default() {
        return Err(Stop::usage(
            "there is nothing to store: give --client-id, --client-secret-file, --redirect-uri or --base-url",
        ));
    }
    Ok(change)
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
