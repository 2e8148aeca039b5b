//! Reads who an account belongs to, and the trading accounts, by JSON pointers ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
//!
//! Knows no provider's field names: the pointers come from its file.

use http::Response;
use serde_json::Value;

use super::answer::{AnswerError, check_status, not_tokens};
use super::record::Provider;

/// The longest text that is taken over, in characters.
const LONGEST: usize = 256;

/// The most trading accounts that are taken over.
const MOST_TRADING_ACCOUNTS: usize = 1000;

/// Who an account belongs to, as far as the provider says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The provider's own name for the person, which never changes.
    pub subject: Option<String>,
    /// The name used to sign in.
    pub login: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The name people know.
    pub name: Option<String>,
    /// Whether the person is a domestic customer.
    pub domestic: Option<bool>,
    /// How far the person's application is.
    pub application_status: Option<String>,
    /// The trading accounts; absent where the provider lists none at all.
    pub trading_accounts: Option<Vec<TradingAccount>>,
}

/// One line of the list of trading accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradingAccount {
    /// Its number.
    pub account_number: String,
    /// The platform it is traded on.
    pub trade_platform: String,
}

/// Where everything is; the first that is found counts.
#[derive(Clone, Debug, Default)]
pub(super) struct ProfileKeys {
    pub(super) subject: Vec<Pointers>,
    pub(super) login: Vec<Pointers>,
    pub(super) email: Vec<Pointers>,
    pub(super) name: Vec<Pointers>,
    pub(super) trading_accounts: Option<TradingKeys>,
}

/// Pointers whose texts are joined by spaces, such as first and last name.
pub(super) type Pointers = Vec<String>;

/// Where the trading accounts are.
#[derive(Clone, Debug)]
pub(super) struct TradingKeys {
    pub(super) list: String,
    pub(super) account_number: String,
    pub(super) trade_platform: String,
    pub(super) domestic: Option<String>,
    pub(super) application_status: Vec<Pointers>,
}

impl Provider {
    /// Reads a profile; an answer that names nobody is none.
    pub fn read_profile(&self, response: &Response<Vec<u8>>) -> Result<Profile, AnswerError> {
        check_status(response)?;
        let parsed: Result<Value, _> = serde_json::from_slice(response.body());
        let read = parsed.ok().and_then(|answer| self.profile.read(&answer));
        read.ok_or_else(|| not_tokens(response))
    }
}

impl ProfileKeys {
    fn read(&self, answer: &Value) -> Option<Profile> {
        let mut profile = Profile {
            subject: first(answer, &self.subject),
            login: first(answer, &self.login),
            email: first(answer, &self.email),
            name: first(answer, &self.name),
            ..Profile::default()
        };
        if let Some(keys) = &self.trading_accounts {
            let domestic = keys
                .domestic
                .as_ref()
                .and_then(|pointer| answer.pointer(pointer));
            profile.domestic = domestic.and_then(Value::as_bool);
            profile.application_status = first(answer, &keys.application_status);
            profile.trading_accounts = Some(keys.read(answer)?);
        }
        let names_somebody = profile.subject.is_some()
            || profile.login.is_some()
            || profile.email.is_some()
            || profile.name.is_some();
        names_somebody.then_some(profile)
    }
}

impl TradingKeys {
    fn read(&self, answer: &Value) -> Option<Vec<TradingAccount>> {
        let list = answer.pointer(&self.list)?.as_array()?;
        let account = |entry: &Value| {
            Some(TradingAccount {
                account_number: text(entry.pointer(&self.account_number)?)?,
                trade_platform: text(entry.pointer(&self.trade_platform)?)?,
            })
        };
        list.iter()
            .take(MOST_TRADING_ACCOUNTS)
            .map(account)
            .collect()
    }
}

fn first(answer: &Value, keys: &[Pointers]) -> Option<String> {
    keys.iter().find_map(|pointers| {
        let found = pointers
            .iter()
            .filter_map(|pointer| text(answer.pointer(pointer)?));
        let joined = found.collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then_some(joined)
    })
}

/// Texts and whole numbers as one line; anything else is no name.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    let visible = text.chars().filter(|char| !is_hidden(*char));
    let kept: String = visible.take(LONGEST).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Control characters, and those that turn the direction of what is written after them.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
