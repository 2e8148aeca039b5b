//! Adding a provider: by its issuer's own description, shown before any of it is used, or by a file of one's own.
//!
//! Writes nothing and asks nobody by itself.

use egui::Ui;

use super::bands;
use super::fonts::{self, BODY, SMALL, TINY};
use super::host_fields::{hosts_ui, is_international};
use super::icons::Icon;
use super::pass::Pass;
use super::password_form::FORM_WIDTH;
use super::problem_card;
use super::theme::{Tokens, Tone};
use super::view_state::{AddProviderForm, Page};
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, DiscoveryState, FoundProvider};
use crate::ids::ProviderId;
use crate::text::{foreign, set_up};

/// Paints the page.
pub(super) fn add_provider_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    widgets::heading(ui, "Add a provider");
    ui.scope(|ui| {
        ui.set_max_width(FORM_WIDTH.min(ui.available_width()));
        issuer_ui(ui, pass);
        match snapshot
            .discovery
            .as_ref()
            .map(|card| (&card.issuer, &card.state))
        {
            Some((issuer, DiscoveryState::Asking)) => asking_ui(ui, pass, issuer),
            Some((_, DiscoveryState::Found(found))) => found_ui(ui, pass, found),
            Some((_, DiscoveryState::Failed(problem))) => {
                problem_card::problem_card_ui(ui, pass, problem);
            }
            Some((_, DiscoveryState::Added(_))) | None => {}
        }
        widgets::card(ui, |ui| {
            widgets::card_title(ui, "A file of your own");
            own_files_ui(ui, pass);
            reread_ui(ui, pass);
        });
    });
}

fn issuer_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let Page::AddProvider(form) = &mut pass.view.page else {
        return;
    };
    let asks = widgets::card(ui, |ui| {
        let field = widgets::field(ui, "Issuer address", set_up::DISCOVERY, |ui| {
            widgets::text_field(ui, &mut form.issuer, "https://auth.example.com")
        });
        let is_filled = !form.issuer.trim().is_empty();
        let look_up = ui.add_enabled_ui(is_filled, |ui| {
            widgets::button(ui, Weight::Plain, "Look up")
        });
        is_filled && (look_up.inner.clicked() || widgets::entered(ui, &field))
    });
    if asks {
        let issuer = form.issuer.trim().to_owned();
        form.sent = false;
        form.proposed_for = None;
        pass.send(Command::Discover { issuer });
    }
}

fn asking_ui(ui: &mut Ui, pass: &mut Pass<'_>, issuer: &str) {
    let color = Tokens::of(ui).muted;
    widgets::card(ui, |ui| {
        let text = format!("Asking {}", foreign(issuer));
        widgets::paragraph(ui, words(text, fonts::regular(BODY), color));
        if widgets::button(ui, Weight::Plain, CANCEL).clicked() {
            leave(pass);
        }
    });
}

const CANCEL: &str = "Cancel";

fn leave(pass: &mut Pass<'_>) {
    pass.send(Command::DismissDiscovery);
    pass.view.go(Page::Home);
}

fn found_ui(ui: &mut Ui, pass: &mut Pass<'_>, found: &FoundProvider) {
    let Page::AddProvider(form) = &mut pass.view.page else {
        return;
    };
    form.propose(found);
    for warning in &found.warnings {
        bands::band(ui, Tone::Warn, &foreign(warning));
    }
    if found.hosts.iter().any(|host| is_international(host)) {
        bands::band(ui, Tone::Warn, set_up::LOOK_ALIKE);
    }
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Where people, secrets and tokens would be sent");
        hosts_ui(ui, &found.hosts);
    });
    facts_ui(ui, form, found);
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        name_ui(ui, form);
    });
    buttons_ui(ui, pass);
}

/// What it offers, and the file it would become.
fn facts_ui(ui: &mut Ui, form: &mut AddProviderForm, found: &FoundProvider) {
    let tokens = Tokens::of(ui);
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        widgets::card_title(ui, "What it says of itself");
        ui.add_space(2.0);
        let found_at = foreign(&found.metadata_url);
        widgets::selectable(ui, words(found_at, fonts::mono(TINY), tokens.text));
        ui.add_space(4.0);
        for (name, value) in &found.facts {
            widgets::fact_words(ui, &foreign(name), foreign(value));
        }
        let icon = if form.shows_file {
            Icon::ChevronDown
        } else {
            Icon::ChevronRight
        };
        let file = widgets::link(ui, Some(icon), "The file");
        ui.ctx()
            .accesskit_node_builder(file.id, |node| node.set_expanded(form.shows_file));
        if file.clicked() {
            form.shows_file = !form.shows_file;
        }
        if form.shows_file {
            for line in found.file.lines() {
                widgets::selectable(ui, words(foreign(line), fonts::mono(SMALL), tokens.muted));
            }
            if widgets::button(ui, Weight::Plain, "Copy file").clicked() {
                ui.ctx().copy_text(found.file.clone());
            }
        }
    });
}

fn name_ui(ui: &mut Ui, form: &mut AddProviderForm) {
    widgets::field(ui, "Name", "What the provider is called here.", |ui| {
        widgets::text_field(ui, &mut form.name, "")
    });
    let hint = "The file’s name, and what scripts call it: small letters, digits and hyphens.";
    widgets::field(ui, "Id", hint, |ui| {
        widgets::text_field(ui, &mut form.id, "")
    });
}

fn buttons_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let Page::AddProvider(form) = &mut pass.view.page else {
        return;
    };
    let name = form.name.trim().to_owned();
    let id = ProviderId::new(form.id.trim()).ok();
    let id = id.filter(|_| !name.is_empty());
    let [adds, leaves] = ui
        .horizontal_wrapped(|ui| {
            let add = ui.add_enabled_ui(id.is_some(), |ui| {
                widgets::button(ui, Weight::Primary, "Add provider")
            });
            let cancel = widgets::button(ui, Weight::Plain, CANCEL);
            [add.inner.clicked(), cancel.clicked()]
        })
        .inner;
    if leaves {
        leave(pass);
    } else if let Some(id) = id.filter(|_| adds) {
        form.sent = true;
        pass.send(Command::AddProvider { id, name });
    }
}

/// Where a file of one's own belongs.
pub(super) fn own_files_ui(ui: &mut Ui, pass: &Pass<'_>) {
    let tokens = Tokens::of(ui);
    let folder = foreign(&pass.snapshot.provider_folder);
    widgets::paragraph(
        ui,
        words(set_up::OWN_FILE, fonts::regular(SMALL), tokens.muted),
    );
    if !folder.is_empty() {
        widgets::selectable(ui, words(folder, fonts::mono(SMALL), tokens.text));
    }
}

/// Reads the provider files once more.
pub(super) fn reread_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    if widgets::button(ui, Weight::Plain, "Read provider files again").clicked() {
        pass.send(Command::RereadProviders);
    }
}
