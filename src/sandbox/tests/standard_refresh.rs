//! What becomes of a sign-in at Practice Identity: rotation, replay, revocation, and who it is.
//!
//! Doesn't know how a code is come by.

use super::{
    and, changed,
    standard_client::{
        EVERYTHING, ID, linked, open, proved, public, read, refreshed, revoked, userinfo,
    },
    ticket, without,
};

#[test]
fn every_refresh_rotates_and_keeps_the_scope() {
    let (practice, client) = open();
    for client in [client, public(&practice)] {
        let first = linked(&client, EVERYTHING);
        let second = refreshed(&client, &first.text("refresh_token")).granted();
        assert_ne!(second.text("refresh_token"), first.text("refresh_token"));
        assert_ne!(second.text("access_token"), first.text("access_token"));
        assert_eq!(second.text("scope"), EVERYTHING);
        refreshed(&client, &second.text("refresh_token")).granted();
    }
    assert_eq!(practice.counters(ID).refreshes, 4);
}

#[test]
fn an_id_token_of_a_refresh_is_of_the_same_sign_in_and_without_nonce() {
    let (practice, client) = open();
    let first = linked(&client, EVERYTHING);
    practice.advance(1_000);
    let second = refreshed(&client, &first.text("refresh_token")).granted();
    let (_, claims, genuine) = read(&client, &second.text("id_token"));
    assert!(genuine);
    assert_eq!(
        (&claims["iat"], &claims["auth_time"]),
        (&1_700_001_000.into(), &1_700_000_000.into())
    );
    assert_eq!(claims.get("nonce"), None);
}

#[test]
fn an_old_refresh_token_that_comes_again_ends_the_family_and_no_other() {
    let (_practice, client) = open();
    let other = linked(&client, EVERYTHING);
    let first = linked(&client, EVERYTHING);
    let second = refreshed(&client, &first.text("refresh_token")).granted();
    let third = refreshed(&client, &second.text("refresh_token")).granted();
    refreshed(&client, &first.text("refresh_token")).refused(400, "invalid_grant");
    refreshed(&client, &third.text("refresh_token")).refused(400, "invalid_grant");
    for answer in [&first, &second, &third] {
        assert_eq!(userinfo(&client, &answer.text("access_token")), 401);
    }
    refreshed(&client, &other.text("refresh_token")).granted();
}

#[test]
fn an_old_refresh_token_is_remembered_from_run_to_run() {
    let (practice, client) = open();
    let first = linked(&client, EVERYTHING);
    let second = refreshed(&client, &first.text("refresh_token")).granted();
    let practice = practice.reopen(super::Mode::Field);
    let client = practice.standard();
    refreshed(&client, &first.text("refresh_token")).refused(400, "invalid_grant");
    refreshed(&client, &second.text("refresh_token")).refused(400, "invalid_grant");
}

#[test]
fn a_refresh_token_is_no_good_to_the_other_client() {
    let (practice, client) = open();
    let other = public(&practice);
    let answer = linked(&client, EVERYTHING);
    let token = answer.text("refresh_token");
    refreshed(&other, &token).refused(400, "invalid_grant");
    let next = refreshed(&client, &token).granted().text("refresh_token");
    // The other client's replay proves nothing about this one's.
    refreshed(&other, &token).refused(400, "invalid_grant");
    refreshed(&client, &next).granted();
}

#[test]
fn a_refresh_can_narrow_the_scope_but_not_widen_it() {
    let (_practice, client) = open();
    let token = linked(&client, "openid offline_access").text("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let wider = and(&proved(&client, &form), "scope", "openid email");
    client.post("/token", &wider).refused(400, "invalid_scope");
    let narrow = changed(&wider, "scope", "offline_access");
    let answer = client.post("/token", &narrow).granted();
    assert_eq!(answer.text("scope"), "offline_access");
    assert_eq!(answer.json().get("id_token"), None);
    let whole = refreshed(&client, &answer.text("refresh_token")).granted();
    assert_eq!(whole.text("scope"), "openid offline_access");
}

#[test]
fn a_refresh_needs_a_token_and_a_client() {
    let (_practice, client) = open();
    let token = linked(&client, EVERYTHING).text("refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
    ];
    let form = proved(&client, &form);
    client
        .post("/token", &without(&form, "refresh_token"))
        .refused(400, "invalid_request");
    client
        .post("/token", &without(&form, "client_secret"))
        .refused(401, "invalid_client");
    refreshed(&client, "unknown").refused(400, "invalid_grant");
    client.post("/token", &form).granted();
}

#[test]
fn revoking_a_refresh_token_ends_the_family() {
    let (practice, client) = open();
    let answer = linked(&client, EVERYTHING);
    let next = refreshed(&client, &answer.text("refresh_token")).granted();
    assert_eq!(revoked(&client, &next.text("refresh_token")).status, 200);
    refreshed(&client, &next.text("refresh_token")).refused(400, "invalid_grant");
    for answer in [answer, next] {
        assert_eq!(userinfo(&client, &answer.text("access_token")), 401);
    }
    assert_eq!(practice.counters(ID).revocations, 1);
}

#[test]
fn a_refresh_token_that_was_rotated_out_still_names_the_family_to_revoke() {
    let (_practice, client) = open();
    let first = linked(&client, EVERYTHING).text("refresh_token");
    let next = refreshed(&client, &first).granted();
    assert_eq!(revoked(&client, &first).status, 200);
    refreshed(&client, &next.text("refresh_token")).refused(400, "invalid_grant");
}

#[test]
fn revoking_an_access_token_ends_nothing_else() {
    let (_practice, client) = open();
    let answer = linked(&client, EVERYTHING);
    let access = answer.text("access_token");
    assert_eq!(revoked(&client, &access).status, 200);
    assert_eq!(userinfo(&client, &access), 401);
    refreshed(&client, &answer.text("refresh_token")).granted();
}

#[test]
fn a_revocation_needs_a_client_and_a_token_but_not_a_known_one() {
    let (practice, client) = open();
    assert_eq!(revoked(&client, "unknown").status, 200);
    let answer = linked(&client, EVERYTHING);
    let token = answer.text("refresh_token");
    let form = proved(&client, &[("token", &token)]);
    client
        .post("/revoke", &changed(&form, "client_secret", "wrong"))
        .refused(401, "invalid_client");
    client
        .post("/revoke", &without(&form, "token"))
        .refused(400, "invalid_request");
    for token in [&token, &answer.text("access_token")] {
        revoked(&public(&practice), token).refused(400, "unauthorized_client");
    }
    refreshed(&client, &token).granted();
    assert_eq!(userinfo(&client, &answer.text("access_token")), 200);
}

#[test]
fn the_userinfo_is_the_persons_by_get_and_post() {
    let (practice, mut client) = open();
    for (username, login, name, last) in [
        ("trader@practice.example", "trader", "Practice Trader", '1'),
        ("desk@practice.example", "desk", "Practice Desk", '2'),
    ] {
        username.clone_into(&mut client.username);
        let token = linked(&client, "openid").text("access_token");
        let bearer = format!("Authorization: Bearer {token}");
        for method in ["GET", "POST"] {
            let told = client.send(&format!("{method} /userinfo"), &[&bearer], "");
            assert_eq!(
                told.granted().json(),
                serde_json::json!({
                    "sub": format!("8f1e7eba-0000-4000-8000-00000000000{last}"),
                    "preferred_username": login,
                    "email": username,
                    "name": name,
                })
            );
        }
    }
    assert_eq!(practice.counters(ID).profiles, 4);
}

#[test]
fn the_userinfo_takes_a_bearer_header_only() {
    let (practice, client) = open();
    let token = linked(&client, "openid").text("access_token");
    let none = client.get("/userinfo");
    assert_eq!(
        (none.status, none.header("www-authenticate")),
        (401, Some("Bearer realm=\"Practice Identity\""))
    );
    let challenged = |told: super::Told, status: u16, error: &str| {
        assert_eq!(told.status, status);
        let challenge = told.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        assert!(
            challenge.contains(&format!("error=\"{error}\"")),
            "{challenge}"
        );
    };
    challenged(client.get_as("/userinfo", "unknown"), 401, "invalid_token");
    challenged(
        client.get(&format!("/userinfo?access_token={token}")),
        400,
        "invalid_request",
    );
    challenged(
        client.post("/userinfo", &[("access_token", &token)]),
        400,
        "invalid_request",
    );
    practice.advance(3_600);
    challenged(client.get_as("/userinfo", &token), 401, "invalid_token");
}

#[test]
fn somebody_else_can_sign_in_after_an_account_was_chosen() {
    let (_practice, client) = open();
    let query = and(
        &super::standard_client::query(&client, EVERYTHING),
        "prompt",
        "select_account",
    );
    let page = client.get(&format!("/authorize?{}", super::encoded(&query)));
    let ticket = ticket(&page);
    client.post(
        "/select",
        &[("ticket", ticket), ("username", &client.username)],
    );
    let other = [
        ("ticket", ticket),
        ("username", "desk@practice.example"),
        ("password", &client.password),
    ];
    client.post("/sign-in", &other);
    let callback = client
        .post("/consent", &[("ticket", ticket), ("decision", "allow")])
        .callback(client.redirect_uri());
    let form = super::standard_client::exchange(&client, &callback["code"]);
    let answer = client.post("/token", &form).granted();
    let (_, claims, _) = read(&client, &answer.text("id_token"));
    assert_eq!(claims["email"], "desk@practice.example");
}
