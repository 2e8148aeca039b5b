//! The glue between the window system and the window's content.
//!
//! Knows neither a clock nor a zone of its own; both are handed in.

use std::fmt;
use std::sync::Arc;

use eframe::egui;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bridge::{Snapshot, UiEnd};
use crate::ui::{self, ViewState};

/// The time, as the window is to show it.
pub type Now = Box<dyn Fn() -> Timestamp>;

/// The window's program.
pub struct App {
    end: UiEnd,
    now: Now,
    zone: TimeZone,
    snapshot: Arc<Snapshot>,
    view: ViewState,
    has_noticed_stop: bool,
}

/// The window's icon, 256 points square.
pub const ICON: &[u8] = include_bytes!("../assets/icons/linkdesk.png");

impl App {
    /// Prepares a context and joins it to the worker.
    pub fn new(ctx: &egui::Context, end: UiEnd, now: Now, zone: TimeZone) -> Self {
        ui::install(ctx);
        let snapshot = end.snapshot();
        Self {
            end,
            now,
            zone,
            snapshot,
            view: ViewState::default(),
            has_noticed_stop: false,
        }
    }

    /// Takes the newest snapshot; once the worker has stopped, the last one stays with a word about it.
    fn drain(&mut self) {
        if self.end.is_worker_alive() {
            self.snapshot = self.end.snapshot();
        } else if !self.has_noticed_stop {
            self.has_noticed_stop = true;
            let last = self.end.snapshot();
            self.snapshot = Arc::new(ui::worker_stopped(&last, (self.now)()));
        }
    }

    fn paint(&mut self, ui: &mut egui::Ui) {
        let snapshot = Arc::clone(&self.snapshot);
        let now = (self.now)();
        for command in ui::window_ui(ui, now, &self.zone, &snapshot, &mut self.view) {
            // A command that can't be sent means that the worker has stopped, which the next frame shows.
            if self.end.send(command).is_none() {
                ui.ctx().request_repaint();
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, _ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.drain();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.paint(ui);
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("App").finish_non_exhaustive()
    }
}
