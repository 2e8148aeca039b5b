//! The device authorization grant ([RFC 8628](https://www.rfc-editor.org/rfc/rfc8628)): what begins it, and how often to ask.
//!
//! Has no clock: it says how long to wait, and the caller knows when `expires_in` is over.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::json::{self, Fields};
use super::{ErrorResponse, address, plain};
use crate::secret::Secret;

/// §3.2: where the server says nothing.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
/// §3.5: what `slow_down` adds.
const SLOWER: Duration = Duration::from_secs(5);
/// A longer interval is a mistake, or nobody would still be waiting.
const LONGEST_INTERVAL: Duration = Duration::from_mins(10);
/// However often a server was out of reach, a person is waiting.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);
const LONGEST_LIFETIME: i64 = 24 * 60 * 60;
const LONGEST_DEVICE_CODE: usize = 8 * 1024;
const LONGEST_USER_CODE: usize = 32;

/// What the device authorization endpoint answers ([§3.2](https://www.rfc-editor.org/rfc/rfc8628#section-3.2)).
///
/// ```
/// use std::time::Duration;
/// use linkdesk::oauth::DeviceAuthorizationResponse;
///
/// let body = br#"{
///     "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszRySk9eS",
///     "user_code": "WDJB-MJHT",
///     "verification_uri": "https://example.com/device",
///     "expires_in": 1800
/// }"#;
/// let response = DeviceAuthorizationResponse::from_json(body).unwrap();
/// assert_eq!(response.user_code, "WDJB-MJHT");
/// assert_eq!(response.interval, Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorizationResponse {
    /// Sent with every question to the token endpoint.
    pub device_code: Secret,
    /// What the person types in: at most 32 characters of printable ASCII.
    pub user_code: String,
    /// Where it is typed in.
    pub verification_uri: Url,
    /// The same with the code in it, for those who can open it; a malformed one counts as none.
    pub verification_uri_complete: Option<Url>,
    /// How long both codes are good, counted from the receipt.
    pub expires_in: Duration,
    /// The least time between two questions.
    pub interval: Duration,
}

/// A body that begins nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDeviceAuthorization {
    /// The server says why, whatever the status was.
    #[error("the device authorization endpoint answered with an error")]
    Error(#[source] ErrorResponse),
    /// The body is not one JSON object.
    #[error("the answer is not a JSON object")]
    NotJson,
    /// A field that has to be there is not.
    #[error("the answer has no `{0}`")]
    Missing(&'static str),
    /// A field is there twice, or is not what it has to be.
    #[error("the `{0}` of the answer is malformed")]
    Malformed(&'static str),
}

use NotDeviceAuthorization::{Malformed, Missing};

impl DeviceAuthorizationResponse {
    /// Reads a body.
    pub fn from_json(body: &[u8]) -> Result<Self, NotDeviceAuthorization> {
        let Some(mut fields) = Fields::from_body(body) else {
            return Err(NotDeviceAuthorization::NotJson);
        };
        if fields.get("device_code").is_none()
            && let Some(error) = ErrorResponse::from_json(body)
        {
            return Err(NotDeviceAuthorization::Error(error));
        }
        refuse_repeated(&fields)?;
        Ok(Self {
            device_code: device_code(&mut fields)?,
            user_code: user_code(&fields)?,
            verification_uri: verification_uri(&fields)?,
            verification_uri_complete: verification_uri_complete(&fields),
            expires_in: expires_in(&fields)?,
            interval: interval(&fields),
        })
    }
}

fn refuse_repeated(fields: &Fields) -> Result<(), NotDeviceAuthorization> {
    const READ: [&str; 6] = [
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    ];
    match READ.into_iter().find(|name| fields.repeats(name)) {
        Some(name) => Err(Malformed(name)),
        None => Ok(()),
    }
}

fn device_code(fields: &mut Fields) -> Result<Secret, NotDeviceAuthorization> {
    const NAME: &str = "device_code";
    if fields.get(NAME).is_none() {
        return Err(Missing(NAME));
    }
    let is_code = |code: &Secret| {
        code.expose().len() <= LONGEST_DEVICE_CODE && plain::is_credential(code.expose())
    };
    let code = fields.take_text(NAME).filter(is_code);
    code.ok_or(Malformed(NAME))
}

/// Shown to be typed in, so letters that look like others are refused.
fn user_code(fields: &Fields) -> Result<String, NotDeviceAuthorization> {
    const NAME: &str = "user_code";
    let text = match fields.get(NAME) {
        None => return Err(Missing(NAME)),
        Some(value) => value.as_str().unwrap_or_default(),
    };
    let is_code = !text.is_empty() && text == plain::ascii(text, LONGEST_USER_CODE);
    is_code.then(|| text.to_owned()).ok_or(Malformed(NAME))
}

/// Some servers kept the name of a draft, `verification_url`.
fn verification_uri(fields: &Fields) -> Result<Url, NotDeviceAuthorization> {
    const NAME: &str = "verification_uri";
    let value = fields.get(NAME).or_else(|| fields.get("verification_url"));
    endpoint(value.ok_or(Missing(NAME))?).ok_or(Malformed(NAME))
}

fn verification_uri_complete(fields: &Fields) -> Option<Url> {
    endpoint(fields.get("verification_uri_complete")?)
}

fn endpoint(value: &Value) -> Option<Url> {
    address::endpoint(value.as_str()?).ok()
}

fn expires_in(fields: &Fields) -> Result<Duration, NotDeviceAuthorization> {
    const NAME: &str = "expires_in";
    let value = fields.get(NAME).ok_or(Missing(NAME))?;
    let seconds = json::seconds(value).filter(|seconds| (1..=LONGEST_LIFETIME).contains(seconds));
    duration(seconds).ok_or(Malformed(NAME))
}

/// An interval that can't be true is the default: the server can still say `slow_down`.
fn interval(fields: &Fields) -> Duration {
    let seconds = fields.get("interval").and_then(json::seconds);
    let interval = duration(seconds.filter(|seconds| *seconds >= 1));
    interval.unwrap_or(DEFAULT_INTERVAL).min(LONGEST_INTERVAL)
}

fn duration(seconds: Option<i64>) -> Option<Duration> {
    Some(Duration::from_secs(u64::try_from(seconds?).ok()?))
}

/// What to do next at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextPoll {
    /// Ask again after this long.
    After(Duration),
    /// Asking again can't change the answer.
    Over,
}

/// How often to ask whether the person has agreed ([§3.5](https://www.rfc-editor.org/rfc/rfc8628#section-3.5)).
///
/// ```
/// use std::time::Duration;
/// use linkdesk::oauth::{NextPoll, Polling};
///
/// let mut polling = Polling::new(Duration::from_secs(5));
/// assert_eq!(polling.answered("authorization_pending"), NextPoll::After(Duration::from_secs(5)));
/// assert_eq!(polling.answered("slow_down"), NextPoll::After(Duration::from_secs(10)));
/// assert_eq!(polling.answered("access_denied"), NextPoll::Over);
/// ```
#[derive(Clone, Debug)]
pub struct Polling {
    interval: Duration,
    failures: u32,
}

impl Polling {
    /// Begins with the interval of the answer that began it.
    pub fn new(interval: Duration) -> Self {
        Self {
            interval,
            failures: 0,
        }
    }

    /// How long to wait now, also before the first question.
    pub fn wait(&self) -> Duration {
        let longer = self
            .interval
            .saturating_mul(2_u32.saturating_pow(self.failures));
        // What the server has asked for, it gets.
        longer.min(LONGEST_BACKOFF.max(self.interval))
    }

    /// Takes note of the error code that the token endpoint answered with.
    pub fn answered(&mut self, error_code: &str) -> NextPoll {
        self.failures = 0;
        match error_code {
            "authorization_pending" => {}
            "slow_down" => self.interval = self.interval.saturating_add(SLOWER),
            _ => return NextPoll::Over,
        }
        NextPoll::After(self.wait())
    }

    /// Takes note that no answer came, or none that says anything: the time between two questions doubles until one comes.
    pub fn unreachable(&mut self) -> NextPoll {
        self.failures = self.failures.saturating_add(1);
        NextPoll::After(self.wait())
    }
}
