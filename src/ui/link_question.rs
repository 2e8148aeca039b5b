//! The question an attempt has come to: tokens came for somebody else than was expected.
//!
//! Decides nothing. Enter presses the answer that takes nothing away, once; the others have to be chosen.

use egui::accesskit::Role;
use egui::{Response, Ui, UiBuilder, vec2};

use super::fonts::{self, BODY, SMALL};
use super::pass::Pass;
use super::theme::{Tokens, Tone};
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, LinkAnswer, LinkCard, LinkQuestion, QuestionKind};
use crate::text::foreign;

/// Paints the question.
pub(super) fn link_question_ui(
    ui: &mut Ui,
    pass: &mut Pass<'_>,
    link: &LinkCard,
    question: &LinkQuestion,
) {
    let tokens = Tokens::of(ui);
    let builder = UiBuilder::new()
        .id_salt(("question", link.flow))
        .accessibility_role(Role::Group)
        .accessibility_label("Question");
    let edge = tokens.tone(Tone::Accent).gamma_multiply(0.7);
    let answer = ui.scope_builder(builder, |ui| {
        widgets::card_frame(tokens.panel, edge)
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 6.0;
                let [asked, below] = sentences(question);
                widgets::paragraph(ui, words(asked, fonts::medium(BODY), tokens.text));
                widgets::paragraph(ui, words(below, fonts::regular(SMALL), tokens.muted));
                ui.add_space(6.0);
                answers_ui(ui, pass, link, question)
            })
            .inner
    });
    if let Some(answer) = answer.inner {
        let flow = link.flow;
        pass.send(Command::AnswerLink { flow, answer });
    }
}

/// What happened, and what the answers mean.
fn sentences(question: &LinkQuestion) -> [String; 2] {
    let label = foreign(&question.label);
    let signed_in = foreign(&question.signed_in);
    match question.kind {
        QuestionKind::SamePerson => [
            format!("{signed_in} is linked already, as {label}"),
            format!(
                "Renewing gives {label} the new tokens; its name, order and history stay. Keeping both makes a second account of the same person."
            ),
        ],
        QuestionKind::OtherPerson => [
            format!(
                "You signed in as {signed_in}, but {label} belongs to {}",
                foreign(&question.theirs)
            ),
            format!("Nothing has changed yet. Replacing takes the old tokens away from {label}."),
        ],
    }
}

fn answers_ui(
    ui: &mut Ui,
    pass: &mut Pass<'_>,
    link: &LinkCard,
    question: &LinkQuestion,
) -> Option<LinkAnswer> {
    let label = foreign(&question.label);
    let (replace, keep) = match question.kind {
        QuestionKind::SamePerson => (format!("Renew {label}"), "Keep both"),
        QuestionKind::OtherPerson => (format!("Replace {label}"), "Keep as a new account"),
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(10.0, 8.0);
        let mut chosen = None;
        let mut answer = |response: Response, answer| {
            if response.clicked() {
                chosen = Some(answer);
            }
        };
        if question.kind == QuestionKind::SamePerson {
            let first = widgets::button(ui, Weight::Primary, &replace);
            offer_first(ui, pass, link, &first);
            answer(first, LinkAnswer::Replace);
            let second = widgets::button(ui, Weight::Plain, keep);
            answer(second, LinkAnswer::KeepBoth);
        } else {
            let first = widgets::button(ui, Weight::Primary, keep);
            offer_first(ui, pass, link, &first);
            answer(first, LinkAnswer::KeepBoth);
            let second = widgets::button(ui, Weight::Danger, &replace);
            answer(second, LinkAnswer::Replace);
        }
        let discard = widgets::button(ui, Weight::Plain, "Discard");
        answer(discard, LinkAnswer::Discard);
        chosen
    })
    .inner
}

/// The keyboard goes to the answer that loses nothing, once, and only where it is on nothing else.
fn offer_first(ui: &Ui, pass: &mut Pass<'_>, link: &LinkCard, response: &Response) {
    if pass.view.asked == Some(link.flow) {
        return;
    }
    pass.view.asked = Some(link.flow);
    if ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
}
