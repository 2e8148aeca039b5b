//! Reads who an account belongs to and its trading accounts; for some providers that is also what renews the token.
//!
//! Knows nothing of refresh tokens.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Desk;
use super::ask::ask;
use crate::account::{Account, Identity, TokenSet, TradingAccount, TradingAccounts, TradingChange};
use crate::bridge::{EndReason, ProblemKind};
use crate::provider::{AnswerError, CallKind, Client, EndWord, Meaning, Profile, Provider};
use crate::worker::failure::{Failure, Refusal, pause};
use crate::worker::verdict::Named;

/// Asks for the profile with the access token and puts what it says on the account.
///
/// On success the access token is proved, and where the provider renews by use its clock starts again.
pub(super) async fn read(
    desk: &Desk,
    provider: &Provider,
    client: &Client,
    account: &mut Account,
    tokens: &TokenSet,
) -> Result<(), Failure> {
    let hints = hints(account, tokens);
    let calls = provider
        .profile_calls(client, &tokens.access_token, &hints)
        .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
    let worked = account.worked.get("profile").copied();
    let asked = ask(desk, provider, CallKind::Profile, calls, worked)
        .await
        .map_err(|error| Failure::unanswered(&error, desk.world.clock.now()))?;
    account.remember_exchange(asked.exchange);
    account.obtained.clock_offset_ms = asked.clock_offset_ms.or(account.obtained.clock_offset_ms);
    let profile = provider
        .read_profile(&asked.response)
        .map_err(|error| answer_failure(provider, client, &error, CallKind::Profile))?;
    account
        .worked
        .insert("profile".to_owned(), asked.alternative);
    account.prove(asked.at);
    renew(provider, account, asked.at);
    check_subject(provider, account, &profile)?;
    take_in(account, profile, asked.at);
    Ok(())
}

/// Whether there is anything to ask for.
pub(super) fn is_offered(
    provider: &Provider,
    client: &Client,
    account: &Account,
    tokens: &TokenSet,
) -> bool {
    let hints = hints(account, tokens);
    provider
        .profile_calls(client, &tokens.access_token, &hints)
        .is_ok_and(|calls| !calls.is_empty())
}

/// What a provider's answer means for the account, as a failure.
pub(super) fn answer_failure(
    provider: &Provider,
    client: &Client,
    error: &AnswerError,
    kind: CallKind,
) -> Failure {
    let host = provider.host_of(kind, &client.settings);
    let status = error.status().unwrap_or_default();
    let mut retry_after = None;
    let problem = match provider.meaning(error, kind) {
        Meaning::Transitory { retry_after: asked } => {
            retry_after = pause(asked);
            ProblemKind::TemporarilyFailing {
                host,
                status,
                retry_at: None,
            }
        }
        Meaning::GrantRejected => match kind {
            CallKind::Exchange | CallKind::Password | CallKind::DeviceToken => {
                ProblemKind::CodeRejected { code: error.code() }
            }
            _ => ProblemKind::NeedsSignIn {
                reason: EndReason::Unknown,
            },
        },
        Meaning::TokenRejected => ProblemKind::NeedsSignIn {
            reason: EndReason::Unknown,
        },
        Meaning::ClientRejected { code } => ProblemKind::ClientRejected { code },
        Meaning::RedirectMismatch => ProblemKind::RedirectMismatch {
            redirect_uri: provider.redirect(&client.settings).uri,
            registered: provider.redirect(&client.settings).uri,
        },
        Meaning::Denied { code } => ProblemKind::Denied { code },
        Meaning::WrongPassword => ProblemKind::WrongPassword,
        Meaning::Redirected { target } => ProblemKind::RedirectRefused { host, target },
        Meaning::NotTokens => not_tokens(error),
        Meaning::Page => ProblemKind::PageInstead { host, status },
        Meaning::Other { code } => ProblemKind::ProviderError { code },
        // Whoever polls goes on at these; as an end they are what the provider said.
        Meaning::Pending | Meaning::SlowDown => ProblemKind::ProviderError { code: error.code() },
    };
    let refusal = matches!(problem, ProblemKind::NeedsSignIn { .. })
        .then(|| Box::new(refusal(provider, error, kind)));
    Failure {
        retry_after,
        refusal,
        ..Failure::caused(problem, error)
    }
}

/// What helps to say why a token was refused.
fn refusal(provider: &Provider, error: &AnswerError, kind: CallKind) -> Refusal {
    let status = error.status().unwrap_or_default().to_string();
    let code = error.code();
    let named = provider.named_end(error).map(|end| Named {
        reason: reason(end.reason),
        text: end.description.clone(),
    });
    Refusal {
        answer: if code == status {
            status
        } else {
            format!("{status} {code}")
        },
        named,
        is_of_refresh: kind == CallKind::Refresh,
        second_link_ends_first: provider.second_link_ends_first(),
        in_doubt_since: None,
    }
}

const fn reason(word: EndWord) -> EndReason {
    match word {
        EndWord::Expired => EndReason::Expired,
        EndWord::RefreshedElsewhere => EndReason::RefreshedElsewhere,
        EndWord::Revoked => EndReason::Revoked,
        EndWord::SignedInElsewhere => EndReason::SignedInElsewhere,
        EndWord::PasswordChanged => EndReason::PasswordChanged,
        EndWord::ProviderReset => EndReason::ProviderReset,
    }
}

fn not_tokens(error: &AnswerError) -> ProblemKind {
    match error {
        AnswerError::NotTokens {
            status,
            content_type,
            length,
            ..
        } => ProblemKind::NotATokenResponse {
            status: *status,
            content_type: content_type.clone(),
            length: *length,
        },
        other => ProblemKind::ProviderError { code: other.code() },
    }
}

/// What later calls may need to name the person: what the token answer said, and what is known by now.
fn hints(account: &Account, tokens: &TokenSet) -> BTreeMap<String, String> {
    let mut hints = tokens.hints.clone();
    if let Some(email) = &account.identity.email {
        hints
            .entry("email".to_owned())
            .or_insert_with(|| email.clone());
    }
    hints
}

/// What an ID token has proved, a profile may add to and not contradict (OpenID Connect Core §5.3.2).
fn check_subject(provider: &Provider, account: &Account, profile: &Profile) -> Result<(), Failure> {
    let proved = account.identity.subject.as_ref();
    let is_other = proved.is_some() && profile.subject.as_ref() != proved;
    if provider.expects_id_token() && is_other {
        return Err(Failure::new(ProblemKind::IdTokenRefused {
            check: "subject of the profile".to_owned(),
        }));
    }
    Ok(())
}

/// Where each use restarts the clock, this was one.
fn renew(provider: &Provider, account: &mut Account, at: Timestamp) {
    let Some(lifetime) = provider.renews_on_use() else {
        return;
    };
    let lifetime = SignedDuration::try_from(lifetime).unwrap_or(SignedDuration::ZERO);
    account.access.issued_at = at;
    account.access.expires_at = at.checked_add(lifetime).ok();
}

fn take_in(account: &mut Account, profile: Profile, at: Timestamp) {
    let known = &mut account.identity;
    *known = Identity {
        subject: profile.subject.or_else(|| known.subject.take()),
        login: profile.login.clone().or_else(|| known.login.take()),
        email: profile.email.clone().or_else(|| known.email.take()),
        name: profile.name.or_else(|| known.name.take()),
    };
    let Some(lines) = profile.trading_accounts else {
        return;
    };
    let line = |line: crate::provider::TradingAccount| TradingAccount {
        account_number: line.account_number,
        trade_platform: line.trade_platform,
        change: TradingChange::FirstSeen,
    };
    let list = TradingAccounts {
        login: profile.login,
        email: profile.email,
        domestic: profile.domestic,
        application_status: profile.application_status,
        asked_at: at,
        accounts: lines.into_iter().map(line).collect(),
    };
    account.trading = Some(list.compared_with(account.trading.as_ref()));
}
