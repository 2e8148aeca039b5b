//! The set-up of a provider: what to register there, what it gave out, its addresses and switches; a test before it is saved.
//!
//! Nothing is saved until it is asked for. Knows nothing of how a set-up is tested.

use egui::{Checkbox, Ui};

use super::bands;
use super::credentials_fields::credentials_fields_ui;
use super::fonts::{self, BODY, TINY};
use super::host_fields::{all_hosts_ui, host_ui};
use super::pass::Pass;
use super::password_form::{FORM_WIDTH, header};
use super::problem_card::notice;
use super::redirect_fields::{Certificate, redirect_fields_ui};
use super::remedies::begin_sign_in;
use super::set_up_form::SetUpForm;
use super::theme::{Tokens, Tone};
use super::view_state::Page;
use super::widgets::{self, Weight, words};
use super::{client_test, sign_in_options};
use crate::bridge::{
    ClientCard, ClientChange, ClientTestOutcome, Command, ProviderCard, ProviderOrigin,
};
use crate::text::{foreign, problem, time};

enum Done {
    Save,
    Test,
    Cancel,
    ChooseFile,
    MakeCertificate { renew: bool },
}

/// Paints the page.
pub(super) fn client_set_up_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    let Page::SetUp(form) = &pass.view.page else {
        return;
    };
    let Some(provider) = snapshot.provider(&form.provider) else {
        return;
    };
    header(ui, provider, "Set-up of");
    ui.scope(|ui| {
        ui.set_max_width(FORM_WIDTH.min(ui.available_width()));
        for note in &provider.notes {
            bands::band(ui, Tone::Warn, &foreign(note));
        }
        origin_ui(ui, provider);
        all_hosts_ui(ui, provider);
        let done = form_ui(ui, pass, provider);
        sign_in_options::sign_in_options_ui(ui, pass, provider, None);
        if let Some(done) = done {
            act(pass, provider, &done);
        }
    });
}

/// Paints what stays in sight below the form: what a test showed, what is missing or saved, the buttons.
pub(super) fn set_up_footer_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    let Page::SetUp(form) = &pass.view.page else {
        return;
    };
    let Some(provider) = snapshot.provider(&form.provider) else {
        return;
    };
    let is_saved = form.sent && form.change(&provider.client) == ClientChange::default();
    ui.set_max_width(FORM_WIDTH.min(ui.available_width()));
    if let Some(test) = &provider.client.test {
        client_test::client_test_ui(ui, pass, test);
    }
    if state_ui(ui, provider, is_saved) {
        begin_sign_in(pass, &provider.id, None);
        return;
    }
    if let Some(done) = buttons_ui(ui, &provider.client) {
        act(pass, provider, &done);
    }
}

fn act(pass: &mut Pass<'_>, provider: &ProviderCard, done: &Done) {
    match done {
        Done::Save => save(pass, provider),
        Done::Test => test(pass, provider),
        Done::Cancel => pass.view.go(Page::Home),
        Done::ChooseFile => pass.view.file_wish = Some(provider.id.clone()),
        Done::MakeCertificate { renew } => pass.send(Command::MakeCertificate { renew: *renew }),
    }
}

fn origin_ui(ui: &mut Ui, provider: &ProviderCard) {
    if let ProviderOrigin::AddedByYou { file } = &provider.origin {
        let color = Tokens::of(ui).muted;
        let text = format!("Added by you in {}", foreign(file));
        widgets::paragraph(ui, words(text, fonts::regular(TINY), color));
    }
}

/// What is missing, or that it is saved; returns whether to go on to the sign-in.
fn state_ui(ui: &mut Ui, provider: &ProviderCard, is_saved: bool) -> bool {
    let color = Tokens::of(ui).muted;
    if !is_saved && provider.missing.is_empty() {
        return false;
    }
    ui.horizontal(|ui| {
        if is_saved {
            notice(ui, "Saved");
        }
        if provider.missing.is_empty() {
            return widgets::button(ui, Weight::Plain, "Go on to sign in").clicked();
        }
        let is_recognized = provider
            .client
            .test
            .as_ref()
            .is_some_and(|test| test.outcome == ClientTestOutcome::Recognized);
        let needs = if is_recognized {
            "What was tested is not saved yet".to_owned()
        } else {
            format!("Still needs {}", problem::missing(&provider.missing))
        };
        widgets::paragraph(ui, words(needs, fonts::regular(BODY), color));
        false
    })
    .inner
}

fn form_ui(ui: &mut Ui, pass: &mut Pass<'_>, provider: &ProviderCard) -> Option<Done> {
    let card = pass.snapshot.certificate.as_ref();
    let end = card.map(|card| time::day_and_clock(pass.now, card.not_after, pass.zone));
    let Page::SetUp(form) = &mut pass.view.page else {
        return None;
    };
    let client = &provider.client;
    let mut done = register_ui(ui, form, client, (card, end));
    if client.wants_client_id || client.wants_client_secret || !client.hosts.is_empty() {
        let given = section(ui, "What the provider gave you", |ui| {
            given_ui(ui, form, client)
        });
        done = done.or(given);
    }
    if !client.options.is_empty() {
        section(ui, "Switches", |ui| options_ui(ui, form, client));
    }
    done
}

/// A card of the form.
fn section<R>(ui: &mut Ui, title: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        widgets::card_title(ui, title);
        content(ui)
    })
}

fn register_ui(
    ui: &mut Ui,
    form: &mut SetUpForm,
    client: &ClientCard,
    certificate: Certificate<'_>,
) -> Option<Done> {
    if !client.wants_redirect_uri {
        return None;
    }
    let renew = section(ui, "What to register with the provider", |ui| {
        redirect_fields_ui(ui, form, client, certificate)
    });
    renew.map(|renew| Done::MakeCertificate { renew })
}

fn given_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) -> Option<Done> {
    let is_only = client.hosts.len() == 1;
    for host in &client.hosts {
        let entry = form.hosts.entry(host.id.clone()).or_default();
        host_ui(ui, host, entry, is_only);
    }
    let has_credentials = client.wants_client_id || client.wants_client_secret;
    let chooses = has_credentials && credentials_fields_ui(ui, form, client);
    chooses.then_some(Done::ChooseFile)
}

fn options_ui(ui: &mut Ui, form: &mut SetUpForm, client: &ClientCard) {
    let color = Tokens::of(ui).muted;
    for option in &client.options {
        let enabled = form
            .options
            .entry(option.id.clone())
            .or_insert(option.enabled);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            widgets::tick(ui, Checkbox::new(enabled, foreign(&option.name)));
            ui.indent(("option", &option.id), |ui| {
                let text = foreign(&option.explanation);
                widgets::paragraph(ui, words(text, fonts::regular(TINY), color));
            });
        });
    }
}

fn buttons_ui(ui: &mut Ui, client: &ClientCard) -> Option<Done> {
    ui.horizontal_wrapped(|ui| {
        let mut done = None;
        if widgets::button(ui, Weight::Primary, "Save set-up").clicked() {
            done = Some(Done::Save);
        }
        let can_be_tested = client.wants_client_id || client.wants_redirect_uri;
        if can_be_tested && widgets::button(ui, Weight::Plain, "Test set-up").clicked() {
            done = Some(Done::Test);
        }
        if widgets::button(ui, Weight::Plain, "Cancel").clicked() {
            done = Some(Done::Cancel);
        }
        done
    })
    .inner
}

fn save(pass: &mut Pass<'_>, provider: &ProviderCard) {
    let Page::SetUp(form) = &mut pass.view.page else {
        return;
    };
    let change = form.change_with_secret(&provider.client);
    form.client_secret.clear();
    form.forget_secret = false;
    form.sent = true;
    let provider = provider.id.clone();
    pass.send(Command::SaveClient { provider, change });
}

/// Tests what is typed; a secret stays in its field, because nothing is saved by it.
fn test(pass: &mut Pass<'_>, provider: &ProviderCard) {
    let Page::SetUp(form) = &pass.view.page else {
        return;
    };
    let change = form.change_with_secret(&provider.client);
    let provider = provider.id.clone();
    pass.send(Command::TestClient { provider, change });
}
