//! What a person can do for a sign-in that waits: open the browser again, copy the address, paste what comes back.
//!
//! Always in sight while it waits. Knows neither the address nor what is in the clipboard.

use egui::{Ui, vec2};

use super::bands;
use super::pass::Pass;
use super::theme::Tone;
use super::view_state::Paste;
use super::widgets::{self, Weight};
use crate::bridge::{Command, LinkCard, WayHome};
use crate::text::steps;

/// Paints the ways out, with what has been noticed about this sign-in above them.
pub(super) fn link_rescue_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    let flow = link.flow;
    if link.certificate_refusals > 0 {
        bands::band(ui, Tone::Warn, steps::CERTIFICATE_REFUSED);
    }
    if link.upgrades > 0 {
        bands::band(ui, Tone::Warn, steps::UPGRADED);
    }
    let offers = link.clipboard_offers;
    if offers && bands::offer(ui, Tone::Ok, steps::CLIPBOARD_OFFERS, "Use it") {
        pass.send(Command::PasteFromClipboard { flow });
    }
    buttons_ui(ui, pass, link);
    if link.needs_paste() && pass.view.paste.is_none() && !offers {
        pass.view.paste = Some(Paste {
            is_new: false,
            ..Paste::new(flow)
        });
    }
    paste_ui(ui, pass, link);
}

fn buttons_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    let flow = link.flow;
    let is_open = pass
        .view
        .paste
        .as_ref()
        .is_some_and(|paste| paste.flow == flow);
    let weight = if link.clipboard_offers {
        Weight::Plain
    } else {
        Weight::Primary
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(10.0, 8.0);
        if widgets::button(ui, weight, "Open browser again").clicked() {
            pass.send(Command::OpenBrowserAgain { flow });
        }
        if widgets::button(ui, Weight::Plain, "Copy address").clicked() {
            pass.send(Command::CopyAddress { flow });
        }
        let text = if link.way_home == WayHome::OutOfBand {
            "Paste code…"
        } else {
            "Paste address…"
        };
        let paste = widgets::button(ui, Weight::Plain, text).accessible_name("Paste address");
        if paste.clicked() {
            pass.view.paste = (!is_open).then(|| Paste::new(flow));
        }
    });
}

/// The field's name, and what belongs into it.
const fn asked(way_home: &WayHome) -> (&'static str, &'static str) {
    match way_home {
        WayHome::OutOfBand => (
            "Code",
            "The code the provider’s page shows after you have signed in. It is used once and wiped.",
        ),
        _ => (
            "Redirect address",
            "The whole address your browser shows after you have signed in. It carries a code, so it is used once and wiped.",
        ),
    }
}

fn paste_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    let Some(paste) = pass
        .view
        .paste
        .as_mut()
        .filter(|paste| paste.flow == link.flow)
    else {
        return;
    };
    let mut continues = false;
    let is_new = std::mem::take(&mut paste.is_new);
    widgets::card(ui, |ui| {
        let (name, hint) = asked(&link.way_home);
        let field = widgets::field(ui, name, hint, |ui| paste.address.show(ui, false, ""));
        if is_new {
            field.request_focus();
        }
        let is_filled = !paste.address.is_empty();
        let button = ui.add_enabled_ui(is_filled, |ui| {
            widgets::button(ui, Weight::Plain, "Continue")
        });
        if is_new {
            // The form may have opened below the window's edge; its end comes into sight with it.
            button.inner.scroll_to_me(None);
        }
        continues = is_filled && (button.inner.clicked() || widgets::entered(ui, &field));
    });
    if continues {
        let address = paste.address.take();
        pass.view.paste = None;
        pass.send(Command::PasteAddress {
            flow: link.flow,
            address,
        });
    }
}
