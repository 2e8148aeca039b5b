//! Figures whose digits all take the same room, so that a countdown does not tremble.
//!
//! Inter has such digits, but the toolkit offers no font features, so each digit gets a cell. Knows nothing of what is counted.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, pos2, vec2};

/// Paints figures and returns where they are.
pub(super) fn figures(
    painter: &Painter,
    at: Pos2,
    anchor: Align2,
    text: &str,
    look: (FontId, Color32),
) -> Rect {
    let (font, color) = look;
    let cell = painter.fonts_mut(|fonts| {
        ('0'..='9')
            .map(|digit| fonts.glyph_width(&font, digit))
            .fold(0.0, f32::max)
    });
    let runs: Vec<_> = runs(text)
        .map(|run| {
            let galley = painter.layout_no_wrap(run.into(), font.clone(), color);
            let is_digit = run.len() == 1 && run.bytes().all(|byte| byte.is_ascii_digit());
            let width = if is_digit { cell } else { galley.size().x };
            (galley, width)
        })
        .collect();
    let width = runs.iter().map(|(_, width)| width).sum();
    let height = runs
        .iter()
        .map(|(galley, _)| galley.size().y)
        .fold(0.0, f32::max);
    let rect = anchor.anchor_size(at, vec2(width, height));
    let mut x = rect.left();
    for (galley, width) in runs {
        let inset = (width - galley.size().x) / 2.0;
        painter.galley(pos2(x + inset, rect.top()), galley, color);
        x += width;
    }
    rect
}

/// Single digits, and everything between them in one piece.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|c: char| c.is_ascii_digit())
        .flat_map(|piece| {
            let digit = piece.chars().next_back().filter(char::is_ascii_digit);
            let (rest, digit) = piece.split_at(piece.len() - digit.map_or(0, char::len_utf8));
            [rest, digit].into_iter().filter(|run| !run.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_alone_and_the_rest_stays_together() {
        let split: Vec<_> = runs("3 d 04:12").collect();
        assert_eq!(split, ["3", " d ", "0", "4", ":", "1", "2"]);
        assert_eq!(runs("Expired").collect::<Vec<_>>(), ["Expired"]);
    }
}
