//! Every request of the five files and of a plain one, byte for byte.
//!
//! Knows nothing of answers.

use super::{EXAMPLE, built_in, client, hints, on, own, wires};
use crate::oauth::{CodeVerifier, State};
use crate::provider::{AuthorizationInputs, CallKind, Client, Error, Provider};
use crate::secret::Secret;

const FORM: &str = "accept: application/json\ncontent-type: application/x-www-form-urlencoded";
const JSON: &str = "accept: application/json\ncontent-type: application/json";
const BEARER: &str = "accept: application/json\nauthorization: Bearer AT";

fn exchange(provider: &Provider, client: &Client, redirect_uri: &str) -> Vec<String> {
    let code = Secret::new("c/de");
    wires(
        &provider
            .exchange_calls(client, &code, redirect_uri, None)
            .unwrap(),
    )
}

fn refresh(provider: &Provider, client: &Client) -> Vec<String> {
    wires(&provider.refresh_calls(client, &Secret::new("R+T")).unwrap())
}

fn profile(provider: &Provider, client: &Client, known: &[(&str, &str)]) -> Vec<String> {
    let calls = provider.profile_calls(client, &Secret::new("AT"), &hints(known));
    wires(&calls.unwrap())
}

fn revocation(provider: &Provider, client: &Client) -> Vec<String> {
    let (access, refresh) = (Secret::new("AT"), Secret::new("R+T"));
    wires(
        &provider
            .revocation_calls(client, &access, Some(&refresh))
            .unwrap(),
    )
}

fn authorize(provider: &Provider, client: &Client, redirect_uri: &str) -> String {
    let state = State::from_random([0; 32]);
    let inputs = AuthorizationInputs::plain(redirect_uri, &state);
    let request = provider.authorization_request(client, &inputs);
    request
        .unwrap()
        .to_string()
        .replace(&"A".repeat(43), "STATE")
}

#[test]
fn the_trading_parrot_is_asked_as_documented_and_then_as_known_from_the_field() {
    let provider = built_in("trading-parrot");
    let client = client(|_| {});
    let uri = "http://127.0.0.1:53681/callback";
    assert_eq!(
        authorize(&provider, &client, uri),
        "https://thetradingparrot.com/oauth/authorize?response_type=code&client_id=the+id\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A53681%2Fcallback&state=STATE"
    );
    assert_eq!(
        exchange(&provider, &client, uri),
        [format!(
            "POST https://thetradingparrot.com/oauth/token\n{FORM}\ngrant_type=authorization_code&code=c%2Fde\
             &client_id=the+id&client_secret=s%26cret&redirect_uri=http%3A%2F%2F127.0.0.1%3A53681%2Fcallback"
        )]
    );
    assert_eq!(
        refresh(&provider, &client),
        [
            "GET https://thetradingparrot.com/oauth?=token&grant_type=refresh_token&refresh_token=R%2BT\n\
             accept: application/json\n"
                .to_owned(),
            format!(
                "POST https://thetradingparrot.com/oauth/token\n{FORM}\n\
                 grant_type=refresh_token&refresh_token=R%2BT&client_id=the+id&client_secret=s%26cret"
            ),
        ]
    );
    assert_eq!(
        profile(&provider, &client, &[]),
        [
            format!("GET https://thetradingparrot.com/?oauth=me\n{BEARER}\n"),
            format!("GET https://thetradingparrot.com/oauth/me\n{BEARER}\n"),
        ]
    );
    let revoke = |token: &str, hint: &str| {
        format!(
            "POST https://thetradingparrot.com/oauth/revoke\n{FORM}\n\
             token={token}&token_type_hint={hint}&client_id=the+id&client_secret=s%26cret"
        )
    };
    assert_eq!(
        revocation(&provider, &client),
        [
            revoke("R%2BT", "refresh_token"),
            revoke("AT", "access_token")
        ]
    );
}

#[test]
fn just2trade_gets_the_secret_in_the_address_until_that_is_switched_off_and_always_in_the_form() {
    let provider = built_in("just2trade");
    let client = client(|_| {});
    let uri = "http://127.0.0.1:53682/callback";
    let address =
        "https://auth.just2trade.com/connect/authorize?response_type=code&client_id=the+id";
    let rest = "&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback&state=STATE";
    assert_eq!(
        authorize(&provider, &client, uri),
        format!("{address}&client_secret=s%26cret{rest}")
    );
    let off = on("secret_in_address", false);
    assert_eq!(authorize(&provider, &off, uri), format!("{address}{rest}"));
    assert!(provider.secret_in_address(&client.settings));
    assert!(!provider.secret_in_address(&off.settings));
    assert_eq!(provider.notes(&client.settings).len(), 1);
    assert_eq!(provider.notes(&off.settings).len(), 0);
    for client in [&client, &off] {
        assert_eq!(
            exchange(&provider, client, uri),
            [format!(
                "POST https://auth.just2trade.com/connect/token\n{FORM}\ngrant_type=authorization_code&code=c%2Fde\
                 &client_id=the+id&client_secret=s%26cret&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback"
            )]
        );
    }
    assert_eq!(
        profile(&provider, &client, &[]),
        [
            format!("GET https://api.just2trade.com/auth\n{BEARER}\n"),
            format!("GET https://api.just2trade.com/userinfo\n{BEARER}\n"),
        ]
    );
    assert_eq!(refresh(&provider, &client), [""; 0]);
    assert_eq!(revocation(&provider, &client), [""; 0]);
}

#[test]
fn tradecloud_gets_the_password_once_and_the_refresh_token_without_anything_beside_it() {
    let provider = built_in("tradecloud");
    let client = Client {
        settings: crate::provider::ClientSettings::default(),
        secret: None,
    };
    let sign_in = |name| provider.password_calls(&client, name, &Secret::new("pässword"));
    assert_eq!(
        wires(&sign_in("me@example.com").unwrap()),
        [
            "GET https://api.accp.tradecloud1.com/v2/authentication/login\n\
          authorization: Basic bWVAZXhhbXBsZS5jb206cMOkc3N3b3Jk\n"
        ]
    );
    assert!(matches!(sign_in("a:b"), Err(Error::UnusableUsername)));
    assert_eq!(
        refresh(&provider, &client),
        ["GET https://api.accp.tradecloud1.com/v2/authentication/refresh\nrefresh-token: R+T\n"]
    );
    assert_eq!(
        revocation(&provider, &client),
        ["POST https://api.accp.tradecloud1.com/v2/authentication/logout\nrefresh-token: R+T\n"]
    );
    let by_email =
        format!("GET https://api.accp.tradecloud1.com/v2/user?email=me%40example.com\n{BEARER}\n");
    let by_id = format!("GET https://api.accp.tradecloud1.com/v2/user/8f%2F1%20e\n{BEARER}\n");
    let name = ("username", "me@example.com");
    assert_eq!(
        profile(&provider, &client, &[name, ("user_id", "8f/1 e")]),
        [by_email.clone(), by_id]
    );
    assert_eq!(
        profile(&provider, &client, &[name, ("user_id", "..")]),
        [by_email]
    );
    assert_eq!(profile(&provider, &client, &[]), [""; 0]);
}

#[test]
fn the_rest_api_gets_json_and_then_a_form_at_the_address_of_the_user() {
    let provider = built_in("rest-api-v1");
    let client = client(|settings| settings.base_url = "https://api.example.com/v/".parse().ok());
    let uri = "https://127.0.0.1:53683/callback";
    assert_eq!(
        authorize(&provider, &client, uri),
        "https://api.example.com/v/oauth/authorize?response_type=code&client_id=the+id\
         &redirect_uri=https%3A%2F%2F127.0.0.1%3A53683%2Fcallback&scope=&state=STATE"
    );
    let token = "POST https://api.example.com/v/oauth/token";
    let credentials = r#""client_id":"the id","client_secret":"s&cret""#;
    assert_eq!(
        exchange(&provider, &client, uri),
        [
            format!(
                "{token}\n{JSON}\n{{{credentials},\"code\":\"c/de\",\"grant_type\":\"authorization_code\",\
                 \"redirect_uri\":\"https://127.0.0.1:53683/callback\"}}"
            ),
            format!(
                "{token}\n{FORM}\nclient_id=the+id&client_secret=s%26cret&code=c%2Fde\
                 &grant_type=authorization_code&redirect_uri=https%3A%2F%2F127.0.0.1%3A53683%2Fcallback"
            ),
        ]
    );
    assert_eq!(
        refresh(&provider, &client),
        [
            format!(
                "{token}\n{JSON}\n{{{credentials},\"grant_type\":\"refresh_token\",\"refresh_token\":\"R+T\"}}"
            ),
            format!(
                "{token}\n{FORM}\nclient_id=the+id&client_secret=s%26cret\
                 &grant_type=refresh_token&refresh_token=R%2BT"
            ),
        ]
    );
    let password = provider
        .password_calls(&client, "me", &Secret::new("p\"w"))
        .unwrap();
    assert_eq!(
        wires(&password).first().unwrap(),
        &format!(
            "{token}\n{JSON}\n{{{credentials},\"grant_type\":\"password\",\"username\":\"me\",\"password\":\"p\\\"w\"}}"
        )
    );
    let user = |number| format!("GET https://api.example.com/v/api/v1/users/{number}\n{BEARER}\n");
    assert_eq!(
        profile(&provider, &client, &[("user_id", "7")]),
        [user("7"), user("0")]
    );
    assert_eq!(profile(&provider, &client, &[]), [user("0")]);
    assert_eq!(
        revocation(&provider, &client).first().unwrap(),
        &format!(
            "POST https://api.example.com/v/oauth/revoke\n{JSON}\n\
             {{{credentials},\"token\":\"R+T\",\"token_type_hint\":\"refresh_token\"}}"
        )
    );
}

#[test]
fn biggerplate_gets_a_response_type_with_the_code() {
    let provider = built_in("biggerplate");
    let client = client(|_| {});
    let uri = "http://localhost:13524/";
    assert_eq!(
        authorize(&provider, &client, uri),
        "https://accounts.biggerplate.com/oauth/auth?response_type=code&client_id=the+id\
         &redirect_uri=http%3A%2F%2Flocalhost%3A13524%2F&scope=account+maps&state=STATE"
    );
    let token = format!(
        "POST https://accounts.biggerplate.com/oauth/token\n{FORM}\nclient_id=the+id&client_secret=s%26cret"
    );
    assert_eq!(
        exchange(&provider, &client, uri),
        [format!(
            "{token}&redirect_uri=http%3A%2F%2Flocalhost%3A13524%2F&response_type=token&code=c%2Fde\
             &grant_type=authorization_code"
        )]
    );
    assert_eq!(
        refresh(&provider, &client),
        [format!(
            "{token}&refresh_token=R%2BT&grant_type=refresh_token"
        )]
    );
    assert_eq!(
        profile(&provider, &client, &[]),
        [format!(
            "GET https://api.biggerplate.com/users/me\n{BEARER}\n"
        )]
    );
}

#[test]
fn a_plain_file_gets_what_the_rfcs_describe() {
    let provider = own(EXAMPLE);
    let client = client(|_| {});
    let uri = "http://127.0.0.1:9/callback";
    let verifier = CodeVerifier::from_random([0; 32]);
    let (state, challenge) = (State::from_random([1; 32]), verifier.challenge());
    let inputs = AuthorizationInputs {
        challenge: Some(&challenge),
        ..AuthorizationInputs::plain(uri, &state)
    };
    let address = provider.authorization_request(&client, &inputs);
    let address = address.unwrap().to_string();
    let ending = format!(
        "&scope=openid+offline_access&state={}&code_challenge={}&code_challenge_method=S256",
        state.as_str(),
        challenge.as_str()
    );
    assert!(address.ends_with(&ending), "{address}");
    let calls = provider.exchange_calls(&client, &Secret::new("c"), uri, Some(&verifier));
    let basic = "authorization: Basic dGhlK2lkOnMlMjZjcmV0";
    assert_eq!(
        wires(&calls.unwrap()),
        [format!(
            "POST https://auth.example.com/token\n{FORM}\n{basic}\ngrant_type=authorization_code&code=c\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback&code_verifier={}",
            verifier.as_str()
        )]
    );
    assert_eq!(
        refresh(&provider, &client),
        [format!(
            "POST https://auth.example.com/token\n{FORM}\n{basic}\ngrant_type=refresh_token&refresh_token=R%2BT"
        )]
    );
    assert_eq!(
        profile(&provider, &client, &[]),
        [format!("GET https://auth.example.com/me\n{BEARER}\n")]
    );
    let revoke = format!("POST https://auth.example.com/revoke\n{FORM}\n{basic}");
    assert_eq!(
        revocation(&provider, &client),
        [
            format!("{revoke}\ntoken=R%2BT&token_type_hint=refresh_token"),
            format!("{revoke}\ntoken=AT&token_type_hint=access_token"),
        ]
    );
}

#[test]
fn the_other_methods_of_authentication_put_the_client_into_the_form() {
    for (method, credentials) in [
        ("none", "&client_id=the+id"),
        (
            "client_secret_post",
            "&client_id=the+id&client_secret=s%26cret",
        ),
    ] {
        let provider = own(&EXAMPLE.replace("\"client_secret_basic\"", &format!("\"{method}\"")));
        assert_eq!(
            refresh(&provider, &client(|_| {})),
            [format!(
                "POST https://auth.example.com/token\n{FORM}\ngrant_type=refresh_token&refresh_token=R%2BT{credentials}"
            )]
        );
        assert_eq!(provider.wants_client_secret(), method != "none");
    }
}

#[test]
fn no_credential_shows_in_debug_output() {
    let provider = built_in("tradecloud");
    let client = client(|_| {});
    let calls = [
        provider.password_calls(&client, "canary", &Secret::new("canary")),
        provider.refresh_calls(&client, &Secret::new("canary")),
        provider.profile_calls(&client, &Secret::new("canary"), &hints(&[("user_id", "1")])),
    ];
    for call in calls.into_iter().flat_map(Result::unwrap) {
        let shown = format!("{call:?} {:?}", call.request.headers());
        assert!(
            !shown.contains("canary") && !shown.contains("Y2FuYXJ5"),
            "{shown}"
        );
    }
}

#[test]
fn a_missing_value_is_named_and_not_sent_empty() {
    let provider = built_in("biggerplate");
    let without = Client {
        secret: None,
        ..client(|_| {})
    };
    let calls = provider.refresh_calls(&without, &Secret::new("R"));
    assert!(matches!(calls, Err(Error::Missing { name }) if name == "client_secret"));
}

#[test]
fn shapes_name_the_outer_form_and_no_value() {
    let shapes = |calls: Vec<crate::provider::Call>| {
        calls
            .into_iter()
            .map(|call| (call.alternative, call.shape))
            .collect::<Vec<_>>()
    };
    let client = client(|settings| settings.base_url = "http://127.0.0.1:9".parse().ok());
    let parrot = built_in("trading-parrot").refresh_calls(&client, &Secret::new("R"));
    assert_eq!(
        shapes(parrot.unwrap()),
        [
            (0, "GET /oauth, query".to_owned()),
            (1, "POST /oauth/token, form".to_owned())
        ]
    );
    let cloud = built_in("tradecloud");
    let found = cloud.profile_calls(&client, &Secret::new("A"), &hints(&[("user_id", "7")]));
    assert_eq!(
        shapes(found.unwrap()),
        [(1, "GET /v2/user/{user_id}".to_owned())]
    );
    let host = cloud.host_of(CallKind::Refresh, &client.settings);
    assert_eq!(host, "127.0.0.1:9");
}
