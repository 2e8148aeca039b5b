//! The browser's part of the code flow: the request for authorization, the sign-in, the consent, the way back.
//!
//! Doesn't know where a provider puts its authorization endpoint, nor what it demands beyond [RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1).

use super::{
    ledger::{Code, Ticket},
    pages,
    params::Params,
    provider::Route,
    random,
    reply::{Answer, Refusal, Reply},
    users,
    visit::Visit,
};

/// Where the pages of every provider send their forms.
pub(super) const ROUTES: &[Route] = &[
    Route::post("/sign-in", sign_in),
    Route::post("/consent", consent),
];

/// Shows the code on a page instead of sending it anywhere.
pub(super) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

const TICKET_LIFETIME: i64 = 600_000;
pub(super) const GONE: &str = "This sign-in has ended. Go back to the app and start again.";

/// A request for authorization whose client and redirect URI are known to be good.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) params: &'a Params,
    client_id: &'a str,
    redirect_uri: &'a str,
    /// The state, where the callback carries it.
    state: Option<String>,
}

/// Why a request for authorization goes no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// Client or redirect URI are unknown: nobody is sent anywhere.
    Stranger(Refusal),
    /// The browser goes back with an error.
    Back(Reply),
}

/// The authorization endpoint of a provider that demands nothing unusual.
pub(super) fn authorize(visit: &mut Visit<'_>) -> Answer {
    match Request::read(visit) {
        Ok(request) => request.ask(visit),
        Err(stop) => Ok(stop.into_page(visit)),
    }
}

impl<'a> Request<'a> {
    /// Reads the query; the client and the redirect URI come first, because without them an error has nowhere to go.
    pub(super) fn read(visit: &Visit<'a>) -> Result<Self, Stop> {
        let params = &visit.asked.query;
        let stranger = Stop::Stranger;
        let client_id = params.required("client_id").map_err(stranger)?;
        visit.check_client(client_id, None).map_err(stranger)?;
        let redirect_uri = params.required("redirect_uri").map_err(stranger)?;
        if !(visit.shop.provider.accepts_redirect)(visit.mode(), redirect_uri) {
            return Err(stranger(Refusal::new(
                "redirect_uri_mismatch",
                "redirect_uri is not registered for this client",
            )));
        }
        let echoes = visit.shop.provider.echoes_state(visit.mode());
        let state = params.get("state").filter(|_| echoes).map(str::to_owned);
        let request = Self {
            params,
            client_id,
            redirect_uri,
            state,
        };
        request
            .check_the_rest()
            .map_err(|refusal| Stop::Back(request.back(refusal)))?;
        Ok(request)
    }

    fn check_the_rest(&self) -> Result<(), Refusal> {
        self.params.without_repeats()?;
        match self.params.required("response_type")? {
            "code" => Ok(()),
            _ => Err(Refusal::new(
                "unsupported_response_type",
                "response_type must be code",
            )),
        }
    }

    /// Sends the browser back with an error.
    pub(super) fn back(&self, refusal: Refusal) -> Reply {
        back(self.redirect_uri, self.state.as_deref(), refusal)
    }

    /// Opens the sign-in page.
    pub(super) fn ask(self, visit: &mut Visit<'_>) -> Answer {
        let scope = self.params.get("scope").map(str::to_owned);
        open(visit, self.ticket(scope))
    }

    /// What the browser is asked for, in this scope.
    pub(super) fn ticket(self, scope: Option<String>) -> Ticket {
        Ticket {
            client_id: self.client_id.to_owned(),
            redirect_uri: self.redirect_uri.to_owned(),
            state: self.state,
            scope,
            ..Ticket::default()
        }
    }
}

/// Shows the sign-in page for a ticket.
pub(super) fn open(visit: &mut Visit<'_>, ticket: Ticket) -> Answer {
    let suggested = suggested(&ticket);
    let name = remember(visit, ticket)?;
    Ok(pages::sign_in(visit.shop, &name, &suggested, ""))
}

/// Keeps a ticket for ten minutes, under a name that goes into the page.
pub(super) fn remember(visit: &mut Visit<'_>, mut ticket: Ticket) -> Result<String, Refusal> {
    let name = random::hex(32)?;
    ticket.expires_at = visit.now.saturating_add(TICKET_LIFETIME);
    visit.ledger.tickets.insert(name.clone(), ticket);
    Ok(name)
}

/// Whose name stands in the form.
fn suggested(ticket: &Ticket) -> String {
    let first = || users::TRADER.username.to_owned();
    ticket.suggested.clone().unwrap_or_else(first)
}

impl Stop {
    /// An error page for a stranger, the way back for everybody else.
    pub(super) fn into_page(self, visit: &Visit<'_>) -> Reply {
        match self {
            Self::Stranger(refusal) => pages::notice(
                visit.shop,
                400,
                "This request can't be answered",
                refusal.why,
            ),
            Self::Back(reply) => reply,
        }
    }
}

fn back(redirect_uri: &str, state: Option<&str>, refusal: Refusal) -> Reply {
    let mut params = vec![
        ("error", refusal.code.to_owned()),
        ("error_description", refusal.why.to_owned()),
    ];
    params.extend(state.map(|state| ("state", state.to_owned())));
    Reply::callback(redirect_uri, params)
}

/// User name and password arrive.
fn sign_in(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    let name = form.get("ticket").unwrap_or_default();
    let username = form.get("username").unwrap_or_default();
    let user = visit.signs_in(username, form.get("password").unwrap_or_default());
    let Some(ticket) = visit
        .ledger
        .tickets
        .get_mut(name)
        .filter(|ticket| visit.now < ticket.expires_at)
    else {
        return Ok(pages::notice(visit.shop, 400, "Too late", GONE));
    };
    let Some(user) = user else {
        return Ok(pages::sign_in(
            visit.shop,
            name,
            &suggested(ticket),
            "Wrong user name or password",
        ));
    };
    ticket.signed_in_at = visit.now;
    ticket.username = Some(user.username.to_owned());
    Ok(pages::consent(visit.shop, name, user.username))
}

/// The person presses "Allow" or "Deny".
pub(super) fn consent(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    let Some((ticket, username)) = signed_in(visit, form) else {
        return Ok(pages::notice(visit.shop, 400, "Too late", GONE));
    };
    match form.get("decision") {
        Some("allow") => allow(visit, &ticket, username),
        Some("deny") if ticket.redirect_uri == OUT_OF_BAND => Ok(pages::notice(
            visit.shop,
            200,
            "Denied",
            "Nothing was handed out.",
        )),
        Some("deny") => {
            let refusal = Refusal::new("access_denied", "the person denied the request");
            Ok(back(&ticket.redirect_uri, ticket.state.as_deref(), refusal))
        }
        _ => Ok(pages::notice(visit.shop, 400, "No decision", GONE)),
    }
}

/// Takes the ticket of a form, with who signed in.
pub(super) fn signed_in(visit: &mut Visit<'_>, form: &Params) -> Option<(Ticket, String)> {
    let name = form.get("ticket").unwrap_or_default();
    let ticket = visit.ledger.tickets.remove(name)?;
    let username = ticket.username.clone()?;
    (visit.now < ticket.expires_at).then_some((ticket, username))
}

fn allow(visit: &mut Visit<'_>, ticket: &Ticket, username: String) -> Answer {
    let code = (visit.shop.provider.code)()?;
    let record = Code {
        client_id: ticket.client_id.clone(),
        redirect_uri: ticket.redirect_uri.clone(),
        username,
        scope: ticket.scope.clone(),
        expires_at: visit.now.saturating_add(visit.shop.code_lifetime()),
        used: false,
        signed_in_at: ticket.signed_in_at,
        binding: ticket.binding.clone(),
        family: None,
    };
    visit.ledger.codes.insert(code.clone(), record);
    visit.ledger.counters.codes += 1;
    if ticket.redirect_uri == OUT_OF_BAND {
        return Ok(pages::code(visit.shop, &code));
    }
    let mut params = vec![("code", code)];
    params.extend(ticket.state.clone().map(|state| ("state", state)));
    Ok(Reply::callback(&ticket.redirect_uri, params))
}
