//! What the test of a set-up showed, saved or not.
//!
//! Knows nothing of how it was tested.

use egui::Ui;

use super::fonts::{self, SMALL};
use super::pass::Pass;
use super::problem_card::{notice, problem_words_ui};
use super::theme::{Tokens, Tone};
use super::widgets::{self, words};
use crate::bridge::{ClientTest, ClientTestOutcome};
use crate::text::{set_up, time};

/// Paints the result, with how long ago it was.
pub(super) fn client_test_ui(ui: &mut Ui, pass: &mut Pass<'_>, test: &ClientTest) {
    let tokens = Tokens::of(ui);
    let age = test.at.map(|at| pass.ticking(time::ago(pass.now, at)));
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.horizontal(|ui| {
            widgets::card_title(ui, "Test of the set-up");
            if let Some(age) = age {
                widgets::line(ui, words(age, fonts::regular(SMALL), tokens.muted));
            }
        });
        match &test.outcome {
            ClientTestOutcome::Testing => {
                widgets::chip(ui, Tone::Off, "Testing…");
            }
            ClientTestOutcome::Recognized => notice(ui, "It works as far as can be told"),
            ClientTestOutcome::NotTold => {
                widgets::chip(ui, Tone::Off, "Not told before a sign-in");
            }
            ClientTestOutcome::Failed(kind) => {
                widgets::chip(ui, Tone::Bad, "It would not work");
                problem_words_ui(ui, kind);
            }
        }
        if let Some(told) = set_up::test(&test.outcome) {
            widgets::paragraph(ui, words(told, fonts::regular(SMALL), tokens.muted));
        }
    });
}
