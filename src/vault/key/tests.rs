//! Sealing, tampering, and the written form of a key.
//!
//! Knows nothing of where keys are kept.

use super::*;
use crate::vault::NotAKeyId;
use crate::vault::random::tests::counting;

fn key() -> Key {
    Key::draw(&counting()).unwrap()
}

#[test]
fn what_was_sealed_is_unsealed() {
    let key = key();
    for plain in [Vec::new(), vec![7], vec![7; 100_000]] {
        let sealed = key.seal(&counting(), &plain, b"row 1").unwrap();
        assert_eq!(*key.unseal(&sealed, b"row 1").unwrap(), plain);
    }
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let key = key();
    let sealed = key.seal(&counting(), b"a token", b"row 1").unwrap();
    for place in 0..sealed.bytes.len() {
        let mut changed = sealed.clone();
        changed.bytes[place] ^= 1;
        let outcome = key.unseal(&changed, b"row 1");
        assert!(matches!(outcome, Err(Error::NotSealedHere)), "byte {place}");
        let mut cut = sealed.clone();
        cut.bytes.truncate(place);
        let outcome = key.unseal(&cut, b"row 1");
        assert!(
            matches!(outcome, Err(Error::NotSealedHere)),
            "cut at {place}"
        );
    }
    assert!(key.unseal(&sealed, b"row 1").is_ok());
}

#[test]
fn bytes_of_one_row_do_not_open_in_another() {
    let key = key();
    let sealed = key.seal(&counting(), b"a token", b"row 1").unwrap();
    for other in [&b"row 2"[..], b"row 11", b""] {
        let outcome = key.unseal(&sealed, other);
        assert!(matches!(outcome, Err(Error::NotSealedHere)), "{outcome:?}");
    }
}

#[test]
fn another_key_is_told_by_its_name_and_can_not_lie_about_it() {
    let (key, other) = (key(), key());
    let mut sealed = key.seal(&counting(), b"a token", b"row 1").unwrap();
    let told = other.unseal(&sealed, b"row 1");
    assert!(matches!(told, Err(Error::OtherKey)), "{told:?}");
    sealed.key_id = other.id().clone();
    let told = other.unseal(&sealed, b"row 1");
    assert!(matches!(told, Err(Error::NotSealedHere)), "{told:?}");
}

#[test]
fn sealing_twice_gives_different_bytes() {
    let (key, random) = (key(), counting());
    let one = key.seal(&random, b"a token", b"row 1").unwrap();
    let other = key.seal(&random, b"a token", b"row 1").unwrap();
    assert_ne!(one.bytes, other.bytes);
}

#[test]
fn a_written_key_is_read_back_and_any_change_is_damage() {
    let key = key();
    let text = key.to_text();
    assert_eq!(
        Key::from_text(text.as_bytes()).unwrap().bytes(),
        key.bytes()
    );
    let mut damaged: Vec<Vec<u8>> = vec![b"\xff".to_vec(), text.replace("/1", "/0").into()];
    for place in 0..text.len() {
        damaged.push(text.as_bytes()[..place].to_vec());
        let mut changed = text.as_bytes().to_vec();
        changed[place] ^= 1;
        damaged.push(changed);
    }
    damaged.push([text.as_bytes(), b" more"].concat());
    for text in damaged {
        assert!(
            matches!(Key::from_text(&text), Err(Error::Damaged)),
            "{text:?}"
        );
    }
}

#[test]
fn a_key_of_a_later_layout_is_told_from_damage() {
    for later in [
        "linkdesk-key/2 x y",
        "linkdesk-key/10",
        "linkdesk-key/2 a b c d",
    ] {
        let outcome = Key::from_text(later.as_bytes());
        assert!(matches!(outcome, Err(Error::Newer)), "{later}: {outcome:?}");
    }
    for other in ["linkdesk-key/x a b", "linkdesk-key/ a b", "other-key/2 a b"] {
        let outcome = Key::from_text(other.as_bytes());
        assert!(
            matches!(outcome, Err(Error::Damaged)),
            "{other}: {outcome:?}"
        );
    }
}

#[test]
fn a_written_key_fits_into_the_narrowest_key_store() {
    // The Credential Manager of Windows takes 2,560 bytes.
    assert!(key().to_text().len() < 100);
}

#[test]
fn a_fingerprint_is_eight_digits_that_depend_on_key_and_text() {
    let (key, other) = (key(), key());
    let print = |key: &Key, text: &str| key.fingerprint(&Secret::new(text)).unwrap();
    assert_eq!(print(&key, "a").len(), 8);
    assert_eq!(print(&key, "a"), print(&key, "a"));
    assert_ne!(print(&key, "a"), print(&key, "b"));
    assert_ne!(print(&key, "a"), print(&other, "a"));
}

#[test]
fn debug_shows_nothing_of_a_key() {
    let key = key();
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("Key({})", key.id()));
    let holder = Holder::default();
    assert_eq!(format!("{holder:?}"), "closed");
    holder.put(key);
    assert!(format!("{holder:?}").starts_with("open with "));
}

#[test]
fn names_of_keys_are_sixteen_lower_case_hexadecimal_digits() {
    assert!(KeyId::new("0123456789abcdef").is_ok());
    for bad in [
        "",
        "0123456789abcde",
        "0123456789ABCDEF",
        "0123456789abcdeg",
    ] {
        assert_eq!(KeyId::new(bad), Err(NotAKeyId), "{bad}");
    }
}
