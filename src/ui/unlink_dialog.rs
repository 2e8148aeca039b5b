//! The question before an account is unlinked: it names the account, and "Cancel" is the default.
//!
//! Knows nothing of revocation; it says what will follow.

use egui::{Id, Modal, Ui};

use super::fonts::{self, BODY};
use super::pass::Pass;
use super::theme::Tokens;
use super::widgets::{self, Weight, words};
use crate::bridge::Command;
use crate::text::foreign;

/// Paints the question, where it was asked.
pub(super) fn unlink_dialog_ui(ui: &Ui, pass: &mut Pass<'_>) {
    let Some(id) = pass.view.unlink.clone() else {
        return;
    };
    let snapshot = pass.snapshot;
    let Some(account) = snapshot.account(&id) else {
        pass.view.unlink = None;
        return;
    };
    let provider = snapshot
        .provider(&account.provider)
        .map_or_else(|| "The provider".into(), |card| foreign(&card.name));
    let label = foreign(&account.label);
    let is_new = std::mem::take(&mut pass.view.dialog_is_new);
    let tokens = Tokens::of(ui);
    let modal = Modal::new(Id::unique("unlink"))
        .frame(widgets::card_frame(tokens.panel, tokens.line))
        .show(ui.ctx(), |ui| {
            ui.set_width(400.0);
            widgets::heading(ui, &format!("Unlink {label}?"));
            let who = account.identity_line().map(|who| format!(" ({})", foreign(who)));
            let text = format!(
                "Linkdesk asks {provider} to end its access{}, where the provider can do that, and then forgets the tokens on this computer. Linking again needs a full sign-in.",
                who.unwrap_or_default()
            );
            widgets::paragraph(ui, words(text, fonts::regular(BODY), tokens.muted));
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                let cancel = widgets::button(ui, Weight::Plain, "Cancel");
                if is_new {
                    cancel.request_focus();
                }
                let unlink = widgets::button(ui, Weight::Danger, "Unlink account");
                (cancel.clicked(), unlink.clicked())
            })
            .inner
        });
    let (cancels, unlinks) = modal.inner;
    if unlinks {
        pass.send(Command::UnlinkAccount { account: id });
    }
    if unlinks || cancels || modal.should_close() {
        pass.view.unlink = None;
    }
}
