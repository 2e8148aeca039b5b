//! The certificate of this installation: its fingerprint to compare, when it ends, and making one.
//!
//! Knows nothing of keys; a certificate is no secret.

use egui::accesskit::Role;
use egui::{Ui, WidgetInfo};

use super::fonts::{self, SMALL, TINY};
use super::pass::Pass;
use super::theme::Tokens;
use super::widgets::{self, Weight, words};
use crate::bridge::{CertificateCard, Command};
use crate::text::{foreign, set_up, steps, time};

/// Paints the fingerprint in two lines, told in one.
fn fingerprint_ui(ui: &mut Ui, certificate: &CertificateCard) {
    let color = Tokens::of(ui).text;
    let fingerprint = foreign(&certificate.fingerprint);
    let shown = words(two_lines(&fingerprint), fonts::mono(TINY), color);
    let label = widgets::selectable(ui, shown);
    let spoken = format!("SHA-256 fingerprint {fingerprint}");
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken.as_str()));
}

fn copy_ui(ui: &mut Ui, certificate: &CertificateCard) {
    if widgets::button(ui, Weight::Plain, COPY).clicked() {
        ui.ctx().copy_text(certificate.fingerprint.clone());
    }
}

const COPY: &str = "Copy fingerprint";

/// What to compare and how, while a sign-in waits; a refusal has been told above it.
pub(super) fn expected_ui(ui: &mut Ui, certificate: &CertificateCard, is_refused: bool) {
    let color = Tokens::of(ui).muted;
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        widgets::card_title(ui, "Linkdesk’s certificate");
        if !is_refused {
            let ahead = words(steps::CERTIFICATE_AHEAD, fonts::regular(SMALL), color);
            widgets::paragraph(ui, ahead);
        }
        if ui.available_width() < TIGHT {
            fingerprint_ui(ui, certificate);
            copy_ui(ui, certificate);
            return;
        }
        let width = widgets::button_width(ui, COPY);
        let [mut left, mut right] = widgets::sides(ui, 34.0, width);
        fingerprint_ui(&mut left, certificate);
        copy_ui(&mut right, certificate);
    });
}

/// Under this width the button stands below the fingerprint.
const TIGHT: f32 = 520.0;

/// The certificate as a card of the settings.
pub(super) fn certificate_card_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    widgets::card(ui, |ui| certificate_ui(ui, pass));
}

/// The certificate, what it is for, and making one.
fn certificate_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let certificate = pass.snapshot.certificate.as_ref();
    widgets::card_title(ui, "Certificate for https redirects");
    let day = certificate.map(|it| time::day_and_clock(pass.now, it.not_after, pass.zone));
    if let Some(renew) = certificate_content_ui(ui, certificate, day) {
        pass.send(Command::MakeCertificate { renew });
    }
}

/// Paints a certificate and its end; returns whether one is to be made, and whether in place of this one.
pub(super) fn certificate_content_ui(
    ui: &mut Ui,
    certificate: Option<&CertificateCard>,
    end: Option<String>,
) -> Option<bool> {
    let color = Tokens::of(ui).muted;
    let small = |text: &str| words(text, fonts::regular(SMALL), color);
    ui.spacing_mut().item_spacing.y = 8.0;
    widgets::paragraph(ui, small(set_up::CERTIFICATE));
    let Some(certificate) = certificate else {
        widgets::paragraph(ui, small(set_up::NO_CERTIFICATE));
        let make = widgets::button(ui, Weight::Plain, "Make certificate");
        return make.clicked().then_some(false);
    };
    fingerprint_ui(ui, certificate);
    if let Some(end) = end {
        widgets::fact_words(ui, "Ends", end);
    }
    let make = ui.horizontal_wrapped(|ui| {
        copy_ui(ui, certificate);
        widgets::button(ui, Weight::Plain, "Make a new certificate").clicked()
    });
    let below = words(set_up::NEW_CERTIFICATE, fonts::regular(TINY), color);
    widgets::paragraph(ui, below);
    make.inner.then_some(true)
}

/// A fingerprint as browsers show it, broken in its middle.
fn two_lines(fingerprint: &str) -> String {
    let pairs: Vec<&str> = fingerprint.split(':').collect();
    let (first, second) = pairs.split_at(pairs.len() / 2);
    if first.is_empty() {
        return fingerprint.into();
    }
    format!("{}:\n{}", first.join(":"), second.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_broken_in_its_middle_and_nowhere_else() {
        assert_eq!(two_lines("AA:BB:CC:DD"), "AA:BB:\nCC:DD");
        assert_eq!(two_lines("AA"), "AA");
        assert_eq!(two_lines(""), "");
    }
}
