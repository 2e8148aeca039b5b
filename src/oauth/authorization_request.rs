//! The authorization request: the address the browser opens ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).
//!
//! Doesn't know which parameters a provider wants, nor whether its endpoint may be trusted.

use url::Url;

/// An authorization request being put together, in the order the parameters are given.
///
/// ```
/// use linkdesk::oauth::AuthorizationRequest;
/// use url::Url;
///
/// # fn main() -> Result<(), url::ParseError> {
/// let endpoint = Url::parse("https://server.example.com/authorize")?;
/// let address = AuthorizationRequest::new(&endpoint)
///     .with("response_type", "code")
///     .with("client_id", "s6BhdRkqt3")
///     .with("state", "xyz")
///     .url();
/// assert_eq!(
///     address.as_str(),
///     "https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3&state=xyz"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthorizationRequest(Url);

impl AuthorizationRequest {
    /// Begins with the authorization endpoint; a query it already has is retained (§3.1), a fragment is not.
    pub fn new(endpoint: &Url) -> Self {
        let mut address = endpoint.clone();
        address.set_fragment(None);
        Self(address)
    }

    /// Adds a parameter after those already there.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Adds parameters in their order.
    #[must_use]
    pub fn with_all(self, params: &[(&str, &str)]) -> Self {
        params
            .iter()
            .fold(self, |request, (name, value)| request.with(name, value))
    }

    /// The finished address.
    pub fn url(self) -> Url {
        self.0
    }
}

impl std::fmt::Debug for AuthorizationRequest {
    /// Leaves the query out: `state`, and for some providers a client secret, are in it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = self.0.clone();
        shown.set_query(None);
        formatter
            .debug_tuple("AuthorizationRequest")
            .field(&shown.as_str())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_example_of_section_4_1_1_holds() {
        let address = AuthorizationRequest::new(&endpoint("https://server.example.com/authorize"))
            .with_all(&[
                ("response_type", "code"),
                ("client_id", "s6BhdRkqt3"),
                ("state", "xyz"),
                ("redirect_uri", "https://client.example.com/cb"),
            ])
            .url();
        assert_eq!(
            address.as_str(),
            "https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3&state=xyz\
             &redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb"
        );
    }

    #[test]
    fn a_query_of_the_endpoint_stays_in_front() {
        let address =
            AuthorizationRequest::new(&endpoint("https://a.example/?oauth=authorize#top"))
                .with("scope", "account maps")
                .url();
        assert_eq!(
            address.as_str(),
            "https://a.example/?oauth=authorize&scope=account+maps"
        );
    }

    #[test]
    fn without_parameters_the_endpoint_is_unchanged() {
        let address = AuthorizationRequest::new(&endpoint("https://a.example/authorize")).url();
        assert_eq!(address.as_str(), "https://a.example/authorize");
    }

    #[test]
    fn an_empty_value_is_sent_as_such() {
        let address = AuthorizationRequest::new(&endpoint("https://a.example/authorize"))
            .with("scope", "")
            .url();
        assert_eq!(address.query(), Some("scope="));
    }

    #[test]
    fn debug_leaves_the_query_out() {
        let request =
            AuthorizationRequest::new(&endpoint("https://a.example/x")).with("state", "canary");
        assert!(!format!("{request:?}").contains("canary"));
    }
}
