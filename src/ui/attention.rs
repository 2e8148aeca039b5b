//! Coming and going between the window and the browser: when the window should come forward, when the clipboard is worth a look.
//!
//! Moves no window and reads no clipboard; it says when.

use std::collections::BTreeSet;

use egui::{Event, Ui};

use super::pass::Pass;
use crate::bridge::{Command, LinkCard, LinkOutcome, ProblemKind, Snapshot, WayHome};
use crate::ids::FlowId;

/// Which attempts have already been told to a person who was elsewhere.
#[derive(Debug, Default)]
pub struct Attention {
    told: BTreeSet<FlowId>,
}

impl Attention {
    /// Whether the window should come forward: an attempt of this run has come to something, for the first time, while the person was elsewhere.
    pub fn is_due(&mut self, snapshot: &Snapshot, is_focused: bool) -> bool {
        let mut is_due = false;
        for link in snapshot.links.iter().filter(|link| has_news(link)) {
            is_due |= self.told.insert(link.flow);
        }
        is_due && !is_focused
    }
}

/// Whether an attempt has come to something that its person has not done just now.
fn has_news(link: &LinkCard) -> bool {
    match &link.outcome {
        Some(LinkOutcome::Failed { problem }) => problem.kind != ProblemKind::Canceled,
        Some(LinkOutcome::Linked { .. }) => true,
        None => link.question.is_some(),
    }
}

/// Once for each time the window is come back to, every attempt that waits for an address has the clipboard looked at.
pub(super) fn look_at_clipboard(ui: &Ui, pass: &mut Pass<'_>) {
    let comes_back = ui.input(|input| {
        let mut events = input.events.iter();
        events.any(|event| *event == Event::WindowFocused(true))
    });
    if !comes_back {
        return;
    }
    let snapshot = pass.snapshot;
    for link in snapshot.links.iter().filter(|link| waits(link)) {
        pass.send(Command::LookAtClipboard { flow: link.flow });
    }
}

/// Whether an address can complete it.
fn waits(link: &LinkCard) -> bool {
    let is_open = link.outcome.is_none() && link.question.is_none();
    is_open && link.has_address && link.way_home != WayHome::Asked
}
