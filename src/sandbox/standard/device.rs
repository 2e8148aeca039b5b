//! The sign-in of a device that has no browser ([RFC 8628](https://www.rfc-editor.org/rfc/rfc8628)).
//!
//! The person's part is the same sign-in and consent as everywhere. Doesn't know what the device is.

use serde_json::json;

use super::{
    client, scope,
    token::{Sitting, tokens},
};
use crate::sandbox::{
    ledger::{Decision, Device, Family, Ticket},
    pages,
    params::Params,
    random,
    reply::{Answer, Refusal, Reply},
    shop::in_millis,
    sign_in::{self, GONE},
    visit::Visit,
};

const LIFETIME: i64 = 600;
const INTERVAL: i64 = 5_000;
/// What a device that asks too soon has to wait in addition, from then on.
const PENALTY: i64 = 5_000;
const NOT_WAITING: &str = "No app waits with this code. Look at the app again.";

/// A code for the device and one for the person ([RFC 8628 §3.2](https://www.rfc-editor.org/rfc/rfc8628#section-3.2)).
pub(super) fn authorize(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    let client_id = client::authenticated(visit, form)?;
    let scope = scope::requested(form.get("scope"))?;
    let interval = visit.shop.options.device_interval;
    let interval = interval.map_or(INTERVAL, in_millis);
    let device_code = random::alphanumeric(48)?;
    let user_code = user_code_of(&random::legible(8)?);
    let device = Device {
        client_id: client_id.to_owned(),
        scope,
        user_code: user_code.clone(),
        interval,
        polled_at: None,
        expires_at: visit.now.saturating_add(LIFETIME * 1000),
        decision: Decision::Pending,
    };
    visit.ledger.devices.insert(device_code.clone(), device);
    let page = format!("{}/device", visit.shop.base_url);
    Ok(Reply::tokens(json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": LIFETIME,
        // Rounded up, so that nobody who obeys is told to slow down.
        "interval": interval.saturating_add(999).div_euclid(1000),
    })))
}

/// The letters in two halves, whatever a person made of case, dash and spaces.
fn user_code_of(typed: &str) -> String {
    let letters: Vec<_> = typed
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let halves: Vec<String> = letters
        .chunks(4)
        .map(|half| half.iter().collect())
        .collect();
    halves.join("-")
}

/// Where the person types the code, filled in where the address has it.
pub(super) fn page(visit: &Visit<'_>) -> Reply {
    let user_code = visit.asked.query.get("user_code").unwrap_or_default();
    pages::device(visit.shop, user_code, "")
}

/// The code arrives; whoever typed it signs in next.
pub(super) fn user_code(visit: &mut Visit<'_>) -> Answer {
    let typed = visit.form()?.get("user_code").unwrap_or_default();
    let user_code = user_code_of(typed);
    let now = visit.now;
    let waiting = visit.ledger.devices.iter().find(|(_, device)| {
        device.user_code == user_code
            && now < device.expires_at
            && matches!(device.decision, Decision::Pending)
    });
    let Some((device_code, device)) = waiting else {
        return Ok(pages::device(visit.shop, typed, NOT_WAITING));
    };
    let ticket = Ticket {
        client_id: device.client_id.clone(),
        scope: Some(device.scope.clone()),
        device_code: Some(device_code.clone()),
        ..Ticket::default()
    };
    sign_in::open(visit, ticket)
}

/// The person presses "Allow" or "Deny"; the device learns it when it asks next.
pub(super) fn decide(visit: &mut Visit<'_>, form: &Params, device_code: &str) -> Reply {
    let signed_in = sign_in::signed_in(visit, form);
    let now = visit.now;
    let device = visit.ledger.devices.get_mut(device_code);
    let device = device
        .filter(|device| now < device.expires_at && matches!(device.decision, Decision::Pending));
    let (Some(device), Some((ticket, username))) = (device, signed_in) else {
        return pages::notice(visit.shop, 400, "Too late", GONE);
    };
    let (title, text) = match form.get("decision") {
        Some("allow") => {
            device.decision = Decision::Allowed {
                username,
                signed_in_at: ticket.signed_in_at,
            };
            ("Allowed", "You can go back to the app now.")
        }
        Some("deny") => {
            device.decision = Decision::Denied;
            ("Denied", "Nothing was handed out.")
        }
        _ => return pages::notice(visit.shop, 400, "No decision", GONE),
    };
    pages::notice(visit.shop, 200, title, text)
}

/// The device asks for the decision ([RFC 8628 §3.5](https://www.rfc-editor.org/rfc/rfc8628#section-3.5)).
pub(super) fn poll(visit: &mut Visit<'_>, form: &Params) -> Answer {
    let client_id = client::authenticated(visit, form)?;
    let device_code = form.required("device_code")?;
    let now = visit.now;
    let device = visit.ledger.devices.get_mut(device_code);
    let device = device
        .filter(|device| device.client_id == client_id)
        .ok_or(Refusal::new(
            "invalid_grant",
            "the device code is unknown or another client's",
        ))?;
    if now >= device.expires_at {
        return Err(Refusal::new("expired_token", "the device code has expired"));
    }
    let polled_at = device.polled_at.replace(now);
    if polled_at.is_some_and(|at| now < at.saturating_add(device.interval)) {
        device.interval = device.interval.saturating_add(PENALTY);
        return Err(Refusal::new(
            "slow_down",
            "the device asks too soon, and has to wait five seconds more from now on",
        ));
    }
    match device.decision.clone() {
        Decision::Pending => Err(Refusal::new(
            "authorization_pending",
            "the person has not decided yet",
        )),
        Decision::Denied => Err(Refusal::new(
            "access_denied",
            "the person denied the request",
        )),
        Decision::Allowed {
            username,
            signed_in_at,
        } => {
            let begun = Family {
                client_id: client_id.to_owned(),
                username,
                scope: device.scope.clone(),
                signed_in_at,
                ..Family::default()
            };
            visit.ledger.devices.remove(device_code);
            begin(visit, begun)
        }
    }
}

fn begin(visit: &mut Visit<'_>, begun: Family) -> Answer {
    let sitting = Sitting {
        family: random::hex(32)?,
        scope: begun.scope.clone(),
        nonce: None,
    };
    visit.ledger.families.insert(sitting.family.clone(), begun);
    tokens(visit, &sitting)
}
