//! What device authorization endpoints answer, and how often the token endpoint is asked then.
//!
//! Waits for nothing: durations are compared, not spent.

use std::time::Duration;

use proptest::prelude::*;

use crate::oauth::{DeviceAuthorizationResponse, NextPoll, NotDeviceAuthorization, Polling};

const WHOLE: [(&str, &str); 4] = [
    ("device_code", r#""d""#),
    ("user_code", r#""WDJB-MJHT""#),
    ("verification_uri", r#""https://a.example/device""#),
    ("expires_in", "1800"),
];

/// An answer in which one field is another, or one more.
fn with(name: &str, value: &str) -> Result<DeviceAuthorizationResponse, NotDeviceAuthorization> {
    let others = WHOLE.iter().filter(|(own, _)| *own != name);
    let own = (name, value);
    let fields = others.chain([&own]);
    let fields: Vec<_> = fields
        .map(|(name, value)| format!(r#""{name}":{value}"#))
        .collect();
    DeviceAuthorizationResponse::from_json(format!("{{{}}}", fields.join(",")).as_bytes())
}

#[test]
fn the_example_of_section_3_2_holds() {
    let body = br#"{
        "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszRySk9eS",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
        "expires_in": 1800,
        "interval": 5
    }"#;
    let read = DeviceAuthorizationResponse::from_json(body).unwrap();
    assert_eq!(
        read.device_code.expose(),
        "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszRySk9eS"
    );
    assert_eq!(read.verification_uri.as_str(), "https://example.com/device");
    let complete = read.verification_uri_complete.unwrap();
    assert_eq!(complete.query(), Some("user_code=WDJB-MJHT"));
    assert_eq!(read.expires_in, Duration::from_mins(30));
    assert_eq!(read.interval, Duration::from_secs(5));
}

#[test]
fn an_odd_field_that_is_needed_is_refused_by_its_name() {
    use NotDeviceAuthorization::{Malformed, Missing};
    let long = format!(r#""{}""#, "A".repeat(33));
    let rows = [
        ("device_code", r#""""#, Malformed("device_code")),
        ("device_code", "7", Malformed("device_code")),
        ("device_code", r#""a b""#, Malformed("device_code")),
        ("user_code", "null", Missing("user_code")),
        ("user_code", r#""""#, Malformed("user_code")),
        ("user_code", "12345678", Malformed("user_code")),
        ("user_code", r#""АВС""#, Malformed("user_code")),
        ("user_code", r#""A\u202eB""#, Malformed("user_code")),
        ("user_code", r#""A\nB""#, Malformed("user_code")),
        ("user_code", &long, Malformed("user_code")),
        ("verification_uri", "null", Missing("verification_uri")),
        (
            "verification_uri",
            r#""http://a.example""#,
            Malformed("verification_uri"),
        ),
        (
            "verification_uri",
            r#""javascript:0""#,
            Malformed("verification_uri"),
        ),
        (
            "verification_uri",
            r#""a.example/device""#,
            Malformed("verification_uri"),
        ),
        ("expires_in", "null", Missing("expires_in")),
        ("expires_in", "0", Malformed("expires_in")),
        ("expires_in", "-1", Malformed("expires_in")),
        ("expires_in", "1e9", Malformed("expires_in")),
        ("expires_in", r#""soon""#, Malformed("expires_in")),
        ("interval", r#"5,"interval":6"#, Malformed("interval")),
    ];
    for (name, value, refused) in rows {
        assert_eq!(with(name, value), Err(refused), "{name} {value}");
    }
}

#[test]
fn an_odd_field_that_is_not_needed_counts_as_none() {
    for value in ["null", "7", r#""http://a.example""#, r#""x""#] {
        let read = with("verification_uri_complete", value).unwrap();
        assert_eq!(read.verification_uri_complete, None, "{value}");
    }
    let rows = [
        ("1", 1),
        ("7", 7),
        (r#""7""#, 7),
        ("90", 90),
        ("0", 5),
        ("-3", 5),
        ("null", 5),
        ("true", 5),
        ("86400", 600),
    ];
    for (value, seconds) in rows {
        let read = with("interval", value).unwrap();
        assert_eq!(read.interval, Duration::from_secs(seconds), "{value}");
    }
}

#[test]
fn the_name_of_the_draft_is_read_as_well() {
    let body = br#"{"device_code":"d","user_code":"ABC","verification_url":"https://a.example/d","expires_in":1800}"#;
    let read = DeviceAuthorizationResponse::from_json(body).unwrap();
    assert_eq!(read.verification_uri.as_str(), "https://a.example/d");
}

#[test]
fn what_begins_nothing_says_why() {
    let refused = |body: &str| DeviceAuthorizationResponse::from_json(body.as_bytes()).unwrap_err();
    assert_eq!(refused("<html>"), NotDeviceAuthorization::NotJson);
    assert_eq!(
        refused("{}"),
        NotDeviceAuthorization::Missing("device_code")
    );
    let NotDeviceAuthorization::Error(error) = refused(r#"{"error":"invalid_client"}"#) else {
        panic!("the error was not read");
    };
    assert_eq!(error.code, "invalid_client");
}

#[test]
fn debug_shows_no_device_code() {
    let read = with("device_code", r#""canary""#);
    assert!(read.is_ok());
    assert!(!format!("{read:?}").contains("canary"));
}

/// Each letter is an event: pending, slow down, unreachable, any other error; the waits that follow, in seconds.
fn waits(interval: u64, events: &str) -> Vec<Option<u64>> {
    let mut polling = Polling::new(Duration::from_secs(interval));
    let next = events.chars().map(|event| match event {
        'p' => polling.answered("authorization_pending"),
        's' => polling.answered("slow_down"),
        'u' => polling.unreachable(),
        _ => polling.answered("expired_token"),
    });
    let seconds = |next| match next {
        NextPoll::After(wait) => Some(Duration::as_secs(&wait)),
        NextPoll::Over => None,
    };
    next.map(seconds).collect()
}

#[test]
fn the_wait_follows_what_the_server_says() {
    let rows: [(u64, &str, &[u64]); 6] = [
        (5, "ppp", &[5, 5, 5]),
        (5, "pspsp", &[5, 10, 10, 15, 15]),
        (5, "uuuuuu", &[10, 20, 40, 60, 60, 60]),
        (5, "uupu", &[10, 20, 5, 10]),
        (5, "sus", &[10, 20, 15]),
        (90, "puu", &[90, 90, 90]),
    ];
    for (interval, events, expected) in rows {
        let expected: Vec<_> = expected.iter().copied().map(Some).collect();
        assert_eq!(waits(interval, events), expected, "{interval} {events}");
    }
    assert_eq!(waits(5, "px"), [Some(5), None]);
}

#[test]
fn codes_that_only_look_alike_end_the_asking() {
    for code in [
        "",
        "Slow_Down",
        "authorization_pending ",
        "access_denied",
        "invalid_grant",
    ] {
        let mut polling = Polling::new(Duration::from_secs(5));
        assert_eq!(polling.answered(code), NextPoll::Over, "{code}");
    }
}

proptest! {
    #[test]
    fn nobody_is_asked_more_often_than_they_want(interval in 1_u64..1_000, events in "[psu]{0,80}") {
        for wait in waits(interval, &events) {
            prop_assert!(wait.is_some_and(|wait| wait >= interval));
        }
        prop_assert!(Polling::new(Duration::MAX).wait() == Duration::MAX);
    }

    #[test]
    fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200), value in any::<String>()) {
        prop_assert!(DeviceAuthorizationResponse::from_json(&body).is_err());
        for (name, _) in WHOLE {
            drop(with(name, &serde_json::json!(value).to_string()));
        }
    }
}
