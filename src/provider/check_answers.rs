//! Checks what a provider file says about answers: tokens, profiles, errors.
//!
//! Knows nothing of requests.

use std::time::Duration;

use toml::Spanned;

use super::check::Checker;
use super::ends::NamedEnd;
use super::manifest::{
    EndEntry, Errors, Identity, Manifest, Text, TokenResponseKeys, TradingAccounts,
};
use super::profile::{Pointers, ProfileKeys, TradingKeys};
use super::record::{ErrorKeys, TokenKeys};

/// The longest lifetime a file may state: ten years.
const LONGEST_LIFETIME: u64 = 10 * 366 * 24 * 60 * 60;

/// The longest error code, and the longest beginning of a description, that a file may name.
const LONGEST_CODE: usize = 128;
const LONGEST_BEGIN: usize = 200;

impl Checker {
    pub(super) fn tokens(&mut self, keys: &TokenResponseKeys) -> TokenKeys {
        let text = |text: &Text| text.get_ref().clone();
        let headers = match (&keys.access_token_header, &keys.refresh_token_header) {
            (Some(access), Some(refresh)) => Some((text(access), text(refresh))),
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => {
                let expected = "both access_token_header and refresh_token_header, or neither";
                self.refuse(one.span(), "token_response", expected);
                None
            }
        };
        let claims = keys.keep_claims.iter().map(|(name, pointer)| {
            self.pointer(pointer, "token_response.keep_claims");
            (name.clone(), text(pointer))
        });
        TokenKeys {
            keep_claims: claims.collect(),
            headers,
            candidate_refresh_token: keys.candidate_refresh_token.as_ref().map(text),
            keep: keys.keep.iter().map(text).collect(),
            access_lifetime: self.lifetime(keys.access_token_lifetime.as_ref()),
            refresh_lifetime: self.lifetime(keys.refresh_token_lifetime.as_ref()),
            renews_on_use: self.lifetime(keys.renews_on_use.as_ref()),
            keeps_previous: keys.keeps_previous_refresh_token,
            grace: self.lifetime(keys.refresh_token_grace.as_ref()),
        }
    }

    fn lifetime(&mut self, seconds: Option<&Spanned<u64>>) -> Option<Duration> {
        let seconds = seconds?;
        if !(1..=LONGEST_LIFETIME).contains(seconds.get_ref()) {
            self.refuse(
                seconds.span(),
                "token_response",
                "seconds, from 1 to ten years",
            );
        }
        Some(Duration::from_secs(*seconds.get_ref()))
    }

    pub(super) fn profile(&mut self, manifest: &Manifest) -> ProfileKeys {
        let standard = |pointer: &str| vec![vec![pointer.to_owned()]];
        let trading_accounts = manifest.trading_accounts.as_ref();
        let trading_accounts = trading_accounts.map(|keys| self.trading(keys));
        let Some(keys) = &manifest.identity else {
            // OpenID Connect Core §5.1.
            return ProfileKeys {
                subject: standard("/sub"),
                login: standard("/preferred_username"),
                email: standard("/email"),
                name: standard("/name"),
                trading_accounts,
            };
        };
        let Identity {
            subject,
            login,
            email,
            name,
        } = keys;
        ProfileKeys {
            subject: self.pointers(subject, "identity.subject"),
            login: self.pointers(login, "identity.login"),
            email: self.pointers(email, "identity.email"),
            name: self.pointers(name, "identity.name"),
            trading_accounts,
        }
    }

    fn trading(&mut self, keys: &TradingAccounts) -> TradingKeys {
        let mut pointer = |text: &Text, key: &str| {
            self.pointer(text, key);
            text.get_ref().clone()
        };
        TradingKeys {
            list: pointer(&keys.list, "trading_accounts.list"),
            account_number: pointer(&keys.account_number, "trading_accounts.account_number"),
            trade_platform: pointer(&keys.trade_platform, "trading_accounts.trade_platform"),
            domestic: keys
                .domestic
                .as_ref()
                .map(|text| pointer(text, "trading_accounts.domestic")),
            application_status: self.pointers(
                &keys.application_status,
                "trading_accounts.application_status",
            ),
        }
    }

    fn pointers(&mut self, texts: &[Text], key: &str) -> Vec<Pointers> {
        for text in texts {
            self.pointer(text, key);
        }
        let split = |text: &Text| {
            text.get_ref()
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        };
        texts.iter().map(split).collect()
    }

    fn pointer(&mut self, text: &Text, key: &str) {
        let mut parts = text.get_ref().split_whitespace().peekable();
        if parts.peek().is_none() || !parts.all(|part| part.starts_with('/')) {
            self.refuse(text.span(), key, "a JSON pointer, such as \"/data/id\"");
        }
    }

    pub(super) fn errors(&mut self, keys: &Errors) -> ErrorKeys {
        let rejected = keys.access_token_rejected.as_deref();
        for status in rejected.unwrap_or_default() {
            if !(400..500).contains(status.get_ref()) {
                self.refuse(
                    status.span(),
                    "errors.access_token_rejected",
                    "statuses from 400 to 499",
                );
            }
        }
        let statuses = rejected.map(|list| list.iter().map(|status| *status.get_ref()).collect());
        let codes = keys.refresh_token_rejected.iter();
        ErrorKeys {
            access_token_rejected: statuses.unwrap_or_else(|| vec![401]),
            refresh_token_rejected: codes.map(|code| code.get_ref().clone()).collect(),
            ends: keys.ends.iter().map(|entry| self.end(entry)).collect(),
            second_link_ends_first: keys.second_link_ends_first,
        }
    }

    /// Words that are compared with what is left of an answer after it was made fit to be shown.
    fn end(&mut self, entry: &EndEntry) -> NamedEnd {
        let error = entry.error.get_ref();
        if !is_line(error, LONGEST_CODE) {
            let expected = "an error code: 1 to 128 printable ASCII characters";
            self.refuse(entry.error.span(), "errors.ends.error", expected);
        }
        if let Some(begin) = &entry.description
            && !is_line(begin.get_ref(), LONGEST_BEGIN)
        {
            let expected = "how the description begins: 1 to 200 printable ASCII characters";
            self.refuse(begin.span(), "errors.ends.description", expected);
        }
        NamedEnd {
            error: error.clone(),
            description: entry
                .description
                .as_ref()
                .map(|text| text.get_ref().clone()),
            reason: entry.reason,
        }
    }
}

fn is_line(text: &str, longest: usize) -> bool {
    let is_printable = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    (1..=longest).contains(&text.len()) && text.trim() == text && text.bytes().all(is_printable)
}
