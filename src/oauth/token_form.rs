//! What a token looks like, without any of it.
//!
//! Doesn't say what a token is good for.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::jwt;
use crate::secret::Secret;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Describes a token in words that give nothing of it away.
///
/// ```
/// use linkdesk::oauth::token_form;
/// use linkdesk::secret::Secret;
///
/// assert_eq!(token_form(&Secret::new("2YotnFZFEjr1zCsicMWpAA")), "opaque, 22 characters, alphanumeric");
/// assert_eq!(token_form(&Secret::new("0a1b2c3d")), "opaque, 8 characters, hex");
/// ```
pub fn token_form(token: &Secret) -> String {
    let text = token.expose();
    let length = text.chars().count();
    match jwt::parts(token) {
        Some(parts) => format!("JWT, {} parts, {length} characters", parts.len()),
        None => format!("opaque, {length} characters, {}", alphabet(text)),
    }
}

fn alphabet(text: &str) -> &'static str {
    let is_base64 = || {
        let engines = [&alphabet::STANDARD, &alphabet::URL_SAFE].into_iter();
        engines
            .map(|letters| GeneralPurpose::new(letters, LENIENT))
            .any(|engine| engine.decode(text).is_ok())
    };
    if text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "hex"
    } else if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        "alphanumeric"
    } else if is_base64() {
        "base64"
    } else {
        "printable"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_its_words() {
        let rows = [
            (
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.",
                "JWT, 3 parts, 40 characters",
            ),
            ("eyJhbGciOiJub25lIn0.a.b.c.d", "JWT, 5 parts, 27 characters"),
            ("deadbeef", "opaque, 8 characters, hex"),
            ("xyz0", "opaque, 4 characters, alphanumeric"),
            (
                "YWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                "opaque, 28 characters, base64",
            ),
            ("_-aZ", "opaque, 4 characters, base64"),
            ("ya29.a~b", "opaque, 8 characters, printable"),
            ("a.b.c", "opaque, 5 characters, printable"),
        ];
        for (token, expected) in rows {
            assert_eq!(token_form(&Secret::new(token)), expected);
        }
    }
}
