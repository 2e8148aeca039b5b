//! A problem as a card: what happened, what to press, the details folded.
//!
//! Knows no words of its own for problems; they are in `text`. What its buttons do is in `remedies`.

use egui::accesskit::Role;
use egui::{Margin, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::fonts::{self, BODY, SMALL};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::redirect_pair;
use super::remedies::{dismiss, mend, show_browsers, sign_in_again};
use super::theme::{Tokens, Tone};
use super::widgets::{self, Weight, words};
use crate::bridge::{KeyStoreState, Problem, ProblemKind, Remedy};
use crate::text::{foreign, problem as problem_words};

/// The other way out where a refresh may cost the link.
const SIGN_IN_AGAIN: &str = "Sign in again";

/// The most problems shown at once above a page; the rest follow as these are dismissed.
const MOST: usize = 3;

/// Problems that belong to no account.
pub(super) fn general_problems_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    let has_banner = matches!(snapshot.key_store.state, KeyStoreState::Unavailable(_));
    let shown = snapshot
        .problems
        .iter()
        .filter(|problem| !(has_banner && matches!(problem.kind, ProblemKind::KeyStore { .. })))
        .take(MOST);
    for problem in shown {
        problem_card_ui(ui, pass, problem);
    }
}

/// Paints one problem.
pub(super) fn problem_card_ui(ui: &mut Ui, pass: &mut Pass<'_>, problem: &Problem) {
    let tokens = Tokens::of(ui);
    let builder = UiBuilder::new()
        .id_salt(("problem", problem.id))
        .accessibility_role(Role::Group)
        .accessibility_label("Problem");
    ui.scope_builder(builder, |ui| {
        let tone = tone(&problem.kind);
        widgets::card_frame(tokens.panel, tokens.tone(tone).gamma_multiply(0.55))
            .inner_margin(Margin::symmetric(18, 14))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 6.0;
                card_content(ui, pass, problem);
            });
    });
}

fn tone(kind: &ProblemKind) -> Tone {
    match kind {
        ProblemKind::Unreachable { .. }
        | ProblemKind::ProxyRefused { .. }
        | ProblemKind::PageInstead { .. }
        | ProblemKind::TemporarilyFailing { .. }
        | ProblemKind::ClientIncomplete { .. }
        | ProblemKind::ClockSet { .. }
        | ProblemKind::ProviderClockWrong { .. }
        | ProblemKind::BrowserNotOpened
        | ProblemKind::BrowserMissing { .. }
        | ProblemKind::Canceled
        | ProblemKind::IdentityUnread
        | ProblemKind::TradingAccountsUnread
        | ProblemKind::NotRevoked { .. }
        | ProblemKind::HeldByAnother { .. }
        | ProblemKind::OutcomeUnknown { .. }
        | ProblemKind::CannotRefresh => Tone::Warn,
        _ => Tone::Bad,
    }
}

fn card_content(ui: &mut Ui, pass: &mut Pass<'_>, problem: &Problem) {
    let tokens = Tokens::of(ui);
    let color = tokens.tone(tone(&problem.kind));
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(20.0, 18.0), Sense::hover());
        icons::paint(
            ui.painter(),
            Icon::Warning,
            rect.center() - vec2(2.0, 0.0),
            15.0,
            color,
        );
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            problem_words_ui(ui, &problem.kind);
            if let Some(timing) = problem_words::timing(problem, pass.now, pass.zone) {
                let text = pass.ticking(timing);
                widgets::paragraph(ui, words(text, fonts::regular(SMALL), tokens.muted));
            }
            ui.add_space(6.0);
            ui.horizontal_wrapped(|ui| actions_ui(ui, pass, problem));
            details_ui(ui, pass, problem);
        });
    });
}

/// Paints what happened and what to do, without anything to press but what can be copied.
pub(super) fn problem_words_ui(ui: &mut Ui, kind: &ProblemKind) {
    let tokens = Tokens::of(ui);
    let title = problem_words::title(kind);
    widgets::paragraph(ui, words(title, fonts::medium(BODY), tokens.text));
    if let ProblemKind::RedirectMismatch {
        redirect_uri,
        registered,
    } = kind
    {
        redirect_pair::redirect_pair_ui(ui, redirect_uri, registered);
    }
    let hint = problem_words::hint_beside_addresses(kind);
    widgets::selectable(ui, words(hint, fonts::regular(SMALL), tokens.muted));
}

fn actions_ui(ui: &mut Ui, pass: &mut Pass<'_>, problem: &Problem) {
    if let Some(label) = problem_words::remedy(problem.remedy) {
        let weight = match problem.remedy {
            Remedy::SignInAgain | Remedy::LinkAgain | Remedy::OpenClientSetUp => Weight::Primary,
            _ => Weight::Plain,
        };
        if widgets::button(ui, weight, label).clicked() {
            mend(ui, pass, problem);
        }
    }
    if matches!(problem.kind, ProblemKind::OutcomeUnknown { .. })
        && widgets::button(ui, Weight::Primary, SIGN_IN_AGAIN).clicked()
    {
        sign_in_again(pass, problem);
    }
    if matches!(problem.kind, ProblemKind::BrowserMissing { .. })
        && widgets::button(ui, Weight::Plain, "Choose a browser…").clicked()
    {
        show_browsers(pass, problem);
    }
    if widgets::button(ui, Weight::Quiet, "Dismiss").clicked() {
        dismiss(pass, problem);
    }
    if problem.detail.is_empty() {
        return;
    }
    let is_open = pass.view.unfolded.contains(&problem.id);
    let icon = if is_open {
        Icon::ChevronDown
    } else {
        Icon::ChevronRight
    };
    let details = widgets::link(ui, Some(icon), "Details");
    ui.ctx()
        .accesskit_node_builder(details.id, |node| node.set_expanded(is_open));
    if details.clicked() && !pass.view.unfolded.remove(&problem.id) {
        pass.view.unfolded.insert(problem.id);
    }
}

fn details_ui(ui: &mut Ui, pass: &Pass<'_>, problem: &Problem) {
    if problem.detail.is_empty() || !pass.view.unfolded.contains(&problem.id) {
        return;
    }
    let color = Tokens::of(ui).muted;
    let detail = foreign(&problem.detail);
    widgets::selectable(ui, words(detail.as_str(), fonts::mono(SMALL), color));
    if problem.remedy != Remedy::CopyDetails && widgets::link(ui, None, "Copy details").clicked() {
        ui.ctx().copy_text(as_text(problem));
    }
}

/// What support needs of a problem, in lines.
pub(super) fn as_text(problem: &Problem) -> String {
    format!(
        "{}\n{}\n{}\n{}",
        problem_words::message(&problem.kind),
        problem.kind.code(),
        problem.at,
        foreign(&problem.detail)
    )
}

/// A card that is no problem, told as a status to screen readers.
pub(super) fn notice(ui: &mut Ui, text: &str) {
    let response = widgets::chip(ui, Tone::Ok, text);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, text));
}
