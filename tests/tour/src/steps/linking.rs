//! Linking: what the window shows meanwhile, and what a person does in the browser; it doesn't know about certificates.

use anyhow::Result;

use super::{Tour, countdown_of};
use crate::{
    browser::{Browser, Element},
    names::{self, Provider, SignIn},
    window::{Kind, SOON},
};

/// One visit to a provider's pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'a> {
    /// How the names of its pictures start.
    pub(super) pictures: &'a str,
    /// Who is chosen, where the provider asks whose account it is to be.
    pub(super) chosen: Option<&'a str>,
}

impl Tour<'_> {
    pub(super) fn link(&mut self, provider: Provider) -> Result<()> {
        self.journal.step(format!("{} is linked", provider.name));
        self.window.press(&names::link(provider.name))?;
        let visit = Visit {
            pictures: provider.id,
            chosen: None,
        };
        match provider.sign_in {
            SignIn::Password => self.sign_in_here(provider)?,
            SignIn::Browser => {
                let browser = self.allow(visit)?;
                self.come_home(browser, visit)?;
            }
            SignIn::BrowserThatWarns => {
                self.show_what_is_expected(provider)?;
                let browser = self.allow(visit)?;
                let browser = self.go_on_after_the_warning(browser, visit)?;
                self.come_home(browser, visit)?;
            }
        }
        let countdown = self.linked(provider.name)?;
        self.first_countdowns.insert(provider.name, countdown);
        self.picture(&format!("{}-linked", provider.id))
    }

    /// The address is copied out of a browser that warns, and pasted: nobody has to go on there.
    pub(super) fn link_by_pasting(&mut self, provider: Provider) -> Result<()> {
        self.unlink(provider)?;
        self.journal
            .step(format!("{} is linked by a pasted address", provider.name));
        self.window.press(&names::link(provider.name))?;
        let pictures = format!("{}-pasting", provider.id);
        let visit = Visit {
            pictures: &pictures,
            chosen: None,
        };
        let mut browser = self.allow(visit)?;
        let redirect_uri = browser.redirect_uri()?;
        let address = browser.wait_for_address(&redirect_uri)?;
        self.window.press(names::PASTE_ADDRESS)?;
        self.window.write(names::REDIRECT_ADDRESS, &address)?;
        self.bring_into_sight(Kind::Button, names::CONTINUE)?;
        self.picture(&format!("{pictures}-pasted"))?;
        self.window.press(names::CONTINUE)?;
        self.linked(provider.name)?;
        self.picture(&format!("{pictures}-linked"))?;
        browser.close()
    }

    /// Waits until the account is there and returns its countdown.
    pub(super) fn linked(&self, label: &str) -> Result<String> {
        let what = format!("a countdown for {label}");
        self.window
            .until(&what, SOON, |tree| countdown_of(tree, label))
    }

    fn sign_in_here(&mut self, provider: Provider) -> Result<()> {
        let person = self.app.ready()?;
        self.window.write(names::E_MAIL, &person.username)?;
        self.window.write(names::PASSWORD, &person.password)?;
        self.picture(&format!("{}-form", provider.id))?;
        self.window.press(names::SIGN_IN)
    }

    /// Signs in and allows it, in the browser that the window opens.
    pub(super) fn allow(&mut self, visit: Visit<'_>) -> Result<Browser> {
        self.window.until("the words about waiting", SOON, |tree| {
            tree.find_starting(Kind::Label, names::WAITING).map(|_| ())
        })?;
        let mut browser = self.browsers.next()?;
        if let Some(chosen) = visit.chosen {
            let person = Element::Button(chosen);
            browser.wait_for(&person)?;
            self.page_picture(&mut browser, &format!("{}-page-choose", visit.pictures))?;
            browser.click(&person)?;
        }
        browser.wait_for(&Element::Button(names::PAGE_SIGN_IN))?;
        self.picture(&format!("{}-waiting", visit.pictures))?;
        self.decide(&mut browser, visit)?;
        Ok(browser)
    }

    /// From the sign-in page to the press on "Allow".
    pub(super) fn decide(&mut self, browser: &mut Browser, visit: Visit<'_>) -> Result<()> {
        let pages = [
            (Element::Button(names::PAGE_SIGN_IN), "sign-in"),
            (Element::Selector(names::PAGE_ALLOW), "consent"),
        ];
        for (button, page) in pages {
            browser.wait_for(&button)?;
            self.page_picture(browser, &format!("{}-page-{page}", visit.pictures))?;
            browser.click(&button)?;
        }
        Ok(())
    }

    /// The browser has come back to the window, says so and is closed.
    pub(super) fn come_home(&mut self, mut browser: Browser, visit: Visit<'_>) -> Result<()> {
        browser.wait_for_text(names::PAGE_FINISHED)?;
        self.page_picture(&mut browser, &format!("{}-page-finished", visit.pictures))?;
        browser.close()
    }
}
