//! Asks a provider: one call, and the file's next alternative only where the first was not understood.
//!
//! Knows nothing of what the answer is for. Never tries a second way after an answer that may have spent a code or a token.

use std::time::Duration;

use http::{Response, header};
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use super::Desk;
use crate::account::Exchange;
use crate::platform;
use crate::provider::{Call, CallKind, Provider};

/// An answer, and how it was come by.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) response: Response<Vec<u8>>,
    /// Which of the provider file's alternatives this was.
    pub(super) alternative: usize,
    /// The call's outer form, such as "POST /connect/token, form".
    pub(super) shape: String,
    /// When the answer was there.
    pub(super) at: Timestamp,
    /// The line for the inspector.
    pub(super) exchange: Exchange,
    /// The provider's clock against ours.
    pub(super) clock_offset_ms: Option<i64>,
}

/// Sends the calls in turn, beginning with the one that worked last time.
pub(super) async fn ask(
    desk: &Desk,
    provider: &Provider,
    kind: CallKind,
    mut calls: Vec<Call>,
    worked: Option<usize>,
) -> Result<Asked, platform::http::Error> {
    calls.sort_by_key(|call| (Some(call.alternative) != worked, call.alternative));
    let mut calls = calls.into_iter().peekable();
    while let Some(call) = calls.next() {
        let asked = send(desk, kind, call).await?;
        let is_last = calls.peek().is_none();
        if is_last || !provider.is_not_understood(&asked.response, kind, asked.alternative) {
            return Ok(asked);
        }
    }
    Err(platform::http::Error::NotConnected {
        host: provider.name.clone(),
        source: "the provider file names no call for this".into(),
    })
}

async fn send(desk: &Desk, kind: CallKind, call: Call) -> Result<Asked, platform::http::Error> {
    let request_line = format!("{} {}", call.request.method(), call.request.uri().path());
    let began = desk.world.clock.elapsed();
    let response = desk.world.http.send(call.request).await?;
    let took = desk.world.clock.elapsed().saturating_sub(began);
    let at = desk.world.clock.now();
    let exchange = Exchange {
        at,
        step: step_name(kind).to_owned(),
        request: request_line,
        answer: answer_shape(&response),
        took: SignedDuration::try_from(took).unwrap_or(SignedDuration::MAX),
    };
    Ok(Asked {
        clock_offset_ms: clock_offset(&response, at, took),
        response,
        alternative: call.alternative,
        shape: call.shape,
        at,
        exchange,
    })
}

const fn step_name(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Exchange => "Exchange",
        CallKind::Password => "Sign in",
        CallKind::Refresh => "Refresh",
        CallKind::Profile => "Profile",
        CallKind::Revoke => "Revoke",
        CallKind::DeviceAuthorization => "Device code",
        CallKind::DeviceToken => "Device sign-in",
        CallKind::Keys => "Signing keys",
    }
}

/// Status, number of fields and length: enough to tell answers apart, nothing of their content.
fn answer_shape(response: &Response<Vec<u8>>) -> String {
    let status = response.status().as_u16();
    let length = response.body().len();
    let json: Option<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(response.body()).ok();
    match json {
        Some(fields) => format!("{status}, {} fields, {length} bytes", fields.len()),
        None => format!("{status}, {length} bytes"),
    }
}

/// The `Date` header (RFC 9110 §6.6.1) against the middle of the exchange; whole seconds are all it can tell.
fn clock_offset(response: &Response<Vec<u8>>, at: Timestamp, took: Duration) -> Option<i64> {
    let date = response.headers().get(header::DATE)?.to_str().ok()?;
    let theirs = rfc2822::parse(date).ok()?.timestamp();
    let half = i64::try_from(took.as_millis() / 2).ok()?;
    // The header was cut to a whole second: on average half a second early.
    let offset = theirs.as_millisecond() + 500 - (at.as_millisecond() - half);
    Some(if offset.abs() <= 500 { 0 } else { offset })
}
