//! Request parameters, read as [RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1) wants them read.
//!
//! Doesn't know whether they came in an address, a form or a JSON object.

use std::collections::BTreeSet;

use super::reply::Refusal;

/// Names and values in the order they were sent.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a parameter; one sent without a value counts as omitted.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.sent(name).filter(|value| !value.is_empty())
    }

    /// The value of a parameter as it was sent, even if it is empty.
    pub(super) fn sent(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// Refuses a request that says the same thing twice.
    pub(super) fn without_repeats(&self) -> Result<&Self, Refusal> {
        let names: BTreeSet<_> = self.0.iter().map(|(name, _)| name).collect();
        if names.len() == self.0.len() {
            Ok(self)
        } else {
            Err(Refusal::new(
                "invalid_request",
                "a parameter was sent more than once",
            ))
        }
    }
}
