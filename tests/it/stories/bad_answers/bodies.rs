//! Bytes that are no token response, or hardly one.
//!
//! Knows nothing of what a link is.

use super::{CANARY, JSON, Lost, Not, Refreshed, Row, good, row};

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// All of them.
pub(super) fn rows() -> Vec<Row> {
    [
        good_ones(),
        with_more(),
        of_another_kind(),
        broken(),
        of_odd_bytes(),
        pages(),
        refusals(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn page() -> String {
    format!("<!doctype html><title>{CANARY}</title>")
}

fn deep(open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(10_000), close.repeat(10_000))
}

/// The first bytes of a good answer, so many.
fn cut(length: usize) -> String {
    good().chars().take(length).collect()
}

/// The answer as it should be, in another dress.
fn good_ones() -> Vec<Row> {
    vec![
        row("good", good(), Refreshed(Some(600))),
        row("no type", good(), Refreshed(Some(600))).with(200, ""),
        row("as text", good(), Refreshed(Some(600))).with(200, "text/plain"),
        row("as HTML by type alone", good(), Refreshed(Some(600))).with(200, "text/html"),
        row("with 201", good(), Refreshed(Some(600))).with(201, JSON),
        row("with 203", good(), Refreshed(Some(600))).with(203, JSON),
        row(
            "byte order mark",
            format!("\u{feff}{}", good()),
            Refreshed(Some(600)),
        ),
        row(
            "space around",
            format!(" \r\n\t{}\n\n", good()),
            Refreshed(Some(600)),
        ),
    ]
}

/// The answer as it should be, with a field more.
fn with_more() -> Vec<Row> {
    let in_extra = |value: &str| good().replacen('{', &format!("{{\"extra\":{value},"), 1);
    vec![
        row(
            "unknown field twice",
            in_extra(r#"1,"extra":2"#),
            Refreshed(Some(600)),
        ),
        row(
            "unknown field is a list",
            in_extra("[1,[2]]"),
            Refreshed(Some(600)),
        ),
        row(
            "unknown field is an object",
            in_extra(r#"{"a":{}}"#),
            Refreshed(Some(600)),
        ),
        row("unknown field is deep", in_extra(&deep("[", "]")), Lost),
        row(
            "unknown field with half a pair",
            in_extra(r#""\ud800""#),
            Lost,
        ),
        row("big figure beside", in_extra("1e308"), Refreshed(Some(600))),
        row("too big a figure beside", in_extra("1e999"), Lost),
        row(
            "a hundred fields more",
            in_extra(&format!("{}1", "1,\"more\":".repeat(100))),
            Refreshed(Some(600)),
        ),
    ]
}

/// Something else, or nothing.
fn of_another_kind() -> Vec<Row> {
    let good = good();
    vec![
        row("empty", "", Lost),
        row("empty without a type", "", Lost).with(200, ""),
        row("empty with 204", "", Lost).with(204, ""),
        row("a space", " ", Lost),
        row("null", "null", Lost),
        row("true", "true", Lost),
        row("a number", "7", Lost),
        row("a text", format!("\"{CANARY}\""), Lost),
        row("a list", format!("[\"{CANARY}\"]"), Lost),
        row("a list around it", format!("[{good}]"), Lost),
        row("an empty object", "{}", Lost),
        row("an object around it", format!("{{\"data\":{good}}}"), Lost),
        row("words", CANARY, Lost).with(200, "text/plain"),
        row(
            "a form",
            format!("access_token={CANARY}&token_type=bearer"),
            Lost,
        ),
    ]
}

/// The answer, or a part of it, with one thing wrong.
fn broken() -> Vec<Row> {
    let good = good();
    vec![
        row("cut after a byte", "{", Lost),
        row("cut in the middle", cut(good.len() / 2), Lost),
        row("cut before the last byte", cut(good.len() - 1), Lost),
        row("bytes after it", format!("{good}x"), Lost),
        row("twice", format!("{good}{good}"), Lost),
        row("a comma too many", good.replace("\"}", "\",}"), Lost),
        row("a comment", good.replacen('{', "{/* */", 1), Lost),
        row("single quotes", good.replace('"', "'"), Lost),
        row("NaN", good.replace("600", "NaN"), Lost),
        row("a leading nought", good.replace("600", "0600"), Lost),
    ]
}

/// Bytes that not every reader takes for the same text, or too many.
fn of_odd_bytes() -> Vec<Row> {
    let good = good();
    vec![
        row("deep lists", deep("[", "]"), Lost),
        row("deep objects", deep("{\"a\":", "}"), Lost),
        row("deep and open", "[".repeat(10_000), Lost),
        row("UTF-16", utf16(&good), Lost),
        row(
            "UTF-16 with a mark",
            [&[0xff, 0xfe], &utf16(&good)[..]].concat(),
            Lost,
        ),
        row("two marks", format!("\u{feff}\u{feff}{good}"), Lost),
        row(
            "Latin-1",
            good.replace('-', "\u{e9}")
                .chars()
                .map(|char| char as u8)
                .collect::<Vec<_>>(),
            Lost,
        ),
        row("NUL before it", format!("\0{good}"), Lost),
        row("NUL after it", format!("{good}\0"), Lost),
        row("NUL bytes only", vec![0; 64], Lost),
        row(
            "gzip",
            [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0], CANARY.as_bytes()].concat(),
            Lost,
        ),
        row(
            "half a pair in the token",
            good.replace("a-", "\\ud800"),
            Lost,
        ),
        row(
            "half a pair in a name",
            good.replace("token_type", "\\udfff"),
            Lost,
        ),
        row("control byte in a text", good.replace("a-", "a\u{1}"), Lost),
        row(
            "over-long UTF-8",
            [good.replace('}', ",\"x\":\"").as_bytes(), b"\xc0\xaf\"}"].concat(),
            Lost,
        ),
        row(
            "1 MiB of it",
            format!("{good}{}", " ".repeat(1024 * 1024)),
            Lost,
        ),
    ]
}

/// Web pages, and what calls itself one.
fn pages() -> Vec<Row> {
    vec![
        row("a page", page(), Not("page_instead")),
        row("a page by its type", page(), Not("page_instead")).with(200, "text/html"),
        row(
            "a page after a mark",
            format!("\u{feff}\n{}", page()),
            Not("page_instead"),
        ),
        row("a page as XHTML", page(), Not("page_instead")).with(200, "application/xhtml+xml"),
        row("words called a page", CANARY, Not("page_instead")).with(200, "text/html"),
        row("empty and called a page", "", Not("page_instead")).with(200, "text/html"),
        row(
            "XML",
            format!("<?xml version=\"1.0\"?><a>{CANARY}</a>"),
            Not("page_instead"),
        ),
        row("a page with 403", page(), Not("page_instead")).with(403, "text/html"),
        row("a page with 503", page(), Not("temporarily_failing")).with(503, "text/html"),
    ]
}

/// Bodies that say nothing about the refusal they come with.
fn refusals() -> Vec<Row> {
    let good = good();
    vec![
        row("good with 400", good.clone(), Not("provider_error")).with(400, JSON),
        row("good with 500", good.clone(), Not("temporarily_failing")).with(500, JSON),
        row(
            "half of it with 400",
            cut(good.len() / 2),
            Not("provider_error"),
        )
        .with(400, JSON),
        row("nothing with 400", "", Not("provider_error")).with(400, ""),
        row("deep with 400", deep("[", "]"), Not("provider_error")).with(400, JSON),
        row("UTF-16 with 401", utf16(&good), Not("client_rejected")).with(401, JSON),
    ]
}
