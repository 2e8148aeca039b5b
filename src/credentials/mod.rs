//! What a provider hands out when a client is registered, as a JSON file or a copied text: identifier, secret, redirect URIs.
//!
//! Deliberately reads no file and knows no provider, nor where credentials are kept.

mod error;
mod json;
#[cfg(test)]
mod tests;

use crate::secret::Secret;
use json::{Fields, Value};

pub use error::CredentialsError;

const LONGEST_TEXT: usize = 1024 * 1024;
const LONGEST_VALUE: usize = 4 * 1024;
const MOST_REDIRECT_URIS: usize = 256;

const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";
const REDIRECT_URIS: &str = "redirect_uris";
const REDIRECT_URI: &str = "redirect_uri";

/// A registered client.
///
/// ```
/// use linkdesk::credentials::Credentials;
///
/// let file = br#"{"installed":{"client_id":"s6BhdRkqt3","client_secret":"7Fjfp0ZBr1KtDRbnfVdmIw","redirect_uris":["http://localhost"]}}"#;
/// let credentials = Credentials::read(file).unwrap();
/// assert_eq!(credentials.client_id, "s6BhdRkqt3");
/// assert_eq!(credentials.redirect_uris, ["http://localhost"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The client identifier ([RFC 6749 §2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2)); a number becomes its text.
    pub client_id: String,
    /// The client password (§2.3.1); an empty one counts as none.
    pub client_secret: Option<Secret>,
    /// What was registered to come back to, in the order of the text, unchecked.
    pub redirect_uris: Vec<String>,
}

impl Credentials {
    /// Reads a registration response ([RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1)),
    /// with the names written in any way, and also inside an `installed` or `web`, as some consoles wrap it.
    pub fn read(text: &[u8]) -> Result<Self, CredentialsError> {
        if text.len() > LONGEST_TEXT {
            return Err(CredentialsError::TooLong);
        }
        let mut fields = Fields::from_text(text).ok_or(CredentialsError::NotJson)?;
        if let Some(inner) = wrapped(&mut fields)? {
            fields = inner;
        }
        Ok(Self {
            client_id: client_id(&fields)?,
            client_secret: client_secret(&fields)?,
            redirect_uris: redirect_uris(&fields)?,
        })
    }
}

/// The object inside a wrapper; beside one, a second client makes it unclear which is meant.
fn wrapped(fields: &mut Fields) -> Result<Option<Fields>, CredentialsError> {
    let wrappers = ["installed", "web"];
    let clients: Vec<&str> = fields
        .iter()
        .filter(|(name, value)| match value {
            Value::Object(_) => wrappers.contains(&name.as_str()),
            _ => json::is_called(name, CLIENT_ID),
        })
        .map(|(name, _)| name.as_str())
        .collect();
    match clients.as_slice() {
        [first, second, ..] => Err(CredentialsError::ambiguous(first, second)),
        _ => Ok(fields.take_object(&wrappers)),
    }
}

/// The one field of a name, however it is written; two of them are refused, be they equal or not.
fn field<'f>(fields: &'f Fields, name: &str) -> Result<Option<&'f Value>, CredentialsError> {
    let mut found = fields.iter().filter(|(own, _)| json::is_called(own, name));
    match (found.next(), found.next()) {
        (Some((first, _)), Some((second, _))) => Err(CredentialsError::ambiguous(first, second)),
        (first, _) => Ok(first
            .map(|(_, value)| value)
            .filter(|value| !matches!(value, Value::Null))),
    }
}

fn client_id(fields: &Fields) -> Result<String, CredentialsError> {
    let missing = || CredentialsError::no_client_id(fields.iter().map(|(name, _)| name.as_str()));
    let id = match field(fields, CLIENT_ID)? {
        None => return Err(missing()),
        Some(Value::Text(text)) => text.expose().trim(),
        Some(Value::Number(number)) => number,
        Some(_) => return Err(CredentialsError::Malformed(CLIENT_ID)),
    };
    match id {
        "" => Err(missing()),
        id if is_vschar(id) => Ok(id.to_owned()),
        _ => Err(CredentialsError::Malformed(CLIENT_ID)),
    }
}

/// Taken as it is: a space at the end may belong to it.
fn client_secret(fields: &Fields) -> Result<Option<Secret>, CredentialsError> {
    match field(fields, CLIENT_SECRET)? {
        None => Ok(None),
        Some(Value::Text(text)) if text.is_empty() => Ok(None),
        Some(Value::Text(text)) if is_secret(text.expose()) => Ok(Some(text.clone())),
        Some(_) => Err(CredentialsError::Malformed(CLIENT_SECRET)),
    }
}

fn redirect_uris(fields: &Fields) -> Result<Vec<String>, CredentialsError> {
    let mut uris = Vec::new();
    for name in [REDIRECT_URIS, REDIRECT_URI] {
        let malformed = CredentialsError::Malformed(name);
        let values = match field(fields, name)? {
            None => continue,
            Some(Value::List(values)) if values.len() <= MOST_REDIRECT_URIS => values.as_slice(),
            Some(one @ Value::Text(_)) => std::slice::from_ref(one),
            Some(_) => return Err(malformed),
        };
        for value in values {
            match value {
                Value::Text(uri) if uris.iter().any(|own| own == uri.expose()) => {}
                Value::Text(uri) if is_vschar(uri.expose()) => uris.push(uri.expose().to_owned()),
                _ => return Err(malformed),
            }
        }
    }
    Ok(uris)
}

/// [RFC 6749, Appendix A](https://www.rfc-editor.org/rfc/rfc6749#appendix-A): printable ASCII.
fn is_vschar(text: &str) -> bool {
    let is_printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    (1..=LONGEST_VALUE).contains(&text.len()) && text.bytes().all(is_printable)
}

/// Some providers let people choose one in their own letters.
fn is_secret(text: &str) -> bool {
    text.len() <= LONGEST_VALUE && !text.chars().any(char::is_control)
}
