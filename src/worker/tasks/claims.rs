//! Having an account's tokens to oneself, among all programs.
//!
//! Waits without holding a thread, and after a while says for whom. Knows nothing of what is done with the tokens.

use std::time::Duration;

use super::Desk;
use crate::account::Holder;
use crate::bridge::ProblemKind;
use crate::ids::AccountId;
use crate::store::{Claim, Claiming};
use crate::worker::failure::Failure;
use crate::worker::input::Input;

/// How long nothing is said about another program that has the account.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long another program may keep an account: a little more than its requests may take.
const LONGEST: Duration = Duration::from_secs(150);

/// How often one looks whether the account is free; the lock of a program that dies is free at once.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl Desk {
    /// The right to spend and replace an account's tokens. While another program has it for long, `told` is sent with its name.
    pub(super) async fn claim(
        &self,
        account: &AccountId,
        told: impl Fn(Failure) -> Input,
    ) -> Result<Claim, Failure> {
        let began = self.world.clock.elapsed();
        let mut tells_at = PATIENCE;
        loop {
            let holder = match self.try_claim(account).await? {
                Claiming::Held(claim) => return Ok(claim),
                Claiming::Taken(holder) => holder,
            };
            let waited = self.world.clock.elapsed().saturating_sub(began);
            if waited >= LONGEST {
                return Err(self.held_by(holder, waited));
            }
            if waited >= tells_at {
                tells_at = waited + PATIENCE;
                self.answer(told(self.held_by(holder, waited))).await;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The same for somebody who goes on without it before anything would be said.
    pub(super) async fn claim_if_free_soon(&self, account: &AccountId) -> Option<Claim> {
        let began = self.world.clock.elapsed();
        while self.world.clock.elapsed().saturating_sub(began) < PATIENCE {
            match self.try_claim(account).await {
                Ok(Claiming::Held(claim)) => return Some(claim),
                Ok(Claiming::Taken(_)) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(_failure) => return None,
            }
        }
        None
    }

    async fn try_claim(&self, account: &AccountId) -> Result<Claiming, Failure> {
        let account = account.clone();
        let holder = Holder {
            process: std::process::id(),
            face: self.settings.face,
            computer: self.computer.clone(),
            since: self.world.clock.now(),
        };
        self.blocking(move |store, _| store.claim(&account, &holder))
            .await
    }

    fn held_by(&self, holder: Option<Holder>, waited: Duration) -> Failure {
        let waited = i64::try_from(waited.as_secs()).unwrap_or(i64::MAX);
        let has_had = holder.as_ref().map(|holder| {
            let now = self.world.clock.now();
            now.duration_since(holder.since).as_secs()
        });
        Failure::new(ProblemKind::HeldByAnother {
            holder,
            // The clocks of two computers may differ.
            waited: has_had.unwrap_or(waited).max(waited),
        })
    }
}
