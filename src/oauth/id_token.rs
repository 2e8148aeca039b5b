//! ID tokens: who signed in, proved by the provider's signature
//! ([OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)).
//!
//! Has no clock and fetches no keys: both are handed in. `at_hash` is not looked at, because in the code flow both tokens come over one connection.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::json::{self, Fields};
use super::jws::{Algorithm, Jws};
use super::{Nonce, jwk, plain};
use crate::secret::Secret;

/// What is used where a provider declares nothing (OpenID Connect Core §2, Registration §2).
const DEFAULT_ALGORITHM: &str = "RS256";
const LONGEST_SUBJECT: usize = 255;

/// What an ID token is held against.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedIdToken<'a> {
    /// The issuer; compared as text.
    pub issuer: &'a str,
    /// Our client identifier there, which it has to be meant for.
    pub client_id: &'a str,
    /// The nonce of this attempt, where one was sent.
    pub nonce: Option<&'a Nonce>,
    /// `id_token_signing_alg_values_supported` as the provider declares it; `RS256` where it is empty.
    pub algorithms: &'a [String],
    /// The receipt of the token.
    pub now: Timestamp,
    /// How far the clocks may differ.
    pub leeway: Duration,
}

/// What a provider says of a person, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdClaims {
    /// Names the person at this issuer for good, at most 255 characters of printable ASCII.
    pub sub: String,
    /// The e-mail address, fit to be shown; not a name to know anybody by.
    pub email: Option<String>,
    /// Whether the provider says that the address is the person's own.
    pub email_verified: bool,
    /// The full name, fit to be shown.
    pub name: Option<String>,
    /// What the person wants to be called by, fit to be shown.
    pub preferred_username: Option<String>,
    /// When the token was made.
    pub issued_at: Timestamp,
    /// When it must no longer be taken for a proof.
    pub expires_at: Timestamp,
    /// When the person last typed a password or the like.
    pub auth_time: Option<Timestamp>,
}

/// An ID token that proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// A part or a claim is missing, there twice, or not what it has to be.
    #[error("the ID token has no valid {0}")]
    Malformed(&'static str),
    /// The provider didn't declare the algorithm, or it is one that proves nothing to a client.
    #[error("the ID token is signed with an algorithm that doesn't count")]
    Algorithm,
    /// The keys may have changed since they were fetched.
    #[error("the keys of the provider have not exactly one for the ID token")]
    UnknownKey,
    /// Somebody else made it, or changed it.
    #[error("the signature of the ID token does not hold")]
    Signature,
    /// Another issuer made it.
    #[error("the ID token belongs to another issuer")]
    Issuer,
    /// It is meant for another client.
    #[error("the ID token is meant for another client")]
    Audience,
    /// It answers another attempt.
    #[error("the ID token answers another attempt")]
    Nonce,
    /// Either it is old, or our clock is fast.
    #[error("the ID token has expired by the clock of this machine")]
    Expired,
    /// Most likely our clock is slow.
    #[error("the ID token is not valid yet by the clock of this machine")]
    NotYetValid,
}

/// Verifies the signature with one of the provider's keys, given as the body of its `jwks_uri`, and then every claim that has to hold.
///
/// ```
/// use std::time::Duration;
/// use jiff::Timestamp;
/// use linkdesk::oauth::{ExpectedIdToken, IdTokenError, verify_id_token};
/// use linkdesk::secret::Secret;
///
/// let expected = ExpectedIdToken {
///     issuer: "https://server.example.com",
///     client_id: "s6BhdRkqt3",
///     nonce: None,
///     algorithms: &[],
///     now: Timestamp::UNIX_EPOCH,
///     leeway: Duration::from_secs(60),
/// };
/// let unsigned = Secret::new("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.");
/// let verified = verify_id_token(&unsigned, br#"{"keys":[]}"#, &expected);
/// assert_eq!(verified, Err(IdTokenError::Algorithm));
/// ```
pub fn verify_id_token(
    token: &Secret,
    keys: &[u8],
    expected: &ExpectedIdToken<'_>,
) -> Result<IdClaims, IdTokenError> {
    let jws = Jws::read(token).map_err(IdTokenError::Malformed)?;
    let algorithm = algorithm(&jws, expected.algorithms).ok_or(IdTokenError::Algorithm)?;
    let key = jwk::select(keys, &jws, algorithm).ok_or(IdTokenError::UnknownKey)?;
    if !key.verifies(&jws, algorithm) {
        return Err(IdTokenError::Signature);
    }
    let fields = Fields::from_body(&jws.payload).ok_or(IdTokenError::Malformed("payload"))?;
    Claims(fields).checked(expected)
}

/// The algorithm of the header, if it is one that the provider declares.
fn algorithm(jws: &Jws<'_>, declared: &[String]) -> Option<Algorithm> {
    let name = jws.alg.expose();
    let is_declared = match declared {
        [] => name == DEFAULT_ALGORITHM,
        declared => declared.iter().any(|own| own == name),
    };
    Algorithm::named(name).filter(|_| is_declared)
}

/// The claims of a token whose signature holds.
struct Claims(Fields);

impl Claims {
    fn checked(&self, expected: &ExpectedIdToken<'_>) -> Result<IdClaims, IdTokenError> {
        if self.text("iss")? != Some(expected.issuer) {
            return Err(IdTokenError::Issuer);
        }
        self.check_audience(expected.client_id)?;
        self.check_nonce(expected.nonce)?;
        let (issued_at, expires_at) = self.checked_times(expected)?;
        Ok(IdClaims {
            sub: self.subject()?,
            email: self.shown("email"),
            email_verified: self.is_true("email_verified"),
            name: self.shown("name"),
            preferred_username: self.shown("preferred_username"),
            issued_at,
            expires_at,
            auth_time: self.instant("auth_time").ok().flatten(),
        })
    }

    /// Steps 3 to 5: we are among the audience, and where a party is named that it was made for, that is us as well.
    fn check_audience(&self, client_id: &str) -> Result<(), IdTokenError> {
        const MALFORMED: IdTokenError = IdTokenError::Malformed("aud");
        let audience = match self.claim("aud")? {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several
                .iter()
                .map(Value::as_str)
                .collect::<Option<Vec<_>>>()
                .ok_or(MALFORMED)?,
            _ => return Err(MALFORMED),
        };
        let is_party = match self.text("azp")? {
            Some(party) => party == client_id,
            None => audience.len() == 1,
        };
        if audience.contains(&client_id) && is_party {
            return Ok(());
        }
        Err(IdTokenError::Audience)
    }

    fn check_nonce(&self, sent: Option<&Nonce>) -> Result<(), IdTokenError> {
        let Some(nonce) = sent else {
            return Ok(());
        };
        match self.text("nonce")? {
            Some(claimed) if nonce.matches(claimed) => Ok(()),
            _ => Err(IdTokenError::Nonce),
        }
    }

    /// `iat` and `exp`, both required, and `nbf` where it is there.
    fn checked_times(
        &self,
        expected: &ExpectedIdToken<'_>,
    ) -> Result<(Timestamp, Timestamp), IdTokenError> {
        let required = |name| self.instant(name)?.ok_or(IdTokenError::Malformed(name));
        let (issued_at, expires_at) = (required("iat")?, required("exp")?);
        let begins_at = self.instant("nbf")?.unwrap_or(issued_at).max(issued_at);
        let now = expected.now.as_second();
        let leeway = i64::try_from(expected.leeway.as_secs()).unwrap_or(i64::MAX);
        if expires_at.as_second() <= now.saturating_sub(leeway) {
            return Err(IdTokenError::Expired);
        }
        if begins_at.as_second() > now.saturating_add(leeway) {
            return Err(IdTokenError::NotYetValid);
        }
        Ok((issued_at, expires_at))
    }

    /// Kept as it is, because it is compared; so it has to be fit to be shown by itself.
    fn subject(&self) -> Result<String, IdTokenError> {
        let is_fit = |sub: &&str| !sub.is_empty() && *sub == plain::ascii(sub, LONGEST_SUBJECT);
        let sub = self.text("sub")?.filter(is_fit);
        sub.map(str::to_owned).ok_or(IdTokenError::Malformed("sub"))
    }

    /// [RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4): of two claims of one name, two readers could take different ones.
    fn claim(&self, name: &'static str) -> Result<Option<&Value>, IdTokenError> {
        if self.0.repeats(name) {
            return Err(IdTokenError::Malformed(name));
        }
        Ok(self.0.get(name))
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, IdTokenError> {
        match self.claim(name)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(IdTokenError::Malformed(name)),
        }
    }

    /// A `NumericDate` (RFC 7519 §2), which is a number and no text.
    fn instant(&self, name: &'static str) -> Result<Option<Timestamp>, IdTokenError> {
        let second = match self.claim(name)? {
            None => return Ok(None),
            Some(value) if value.is_number() => json::seconds(value),
            Some(_) => None,
        };
        let instant = second.and_then(|second| Timestamp::from_second(second).ok());
        instant.map(Some).ok_or(IdTokenError::Malformed(name))
    }

    /// Words for a person: where they are odd, there are none.
    fn shown(&self, name: &'static str) -> Option<String> {
        let text = plain::shown(self.text(name).ok().flatten()?);
        (!text.is_empty()).then_some(text)
    }

    /// Some servers write the word.
    fn is_true(&self, name: &'static str) -> bool {
        match self.claim(name) {
            Ok(Some(Value::Bool(flag))) => *flag,
            Ok(Some(Value::String(word))) => word == "true",
            _ => false,
        }
    }
}
