//! Before a sign-in: in which browser and profile, by a copied address, or on another device.
//!
//! Knows no path of a browser: only the names the cards carry.

use egui::style::ScrollAnimation;
use egui::{ComboBox, Ui};

use super::fonts::{self, SMALL};
use super::pass::Pass;
use super::remedies::await_attempt;
use super::theme::Tokens;
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
        card.scroll_to_me_animation(Some(egui::Align::TOP), ScrollAnimation::none());
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
    let Some(Choice { browser, .. }) = picked else {
        return;
    };
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

/// Something that can be chosen, and its words.
struct Choice {
    /// Which browser; `None` for the system's own choice.
    browser: Option<BrowserChoice>,
    shown: String,
}

/// Paints the choice; returns another one than before.
fn choice_ui(
    ui: &mut Ui,
    browsers: &[BrowserCard],
    chosen: Option<&BrowserChoice>,
    name: &str,
) -> Option<Choice> {
    let choices = choices(browsers);
    let is_chosen = |choice: &Choice| choice.browser.as_ref() == chosen;
    let selected = choices
        .iter()
        .find(|choice| is_chosen(choice))
        .map_or_else(|| no_longer_here(chosen), |choice| choice.shown.clone());
    let mut picked = None;
    let width = CHOICE_WIDTH.min(ui.available_width());
    let combo = ComboBox::from_id_salt(name)
        .selected_text(selected)
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for choice in choices {
                let is_chosen = is_chosen(&choice);
                let label = ui.selectable_label(is_chosen, &choice.shown);
                if label.clicked() && !is_chosen {
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

/// Everything that can be chosen.
fn choices(browsers: &[BrowserCard]) -> Vec<Choice> {
    let mut choices = vec![Choice {
        browser: None,
        shown: SYSTEM.into(),
    }];
    for card in browsers {
        let name = foreign(&card.name);
        let of = |profile| {
            Some(BrowserChoice {
                browser: card.id.clone(),
                profile,
            })
        };
        choices.push(Choice {
            browser: of(None),
            shown: name.clone(),
        });
        let profiles = card.profiles.iter().map(|(id, shown)| Choice {
            browser: of(Some(id.clone())),
            shown: format!("{name}, {}", foreign(shown)),
        });
        choices.extend(profiles);
    }
    choices
}
