//! What a fault does: to the ledger before the work, to the answer instead of or after it.
//!
//! Knows no provider: every fault is one rule for all of them. What is wrong with an ID token is decided where it is signed.

use serde_json::{Map, Value};

use super::{
    asked::Asked,
    faults::Fault,
    ledger::{Ending, Ledger},
    reply::{Body, JSON, Reply},
};

const HUGE: usize = 2 * 1024 * 1024;
const PORTAL: &str =
    "<!doctype html><title>Welcome</title><p>Please accept the terms of this network.</p>";

/// Somebody who is none of the practice providers.
pub(super) const ELSEWHERE: &str = "https://elsewhere.practice.example";

/// The answer that goes out in place of any work.
pub(super) fn instead(fault: &Fault) -> Option<Reply> {
    Some(match fault {
        Fault::TooManyRequests { retry_after } => {
            Reply::text(429, "Too many requests").with("retry-after", retry_after.to_string())
        }
        Fault::ServerError => Reply::text(500, "Internal server error"),
        Fault::Unavailable => Reply::text(503, "Service unavailable"),
        Fault::MetadataMissing => Reply::text(404, "Not found"),
        Fault::Html => Reply::html(200, PORTAL.to_owned()),
        Fault::HugeBody => Reply::json(200, Value::String("x".repeat(HUGE))),
        Fault::RedirectElsewhere { to } => Reply::empty(307).with("location", to),
        _ => return None,
    })
}

/// What has happened to the presented code or token before the provider looks at it.
///
/// The provider then refuses it by its ordinary rules, in its ordinary words.
pub(super) fn tamper(fault: &Fault, asked: &Asked, ledger: &mut Ledger) {
    let presented = |name| {
        asked
            .params()
            .and_then(|params| params.get(name))
            .or_else(|| asked.query.get(name))
    };
    match fault {
        Fault::CodeUsed => {
            if let Some(code) = presented("code").and_then(|code| ledger.codes.get_mut(code)) {
                code.used = true;
            }
        }
        Fault::CodeExpired => {
            if let Some(code) = presented("code").and_then(|code| ledger.codes.get_mut(code)) {
                code.expires_at = i64::MIN;
            }
            if let Some(device) =
                presented("device_code").and_then(|code| ledger.devices.get_mut(code))
            {
                device.expires_at = i64::MIN;
            }
        }
        Fault::RefreshRevoked => {
            if let Some(token) =
                presented("refresh_token").or_else(|| asked.header("refresh-token"))
            {
                ledger.refresh_tokens.remove(token);
            }
        }
        Fault::AccessWithdrawn
        | Fault::PasswordChanged
        | Fault::SignedInElsewhere
        | Fault::ProviderReset
        | Fault::TokenExpired
        | Fault::RefreshedElsewhere => {
            let refresh = presented("refresh_token").or_else(|| asked.header("refresh-token"));
            if let Some(token) = refresh.or_else(|| asked.authorization("bearer")) {
                end(fault, token, ledger);
            }
        }
        _ => {}
    }
}

/// Ends the presented token, and with it whatever ends for the same reason.
fn end(fault: &Fault, token: &str, ledger: &mut Ledger) {
    let (ending, whose) = match fault {
        Fault::TokenExpired => (Ending::Expired, None),
        Fault::RefreshedElsewhere => (Ending::UsedBefore, None),
        Fault::AccessWithdrawn => (Ending::Withdrawn, Some(ledger.owner_of(token))),
        Fault::PasswordChanged => (Ending::PasswordChanged, Some(ledger.owner_of(token))),
        Fault::SignedInElsewhere => (Ending::Replaced, Some(ledger.owner_of(token))),
        _ => (Ending::Reset, Some(None)),
    };
    match whose {
        None => ledger.end_token(token, ending),
        Some(whose) => ledger.end_tokens_of(whose.as_deref(), ending),
    }
}

/// The answer, changed after the work was done.
pub(super) fn answer(fault: &Fault, reply: &mut Reply) {
    match fault {
        Fault::BrokenJson => reply.body = broken(&reply.body),
        Fault::WrongTypes => {
            for (name, value) in &mut reply.headers {
                if name.starts_with("set-") {
                    value.clear();
                }
            }
            if let Body::Json(value) = &mut reply.body {
                *value = mistyped(value.take());
            }
        }
        Fault::TokenNotReturned => {
            reply
                .headers
                .retain(|(name, _)| *name != "set-refresh-token");
            if let Body::Json(Value::Object(members)) = &mut reply.body {
                members.retain(|name, _| name != "refresh_token" && name != "request_token");
            }
        }
        Fault::NoTradingAccounts => {
            if let Body::Json(Value::Object(members)) = &mut reply.body
                && let Some(accounts) = members.get_mut("accounts")
            {
                *accounts = Value::Array(Vec::new());
            }
        }
        Fault::MetadataIssuer => {
            if let Body::Json(Value::Object(members)) = &mut reply.body {
                members.insert("issuer".to_owned(), ELSEWHERE.into());
            }
        }
        _ => {}
    }
}

/// The address the browser is sent back to, changed.
pub(super) fn callback(fault: &Fault, reply: &mut Reply) {
    let Body::Callback { params, .. } = &mut reply.body else {
        return;
    };
    let state = params
        .iter()
        .find(|(name, _)| *name == "state")
        .map(|(_, state)| state.clone());
    match fault {
        Fault::Deny => {
            params.retain(|(name, _)| matches!(*name, "state" | "iss"));
            params.insert(0, ("error", "access_denied".to_owned()));
        }
        Fault::WrongState => {
            params.retain(|(name, _)| *name != "state");
            params.push(("state", "a-state-that-nobody-sent".to_owned()));
        }
        Fault::MissingState => params.retain(|(name, _)| *name != "state"),
        Fault::RepeatedState => {
            // A provider that echoes no state repeats one of its own, so that the fault is never without effect.
            let state = state.unwrap_or_else(|| "twice".to_owned());
            params.retain(|(name, _)| *name != "state");
            params.extend([("state", state.clone()), ("state", state)]);
        }
        Fault::WrongIss => {
            params.retain(|(name, _)| *name != "iss");
            params.push(("iss", ELSEWHERE.to_owned()));
        }
        Fault::MissingIss => params.retain(|(name, _)| *name != "iss"),
        _ => {}
    }
}

/// The first half of a body, under the content type of the whole.
fn broken(body: &Body) -> Body {
    let half = |text: &str| text.chars().take(text.chars().count() / 2).collect();
    match body {
        Body::Json(value) => Body::Written(JSON, half(&value.to_string())),
        Body::Written(content_type, text) => Body::Written(content_type, half(text)),
        other => other.clone(),
    }
}

/// The same object with numbers and truths as text, lists as objects, and the scope as a list.
fn mistyped(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(truth) => Value::String(truth.to_string()),
        Value::Array(items) => Value::Object(
            items
                .into_iter()
                .enumerate()
                .map(|(at, item)| (at.to_string(), mistyped(item)))
                .collect(),
        ),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(mistyped_member)
                .collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

fn mistyped_member((name, value): (String, Value)) -> (String, Value) {
    let value = match (name.as_str(), value) {
        ("scope", Value::String(scope)) => scope.split(' ').map(Value::from).collect(),
        (_, value) => mistyped(value),
    };
    (name, value)
}
