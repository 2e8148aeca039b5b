//! The requests that no file writes out, as RFC 6749, RFC 7009, RFC 8628 and OpenID Connect describe them.
//!
//! Knows which endpoint brings which request; what a file writes out itself is `check_calls`'.

use super::address::Endpoint;
use super::call::{Body, CallRecord, Param, Value};
use super::check::Checker;
use super::check_calls::param;
use super::manifest::{AuthMethod, Authentication, Manifest, Method};
use super::record::Calls;

/// Which requests a file gets without writing them out.
#[derive(Debug)]
pub(super) struct Defaults<'a> {
    pub(super) by_code: bool,
    pub(super) refreshes: bool,
    pub(super) scopes: &'a [String],
}

const DEVICE_GRANT: &str = "grant_type=urn:ietf:params:oauth:grant-type:device_code";

/// Adds what the file's endpoints bring and the file doesn't write out.
pub(super) fn add_standard(
    checker: &mut Checker,
    manifest: &Manifest,
    defaults: &Defaults<'_>,
    calls: &mut Calls,
) {
    let method = manifest
        .token_endpoint_auth_method
        // RFC 7591 §2: the method of a client that names none.
        .unwrap_or(AuthMethod::ClientSecretBasic);
    let mut endpoint = |text: &Option<_>, key| checker.endpoint(text.as_ref()?, key);
    let token = endpoint(&manifest.token_endpoint, "token_endpoint");
    if let Some(endpoint) = &token {
        add_token_calls(endpoint, (method, manifest, defaults), calls);
    }
    let key = "device_authorization_endpoint";
    if let Some(endpoint) = endpoint(&manifest.device_authorization_endpoint, key) {
        let first = device_authorization(&endpoint, method, defaults.scopes);
        calls.device_authorization.push(first);
        let params = [DEVICE_GRANT, "device_code={device_code}"];
        let polls = token.map(|endpoint| standard(&endpoint, method, &params));
        calls.device_token.extend(polls);
    }
    if let Some(endpoint) = endpoint(&manifest.userinfo_endpoint, "userinfo_endpoint")
        && manifest.profile.is_empty()
    {
        // OpenID Connect Core §5.3.1.
        calls.profile.push(read(endpoint, Authentication::Bearer));
    }
    if let Some(endpoint) = endpoint(&manifest.revocation_endpoint, "revocation_endpoint")
        && manifest.revocation.is_empty()
    {
        // The refresh token first: where it ends, the access token often ends with it (RFC 7009 §2.1).
        for params in [
            ["token={refresh_token}", "token_type_hint=refresh_token"],
            ["token={access_token}", "token_type_hint=access_token"],
        ] {
            calls.revocation.push(standard(&endpoint, method, &params));
        }
    }
    if let Some(endpoint) = endpoint(&manifest.jwks_uri, "jwks_uri") {
        calls.keys.push(read(endpoint, Authentication::None));
    }
}

fn add_token_calls(
    endpoint: &Endpoint,
    (method, manifest, defaults): (AuthMethod, &Manifest, &Defaults<'_>),
    calls: &mut Calls,
) {
    if defaults.by_code && manifest.exchange.is_empty() {
        let params = [
            "grant_type=authorization_code",
            "code={code}",
            "redirect_uri={redirect_uri}",
        ];
        calls.exchange.push(standard(endpoint, method, &params));
    }
    if defaults.refreshes && manifest.refresh.is_empty() {
        let params = ["grant_type=refresh_token", "refresh_token={refresh_token}"];
        calls.refresh.push(standard(endpoint, method, &params));
    }
}

/// RFC 8628 §3.1: the client's name is always in the form, and nobody asks for scopes later.
fn device_authorization(endpoint: &Endpoint, method: AuthMethod, scopes: &[String]) -> CallRecord {
    let client_id = match method {
        AuthMethod::ClientSecretBasic => ["client_id={client_id}"].as_slice(),
        AuthMethod::None | AuthMethod::ClientSecretPost => &[],
    };
    let mut record = standard(endpoint, method, client_id);
    if let Body::Form(params) = &mut record.body
        && !scopes.is_empty()
    {
        params.push(Param {
            name: "scope".to_owned(),
            value: Value::Text(scopes.join(" ")),
        });
    }
    record
}

/// A form to an endpoint of the authorization server, by a client that says who it is (RFC 6749 §2.3.1, §3.2.1).
fn standard(endpoint: &Endpoint, method: AuthMethod, params: &[&str]) -> CallRecord {
    let credentials: &[&str] = match method {
        AuthMethod::None => &["client_id={client_id}"],
        AuthMethod::ClientSecretBasic => &[],
        AuthMethod::ClientSecretPost => &["client_id={client_id}", "client_secret={client_secret}"],
    };
    let params = params.iter().chain(credentials);
    CallRecord {
        method: Method::Post,
        endpoint: endpoint.clone(),
        query: Vec::new(),
        body: Body::Form(params.filter_map(|text| param(text)).collect()),
        headers: Vec::new(),
        authentication: match method {
            AuthMethod::ClientSecretBasic => Authentication::ClientSecretBasic,
            AuthMethod::None | AuthMethod::ClientSecretPost => Authentication::None,
        },
        accepts_json: true,
    }
}

/// A plain GET.
const fn read(endpoint: Endpoint, authentication: Authentication) -> CallRecord {
    CallRecord {
        method: Method::Get,
        endpoint,
        query: Vec::new(),
        body: Body::None,
        headers: Vec::new(),
        authentication,
        accepts_json: true,
    }
}
