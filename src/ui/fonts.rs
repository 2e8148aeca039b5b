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
    let mono = include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf");
    let mono = FontData::from_owned(without_ligatures(mono));
    fonts.font_data.insert("mono".into(), Arc::new(mono));
    let faces: [(&str, &'static [u8]); 3] = [
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

/// The font without its table of substitutions, under a name nobody looks for.
///
/// It would draw `://` as one sign with a gap before it, in addresses people are asked to compare letter by letter.
fn without_ligatures(font: &[u8]) -> Vec<u8> {
    let mut font = font.to_vec();
    let place = font.windows(4).position(|tag| tag == b"GSUB");
    // The new name keeps the order of the font's directory, which is sorted.
    let tag = place.and_then(|place| font.get_mut(place..place + 4));
    if let Some(tag) = tag {
        tag.copy_from_slice(b"GSUX");
    }
    font
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_an_address_stay_letters() {
        let options = egui::epaint::text::TextOptions::default();
        let mut fonts = egui::epaint::text::Fonts::new(options, definitions());
        // At this size every letter begins on a whole point, so equal letters are the same picture.
        let galley = fonts.with_pixels_per_point(1.0).layout_no_wrap(
            "/ab://".into(),
            mono(TITLE),
            egui::Color32::WHITE,
        );
        let glyphs = galley.rows.iter().flat_map(|row| &row.row.glyphs);
        let slashes: Vec<_> = glyphs.filter(|glyph| glyph.chr == '/').collect();
        assert_eq!(slashes.len(), 3);
        for slash in &slashes {
            assert_eq!(slash.uv_rect, slashes[0].uv_rect);
        }
    }
}
