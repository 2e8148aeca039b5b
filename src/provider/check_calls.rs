//! Checks the requests that a provider file writes out.
//!
//! Knows which values each kind of request may ask for, and where secrets must not be put; the rest is `check_standard`'s.

use http::header::HeaderName;

use super::call::{Body, CallKind, CallRecord, Param, Value};
use super::check::Checker;
use super::check_standard::{Defaults, add_standard};
use super::manifest::{Authentication, CallEntry, Manifest, Method, Text};
use super::mistake::Mistake;
use super::record::{Calls, TokenKeys};

/// Headers that are ours to write.
const OURS: [&str; 11] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "user-agent",
];

/// What must not stand in an address, where logs and histories keep it.
const NOT_IN_QUERY: [&str; 3] = ["client_secret", "password", "access_token"];

/// All calls of a file: those written out, else the ones the RFCs describe.
pub(super) fn calls(
    checker: &mut Checker,
    manifest: &Manifest,
    tokens: &TokenKeys,
    defaults: &Defaults<'_>,
) -> Calls {
    let mut of = |kind: CallKind, entries: &[CallEntry], endpoint: Option<&Text>| {
        let reader = Reader {
            kind,
            endpoint,
            reads_headers: tokens.headers.is_some(),
        };
        let read = |entry| reader.call(checker, entry);
        entries.iter().filter_map(read).collect::<Vec<_>>()
    };
    let token = manifest.token_endpoint.as_ref();
    let mut calls = Calls {
        exchange: of(CallKind::Exchange, &manifest.exchange, token),
        password: of(CallKind::Password, &manifest.password, token),
        refresh: of(CallKind::Refresh, &manifest.refresh, token),
        profile: of(
            CallKind::Profile,
            &manifest.profile,
            manifest.userinfo_endpoint.as_ref(),
        ),
        revocation: of(
            CallKind::Revoke,
            &manifest.revocation,
            manifest.revocation_endpoint.as_ref(),
        ),
        ..Calls::default()
    };
    add_standard(checker, manifest, defaults, &mut calls);
    calls
}

/// `name=value`; the name may be empty, and the value a placeholder.
pub(super) fn param(text: &str) -> Option<Param> {
    let (name, value) = text.split_once('=')?;
    Some(Param {
        name: name.to_owned(),
        value: Value::read(value),
    })
}

/// Reads entries of one kind.
struct Reader<'a> {
    kind: CallKind,
    /// Where a request goes that names no endpoint of its own.
    endpoint: Option<&'a Text>,
    reads_headers: bool,
}

impl Reader<'_> {
    fn call(&self, checker: &mut Checker, entry: &CallEntry) -> Option<CallRecord> {
        let table = self.table();
        let Some(text) = entry.endpoint.as_ref().or(self.endpoint) else {
            let key = format!("{table}.endpoint");
            checker.mistakes.push(Mistake::of_file(&key, "an address"));
            return None;
        };
        let endpoint = checker.endpoint(text, &format!("{table}.endpoint"))?;
        let query = self.params(checker, &entry.query, "query");
        self.refuse_secrets(checker, entry);
        let body = self.body(checker, entry);
        let method = entry.method.unwrap_or(match body {
            Body::None => Method::Get,
            Body::Form(_) | Body::Json(_) => Method::Post,
        });
        let authentication = entry.authentication.unwrap_or(match self.kind {
            CallKind::Profile => Authentication::Bearer,
            _ => Authentication::None,
        });
        let record = CallRecord {
            method,
            endpoint,
            query,
            body,
            headers: self.headers(checker, &entry.headers),
            authentication,
            accepts_json: self.kind == CallKind::Profile || !self.reads_headers,
        };
        self.check_placeholders(checker, &record, text);
        Some(record)
    }

    const fn table(&self) -> &'static str {
        match self.kind {
            CallKind::Exchange => "exchange",
            CallKind::Password => "password",
            CallKind::Refresh => "refresh",
            CallKind::Profile => "profile",
            CallKind::Revoke => "revocation",
            // Nobody writes these out.
            CallKind::DeviceAuthorization | CallKind::DeviceToken | CallKind::Keys => "",
        }
    }

    /// The values a kind of request can be given.
    const fn known(&self) -> &'static [&'static str] {
        match self.kind {
            CallKind::Exchange => &["client_id", "client_secret", "code", "redirect_uri"],
            CallKind::Password => &["client_id", "client_secret", "username", "password"],
            CallKind::Refresh => &["client_id", "client_secret", "refresh_token"],
            CallKind::Profile => &["client_id", "client_secret", "access_token"],
            CallKind::Revoke => &[
                "client_id",
                "client_secret",
                "access_token",
                "refresh_token",
            ],
            CallKind::DeviceAuthorization | CallKind::DeviceToken | CallKind::Keys => &[],
        }
    }

    fn check_placeholders(&self, checker: &mut Checker, record: &CallRecord, at: &Text) {
        let is_hint = |name: &str| {
            let fits =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            self.kind == CallKind::Profile && !name.is_empty() && name.bytes().all(fits)
        };
        let is_known = |name: &str| self.known().contains(&name) || is_hint(name);
        if !record.placeholders().iter().all(|name| is_known(name)) {
            let names: Vec<String> = self
                .known()
                .iter()
                .map(|name| format!("{{{name}}}"))
                .collect();
            let expected = format!("no placeholders but {}", names.join(", "));
            checker.refuse(at.span(), self.table(), expected);
        }
        let in_path = record.endpoint.placeholders();
        if in_path
            .iter()
            .any(|name| self.known().contains(&name.as_str()))
        {
            let expected = "a path without tokens and credentials";
            checker.refuse(at.span(), &format!("{}.endpoint", self.table()), expected);
        }
    }

    fn params(&self, checker: &mut Checker, texts: &[Text], part: &str) -> Vec<Param> {
        let key = format!("{}.{part}", self.table());
        let mut params: Vec<Param> = Vec::new();
        for text in texts {
            let Some(param) = param(text.get_ref()) else {
                checker.refuse(text.span(), &key, "\"name=value\"");
                continue;
            };
            // RFC 6749 §3.2: no parameter more than once.
            if params.iter().any(|known| known.name == param.name) {
                checker.refuse(text.span(), &key, "each name once");
            }
            params.push(param);
        }
        params
    }

    fn refuse_secrets(&self, checker: &mut Checker, entry: &CallEntry) {
        for text in &entry.query {
            let value = param(text.get_ref()).map(|param| param.value);
            let is_secret = |name: &str| value == Some(Value::Placeholder(name.to_owned()));
            if NOT_IN_QUERY.iter().any(|name| is_secret(name)) {
                let expected =
                    "secrets in form, json, headers or authentication, not in an address";
                checker.refuse(text.span(), &format!("{}.query", self.table()), expected);
            }
        }
    }

    fn body(&self, checker: &mut Checker, entry: &CallEntry) -> Body {
        match (&entry.form, &entry.json) {
            (None, None) => Body::None,
            (Some(form), None) => Body::Form(self.params(checker, form, "form")),
            (None, Some(json)) => Body::Json(self.params(checker, json, "json")),
            (Some(_), Some(json)) => {
                let key = format!("{}.json", self.table());
                let expected = "form or json, not both";
                checker.mistakes.push(match json.first() {
                    Some(text) => Mistake::at(text.span(), &key, expected),
                    None => Mistake::of_file(&key, expected),
                });
                Body::None
            }
        }
    }

    fn headers(&self, checker: &mut Checker, texts: &[Text]) -> Vec<(HeaderName, Value)> {
        let key = format!("{}.headers", self.table());
        let mut headers = Vec::new();
        for text in texts {
            let pair = text.get_ref().split_once(':');
            let name = pair.and_then(|(name, _)| HeaderName::try_from(name.trim()).ok());
            match (name, pair) {
                (Some(name), _) if OURS.contains(&name.as_str()) => {
                    let expected = "no header that is written from other keys";
                    checker.refuse(text.span(), &key, expected);
                }
                (Some(name), Some((_, value))) => headers.push((name, Value::read(value.trim()))),
                _ => checker.refuse(text.span(), &key, "\"Name: value\""),
            }
        }
        headers
    }
}
