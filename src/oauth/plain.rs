//! Texts of others made fit to be shown: no control characters, no invisible ones, no endless length.
//!
//! Knows nothing of where they came from.

/// What is left of a description, at most this many characters.
const LONGEST: usize = 512;

/// A text fit to be shown on one line.
pub(super) fn shown(text: &str) -> String {
    let one_line = text
        .chars()
        .map(|char| if char.is_whitespace() { ' ' } else { char });
    let kept: String = one_line
        .filter(|&char| !is_hidden(char))
        .take(LONGEST)
        .collect();
    kept.trim().to_owned()
}

/// Printable ASCII of at most `longest` characters; everything else is left out.
pub(super) fn ascii(text: &str, longest: usize) -> String {
    let printable = |char: &char| char.is_ascii_graphic() || *char == ' ';
    let kept: String = text.chars().filter(printable).take(longest).collect();
    kept.trim().to_owned()
}

/// Whether a text is what tokens and codes are made of: at least one character, all printable ASCII, no spaces.
pub(super) fn is_credential(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Control characters, and those that turn, hide or join the text around them.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_turns_or_hides_text_is_dropped() {
        assert_eq!(
            shown("a\u{202e}b\u{200b}c\u{feff}\u{0}d\u{2066}e\u{1b}[31m"),
            "abcde[31m"
        );
    }

    #[test]
    fn line_breaks_become_spaces() {
        assert_eq!(shown("one\ntwo\u{2028}three\n"), "one two three");
    }

    #[test]
    fn letters_of_all_languages_stay() {
        assert_eq!(
            shown("Zugriff verweigert – доступ запрещён"),
            "Zugriff verweigert – доступ запрещён"
        );
    }

    proptest! {
        #[test]
        fn no_text_stays_long_or_hidden(text in any::<String>()) {
            let shown = shown(&text);
            prop_assert!(shown.chars().count() <= LONGEST);
            prop_assert!(!shown.chars().any(is_hidden));
        }
    }
}
