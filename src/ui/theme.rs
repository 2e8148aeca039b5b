//! The token table: every color and measure of the window, dark and light.
//!
//! The only place with colors in numbers. Knows nothing of what is painted with them.

use egui::style::{ScrollStyle, Selection, TextCursorStyle, WidgetVisuals};
use egui::{Color32, Context, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Theme, Ui};
use egui::{Vec2, Visuals, vec2};

use super::fonts;

/// Corner radius of cards.
pub(super) const CARD_RADIUS: u8 = 11;
/// Corner radius of controls.
pub(super) const CONTROL_RADIUS: u8 = 7;
/// Corner radius of rows.
pub(super) const ROW_RADIUS: u8 = 8;
/// What is added between the letters of a code that is read out or typed elsewhere.
pub(super) const LETTER_SPACING: f32 = 4.0;
/// Where the words of a radio button begin.
pub(super) const INDENT: f32 = 24.0;
/// Height of controls.
pub(super) const CONTROL_HEIGHT: f32 = 30.0;

/// The colors of one theme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens {
    pub(super) background: Color32,
    pub(super) panel: Color32,
    pub(super) raised: Color32,
    pub(super) hover: Color32,
    pub(super) line: Color32,
    pub(super) text: Color32,
    pub(super) muted: Color32,
    pub(super) faint: Color32,
    pub(super) accent: Color32,
    pub(super) on_accent: Color32,
    pub(super) ok: Color32,
    pub(super) warn: Color32,
    pub(super) bad: Color32,
    pub(super) off: Color32,
    pub(super) ok_ground: Color32,
    pub(super) warn_ground: Color32,
    pub(super) bad_ground: Color32,
}

/// How something is doing; always shown beside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Ok,
    Warn,
    Bad,
    Off,
    Accent,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one table that turns numbers into colors"
)]
const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const DARK: Tokens = Tokens {
    background: rgb(0x0f_1216),
    panel: rgb(0x15_1a20),
    raised: rgb(0x1b_2129),
    hover: rgb(0x23_2b35),
    line: rgb(0x26_2e38),
    text: rgb(0xe6_eaef),
    muted: rgb(0x8b_96a5),
    faint: rgb(0x5c_6775),
    accent: rgb(0x4f_8cff),
    on_accent: rgb(0xff_ffff),
    ok: rgb(0x3f_b27f),
    warn: rgb(0xe0_a53a),
    bad: rgb(0xe5_624d),
    off: rgb(0x6b_7684),
    ok_ground: rgb(0x12_2a20),
    warn_ground: rgb(0x33_250f),
    bad_ground: rgb(0x33_1a17),
};

const LIGHT: Tokens = Tokens {
    background: rgb(0xf6_f7f9),
    panel: rgb(0xff_ffff),
    raised: rgb(0xf0_f2f5),
    hover: rgb(0xe7_eaef),
    line: rgb(0xdf_e3e8),
    text: rgb(0x1a_2028),
    muted: rgb(0x5d_6875),
    faint: rgb(0x8c_96a3),
    accent: rgb(0x25_63eb),
    on_accent: rgb(0xff_ffff),
    ok: rgb(0x14_7a4a),
    warn: rgb(0x94_5c00),
    bad: rgb(0xc2_3a26),
    off: rgb(0x7b_8591),
    ok_ground: rgb(0xe3_f4ea),
    warn_ground: rgb(0xfd_efd2),
    bad_ground: rgb(0xfc_e8e4),
};

impl Tokens {
    /// The table in use where `ui` paints.
    pub(super) fn of(ui: &Ui) -> Self {
        Self::for_theme(if ui.visuals().dark_mode {
            Theme::Dark
        } else {
            Theme::Light
        })
    }

    const fn for_theme(theme: Theme) -> Self {
        match theme {
            Theme::Dark => DARK,
            Theme::Light => LIGHT,
        }
    }

    /// The color of a tone, for text, dots, rings and bars.
    pub(super) const fn tone(self, tone: Tone) -> Color32 {
        match tone {
            Tone::Ok => self.ok,
            Tone::Warn => self.warn,
            Tone::Bad => self.bad,
            Tone::Off => self.off,
            Tone::Accent => self.accent,
        }
    }

    /// The color of words in a tone; those that are off are muted, because dots may be fainter than words.
    pub(super) const fn words(self, tone: Tone) -> Color32 {
        match tone {
            Tone::Off => self.muted,
            Tone::Ok | Tone::Warn | Tone::Bad | Tone::Accent => self.tone(tone),
        }
    }

    /// The ground a tone's words stand on.
    pub(super) const fn ground(self, tone: Tone) -> Color32 {
        match tone {
            Tone::Ok => self.ok_ground,
            Tone::Warn => self.warn_ground,
            Tone::Bad => self.bad_ground,
            Tone::Off | Tone::Accent => self.raised,
        }
    }
}

/// The color of a provider's mark, which is data, and a letter's color that can be read on it.
pub(super) fn mark_colors(color: u32) -> (Color32, Color32) {
    let ground = rgb(color);
    let light = 0.299 * f32::from(ground.r())
        + 0.587 * f32::from(ground.g())
        + 0.114 * f32::from(ground.b());
    let letter = if light > 150.0 {
        LIGHT.text
    } else {
        DARK.on_accent
    };
    (ground, letter)
}

/// The two colors of Linkdesk's own mark, from top left to bottom right.
pub(super) const OWN_MARK: [Color32; 2] = [rgb(0x3b_82f6), rgb(0x8b_5cf6)];

/// Gives a context the fonts and both themes; the system's preference decides between them.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.set_style_of(theme, style(theme));
    }
    ctx.options_mut(|options| options.zoom_with_keyboard = true);
}

fn style(theme: Theme) -> Style {
    let tokens = Tokens::for_theme(theme);
    let mut style = Style {
        visuals: visuals(theme, tokens),
        animation_time: 0.0,
        ..Style::default()
    };
    style.text_styles = [
        (TextStyle::Heading, fonts::semibold(fonts::TITLE)),
        (TextStyle::Body, fonts::regular(fonts::BODY)),
        (TextStyle::Button, fonts::medium(fonts::BODY)),
        (TextStyle::Monospace, fonts::mono(fonts::SMALL)),
        (TextStyle::Small, fonts::regular(fonts::TINY)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 8.0);
    spacing.button_padding = vec2(12.0, 5.0);
    spacing.interact_size = vec2(CONTROL_HEIGHT, CONTROL_HEIGHT);
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 8.0;
    spacing.icon_spacing = 8.0;
    spacing.window_margin = Margin::same(20);
    spacing.menu_margin = Margin::same(6);
    spacing.scroll = ScrollStyle::floating();
    spacing.scroll.floating_allocated_width = 0.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style
}

fn visuals(theme: Theme, tokens: Tokens) -> Visuals {
    let mut visuals = theme.default_visuals();
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(tokens.faint);
    visuals.hyperlink_color = tokens.accent;
    visuals.panel_fill = tokens.background;
    visuals.window_fill = tokens.panel;
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.window_corner_radius = CornerRadius::same(CARD_RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(ROW_RADIUS);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.extreme_bg_color = tokens.background;
    visuals.text_edit_bg_color = Some(tokens.background);
    visuals.faint_bg_color = tokens.raised;
    visuals.code_bg_color = tokens.raised;
    visuals.warn_fg_color = tokens.warn;
    visuals.error_fg_color = tokens.bad;
    visuals.selection = Selection {
        bg_fill: tokens.accent.gamma_multiply(0.35),
        stroke: Stroke::new(1.5, tokens.accent),
    };
    visuals.text_cursor = TextCursorStyle {
        stroke: Stroke::new(1.5, tokens.accent),
        // A blinking cursor would repaint twice a second with nothing else going on.
        blink: false,
        ..TextCursorStyle::default()
    };
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = look(tokens.panel, tokens.line, tokens.text);
    widgets.inactive = look(tokens.raised, tokens.line, tokens.text);
    widgets.hovered = look(tokens.hover, tokens.line, tokens.text);
    widgets.active = look(tokens.hover, tokens.accent, tokens.text);
    widgets.active.bg_stroke.width = 1.5;
    widgets.open = look(tokens.hover, tokens.line, tokens.text);
    visuals
}

fn look(fill: Color32, line: Color32, text: Color32) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(CONTROL_RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    }
}

/// The smallest a control may be.
pub(super) const CONTROL: Vec2 = vec2(0.0, CONTROL_HEIGHT);

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(color.r()) + 0.7152 * part(color.g()) + 0.0722 * part(color.b())
    }

    fn contrast(one: Color32, other: Color32) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn words_in_a_tone_can_be_read_on_every_ground_they_stand_on() {
        for tokens in [DARK, LIGHT] {
            for tone in [Tone::Ok, Tone::Warn, Tone::Bad, Tone::Off] {
                for ground in [tokens.panel, tokens.ground(tone)] {
                    let reached = contrast(tokens.words(tone), ground);
                    assert!(reached >= 4.5, "{tone:?} reaches {reached:.2}");
                }
            }
            for ground in [tokens.panel, tokens.background, tokens.raised] {
                assert!(contrast(tokens.muted, ground) >= 4.5);
                assert!(contrast(tokens.text, ground) >= 7.0);
            }
        }
    }
}
