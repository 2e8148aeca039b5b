//! Random text in the shapes the providers use for codes, tokens and ids.
//!
//! Doesn't know what any of it stands for.

use getrandom::Error;

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LEGIBLE: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
const HEX: &[u8] = b"0123456789abcdef";

pub(super) fn lower_alphanumeric(length: usize) -> Result<String, Error> {
    drawn(LOWER, length)
}

pub(super) fn alphanumeric(length: usize) -> Result<String, Error> {
    drawn(MIXED, length)
}

/// Letters that are not mistaken for one another and make no words ([RFC 8628 §6.1](https://www.rfc-editor.org/rfc/rfc8628#section-6.1)).
pub(super) fn legible(length: usize) -> Result<String, Error> {
    drawn(LEGIBLE, length)
}

pub(super) fn hex(length: usize) -> Result<String, Error> {
    drawn(HEX, length)
}

/// A version 4 UUID as [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.4) writes it.
pub(super) fn uuid() -> Result<String, Error> {
    Ok(format!(
        "{}-{}-4{}-8{}-{}",
        hex(8)?,
        hex(4)?,
        hex(3)?,
        hex(3)?,
        hex(12)?
    ))
}

pub(super) fn bytes(length: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Draws until the length is reached, throwing away bytes that would favor the first letters of the alphabet.
fn drawn(alphabet: &[u8], length: usize) -> Result<String, Error> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let fair = bytes(length)?
            .into_iter()
            .map(usize::from)
            .filter(|byte| byte / alphabet.len() < 256 / alphabet.len());
        let letters = fair
            .filter_map(|byte| alphabet.get(byte % alphabet.len()))
            .copied()
            .map(char::from);
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}
