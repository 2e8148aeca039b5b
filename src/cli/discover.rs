//! `discover`: what an issuer's metadata says, and the provider file made of it.
//!
//! Writes nothing unless it was asked to.

use super::args::DiscoverArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, table};
use crate::bridge::{Command, DiscoveryState, FoundProvider, ProviderCard, Snapshot};
use crate::ids::{CommandId, ProviderId};
use crate::text::{self, foreign};

pub(super) fn run(session: &mut Session<'_, '_>, args: &DiscoverArgs) -> Result<u8, Stop> {
    let issuer = args.issuer.clone();
    let command = session.send(Command::Discover { issuer })?;
    let (issuer, found) = session.until(|_, snapshot| answered(snapshot, command))?;
    let id = args.id.as_ref().unwrap_or(&found.id);
    let name = args.name.as_deref().unwrap_or(&found.name);
    // Shown before it is used: whoever sees a host they don't know can still take it away again.
    if !session.json {
        session.print(&describe(&issuer, &found))?;
    }
    if args.add {
        add(session, id, name)?;
    } else if !session.json {
        session.say("Nothing was written. To use it, add --add.");
    }
    if session.json {
        let called = (id.as_str(), name);
        session.print_json(&json::Discovered::new(&issuer, &found, called, args.add))?;
    }
    Ok(exit::DONE)
}

/// The issuer as it was asked, and what it answered.
fn answered(
    snapshot: &Snapshot,
    command: CommandId,
) -> Result<Option<(String, FoundProvider)>, Stop> {
    let Some(finished) = snapshot.finished(command) else {
        return Ok(None);
    };
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let Some(card) = &snapshot.discovery else {
        return Err(Stop::bug("the discovery is gone"));
    };
    match &card.state {
        DiscoveryState::Asking => Ok(None),
        DiscoveryState::Found(found) => Ok(Some((card.issuer.clone(), found.clone()))),
        DiscoveryState::Failed(problem) => Err(problem.into()),
        DiscoveryState::Added(_) => Err(Stop::bug("it was added before it was asked")),
    }
}

fn add(session: &mut Session<'_, '_>, id: &ProviderId, name: &str) -> Result<(), Stop> {
    let finished = session.carry_out(Command::AddProvider {
        id: id.clone(),
        name: name.to_owned(),
    })?;
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let snapshot = session.snapshot();
    let Some(provider) = snapshot.provider(id) else {
        return Err(Stop::bug("the new provider is not in the list"));
    };
    session.say(&next(provider));
    Ok(())
}

/// What has to be done before it can link.
fn next(provider: &ProviderCard) -> String {
    let (name, id) = (foreign(&provider.name), &provider.id);
    if provider.missing.is_empty() {
        return format!("{name} was added. Next: linkdesk link {id}");
    }
    let missing = text::problem::missing(&provider.missing);
    let redirect = Some(foreign(&provider.client.redirect_uri)).filter(|uri| !uri.is_empty());
    let redirect = redirect.map(|uri| format!(" Register {uri} there as redirect URI."));
    format!(
        "{name} was added and needs {missing}.{} Next: linkdesk client {id} …",
        redirect.unwrap_or_default()
    )
}

fn describe(issuer: &str, found: &FoundProvider) -> String {
    let mut facts = vec![
        ("issuer", foreign(issuer)),
        ("metadata", foreign(&found.metadata_url)),
    ];
    facts.extend(found.hosts.iter().map(|host| ("host", foreign(host))));
    let told: Vec<(String, String)> = found.facts.iter().map(harmless).collect();
    facts.extend(
        told.iter()
            .map(|(name, value)| (name.as_str(), value.clone())),
    );
    let warnings = found.warnings.iter();
    facts.extend(warnings.map(|warning| ("warning", foreign(warning))));
    let file: Vec<String> = found.file.lines().map(foreign).collect();
    format!(
        "{}  {}\n{}\n\n{}",
        found.id,
        foreign(&found.name),
        table::facts(&facts),
        file.join("\n")
    )
}

fn harmless((name, value): &(String, String)) -> (String, String) {
    (foreign(name), foreign(value))
}
