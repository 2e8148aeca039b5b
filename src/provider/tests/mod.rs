//! Provider files put to the test: what is sent, what is understood, which mistakes are found.
//!
//! Sends nothing; the five names occur here because the five files are what is tested.

mod answers;
mod authorization;
mod client_test;
mod device;
mod discovery;
mod ends;
mod files;
mod hosts;
mod id_tokens;
mod meanings;
mod redirects;
mod refusals;
mod requests;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Response;

use super::{Call, Client, ClientSettings, FileProblem, Provider, Registry, UserFile};
use crate::ids::ProviderId;
use crate::secret::Secret;

/// The example that other people's provider files are written after.
const EXAMPLE: &str = r#"
id = "example"                                  # [a-z0-9-]{1,64}
name = "Example"
issuer = "https://auth.example.com"             # optional: checked against `iss` (RFC 9207)
authorization_endpoint = "https://auth.example.com/authorize"
token_endpoint = "https://auth.example.com/token"
revocation_endpoint = "https://auth.example.com/revoke"      # optional
userinfo_endpoint = "https://auth.example.com/me"            # optional
scopes = ["openid", "offline_access"]
token_endpoint_auth_method = "client_secret_basic"           # none | client_secret_basic | client_secret_post
code_challenge_methods_supported = ["S256"]                  # leave out: no PKCE
redirect_uri = "http://127.0.0.1/callback"                   # no port: any free one; with a port: exactly that one
"#;

fn built_in(id: &str) -> Arc<Provider> {
    let (registry, problems) = Registry::new(Vec::new());
    assert_eq!(problems, []);
    let id = ProviderId::new(id).unwrap();
    Arc::clone(registry.get(&id).unwrap())
}

fn load(text: &str) -> (Registry, Vec<FileProblem>) {
    Registry::new(vec![UserFile {
        path: "own.toml".to_owned(),
        text: Ok(text.to_owned()),
    }])
}

/// The one provider of a lawful file.
fn own(text: &str) -> Arc<Provider> {
    let (registry, problems) = load(text);
    assert_eq!(problems, []);
    Arc::clone(registry.iter().last().unwrap())
}

/// The example with these lines put before its scopes.
fn example_with(lines: &str) -> String {
    EXAMPLE.replace("\nscopes =", &format!("\n{lines}\nscopes ="))
}

/// Line and key of every problem with a file.
fn problems(text: &str) -> Vec<(Option<usize>, String)> {
    let (registry, problems) = load(text);
    assert_eq!(
        registry.iter().count(),
        if problems.is_empty() { 6 } else { 5 }
    );
    let place = |problem: FileProblem| (problem.line, problem.key);
    problems.into_iter().map(place).collect()
}

fn client(change: impl FnOnce(&mut ClientSettings)) -> Client {
    let mut settings = ClientSettings {
        client_id: Some("the id".to_owned()),
        ..ClientSettings::default()
    };
    change(&mut settings);
    Client {
        settings,
        secret: Some(Secret::new("s&cret")),
    }
}

fn on(option: &str, is_on: bool) -> Client {
    client(|settings| {
        settings.options.insert(option.to_owned(), is_on);
    })
}

fn hints(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

/// A request as it goes over the wire: method and address, headers, body.
fn wire(call: &Call) -> String {
    let request = &call.request;
    let mut lines = vec![format!("{} {}", request.method(), request.uri())];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", value.to_str().unwrap()));
    }
    lines.push(String::from_utf8(request.body().clone()).unwrap());
    lines.join("\n")
}

fn wires(calls: &[Call]) -> Vec<String> {
    calls.iter().map(wire).collect()
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Vec<u8>> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.as_bytes().to_vec()).unwrap()
}
