//! The few icons, painted with strokes, so that no font has to have them.
//!
//! Knows no colors but those handed in.

use std::f32::consts::TAU;

use egui::{Align2, Color32, CornerRadius, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind};
use egui::{lerp, pos2, vec2};

use super::fonts;
use super::theme::{OWN_MARK, mark_colors};
use crate::bridge::ProviderCard;
use crate::text::foreign;

/// The icons a button or a card may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    Plus,
    Check,
    Cross,
    Warning,
    Pencil,
    Sliders,
    Lock,
    ChevronRight,
    ChevronDown,
}

/// Paints an icon into a square around `center`.
pub(super) fn paint(painter: &Painter, icon: Icon, center: Pos2, size: f32, color: Color32) {
    let stroke = Stroke::new((size / 9.0).max(1.4), color);
    let at = |x: f32, y: f32| center + vec2(x - 0.5, y - 0.5) * size;
    let line = |points: &[(f32, f32)]| {
        let points = points.iter().map(|(x, y)| at(*x, *y)).collect();
        painter.line(points, stroke);
    };
    match icon {
        Icon::Plus => {
            line(&[(0.5, 0.1), (0.5, 0.9)]);
            line(&[(0.1, 0.5), (0.9, 0.5)]);
        }
        Icon::Check => line(&[(0.12, 0.55), (0.4, 0.82), (0.9, 0.22)]),
        Icon::Cross => {
            line(&[(0.15, 0.15), (0.85, 0.85)]);
            line(&[(0.85, 0.15), (0.15, 0.85)]);
        }
        Icon::Warning => {
            line(&[
                (0.5, 0.08),
                (0.96, 0.88),
                (0.04, 0.88),
                (0.5, 0.08),
                (0.96, 0.88),
            ]);
            line(&[(0.5, 0.38), (0.5, 0.62)]);
            painter.circle_filled(at(0.5, 0.75), stroke.width * 0.7, color);
        }
        Icon::Pencil => {
            line(&[
                (0.12, 0.88),
                (0.2, 0.62),
                (0.7, 0.12),
                (0.88, 0.3),
                (0.38, 0.8),
                (0.12, 0.88),
            ]);
        }
        Icon::Sliders => {
            line(&[(0.05, 0.28), (0.95, 0.28)]);
            line(&[(0.05, 0.74), (0.95, 0.74)]);
            painter.circle_filled(at(0.66, 0.28), size * 0.15, color);
            painter.circle_filled(at(0.32, 0.74), size * 0.15, color);
        }
        Icon::ChevronRight => line(&[(0.36, 0.14), (0.72, 0.5), (0.36, 0.86)]),
        Icon::ChevronDown => line(&[(0.14, 0.36), (0.5, 0.72), (0.86, 0.36)]),
        Icon::Lock => {
            let body = Rect::from_min_max(at(0.14, 0.46), at(0.86, 0.94));
            painter.rect_stroke(body, 2.0, stroke, StrokeKind::Middle);
            line(&[
                (0.28, 0.46),
                (0.28, 0.28),
                (0.38, 0.12),
                (0.62, 0.12),
                (0.72, 0.28),
                (0.72, 0.46),
            ]);
        }
    }
}

/// Linkdesk's own mark: a ring of the chain on a ground that goes from blue to violet.
pub(super) fn own_mark(painter: &Painter, rect: Rect) {
    let [from, to] = OWN_MARK;
    gradient(painter, rect, rect.width() * 0.27, from, to);
    let link = Rect::from_center_size(
        rect.center(),
        vec2(rect.width() * 0.64, rect.height() * 0.44),
    );
    painter.rect_filled(link, link.height() / 2.0, Color32::WHITE);
    let hole = Rect::from_center_size(
        rect.center(),
        vec2(rect.width() * 0.3, rect.height() * 0.13),
    );
    let middle = from.lerp_to_gamma(to, 0.5);
    painter.rect_filled(hole, hole.height() / 2.0, middle);
}

/// A rounded square whose color changes along its diagonal.
fn gradient(painter: &Painter, rect: Rect, radius: f32, from: Color32, to: Color32) {
    let mut mesh = Mesh::default();
    let color_at = |at: Pos2| {
        let along = (at - rect.min).dot(vec2(1.0, 1.0)) / (rect.width() + rect.height());
        from.lerp_to_gamma(to, along.clamp(0.0, 1.0))
    };
    mesh.colored_vertex(rect.center(), color_at(rect.center()));
    let corners = [
        (pos2(rect.max.x - radius, rect.max.y - radius), 0.0),
        (pos2(rect.min.x + radius, rect.max.y - radius), 0.25),
        (pos2(rect.min.x + radius, rect.min.y + radius), 0.5),
        (pos2(rect.max.x - radius, rect.min.y + radius), 0.75),
    ];
    let mut count = 0;
    for (center, turn) in corners {
        for step in 0_u8..=8 {
            let angle = TAU * (turn + f32::from(step) / 32.0);
            let at = center + radius * vec2(angle.cos(), angle.sin());
            mesh.colored_vertex(at, color_at(at));
            count += 1;
        }
    }
    for index in 1..=count {
        mesh.add_triangle(0, index, index % count + 1);
    }
    painter.add(Shape::mesh(mesh));
}

/// A provider's mark: its color and its initial.
pub(super) fn mark(painter: &Painter, rect: Rect, provider: Option<&ProviderCard>) {
    let (ground, letter) = mark_colors(provider.map_or(0, |card| card.color));
    let radius = (rect.width() * 0.23).round();
    painter.rect_filled(rect, radius, ground);
    let initial = provider.map_or_else(|| "?".to_owned(), |card| foreign(&card.mark));
    let size = if rect.width() > 30.0 {
        fonts::TITLE
    } else {
        fonts::TINY
    };
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        initial,
        fonts::semibold(size),
        letter,
    );
}

/// An arc with round ends, clockwise from the top.
pub(super) fn arc(painter: &Painter, center: Pos2, radius: f32, turn: f32, stroke: Stroke) {
    let steps = 96_u8;
    let at = |part: f32| {
        let angle = TAU * (part - 0.25);
        center + radius * vec2(angle.cos(), angle.sin())
    };
    let points: Vec<Pos2> = (0..=steps)
        .map(|step| at(lerp(0.0..=turn, f32::from(step) / f32::from(steps))))
        .collect();
    painter.line(points, stroke);
    for end in [0.0, turn] {
        painter.circle_filled(at(end), stroke.width / 2.0, stroke.color);
    }
}

/// A keyboard key's cap around its words, right-aligned to `right`.
pub(super) fn key_cap(painter: &Painter, right: Pos2, words: &str, colors: [Color32; 3]) {
    let [fill, line, text] = colors;
    let galley = painter.layout_no_wrap(words.into(), fonts::mono(fonts::TINY), text);
    let size = galley.size() + vec2(12.0, 4.0);
    let rect = Rect::from_min_size(right - vec2(size.x, size.y / 2.0), size);
    let radius = CornerRadius::same(4);
    painter.rect(
        rect,
        radius,
        fill,
        Stroke::new(1.0, line),
        StrokeKind::Inside,
    );
    painter.galley(rect.center() - galley.size() / 2.0, galley, text);
}
