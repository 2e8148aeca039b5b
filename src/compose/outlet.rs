//! Where secrets go that a person asked for: the clipboard of the window, the standard output of the command line.
//!
//! Keeps nothing.

use std::sync::OnceLock;

use url::Url;

use crate::cli::Handover;
use crate::platform::Outlet;

/// The window's clipboard, once there is a window.
#[derive(Debug, Default)]
pub struct WindowOutlet {
    window: OnceLock<egui::Context>,
}

/// The command line's standard output.
#[derive(Clone, Debug)]
pub struct TerminalOutlet(pub Handover);

impl WindowOutlet {
    /// Says which window's clipboard it is.
    pub fn attach(&self, window: egui::Context) {
        // There is one window in a run; a second attachment changes nothing.
        drop(self.window.set(window));
    }

    fn copy(&self, text: &str) {
        if let Some(window) = self.window.get() {
            window.copy_text(text.to_owned());
            window.request_repaint();
        }
    }
}

impl Outlet for WindowOutlet {
    fn address_ready(&self, _address: &Url, _redirect_uri: &str) {}

    fn copy_address(&self, address: &Url) {
        self.copy(address.as_str());
    }

    fn hand_out(&self, token: &str) {
        self.copy(token);
    }
}

impl Outlet for TerminalOutlet {
    fn address_ready(&self, address: &Url, redirect_uri: &str) {
        self.0.address_ready(address.as_str(), redirect_uri);
    }

    fn copy_address(&self, address: &Url) {
        self.0.address_ready(address.as_str(), "");
    }

    fn hand_out(&self, token: &str) {
        self.0.hand_out(token);
    }
}
