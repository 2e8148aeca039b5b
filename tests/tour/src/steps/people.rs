//! Further accounts at a provider where somebody is linked already: the same person, and another one.

use anyhow::{Context as _, Result};

use super::{Tour, linking::Visit};
use crate::{
    names::{self, Provider},
    window::{Kind, SOON},
};

impl Tour<'_> {
    /// The same person comes once more; the window asks what that is to mean, and both are kept.
    pub(super) fn link_the_same_person_again(&mut self, provider: Provider) -> Result<()> {
        self.journal.step(format!(
            "{} is linked again as the same person, and both are kept",
            provider.name
        ));
        let person = self.app.ready()?.username;
        let pictures = format!("{}-same", provider.id);
        self.link_as(provider, &pictures, &person)?;
        self.window.find(Kind::Button, names::KEEP_BOTH, SOON)?;
        self.show_both_themes(&format!("{pictures}-question"))?;
        self.window.press(names::KEEP_BOTH)?;
        self.linked(&names::numbered(provider.name, 2))?;
        self.picture(&format!("{pictures}-linked"))
    }

    /// Another person comes; nothing is asked.
    pub(super) fn link_somebody_else(&mut self, provider: Provider) -> Result<()> {
        self.journal.step(format!(
            "{} is linked as another practice user",
            provider.name
        ));
        let ready = self.app.ready()?;
        let mut users = ready.standard.users.into_iter();
        let other = users.find(|user| *user != ready.username);
        let other = other.context("there is one practice user only")?;
        let pictures = format!("{}-other", provider.id);
        self.link_as(provider, &pictures, &other)?;
        self.linked(&names::numbered(provider.name, 3))?;
        self.window.until("the other person's name", SOON, |tree| {
            tree.find_containing(&other).map(|_| ())
        })?;
        self.picture(&format!("{pictures}-linked"))
    }

    fn link_as(&mut self, provider: Provider, pictures: &str, person: &str) -> Result<()> {
        self.window.press(&names::link(provider.name))?;
        let visit = Visit {
            pictures,
            chosen: Some(person),
        };
        let browser = self.allow(visit)?;
        self.come_home(browser, visit)
    }
}
