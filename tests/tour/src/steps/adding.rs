//! A provider of one's own: found by its issuer, looked at, added, set up and tested; it doesn't know what it says of
//! itself.

use anyhow::Result;

use super::Tour;
use crate::{
    names::{self, Provider},
    window::{Kind, SOON},
};

impl Tour<'_> {
    /// Looks Practice Identity up by its issuer and adds it under its name.
    pub(super) fn add_a_provider(&mut self) -> Result<()> {
        self.journal
            .step("A provider is found by its issuer and added");
        let issuer = self.app.ready()?.standard.issuer;
        self.window.press(names::ADD_A_PROVIDER)?;
        self.picture("add-provider")?;
        self.window.write(names::ISSUER_ADDRESS, &issuer)?;
        self.window.press(names::LOOK_UP)?;
        self.window.find(Kind::Button, names::ADD_PROVIDER, SOON)?;
        self.show_both_themes("add-provider-found")?;
        self.window.write(names::NAME, names::ADDED.name)?;
        self.window.write(names::ID, names::ADDED.id)?;
        self.bring_into_sight(Kind::Button, names::ADD_PROVIDER)?;
        self.picture("add-provider-named")?;
        self.window.press(names::ADD_PROVIDER)
    }

    /// Types in what was given out at registration, tests it and saves it; adding a provider has led to its set-up.
    pub(super) fn set_up(&mut self, provider: Provider) -> Result<()> {
        self.journal
            .step(format!("{} is set up and tested", provider.name));
        let client = self.app.ready()?.standard;
        self.window.find(
            Kind::Label,
            &format!("{}{}", names::SET_UP_OF, provider.name),
            SOON,
        )?;
        self.show_both_themes(&format!("{}-set-up", provider.id))?;
        self.window.write(names::CLIENT_ID, &client.client_id)?;
        self.window
            .write(names::CLIENT_SECRET, &client.client_secret)?;
        self.bring_into_sight(Kind::Field, names::CLIENT_SECRET)?;
        self.picture(&format!("{}-filled-in", provider.id))?;
        self.window.press(names::TEST_SET_UP)?;
        self.bring_into_sight(Kind::Any, names::TEST_PASSED)?;
        self.show_both_themes(&format!("{}-tested", provider.id))?;
        self.window.press(names::SAVE_SET_UP)?;
        self.bring_into_sight(Kind::Any, names::SAVED)?;
        self.picture(&format!("{}-saved", provider.id))
    }

    /// Waits for a control and scrolls until a person sees it.
    pub(super) fn bring_into_sight(&self, kind: Kind, name: &str) -> Result<()> {
        let control = self.window.find(kind, name, SOON)?;
        self.window.bring_into_sight(&control)
    }
}
