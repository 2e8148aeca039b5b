//! The practice providers of one lane of a measurement, and a person there.
//!
//! Tradecloud is the strictest of them about refresh tokens: each is good for one use, and there is no second chance.
//! Knows nothing of what is measured.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use linkdesk::sandbox::{self, Counters, Fault, Mode, RequestKind, Times};
use tempfile::TempDir;
use url::Url;

use crate::pages;

/// Where accounts are linked, without a browser.
pub(crate) const PROVIDER: &str = "tradecloud";

/// Where they are linked with one; it ends everything that a token gave which comes twice.
pub(crate) const WITH_PAGES: &str = "standard";

/// Practice providers that answer as long as this lives.
#[derive(Debug)]
pub(crate) struct Practice {
    running: sandbox::Running,
    folder: TempDir,
}

impl Practice {
    /// Starts them in a folder of their own.
    pub(crate) fn start(mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = sandbox::Options {
            mode,
            ..sandbox::Options::new(folder.path().join("practice"))
        };
        let running = sandbox::start(options).unwrap();
        std::fs::write(
            folder.path().join("password"),
            running.ready().password.as_str(),
        )
        .unwrap();
        Self { running, folder }
    }

    /// Where the provider of this name is.
    pub(crate) fn address(&self, provider: &str) -> String {
        self.running.ready().base_url(provider).unwrap().to_owned()
    }

    /// Who signs in.
    pub(crate) fn username(&self) -> &str {
        &self.running.ready().username
    }

    /// With which password.
    pub(crate) fn password(&self) -> &str {
        &self.running.ready().password
    }

    /// A file that holds the password.
    pub(crate) fn password_file(&self) -> PathBuf {
        self.folder.path().join("password")
    }

    /// The client of the provider with pages: id and secret.
    pub(crate) fn client(&self) -> (&str, &str) {
        let standard = &self.running.ready().standard;
        (&standard.client_id, &standard.client_secret)
    }

    /// What a provider has received so far.
    pub(crate) fn counters(&self, provider: &str) -> Counters {
        self.running.counters(provider).unwrap()
    }

    /// Lets the next refresh take so many seconds.
    pub(crate) fn slow_refresh(&self, seconds: u64) {
        self.running
            .set_fault(
                PROVIDER,
                RequestKind::Refresh,
                Some(Fault::Slow { seconds }),
                Times::Once,
            )
            .unwrap();
    }

    /// Whether the provider accepts this access token.
    pub(crate) fn accepts(&self, access_token: &str) -> bool {
        let mut address = Url::parse(&self.address(PROVIDER)).unwrap();
        address.set_path("/v2/user");
        address
            .query_pairs_mut()
            .append_pair("email", self.username());
        let target = &address[url::Position::BeforePath..url::Position::AfterQuery];
        let host = address[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let mut stream = TcpStream::connect(&host).unwrap();
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {access_token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 200 ")
    }

    /// Signs in at the pages and allows; where the browser is sent.
    pub(crate) fn allow(&self, address: &Url) -> Url {
        pages::sign_in(address, self.username(), self.password())
    }

    /// Writes the file of the provider that has pages.
    pub(crate) fn write_provider_file(&self, data: &Path) {
        let issuer = self.address(WITH_PAGES);
        let folder = data.join("providers");
        std::fs::create_dir_all(&folder).unwrap();
        let file = format!(
            r#"id = "{WITH_PAGES}"
name = "Practice"
issuer = "{issuer}"
authorization_response_iss_parameter_supported = true
authorization_endpoint = "{issuer}/authorize"
token_endpoint = "{issuer}/token"
scopes = ["profile", "offline_access"]
token_endpoint_auth_method = "client_secret_basic"
code_challenge_methods_supported = ["S256"]
redirect_uri = "http://127.0.0.1/callback"
"#
        );
        std::fs::write(folder.join(format!("{WITH_PAGES}.toml")), file).unwrap();
    }
}

/// How often a refresh token or code was presented, at most, and how many there were.
pub(crate) fn spends(counters: &Counters) -> (u64, usize) {
    let most = counters.spends.values().copied().max().unwrap_or(0);
    (most, counters.spends.len())
}
