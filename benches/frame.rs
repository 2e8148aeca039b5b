//! How much longer a frame takes with 10,000 accounts than with 10, without a window or a graphics card.
//!
//! ```text
//! cargo bench --bench frame
//! ```
//!
//! Prints both and their ratio; ends with an error when an aim is missed. Knows nothing of painting.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    dead_code,
    reason = "a measurement for people, on the cards of the tests"
)]

#[path = "../tests/it/support/cards.rs"]
mod cards;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use linkdesk::bridge::Snapshot;
use linkdesk::ui::{self, ViewState};

/// Frames that are measured; the middle one counts.
const FRAMES: usize = 201;

/// How much longer a frame may take with 10,000 accounts than with 10.
const AIM: f64 = 1.5;

/// How long a frame may take that searches them.
const SEARCH_AIM: Duration = Duration::from_millis(50);

fn input() -> egui::RawInput {
    let size = egui::vec2(1180.0, 740.0);
    egui::RawInput {
        screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size)),
        ..egui::RawInput::default()
    }
}

/// How long a frame takes in the middle of many; with something to search for, each one searches anew.
fn frame(snapshot: &Snapshot, query: &str) -> Duration {
    let ctx = egui::Context::default();
    ui::install(&ctx);
    let mut view = ViewState::searching(query);
    let mut times: Vec<Duration> = (0..FRAMES)
        .map(|_| {
            if !query.is_empty() {
                view = ViewState::searching(query);
            }
            let begun = Instant::now();
            let mut output = ctx.run_ui(input(), |ui| {
                ui::window_ui(ui, cards::now(), &TimeZone::UTC, snapshot, &mut view);
            });
            let shapes = ctx.tessellate(output.shapes, output.pixels_per_point);
            assert!(!shapes.is_empty());
            // Nobody paints it.
            output.textures_delta.clear();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times.get(FRAMES / 2).copied().unwrap()
}

fn main() -> ExitCode {
    let few = frame(&cards::many(10), "");
    let many = frame(&cards::many(10_000), "");
    let search = frame(&cards::many(10_000), "account 0777");
    let ratio = many.as_secs_f64() / few.as_secs_f64();
    println!("10 accounts      {few:>10.2?}");
    println!("10,000 accounts  {many:>10.2?}");
    println!("searching them   {search:>10.2?}");
    let verdict = |is_met: bool| if is_met { "ok" } else { "missed" };
    let (is_flat, is_quick) = (ratio <= AIM, search <= SEARCH_AIM);
    println!(
        "{:<8}ratio {ratio:.2}, aim: at most {AIM}",
        verdict(is_flat)
    );
    println!(
        "{:<8}searching, aim: at most {SEARCH_AIM:?}",
        verdict(is_quick)
    );
    if is_flat && is_quick {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
