//! What an issuer's metadata says, in plain pairs, for somebody who decides whether to use it.
//!
//! Pure; judges nothing but what a person should be warned of.

use url::Url;

use crate::bridge::FoundProvider;
use crate::ids::ProviderId;
use crate::oauth::{Metadata, is_internationalized};
use crate::provider::discovery;
use crate::worker::input::Found;

/// The card of what was found; `taken` are the ids that other providers have.
pub(super) fn found_card(found: &Found, taken: &[ProviderId]) -> Option<FoundProvider> {
    let discovered = &found.discovered;
    let metadata = &discovered.metadata;
    let issuer = Url::parse(&metadata.issuer).ok()?;
    let host = issuer.host_str().unwrap_or_default();
    let id = discovery::propose_id(host, taken)?;
    let name = discovery::propose_name(host);
    Some(FoundProvider {
        metadata_url: discovered.read_at.to_string(),
        hosts: hosts(metadata),
        facts: facts(metadata),
        warnings: warnings(metadata, &issuer),
        file: discovery::file(discovered, &id, &name),
        id,
        name,
    })
}

fn endpoints(found: &Metadata) -> Vec<(&'static str, &Url)> {
    let optional = [
        ("Sign-in page", &found.authorization_endpoint),
        ("Revocation", &found.revocation_endpoint),
        ("Profile", &found.userinfo_endpoint),
        ("Device codes", &found.device_authorization_endpoint),
        ("Keys of ID tokens", &found.jwks_uri),
    ];
    let optional = optional
        .into_iter()
        .filter_map(|(name, address)| Some((name, address.as_ref()?)));
    std::iter::once(("Tokens", &found.token_endpoint))
        .chain(optional)
        .collect()
}

fn hosts(found: &Metadata) -> Vec<String> {
    let mut hosts: Vec<String> = endpoints(found)
        .into_iter()
        .filter_map(|(_, address)| address.host_str().map(str::to_owned))
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

fn facts(found: &Metadata) -> Vec<(String, String)> {
    let listed = |list: &[String]| match list {
        [] => "not said".to_owned(),
        list => list.join(", "),
    };
    let pkce = found.code_challenge_methods_supported.iter();
    let pkce = if pkce.into_iter().any(|method| method == "S256") {
        "S256"
    } else {
        "not offered"
    };
    let iss = if found.authorization_response_iss_parameter_supported {
        "named in every answer"
    } else {
        "not named in answers"
    };
    let mut facts = vec![("Issuer".to_owned(), found.issuer.clone())];
    for (name, address) in endpoints(found) {
        facts.push((name.to_owned(), address.to_string()));
    }
    facts.extend([
        ("PKCE".to_owned(), pkce.to_owned()),
        ("Issuer in answers".to_owned(), iss.to_owned()),
        ("Scopes".to_owned(), listed(&found.scopes_supported)),
        (
            "Authentication".to_owned(),
            listed(&found.token_endpoint_auth_methods_supported),
        ),
    ]);
    facts
}

fn warnings(found: &Metadata, issuer: &Url) -> Vec<String> {
    let mut warnings = Vec::new();
    let endpoints = endpoints(found);
    if endpoints
        .iter()
        .any(|(_, address)| is_internationalized(address))
    {
        warnings.push(
            "A host is written in letters of another script. Compare it letter by letter with the one you expect."
                .to_owned(),
        );
    }
    let elsewhere = |address: &Url| address.host_str() != issuer.host_str();
    let mut other: Vec<&str> = endpoints
        .iter()
        .filter(|(_, address)| elsewhere(address))
        .filter_map(|(_, address)| address.host_str())
        .collect();
    other.sort_unstable();
    other.dedup();
    if !other.is_empty() {
        warnings.push(format!(
            "It sends you to other hosts than its own: {}.",
            other.join(", ")
        ));
    }
    let has_pkce = found.code_challenge_methods_supported.iter();
    if !has_pkce.into_iter().any(|method| method == "S256") {
        warnings.push(
            "It does not say that it supports PKCE, so that a stolen code is not worthless."
                .to_owned(),
        );
    }
    warnings
}
