//! The requests of a provider: from the authorization request to the revocation.
//!
//! Writes and never sends; which alternative is tried when is the caller's business.

use std::collections::BTreeMap;

use url::Url;

use super::build::{self, Values};
use super::call::{Body, Call, CallKind, CallRecord, Param, Value};
use super::error::Error;
use super::manifest::Effect;
use super::record::Provider;
use super::settings::{Client, ClientSettings};
use crate::oauth::{AuthorizationRequest, CodeChallenge, CodeVerifier, State};
use crate::secret::Secret;

/// What an authorization request is made of beside provider and client.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationInputs<'a> {
    /// The redirect URI, exactly as the exchange will repeat it.
    pub redirect_uri: &'a str,
    /// What comes back with the answer.
    pub state: &'a State,
    /// The PKCE challenge (RFC 7636 §4.2), where the provider knows PKCE.
    pub challenge: Option<&'a CodeChallenge>,
    /// What comes back in the ID token (OpenID Connect Core §3.1.2.1), where one is expected.
    pub nonce: Option<&'a str>,
    /// Whether the person is to be asked which account is meant, because another one is linked already.
    pub chooses_account: bool,
}

impl<'a> AuthorizationInputs<'a> {
    /// A request without PKCE, ID token and choice of account.
    pub const fn plain(redirect_uri: &'a str, state: &'a State) -> Self {
        Self {
            redirect_uri,
            state,
            challenge: None,
            nonce: None,
            chooses_account: false,
        }
    }
}

impl Provider {
    /// The address the browser is opened with (RFC 6749 §4.1.1).
    pub fn authorization_request(
        &self,
        client: &Client,
        inputs: &AuthorizationInputs<'_>,
    ) -> Result<Url, Error> {
        let Some(record) = &self.authorization else {
            return Err(Error::NoEndpoint {
                endpoint: "authorization_endpoint",
            });
        };
        let settings = &client.settings;
        let endpoint = record.endpoint.at(settings)?;
        let missing = |name: &str| Error::Missing {
            name: name.to_owned(),
        };
        let client_id = settings.client_id.as_deref();
        let client_id = client_id.ok_or_else(|| missing("client_id"))?;
        let mut request = AuthorizationRequest::new(&endpoint)
            .with("response_type", "code")
            .with("client_id", client_id);
        if self.secret_in_address(settings) {
            let secret = client.secret.as_ref();
            let secret = secret.ok_or_else(|| missing("client_secret"))?;
            request = request.with("client_secret", secret.expose());
        }
        request = request.with("redirect_uri", inputs.redirect_uri);
        if let Some(scope) = &record.scope {
            request = request.with("scope", scope);
        }
        request = request.with("state", inputs.state.as_str());
        if let Some(nonce) = inputs.nonce {
            request = request.with("nonce", nonce);
        }
        if let Some(challenge) = inputs.challenge {
            request = request
                .with("code_challenge", challenge.as_str())
                .with("code_challenge_method", "S256");
        }
        let chooser = record.account_chooser.iter();
        let chooser = chooser.filter(|_| inputs.chooses_account);
        let extra = record.extra_params.iter().chain(chooser);
        let request = extra.fold(request, |request, (name, value)| request.with(name, value));
        Ok(request.url())
    }

    /// Whether the browser's address carries the client secret.
    pub fn secret_in_address(&self, settings: &ClientSettings) -> bool {
        self.is_on(Effect::ClientSecretInAuthorizationRequest, settings)
    }

    /// Tokens for a code (RFC 6749 §4.1.3).
    pub fn exchange_calls(
        &self,
        client: &Client,
        code: &Secret,
        redirect_uri: &str,
        verifier: Option<&CodeVerifier>,
    ) -> Result<Vec<Call>, Error> {
        let mut records = self.calls.exchange.clone();
        let mut values = Values::of(client)
            .with("code", code.expose())
            .with("redirect_uri", redirect_uri);
        if let Some(verifier) = verifier {
            values = values.with("code_verifier", verifier.as_str());
            records.iter_mut().for_each(add_verifier);
        }
        calls(&records, &values)
    }

    /// Tokens for user name and password.
    pub fn password_calls(
        &self,
        client: &Client,
        username: &str,
        password: &Secret,
    ) -> Result<Vec<Call>, Error> {
        let values = Values::of(client)
            .with("username", username)
            .with("password", password.expose());
        calls(&self.calls.password, &values)
    }

    /// A code for the person to type on another device (RFC 8628 §3.1).
    pub fn device_authorization_calls(&self, client: &Client) -> Result<Vec<Call>, Error> {
        calls(&self.calls.device_authorization, &Values::of(client))
    }

    /// Tokens for that code (RFC 8628 §3.4); to be asked again as long as the answer means `Pending` or `SlowDown`.
    pub fn device_token_calls(
        &self,
        client: &Client,
        device_code: &Secret,
    ) -> Result<Vec<Call>, Error> {
        let values = Values::of(client).with("device_code", device_code.expose());
        calls(&self.calls.device_token, &values)
    }

    /// The keys that ID tokens are signed with.
    pub fn jwks_call(&self, client: &Client) -> Result<Call, Error> {
        let record = self.calls.keys.first().ok_or(Error::NoEndpoint {
            endpoint: "jwks_uri",
        })?;
        build::call(record, 0, &Values::of(client))
    }

    /// New tokens for a refresh token (RFC 6749 §6).
    pub fn refresh_calls(
        &self,
        client: &Client,
        refresh_token: &Secret,
    ) -> Result<Vec<Call>, Error> {
        let values = Values::of(client).with("refresh_token", refresh_token.expose());
        calls(&self.calls.refresh, &values)
    }

    /// Who the tokens belong to; calls that need more than is known are left out.
    pub fn profile_calls(
        &self,
        client: &Client,
        access_token: &Secret,
        hints: &BTreeMap<String, String>,
    ) -> Result<Vec<Call>, Error> {
        let values = Values::of(client)
            .with("access_token", access_token.expose())
            .with_hints(hints);
        possible_calls(&self.calls.profile, &values)
    }

    /// The end of the tokens (RFC 7009 §2.1): all of these are to be sent, in this order.
    pub fn revocation_calls(
        &self,
        client: &Client,
        access_token: &Secret,
        refresh_token: Option<&Secret>,
    ) -> Result<Vec<Call>, Error> {
        let mut values = Values::of(client).with("access_token", access_token.expose());
        if let Some(refresh_token) = refresh_token {
            values = values.with("refresh_token", refresh_token.expose());
        }
        possible_calls(self.calls.of(CallKind::Revoke), &values)
    }
}

/// The verifier goes wherever the code goes.
fn add_verifier(record: &mut CallRecord) {
    if let Body::Form(params) | Body::Json(params) = &mut record.body {
        params.push(Param {
            name: "code_verifier".to_owned(),
            value: Value::Placeholder("code_verifier".to_owned()),
        });
    }
}

fn calls(records: &[CallRecord], values: &Values<'_>) -> Result<Vec<Call>, Error> {
    let numbered = records.iter().enumerate();
    numbered
        .map(|(alternative, record)| build::call(record, alternative, values))
        .collect()
}

fn possible_calls(records: &[CallRecord], values: &Values<'_>) -> Result<Vec<Call>, Error> {
    let numbered = records.iter().enumerate();
    numbered
        .filter(|(_, record)| values.suffice_for(record))
        .map(|(alternative, record)| build::call(record, alternative, values))
        .collect()
}
