//! What support may know about an account: shapes, sources, fingerprints, the last exchanges.
//!
//! Knows no token: the card holds none.

use egui::accesskit::Role;
use egui::{Align2, FontId, Rect, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::account_row::tone;
use super::fonts::{self, BODY, SMALL, TINY};
use super::overview::two;
use super::pass::Pass;
use super::theme::{Tokens, Tone};
use super::widgets::{self, Weight, words};
use crate::bridge::{AccountCard, ExchangeLine};
use crate::text::{self, foreign, time};

/// One fact of the inspector.
struct Fact {
    name: &'static str,
    value: String,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Words,
    Mono,
    Chip(Tone),
}

/// Paints the inspector.
pub(super) fn inspector_ui(ui: &mut Ui, pass: &Pass<'_>, account: &AccountCard) {
    let cards = [
        ("Access token", token_facts(pass, account)),
        ("How it was obtained", obtained_facts(account)),
    ];
    let rows = cards
        .iter()
        .map(|(_, facts)| facts.len())
        .max()
        .unwrap_or(0);
    let height =
        f32::from(u8::try_from(rows).unwrap_or(u8::MAX)) * (widgets::FACT_HEIGHT + 4.0) + 60.0;
    two(ui, height, |ui, place| {
        if let Some((title, facts)) = cards.get(place) {
            widgets::card_title(ui, title);
            ui.add_space(2.0);
            ui.spacing_mut().item_spacing.y = 4.0;
            for fact in facts {
                fact_ui(ui, fact);
            }
        }
    });
    exchanges_ui(ui, pass, account);
    let copy = widgets::button(ui, Weight::Plain, "Copy as text");
    if copy.clicked() {
        ui.ctx().copy_text(as_text(pass, account, &cards));
    }
}

fn fact_ui(ui: &mut Ui, fact: &Fact) {
    match fact.shape {
        Shape::Words => widgets::fact_words(ui, fact.name, fact.value.as_str()),
        Shape::Mono => {
            let text = words(fact.value.as_str(), fonts::mono(SMALL), Tokens::of(ui).text);
            widgets::fact(ui, fact.name, |ui| {
                ui.add(egui::Label::new(text).truncate().selectable(true));
            });
        }
        Shape::Chip(tone) => widgets::fact(ui, fact.name, |ui| {
            widgets::chip(ui, tone, &fact.value);
        }),
    }
}

fn fact(name: &'static str, value: impl Into<String>) -> Fact {
    let value = value.into();
    Fact {
        name,
        value,
        shape: Shape::Words,
    }
}

fn token_facts(pass: &Pass<'_>, account: &AccountCard) -> Vec<Fact> {
    let access = &account.access;
    let state = account.state(pass.now);
    let scopes: Vec<String> = access.scopes.iter().map(|scope| foreign(scope)).collect();
    let refresh = &account.refresh;
    let rotates = match (refresh.present, refresh.rotates) {
        (false, _) => "none",
        (true, Some(true)) => "yes, replaced at each refresh",
        (true, Some(false)) => "yes, stays the same",
        (true, None) => "yes, not used yet",
    };
    let expires = access
        .expires_at
        .map_or_else(|| "not known".into(), |at| time::full(at, pass.zone));
    vec![
        Fact {
            name: "State",
            value: text::account::state(state).into(),
            shape: Shape::Chip(tone(state)),
        },
        Fact {
            name: "Fingerprint",
            value: spaced(&access.fingerprint),
            shape: Shape::Mono,
        },
        fact("Type", foreign(&access.token_type)),
        fact(
            "Scopes",
            if scopes.is_empty() {
                "none named".into()
            } else {
                scopes.join(", ")
            },
        ),
        fact("Expires", expires),
        fact(
            "Proved valid",
            account
                .last_proved_at
                .map_or_else(|| "never".into(), |at| time::full(at, pass.zone)),
        ),
        fact(
            "Known from",
            text::account::source(access.expiry_source, access.renews_on_use),
        ),
        fact("Form", foreign(&access.form)),
        fact("Refresh token", rotates),
        Fact {
            name: "Its fingerprint",
            value: refresh
                .fingerprint
                .as_deref()
                .map_or_else(|| "–".into(), spaced),
            shape: Shape::Mono,
        },
    ]
}

fn obtained_facts(account: &AccountCard) -> Vec<Fact> {
    let obtained = &account.obtained;
    let mut facts = vec![
        fact("Grant", foreign(&obtained.grant)),
        fact("PKCE", foreign(&obtained.pkce)),
    ];
    if let Some(echoed) = obtained.state_echoed {
        facts.push(Fact {
            name: "State echoed",
            value: if echoed { "yes" } else { "no" }.into(),
            shape: Shape::Chip(if echoed { Tone::Ok } else { Tone::Warn }),
        });
    }
    let in_address = obtained.secret_in_address;
    facts.push(Fact {
        name: "Secret in address",
        value: if in_address {
            "yes, as documented"
        } else {
            "no"
        }
        .into(),
        shape: if in_address {
            Shape::Chip(Tone::Warn)
        } else {
            Shape::Words
        },
    });
    facts.push(fact("Exchange", foreign(&obtained.exchange)));
    if let Some(refresh) = &obtained.refresh {
        facts.push(fact("Refresh", foreign(refresh)));
    }
    if let Some(offset) = obtained.clock_offset_ms {
        facts.push(fact("Provider’s clock", time::offset_in_words(offset)));
    }
    facts
}

/// A fingerprint in groups of four, so that it can be read out.
fn spaced(fingerprint: &str) -> String {
    let digits: Vec<char> = foreign(fingerprint).chars().collect();
    let groups: Vec<String> = digits
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

/// Where the columns begin, as parts of the width.
const COLUMNS: [(&str, f32); 5] = [
    ("Time", 0.0),
    ("Step", 0.12),
    ("Request", 0.305),
    ("Answer", 0.595),
    ("Took", 1.0),
];

fn exchanges_ui(ui: &mut Ui, pass: &Pass<'_>, account: &AccountCard) {
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        widgets::card_title(ui, "Last exchanges");
        if account.exchanges.is_empty() {
            ui.add_space(8.0);
            let color = Tokens::of(ui).muted;
            widgets::paragraph(
                ui,
                words("None in this session", fonts::regular(SMALL), color),
            );
            return;
        }
        let builder = UiBuilder::new()
            .accessibility_role(Role::Table)
            .accessibility_label("Last exchanges");
        ui.scope_builder(builder, |ui| {
            let muted = Tokens::of(ui).muted;
            let header = COLUMNS.map(|(name, _)| (name.to_owned(), fonts::medium(TINY), muted));
            row_ui(ui, 0, Role::ColumnHeader, header);
            for (number, line) in account.exchanges.iter().enumerate() {
                let rule = Stroke::new(1.0, Tokens::of(ui).line);
                ui.painter()
                    .hline(ui.max_rect().x_range(), ui.cursor().top(), rule);
                let cells = cells(ui, pass, line);
                row_ui(ui, number + 1, Role::Cell, cells);
            }
        });
    });
}

type Cell = (String, FontId, egui::Color32);

fn cells(ui: &Ui, pass: &Pass<'_>, line: &ExchangeLine) -> [Cell; 5] {
    let color = Tokens::of(ui).text;
    [
        (time::clock(line.at, pass.zone), fonts::mono(SMALL), color),
        (foreign(&line.step), fonts::regular(BODY), color),
        (foreign(&line.request), fonts::mono(SMALL), color),
        (foreign(&line.answer), fonts::regular(BODY), color),
        (time::took(line.took), fonts::mono(SMALL), color),
    ]
}

fn row_ui(ui: &mut Ui, number: usize, role: Role, cells: [Cell; 5]) {
    let builder = UiBuilder::new()
        .id_salt(("row", number))
        .accessibility_role(Role::Row);
    ui.scope_builder(builder, |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::hover());
        let ends = COLUMNS.iter().skip(1).map(|(_, at)| *at);
        for (place, ((cell, (_, at)), end)) in cells
            .into_iter()
            .zip(COLUMNS)
            .zip(ends.chain([1.0]))
            .enumerate()
        {
            let span = Rect::from_min_max(
                pos2(rect.left() + rect.width() * at, rect.top()),
                pos2(rect.left() + rect.width() * end - 8.0, rect.bottom()),
            );
            let painted = cell_ui(ui, rect, span, &cell);
            let response = ui.interact(painted, ui.scope_id().with(place), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(role, true, cell.0.as_str()));
        }
    });
}

/// Paints a cell, cut where the next column begins; the last column is right-aligned.
fn cell_ui(ui: &Ui, row: Rect, span: Rect, cell: &Cell) -> Rect {
    let (text, font, color) = cell;
    let mut job = egui::text::LayoutJob::simple_singleline(text.clone(), font.clone(), *color);
    let is_last = span.width() < 1.0;
    if !is_last {
        job.wrap = egui::text::TextWrapping::truncate_at_width(span.width());
    }
    let galley = ui.painter().layout_job(job);
    let (at, anchor) = if is_last {
        (row.right_center(), Align2::RIGHT_CENTER)
    } else {
        (span.left_center(), Align2::LEFT_CENTER)
    };
    let painted = anchor.anchor_size(at, galley.size());
    ui.painter().galley(painted.min, galley, *color);
    painted
}

/// Everything on this page as lines of text.
fn as_text(pass: &Pass<'_>, account: &AccountCard, cards: &[(&str, Vec<Fact>)]) -> String {
    let mut lines = vec![
        format!("Linkdesk {}", env!("CARGO_PKG_VERSION")),
        format!("Account {} at {}", account.id, account.provider),
        format!("Written {}", time::full(pass.now, pass.zone)),
    ];
    for (title, facts) in cards {
        lines.push(String::new());
        lines.push((*title).to_owned());
        lines.extend(
            facts
                .iter()
                .map(|fact| format!("  {}: {}", fact.name, fact.value)),
        );
    }
    lines.push(String::new());
    lines.push("Last exchanges".into());
    lines.extend(account.exchanges.iter().map(|line| {
        format!(
            "  {}  {}  {}  {}  {}",
            time::full(line.at, pass.zone),
            foreign(&line.step),
            foreign(&line.request),
            foreign(&line.answer),
            time::took(line.took)
        )
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_out_in_groups_of_four() {
        assert_eq!(spaced("9f2c41d8"), "9f2c 41d8");
    }
}
