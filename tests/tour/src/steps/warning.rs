//! The browser's warning of a certificate that nobody vouches for: compared with the window as a person is asked to, then
//! passed; it doesn't know how the certificate was made.

use anyhow::{Context as _, Result, ensure};

use super::{Tour, linking::Visit};
use crate::{
    browser::{Browser, Element},
    certificate,
    names::{self, Provider},
    window::{Kind, SOON},
};

impl Tour<'_> {
    /// Shows the fingerprint that the window tells before the browser comes back.
    pub(super) fn show_what_is_expected(&mut self, provider: Provider) -> Result<()> {
        let label = self.window.until("the fingerprint", SOON, |tree| {
            tree.find_starting(Kind::Label, names::FINGERPRINT).cloned()
        })?;
        self.window.bring_into_sight(&label)?;
        self.show_both_themes(&format!("{}-expected", provider.id))
    }

    /// Compares the certificate in the warning with the window, then goes on.
    pub(super) fn go_on_after_the_warning(
        &mut self,
        mut browser: Browser,
        visit: Visit<'_>,
    ) -> Result<Browser> {
        let details = Element::Selector(names::WARNING_DETAILS);
        browser.wait_for(&details)?;
        self.page_picture(&mut browser, &format!("{}-page-warning", visit.pictures))?;
        let presented = certificate::fingerprint(&browser.text_of(names::WARNING_CERTIFICATE)?)?;
        let told = self.told_fingerprint()?;
        ensure!(
            presented == told,
            "the browser got a certificate with the fingerprint {presented}, the window tells {told}"
        );
        self.window
            .until("the words about the warning", SOON, |tree| {
                tree.find_starting(Kind::Label, names::REFUSED).map(|_| ())
            })?;
        self.picture(&format!("{}-warned", visit.pictures))?;
        browser.click(&details)?;
        let proceed = Element::Selector(names::WARNING_PROCEED);
        browser.wait_for(&proceed)?;
        self.page_picture(&mut browser, &format!("{}-page-proceed", visit.pictures))?;
        browser.click(&proceed)?;
        Ok(browser)
    }

    fn told_fingerprint(&self) -> Result<String> {
        let tree = self.window.tree()?;
        let label = tree
            .find_starting(Kind::Label, names::FINGERPRINT)
            .context("the window tells no fingerprint")?;
        let fingerprint = label.name.strip_prefix(names::FINGERPRINT);
        Ok(fingerprint.unwrap_or_default().to_owned())
    }
}
