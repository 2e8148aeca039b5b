//! Two redirect URIs under each other: the one that was used and the one that is registered, with where they differ.
//!
//! The differing part is told by weight, by an underline and, to screen readers, by a word; never by color alone.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Label, Stroke, Ui, WidgetInfo};

use super::fonts::{self, SMALL, TINY};
use super::theme::Tokens;
use super::widgets::{self, Weight, words};
use crate::text::foreign;
use crate::text::redirect::{Difference, difference};

/// Paints both, or the one where they are equal, with a button that copies what was used.
pub(super) fn redirect_pair_ui(ui: &mut Ui, used: &str, registered: &str) {
    let [used_shown, registered_shown] = [used, registered].map(foreign);
    let found = difference(&used_shown, &registered_shown);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add_space(4.0);
        address_ui(ui, "Used", &found, &found.one);
        if used != registered {
            ui.add_space(4.0);
            address_ui(ui, "Registered", &found, &found.other);
        }
        ui.add_space(6.0);
        if widgets::button(ui, Weight::Plain, "Copy redirect URI").clicked() {
            ui.ctx().copy_text(used.to_owned());
        }
        ui.add_space(2.0);
    });
}

fn address_ui(ui: &mut Ui, name: &str, found: &Difference, part: &str) {
    let tokens = Tokens::of(ui);
    widgets::line(ui, words(name, fonts::medium(TINY), tokens.muted));
    let label = ui.add(Label::new(job(ui, found, part)).wrap().selectable(true));
    let Difference { before, after, .. } = found;
    let whole = format!("{before}{part}{after}");
    let spoken = if found.one == found.other {
        format!("{name}, {whole}")
    } else if part.is_empty() {
        format!("{name}, {whole}, differs, a part is missing")
    } else {
        format!("{name}, {whole}, differs in {part}")
    };
    label.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Label, true, spoken.as_str()));
}

/// What both have in common stands back, what differs is underlined.
fn job(ui: &Ui, found: &Difference, part: &str) -> LayoutJob {
    let tokens = Tokens::of(ui);
    let is_different = found.one != found.other;
    let common = if is_different {
        tokens.muted
    } else {
        tokens.text
    };
    let format = |color: Color32, underline| TextFormat {
        font_id: fonts::mono(SMALL),
        color,
        underline,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    job.append(&found.before, 0.0, format(common, Stroke::NONE));
    let underline = Stroke::new(1.5, tokens.text);
    job.append(part, 0.0, format(tokens.text, underline));
    job.append(&found.after, 0.0, format(common, Stroke::NONE));
    job
}
