//! The words of OAuth 2.0 on the wire: what is asked and what the answers mean, one file for each section of an RFC.
//!
//! Deliberately has no clock, draws no random number and performs no I/O; it doesn't know any provider.

mod address;
mod authorization_request;
mod authorization_response;
mod client_authentication;
mod device;
mod error_response;
mod expiry;
mod form;
mod id_token;
mod json;
mod jwk;
mod jws;
mod jwt;
mod metadata;
mod nonce;
mod pasted;
mod pkce;
mod plain;
mod scopes;
mod shape;
mod state;
mod token_form;
mod token_response;

#[cfg(test)]
mod tests;

pub use address::is_internationalized;
pub use authorization_request::AuthorizationRequest;
pub use authorization_response::{Accepted, AuthorizationResponse, Expected, Refused};
pub use client_authentication::client_secret_basic;
pub use device::{DeviceAuthorizationResponse, NextPoll, NotDeviceAuthorization, Polling};
pub use error_response::ErrorResponse;
pub use expiry::ExpirySource;
pub use form::form_urlencoded;
pub use id_token::{ExpectedIdToken, IdClaims, IdTokenError, verify_id_token};
pub use jwt::{jwt_claim, jwt_exp};
pub use metadata::{IssuerError, Metadata, MetadataError, metadata_urls};
pub use nonce::Nonce;
pub use pasted::{PastedError, pasted_query};
pub use pkce::{CodeChallenge, CodeVerifier};
pub use scopes::Scopes;
pub use shape::body_shape;
pub use state::State;
pub use token_form::token_form;
pub use token_response::{IdToken, NotTokens, TokenNames, TokenResponse};
