//! Before a sign-in: in which browser and profile, by a copied address, or on another device.
//!
//! Knows no path of a browser: only the names the cards carry.

use egui::{ComboBox, Ui};

use super::fonts::{self, SMALL};
use super::pass::Pass;
use super::remedies::await_attempt;
use super::theme::{CONTROL_HEIGHT, Tokens};
use super::widgets::{self, Weight, words};
use crate::bridge::{
    AccountCard, BrowserCard, ClientChange, Command, ProviderCard, SignInKind, SignInWay,
};
use crate::ids::BrowserChoice;
use crate::text::foreign;

/// How wide the choice of a browser is.
const CHOICE_WIDTH: f32 = 300.0;

/// Paints the section, for an account or for those still to come; nothing where a password is typed.
pub(super) fn sign_in_options_ui(
    ui: &mut Ui,
    pass: &mut Pass<'_>,
    provider: &ProviderCard,
    account: Option<&AccountCard>,
) {
    if provider.sign_in == SignInKind::Password {
        return;
    }
    let card = widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        let title = widgets::card_title(ui, "Sign-in");
        if provider.sign_in == SignInKind::Browser {
            browser_ui(ui, pass, provider, account);
        }
        let is_ready = provider.missing.is_empty();
        let way = ui
            .add_enabled_ui(is_ready, |ui| ways_ui(ui, provider))
            .inner;
        if let Some(way) = way {
            await_attempt(pass, &provider.id);
            pass.send(Command::LinkAccount {
                provider: provider.id.clone(),
                account: account.map(|card| card.id.clone()),
                label: None,
                way,
            });
        }
        title
    });
    let is_wanted = pass.view.scroll_to_sign_in.as_ref() == Some(&provider.id);
    if is_wanted {
        pass.view.scroll_to_sign_in = None;
        card.scroll_to_me(Some(egui::Align::Center));
    }
}

/// Other ways to begin than the browser of this computer.
fn ways_ui(ui: &mut Ui, provider: &ProviderCard) -> Option<SignInWay> {
    ui.horizontal_wrapped(|ui| {
        let mut way = None;
        if provider.sign_in == SignInKind::Browser {
            let text = "Copy the address instead of opening a browser";
            if widgets::button(ui, Weight::Plain, text).clicked() {
                way = Some(SignInWay::CopiedAddress);
            }
        }
        if provider.offers_device {
            let text = "Sign in on another device…";
            if widgets::button(ui, Weight::Plain, text).clicked() {
                way = Some(SignInWay::Device);
            }
        }
        way
    })
    .inner
}

fn browser_ui(
    ui: &mut Ui,
    pass: &mut Pass<'_>,
    provider: &ProviderCard,
    account: Option<&AccountCard>,
) {
    let tokens = Tokens::of(ui);
    let (name, chosen) = account.map_or_else(
        || {
            (
                "Browser for new accounts".to_owned(),
                provider.client.browser.as_ref(),
            )
        },
        |card| {
            let name = format!("Browser for {}", foreign(&card.label));
            (name, card.browser.as_ref())
        },
    );
    let browsers = &pass.snapshot.browsers;
    let picked = ui
        .vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            widgets::line(ui, words(&name, fonts::medium(SMALL), tokens.text));
            choice_ui(ui, browsers, chosen, &name)
        })
        .inner;
    let Some(browser) = picked else { return };
    pass.send(match account {
        Some(card) => Command::ChooseBrowser {
            account: card.id.clone(),
            browser,
        },
        None => Command::SaveClient {
            provider: provider.id.clone(),
            change: ClientChange {
                browser: Some(browser),
                ..ClientChange::default()
            },
        },
    });
}

/// Paints the choice; returns another one than before.
fn choice_ui(
    ui: &mut Ui,
    browsers: &[BrowserCard],
    chosen: Option<&BrowserChoice>,
    name: &str,
) -> Option<Option<BrowserChoice>> {
    let choices = choices(browsers);
    let selected = choices
        .iter()
        .find(|(choice, _)| choice.as_ref() == chosen)
        .map_or_else(|| no_longer_here(chosen), |(_, shown)| shown.clone());
    let mut picked = None;
    let width = CHOICE_WIDTH.min(ui.available_width());
    ui.spacing_mut().interact_size.y = CONTROL_HEIGHT;
    let combo = ComboBox::from_id_salt(name)
        .selected_text(selected)
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            for (choice, shown) in choices {
                let is_chosen = choice.as_ref() == chosen;
                if ui.selectable_label(is_chosen, shown).clicked() && !is_chosen {
                    picked = Some(choice);
                }
            }
        });
    combo.response.accessible_name(name);
    picked
}

fn no_longer_here(chosen: Option<&BrowserChoice>) -> String {
    let names = chosen.map(|choice| (&choice.browser, &choice.profile));
    match names {
        None => SYSTEM.into(),
        Some((browser, None)) => format!("{} (not found here)", foreign(browser)),
        Some((browser, Some(profile))) => {
            format!(
                "{}, {} (not found here)",
                foreign(browser),
                foreign(profile)
            )
        }
    }
}

const SYSTEM: &str = "System browser";

/// Everything that can be chosen, with its words.
fn choices(browsers: &[BrowserCard]) -> Vec<(Option<BrowserChoice>, String)> {
    let mut choices = vec![(None, SYSTEM.to_owned())];
    for card in browsers {
        let name = foreign(&card.name);
        let of = |profile| BrowserChoice {
            browser: card.id.clone(),
            profile,
        };
        choices.push((Some(of(None)), name.clone()));
        for (id, shown) in &card.profiles {
            let shown = format!("{name}, {}", foreign(shown));
            choices.push((Some(of(Some(id.clone()))), shown));
        }
    }
    choices
}
