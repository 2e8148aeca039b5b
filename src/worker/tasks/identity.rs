//! Who signed in: proved by an ID token where the provider issues them, and compared with who was expected.
//!
//! Saves nothing. An identity that can't be told apart is not called the same.

use std::time::Duration;

use super::Desk;
use super::ask::ask;
use super::profile;
use crate::account::Identity;
use crate::bridge::ProblemKind;
use crate::oauth::{self, ExpectedIdToken, IdClaims, IdToken, IdTokenError, Nonce, TokenResponse};
use crate::provider::{AnswerError, CallKind, Client, Provider};
use crate::worker::failure::Failure;

/// How far a provider's clock may differ from ours before an ID token counts as too old or too new.
const LEEWAY: Duration = Duration::from_mins(1);

/// From this difference on, a clock is called wrong.
const WRONG_CLOCK_MS: i64 = 60_000;

/// The public keys of a provider (RFC 7517), as they came.
pub(super) struct Keys(Vec<u8>);

/// What an ID token is verified with.
#[derive(Clone, Copy)]
pub(super) struct Proof<'a> {
    pub(super) provider: &'a Provider,
    pub(super) client: &'a Client,
    pub(super) nonce: Option<&'a Nonce>,
    pub(super) clock_offset_ms: Option<i64>,
}

impl Keys {
    /// Fetches them, where the provider signs ID tokens.
    pub(super) async fn fetch(
        desk: &Desk,
        provider: &Provider,
        client: &Client,
    ) -> Result<Option<Self>, Failure> {
        if !provider.expects_id_token() {
            return Ok(None);
        }
        let call = provider
            .jwks_call(client)
            .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
        let asked = ask(desk, provider, CallKind::Keys, vec![call], None)
            .await
            .map_err(|error| Failure::unanswered(&error, desk.world.clock.now()))?;
        AnswerError::check(&asked.response)
            .map_err(|error| profile::answer_failure(provider, client, &error, CallKind::Keys))?;
        Ok(Some(Self(asked.response.into_body())))
    }

    /// The verified claims; an ID token that doesn't hold ends the attempt. Keys that have changed are fetched once more.
    pub(super) async fn verify(
        self,
        desk: &Desk,
        response: &TokenResponse,
        proof: &Proof<'_>,
    ) -> Result<Option<IdClaims>, Failure> {
        match self.check(desk, response, proof) {
            Err(IdTokenError::UnknownKey) => {}
            checked => return checked.map_err(|error| refused(&error, proof)),
        }
        let Some(newer) = Self::fetch(desk, proof.provider, proof.client).await? else {
            return Ok(None);
        };
        newer
            .check(desk, response, proof)
            .map_err(|error| refused(&error, proof))
    }

    fn check(
        &self,
        desk: &Desk,
        response: &TokenResponse,
        proof: &Proof<'_>,
    ) -> Result<Option<IdClaims>, IdTokenError> {
        let token = match &response.id_token {
            IdToken::Present(token) => token,
            // OpenID Connect Core §3.1.3.3: whoever asked for one gets one. Without it nobody is named, and nothing is wrong.
            IdToken::Absent => return Ok(None),
            IdToken::Odd => return Err(IdTokenError::Malformed("form")),
        };
        let expected = ExpectedIdToken {
            issuer: proof.provider.issuer().unwrap_or_default(),
            client_id: proof
                .client
                .settings
                .client_id
                .as_deref()
                .unwrap_or_default(),
            nonce: proof.nonce,
            algorithms: proof.provider.id_token_algorithms(),
            now: desk.world.clock.now(),
            leeway: LEEWAY,
        };
        oauth::verify_id_token(token, &self.0, &expected).map(Some)
    }
}

/// Why an ID token was refused; at a wrong time, the clock is the likelier culprit where the answers differ from it.
fn refused(error: &IdTokenError, proof: &Proof<'_>) -> Failure {
    let offset = proof.clock_offset_ms.unwrap_or_default();
    let is_time = matches!(error, IdTokenError::Expired | IdTokenError::NotYetValid);
    let kind = if is_time && offset.abs() >= WRONG_CLOCK_MS {
        ProblemKind::ClockWrong {
            host: proof
                .provider
                .host_of(CallKind::Exchange, &proof.client.settings),
            // The provider's clock against ours, turned around.
            offset_seconds: Some(-offset / 1000),
        }
    } else {
        ProblemKind::IdTokenRefused {
            check: check(error).to_owned(),
        }
    };
    Failure::caused(kind, error)
}

const fn check(error: &IdTokenError) -> &'static str {
    match error {
        IdTokenError::Malformed(_) => "form",
        IdTokenError::Algorithm => "algorithm",
        IdTokenError::UnknownKey => "key",
        IdTokenError::Signature => "signature",
        IdTokenError::Issuer => "issuer",
        IdTokenError::Audience => "audience",
        IdTokenError::Nonce => "nonce",
        IdTokenError::Expired | IdTokenError::NotYetValid => "time",
    }
}

/// Whether two sign-ins are the same person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// They are.
    Same,
    /// They are not.
    Other,
    /// Nothing is known of both that could be compared.
    Unknown,
}

/// Compares what is known of both; what never changes goes before what people may change.
pub(super) fn compare(one: &Identity, other: &Identity) -> Likeness {
    let pairs = [
        (&one.subject, &other.subject, false),
        (&one.login, &other.login, false),
        (&one.email, &other.email, true),
    ];
    for (one, other, ignores_case) in pairs {
        if let (Some(one), Some(other)) = (one, other) {
            let same = if ignores_case {
                one.to_lowercase() == other.to_lowercase()
            } else {
                one == other
            };
            return if same {
                Likeness::Same
            } else {
                Likeness::Other
            };
        }
    }
    Likeness::Unknown
}

/// Whether anything is known that could be compared.
pub(super) const fn is_known(identity: &Identity) -> bool {
    identity.subject.is_some() || identity.login.is_some() || identity.email.is_some()
}

/// The shortest name of who this is.
pub(super) fn name(identity: &Identity) -> String {
    let known = identity
        .email
        .as_ref()
        .or(identity.login.as_ref())
        .or(identity.name.as_ref())
        .or(identity.subject.as_ref());
    known.map_or_else(
        || "somebody the provider did not name".to_owned(),
        Clone::clone,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(subject: Option<&str>, login: Option<&str>, email: Option<&str>) -> Identity {
        Identity {
            subject: subject.map(str::to_owned),
            login: login.map(str::to_owned),
            email: email.map(str::to_owned),
            name: None,
        }
    }

    #[test]
    fn what_never_changes_decides_before_what_people_may_change() {
        let one = who(Some("7"), Some("ada"), Some("ada@example.com"));
        let moved = who(Some("7"), Some("ada"), Some("new@example.com"));
        let other = who(Some("8"), Some("ada"), Some("ada@example.com"));
        assert_eq!(compare(&one, &moved), Likeness::Same);
        assert_eq!(compare(&one, &other), Likeness::Other);
    }

    #[test]
    fn an_address_is_the_same_whatever_its_case_and_a_login_is_not() {
        let email = |email| who(None, None, Some(email));
        assert_eq!(compare(&email("A@b.c"), &email("a@B.c")), Likeness::Same);
        let login = |login| who(None, Some(login), None);
        assert_eq!(compare(&login("Ada"), &login("ada")), Likeness::Other);
    }

    #[test]
    fn what_can_not_be_compared_is_not_called_the_same() {
        let nobody = Identity::default();
        let somebody = who(Some("7"), None, None);
        assert_eq!(compare(&nobody, &somebody), Likeness::Unknown);
        assert_eq!(compare(&nobody, &nobody), Likeness::Unknown);
        let by_mail = who(None, None, Some("a@b.c"));
        assert_eq!(compare(&by_mail, &somebody), Likeness::Unknown);
        assert!(!is_known(&nobody) && is_known(&somebody) && is_known(&by_mail));
    }
}
