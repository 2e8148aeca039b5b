//! The steps of the tour, one function each; it doesn't know how the window or the browser are reached.
//!
//! Order of reading: [`linking`], [`warning`], [`keeping`], [`adding`], [`device`], [`people`].

mod adding;
mod device;
mod keeping;
mod linking;
mod people;
mod warning;

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, ensure};

use crate::{
    app::App,
    browser::{Browser, Browsers},
    countdown,
    journal::Journal,
    names,
    screen::Screen,
    wait,
    window::{Kind, SOON, Tree, Window},
};

/// Everything the steps work with.
#[derive(Debug)]
pub struct Tour<'a> {
    /// The program under tour.
    pub app: App,
    /// Its window.
    pub window: Window,
    /// The screen it is on.
    pub screen: Screen,
    /// The browsers it opens.
    pub browsers: Browsers,
    /// What has happened.
    pub journal: &'a mut Journal,
    /// Each account's countdown as it was first seen.
    pub first_countdowns: BTreeMap<&'static str, String>,
}

impl Tour<'_> {
    /// Takes all steps in order and stops at the first that fails.
    pub fn take(&mut self) -> Result<()> {
        self.show_the_empty_window()?;
        for provider in names::PROVIDERS {
            self.link(provider)?;
        }
        self.show_both_themes("accounts")?;
        self.watch_the_countdowns()?;
        self.show_trading_accounts()?;
        for provider in names::PROVIDERS {
            self.refresh(provider)?;
        }
        self.refresh_all()?;
        self.unlink(names::UNLINKED)?;
        self.link_by_pasting(names::PASTED)?;
        self.add_a_provider()?;
        self.set_up(names::ADDED)?;
        self.link(names::ADDED)?;
        self.refresh(names::ADDED)?;
        self.unlink(names::ADDED)?;
        self.sign_in_on_another_device(names::ADDED)?;
        self.link_the_same_person_again(names::ADDED)?;
        self.link_somebody_else(names::ADDED)?;
        self.show_both_themes("everybody")
    }

    fn show_the_empty_window(&mut self) -> Result<()> {
        self.journal
            .step("The window opens and offers the five providers");
        for provider in names::PROVIDERS {
            self.window
                .find(Kind::Button, &names::link(provider.name), SOON)?;
        }
        self.picture("empty")?;
        self.show_both_themes("empty")
    }

    /// Pictures of what is on screen in both themes, chosen in the settings as a person does it.
    fn show_both_themes(&mut self, name: &str) -> Result<()> {
        for theme in [names::DARK, names::LIGHT] {
            self.window.press(names::SETTINGS)?;
            self.window.press(theme)?;
            self.window.press(names::SETTINGS)?;
            self.window.until("the settings to close", SOON, |tree| {
                tree.find(Kind::Button, theme).is_none().then_some(())
            })?;
            self.picture(&format!("{name}-{}", theme.to_lowercase()))?;
        }
        Ok(())
    }

    /// A picture of the screen, once two looks in a row are the same or a moment has passed.
    fn picture(&mut self, name: &str) -> Result<()> {
        let mut picture = self.screen.picture()?;
        for _ in 0..20 {
            wait::pause(Duration::from_millis(100));
            let next = self.screen.picture()?;
            let still = next == picture;
            picture = next;
            if still && !picture.is_blank() {
                break;
            }
        }
        ensure!(!picture.is_blank(), "the screen is blank");
        picture
            .save(&self.journal.picture(name))
            .with_context(|| format!("the picture {name}"))
    }

    fn page_picture(&mut self, browser: &mut Browser, name: &str) -> Result<()> {
        browser.save_picture(&self.journal.picture(name))
    }
}

/// The countdown in the account's row, word for word.
fn countdown_of(tree: &Tree, label: &str) -> Option<String> {
    tree.label_in_row(label, names::EXPIRES_IN)
        .map(|countdown| countdown.name.clone())
}

/// The seconds that an account's countdown still has.
fn seconds_left(tree: &Tree, label: &str) -> Option<u64> {
    countdown_of(tree, label).and_then(|countdown| countdown::seconds(&countdown))
}
