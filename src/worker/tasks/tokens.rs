//! Makes a token set and its facts of a token response.
//!
//! The place where `expires_in` becomes `expires_at`. Knows nothing of how the response was asked for.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::account::{AccessFacts, Binding, ExpirySource, RefreshFacts, TokenSet};
use crate::oauth::{self, TokenResponse};
use crate::provider::{Client, Provider};
use crate::secret::Secret;
use crate::vault::{self, Vault};

/// The set to keep after a token response.
///
/// An answer without a refresh token keeps the one that was used. Where the provider's file says so, the one before is kept
/// too, until the newer has worked once.
pub(super) fn next_set(
    provider: &Provider,
    response: TokenResponse,
    used: Option<(&Secret, BTreeMap<String, String>)>,
) -> TokenSet {
    let (used, mut hints) = match used {
        Some((used, hints)) => (Some(used.clone()), hints),
        None => (None, BTreeMap::new()),
    };
    hints.extend(response.extras);
    let is_candidate =
        response.refresh_token.is_none() && response.candidate_refresh_token.is_some();
    let newer = response.refresh_token.or(response.candidate_refresh_token);
    let keeps_previous = is_candidate || provider.keeps_previous_refresh_token();
    let previous = match (&newer, &used) {
        (Some(newer), Some(used)) if keeps_previous && newer != used => Some(used.clone()),
        _ => None,
    };
    TokenSet {
        access_token: response.access_token,
        refresh_token: newer.or(used),
        previous_refresh_token: previous,
        hints,
    }
}

/// What the history says of a refresh: what was odd about the answer, too, and nothing of its content.
pub(super) fn refreshed(response: &TokenResponse) -> String {
    if response.odd_fields.is_empty() {
        return "Refreshed".to_owned();
    }
    format!(
        "Refreshed; odd in the answer: {}",
        response.odd_fields.join(", ")
    )
}

/// When a response's access token ends, and how that is known.
fn expiry(
    provider: &Provider,
    response: &TokenResponse,
    now: Timestamp,
    clock_offset_ms: Option<i64>,
) -> (Option<Timestamp>, ExpirySource) {
    let jwt_exp = oauth::jwt_exp(&response.access_token);
    let offset = clock_offset_ms.map(SignedDuration::from_millis);
    let (at, source) = response.expiry(now, offset, provider.stated_access_lifetime(), jwt_exp);
    (at, expiry_source(source))
}

/// The facts of an access token just received.
pub(super) fn access_facts(
    vault: &dyn Vault,
    provider: &Provider,
    response: &TokenResponse,
    now: Timestamp,
    clock_offset_ms: Option<i64>,
) -> Result<AccessFacts, vault::Error> {
    let (expires_at, expiry_source) = expiry(provider, response, now, clock_offset_ms);
    let scopes = response.scopes.as_ref();
    Ok(AccessFacts {
        issued_at: now,
        expires_at,
        expiry_source,
        renews_on_use: provider.renews_on_use().is_some(),
        token_type: response.token_type.clone(),
        scopes: scopes
            .map(|scopes| scopes.iter().map(str::to_owned).collect())
            .unwrap_or_default(),
        fingerprint: vault.fingerprint(&response.access_token)?,
        form: oauth::token_form(&response.access_token),
    })
}

/// The facts of the refresh token now kept.
pub(super) fn refresh_facts(
    vault: &dyn Vault,
    provider: &Provider,
    tokens: &TokenSet,
    before: Option<(&RefreshFacts, bool)>,
    now: Timestamp,
) -> Result<RefreshFacts, vault::Error> {
    let Some(token) = &tokens.refresh_token else {
        return Ok(RefreshFacts::default());
    };
    let stated = provider.stated_refresh_lifetime();
    let from_now = stated
        .and_then(|lifetime| SignedDuration::try_from(lifetime).ok())
        .and_then(|lifetime| now.checked_add(lifetime).ok());
    let (issued_at, expires_at, rotates) = match before {
        None => (Some(now), from_now, None),
        Some((_, true)) => (Some(now), from_now, Some(true)),
        Some((facts, false)) => (facts.issued_at, facts.expires_at, Some(false)),
    };
    Ok(RefreshFacts {
        present: true,
        issued_at,
        expires_at,
        rotates,
        fingerprint: Some(vault.fingerprint(token)?),
    })
}

/// Whom the tokens belong to.
pub(super) fn binding(provider: &Provider, client: &Client) -> Binding {
    Binding {
        token_origin: provider.token_origin(&client.settings),
        origins: provider.secret_origins(&client.settings),
        client_id: client.settings.client_id.clone(),
    }
}

const fn expiry_source(source: oauth::ExpirySource) -> ExpirySource {
    match source {
        oauth::ExpirySource::ExpiresIn => ExpirySource::ExpiresIn,
        oauth::ExpirySource::Expires => ExpirySource::Expires,
        oauth::ExpirySource::JwtExp => ExpirySource::JwtExp,
        oauth::ExpirySource::Definition => ExpirySource::Definition,
        oauth::ExpirySource::None => ExpirySource::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oauth::TokenNames;
    use crate::provider::Registry;

    /// An answer with a new refresh token, or without one.
    fn answer(refresh_token: Option<&str>) -> TokenResponse {
        let field = refresh_token.map(|token| format!(r#","refresh_token":"{token}""#));
        let body = format!(
            r#"{{"access_token":"a","token_type":"Bearer","expires_in":60{}}}"#,
            field.unwrap_or_default()
        );
        TokenResponse::from_json(body.as_bytes(), &TokenNames::default()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn a_thousand_answers_with_and_without_a_refresh_token_leave_the_last_one(
            answers in proptest::collection::vec(any::<bool>(), 1000),
        ) {
            let (registry, _) = Registry::new(Vec::new());
            for provider in registry.iter() {
                let mut last = "first".to_owned();
                let mut set = next_set(provider, answer(Some(&last)), None);
                for (number, is_new) in answers.iter().enumerate() {
                    let before = Secret::new(last.clone());
                    let new = is_new.then(|| format!("token-{number}"));
                    let used = (&before, set.hints.clone());
                    set = next_set(provider, answer(new.as_deref()), Some(used));
                    last = new.unwrap_or(last);
                    let kept = set.refresh_token.as_ref().map(Secret::expose);
                    prop_assert_eq!(kept, Some(last.as_str()));
                }
            }
        }
    }
}
