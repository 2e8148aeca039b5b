//! The glue between the window system and the window's content.
//!
//! Knows neither a clock nor a zone of its own; both are handed in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{self, UserAttentionType, ViewportCommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::bridge::{Snapshot, UiEnd};
use crate::ids::ProviderId;
use crate::secret::Secret;
use crate::ui::{self, Attention, ViewState};

/// The time, as the window is to show it.
pub type Now = Box<dyn Fn() -> Timestamp>;

/// Lets the person choose a credentials file, without holding up the window.
pub type ChooseFile = Box<dyn Fn(Chosen)>;

/// Called with the chosen file's text, or why it can't be read, from whatever thread; dropped where none was chosen.
pub type Chosen = Box<dyn FnOnce(Result<Secret, String>) + Send>;

/// What was chosen, and for whose set-up, until the next frame takes it.
type ChosenFile = Arc<Mutex<Option<(ProviderId, Result<Secret, String>)>>>;

/// The window's program.
pub struct App {
    end: UiEnd,
    now: Now,
    zone: TimeZone,
    snapshot: Arc<Snapshot>,
    view: ViewState,
    attention: Attention,
    choose_file: ChooseFile,
    chosen: ChosenFile,
    has_noticed_stop: bool,
}

/// The window's icon, 256 points square.
pub const ICON: &[u8] = include_bytes!("../assets/icons/linkdesk.png");

impl App {
    /// Prepares a context and joins it to the worker.
    pub fn new(
        ctx: &egui::Context,
        end: UiEnd,
        now: Now,
        zone: TimeZone,
        choose_file: ChooseFile,
    ) -> Self {
        ui::install(ctx);
        let snapshot = end.snapshot();
        Self {
            end,
            now,
            zone,
            snapshot,
            view: ViewState::default(),
            attention: Attention::default(),
            choose_file,
            chosen: ChosenFile::default(),
            has_noticed_stop: false,
        }
    }

    /// Brings the window forward where a sign-in has come to something while the person was in the browser.
    fn come_forward(&mut self, ctx: &egui::Context) {
        let is_focused = ctx.input(|input| input.focused);
        if self.attention.is_due(&self.snapshot, is_focused) {
            ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
            ctx.send_viewport_cmd(ViewportCommand::Focus);
            let attention = UserAttentionType::Informational;
            ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(attention));
        }
    }

    /// Passes on the wish for a credentials file, and takes the one that was chosen.
    fn exchange_files(&mut self, ctx: &egui::Context) {
        if let Some(provider) = self.view.take_file_wish() {
            let (chosen, ctx) = (Arc::clone(&self.chosen), ctx.clone());
            (self.choose_file)(Box::new(move |text| {
                let mut slot = chosen.lock().unwrap_or_else(PoisonError::into_inner);
                *slot = Some((provider, text));
                ctx.request_repaint();
            }));
        }
        let chosen = self
            .chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((provider, text)) = chosen {
            self.view.receive_file(&provider, text);
            ctx.request_repaint();
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

    /// Asks before the window closes where tokens would be lost with it.
    fn keep_open(&mut self, ctx: &egui::Context) {
        let closes = ctx.input(|input| input.viewport().close_requested());
        if closes && self.view.asks_before_quitting(&self.snapshot) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            ctx.request_repaint();
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
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.drain();
        self.keep_open(ctx);
        self.come_forward(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.paint(ui);
        self.exchange_files(ui.ctx());
        if self.view.quits() {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("App").finish_non_exhaustive()
    }
}
