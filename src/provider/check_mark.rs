//! Checks the colored mark of a provider file.
//!
//! Doesn't know how it is painted.

use super::check::Checker;
use super::manifest::Text;

/// The color of a provider whose file gives none.
const DEFAULT_COLOR: u32 = 0x0064_748b;

impl Checker {
    pub(super) fn color(&mut self, color: Option<&Text>) -> u32 {
        let Some(text) = color else {
            return DEFAULT_COLOR;
        };
        let digits = text.get_ref();
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16) {
            Ok(color) if is_hex => color,
            _ => {
                self.refuse(
                    text.span(),
                    "color",
                    "six hexadecimal digits, such as \"0f766e\"",
                );
                DEFAULT_COLOR
            }
        }
    }

    /// The file's letter, else the initial of the name.
    pub(super) fn mark(&mut self, mark: Option<&Text>, name: &str) -> String {
        let Some(text) = mark else {
            let mut words = name.split_whitespace();
            let word = words.find(|word| !word.eq_ignore_ascii_case("the"));
            let initial = word.unwrap_or(name).chars().next().into_iter();
            return initial.flat_map(char::to_uppercase).collect();
        };
        let mark = text.get_ref();
        if mark.chars().count() != 1 || !mark.chars().all(char::is_alphanumeric) {
            self.refuse(text.span(), "mark", "one letter or digit");
        }
        mark.clone()
    }
}
