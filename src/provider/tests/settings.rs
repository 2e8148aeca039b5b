//! Set-ups: what is still needed, what is refused, where requests go.
//!
//! Knows nothing of answers.

use super::{EXAMPLE, built_in, client, own};
use crate::provider::{CallKind, ClientSettings, Need, RefreshWay, SignIn};

fn redirect_to(uri: &str) -> ClientSettings {
    ClientSettings {
        redirect_uri: Some(uri.to_owned()),
        ..ClientSettings::default()
    }
}

#[test]
fn each_provider_says_what_it_still_needs() {
    let nothing = ClientSettings::default();
    let both = [Need::ClientId, Need::ClientSecret];
    for id in ["just2trade", "trading-parrot", "biggerplate"] {
        assert_eq!(built_in(id).missing(&nothing, false), both, "{id}");
        assert_eq!(
            built_in(id).missing(&client(|_| {}).settings, true),
            [],
            "{id}"
        );
    }
    assert_eq!(built_in("tradecloud").missing(&nothing, false), []);
    let api = built_in("rest-api-v1");
    assert_eq!(
        api.missing(&nothing, false),
        [Need::ClientId, Need::ClientSecret, Need::BaseUrl]
    );
    let by_host = client(|settings| {
        let address = "https://api.example.com".parse().unwrap();
        settings.hosts.insert("api".to_owned(), address);
    });
    assert_eq!(api.missing(&by_host.settings, true), []);
    let without = own(&EXAMPLE.replace("redirect_uri", "# redirect_uri"));
    assert_eq!(
        without.missing(&client(|_| {}).settings, true),
        [Need::RedirectUri]
    );
}

#[test]
fn addresses_that_secrets_must_not_go_to_are_refused() {
    let example = own(EXAMPLE);
    for uri in [
        "http://example.com/back",
        "http://127.0.0.2/back",
        "http://127.0.0.1.example.com/",
        "http://user@127.0.0.1/",
        "https://example.com/#x",
        "custom:/back",
        "back",
    ] {
        let error = example.check_settings(&redirect_to(uri)).unwrap_err();
        assert_eq!(error.field, "Redirect URI", "{uri}");
    }
    let https_only = built_in("rest-api-v1");
    assert!(
        https_only
            .check_settings(&redirect_to("http://127.0.0.1/"))
            .is_err()
    );
    for base in [
        "http://example.com",
        "https://u:p@example.com",
        "https://example.com/?a",
        "ftp://example.com",
    ] {
        let set = client(|settings| settings.base_url = base.parse().ok()).settings;
        assert_eq!(
            example.check_settings(&set).unwrap_err().field,
            "Base address",
            "{base}"
        );
        let set = client(|settings| {
            settings
                .hosts
                .insert("api".to_owned(), base.parse().unwrap());
        });
        let error = https_only.check_settings(&set.settings).unwrap_err();
        assert_eq!(error.field, "API address", "{base}");
    }
    for base in [
        "http://127.0.0.1:8080",
        "http://[::1]",
        "http://localhost:1",
        "https://example.com/prefix",
    ] {
        let set = client(|settings| settings.base_url = base.parse().ok()).settings;
        assert_eq!(example.check_settings(&set), Ok(()), "{base}");
    }
}

#[test]
fn unknown_hosts_and_switches_are_refused_with_the_known_ones() {
    let set = client(|settings| {
        settings
            .options
            .insert("secret_in_the_address".to_owned(), true);
    });
    let error = built_in("just2trade")
        .check_settings(&set.settings)
        .unwrap_err();
    assert_eq!(error.expected, "one of secret_in_address");
    let set = client(|settings| {
        settings
            .hosts
            .insert("website".to_owned(), "https://example.com".parse().unwrap());
    });
    let error = built_in("just2trade")
        .check_settings(&set.settings)
        .unwrap_err();
    assert_eq!(
        (error.field.as_str(), error.expected.as_str()),
        ("website", "one of sign-in, api")
    );
}

#[test]
fn a_base_address_moves_every_host_and_a_host_moves_alone() {
    let provider = built_in("just2trade");
    let hosts = |settings: &ClientSettings| {
        let api = provider.host_of(CallKind::Profile, settings);
        (
            provider.sign_in_host(settings),
            api,
            provider.token_origin(settings),
        )
    };
    let both = client(|settings| settings.base_url = "http://127.0.0.1:9/x".parse().ok()).settings;
    let moved = "127.0.0.1:9".to_owned();
    assert_eq!(
        hosts(&both),
        (moved.clone(), moved, "http://127.0.0.1:9".to_owned())
    );
    let api = client(|settings| {
        settings
            .hosts
            .insert("api".to_owned(), "https://api.lime.co".parse().unwrap());
    });
    assert_eq!(
        hosts(&api.settings),
        (
            "auth.just2trade.com".to_owned(),
            "api.lime.co".to_owned(),
            "https://auth.just2trade.com".to_owned()
        )
    );
    let host = provider.hosts().last().unwrap();
    assert_eq!(
        provider.host_address(host, &api.settings),
        "https://api.lime.co/"
    );
    let own_api = built_in("rest-api-v1");
    let host = own_api.hosts().first().unwrap();
    let nothing = ClientSettings::default();
    assert_eq!(own_api.host_address(host, &nothing), "");
    assert_eq!(own_api.sign_in_host(&nothing), "");
    assert_eq!(own_api.token_origin(&nothing), "");
}

#[test]
fn switches_change_how_people_sign_in() {
    let provider = built_in("rest-api-v1");
    let with = |is_on| super::on("password_grant", is_on).settings;
    assert_eq!(
        provider.sign_in(&ClientSettings::default()),
        SignIn::AuthorizationCode
    );
    assert_eq!(provider.sign_in(&with(true)), SignIn::Password);
    assert_eq!(provider.sign_in(&with(false)), SignIn::AuthorizationCode);
    assert_eq!(
        provider.grant_name(CallKind::Password, &with(true)),
        "password"
    );
    let cloud = built_in("tradecloud");
    assert_eq!(cloud.sign_in(&ClientSettings::default()), SignIn::Password);
    assert_eq!(
        cloud.grant_name(CallKind::Password, &with(true)),
        "Basic sign-in"
    );
}

#[test]
fn the_records_say_how_tokens_are_kept_alive() {
    let ways = |id: &str| (built_in(id).refresh_way(), built_in(id).can_revoke());
    assert_eq!(ways("just2trade"), (RefreshWay::RenewByUse, false));
    assert_eq!(ways("trading-parrot"), (RefreshWay::Grant, true));
    assert_eq!(ways("tradecloud"), (RefreshWay::Grant, true));
    assert_eq!(ways("rest-api-v1"), (RefreshWay::Grant, true));
    assert_eq!(ways("biggerplate"), (RefreshWay::Grant, false));
    let never = own(&EXAMPLE.replace("scopes", "grant_types = [\"authorization_code\"]\nscopes"));
    assert_eq!(never.refresh_way(), RefreshWay::None);
    let seconds = |id: &str| {
        let provider = built_in(id);
        let lifetimes = [
            provider.stated_access_lifetime(),
            provider.stated_refresh_lifetime(),
            provider.renews_on_use(),
        ];
        lifetimes.map(|lifetime| lifetime.map(|it| it.as_secs()))
    };
    assert_eq!(seconds("tradecloud"), [Some(600), Some(86_400), None]);
    assert_eq!(seconds("just2trade"), [Some(86_400), None, Some(86_400)]);
    assert!(built_in("rest-api-v1").keeps_previous_refresh_token());
    assert!(built_in("trading-parrot").keeps_previous_refresh_token());
    assert!(!built_in("tradecloud").keeps_previous_refresh_token());
}

#[test]
fn a_missing_state_is_a_matter_of_the_file() {
    for (id, may_be_missing) in [
        ("just2trade", true),
        ("trading-parrot", true),
        ("rest-api-v1", true),
        ("biggerplate", false),
    ] {
        assert_eq!(built_in(id).state_may_be_missing(), may_be_missing, "{id}");
        assert!(!built_in(id).uses_pkce(), "{id}");
        assert_eq!(built_in(id).issuer(), None, "{id}");
    }
    let example = own(EXAMPLE);
    assert!(example.uses_pkce() && !example.issuer_required());
    assert_eq!(example.issuer(), Some("https://auth.example.com"));
}

#[test]
fn settings_of_a_newer_version_are_read_as_far_as_they_are_known() {
    let settings: ClientSettings =
        serde_json::from_str(r#"{"client_id":"a","of_the_future":1}"#).unwrap();
    assert_eq!(settings.client_id.as_deref(), Some("a"));
    let written = serde_json::to_string(&client(|_| {}).settings).unwrap();
    assert!(!written.contains("cret"));
    let read: ClientSettings = serde_json::from_str(&written).unwrap();
    assert_eq!(read, client(|_| {}).settings);
}

#[test]
fn hosts_with_known_addresses_offer_their_own_first() {
    let nothing = ClientSettings::default();
    for (id, names) in [
        ("just2trade", ["Just2Trade", "Lime"]),
        ("tradecloud", ["Acceptance", "Production"]),
    ] {
        let provider = built_in(id);
        for host in provider.hosts() {
            let offered: Vec<&str> = host.choices.iter().map(|it| it.name.as_str()).collect();
            assert_eq!(offered, names, "{id}");
            let first = host.choices.first().map(|it| it.address.to_string());
            assert_eq!(Some(provider.host_address(host, &nothing)), first, "{id}");
        }
    }
    let lime = client(|settings| {
        for (id, address) in [
            ("sign-in", "https://auth.lime.co"),
            ("api", "https://api.lime.co"),
        ] {
            let address = address.parse().unwrap();
            settings.hosts.insert(id.to_owned(), address);
        }
    });
    let broker = built_in("just2trade");
    assert_eq!(broker.sign_in_host(&lime.settings), "auth.lime.co");
    assert_eq!(
        broker.host_of(CallKind::Exchange, &lime.settings),
        "auth.lime.co"
    );
    assert_eq!(
        broker.host_of(CallKind::Profile, &lime.settings),
        "api.lime.co"
    );
}
