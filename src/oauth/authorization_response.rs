//! The authorization response ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2),
//! with `iss` of [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)), held against what was asked.
//!
//! Doesn't know how the query arrived, nor whether the wait goes on after a refusal.

use super::{ErrorResponse, State, form, plain};
use crate::secret::Secret;

const LONGEST_QUERY: usize = 32 * 1024;
const LONGEST_CODE: usize = 8 * 1024;
const MOST_PARAMETERS: usize = 64;

/// What an answer is held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The state of this attempt.
    pub state: &'a State,
    /// Whether the provider is known not to send the state back; one that is there has to match all the same.
    pub state_may_be_missing: bool,
    /// The issuer, where it is known; compared as text.
    pub issuer: Option<&'a str>,
    /// Whether the provider promises to name itself.
    pub issuer_required: bool,
}

/// An answer that belongs to this attempt and grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The authorization code, good for one token request.
    pub code: Secret,
    /// Whether the answer carried our state.
    pub state_echoed: bool,
}

/// An answer that grants nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It belongs to another attempt, or to nobody's.
    #[error("the answer belongs to another attempt")]
    ForeignState,
    /// It can't be an authorization server's.
    #[error("the answer is malformed: {0}")]
    Malformed(&'static str),
    /// It is ours, but another authorization server's.
    #[error("the answer does not come from {expected}")]
    IssuerMismatch {
        /// The issuer that was asked.
        expected: String,
    },
    /// It is ours and says why not.
    #[error("the authorization server answered with an error")]
    Error(#[source] ErrorResponse),
}

/// The parameters of the redirect that mean something.
///
/// ```
/// use linkdesk::oauth::{AuthorizationResponse, Expected, Refused, State};
///
/// let state = State::from_random([7; 32]);
/// let expected = Expected { state: &state, state_may_be_missing: false, issuer: None, issuer_required: false };
///
/// let query = format!("code=SplxlOBeZQQYbYS6WxSbIA&state={}", state.as_str());
/// let accepted = AuthorizationResponse::accept(&query, &expected).unwrap();
/// assert_eq!(accepted.code.expose(), "SplxlOBeZQQYbYS6WxSbIA");
///
/// let foreign = AuthorizationResponse::accept("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz", &expected);
/// assert_eq!(foreign, Err(Refused::ForeignState));
/// ```
#[derive(Debug, Default)]
pub struct AuthorizationResponse {
    code: Option<Secret>,
    state: Option<Secret>,
    iss: Option<Secret>,
    error: Option<Secret>,
    error_description: Option<Secret>,
}

impl AuthorizationResponse {
    /// Holds a query against what was asked: its form first, then `state`, `iss`, `error` and `code`.
    pub fn accept(query: &str, expected: &Expected<'_>) -> Result<Accepted, Refused> {
        let response = Self::from_query(query)?;
        let state_echoed = response.check_state(expected)?;
        response.check_issuer(expected)?;
        if response.code.is_some() && response.error.is_some() {
            return Err(Refused::Malformed("both a code and an error"));
        }
        if let Some(error) = &response.error {
            let description = response.error_description.as_ref().map(Secret::expose);
            return Err(Refused::Error(ErrorResponse::new(
                error.expose(),
                description,
            )));
        }
        let code = response
            .code
            .ok_or(Refused::Malformed("neither a code nor an error"))?;
        if code.expose().len() > LONGEST_CODE || !plain::is_credential(code.expose()) {
            return Err(Refused::Malformed("the code is not one"));
        }
        Ok(Accepted { code, state_echoed })
    }

    fn from_query(query: &str) -> Result<Self, Refused> {
        if query.len() > LONGEST_QUERY {
            return Err(Refused::Malformed("too long"));
        }
        let mut response = Self::default();
        // Apart from the values: a repeated parameter is refused even where one of the two is empty.
        let mut seen = Vec::new();
        for (count, pair) in form::pairs(query).enumerate() {
            if count >= MOST_PARAMETERS {
                return Err(Refused::Malformed("too many parameters"));
            }
            let (name, value) = pair.ok_or(Refused::Malformed("not form-encoded"))?;
            let value = Secret::new(value);
            let Some(place) = response.place(&name) else {
                // §4.1.2: unrecognized parameters are ignored.
                continue;
            };
            // §3.1: a parameter without a value is as good as omitted.
            *place = Some(value).filter(|value| !value.is_empty());
            if seen.contains(&name) {
                return Err(Refused::Malformed("a repeated parameter"));
            }
            seen.push(name);
        }
        Ok(response)
    }

    fn place(&mut self, name: &str) -> Option<&mut Option<Secret>> {
        match name {
            "code" => Some(&mut self.code),
            "state" => Some(&mut self.state),
            "iss" => Some(&mut self.iss),
            "error" => Some(&mut self.error),
            "error_description" => Some(&mut self.error_description),
            _ => None,
        }
    }

    /// Whether the state was there; one that is there has to be ours.
    fn check_state(&self, expected: &Expected<'_>) -> Result<bool, Refused> {
        match &self.state {
            Some(state) if expected.state.matches(state.expose()) => Ok(true),
            None if expected.state_may_be_missing => Ok(false),
            _ => Err(Refused::ForeignState),
        }
    }

    /// RFC 9207 §2.4: compared as text, without any normalization.
    fn check_issuer(&self, expected: &Expected<'_>) -> Result<(), Refused> {
        let Some(issuer) = expected.issuer else {
            return Ok(());
        };
        let agrees = match &self.iss {
            Some(iss) => iss.expose() == issuer,
            None => !expected.issuer_required,
        };
        if agrees {
            return Ok(());
        }
        Err(Refused::IssuerMismatch {
            expected: issuer.to_owned(),
        })
    }
}
