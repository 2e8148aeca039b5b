//! Why a text holds no credentials, said with the names of fields and never with what was in them.
//!
//! Doesn't know how credentials are read.

const MOST_NAMES: usize = 12;
const LONGEST_NAME: usize = 40;

/// A text that holds no credentials of one client.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Something else was handed over than what a provider hands out.
    #[error("the text is longer than 1 MiB")]
    TooLong,
    /// It may be the page the credentials are shown on, or the bare values.
    #[error("the text is not a JSON object")]
    NotJson,
    /// It belongs to something else.
    #[error("no client identifier was found; there {}", found(.fields))]
    NoClientId {
        /// The names of the fields that are there, fit to be shown.
        fields: Vec<String>,
    },
    /// It can't be told which of two is meant.
    #[error("both `{first}` and `{second}` were found, and only one can be meant")]
    Ambiguous {
        /// The name of the one, fit to be shown.
        first: String,
        /// The name of the other, fit to be shown.
        second: String,
    },
    /// A field is there and can't be what it is named after.
    #[error("the `{0}` is malformed")]
    Malformed(&'static str),
}

impl CredentialsError {
    pub(super) fn ambiguous(first: &str, second: &str) -> Self {
        Self::Ambiguous {
            first: shown(first),
            second: shown(second),
        }
    }

    pub(super) fn no_client_id<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self::NoClientId {
            fields: names.take(MOST_NAMES).map(shown).collect(),
        }
    }
}

/// Names are others' texts too.
fn shown(name: &str) -> String {
    let is_plain = |char: &char| char.is_ascii_graphic() || *char == ' ';
    name.chars().filter(is_plain).take(LONGEST_NAME).collect()
}

fn found(fields: &[String]) -> String {
    match fields {
        [] => "is nothing".to_owned(),
        fields => format!("is `{}`", fields.join("`, `")),
    }
}
