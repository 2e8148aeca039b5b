//! What happens to accounts that are linked: countdowns, refreshing, trading accounts, unlinking; it doesn't know how they
//! came to be.

use std::time::Duration;

use anyhow::Result;

use super::{Tour, countdown_of, seconds_left};
use crate::{
    names::{self, Provider},
    window::{Kind, SOON, Tree},
};

/// How long a countdown in hours and minutes needs to move, with time to spare.
const COUNTDOWN_MOVES: Duration = Duration::from_secs(150);

impl Tour<'_> {
    pub(super) fn watch_the_countdowns(&mut self) -> Result<()> {
        self.journal.step("Every countdown moves");
        for (label, first) in self.first_countdowns.clone() {
            self.window.until(
                &format!("the countdown of {label} to move on from {first:?}"),
                COUNTDOWN_MOVES,
                |tree| countdown_of(tree, label).filter(|now| *now != first),
            )?;
        }
        self.picture("countdowns")
    }

    pub(super) fn show_trading_accounts(&mut self) -> Result<()> {
        self.journal.step(format!(
            "The trading accounts of {} are shown",
            names::TRADER
        ));
        self.window.press(names::TRADER)?;
        self.window.find(Kind::Any, names::TRADING_ACCOUNTS, SOON)?;
        self.window.until("a trading account", SOON, |tree| {
            tree.find_containing(names::TRADING_ACCOUNT).map(|_| ())
        })?;
        self.picture("trading-accounts")?;
        self.show_both_themes("trading-accounts")
    }

    pub(super) fn refresh(&mut self, provider: Provider) -> Result<()> {
        self.journal.step(format!("{} is refreshed", provider.name));
        self.window.press(provider.name)?;
        self.let_time_pass(&[provider])?;
        let before = self.window.tree()?;
        self.window.press(&names::refresh(provider.name))?;
        self.window
            .until(&format!("{} to be refreshed", provider.name), SOON, |now| {
                is_refreshed(&before, now, provider.name).then_some(())
            })?;
        self.picture(&format!("{}-refreshed", provider.id))
    }

    pub(super) fn refresh_all(&mut self) -> Result<()> {
        self.journal.step("All accounts are refreshed at once");
        self.let_time_pass(&names::PROVIDERS)?;
        let before = self.window.tree()?;
        self.window.press(names::REFRESH_ALL)?;
        for provider in names::PROVIDERS {
            self.window.until(
                &format!("{} to be refreshed with all", provider.name),
                SOON,
                |now| is_refreshed(&before, now, provider.name).then_some(()),
            )?;
        }
        self.picture("all-refreshed")
    }

    /// Waits until every countdown has lost two seconds, so that a refresh can be seen to set it up again.
    fn let_time_pass(&self, providers: &[Provider]) -> Result<()> {
        let first = self.window.tree()?;
        for provider in providers {
            let name = provider.name;
            // A token of a minute may be refreshed by itself meanwhile: then the seconds are counted from there.
            let mut most = seconds_left(&first, name).unwrap_or_default();
            self.window.until(
                &format!("two seconds to pass for {name}"),
                COUNTDOWN_MOVES,
                |tree| {
                    let left = seconds_left(tree, name)?;
                    most = most.max(left);
                    (left + 2 <= most).then_some(())
                },
            )?;
        }
        Ok(())
    }

    pub(super) fn unlink(&mut self, provider: Provider) -> Result<()> {
        let label = provider.name;
        self.journal.step(format!("{label} is unlinked"));
        self.window.press(label)?;
        self.window.press(&names::unlink(label))?;
        self.window
            .find(Kind::Button, names::CONFIRM_UNLINK, SOON)?;
        self.picture(&format!("{}-unlink-asked", provider.id))?;
        self.window.press(names::CONFIRM_UNLINK)?;
        self.window
            .until(&format!("the row of {label} to be gone"), SOON, |tree| {
                tree.find(Kind::Button, label).is_none().then_some(())
            })?;
        self.picture(&format!("{}-unlinked", provider.id))
    }
}

/// Whether the account was refreshed between two looks: its countdown has jumped up.
fn is_refreshed(before: &Tree, now: &Tree, label: &str) -> bool {
    seconds_left(now, label) > seconds_left(before, label)
}
