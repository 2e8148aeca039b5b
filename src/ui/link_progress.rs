//! A sign-in under way: the steps with their times, the one that waits, and the ways out, always in sight.
//!
//! Knows no address: the card holds none.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::fonts::{self, BODY, SMALL, TINY};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::problem_card;
use super::theme::{Tokens, Tone};
use super::view_state::Paste;
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, LinkCard, LinkOutcome, LinkStep, StepCard, StepState};
use crate::text::{foreign, steps, time};

/// Paints an attempt.
pub(super) fn link_progress_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    header(ui, pass, link);
    if let Some(LinkOutcome::Failed { problem }) = &link.outcome {
        problem_card::problem_card_ui(ui, pass, problem);
    }
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, step) in link.steps.iter().enumerate() {
            step_ui(ui, pass, link, (place + 1, step));
        }
    });
    if link.outcome.is_some() {
        return;
    }
    if let Some(trouble) = &link.trouble {
        problem_card::problem_card_ui(ui, pass, trouble);
    }
    if link.has_address {
        rescue_ui(ui, pass, link);
    }
    for note in &link.notes {
        widgets::band(ui, Tone::Warn, &foreign(note));
    }
    if link.strays > 0 {
        let color = Tokens::of(ui).muted;
        widgets::paragraph(
            ui,
            words(steps::strays(link.strays), fonts::regular(TINY), color),
        );
    }
}

fn header(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    let tokens = Tokens::of(ui);
    let name = foreign(&link.provider_name);
    let provider = pass.snapshot.provider(&link.provider);
    let age = pass.ticking(time::ago(pass.now, link.started_at));
    let is_under_way = link.outcome.is_none();
    let width = if is_under_way {
        widgets::button_width(ui, CANCEL)
    } else {
        0.0
    };
    let [mut left, mut right] = widgets::sides(ui, 44.0, width);
    let (mark, _) = left.allocate_exact_size(vec2(44.0, 44.0), Sense::hover());
    icons::mark(left.painter(), mark, provider);
    left.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let verb = if link.repairs.is_some() {
            "Signing in again at"
        } else {
            "Linking"
        };
        widgets::heading(ui, &format!("{verb} {name}"));
        let aside = if is_under_way {
            "other sign-ins can run at the same time"
        } else {
            "ended"
        };
        let below = format!("Started {age}  ·  {aside}");
        widgets::line(ui, words(below, fonts::regular(SMALL), tokens.muted));
    });
    if is_under_way && widgets::button(&mut right, Weight::Plain, CANCEL).clicked() {
        pass.send(Command::CancelLink { flow: link.flow });
    }
}

const CANCEL: &str = "Cancel sign-in";

fn step_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard, numbered: (usize, &StepCard)) {
    let tokens = Tokens::of(ui);
    let (number, step) = numbered;
    let title = steps::step(step.step, step.state, &link.sign_in_host);
    let note = note(step, link);
    let height = if note.is_some() { 54.0 } else { 38.0 };
    let (rect, row) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let middle = rect.top() + 17.0;
    circle(ui, pos2(rect.left() + 10.0, middle), number, step.state);
    let color = match step.state {
        StepState::Ahead | StepState::Skipped => tokens.faint,
        StepState::Active { .. } | StepState::Done { .. } | StepState::Failed => tokens.text,
    };
    let aside = aside(pass, link, step);
    let right = ui.painter().text(
        pos2(rect.right(), middle),
        Align2::RIGHT_CENTER,
        &aside,
        fonts::regular(TINY),
        tokens.muted,
    );
    let left = rect.left() + 34.0;
    let at = pos2(left, middle);
    let painted = ui
        .painter()
        .text(at, Align2::LEFT_CENTER, &title, fonts::medium(BODY), color);
    let spoken = spoken(&title, &aside, step.state);
    widgets::told(ui, row.id.with("title"), painted, &spoken);
    if let Some(note) = note {
        let width = (right.left() - 12.0 - left).max(80.0);
        let mut job = egui::text::LayoutJob::simple_singleline(
            note.clone(),
            fonts::regular(TINY),
            tokens.muted,
        );
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        let galley = ui.painter().layout_job(job);
        let place = Rect::from_min_size(pos2(left, middle + 11.0), galley.size());
        ui.painter().galley(place.min, galley, tokens.muted);
        widgets::told(ui, row.id.with("note"), place, &note);
    }
}

/// The step as a screen reader says it; the words come first, because others look for them.
fn spoken(title: &str, aside: &str, state: StepState) -> String {
    let how = match state {
        StepState::Ahead => "to come",
        StepState::Active { .. } => "under way",
        StepState::Done { .. } => "done",
        StepState::Skipped => "not needed",
        StepState::Failed => "failed",
    };
    if aside.is_empty() || aside == how {
        format!("{title}, {how}")
    } else {
        format!("{title}, {how}, {aside}")
    }
}

fn note(step: &StepCard, link: &LinkCard) -> Option<String> {
    if let Some(note) = &step.note {
        return Some(foreign(note));
    }
    match (step.step, step.state) {
        (LinkStep::PrepareAddress, StepState::Done { .. }) => {
            link.redirect_uri.as_deref().map(foreign)
        }
        (LinkStep::AwaitAuthorization, StepState::Active { .. }) if link.needs_paste() => {
            Some("Sign in, then paste the address your browser shows at the end below".into())
        }
        (LinkStep::AwaitAuthorization, StepState::Active { .. }) => Some(
            "The sign-in page is in your browser. Nothing you type there passes through Linkdesk."
                .into(),
        ),
        _ => None,
    }
}

fn aside(pass: &mut Pass<'_>, link: &LinkCard, step: &StepCard) -> String {
    match (step.state, step.step) {
        (StepState::Active { .. }, LinkStep::AwaitAuthorization) => {
            let left = time::left(pass.now, link.deadline);
            format!("{} left", pass.ticking(left))
        }
        (StepState::Active { since }, _) => {
            // "just now" says nothing beside a step; after a second it says how long.
            let age = pass.ticking(time::ago(pass.now, since));
            age.strip_suffix(" ago").unwrap_or_default().to_owned()
        }
        (StepState::Done { took }, _) => time::took(took),
        (StepState::Skipped, _) => "not needed".into(),
        (StepState::Failed, _) => "failed".into(),
        (StepState::Ahead, _) => String::new(),
    }
}

fn circle(ui: &Ui, center: egui::Pos2, number: usize, state: StepState) {
    let tokens = Tokens::of(ui);
    let painter = ui.painter();
    match state {
        StepState::Done { .. } => {
            painter.circle_filled(center, 10.0, tokens.ok);
            icons::paint(painter, Icon::Check, center, 8.0, tokens.panel);
        }
        StepState::Active { .. } => {
            painter.circle_stroke(center, 9.0, Stroke::new(1.5, tokens.line));
            icons::arc(painter, center, 9.0, 0.72, Stroke::new(1.5, tokens.accent));
        }
        StepState::Failed => {
            painter.circle_filled(center, 10.0, tokens.bad);
            icons::paint(painter, Icon::Cross, center, 8.0, tokens.panel);
        }
        StepState::Ahead | StepState::Skipped => {
            painter.circle_stroke(center, 9.5, Stroke::new(1.0, tokens.line));
            let font = fonts::regular(TINY);
            painter.text(center, Align2::CENTER_CENTER, number, font, tokens.faint);
        }
    }
}

fn rescue_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    let flow = link.flow;
    let is_open = pass
        .view
        .paste
        .as_ref()
        .is_some_and(|paste| paste.flow == flow);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        if widgets::button(ui, Weight::Primary, "Open browser again").clicked() {
            pass.send(Command::OpenBrowserAgain { flow });
        }
        if widgets::button(ui, Weight::Plain, "Copy address").clicked() {
            pass.send(Command::CopyAddress { flow });
        }
        let paste =
            widgets::button(ui, Weight::Plain, "Paste address…").accessible_name("Paste address");
        if paste.clicked() {
            pass.view.paste = (!is_open).then(|| Paste::new(flow));
        }
    });
    let wants_paste = link.needs_paste() && pass.view.paste.is_none();
    if wants_paste {
        pass.view.paste = Some(Paste {
            is_new: false,
            ..Paste::new(flow)
        });
    }
    paste_ui(ui, pass, link);
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
    widgets::card(ui, |ui| {
        let hint = "The whole address your browser shows after you have signed in. It carries a code, so it is used once and wiped.";
        let field = widgets::field(ui, "Redirect address", hint, |ui| {
            paste.address.show(ui, false, "")
        });
        if std::mem::take(&mut paste.is_new) {
            field.request_focus();
        }
        let is_filled = !paste.address.is_empty();
        let button = ui.add_enabled_ui(is_filled, |ui| {
            widgets::button(ui, Weight::Plain, "Continue")
        });
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
