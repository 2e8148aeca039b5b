//! Texts of others made fit to be shown: no control characters, no invisible ones, no endless length.
//!
//! Knows nothing of where they came from.

/// What is left of a description, at most this many characters.
const LONGEST: usize = 512;

/// A text fit to be shown on one line.
pub(super) fn shown(text: &str) -> String {
    cut(&visible(text))
}

/// The same for words about an error: some servers quote the token they complain about.
pub(super) fn described(text: &str) -> String {
    // Masked before it is cut, or a token at the end would be too short to be known for one.
    cut(&without_tokens(&visible(text)))
}

fn visible(text: &str) -> String {
    let one_line = text
        .chars()
        .map(|char| if char.is_whitespace() { ' ' } else { char });
    one_line.filter(|&char| !is_hidden(char)).collect()
}

fn cut(text: &str) -> String {
    let kept: String = text.chars().take(LONGEST).collect();
    kept.trim().to_owned()
}

/// Leaves out every long run of a token's characters with a digit in it.
fn without_tokens(text: &str) -> String {
    const SHORTEST: usize = 16;
    let in_run = |char: char| char.is_ascii_alphanumeric() || "+/=_-.~|:%".contains(char);
    let mut kept = String::new();
    for part in text.split_inclusive(|char| !in_run(char)) {
        let word = part.trim_end_matches(|char| !in_run(char));
        let is_token = word.len() >= SHORTEST && word.bytes().any(|byte| byte.is_ascii_digit());
        kept.push_str(if is_token { "…" } else { word });
        kept.extend(part.chars().skip(word.len()));
    }
    kept
}

/// The characters of an error code ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)), at most `longest`.
pub(super) fn error_code(text: &str, longest: usize) -> String {
    ascii(&text.replace(['"', '\\'], ""), longest)
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
    fn what_may_be_a_token_is_left_out_of_words_about_an_error() {
        for (text, expected) in [
            (
                "token g1b4cph2kjnwojzofajvqsfzb2 is dead",
                "token … is dead",
            ),
            ("'g1b4cph2kjnwojzofajvqsfzb2'", "'…'"),
            ("g1b4cph2kjnwojzof\u{200b}ajvq", "…"),
            ("a/b+c=d-e_f.g~h1", "…"),
            ("é0123456789abcdef\u{e9}", "é…é"),
            ("code 0123456789abcde", "code 0123456789abcde"),
            (
                "unsupported_response_type is unsupported",
                "unsupported_response_type is unsupported",
            ),
        ] {
            assert_eq!(described(text), expected, "{text}");
        }
        let at_the_end = format!("{}0123456789abcdef", "word ".repeat(101));
        assert!(described(&at_the_end).ends_with("word …"));
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
            for shown in [shown(&text), described(&text)] {
                prop_assert!(shown.chars().count() <= LONGEST);
                prop_assert!(!shown.chars().any(is_hidden));
            }
        }
    }
}
