//! The empty eframe window that everything is compared with.
//!
//! Knows nothing of Linkdesk but the size its window opens with.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use eframe::egui;

use crate::Result;

/// Makes this executable the empty window. A path after it makes the window paint once a second and write there how
/// often it has painted.
pub(crate) const ARGUMENT: &str = "--empty-window";

/// The size Linkdesk's window opens with, in points.
const SIZE: [f32; 2] = [1180.0, 740.0];

/// Paints a panel with nothing on it.
struct Empty {
    tally: Option<PathBuf>,
    frames: u64,
}

impl eframe::App for Empty {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |_| ());
        if let Some(tally) = &self.tally {
            self.frames += 1;
            // Whoever reads it finds out that it is missing.
            drop(fs::write(tally, self.frames.to_string()));
            ui.ctx().request_repaint_after(Duration::from_secs(1));
        }
    }
}

/// Opens it and returns when it is closed.
pub(crate) fn open(tally: Option<PathBuf>) -> Result<()> {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(SIZE),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    let app = Empty { tally, frames: 0 };
    Ok(eframe::run_native(
        "Empty",
        options,
        Box::new(|_| Ok(Box::new(app))),
    )?)
}
