//! The scope of an access token ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
//!
//! Doesn't know what any scope allows.

use std::fmt;

/// Scope tokens, each once, in the order they were written.
///
/// ```
/// use linkdesk::oauth::Scopes;
///
/// let granted = Scopes::parse("account maps account");
/// assert_eq!(granted.iter().collect::<Vec<_>>(), ["account", "maps"]);
/// assert_eq!(granted.to_string(), "account maps");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Reads scopes separated by spaces, as the RFC says, or by commas, as some servers do; ill-formed ones are dropped.
    pub fn parse(text: &str) -> Self {
        let mut scopes = Self::default();
        for scope in text.split([' ', ',']) {
            scopes.add(scope);
        }
        scopes
    }

    /// The scopes in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a scope is among them.
    pub fn contains(&self, scope: &str) -> bool {
        self.iter().any(|own| own == scope)
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, scope: &str) {
        if is_scope_token(scope) && !self.contains(scope) {
            self.0.push(scope.to_owned());
        }
    }
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, and not longer than anyone means it to be.
fn is_scope_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    (1..=256).contains(&text.len()) && text.bytes().all(fits)
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(" "))
    }
}

impl<Text: AsRef<str>> FromIterator<Text> for Scopes {
    fn from_iter<Texts: IntoIterator<Item = Text>>(texts: Texts) -> Self {
        let mut scopes = Self::default();
        for text in texts {
            scopes.add(text.as_ref());
        }
        scopes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spaces_and_commas_both_separate() {
        assert_eq!(Scopes::parse("a b,c, d").to_string(), "a b c d");
    }

    #[test]
    fn ill_formed_scopes_are_dropped_and_the_rest_kept() {
        assert_eq!(Scopes::parse("a \"b\" c\\d é e\u{7}f g").to_string(), "a g");
    }

    #[test]
    fn an_empty_text_is_no_scope() {
        assert!(Scopes::parse("  ").is_empty());
    }

    #[test]
    fn a_list_keeps_its_order() {
        let scopes: Scopes = ["maps", "account", "maps"].into_iter().collect();
        assert_eq!(scopes.to_string(), "maps account");
        assert_eq!(scopes.len(), 2);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_the_same(text in any::<String>()) {
            let scopes = Scopes::parse(&text);
            prop_assert_eq!(Scopes::parse(&scopes.to_string()), scopes);
        }
    }
}
