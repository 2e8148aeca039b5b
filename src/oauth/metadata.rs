//! What an authorization server says of itself ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414),
//! [OpenID Connect Discovery 1.0](https://openid.net/specs/openid-connect-discovery-1_0.html)).
//!
//! Doesn't know which address answered, nor which of what is supported gets used.

use serde_json::Value;
use url::Url;

use super::address::{self, Unfit};
use super::json::Fields;
use super::plain;

const LONGEST_BODY: usize = 1024 * 1024;
const LONGEST_LIST: usize = 512;
const LONGEST_ITEM: usize = 512;

/// Why an address can't be an issuer's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Somebody on the way could put other endpoints in.
    #[error("the issuer is neither https nor on this machine")]
    Insecure,
    /// It has a part that an issuer must not have, named here ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)).
    #[error("the issuer has a {0}")]
    Part(&'static str),
}

/// The addresses to ask for an issuer's metadata, in this order; the first answer that is one counts.
///
/// OpenID Connect Discovery §4.1 appends its path, [RFC 8414 §3.1](https://www.rfc-editor.org/rfc/rfc8414#section-3.1)
/// inserts its own after the host, and §5 there allows the former to be inserted as well.
///
/// ```
/// use linkdesk::oauth::metadata_urls;
/// use url::Url;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let urls = metadata_urls(&Url::parse("https://example.com/issuer1")?)?;
/// assert_eq!(
///     urls.iter().map(Url::as_str).collect::<Vec<_>>(),
///     [
///         "https://example.com/issuer1/.well-known/openid-configuration",
///         "https://example.com/.well-known/oauth-authorization-server/issuer1",
///         "https://example.com/.well-known/openid-configuration/issuer1",
///     ]
/// );
/// assert!(metadata_urls(&Url::parse("http://example.com/")?).is_err());
/// # Ok(())
/// # }
/// ```
pub fn metadata_urls(issuer: &Url) -> Result<Vec<Url>, IssuerError> {
    check_issuer(issuer)?;
    // Both documents have a slash at the end removed first.
    let own = issuer.path().trim_end_matches('/');
    let paths = [
        format!("{own}/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server{own}"),
        format!("/.well-known/openid-configuration{own}"),
    ];
    let mut urls = Vec::with_capacity(paths.len());
    for path in paths {
        let mut url = issuer.clone();
        url.set_path(&path);
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}

fn check_issuer(issuer: &Url) -> Result<(), IssuerError> {
    if !address::is_secure(issuer) {
        return Err(IssuerError::Insecure);
    }
    let extra = match issuer {
        issuer if issuer.query().is_some() => "query",
        issuer if issuer.fragment().is_some() => "fragment",
        issuer if address::has_user(issuer) => "user name",
        _ => return Ok(()),
    };
    Err(IssuerError::Part(extra))
}

/// What an authorization server supports, and where.
///
/// ```
/// use linkdesk::oauth::{Metadata, MetadataError};
///
/// let body = br#"{
///     "issuer": "https://server.example.com",
///     "authorization_endpoint": "https://server.example.com/authorize",
///     "token_endpoint": "https://server.example.com/token",
///     "code_challenge_methods_supported": ["S256"]
/// }"#;
/// let metadata = Metadata::read(body, "https://server.example.com").unwrap();
/// assert_eq!(metadata.token_endpoint.path(), "/token");
/// assert_eq!(metadata.token_endpoint_auth_methods_supported, ["client_secret_basic"]);
///
/// let other = Metadata::read(body, "https://elsewhere.example.com");
/// assert_eq!(other, Err(MetadataError::Issuer { named: "https://server.example.com".to_owned() }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// As it was asked for, and as `iss` has to be; compared as text.
    pub issuer: String,
    /// Where a person agrees; absent where no grant needs it.
    pub authorization_endpoint: Option<Url>,
    /// Where codes and refresh tokens are turned into tokens.
    pub token_endpoint: Url,
    /// Where tokens are given back ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).
    pub revocation_endpoint: Option<Url>,
    /// Where the claims about a person are (OpenID Connect Core §5.3).
    pub userinfo_endpoint: Option<Url>,
    /// Where a device without a browser begins ([RFC 8628 §4](https://www.rfc-editor.org/rfc/rfc8628#section-4)).
    pub device_authorization_endpoint: Option<Url>,
    /// Where the keys are that ID tokens are signed with.
    pub jwks_uri: Option<Url>,
    /// Those that are told; others may exist.
    pub scopes_supported: Vec<String>,
    /// Empty where the server says nothing of PKCE.
    pub code_challenge_methods_supported: Vec<String>,
    /// How a client proves itself; `client_secret_basic` alone where nothing is said (RFC 8414 §2).
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// `authorization_code` and `implicit` where nothing is said (RFC 8414 §2).
    pub grant_types_supported: Vec<String>,
    /// What ID tokens may be signed with; empty where nothing is said.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Whether `iss` comes with every authorization response ([RFC 9207 §3](https://www.rfc-editor.org/rfc/rfc9207#section-3)).
    pub authorization_response_iss_parameter_supported: bool,
    /// The values of `prompt` that are understood (Initiating User Registration via OpenID Connect 1.0 §4); empty where nothing is said.
    pub prompt_values_supported: Vec<String>,
}

/// A body that is no metadata of the issuer asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Most often a page for people; another address may know better.
    #[error("the metadata is not a JSON object of at most 1 MiB")]
    NotJson,
    /// RFC 8414 §3.3: it must not be used.
    #[error("the metadata belongs to another issuer")]
    Issuer {
        /// The issuer it names, fit to be shown; often the same but for a slash at the end.
        named: String,
    },
    /// A field that has to be there is not.
    #[error("the metadata has no `{0}`")]
    Missing(&'static str),
    /// A field is there twice, or is not what it has to be.
    #[error("the `{0}` of the metadata is malformed")]
    Malformed(&'static str),
    /// An endpoint is neither https nor on this machine.
    #[error("the `{0}` of the metadata is not https")]
    Insecure(&'static str),
}

impl Metadata {
    /// Reads the answer of a well-known address; `issuer_asked` is the text that the address was made of.
    pub fn read(body: &[u8], issuer_asked: &str) -> Result<Self, MetadataError> {
        if body.len() > LONGEST_BODY {
            return Err(MetadataError::NotJson);
        }
        let document = Document(Fields::from_body(body).ok_or(MetadataError::NotJson)?);
        let list_or = |name, default: &[&str]| {
            let list = document.list(name)?;
            Ok(list.unwrap_or_else(|| default.iter().map(|&item| item.to_owned()).collect()))
        };
        Ok(Self {
            issuer: document.issuer(issuer_asked)?,
            authorization_endpoint: document.endpoint("authorization_endpoint")?,
            token_endpoint: document
                .endpoint("token_endpoint")?
                .ok_or(MetadataError::Missing("token_endpoint"))?,
            revocation_endpoint: document.endpoint("revocation_endpoint")?,
            userinfo_endpoint: document.endpoint("userinfo_endpoint")?,
            device_authorization_endpoint: document.endpoint("device_authorization_endpoint")?,
            jwks_uri: document.endpoint("jwks_uri")?,
            scopes_supported: list_or("scopes_supported", &[])?,
            code_challenge_methods_supported: list_or("code_challenge_methods_supported", &[])?,
            token_endpoint_auth_methods_supported: list_or(
                "token_endpoint_auth_methods_supported",
                &["client_secret_basic"],
            )?,
            grant_types_supported: list_or(
                "grant_types_supported",
                &["authorization_code", "implicit"],
            )?,
            id_token_signing_alg_values_supported: list_or(
                "id_token_signing_alg_values_supported",
                &[],
            )?,
            authorization_response_iss_parameter_supported: document
                .flag("authorization_response_iss_parameter_supported")?,
            prompt_values_supported: list_or("prompt_values_supported", &[])?,
        })
    }
}

/// The fields as they were sent; those that nobody asks for may be as odd as they like.
struct Document(Fields);

impl Document {
    /// Of two values two readers could take different ones.
    fn field(&self, name: &'static str) -> Result<Option<&Value>, MetadataError> {
        if self.0.repeats(name) {
            return Err(MetadataError::Malformed(name));
        }
        Ok(self.0.get(name))
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, MetadataError> {
        match self.field(name)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(MetadataError::Malformed(name)),
        }
    }

    fn issuer(&self, asked: &str) -> Result<String, MetadataError> {
        match self.text("issuer")? {
            None => Err(MetadataError::Missing("issuer")),
            Some(issuer) if issuer == asked => Ok(issuer.to_owned()),
            Some(other) => Err(MetadataError::Issuer {
                named: plain::shown(other),
            }),
        }
    }

    fn endpoint(&self, name: &'static str) -> Result<Option<Url>, MetadataError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match address::endpoint(text) {
            Ok(url) => Ok(Some(url)),
            Err(Unfit::Insecure) => Err(MetadataError::Insecure(name)),
            Err(Unfit::Malformed) => Err(MetadataError::Malformed(name)),
        }
    }

    fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, MetadataError> {
        let items = match self.field(name)? {
            None => return Ok(None),
            Some(Value::Array(items)) if items.len() <= LONGEST_LIST => items,
            Some(_) => return Err(MetadataError::Malformed(name)),
        };
        let texts = items.iter().map(|item| {
            let text = item.as_str().filter(|text| text.len() <= LONGEST_ITEM)?;
            Some(text.to_owned())
        });
        let texts: Option<Vec<String>> = texts.collect();
        texts.map(Some).ok_or(MetadataError::Malformed(name))
    }

    fn flag(&self, name: &'static str) -> Result<bool, MetadataError> {
        match self.field(name)? {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(MetadataError::Malformed(name)),
        }
    }
}
