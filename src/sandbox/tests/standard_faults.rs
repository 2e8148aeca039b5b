//! The faults that only Practice Identity can have, and the shared ones where they mean more there.
//!
//! Doesn't know what a client should make of a fault.

use serde_json::{Value, json};

use super::{
    Client, Fault, Practice, RequestKind, Times, Told,
    standard_client::{
        EVERYTHING, ID, code, exchange, linked, open, proved, query, read, refreshed, userinfo,
    },
};

fn location(client: &Client) -> String {
    client
        .decide("/authorize", &query(client, EVERYTHING), "allow")
        .header("location")
        .unwrap()
        .to_owned()
}

/// Header, claims and genuineness of the next ID token, which has this fault.
fn bent(practice: &Practice, client: &Client, fault: Fault) -> (Value, Value, bool) {
    practice.fault(ID, RequestKind::Exchange, fault);
    read(client, &linked(client, EVERYTHING).text("id_token"))
}

fn device(client: &Client) -> Told {
    client.post("/device_authorization", &proved(client, &[]))
}

fn poll(client: &Client, device_code: &str) -> Told {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let form = [("grant_type", grant), ("device_code", device_code)];
    client.post("/token", &proved(client, &form))
}

#[test]
fn the_issuer_of_a_callback_can_be_another_or_missing_and_comes_once() {
    let (practice, client) = open();
    let next = |fault| {
        practice.fault(ID, RequestKind::Authorize, fault);
        location(&client)
    };
    let elsewhere = next(Fault::WrongIss);
    assert!(elsewhere.ends_with("&iss=https%3A%2F%2Felsewhere.practice.example"));
    assert_eq!(elsewhere.matches("iss=").count(), 1);
    assert!(!next(Fault::MissingIss).contains("iss="));
    assert!(location(&client).contains("iss=http%3A%2F%2F127.0.0.1%3A"));
}

#[test]
fn a_fault_of_the_state_or_the_decision_leaves_the_issuer_alone() {
    let (practice, client) = open();
    for fault in [Fault::Deny, Fault::WrongState, Fault::MissingState] {
        practice.fault(ID, RequestKind::Authorize, fault.clone());
        let location = location(&client);
        assert!(location.contains("iss=http%3A%2F%2F127.0.0.1"), "{fault:?}");
        assert_eq!(
            location.contains("error=access_denied"),
            fault == Fault::Deny
        );
    }
}

#[test]
fn an_id_token_can_have_another_nonce_audience_or_issuer() {
    let (practice, client) = open();
    for (fault, name, value) in [
        (Fault::IdTokenNonce, "nonce", "a-nonce-that-nobody-sent"),
        (Fault::IdTokenAudience, "aud", "another-client"),
        (
            Fault::IdTokenIssuer,
            "iss",
            "https://elsewhere.practice.example",
        ),
    ] {
        let (_, claims, genuine) = bent(&practice, &client, fault);
        assert!(genuine, "only the claim is wrong");
        assert_eq!(claims[name], value);
        assert_eq!(claims.as_object().unwrap().len(), 10);
    }
}

#[test]
fn an_id_token_can_be_over() {
    let (practice, client) = open();
    let (_, claims, genuine) = bent(&practice, &client, Fault::IdTokenExpired);
    assert!(genuine);
    assert_eq!(
        (&claims["iat"], &claims["exp"]),
        (&json!(1_699_992_800), &json!(1_699_996_400))
    );
}

#[test]
fn an_id_token_can_be_signed_by_nobody_or_by_somebody_else() {
    let (practice, client) = open();
    let (good, claims, genuine) = read(&client, &linked(&client, EVERYTHING).text("id_token"));
    assert!(genuine);
    let (stray, same, genuine) = bent(&practice, &client, Fault::IdTokenKey);
    assert!(!genuine);
    assert_eq!((&stray, &same["aud"]), (&good, &claims["aud"]));
    practice.fault(ID, RequestKind::Exchange, Fault::IdTokenUnsigned);
    let id_token = linked(&client, EVERYTHING).text("id_token");
    assert!(id_token.ends_with('.'));
    assert_eq!(read(&client, &id_token).0, json!({"alg": "none"}));
}

#[test]
fn the_id_tokens_of_refreshes_and_devices_can_be_bent_as_well() {
    let (practice, client) = open();
    let token = linked(&client, EVERYTHING).text("refresh_token");
    practice.fault(ID, RequestKind::Refresh, Fault::IdTokenAudience);
    let answer = refreshed(&client, &token).granted();
    let (_, claims, _) = read(&client, &answer.text("id_token"));
    assert_eq!(claims["aud"], "another-client");
    let plan = |kind| {
        practice
            .running
            .set_fault(ID, kind, Some(Fault::IdTokenKey), Times::Once)
            .is_ok()
    };
    assert!(plan(RequestKind::DevicePoll));
    assert!(!plan(RequestKind::Profile));
}

#[test]
fn the_metadata_can_name_another_issuer_or_be_missing() {
    let (practice, client) = open();
    let address = "/.well-known/openid-configuration";
    practice.fault(ID, RequestKind::Metadata, Fault::MetadataIssuer);
    let told = client.get(address).json();
    assert_eq!(told["issuer"], "https://elsewhere.practice.example");
    assert_eq!(
        told["jwks_uri"],
        format!("{}/jwks", client.provider.base_url)
    );
    practice.fault(ID, RequestKind::Metadata, Fault::MetadataMissing);
    assert_eq!(client.get(address).status, 404);
    assert_eq!(
        client.get(address).json()["issuer"],
        client.provider.base_url
    );
    let refused = practice.running.set_fault(
        ID,
        RequestKind::Keys,
        Some(Fault::MetadataMissing),
        Times::Once,
    );
    assert!(refused.is_err());
}

#[test]
fn keys_devices_and_polls_have_faults_of_their_own() {
    let (practice, client) = open();
    for kind in [
        RequestKind::Keys,
        RequestKind::Device,
        RequestKind::DevicePoll,
    ] {
        practice.fault(ID, kind, Fault::Unavailable);
    }
    assert_eq!(client.get("/jwks").status, 503);
    assert_eq!(device(&client).status, 503);
    let code = device(&client).granted().text("device_code");
    assert_eq!(poll(&client, &code).status, 503);
    poll(&client, &code).refused(400, "authorization_pending");
    assert_eq!(client.get("/jwks").status, 200);
}

#[test]
fn a_device_code_can_expire_before_it_arrives() {
    let (practice, client) = open();
    let code = device(&client).text("device_code");
    practice.fault(ID, RequestKind::DevicePoll, Fault::CodeExpired);
    poll(&client, &code).refused(400, "expired_token");
}

#[test]
fn a_code_can_be_used_or_a_token_revoked_before_it_arrives() {
    let (practice, client) = open();
    for fault in [Fault::CodeUsed, Fault::CodeExpired] {
        practice.fault(ID, RequestKind::Exchange, fault);
        let code = code(&client, EVERYTHING);
        client
            .post("/token", &exchange(&client, &code))
            .refused(400, "invalid_grant");
    }
    let answer = linked(&client, EVERYTHING);
    practice.fault(ID, RequestKind::Refresh, Fault::RefreshRevoked);
    refreshed(&client, &answer.text("refresh_token")).refused(400, "invalid_grant");
}

#[test]
fn whoever_lost_an_answer_and_asks_again_loses_everything() {
    let (practice, client) = open();
    let answer = linked(&client, EVERYTHING);
    let token = answer.text("refresh_token");
    practice.fault(ID, RequestKind::Refresh, Fault::AnswerLost);
    let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    let body = super::encoded(&proved(&client, &form));
    assert!(client.try_send("POST /token", &headers, &body).is_err());
    assert_eq!(userinfo(&client, &answer.text("access_token")), 200);
    refreshed(&client, &token).refused(400, "invalid_grant");
    assert_eq!(userinfo(&client, &answer.text("access_token")), 401);
}

#[test]
fn faults_are_planned_and_listed_under_their_names() {
    let (_practice, client) = open();
    for (kind, fault) in [
        ("metadata", "metadata_issuer"),
        ("device_poll", "id_token_unsigned"),
        ("exchange", "id_token_nonce"),
        ("authorize", "missing_iss"),
    ] {
        let told = client.post_json(
            "/practice/faults",
            "application/json",
            &json!({"kind": kind, "fault": fault}),
        );
        assert!(told.body.contains(fault), "{}", told.body);
    }
}
