//! How faults are planned, listed and taken back, and how often they happen.
//!
//! Doesn't know what a fault does.

use serde_json::json;

use super::{Client, Fault, Mode, Practice, RequestKind, Times, encoded};
use crate::sandbox::Error;

const ID: &str = "biggerplate";

fn open() -> (Practice, Client) {
    let practice = Practice::open(Mode::Documented);
    let client = practice.at(ID);
    (practice, client)
}

/// The status of the next request for authorization.
fn status(client: &Client) -> u16 {
    let query = [
        ("client_id", client.client_id()),
        ("redirect_uri", client.redirect_uri()),
        ("response_type", "code"),
    ];
    client
        .get(&format!("/oauth/auth?{}", encoded(&query)))
        .status
}

#[test]
fn a_fault_happens_as_often_as_it_was_told_to() {
    let (practice, client) = open();
    let status = || status(&client);
    let plan = |fault, times| {
        practice
            .running
            .set_fault(ID, RequestKind::Authorize, fault, times)
            .unwrap();
    };
    plan(Some(Fault::ServerError), Times::Exactly(2));
    assert_eq!([status(), status(), status()], [500, 500, 200]);
    plan(Some(Fault::ServerError), Times::Always);
    assert_eq!([status(), status(), status()], [500, 500, 500]);
    plan(None, Times::Once);
    assert_eq!(status(), 200);
}

#[test]
fn faults_are_planned_and_listed_over_http() {
    let (_practice, client) = open();
    let plan = |body| client.post_json("/practice/faults", "application/json", &body);
    plan(json!({"kind": "token", "fault": {"slow": {"seconds": 3}}, "times": "always"}));
    assert_eq!(
        plan(json!({"kind": "authorize", "fault": "deny"})).status,
        200
    );
    assert_eq!(
        client.get("/practice/faults").json(),
        json!([
            {"kind": "authorize", "fault": "deny", "times": 1},
            {"kind": "exchange", "fault": {"slow": {"seconds": 3}}, "times": "always"},
        ])
    );
    plan(json!({"kind": "exchange", "fault": null}));
    assert_eq!(
        client
            .get("/practice/faults")
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_fault_that_makes_no_sense_is_not_planned() {
    let (practice, client) = open();
    let plan = |body| {
        client
            .post_json("/practice/faults", "application/json", &body)
            .status
    };
    assert_eq!(plan(json!({"kind": "refresh", "fault": "deny"})), 400);
    assert_eq!(
        plan(json!({"kind": "refresh", "fault": "no such fault"})),
        400
    );
    let refused =
        practice
            .running
            .set_fault(ID, RequestKind::Profile, Some(Fault::CodeUsed), Times::Once);
    assert!(matches!(refused, Err(Error::Instruct { .. })));
    let unknown = practice
        .running
        .set_fault("nobody", RequestKind::Profile, None, Times::Once);
    assert!(matches!(unknown, Err(Error::UnknownProvider(_))));
}

#[test]
fn a_fault_at_one_provider_and_kind_leaves_the_others_alone() {
    let (practice, client) = open();
    let plan = |id, kind| {
        practice
            .running
            .set_fault(id, kind, Some(Fault::ServerError), Times::Always)
            .unwrap();
    };
    plan(ID, RequestKind::Refresh);
    plan("just2trade", RequestKind::Authorize);
    assert_eq!(status(&client), 200);
    plan(ID, RequestKind::Authorize);
    assert_eq!(status(&client), 500);
}
