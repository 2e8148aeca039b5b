//! The steps of the tour, one function each; it doesn't know how the window or the browser are reached.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, ensure};

use crate::{
    app::App,
    browser::{Browser, Browsers, Element},
    countdown,
    journal::Journal,
    names::{self, Provider, SignIn},
    screen::Screen,
    wait,
    window::{Kind, SOON, Tree, Window},
};

/// How long a countdown in hours and minutes needs to move, with time to spare.
const COUNTDOWN_MOVES: Duration = Duration::from_secs(150);

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
        self.refresh_each()?;
        self.refresh_all()?;
        self.unlink_one()
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

    fn link(&mut self, provider: Provider) -> Result<()> {
        self.journal.step(format!("{} is linked", provider.name));
        self.window.press(&names::link(provider.name))?;
        match provider.sign_in {
            SignIn::Password => self.sign_in_here(provider)?,
            SignIn::Browser | SignIn::PastedAddress => self.sign_in_in_browser(provider)?,
        }
        let what = format!("a countdown for {}", provider.name);
        let countdown = self
            .window
            .until(&what, SOON, |tree| countdown_of(tree, provider.name))?;
        self.first_countdowns.insert(provider.name, countdown);
        self.picture(&format!("{}-linked", provider.id))
    }

    fn sign_in_here(&mut self, provider: Provider) -> Result<()> {
        let person = self.app.practice_person()?;
        self.window.write(names::E_MAIL, &person.username)?;
        self.window.write(names::PASSWORD, &person.password)?;
        self.picture(&format!("{}-form", provider.id))?;
        self.window.press(names::SIGN_IN)
    }

    fn sign_in_in_browser(&mut self, provider: Provider) -> Result<()> {
        self.window.until("the words about waiting", SOON, |tree| {
            tree.find_starting(Kind::Label, names::WAITING).map(|_| ())
        })?;
        let mut browser = self.browsers.next()?;
        let sign_in = Element::Button(names::PAGE_SIGN_IN);
        browser.wait_for(&sign_in)?;
        self.picture(&format!("{}-waiting", provider.id))?;
        self.page_picture(&mut browser, provider, "sign-in")?;
        browser.click(&sign_in)?;
        let allow = Element::Selector(names::PAGE_ALLOW);
        browser.wait_for(&allow)?;
        self.page_picture(&mut browser, provider, "consent")?;
        browser.click(&allow)?;
        let redirect_uri = browser.redirect_uri()?;
        let address = browser.wait_for_address(&redirect_uri)?;
        if provider.sign_in == SignIn::PastedAddress {
            self.paste(&address, provider)?;
        } else {
            browser.wait_for_text(names::PAGE_FINISHED)?;
            self.page_picture(&mut browser, provider, "finished")?;
        }
        browser.close()
    }

    fn paste(&mut self, address: &str, provider: Provider) -> Result<()> {
        self.window.press(names::PASTE_ADDRESS)?;
        self.window.write(names::REDIRECT_ADDRESS, address)?;
        self.picture(&format!("{}-pasted", provider.id))?;
        self.window.press(names::CONTINUE)
    }

    fn watch_the_countdowns(&mut self) -> Result<()> {
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

    fn show_trading_accounts(&mut self) -> Result<()> {
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

    fn refresh_each(&mut self) -> Result<()> {
        for provider in names::PROVIDERS {
            self.journal.step(format!("{} is refreshed", provider.name));
            self.window.press(provider.name)?;
            let before = self.window.tree()?;
            self.window.press(&names::refresh(provider.name))?;
            self.window
                .until(&format!("{} to be refreshed", provider.name), SOON, |now| {
                    is_refreshed(&before, now, provider.name).then_some(())
                })?;
            self.picture(&format!("{}-refreshed", provider.id))?;
        }
        Ok(())
    }

    fn refresh_all(&mut self) -> Result<()> {
        self.journal.step("All accounts are refreshed at once");
        self.let_time_pass()?;
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
    fn let_time_pass(&self) -> Result<()> {
        let first = self.window.tree()?;
        for provider in names::PROVIDERS {
            let name = provider.name;
            let begun = seconds_left(&first, name);
            self.window.until(
                &format!("two seconds to pass for {name}"),
                COUNTDOWN_MOVES,
                |tree| (seconds_left(tree, name)? + 2 <= begun?).then_some(()),
            )?;
        }
        Ok(())
    }

    fn unlink_one(&mut self) -> Result<()> {
        self.journal
            .step(format!("{} is unlinked", names::UNLINKED));
        self.window.press(names::UNLINKED)?;
        self.window.press(&names::unlink(names::UNLINKED))?;
        self.window
            .find(Kind::Button, names::CONFIRM_UNLINK, SOON)?;
        self.picture("unlink-asked")?;
        self.window.press(names::CONFIRM_UNLINK)?;
        self.window.until(
            &format!("the row of {} to be gone", names::UNLINKED),
            SOON,
            |tree| {
                tree.find(Kind::Button, names::UNLINKED)
                    .is_none()
                    .then_some(())
            },
        )?;
        self.picture("unlinked")
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

    fn page_picture(
        &mut self,
        browser: &mut Browser,
        provider: Provider,
        page: &str,
    ) -> Result<()> {
        browser.save_picture(
            &self
                .journal
                .picture(&format!("{}-page-{page}", provider.id)),
        )
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

/// Whether the account was refreshed between two looks: its countdown has jumped up.
fn is_refreshed(before: &Tree, now: &Tree, label: &str) -> bool {
    seconds_left(now, label) > seconds_left(before, label)
}
