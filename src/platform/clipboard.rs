//! Reads the text in the clipboard.
//!
//! Knows nothing of what it means; writing to the clipboard is the window's own.

use zeroize::Zeroizing;

use super::Clipboard;

/// The longest text that is of interest: no redirect address comes near it.
const LONGEST: usize = 32 * 1024;

/// The system's clipboard, connected to anew for each reading.
///
/// It is X11's on Linux and the BSDs; a Wayland session without an X server has none to offer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClipboard;

impl Clipboard for SystemClipboard {
    fn text(&self) -> Option<Zeroizing<String>> {
        text_of(|| arboard::Clipboard::new()?.get_text())
    }
}

/// Applies what is promised to one reading.
fn text_of(read: impl FnOnce() -> Result<String, arboard::Error>) -> Option<Zeroizing<String>> {
    // An empty clipboard, a picture and a missing screen are all the same to whoever looks for an address.
    let text = Zeroizing::new(read().ok()?);
    (1..=LONGEST).contains(&text.len()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Option<String> {
        text_of(|| Ok(text.to_owned())).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn text_is_handed_on_as_it_is() {
        assert_eq!(
            seen(" https://a.example/cb\n").unwrap(),
            " https://a.example/cb\n"
        );
    }

    #[test]
    fn nothing_a_picture_and_an_unreachable_clipboard_are_no_text() {
        assert_eq!(seen(""), None);
        for error in [
            arboard::Error::ContentNotAvailable,
            arboard::Error::ClipboardNotSupported,
        ] {
            assert!(text_of(|| Err(error)).is_none());
        }
    }

    #[test]
    fn text_longer_than_32_kib_is_not_looked_at() {
        assert_eq!(seen(&"x".repeat(LONGEST)).unwrap().len(), LONGEST);
        assert_eq!(seen(&"x".repeat(LONGEST + 1)), None);
    }
}
