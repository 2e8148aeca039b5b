//! What a practice provider is: a name, a table of routes per mode, its way of refusing; and the list of them.
//!
//! Doesn't know what any of them answers.

use super::{
    asked::Asked,
    biggerplate,
    faults::RequestKind,
    just2trade,
    options::Mode,
    reply::{Answer, Refusal, Reply},
    rest_api_v1, sign_in, standard, tradecloud, trading_parrot,
    visit::Visit,
};

/// All that are served, in the order of their ports: the five with a document, and the one that follows the standards.
pub(super) const SERVED: [&Provider; 6] = [
    &trading_parrot::PROVIDER,
    &just2trade::PROVIDER,
    &tradecloud::PROVIDER,
    &rest_api_v1::PROVIDER,
    &biggerplate::PROVIDER,
    &standard::PROVIDER,
];

/// One practice provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// What is registered for the client; none where no browser comes back.
    pub(super) redirect_uri: Option<&'static str>,
    /// Whether a redirect URI counts as registered.
    pub(super) accepts_redirect: fn(Mode, &str) -> bool,
    /// Whether `documented` mode knows of `state`; field mode always echoes it.
    pub(super) documents_state: bool,
    /// How a code looks.
    pub(super) code: fn() -> Result<String, getrandom::Error>,
    /// How long a code is good for, in seconds.
    pub(super) code_lifetime: i64,
    pub(super) routes: &'static [Route],
    pub(super) refuse: fn(Mode, Refusal) -> Reply,
}

/// A method and a path that mean something, and what answers them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    method: &'static str,
    path: &'static str,
    query: Option<(&'static str, &'static str)>,
    mode: Option<Mode>,
    kind: Option<RequestKind>,
    pub(super) answer: fn(&mut Visit<'_>) -> Answer,
}

impl Route {
    pub(super) const fn get(path: &'static str, answer: fn(&mut Visit<'_>) -> Answer) -> Self {
        Self::new("GET", path, answer)
    }

    pub(super) const fn post(path: &'static str, answer: fn(&mut Visit<'_>) -> Answer) -> Self {
        Self::new("POST", path, answer)
    }

    /// Exists in this mode only.
    pub(super) const fn only(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Matches only with this pair in the query.
    pub(super) const fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.query = Some((name, value));
        self
    }

    pub(super) const fn kind(mut self, kind: RequestKind) -> Self {
        self.kind = Some(kind);
        self
    }

    const fn new(
        method: &'static str,
        path: &'static str,
        answer: fn(&mut Visit<'_>) -> Answer,
    ) -> Self {
        Self {
            method,
            path,
            query: None,
            mode: None,
            kind: None,
            answer,
        }
    }

    /// What the request is for: at a token endpoint the grant decides.
    pub(super) fn kind_of(&self, asked: &Asked) -> Option<RequestKind> {
        let grant_type = || {
            asked
                .params()
                .and_then(|params| params.get("grant_type"))
                .or_else(|| asked.query.get("grant_type"))
        };
        match (self.kind, grant_type()) {
            (Some(RequestKind::Exchange), Some("refresh_token")) => Some(RequestKind::Refresh),
            (Some(RequestKind::Exchange), Some("password")) => Some(RequestKind::Login),
            (Some(RequestKind::Exchange), Some(standard::DEVICE_CODE)) => {
                Some(RequestKind::DevicePoll)
            }
            (kind, _) => kind,
        }
    }

    fn is_at(&self, asked: &Asked, mode: Mode) -> bool {
        let path = match self.path.strip_suffix("{id}") {
            Some(folder) => asked
                .path
                .strip_prefix(folder)
                .is_some_and(|id| !id.is_empty() && !id.contains('/')),
            None => asked.path == self.path,
        };
        path && self.mode.is_none_or(|only| only == mode)
            && self
                .query
                .is_none_or(|(name, value)| asked.query.sent(name) == Some(value))
    }
}

impl Provider {
    /// Whether the callback carries the state that was sent.
    pub(super) fn echoes_state(&self, mode: Mode) -> bool {
        self.documents_state || mode == Mode::Field
    }

    /// The route of a request, or the 404 or 405 that says there is none.
    pub(super) fn route(&self, asked: &Asked, mode: Mode) -> Result<Route, Reply> {
        let pages: &[Route] = if self.redirect_uri.is_some() {
            sign_in::ROUTES
        } else {
            &[]
        };
        let here: Vec<_> = self
            .routes
            .iter()
            .chain(pages)
            .filter(|route| route.is_at(asked, mode))
            .collect();
        if here.is_empty() {
            return Err(Reply::html(
                404,
                "<!doctype html><title>Not found</title><p>There is nothing here.</p>".to_owned(),
            ));
        }
        let methods: Vec<_> = here.iter().map(|route| route.method).collect();
        let found = here
            .into_iter()
            .find(|route| route.method == asked.method)
            .copied();
        found
            .ok_or_else(|| Reply::text(405, "Method not allowed").with("allow", methods.join(", ")))
    }
}

/// Whether two redirect URIs are the same but for the port of a loopback address ([RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)).
///
/// An https listener on this machine is under the same constraint as an http one: it can't know beforehand which port is free.
pub(super) fn same_but_for_loopback_port(registered: &str, sent: &str) -> bool {
    registered == sent
        || without_loopback_port(registered)
            .is_some_and(|registered| without_loopback_port(sent) == Some(registered))
}

/// Everything of a loopback address but its port: what stands before it and what follows.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let hosts = [
        "http://127.0.0.1",
        "http://[::1]",
        "http://localhost",
        "https://127.0.0.1",
        "https://[::1]",
        "https://localhost",
    ];
    let (host, rest) = hosts
        .iter()
        .find_map(|host| Some((*host, uri.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let path = port.trim_start_matches(|letter: char| letter.is_ascii_digit());
            let digits = port.len() - path.len();
            if digits == 0 || digits > 5 {
                return None;
            }
            path
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with('/')).then_some((host, rest))
}
