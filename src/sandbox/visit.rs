//! One request being answered: what was asked, what the provider remembers, what time it takes it to be.
//!
//! Knows the checks that providers share; which of them apply, each provider says.

use super::{
    asked::{Asked, Sent},
    faults::Fault,
    ledger::{AccessToken, Code, Ledger, RefreshToken},
    options::Mode,
    params::Params,
    reply::Refusal,
    shop::Shop,
    users::{self, User},
};

/// A request in front of a provider.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    pub(super) shop: &'a Shop,
    pub(super) asked: &'a Asked,
    pub(super) ledger: &'a mut Ledger,
    /// The true time, in Unix milliseconds.
    pub(super) now: i64,
    /// By how many seconds the provider's clock is off in what it writes.
    pub(super) clock_off: i64,
    /// How long an access token is good for, where a fault or an option says so; in milliseconds.
    pub(super) lifetime: Option<i64>,
    /// The fault this request has, for what only the provider itself can get wrong.
    pub(super) fault: Option<&'a Fault>,
}

/// Tokens just issued.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    /// In seconds.
    pub(super) expires_in: i64,
}

/// What tokens are issued for, and with what.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) user: &'static User,
    pub(super) scope: Option<String>,
    pub(super) access_token: String,
    /// How long the access token is good for, in seconds, unless something says otherwise.
    pub(super) lifetime: i64,
    pub(super) refresh_token: Option<String>,
    /// How long the refresh token is good for, in seconds.
    pub(super) refresh_lifetime: Option<i64>,
    /// The sign-in the tokens descend from, where the provider keeps track.
    pub(super) family: Option<String>,
}

/// Why a bearer token isn't good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadToken {
    Missing,
    Unknown,
    Revoked,
    Expired,
}

impl<'a> Visit<'a> {
    pub(super) fn mode(&self) -> Mode {
        self.shop.mode
    }

    /// The time the provider writes down, in Unix seconds.
    pub(super) fn written_now(&self) -> i64 {
        self.now.div_euclid(1000).saturating_add(self.clock_off)
    }

    /// The parameters of a form, or a refusal of anything else.
    pub(super) fn form(&self) -> Result<&'a Params, Refusal> {
        match &self.asked.sent {
            Sent::Form(params) => params.without_repeats(),
            Sent::Nothing => Err(Refusal::missing("grant_type")),
            Sent::Json { .. } | Sent::Other => Err(Refusal::new(
                "invalid_request",
                "the body must be application/x-www-form-urlencoded",
            )),
        }
    }

    /// Refuses a client that isn't registered, by id alone.
    pub(super) fn known_client(&self, params: &Params) -> Result<(), Refusal> {
        self.check_client(params.required("client_id")?, None)
    }

    /// Refuses a client that isn't the registered one, by id and secret in the body.
    pub(super) fn client_with_secret(&self, params: &Params) -> Result<(), Refusal> {
        self.check_client(
            params.required("client_id")?,
            Some(params.required("client_secret")?),
        )
    }

    pub(super) fn check_client(&self, id: &str, secret: Option<&str>) -> Result<(), Refusal> {
        let client = &self.shop.client;
        let public = self.shop.identity.as_ref();
        let is_public = public.is_some_and(|identity| id == identity.public_client_id);
        if (id == client.client_id && secret.is_none_or(|secret| secret == client.client_secret))
            || (is_public && secret.is_none())
        {
            Ok(())
        } else {
            Err(Refusal::new(
                "invalid_client",
                "client_id and client_secret are not those of a registered client",
            ))
        }
    }

    /// Spends the code, if it is good, for the redirect URI where one is demanded.
    pub(super) fn redeem(
        &mut self,
        params: &Params,
        redirect_uri: Option<&str>,
    ) -> Result<Code, Refusal> {
        let shop = self.shop;
        let code = self.good_code(params, &shop.client.client_id, redirect_uri)?;
        code.used = true;
        Ok(code.clone())
    }

    /// The code, if it is good for this client, and for the redirect URI where one is demanded.
    pub(super) fn good_code(
        &mut self,
        params: &Params,
        client_id: &str,
        redirect_uri: Option<&str>,
    ) -> Result<&mut Code, Refusal> {
        let code = params.required("code")?;
        self.ledger.note_spend(code);
        let now = self.now;
        let Some(code) = self.ledger.codes.get_mut(code) else {
            return Err(Refusal::new("invalid_grant", "the code is unknown"));
        };
        if code.used {
            return Err(Refusal::new(
                "invalid_grant",
                "the code has been used before",
            ));
        }
        if now >= code.expires_at {
            return Err(Refusal::new("invalid_grant", "the code has expired"));
        }
        if code.client_id != client_id {
            return Err(Refusal::new(
                "invalid_grant",
                "the code was issued to another client",
            ));
        }
        if redirect_uri.is_some_and(|uri| uri != code.redirect_uri) {
            return Err(Refusal::new(
                "invalid_grant",
                "redirect_uri is not the one of the authorization request",
            ));
        }
        Ok(code)
    }

    /// The refresh token presented, if it is good.
    pub(super) fn refresh_token(&mut self, token: &str) -> Result<RefreshToken, Refusal> {
        self.ledger.note_spend(token);
        let live = self.ledger.live_refresh_token(token, self.now).cloned();
        let why = "the refresh token is unknown, revoked or expired";
        live.ok_or_else(|| Refusal::new("invalid_grant", why))
    }

    /// Writes new tokens into the ledger.
    pub(super) fn issue(&mut self, grant: Grant) -> Issued {
        let lifetime = self
            .lifetime
            .unwrap_or_else(|| grant.lifetime.saturating_mul(1000));
        let username = grant.user.username.to_owned();
        let access = AccessToken {
            username: username.clone(),
            scope: grant.scope.clone(),
            expires_at: self.now.saturating_add(lifetime),
            revoked: false,
            companion: grant.refresh_token.clone(),
            supersedes: None,
            family: grant.family.clone(),
        };
        self.ledger
            .access_tokens
            .insert(grant.access_token.clone(), access);
        if let Some(token) = &grant.refresh_token {
            let expires_at = grant
                .refresh_lifetime
                .map(|seconds| self.now.saturating_add(seconds.saturating_mul(1000)));
            let refresh = RefreshToken {
                username,
                scope: grant.scope,
                expires_at,
                family: grant.family,
            };
            self.ledger.refresh_tokens.insert(token.clone(), refresh);
        }
        Issued {
            access_token: grant.access_token,
            refresh_token: grant.refresh_token,
            expires_in: lifetime / 1000,
        }
    }

    /// Whose access token this is, and the token's record.
    pub(super) fn holder(
        &mut self,
        token: Option<&str>,
    ) -> Result<(&'static User, &mut AccessToken), BadToken> {
        let token = token.ok_or(BadToken::Missing)?;
        let access = self
            .ledger
            .access_tokens
            .get_mut(token)
            .ok_or(BadToken::Unknown)?;
        if access.revoked {
            return Err(BadToken::Revoked);
        }
        if self.now >= access.expires_at {
            return Err(BadToken::Expired);
        }
        Ok((users::named(&access.username), access))
    }

    /// Whether these are the credentials of a practice user.
    pub(super) fn signs_in(&self, username: &str, password: &str) -> Option<&'static User> {
        users::find(username).filter(|_| password == self.shop.password)
    }
}

impl Grant {
    /// Tokens for whoever a code or refresh token stands for.
    pub(super) fn new(
        username: &str,
        scope: Option<String>,
        access_token: String,
        lifetime: i64,
    ) -> Self {
        Self {
            user: users::named(username),
            scope,
            access_token,
            lifetime,
            refresh_token: None,
            refresh_lifetime: None,
            family: None,
        }
    }

    /// Makes the tokens end with all that descend from the same sign-in.
    pub(super) fn in_family(mut self, family: &str) -> Self {
        self.family = Some(family.to_owned());
        self
    }

    pub(super) fn with_refresh(mut self, token: String, lifetime: Option<i64>) -> Self {
        self.refresh_token = Some(token);
        self.refresh_lifetime = lifetime;
        self
    }
}
