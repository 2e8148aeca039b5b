//! The two families and the five sizes everything is set in.
//!
//! Knows nothing of colors. The files and their licenses are in `assets/fonts`.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};

/// Figures one looks at.
pub(super) const DISPLAY: f32 = 26.0;
/// Page titles.
pub(super) const TITLE: f32 = 20.0;
/// What is read.
pub(super) const BODY: f32 = 14.0;
/// What stands beside it.
pub(super) const SMALL: f32 = 13.0;
/// What is looked up.
pub(super) const TINY: f32 = 12.0;

const MEDIUM: &str = "medium";
const SEMIBOLD: &str = "semibold";

/// Running text.
pub(super) fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Names, buttons, headings of cards.
pub(super) fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// Titles and big figures.
pub(super) fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// Account numbers, times, requests.
pub(super) fn mono(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Inter and JetBrains Mono; each falls back on the other's regular face.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let faces: [(&str, &'static [u8]); 4] = [
        (
            "inter",
            include_bytes!("../../assets/fonts/Inter-Regular.otf"),
        ),
        (
            "inter-medium",
            include_bytes!("../../assets/fonts/Inter-Medium.otf"),
        ),
        (
            "inter-semibold",
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
        ),
        (
            "mono",
            include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
    ];
    for (name, bytes) in faces {
        fonts
            .font_data
            .insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    let families: [(FontFamily, [&str; 2]); 4] = [
        (FontFamily::Proportional, ["inter", "mono"]),
        (FontFamily::Name(MEDIUM.into()), ["inter-medium", "mono"]),
        (
            FontFamily::Name(SEMIBOLD.into()),
            ["inter-semibold", "mono"],
        ),
        (FontFamily::Monospace, ["mono", "inter"]),
    ];
    for (family, names) in families {
        fonts
            .families
            .insert(family, names.map(Into::into).to_vec());
    }
    fonts
}
