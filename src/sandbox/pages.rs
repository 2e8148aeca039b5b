//! The pages a person sees at a practice provider.
//!
//! Doesn't know what happens after a button is pressed.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::{options::Mode, reply::Reply, shop::Shop, users::USERS};

const FRAME: &str = include_str!("../../assets/sandbox/frame.html");
const SIGN_IN: &str = include_str!("../../assets/sandbox/sign_in.html");
const CONSENT: &str = include_str!("../../assets/sandbox/consent.html");
const NOTICE: &str = include_str!("../../assets/sandbox/notice.html");
const CODE: &str = include_str!("../../assets/sandbox/code.html");
const CHOOSE: &str = include_str!("../../assets/sandbox/choose.html");
const PERSON: &str = include_str!("../../assets/sandbox/person.html");
const DEVICE: &str = include_str!("../../assets/sandbox/device.html");
const STYLE: &str = include_str!("../../assets/sandbox/style.css");

/// Nothing but the one style sheet, by its hash.
///
/// There is no `form-action`: browsers apply it to the redirect after a form as well, which leads to the client's own address.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// The sign-in form, prefilled so that practice needs no typing, with a message above it where there is one.
pub(super) fn sign_in(shop: &Shop, ticket: &str, username: &str, message: &str) -> Reply {
    let values = [
        ("ticket", ticket),
        ("message", message),
        ("username", username),
        ("password", &shop.password),
    ];
    page(shop, 200, "Sign in", &fill(SIGN_IN, &values))
}

/// The question whether the client may have access.
pub(super) fn consent(shop: &Shop, ticket: &str, username: &str) -> Reply {
    page(
        shop,
        200,
        "Allow access?",
        &fill(CONSENT, &[("ticket", ticket), ("username", username)]),
    )
}

/// The question who signs in.
pub(super) fn choose(shop: &Shop, ticket: &str) -> Reply {
    let person = |user: &super::users::User| fill(PERSON, &[("username", user.username)]);
    let content =
        fill(CHOOSE, &[("ticket", ticket)]).replace("<!--people-->", &USERS.map(person).concat());
    page(shop, 200, "Choose an account", &content)
}

/// The form for the code that a device shows.
pub(super) fn device(shop: &Shop, user_code: &str, message: &str) -> Reply {
    let values = [("user_code", user_code), ("message", message)];
    page(shop, 200, "Connect an app", &fill(DEVICE, &values))
}

/// A sentence with nothing to press.
pub(super) fn notice(shop: &Shop, status: u16, title: &str, text: &str) -> Reply {
    page(shop, status, title, &fill(NOTICE, &[("text", text)]))
}

/// The code, for copying.
pub(super) fn code(shop: &Shop, code: &str) -> Reply {
    page(shop, 200, "Copy this code", &fill(CODE, &[("code", code)]))
}

fn page(shop: &Shop, status: u16, title: &str, content: &str) -> Reply {
    let manner = match shop.mode {
        _ if shop.identity.is_some() => "Answers as the standards say",
        Mode::Documented => "Answers as its document says",
        Mode::Field => "Answers as the product in the field does",
    };
    let values = [
        ("title", title),
        ("provider", shop.provider.name),
        ("manner", manner),
    ];
    let framed = fill(FRAME, &values);
    // These two are ours and go in as they are; everything above is escaped.
    let html = framed
        .replace("<!--style-->", &format!("<style>{STYLE}</style>"))
        .replace("<!--content-->", content);
    Reply::html(status, html)
        .uncached()
        .with("referrer-policy", "no-referrer")
        .with("x-content-type-options", "nosniff")
        .with("content-security-policy", POLICY.as_str())
}

/// Puts escaped values where a template says `{{name}}`; what was put in is not looked at again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut pieces = template.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or(("", piece));
        let value = values
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value);
        filled.push_str(&escape(value));
        filled.push_str(rest);
    }
    filled
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_html_or_a_template_stays_text() {
        let filled = fill(
            "<p title=\"{{a}}\">{{b}}</p>",
            &[("a", "\"><script>"), ("b", "{{a}} & 'b'")],
        );
        assert_eq!(
            filled,
            "<p title=\"&quot;&gt;&lt;script&gt;\">{{a}} &amp; &#39;b&#39;</p>"
        );
    }
}
