//! Sends an account's refresh token, once: a mark is durable before it leaves.
//!
//! The account is held by whoever calls this. Knows nothing of what becomes of the new pair.

use jiff::Timestamp;

use super::Desk;
use super::ask::ask;
use super::profile;
use super::refresh::save;
use crate::account::{Account, HistoryLine, PRESENTED, TokenSet};
use crate::bridge::ProblemKind;
use crate::oauth::TokenResponse;
use crate::platform;
use crate::provider::{CallKind, Client};
use crate::secret::Secret;
use crate::worker::failure::Failure;
use crate::worker::input::{Work, WorkPlan, WorkResult};
use crate::worker::reuse::may_send_again;

/// How often a token is sent whose answers are lost, where that is allowed.
const SENDS: usize = 2;

/// A refresh token about to be sent.
pub(super) struct Spending<'a> {
    pub(super) desk: &'a Desk,
    pub(super) plan: &'a WorkPlan,
    pub(super) client: Client,
    /// The account as it is stored, then with the marks and exchanges of what was sent.
    pub(super) account: Account,
}

/// An answer with tokens, and the refresh token it was given for.
#[derive(Debug)]
pub(super) struct Answered {
    /// When it was there.
    pub(super) at: Timestamp,
    /// The outer form of the call it answers.
    pub(super) shape: String,
    /// Which of the provider file's alternatives that was.
    pub(super) alternative: usize,
    /// The provider's clock against ours.
    pub(super) clock_offset_ms: Option<i64>,
    pub(super) reading: Reading,
    pub(super) spent: Secret,
}

/// What an answer was good for.
#[derive(Debug)]
pub(super) enum Reading {
    /// Everything.
    Tokens(TokenResponse),
    /// Its access token can't be used, and why; the refresh token in it may be the only one that is still good.
    RefreshToken(Secret, Failure),
}

/// What became of a refresh token that was to be sent, when no new pair came of it.
pub(super) enum Spent {
    /// It was not sent, or the provider has not looked at it.
    Not(Failure),
    /// It was looked at and refused.
    Refused(Failure),
    /// It was sent, and no answer came that could be read.
    Lost(Failure),
}

impl Spending<'_> {
    /// Sends the newest refresh token; where that one never worked, the one before, which is still ours.
    pub(super) async fn spend(&mut self, tokens: &TokenSet) -> Result<Answered, Spent> {
        let Some(newest) = &tokens.refresh_token else {
            return Err(Spent::Not(Failure::new(ProblemKind::CannotRefresh)));
        };
        let mut answer = self.send_surely(newest).await;
        if let (Err(Spent::Refused(_)), Some(previous)) = (&answer, &tokens.previous_refresh_token)
        {
            answer = self.send_surely(previous).await;
        }
        answer
    }

    /// Sends a token, and at once again where the answer is lost and that does no harm.
    async fn send_surely(&mut self, token: &Secret) -> Result<Answered, Spent> {
        let mut sends = 1;
        loop {
            let answer = self.send(token).await;
            match &answer {
                Err(Spent::Lost(_)) if sends < SENDS && self.doubt().is_none() => sends += 1,
                _ => return answer,
            }
        }
    }

    async fn send(&mut self, token: &Secret) -> Result<Answered, Spent> {
        let before = self.account.clone();
        self.mark(token).await?;
        match self.ask(token).await {
            // The provider's word on this token settles what became of it earlier; that it was not sent now does not.
            Ok(answered) => {
                self.account.clear_mark();
                Ok(answered)
            }
            Err(Spent::Refused(failure)) => {
                self.account.clear_mark();
                let in_doubt_since = before.outcome_unknown_since;
                Err(Spent::Refused(failure.in_doubt(in_doubt_since)))
            }
            Err(Spent::Not(failure)) => {
                self.account.outcome_unknown_since = before.outcome_unknown_since;
                self.account.presented = before.presented;
                Err(Spent::Not(failure))
            }
            // The mark stays until something is saved.
            Err(spent) => Err(spent),
        }
    }

    /// Notes durably that the token is about to be sent; refuses where it was sent before and may be used up.
    async fn mark(&mut self, token: &Secret) -> Result<(), Spent> {
        let labeled = Secret::new(format!("{PRESENTED}{}", token.expose()));
        let hash = self
            .desk
            .blocking(move |_, vault| Ok(vault.fingerprint(&labeled)?));
        let hash = hash.await.map_err(Spent::Not)?;
        if self.account.in_doubt_since(&hash).is_some()
            && let Some(since) = self.doubt()
            && self.plan.work != Work::RefreshAnyway
        {
            let kind = ProblemKind::OutcomeUnknown { since };
            return Err(Spent::Not(Failure::new(kind)));
        }
        let before = self.account.clone();
        self.account.mark_sent(self.desk.world.clock.now(), hash);
        let marked = self.account.clone();
        let saved = self
            .desk
            .blocking(move |store, _| store.save_account(&marked, None))
            .await;
        saved.map_err(|failure| {
            self.account = before;
            Spent::Not(failure)
        })
    }

    /// Since when it is not known what became of a token that must not be sent again.
    fn doubt(&self) -> Option<Timestamp> {
        let now = self.desk.world.clock.now();
        let since = self.account.outcome_unknown_since?;
        let may = may_send_again(&self.plan.provider, &self.account, since, now);
        (!may).then_some(since)
    }

    async fn ask(&mut self, token: &Secret) -> Result<Answered, Spent> {
        let provider = &self.plan.provider;
        let calls = provider
            .refresh_calls(&self.client, token)
            .map_err(|error| Spent::Not(Failure::caused(ProblemKind::Bug, &error)))?;
        let worked = self.account.worked.get("refresh").copied();
        let asked = ask(self.desk, provider, CallKind::Refresh, calls, worked).await;
        let asked = asked.map_err(|error| self.unanswered(&error))?;
        let account = &mut self.account;
        account.remember_exchange(asked.exchange.clone());
        account.obtained.clock_offset_ms =
            asked.clock_offset_ms.or(account.obtained.clock_offset_ms);
        let reading = match provider.read_tokens(&asked.response, CallKind::Refresh) {
            Ok(response) => Reading::Tokens(response),
            Err(error) => {
                let client = &self.client;
                let failure = profile::answer_failure(provider, client, &error, CallKind::Refresh);
                if failure.ends_link().is_some() {
                    return Err(Spent::Refused(failure));
                }
                if !error.may_have_spent() {
                    return Err(Spent::Not(failure));
                }
                match provider.read_refresh_token(&asked.response) {
                    Some(newer) => Reading::RefreshToken(newer, failure),
                    None => return Err(self.lost(failure)),
                }
            }
        };
        Ok(Answered {
            at: asked.at,
            shape: asked.shape,
            alternative: asked.alternative,
            clock_offset_ms: asked.clock_offset_ms,
            reading,
            spent: token.clone(),
        })
    }

    /// No answer that could be read; where the token must not be sent again, that is what has to be told.
    fn lost(&self, failure: Failure) -> Spent {
        Spent::Lost(match self.doubt() {
            None => failure,
            Some(since) => Failure {
                kind: ProblemKind::OutcomeUnknown { since },
                ..failure
            },
        })
    }

    fn unanswered(&self, error: &platform::http::Error) -> Spent {
        use platform::http::Error as E;
        let failure = Failure::unanswered(error, self.desk.world.clock.now());
        match error {
            E::NotConnected { .. }
            | E::Proxy { .. }
            | E::CertificateTime { .. }
            | E::Certificate { .. } => Spent::Not(failure),
            E::NoAnswer { .. } | E::TooLong { .. } => self.lost(failure),
        }
    }
}

/// The answer was lost: the mark stays, and is told.
pub(super) async fn keep_mark(desk: &Desk, account: Account, failure: Failure) -> WorkResult {
    let line = HistoryLine {
        at: desk.world.clock.now(),
        what: format!("A refresh was sent and its answer lost: {}", failure.detail),
    };
    // That the line can't be written loses nothing: the mark itself was saved before anything was sent.
    drop(save(desk, &account, &line).await);
    WorkResult::Failed(failure, Some((account, line)))
}
