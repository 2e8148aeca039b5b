//! Where the key is, as a card of the settings: what that means, moving it, its passphrase, and when it locks.
//!
//! Knows no key. What is typed leaves only when it is sent, and stays nowhere.

use egui::{RadioButton, Ui};

use super::fonts::{self, SMALL};
use super::pass::Pass;
use super::theme::Tokens;
use super::view_state::KeyForm;
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, KeyStoreCard, KeyStoreKind, KeyStoreState};
use crate::text::store;

/// After how many minutes without a person the key may be forgotten.
const LOCKS_AFTER: [Option<u32>; 4] = [None, Some(5), Some(15), Some(60)];

/// Paints the card.
pub(super) fn keys_card_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        widgets::card_title(ui, "Keys");
        let card = pass.snapshot.key_store;
        widgets::fact_words(ui, "Where", store::keys(card));
        small(ui, store::meaning(card.kind));
        if card.kind == KeyStoreKind::Passphrase {
            locking_ui(ui, pass, card);
        }
        if pass.view.keys.is_open {
            form_ui(ui, pass, card);
        } else if widgets::button(ui, Weight::Plain, open_label(card)).clicked() {
            pass.view.keys = KeyForm {
                is_open: true,
                ..KeyForm::default()
            };
        }
    });
}

const fn open_label(card: KeyStoreCard) -> &'static str {
    match card.kind {
        KeyStoreKind::Passphrase => "Move the key or change the passphrase…",
        KeyStoreKind::Keychain | KeyStoreKind::Session => "Move the key…",
    }
}

fn small(ui: &mut Ui, text: &str) {
    let color = Tokens::of(ui).muted;
    widgets::paragraph(ui, words(text, fonts::regular(SMALL), color));
}

fn locking_ui(ui: &mut Ui, pass: &mut Pass<'_>, card: KeyStoreCard) {
    small(ui, store::LOCKING);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 20.0;
        for minutes in LOCKS_AFTER {
            let radio = RadioButton::new(card.lock_after == minutes, store::lock_choice(minutes));
            if widgets::tick(ui, radio).clicked() {
                pass.send(Command::LockKeyStoreAfter { minutes });
            }
        }
    });
    let is_open = card.state == KeyStoreState::Open;
    let lock = ui.add_enabled_ui(is_open, |ui| widgets::button(ui, Weight::Plain, "Lock now"));
    if lock.inner.clicked() {
        pass.send(Command::LockKeyStore);
    }
}

/// What is to become of the key: kept elsewhere, or behind another passphrase.
fn form_ui(ui: &mut Ui, pass: &mut Pass<'_>, card: KeyStoreCard) {
    let form = &mut pass.view.keys;
    let to = form
        .to
        .get_or_insert(if card.kind == KeyStoreKind::Keychain {
            KeyStoreKind::Passphrase
        } else {
            KeyStoreKind::Keychain
        });
    for kind in KeyStoreKind::ALL {
        // Where it is already, there is only the passphrase to change.
        if kind == card.kind && kind != KeyStoreKind::Passphrase {
            continue;
        }
        let radio = RadioButton::new(*to == kind, store::move_choice(kind, card.kind));
        if widgets::tick(ui, radio).clicked() {
            *to = kind;
        }
    }
    let to = *to;
    small(ui, store::meaning(to));
    let is_ready = ui
        .scope(|ui| {
            ui.set_max_width(360.0_f32.min(ui.available_width()));
            passphrases_ui(ui, form, to, card.kind)
        })
        .inner;
    let (moves, cancels) = ui
        .horizontal_wrapped(|ui| {
            let label = if to == card.kind {
                "Change passphrase"
            } else {
                "Move the key"
            };
            let go = ui.add_enabled_ui(is_ready, |ui| widgets::button(ui, Weight::Primary, label));
            let cancel = widgets::button(ui, Weight::Plain, "Cancel");
            (go.inner.clicked(), cancel.clicked())
        })
        .inner;
    if moves {
        submit(pass, to, card.kind);
    } else if cancels {
        pass.view.keys = KeyForm::default();
    }
}

/// Asks for what is needed; returns whether all of it is there.
fn passphrases_ui(ui: &mut Ui, form: &mut KeyForm, to: KeyStoreKind, from: KeyStoreKind) -> bool {
    if to != KeyStoreKind::Passphrase {
        return true;
    }
    let changes = to == from;
    if changes {
        widgets::field(ui, "Passphrase now", "", |ui| form.old.show(ui, true, ""));
    }
    widgets::field(ui, "New passphrase", store::NEW_PASSPHRASE, |ui| {
        form.new.show(ui, true, "")
    });
    widgets::field(ui, "The same once more", "", |ui| {
        form.again.show(ui, true, "")
    });
    !form.new.is_empty() && form.new.is_same(&form.again) && !(changes && form.old.is_empty())
}

fn submit(pass: &mut Pass<'_>, to: KeyStoreKind, from: KeyStoreKind) {
    let mut form = std::mem::take(&mut pass.view.keys);
    let new = form.new.take();
    if to == from {
        let old = form.old.take();
        pass.send(Command::ChangePassphrase { old, new });
    } else {
        let passphrase = (to == KeyStoreKind::Passphrase).then_some(new);
        pass.send(Command::MoveKeyStore { to, passphrase });
    }
}
