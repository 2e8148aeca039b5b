//! Redirect URIs in words: the ways home, which way an address takes, and where two addresses differ.
//!
//! Opens nothing and listens nowhere; it only looks at text.

use crate::bridge::RedirectWay;

/// A way home as a choice.
pub const fn way(way: RedirectWay) -> &'static str {
    match way {
        RedirectWay::Loopback => "To this computer, over http",
        RedirectWay::LoopbackTls => "To this computer, over https",
        RedirectWay::Pasted => "To an address of yours, which you paste",
        RedirectWay::OutOfBand => "Nowhere: you paste a code instead",
    }
}

/// What a way home asks of a person.
pub const fn meaning(way: RedirectWay) -> &'static str {
    match way {
        RedirectWay::Loopback => "Your browser brings you back by itself. There is nothing to do.",
        RedirectWay::LoopbackTls => {
            "For providers that accept https only. Your browser warns once of Linkdesk’s own certificate: compare its fingerprint with the one shown here, then go on."
        }
        RedirectWay::Pasted => {
            "Any https address the provider lets you register, even one that shows nothing. After you have signed in, copy the address from your browser and paste it here."
        }
        RedirectWay::OutOfBand => {
            "After you have signed in, the provider’s page shows a code. You paste it here."
        }
    }
}

/// Which way home an address takes, where it is one at all.
///
/// An `https` address of this computer can also be pasted; which of both is meant can't be told from it.
pub fn way_of(redirect_uri: &str) -> Option<RedirectWay> {
    let redirect_uri = redirect_uri.trim();
    if redirect_uri.starts_with("urn:ietf:wg:oauth:2.0:oob") {
        return Some(RedirectWay::OutOfBand);
    }
    let address = url::Url::parse(redirect_uri).ok()?;
    let is_here = match address.host()? {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    };
    match (address.scheme(), is_here) {
        ("http", true) => Some(RedirectWay::Loopback),
        ("https", true) => Some(RedirectWay::LoopbackTls),
        ("https", false) => Some(RedirectWay::Pasted),
        _ => None,
    }
}

/// Where two addresses differ; what is before and after is the same in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What both begin with.
    pub before: String,
    /// What only the first has.
    pub one: String,
    /// What only the second has.
    pub other: String,
    /// What both end with.
    pub after: String,
}

/// Finds the part in which two addresses differ, widened to whole parts of an address: a port, a host's label, a path's segment.
///
/// ```
/// use linkdesk::text::redirect::difference;
/// let found = difference("http://127.0.0.1:8081/back", "http://127.0.0.1:8080/back");
/// assert_eq!((found.one.as_str(), found.other.as_str()), ("8081", "8080"));
/// assert_eq!(found.after, "/back");
/// ```
pub fn difference(one: &str, other: &str) -> Difference {
    if one == other {
        return Difference {
            before: one.into(),
            ..Difference::default()
        };
    }
    let [one, other] = [one, other].map(|text| text.chars().collect::<Vec<char>>());
    let same = common(one.iter(), other.iter());
    let start = one
        .iter()
        .take(same)
        .rposition(|letter| is_joint(*letter))
        .map_or(0, |joint| joint + 1);
    let [one_rest, other_rest] = [&one, &other].map(|text| text.get(start..).unwrap_or_default());
    let same = common(one_rest.iter().rev(), other_rest.iter().rev());
    let tail = one_rest.iter().skip(one_rest.len() - same);
    let kept = tail
        .clone()
        .position(|letter| is_joint(*letter))
        .map_or(0, |joint| same - joint);
    let part = |text: &[char]| text.iter().take(text.len() - kept).collect();
    Difference {
        before: one.iter().take(start).collect(),
        one: part(one_rest),
        other: part(other_rest),
        after: tail.skip(same - kept).collect(),
    }
}

/// How many letters two texts begin with alike.
fn common<'a>(one: impl Iterator<Item = &'a char>, other: impl Iterator<Item = &'a char>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// What joins the parts of an address.
const fn is_joint(letter: char) -> bool {
    matches!(letter, ':' | '/' | '.' | '?' | '#' | '&' | '=' | '@')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_difference_is_a_whole_part_of_an_address() {
        let cases = [
            (
                "http://127.0.0.1/cb",
                "https://127.0.0.1/cb",
                "http",
                "https",
            ),
            (
                "http://localhost/cb",
                "http://127.0.0.1/cb",
                "localhost",
                "127.0.0.1",
            ),
            (
                "http://127.0.0.1:53682/cb",
                "http://127.0.0.1:8080/cb",
                "53682",
                "8080",
            ),
            ("https://a.example/cb", "https://a.example/cb/", "cb", "cb/"),
            ("https://a.example/cb", "", "https://a.example/cb", ""),
        ];
        for (one, other, only_one, only_other) in cases {
            let found = difference(one, other);
            assert_eq!(
                (found.one.as_str(), found.other.as_str()),
                (only_one, only_other),
                "{one} {other}"
            );
        }
    }

    #[test]
    fn equal_addresses_differ_nowhere() {
        let found = difference("http://127.0.0.1/cb", "http://127.0.0.1/cb");
        assert_eq!(found.before, "http://127.0.0.1/cb");
        assert_eq!(found.one, "");
    }

    #[test]
    fn an_address_says_which_way_it_takes() {
        let cases = [
            ("http://127.0.0.1/cb", Some(RedirectWay::Loopback)),
            ("http://localhost:8080/", Some(RedirectWay::Loopback)),
            ("http://[::1]/cb", Some(RedirectWay::Loopback)),
            ("https://127.0.0.1:8443/cb", Some(RedirectWay::LoopbackTls)),
            ("https://desk.example/cb", Some(RedirectWay::Pasted)),
            ("urn:ietf:wg:oauth:2.0:oob", Some(RedirectWay::OutOfBand)),
            ("http://desk.example/cb", None),
            ("127.0.0.1/cb", None),
            ("", None),
        ];
        for (redirect_uri, expected) in cases {
            assert_eq!(way_of(redirect_uri), expected, "{redirect_uri}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_make_up_both_addresses(one in "[ab:/.é]{0,8}", other in "[ab:/.é]{0,8}") {
            let found = difference(&one, &other);
            let Difference { before, after, .. } = &found;
            prop_assert_eq!(format!("{before}{}{after}", found.one), one);
            prop_assert_eq!(format!("{before}{}{after}", found.other), other);
        }
    }
}
