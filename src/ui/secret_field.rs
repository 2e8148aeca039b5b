//! A text field for something secret, and the buffer behind it.
//!
//! The buffer never grows, so no copy is left behind by growing; it is wiped when its text is taken, cleared or dropped.
//! Whoever shows the field also has its undo history forgotten, or the toolkit would keep what was typed.

use std::fmt;

use egui::{Response, TextEdit, Ui};
use zeroize::Zeroize as _;

use super::theme::CONTROL;
use crate::secret::Secret;

/// More than any password, passphrase or redirect address needs.
const MOST_CHARACTERS: usize = 4096;

/// A buffer for something secret.
pub(super) struct SecretField {
    text: String,
}

impl Default for SecretField {
    fn default() -> Self {
        Self {
            text: String::with_capacity(MOST_CHARACTERS * 4),
        }
    }
}

impl SecretField {
    /// Whether nothing is typed.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Hands over what was typed; the allocation moves, so nothing is left here.
    pub(super) fn take(&mut self) -> Secret {
        Secret::new(std::mem::take(self).into_text())
    }

    /// Whether the same is typed in another field.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.copy() == other.copy()
    }

    /// A copy of what was typed, where the field has to keep it.
    pub(super) fn copy(&self) -> Secret {
        Secret::new(self.text.clone())
    }

    /// Holds another text, cut where the field could not have held it typed.
    pub(super) fn fill(&mut self, secret: &Secret) {
        self.clear();
        self.text
            .extend(secret.expose().chars().take(MOST_CHARACTERS));
    }

    /// Forgets what was typed.
    pub(super) fn clear(&mut self) {
        self.text.zeroize();
    }

    fn into_text(mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Shows the field; `masked` hides the characters. Its accessible name is the caller's to give.
    pub(super) fn show(&mut self, ui: &mut Ui, masked: bool, hint: &str) -> Response {
        let output = TextEdit::singleline(&mut self.text)
            .password(masked)
            .char_limit(MOST_CHARACTERS)
            .hint_text(hint.to_owned())
            .desired_width(f32::INFINITY)
            .min_size(CONTROL)
            .align(egui::Align2::LEFT_CENTER)
            .show(ui);
        let mut state = output.state;
        state.clear_undoer();
        state.store(ui.ctx(), output.response.response.id);
        output.response.response
    }
}

impl Drop for SecretField {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for SecretField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretField(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_handed_over_and_not_kept() {
        let mut field = SecretField::default();
        field.text.push_str("canary-1c7");
        assert_eq!(field.take(), Secret::new("canary-1c7"));
        assert!(field.is_empty());
    }

    #[test]
    fn a_text_that_is_filled_in_needs_no_larger_buffer() {
        let mut field = SecretField::default();
        let room = field.text.capacity();
        field.fill(&Secret::new("\u{1F512}".repeat(MOST_CHARACTERS + 1)));
        assert_eq!(field.text.capacity(), room);
        assert_eq!(field.copy(), field.take());
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        let mut field = SecretField::default();
        field.text.push_str("canary-1c7");
        assert_eq!(format!("{field:?}"), "SecretField(…)");
    }

    #[test]
    fn the_longest_text_needs_no_larger_buffer() {
        let mut field = SecretField::default();
        let room = field.text.capacity();
        field
            .text
            .extend(std::iter::repeat_n('\u{1F512}', MOST_CHARACTERS));
        assert_eq!(field.text.capacity(), room);
    }
}
