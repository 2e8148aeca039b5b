//! What goes to the browser and to the token endpoint, byte for byte, and what becomes of the answer until it is saved.
//!
//! The provider is a stand-in with a mute page, so that the person comes back by hand. Knows no practice provider.

use std::collections::{BTreeMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use linkdesk::bridge::{Brought, ClientChange, Command, ProblemKind, SecretChange};
use linkdesk::cli::exit_code;
use linkdesk::ids::FlowId;
use linkdesk::oauth::{CodeVerifier, State};
use linkdesk::platform::Random as _;
use linkdesk::platform::random::SystemRandom;
use linkdesk::sandbox::Mode;
use linkdesk::secret::Secret;
use sha2::{Digest as _, Sha256};

use crate::desk::person::Decision;
use crate::desk::stand_in::StandIn;
use crate::desk::{Desk, free_port};

const CLIENT_SECRET: &str = "a-secret-of-the-client";
const WITH_PKCE: &str = r#"code_challenge_methods_supported = ["S256"]"#;
const WITHOUT_PKCE: &str = "";
const REFUSED: &str = r#"{"error":"invalid_grant"}"#;
const TOKEN: &str = r#"{"access_token":"a-token","token_type":"Bearer","expires_in":3600}"#;

type Parameters = BTreeMap<String, String>;

fn desk() -> Desk {
    Desk::with(Mode::Documented, Decision::CloseTab)
}

/// Adds a provider of the person's own, both endpoints of which are the stand-in.
fn add(desk: &Desk, name: &str, server: &StandIn, lines: &str) {
    let url = &server.url;
    let file = format!(
        "id = \"{name}\"\nname = \"{name}\"\nauthorization_endpoint = \"{url}/authorize\"\n\
         token_endpoint = \"{url}/token\"\ntoken_endpoint_auth_method = \"client_secret_post\"\n\
         redirect_uri = \"http://127.0.0.1/callback\"\n{lines}\n"
    );
    let finished = desk.drop_in(&format!("{name}.toml"), &file);
    assert_eq!(finished.problem, None);
    let change = ClientChange {
        client_id: Some("somebody".to_owned()),
        client_secret: SecretChange::Set(Secret::new(CLIENT_SECRET)),
        ..ClientChange::default()
    };
    desk.set_up(name, change);
}

fn redirect_to(desk: &Desk, name: &str, uri: &str) {
    let change = ClientChange {
        redirect_uri: Some(uri.to_owned()),
        ..ClientChange::default()
    };
    desk.set_up(name, change);
}

/// Begins an attempt, and gives what the browser was asked to send.
fn begin(desk: &Desk, name: &str) -> (FlowId, Parameters) {
    let flow = desk.start_link(name);
    desk.wait_for_redirect(flow);
    let address = desk.person.opened().pop().unwrap();
    let (_, query) = address.split_once('?').unwrap();
    (flow, parameters(query))
}

/// Comes back to the redirect URI with the attempt's own state, and reads the page.
fn come_back(desk: &Desk, asked: &Parameters, answer: &str) -> String {
    let (uri, state) = (&asked["redirect_uri"], &asked["state"]);
    let page = desk.person.load(&format!("{uri}?{answer}&state={state}"));
    page.unwrap()
}

fn parameters(text: &str) -> Parameters {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

/// What came to the token endpoint.
fn forms(server: &StandIn) -> Vec<Parameters> {
    let requests = server.requests().into_iter();
    let posts = requests.filter(|request| request.starts_with("POST /token "));
    let body = |post: String| parameters(post.split_once("\r\n\r\n").unwrap().1);
    posts.map(body).collect()
}

/// Waits until the token endpoint has been asked.
fn wait_for_form(desk: &Desk, server: &StandIn) {
    desk.wait("the token request", |_| forms(server).pop());
}

/// As RFC 7636, §4.1 wants it, and §10.12 of RFC 6749 may have it.
fn is_unguessable(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

#[test]
fn ten_thousand_draws_of_the_system_make_no_state_and_no_verifier_twice() {
    let draw = || {
        let mut random = [0; 32];
        SystemRandom.fill(&mut random).unwrap();
        random
    };
    let mut seen = HashSet::new();
    for _ in 0..10_000 {
        let state = State::from_random(draw()).as_str().to_owned();
        let verifier = CodeVerifier::from_random(draw()).as_str().to_owned();
        for text in [state, verifier] {
            assert!(is_unguessable(&text), "{text}");
            assert!(seen.insert(text), "it was there before");
        }
    }
}

#[test]
fn every_attempt_has_its_own_state_and_verifier_and_only_the_challenge_goes_to_the_browser() {
    let desk = desk();
    let server = StandIn::new(400, REFUSED);
    add(&desk, "own", &server, WITH_PKCE);
    let mut seen = HashSet::new();
    for _ in 0..5 {
        let (flow, asked) = begin(&desk, "own");
        come_back(&desk, &asked, "code=c");
        desk.failure(flow);
        let verifier = forms(&server).pop().unwrap().remove("code_verifier");
        let verifier = verifier.unwrap();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        assert_eq!(asked["code_challenge"], challenge);
        assert_eq!(asked["code_challenge_method"], "S256");
        let address = desk.person.opened().pop().unwrap();
        for secret in [verifier.as_str(), CLIENT_SECRET] {
            assert!(!address.contains(secret), "{secret} is in {address}");
        }
        for text in [asked["state"].clone(), verifier] {
            assert!(is_unguessable(&text), "{text}");
            assert!(seen.insert(text), "it was there before");
        }
    }
}

#[test]
fn a_provider_that_refuses_pkce_is_not_asked_again_without_it() {
    let desk = desk();
    let server = StandIn::new(400, r#"{"error":"invalid_request"}"#);
    add(&desk, "own", &server, WITH_PKCE);
    let (flow, asked) = begin(&desk, "own");
    come_back(&desk, &asked, "error=invalid_request");
    let code = "invalid_request".to_owned();
    assert_eq!(desk.failure(flow).kind, ProblemKind::ProviderError { code });
    assert_eq!(desk.person.opened().len(), 1);
    assert_eq!(forms(&server), Vec::new());
    let (flow, asked) = begin(&desk, "own");
    come_back(&desk, &asked, "code=c");
    desk.failure(flow);
    assert_eq!(desk.person.opened().len(), 2);
    let forms = forms(&server);
    assert_eq!(forms.len(), 1, "a code is sent once");
    assert!(forms[0].contains_key("code_verifier"));
}

#[test]
fn a_provider_that_ignores_pkce_is_linked_and_what_was_sent_is_told() {
    let desk = desk();
    let server = StandIn::new(200, TOKEN);
    for (name, lines, told) in [
        ("ignoring", WITH_PKCE, "S256"),
        ("without", WITHOUT_PKCE, "not offered by provider"),
    ] {
        add(&desk, name, &server, lines);
        let (flow, asked) = begin(&desk, name);
        come_back(&desk, &asked, "code=c");
        assert_eq!(desk.linked(flow).obtained.pkce, told, "{name}");
        let form = forms(&server).pop().unwrap();
        let is_sent = lines == WITH_PKCE;
        assert_eq!(asked.contains_key("code_challenge"), is_sent, "{name}");
        assert_eq!(form.contains_key("code_verifier"), is_sent, "{name}");
    }
}

#[test]
fn the_redirect_uri_is_the_same_to_the_byte_in_the_request_and_in_the_exchange() {
    let desk = desk();
    desk.trust_certificate();
    let server = StandIn::new(400, REFUSED);
    add(&desk, "own", &server, WITH_PKCE);
    for uri in [
        "http://127.0.0.1".to_owned(),
        "http://127.0.0.1/".to_owned(),
        "http://127.0.0.1/callback/".to_owned(),
        "http://localhost".to_owned(),
        "http://localhost/a%2fb".to_owned(),
        "https://127.0.0.1/callback".to_owned(),
        format!("http://127.0.0.1:{}", free_port()),
        format!("http://127.0.0.1:{}/", free_port()),
        format!("http://localhost:{}/callback", free_port()),
        format!("https://127.0.0.1:{}", free_port()),
    ] {
        redirect_to(&desk, "own", &uri);
        let (flow, asked) = begin(&desk, "own");
        let used = asked["redirect_uri"].clone();
        let port = url::Url::parse(&used).unwrap().port().unwrap();
        let without = used.replacen(&format!(":{port}"), "", 1);
        assert!([&used, &without].contains(&&uri), "{used} for {uri}");
        come_back(&desk, &asked, "code=c");
        desk.failure(flow);
        assert_eq!(forms(&server).pop().unwrap()["redirect_uri"], used);
    }
}

#[test]
fn an_answer_is_exchanged_where_it_was_asked_for_and_nowhere_else() {
    let desk = desk();
    let (honest, other) = (StandIn::new(400, REFUSED), StandIn::new(400, REFUSED));
    let uri = format!("http://127.0.0.1:{}/callback", free_port());
    let begun = [("honest", &honest), ("other", &other)].map(|(name, server)| {
        add(&desk, name, server, WITH_PKCE);
        redirect_to(&desk, name, &uri);
        begin(&desk, name)
    });
    let [(flow, asked), (waiting, _)] = &begun;
    come_back(&desk, asked, "code=c");
    desk.failure(*flow);
    assert_eq!(forms(&honest).len(), 1);
    assert_eq!(forms(&other), Vec::new());
    assert_eq!(desk.link_card(*waiting).outcome, None);
}

#[test]
fn nothing_is_called_linked_before_it_is_saved() {
    let desk = desk();
    let (server, go) = StandIn::told_when(TOKEN);
    add(&desk, "own", &server, WITH_PKCE);
    let (flow, asked) = begin(&desk, "own");
    let page = come_back(&desk, &asked, "code=c");
    assert!(page.contains("<h1>Received</h1>"), "{page}");
    wait_for_form(&desk, &server);
    assert_eq!(desk.link_card(flow).outcome, None);
    assert_eq!(desk.ids(), Vec::new());
    go.send(()).unwrap();
    let account = desk.linked(flow);
    let stored = desk.reopen();
    assert_eq!(stored.ids(), [account.id]);
}

/// An attempt whose tokens have come and can't be stored, and the way to store them after all.
fn unsaved(desk: &Desk) -> (FlowId, rusqlite::Connection) {
    let (server, go) = StandIn::told_when(TOKEN);
    add(desk, "own", &server, WITH_PKCE);
    let (flow, asked) = begin(desk, "own");
    come_back(desk, &asked, "code=c");
    wait_for_form(desk, &server);
    let file = rusqlite::Connection::open(desk.data().join("linkdesk.db")).unwrap();
    file.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON accounts BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    .unwrap();
    go.send(()).unwrap();
    desk.wait("that it is not saved", |snapshot| {
        snapshot.link(flow)?.is_unsaved().then_some(())
    });
    (flow, file)
}

#[test]
fn tokens_that_can_not_be_stored_are_held_until_they_can() {
    let desk = desk();
    let (flow, file) = unsaved(&desk);
    let problem = desk.link_card(flow).trouble.unwrap();
    assert!(
        matches!(&problem.kind, ProblemKind::NotSaved { brought: Brought::SignIn, cause }
            if matches!(**cause, ProblemKind::Store { .. })),
        "{problem:?}"
    );
    assert_eq!(exit_code(&problem.kind), 5);
    assert_eq!(desk.ids(), Vec::new());
    assert!(desk.face.snapshot().has_unsaved());
    file.execute_batch("DROP TRIGGER full").unwrap();
    desk.run(Command::SaveAgain { flow });
    assert_eq!(desk.linked(flow).history[0].what, "Linked");
    assert!(!desk.face.snapshot().has_unsaved());
}

#[test]
fn tokens_that_can_not_be_stored_and_are_given_up_are_no_link() {
    let desk = desk();
    let (flow, file) = unsaved(&desk);
    desk.run(Command::CancelLink { flow });
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    file.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(desk.reopen().ids(), Vec::new());
}

#[test]
fn canceling_during_the_exchange_keeps_nothing_of_its_answer() {
    let desk = desk();
    let (server, go) = StandIn::told_when(TOKEN);
    add(&desk, "own", &server, WITH_PKCE);
    let (flow, asked) = begin(&desk, "own");
    come_back(&desk, &asked, "code=c");
    wait_for_form(&desk, &server);
    desk.run(Command::CancelLink { flow });
    go.send(()).unwrap();
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    assert_eq!(desk.reopen().ids(), Vec::new());
}
