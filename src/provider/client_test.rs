//! A set-up put to the test before anybody signs in: an exchange of a code that cannot exist, and what its refusal tells.
//!
//! Sends nothing; knows only what the token endpoint gives away (RFC 6749 §5.2).

use super::answer::AnswerError;
use super::call::{Call, CallKind};
use super::error::Error;
use super::meaning::Meaning;
use super::record::{Provider, SignIn};
use super::settings::Client;
use crate::oauth::CodeVerifier;
use crate::secret::Secret;

/// No server hands out a code that says what it is for.
const NO_CODE: &str = "linkdesk-set-up-test";

/// What a refused test tells about the set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientTestOutcome {
    /// The client was accepted and only the code was not (`invalid_grant`).
    ///
    /// The redirect URI stays untested: servers look at the code first, or give this answer for a foreign redirect URI too.
    Recognized,
    /// Client id and secret are not accepted.
    Rejected {
        /// The error code, or the status as text.
        code: String,
    },
    /// The redirect URI is not the registered one.
    RedirectMismatch,
    /// The answer says nothing about the set-up.
    NotTold {
        /// The error code, or the status as text.
        code: String,
    },
}

impl Provider {
    /// The test's calls, which are alternatives like those of an exchange; none where nothing can be told without a person.
    pub fn client_test_calls(&self, client: &Client) -> Result<Vec<Call>, Error> {
        if self.sign_in(&client.settings) != SignIn::AuthorizationCode {
            return Ok(Vec::new());
        }
        let redirect = self.redirect(&client.settings);
        // No code was bound to this verifier: it only makes the request complete.
        let verifier = CodeVerifier::from_random([0; 32]);
        let verifier = self.uses_pkce().then_some(&verifier);
        self.exchange_calls(client, &Secret::new(NO_CODE), &redirect.uri, verifier)
    }

    /// What the test's refusal tells.
    pub fn client_test_meaning(&self, error: &AnswerError) -> ClientTestOutcome {
        let code = error.code();
        match self.meaning(error, CallKind::Exchange) {
            Meaning::GrantRejected => ClientTestOutcome::Recognized,
            Meaning::RedirectMismatch => ClientTestOutcome::RedirectMismatch,
            Meaning::ClientRejected { code } if is_about_client(&code) => {
                ClientTestOutcome::Rejected { code }
            }
            _ => ClientTestOutcome::NotTold { code },
        }
    }
}

/// A refused grant type or scope is a matter of the provider file.
fn is_about_client(code: &str) -> bool {
    ["invalid_client", "unauthorized_client", "401"].contains(&code)
}
