//! Signing in on another device: the code is read in the window and typed into a browser that the window did not open.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Tour, countdown_of, linking::Visit};
use crate::{
    browser::Element,
    names::{self, Provider},
    window::{Kind, SOON},
};

/// How long it may take until a provider is asked again whether the code was entered.
const POLLED: Duration = Duration::from_mins(1);

impl Tour<'_> {
    pub(super) fn sign_in_on_another_device(&mut self, provider: Provider) -> Result<()> {
        self.journal.step(format!(
            "{} is linked by a code on another device",
            provider.name
        ));
        let pictures = format!("{}-device", provider.id);
        self.window.press(&names::set_up(provider.name))?;
        self.bring_into_sight(Kind::Button, names::OTHER_DEVICE)?;
        self.picture(&format!("{pictures}-offered"))?;
        self.window.press(names::OTHER_DEVICE)?;
        let (code, address) = self.code_and_address()?;
        self.show_both_themes(&format!("{pictures}-code"))?;
        let mut browser = self.browsers.open_elsewhere(&address)?;
        browser.type_into(&Element::Selector(names::PAGE_CODE), &code)?;
        self.page_picture(&mut browser, &format!("{pictures}-page-code"))?;
        browser.click(&Element::Button(names::PAGE_CONTINUE))?;
        let visit = Visit {
            pictures: &pictures,
            chosen: None,
        };
        self.decide(&mut browser, visit)?;
        browser.wait_for_text(names::PAGE_ALLOWED)?;
        self.page_picture(&mut browser, &format!("{pictures}-page-allowed"))?;
        let what = format!("a countdown for {}", provider.name);
        self.window
            .until(&what, POLLED, |tree| countdown_of(tree, provider.name))?;
        self.picture(&format!("{pictures}-linked"))?;
        browser.close()
    }

    fn code_and_address(&self) -> Result<(String, String)> {
        let issuer = self.app.ready()?.standard.issuer;
        let (code, address) = self.window.until("a code and its address", SOON, |tree| {
            let code = tree.find_starting(Kind::Label, names::CODE)?;
            let address = tree.find_starting(Kind::Label, &issuer)?;
            Some((code.name.clone(), address.name.clone()))
        })?;
        let code = code.strip_prefix(names::CODE).context("no code")?;
        Ok((code.to_owned(), address))
    }
}
