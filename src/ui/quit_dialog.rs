//! The question before the window closes while new tokens are not saved: they would be lost with it.
//!
//! Closes nothing itself; it says whether the person still wants that.

use egui::{Id, Modal, Ui};

use super::fonts::{self, BODY};
use super::pass::Pass;
use super::theme::Tokens;
use super::view_state::Quitting;
use super::widgets::{self, Weight, words};
use crate::text::foreign;

/// Paints the question, where it was asked. Once everything is saved there is nothing to ask any more.
pub(super) fn quit_dialog_ui(ui: &Ui, pass: &mut Pass<'_>) {
    if pass.view.quitting != Quitting::Asked {
        return;
    }
    if !pass.snapshot.has_unsaved() {
        pass.view.quitting = Quitting::Decided;
        return;
    }
    let is_new = std::mem::take(&mut pass.view.dialog_is_new);
    let tokens = Tokens::of(ui);
    let modal = Modal::new(Id::unique("quit"))
        .frame(widgets::card_frame(tokens.panel, tokens.line))
        .show(ui.ctx(), |ui| {
            ui.set_width(420.0);
            widgets::heading(ui, "New tokens are not saved");
            let text = format!(
                "{} Linkdesk keeps trying, and closes as soon as they are saved. If you quit now they are lost: the old ones may be used up, and you may have to sign in again.",
                whose(pass)
            );
            widgets::paragraph(ui, words(text, fonts::regular(BODY), tokens.muted));
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                let stay = widgets::button(ui, Weight::Plain, "Keep trying");
                if is_new {
                    stay.request_focus();
                }
                let quit = widgets::button(ui, Weight::Danger, "Quit and lose them");
                (stay.clicked(), quit.clicked())
            })
            .inner
        });
    let (stays, quits) = modal.inner;
    if quits {
        pass.view.quitting = Quitting::Decided;
    } else if stays || modal.should_close() {
        pass.view.quitting = Quitting::No;
    }
}

fn whose(pass: &Pass<'_>) -> String {
    let accounts = pass.snapshot.accounts.iter();
    let refreshed = accounts
        .filter(|card| card.is_unsaved)
        .map(|card| format!("{} was refreshed, but not saved.", foreign(&card.label)));
    let links = pass.snapshot.links.iter();
    let linked = links.filter(|card| card.is_unsaved()).map(|card| {
        let name = foreign(&card.provider_name);
        format!("You signed in to {name}, but that is not saved.")
    });
    refreshed.chain(linked).collect::<Vec<_>>().join(" ")
}
