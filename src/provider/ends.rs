//! What a provider's own words say about why a link has ended.
//!
//! Knows the words of the provider's file and no others: what an answer says beside them is not repeated, let alone kept.

use serde::Deserialize;

use super::answer::AnswerError;
use super::record::Provider;

/// A reason that a provider can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndWord {
    /// The token's time was up.
    Expired,
    /// The refresh token was spent before.
    RefreshedElsewhere,
    /// Somebody withdrew the access.
    Revoked,
    /// Another sign-in took its place.
    SignedInElsewhere,
    /// The password was changed.
    PasswordChanged,
    /// The provider ended all links.
    ProviderReset,
}

/// An answer that names a reason, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEnd {
    /// The error code.
    pub error: String,
    /// How the description begins; any will do where there is none.
    pub description: Option<String>,
    /// What that means.
    pub reason: EndWord,
}

impl NamedEnd {
    fn is_in(&self, error: &AnswerError) -> bool {
        let AnswerError::Error { response, .. } = error else {
            return false;
        };
        let told = response.description.as_deref().unwrap_or_default();
        let begins = |begin: &String| told.starts_with(begin.as_str());
        response.code == self.error && self.description.as_ref().is_none_or(begins)
    }
}

impl Provider {
    /// The reason an answer gives in words of the provider's file; the more exact words go first.
    pub fn named_end(&self, error: &AnswerError) -> Option<&NamedEnd> {
        let exact = |end: &&NamedEnd| end.description.is_some();
        let ends = &self.errors.ends;
        let (exact, any): (Vec<_>, Vec<_>) = ends.iter().partition(exact);
        let mut ends = exact.into_iter().chain(any);
        ends.find(|end| end.is_in(error))
    }

    /// Whether a second link of the same person ends the first one.
    pub const fn second_link_ends_first(&self) -> bool {
        self.errors.second_link_ends_first
    }
}
