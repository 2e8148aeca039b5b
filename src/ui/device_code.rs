//! Signing in on another device: the code in large letters, where to enter it, how long it holds (RFC 8628 §3.3).
//!
//! Knows no device code: only the one that is meant to be seen.

use egui::text::{LayoutJob, TextFormat};
use egui::{Label, Ui, WidgetInfo, vec2};

use super::fonts::{self, DISPLAY, SMALL};
use super::pass::Pass;
use super::theme::{LETTER_SPACING, Tokens};
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, DeviceCard, LinkCard};
use crate::text::{foreign, time};

/// Paints the code, while it can be entered.
pub(super) fn device_code_ui(
    ui: &mut Ui,
    pass: &mut Pass<'_>,
    link: &LinkCard,
    device: &DeviceCard,
) {
    let tokens = Tokens::of(ui);
    widgets::card(ui, |ui| {
        widgets::card_title(ui, "Enter this code where you sign in");
        code_ui(ui, device);
        let address = words(
            foreign(&device.verification_uri),
            fonts::mono(SMALL),
            tokens.text,
        );
        widgets::selectable(ui, address);
        let left = time::left(pass.now, device.expires_at);
        let left = format!("The code holds for another {}", pass.ticking(left));
        widgets::line(ui, words(left, fonts::regular(SMALL), tokens.muted));
        ui.add_space(2.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(10.0, 8.0);
            if widgets::button(ui, Weight::Primary, "Copy code").clicked() {
                ui.ctx().copy_text(device.user_code.clone());
            }
            if widgets::button(ui, Weight::Plain, "Open browser again").clicked() {
                pass.send(Command::OpenBrowserAgain { flow: link.flow });
            }
            if widgets::button(ui, Weight::Plain, "Copy address").clicked() {
                // What is copied is what stands above, without the code in it.
                ui.ctx().copy_text(device.verification_uri.clone());
            }
        });
    });
}

fn code_ui(ui: &mut Ui, device: &DeviceCard) {
    let code = foreign(&device.user_code);
    let format = TextFormat {
        font_id: fonts::mono(DISPLAY),
        color: Tokens::of(ui).text,
        extra_letter_spacing: LETTER_SPACING,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    job.append(&code, 0.0, format);
    let label = ui.add(Label::new(job).wrap().selectable(true));
    label.widget_info(|| {
        WidgetInfo::labeled(egui::accesskit::Role::Label, true, format!("Code {code}"))
    });
}
