//! `providers`: what can be linked, what each still needs, and the redirect URI to register.
//!
//! Changes nothing.

use super::session::Session;
use super::stop::Stop;
use super::{exit, json, table};
use crate::bridge::{ProviderCard, ProviderOrigin, SignInKind, Snapshot};
use crate::text::{self, foreign};

pub(super) fn run(session: &mut Session<'_, '_>, snapshot: &Snapshot) -> Result<u8, Stop> {
    if session.json {
        let all: Vec<json::Provider<'_>> = snapshot
            .providers
            .iter()
            .map(|it| json::Provider::new(it))
            .collect();
        session.print_json(&all)?;
    } else {
        let all: Vec<String> = snapshot.providers.iter().map(|it| describe(it)).collect();
        session.print(&all.join("\n\n"))?;
    }
    Ok(exit::DONE)
}

/// A provider in a few lines.
pub(super) fn describe(provider: &ProviderCard) -> String {
    let client = &provider.client;
    let mut facts = vec![("set-up", set_up(provider)), ("sign-in", sign_in(provider))];
    if let Some(client_id) = &client.client_id {
        facts.push(("client id", foreign(client_id)));
    }
    if client.wants_client_secret {
        let secret = if client.has_client_secret {
            "kept"
        } else {
            "none"
        };
        facts.push(("client secret", secret.to_owned()));
    }
    if !client.redirect_uri.is_empty() {
        facts.push(("redirect URI", foreign(&client.redirect_uri)));
    }
    for host in &client.hosts {
        let address = if host.address.is_empty() {
            "not set"
        } else {
            &host.address
        };
        facts.push((
            "host",
            format!("{}  {}", foreign(&host.id), foreign(address)),
        ));
    }
    for option in &client.options {
        let state = if option.enabled { "on" } else { "off" };
        let words = format!(
            "{}  {state}  {}",
            foreign(&option.id),
            foreign(&option.name)
        );
        facts.push(("option", words));
    }
    if let ProviderOrigin::AddedByYou { file } = &provider.origin {
        facts.push(("added by you", foreign(file)));
    }
    format!(
        "{}  {}\n{}",
        provider.id,
        foreign(&provider.name),
        table::facts(&facts)
    )
}

fn set_up(provider: &ProviderCard) -> String {
    if provider.missing.is_empty() {
        "ready to link".to_owned()
    } else {
        format!("needs {}", text::problem::missing(&provider.missing))
    }
}

fn sign_in(provider: &ProviderCard) -> String {
    let host = foreign(&provider.sign_in_host);
    let at = if host.is_empty() {
        String::new()
    } else {
        format!(" at {host}")
    };
    match provider.sign_in {
        SignInKind::Browser => format!("in the browser{at}"),
        SignInKind::Password => format!("with name and password{at}"),
        SignInKind::Device => format!("on another device, with a code{at}"),
    }
}
