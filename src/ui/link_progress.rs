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
    let can_be_rescued = link.has_address && link.device.is_none() && is_waiting;
    let is_tight = ui.available_width() < TIGHT;
    if can_be_rescued && is_tight {
        link_rescue::link_rescue_ui(ui, pass, link);
    }
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, step) in link.steps.iter().enumerate() {
            step_ui(ui, pass, link, (place + 1, step));
        }
    });
    if can_be_rescued && !is_tight {
        link_rescue::link_rescue_ui(ui, pass, link);
    }
    if is_waiting {
        below_ui(ui, pass, link);
    }
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
        certificate::expected_ui(ui, certificate, link.certificate_refusals > 0);
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

/// Under this width what can be done stands above the steps, because it takes more lines there.
const TIGHT: f32 = 560.0;

const CANCEL: &str = "Cancel sign-in";

fn step_ui(ui: &mut Ui, pass: &mut Pass<'_>, link: &LinkCard, numbered: (usize, &StepCard)) {
    let tokens = Tokens::of(ui);
    let (number, step) = numbered;
    let title = steps::step(step.step, step.state, &link.sign_in_host);
    let note = note(step, link);
    let aside = aside(pass, link, step);
    let color = match step.state {
        StepState::Ahead | StepState::Skipped => tokens.faint,
        StepState::Active { .. } | StepState::Done { .. } | StepState::Failed => tokens.text,
    };
    let painter = ui.painter().clone();
    let time = painter.layout_no_wrap(aside.clone(), fonts::regular(TINY), tokens.muted);
    let room = (ui.available_width() - STEP_INDENT - time.size().x - 12.0).max(80.0);
    let titled = painter.layout(title.clone(), fonts::medium(BODY), color, room);
    let noted = note
        .clone()
        .map(|note| painter.layout(note, fonts::regular(TINY), tokens.muted, room));
    let below = noted.as_ref().map_or(0.0, |noted| noted.size().y + 1.0);
    let size = vec2(ui.available_width(), titled.size().y + below + STEP_AIR);
    let (rect, row) = ui.allocate_exact_size(size, Sense::hover());
    let top = rect.top() + 8.0;
    let middle = top + titled.rows.first().map_or(9.0, |row| row.size.y / 2.0);
    circle(ui, pos2(rect.left() + 10.0, middle), number, step.state);
    let right = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right(), middle), time.size());
    painter.galley(right.min, time, tokens.muted);
    let place = Rect::from_min_size(pos2(rect.left() + STEP_INDENT, top), titled.size());
    painter.galley(place.min, titled, color);
    let spoken = spoken(&title, &aside, step.state);
    widgets::told(ui, row.id.with("title"), place, &spoken);
    if let (Some(note), Some(noted)) = (note, noted) {
        let place = Rect::from_min_size(place.left_bottom() + vec2(0.0, 2.0), noted.size());
        painter.galley(place.min, noted, tokens.muted);
        widgets::told(ui, row.id.with("note"), place, &note);
    }
}

/// From the circle of a step to its words.
const STEP_INDENT: f32 = 34.0;

/// What a step is higher than its words.
const STEP_AIR: f32 = 21.0;

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
