//! `providers`: what can be linked, what each still needs, the redirect URIs to register and the ways home.
//!
//! Changes nothing.

use super::session::Session;
use super::stop::Stop;
use super::{browsers, client_redirect, exit, json, table};
use crate::bridge::{ClientCard, ProviderCard, ProviderOrigin, SignInKind, Snapshot};
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
    let uris = client_redirect::redirect_uris(client);
    facts.extend(uris.map(|uri| ("redirect URI", foreign(uri))));
    if !client.ways.is_empty() {
        facts.push(("redirect", ways(client)));
    }
    if provider.offers_device && provider.sign_in != SignInKind::Device {
        facts.push(("other device", "offered: link with --device".to_owned()));
    }
    if let Some(browser) = &client.browser {
        facts.push(("browser", browsers::chosen(browser)));
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
    if !provider.all_hosts.is_empty() {
        facts.push(("sends to", foreign(&provider.all_hosts.join(", "))));
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

/// The ways home the provider allows, as `--redirect` takes them.
fn ways(client: &ClientCard) -> String {
    let ways = client.ways.iter().map(|card| {
        let word = client_redirect::word(card.way);
        if card.way == client.way_home {
            format!("{word} (in use)")
        } else {
            word.to_owned()
        }
    });
    ways.collect::<Vec<_>>().join(", ")
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
