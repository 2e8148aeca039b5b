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

/// The redirect that answers an authorization request.
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
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationResponse;

impl AuthorizationResponse {
    /// Holds a query against what was asked: `state` first, then `iss`, then `error` and `code`.
    pub fn accept(query: &str, expected: &Expected<'_>) -> Result<Accepted, Refused> {
        let answer = Answer::read(query)?;
        let state_echoed = answer.check_state(expected)?;
        answer.check_issuer(expected)?;
        match (one(&answer.error)?, one(&answer.code)?) {
            (Some(_), Some(_)) => Err(Refused::Malformed("both a code and an error")),
            (Some(error), None) => Err(answer.declined(&error)),
            (None, Some(code)) => Ok(Accepted {
                code: checked_code(code)?,
                state_echoed,
            }),
            (None, None) => Err(Refused::Malformed("neither a code nor an error")),
        }
    }
}

/// The parameters that mean something, still encoded.
///
/// §4.1.2: all others are ignored, so damage in them is nobody's business.
#[derive(Default)]
struct Answer<'q> {
    state: Vec<&'q str>,
    iss: Vec<&'q str>,
    error: Vec<&'q str>,
    error_description: Vec<&'q str>,
    code: Vec<&'q str>,
}

impl<'q> Answer<'q> {
    fn read(query: &'q str) -> Result<Self, Refused> {
        if query.len() > LONGEST_QUERY {
            return Err(Refused::Malformed("too long"));
        }
        let mut answer = Self::default();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        for (count, pair) in pairs.enumerate() {
            if count >= MOST_PARAMETERS {
                return Err(Refused::Malformed("too many parameters"));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A name in percent signs is the same name, or a repetition could hide in it.
            if let Some(place) = form::decoded(name).and_then(|name| answer.place(&name)) {
                place.push(value);
            }
        }
        Ok(answer)
    }

    fn place(&mut self, name: &str) -> Option<&mut Vec<&'q str>> {
        match name {
            "code" => Some(&mut self.code),
            "state" => Some(&mut self.state),
            "iss" => Some(&mut self.iss),
            "error" => Some(&mut self.error),
            "error_description" => Some(&mut self.error_description),
            _ => None,
        }
    }

    /// Whether the state was there; one that is there, be it empty, has to be ours.
    fn check_state(&self, expected: &Expected<'_>) -> Result<bool, Refused> {
        match one(&self.state)? {
            Some(state) if expected.state.matches(state.expose()) => Ok(true),
            None if expected.state_may_be_missing => Ok(false),
            _ => Err(Refused::ForeignState),
        }
    }

    /// RFC 9207 §2.4: compared as text, without any normalization.
    fn check_issuer(&self, expected: &Expected<'_>) -> Result<(), Refused> {
        let iss = one(&self.iss)?;
        let Some(issuer) = expected.issuer else {
            return Ok(());
        };
        let agrees = match &iss {
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

    fn declined(&self, error: &Secret) -> Refused {
        if error.is_empty() {
            return Refused::Malformed("the error is empty");
        }
        // Words for a person: of several, or of damaged ones, none.
        let description = one(&self.error_description).ok().flatten();
        let description = description.as_ref().map(Secret::expose);
        Refused::Error(ErrorResponse::new(error.expose(), description))
    }
}

fn checked_code(code: Secret) -> Result<Secret, Refused> {
    if code.expose().len() > LONGEST_CODE || !plain::is_credential(code.expose()) {
        return Err(Refused::Malformed("the code is not one"));
    }
    Ok(code)
}

/// The one value of a parameter; sent twice it has none (§3.1).
fn one(values: &[&str]) -> Result<Option<Secret>, Refused> {
    match values {
        [] => Ok(None),
        [value] => match form::decoded(value) {
            Some(value) => Ok(Some(Secret::new(value))),
            None => Err(Refused::Malformed("not form-encoded")),
        },
        _ => Err(Refused::Malformed("a repeated parameter")),
    }
}
