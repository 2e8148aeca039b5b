//! What tests start from and look through.
//!
//! Knows nothing of what is tested.

pub(crate) mod cards;
pub(crate) mod outline;
pub(crate) mod sign_ins;

use std::cell::RefCell;
use std::rc::Rc;

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, Node};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use linkdesk::bridge::{Command, Snapshot};
use linkdesk::ui::{self, ViewState};

/// The window in front of a snapshot, with what it has asked for so far.
pub(crate) struct Desk {
    /// The window.
    pub window: Harness<'static, State>,
    sent: Rc<RefCell<Vec<Command>>>,
}

/// What the window is shown.
pub(crate) struct State {
    pub now: Timestamp,
    pub snapshot: Snapshot,
    pub view: ViewState,
    sent: Rc<RefCell<Vec<Command>>>,
}

impl eframe::App for State {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let zone = zone();
        let commands = ui::window_ui(ui, self.now, &zone, &self.snapshot, &mut self.view);
        self.sent.borrow_mut().extend(commands);
    }
}

/// An hour ahead of UTC all year, so that a clock time never depends on the machine.
pub(crate) fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(1))
}

impl Desk {
    /// The window as designed: 1180 by 740, dark.
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Self::sized(snapshot, [1180.0, 740.0], egui::Theme::Dark)
    }

    /// The window in another size or theme.
    pub(crate) fn sized(snapshot: Snapshot, size: [f32; 2], theme: egui::Theme) -> Self {
        let sent = Rc::new(RefCell::new(Vec::new()));
        let into = Rc::clone(&sent);
        let window = Harness::builder()
            .with_size(size)
            .with_theme(theme)
            .with_os(egui::os::OperatingSystem::Nix)
            .build_eframe(|creation| {
                ui::install(&creation.egui_ctx);
                State {
                    now: cards::now(),
                    snapshot,
                    view: ViewState::default(),
                    sent: into,
                }
            });
        let mut desk = Self { window, sent };
        desk.window.run();
        desk
    }

    /// What the person has asked for since this was last called.
    pub(crate) fn sent(&mut self) -> Vec<Command> {
        self.window.run();
        self.sent.take()
    }

    /// Presses what has this name.
    pub(crate) fn press(&mut self, name: &str) {
        self.window.get_by_label(name).click();
        self.window.run();
    }

    /// Presses the button of this name, where other things have it too.
    pub(crate) fn press_button(&mut self, name: &str) {
        self.window
            .get_by_role_and_label(Role::Button, name)
            .click();
        self.window.run();
    }

    /// Opens the choice of this name.
    pub(crate) fn open(&mut self, name: &str) {
        self.choice(name).click();
        self.window.run();
    }

    /// The choice of this name.
    pub(crate) fn choice<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.window.get_by_role_and_label(Role::ComboBox, name)
    }

    /// Types into the field of this name.
    pub(crate) fn fill(&mut self, name: &str, text: &str) {
        self.field(name).focus();
        self.window.run();
        self.field(name).type_text(text);
        self.window.run();
    }

    fn field<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.window
            .query_by_role_and_label(Role::TextInput, name)
            .or_else(|| {
                self.window
                    .query_by_role_and_label(Role::PasswordInput, name)
            })
            .unwrap_or_else(|| panic!("no field named {name}"))
    }

    /// What was put into the clipboard when what has this name was pressed.
    pub(crate) fn copied_by(&mut self, name: &str) -> Option<String> {
        self.window.get_by_label(name).click();
        self.window.step();
        let output = &self.window.output().platform_output;
        let copied = output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        self.window.run();
        copied
    }

    /// How long nothing would be painted.
    pub(crate) fn repaint_after(&self) -> std::time::Duration {
        self.window
            .output()
            .viewport_output
            .values()
            .map(|viewport| viewport.repaint_delay)
            .min()
            .unwrap_or(std::time::Duration::MAX)
    }

    /// The worker publishes something else.
    pub(crate) fn publish(&mut self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.window.state_mut().snapshot);
        self.window.run();
    }

    /// Time goes by.
    pub(crate) fn advance(&mut self, by: SignedDuration) {
        self.window.state_mut().now += by;
        self.window.run();
    }
}
