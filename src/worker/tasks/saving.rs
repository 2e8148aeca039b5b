//! Sealing and saving what an attempt received, before anybody may use it, and reading whose it is.
//!
//! Where it may be another person's than expected, it is saved beside the account that was to be repaired, not over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::identity::{self, Likeness};
use super::link::{Attempt, Orders, Received};
use super::profile;
use super::tokens::{access_facts, binding, next_set, refresh_facts};
use super::unsaved::PATIENCE;
use crate::account::{
    AccessFacts, Account, Binding, Face, HistoryLine, Identity, Obtained, RefreshFacts, TokenSet,
};
use crate::bridge::{Brought, LinkAnswer, LinkStep, ProblemKind};
use crate::ids::{AccountId, BrowserChoice, ProviderId};
use crate::oauth::IdClaims;
use crate::platform::BoxFuture;
use crate::store::Claim;
use crate::worker::failure::Failure;
use crate::worker::input::{LinkEvent, LinkOrder, LinkTarget};

/// The first pause between attempts to save; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// The longest pause between attempts to save: every minute counts until they are safe.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// A link that is saved, and not yet settled.
pub(super) struct Saved {
    pub(super) account: Account,
    pub(super) tokens: TokenSet,
    pub(super) line: HistoryLine,
}

/// Where received tokens go.
enum Place {
    /// Into a new account; beside this one while it may be another person's.
    Beside(Option<AccountId>),
    /// Over this account's, which nobody else can refresh meanwhile.
    Over(Claim, Box<Account>),
}

impl Attempt {
    /// Seals and saves what was received, in one transaction. While that can't be done it is held, said, and tried again.
    pub(super) async fn save(
        &mut self,
        received: Received,
        orders: &mut Orders,
    ) -> Result<Saved, Failure> {
        self.road.begin(LinkStep::Save).await;
        let received = Arc::new(received);
        // One for all attempts: what a disk says it has not taken may be there all the same, and is then not linked twice.
        let new_id = match self.new_id() {
            Ok(new_id) => new_id,
            Err(failure) => return Err(self.give_back(&received.response, failure).await),
        };
        let clock = Arc::clone(&self.road.desk.world.clock);
        let until = match self.road.desk.settings.face {
            Face::Window => Timestamp::MAX,
            Face::CommandLine => clock.now().checked_add(PATIENCE).unwrap_or(Timestamp::MAX),
        };
        let mut told = None;
        let mut pause = FIRST_PAUSE;
        let given_up = loop {
            let failure = match self.try_to_save(&new_id, &received).await {
                Ok(saved) => {
                    self.road.done(None).await;
                    return Ok(saved);
                }
                Err(failure) => failure.not_saved(Brought::SignIn),
            };
            let again = clock.now().checked_add(pause).unwrap_or(Timestamp::MAX);
            pause = (pause * 2).min(LONGEST_PAUSE);
            if again > until {
                break failure;
            }
            if told.as_ref() != Some(&failure.kind) {
                told = Some(failure.kind.clone());
                self.road.tell(LinkEvent::NotSaved(failure)).await;
            }
            if !waits_until(clock.sleep_until(again), orders).await {
                break Failure::new(ProblemKind::Canceled);
            }
        };
        Err(self.give_back(&received.response, given_up).await)
    }

    fn new_id(&self) -> Result<AccountId, Failure> {
        let mut random = [0; 16];
        self.road.desk.world.random.fill(&mut random)?;
        Ok(AccountId::from_random(u128::from_le_bytes(random)))
    }

    async fn try_to_save(
        &self,
        new_id: &AccountId,
        received: &Arc<Received>,
    ) -> Result<Saved, Failure> {
        let place = self.place(received.claims.as_ref()).await?;
        let (draft, claim) = self.draft(new_id.clone(), place, received);
        let username = self.plan.password.as_ref();
        let username = username.map(|(username, _)| username.clone());
        let provider = Arc::clone(&self.plan.provider);
        let received = Arc::clone(received);
        let sealing = self.road.desk.blocking(move |store, vault| {
            let Received {
                asked, response, ..
            } = received.as_ref();
            let at = asked.at;
            let access = access_facts(vault, &provider, response, at, asked.clock_offset_ms)?;
            let mut tokens = next_set(&provider, response.clone(), None);
            if let Some(username) = username {
                tokens.hints.insert("username".to_owned(), username);
            }
            let refresh = refresh_facts(vault, &provider, &tokens, None, at)?;
            let (mut account, what) = draft.account(access, refresh, at);
            account.remember_exchange(asked.exchange.clone());
            let what = what.to_owned();
            let line = HistoryLine { at, what };
            store.save_tokens(&account, &tokens, &line)?;
            drop(claim);
            Ok(Saved {
                account,
                tokens,
                line,
            })
        });
        sealing.await
    }

    /// A repaired account is replaced at once only where nothing could speak against it.
    async fn place(&self, claims: Option<&IdClaims>) -> Result<Place, Failure> {
        let LinkTarget::Repair(account, _) = &self.plan.target else {
            return Ok(Place::Beside(None));
        };
        let proved = claims.map(|claims| identity::compare(&account.identity, &of_claims(claims)));
        let can_tell = self.plan.provider.has_profile() || claims.is_some();
        let is_open = identity::is_known(&account.identity) && can_tell;
        if is_open && proved != Some(Likeness::Same) {
            return Ok(Place::Beside(Some(account.id.clone())));
        }
        // As it is stored now: it may have been refreshed, renamed or forgotten since the browser opened.
        let desk = &self.road.desk;
        // What an earlier refresh could not save is worth nothing any more.
        drop(desk.take_unsaved(&account.id));
        let claim = desk.claim(&account.id, self.waits()).await?;
        let stored = match claim.stored().account() {
            Some(stored) => Some(stored.clone()),
            None => desk.unreadable(&account.id).await?,
        };
        Ok(stored.map_or(Place::Beside(None), |stored| {
            Place::Over(claim, Box::new(stored))
        }))
    }

    fn draft(
        &self,
        new_id: AccountId,
        place: Place,
        received: &Received,
    ) -> (Draft, Option<Claim>) {
        let (claim, before, in_question_with) = match place {
            Place::Beside(other) => (None, None, other),
            Place::Over(claim, before) => (Some(claim), Some(before), None),
        };
        let label = match (&before, &self.plan.target) {
            (None, LinkTarget::Repair(_, spare)) if in_question_with.is_some() => spare,
            (Some(account), _) | (None, LinkTarget::Repair(account, _)) => &account.label,
            (None, LinkTarget::New(label)) => label,
        };
        let label = label.clone();
        let username = self.plan.password.as_ref();
        let identity = match &received.claims {
            Some(claims) => of_claims(claims),
            None => Identity {
                email: username.map(|(username, _)| username.clone()),
                ..Identity::default()
            },
        };
        let draft = Draft {
            id: before.as_ref().map_or(new_id, |account| account.id.clone()),
            before,
            in_question_with,
            provider: self.plan.provider.id.clone(),
            label,
            identity,
            browser: self.plan.browser.clone(),
            bound_to: binding(&self.plan.provider, &self.client),
            obtained: received.obtained.clone(),
        };
        (draft, claim)
    }

    /// Reads who this is; that it can't be read leaves the link good, with a problem beside it.
    pub(super) async fn read_profile(
        &mut self,
        mut saved: Saved,
    ) -> Result<(Saved, Option<Failure>), Failure> {
        let provider = &self.plan.provider;
        let (step, unread) = if provider.has_trading_accounts() {
            (
                LinkStep::ReadTradingAccounts,
                ProblemKind::TradingAccountsUnread,
            )
        } else {
            (LinkStep::ReadIdentity, ProblemKind::IdentityUnread)
        };
        self.road.begin(step).await;
        let (account, tokens) = (&mut saved.account, &saved.tokens);
        if !profile::is_offered(provider, &self.client, account, tokens) {
            self.road.tell(LinkEvent::Skipped).await;
            return Ok((saved, None));
        }
        let desk = &self.road.desk;
        let read = profile::read(desk, provider, &self.client, account, tokens).await;
        let beside = match read {
            Ok(()) => {
                self.road.done(None).await;
                None
            }
            Err(failure) => {
                self.road.tell(LinkEvent::Skipped).await;
                let kind = unread;
                // Where the provider has no such page, nothing is missing that could be had.
                (!is_absent(&failure)).then_some(Failure { kind, ..failure })
            }
        };
        let kept = account.clone();
        let kept = desk
            .blocking(move |store, _| store.save_account(&kept, None))
            .await;
        // The tokens are safe: that the name could not be written beside them doesn't undo the link.
        Ok((saved, beside.or_else(|| kept.err())))
    }
}

/// Waits for an instant or for a person's "Try again"; `false` where they give up.
async fn waits_until(mut over: BoxFuture<()>, orders: &mut Orders) -> bool {
    loop {
        tokio::select! {
            () = &mut over => return true,
            order = orders.recv() => match order {
                Some(LinkOrder::SaveAgain) => return true,
                Some(LinkOrder::Answer(LinkAnswer::Discard)) | None => return false,
                Some(_) => {}
            }
        }
    }
}

/// Who a verified ID token is about.
fn of_claims(claims: &IdClaims) -> Identity {
    Identity {
        subject: Some(claims.sub.clone()),
        login: claims.preferred_username.clone(),
        email: claims.email.clone(),
        name: claims.name.clone(),
    }
}

/// An account before its tokens are sealed.
struct Draft {
    id: AccountId,
    before: Option<Box<Account>>,
    in_question_with: Option<AccountId>,
    provider: ProviderId,
    label: String,
    identity: Identity,
    browser: Option<BrowserChoice>,
    bound_to: Binding,
    obtained: Obtained,
}

impl Draft {
    /// The account, and what its history says about it; a repaired one keeps its past.
    fn account(
        self,
        access: AccessFacts,
        refresh: RefreshFacts,
        at: Timestamp,
    ) -> (Account, &'static str) {
        let before = self.before;
        let what = if before.is_some() {
            "Linked again"
        } else {
            "Linked"
        };
        let account = Account {
            id: self.id,
            provider: self.provider,
            label: self.label,
            identity: self.identity,
            access,
            refresh,
            ended: None,
            ended_at: None,
            trouble: None,
            outcome_unknown_since: None,
            presented: None,
            linked_at: before.as_ref().map_or(at, |account| account.linked_at),
            last_refreshed_at: None,
            last_proved_at: Some(at),
            generation: before.as_ref().map_or(1, |account| account.generation + 1),
            browser: self.browser,
            in_question_with: self.in_question_with,
            restored_at: None,
            bound_to: self.bound_to,
            obtained: self.obtained,
            worked: BTreeMap::new(),
            trading: before.as_ref().and_then(|account| account.trading.clone()),
            exchanges: before.map(|account| account.exchanges).unwrap_or_default(),
        };
        (account, what)
    }
}

/// Whether the provider said, in one of the ways servers say it, that there is no such page.
fn is_absent(failure: &Failure) -> bool {
    match &failure.kind {
        ProblemKind::ProviderError { code } => {
            ["404", "405", "415", "501"].contains(&code.as_str())
        }
        ProblemKind::TemporarilyFailing { status, .. } => *status == 501,
        _ => false,
    }
}
