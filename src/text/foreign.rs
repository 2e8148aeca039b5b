//! Makes text from outside harmless before it is shown: providers, files and error messages say what they like.
//!
//! Knows nothing of who sent the text. It cuts and replaces; it never interprets.

/// The longest foreign text that is shown, in characters.
pub const LONGEST: usize = 512;

/// What stands in for a character that could deceive or disappear.
const STAND_IN: char = '\u{FFFD}';

/// A text that looks like what it is: one line, no invisible or direction-changing characters, at most [`LONGEST`] characters.
pub fn foreign(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).map(harmless).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

fn harmless(character: char) -> char {
    if character.is_whitespace() {
        ' '
    } else if character.is_control() || is_deceptive(character) {
        STAND_IN
    } else {
        character
    }
}

/// Zero-width, bidirectional, tag, variation and filler characters, private use and noncharacters.
fn is_deceptive(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{FFFE}'..='\u{FFFF}'
            | '\u{E0000}'..='\u{E0FFF}'
            | '\u{F0000}'..='\u{10FFFF}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn direction_changes_and_invisible_characters_become_visible() {
        for text in [
            "a\u{202E}b",
            "a\u{200B}b",
            "a\u{E0041}b",
            "a\u{1b}b",
            "a\0b",
            "a\u{FEFF}b",
        ] {
            assert_eq!(foreign(text), "a\u{FFFD}b", "{text:?}");
        }
    }

    #[test]
    fn line_breaks_and_tabs_become_spaces() {
        assert_eq!(foreign("a\r\nb\tc\u{2028}d"), "a  b c d");
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for text in ["login@email.com", "Žofie Nováková", "名前", "שם", "5 €"] {
            assert_eq!(foreign(text), text);
        }
    }

    #[test]
    fn a_text_of_ten_megabytes_is_cut() {
        let long = "x".repeat(10 << 20);
        let shown = foreign(&long);
        assert_eq!(shown.chars().count(), LONGEST);
        assert!(shown.ends_with('…'));
    }

    proptest! {
        #[test]
        fn nothing_deceptive_passes_and_doing_it_twice_changes_nothing(text in "\\PC*|[\\s\\S]{0,600}") {
            let shown = foreign(&text);
            prop_assert!(shown.chars().count() <= LONGEST);
            prop_assert!(shown.chars().all(|c| !c.is_control() && !is_deceptive(c)));
            prop_assert_eq!(foreign(&shown), shown);
        }
    }
}
