//! A sign-in under way: the steps with their times, the one that waits, and the ways out, always in sight.
//!
//! Knows no address: the card holds none.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::fonts::{self, BODY, SMALL, TINY};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::problem_card;
use super::theme::{Tokens, Tone};
use super::widgets::{self, Weight, words};
use super::{bands, certificate, device_code, link_question, link_rescue};
use crate::bridge::{Command, LinkCard, LinkOutcome, LinkStep, StepCard, StepState, WayHome};
use crate::text::{foreign, steps, time};

/// Paints an attempt.
pub(super) fn link_progress_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    header(ui, pass, link);
    if let Some(LinkOutcome::Failed { problem }) = &link.outcome {
        problem_card::problem_card_ui(ui, pass, problem);
    }
    let is_waiting = link.outcome.is_none() && link.question.is_none();
    if let Some(question) = link.question.as_ref().filter(|_| link.outcome.is_none()) {
        link_question::link_question_ui(ui, pass, link, question);
    }
    if let Some(device) = link.device.as_ref().filter(|_| is_waiting) {
        device_code::device_code_ui(ui, pass, link, device);
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
    if link.has_address && link.device.is_none() && is_waiting {
        link_rescue::link_rescue_ui(ui, pass, link);
    }
    below_ui(ui, pass, link);
}

/// What is worth knowing while it waits, below what can be done about it.
fn below_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard) {
    if let Some(trouble) = &link.trouble {
        problem_card::problem_card_ui(ui, pass, trouble);
    }
    if let WayHome::LoopbackTls {
        certificate: Some(certificate),
    } = &link.way_home
    {
        certificate::expected_ui(ui, certificate);
    }
    for note in &link.notes {
        bands::band(ui, Tone::Warn, &foreign(note));
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
        (LinkStep::AwaitAuthorization, StepState::Active { .. }) => {
            Some(steps::awaiting(link).into())
        }
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
