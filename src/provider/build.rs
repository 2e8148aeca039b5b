//! Puts values into a call's placeholders and writes the request.
//!
//! Every header and body that carries a credential is marked or kept out of sight; sends nothing.

use std::collections::BTreeMap;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serializer as _;

use super::address;
use super::call::{Body, Call, CallRecord, Param, Value};
use super::error::Error;
use super::manifest::{Authentication, Method};
use super::settings::Client;
use crate::basic_login::basic_credentials;
use crate::oauth::{client_secret_basic, form_urlencoded};
use crate::secret::Secret;

/// What placeholders stand for at this moment.
#[derive(Clone)]
pub(super) struct Values<'a> {
    client: &'a Client,
    named: Vec<(&'static str, &'a str)>,
    hints: Option<&'a BTreeMap<String, String>>,
}

impl<'a> Values<'a> {
    pub(super) const fn of(client: &'a Client) -> Self {
        Self {
            client,
            named: Vec::new(),
            hints: None,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &'a str) -> Self {
        self.named.push((name, value));
        self
    }

    /// What is known of the person beside; it never takes the place of a value above.
    pub(super) const fn with_hints(mut self, hints: &'a BTreeMap<String, String>) -> Self {
        self.hints = Some(hints);
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        match name {
            "client_id" => return self.client.settings.client_id.as_deref(),
            "client_secret" => return self.client.secret.as_ref().map(Secret::expose),
            _ => {}
        }
        let named = self.named.iter().find(|(known, _)| *known == name);
        let hint = || {
            let hint = self.hints?.get(name)?.as_str();
            // What would climb in a path names nobody.
            Some(hint).filter(|hint| !matches!(*hint, "" | "." | ".."))
        };
        named.map(|(_, value)| *value).or_else(hint)
    }

    fn need(&self, name: &str) -> Result<&'a str, Error> {
        self.get(name).ok_or_else(|| Error::Missing {
            name: name.to_owned(),
        })
    }

    /// Whether only the set-up could be what is missing.
    pub(super) fn suffice_for(&self, record: &CallRecord) -> bool {
        let is_of_client = |name: &str| matches!(name, "client_id" | "client_secret");
        let names = record.placeholders();
        names
            .iter()
            .all(|name| is_of_client(name) || self.get(name).is_some())
    }

    fn fill<'b>(&self, params: &'b [Param]) -> Result<Vec<(&'b str, &'b str)>, Error>
    where
        'a: 'b,
    {
        let pair = |param: &'b Param| Ok((param.name.as_str(), self.value(&param.value)?));
        params.iter().map(pair).collect()
    }

    fn value<'b>(&self, value: &'b Value) -> Result<&'b str, Error>
    where
        'a: 'b,
    {
        match value {
            Value::Text(text) => Ok(text),
            Value::Placeholder(name) => self.need(name),
        }
    }
}

/// Writes one call.
pub(super) fn call(
    record: &CallRecord,
    alternative: usize,
    values: &Values<'_>,
) -> Result<Call, Error> {
    let mut url = record.endpoint.at(&values.client.settings)?;
    for name in record.endpoint.placeholders() {
        if !address::fill(&mut url, &name, values.need(&name)?) {
            return Err(Error::Missing { name });
        }
    }
    if !record.query.is_empty() {
        let query = values.fill(&record.query)?;
        url.query_pairs_mut().extend_pairs(query);
    }
    let body = body(&record.body, values)?;
    let method = match record.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
    };
    let mut request = http::Request::builder()
        .method(method)
        .uri(url.as_str())
        .body(body)?;
    *request.headers_mut() = headers(record, values)?;
    Ok(Call {
        alternative,
        request,
        shape: record.shape(),
    })
}

fn body(body: &Body, values: &Values<'_>) -> Result<Vec<u8>, Error> {
    Ok(match body {
        Body::None => Vec::new(),
        Body::Form(params) => form_urlencoded(&values.fill(params)?).into_bytes(),
        Body::Json(params) => {
            // In the file's order: a map would sort the names.
            let mut text = Vec::new();
            serde_json::Serializer::new(&mut text).collect_map(values.fill(params)?)?;
            text
        }
    })
}

fn headers(record: &CallRecord, values: &Values<'_>) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    if record.accepts_json {
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    }
    let content_type = match record.body {
        Body::None => None,
        Body::Form(_) => Some("application/x-www-form-urlencoded"),
        Body::Json(_) => Some("application/json"),
    };
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(credentials) = credentials(record.authentication, values)? {
        headers.insert(AUTHORIZATION, sensitive(credentials.expose())?);
    }
    for (name, value) in &record.headers {
        let text = values.value(value)?;
        let value = match value {
            Value::Text(_) => HeaderValue::from_str(text)?,
            Value::Placeholder(_) => sensitive(text)?,
        };
        headers.insert(name.clone(), value);
    }
    Ok(headers)
}

fn credentials(
    authentication: Authentication,
    values: &Values<'_>,
) -> Result<Option<Secret>, Error> {
    Ok(match authentication {
        Authentication::None => None,
        Authentication::Bearer => {
            let token = values.need("access_token")?;
            Some(Secret::new(format!("Bearer {token}")))
        }
        Authentication::ClientSecretBasic => {
            let secret = Secret::new(values.need("client_secret")?);
            Some(client_secret_basic(values.need("client_id")?, &secret))
        }
        Authentication::Basic => {
            let password = Secret::new(values.need("password")?);
            Some(basic_credentials(values.need("username")?, &password)?)
        }
    })
}

fn sensitive(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text)?;
    value.set_sensitive(true);
    Ok(value)
}
