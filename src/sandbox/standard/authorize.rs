//! The authorization endpoint: PKCE, prompts, the choice of accounts, and `iss` on the way back.
//!
//! Doesn't know what a code is good for.

use super::{device, scope};
use crate::sandbox::{
    ledger::Binding,
    pages,
    params::Params,
    reply::{Answer, Body, Refusal, Reply},
    sign_in::{self, GONE, Request},
    users,
    visit::Visit,
};

pub(super) const PROMPTS: [&str; 4] = ["none", "login", "consent", "select_account"];

/// How long the base64url of a SHA-256 is.
const CHALLENGE_LENGTH: usize = 43;

/// [RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1), with an issuer in whatever goes back.
pub(super) fn authorize(visit: &mut Visit<'_>) -> Answer {
    let answer = match Request::read(visit) {
        Ok(request) => asked(visit, request),
        Err(stop) => Ok(stop.into_page(visit)),
    };
    answer.map(|reply| named(visit, reply))
}

fn asked(visit: &mut Visit<'_>, request: Request<'_>) -> Answer {
    let params = request.params;
    let binding = match binding(params) {
        Ok(binding) => binding,
        Err(refusal) => return Ok(request.back(refusal)),
    };
    let (scope, prompts) = match scope::requested(params.get("scope"))
        .and_then(|scope| Ok((scope, prompts(params.get("prompt"))?)))
    {
        Ok(both) => both,
        Err(refusal) => return Ok(request.back(refusal)),
    };
    let mut ticket = request.ticket(Some(scope));
    ticket.binding = binding;
    let hint = params.get("login_hint").and_then(users::find);
    ticket.suggested = hint.map(|user| user.username.to_owned());
    if prompts.contains(&"select_account") {
        let name = sign_in::remember(visit, ticket)?;
        return Ok(pages::choose(visit.shop, &name));
    }
    sign_in::open(visit, ticket)
}

/// What the code is bound to; without a method [RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3) means `plain`.
fn binding(params: &Params) -> Result<Binding, Refusal> {
    let challenge = params.get("code_challenge").unwrap_or_default();
    let of_the_alphabet = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if params.get("code_challenge_method") != Some("S256")
        || challenge.len() != CHALLENGE_LENGTH
        || !challenge.chars().all(of_the_alphabet)
    {
        return Err(Refusal::new(
            "invalid_request",
            "PKCE with a code_challenge of method S256 is required",
        ));
    }
    Ok(Binding {
        code_challenge: challenge.to_owned(),
        nonce: params.get("nonce").map(str::to_owned),
    })
}

/// Nobody stays signed in here, so that nobody can be signed in without a page.
fn prompts(prompt: Option<&str>) -> Result<Vec<&str>, Refusal> {
    let prompts: Vec<_> = prompt.map_or(Vec::new(), |prompt| prompt.split(' ').collect());
    if !prompts.iter().all(|prompt| PROMPTS.contains(prompt)) {
        return Err(Refusal::new(
            "invalid_request",
            "a prompt is none, login, consent or select_account",
        ));
    }
    match (prompts.contains(&"none"), prompts.len()) {
        (false, _) => Ok(prompts),
        (true, 1) => Err(Refusal::new("login_required", "nobody is signed in")),
        (true, _) => Err(Refusal::new(
            "invalid_request",
            "the prompt none stands alone",
        )),
    }
}

/// Somebody was chosen; the password is asked for all the same.
pub(super) fn select(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    let name = form.get("ticket").unwrap_or_default();
    let user = form.get("username").and_then(users::find);
    let now = visit.now;
    let ticket = visit.ledger.tickets.get_mut(name);
    let (Some(ticket), Some(user)) = (ticket.filter(|ticket| now < ticket.expires_at), user) else {
        return Ok(pages::notice(visit.shop, 400, "Too late", GONE));
    };
    ticket.suggested = Some(user.username.to_owned());
    Ok(pages::sign_in(visit.shop, name, user.username, ""))
}

/// The person has decided, about an app on this computer or one that waits elsewhere.
pub(super) fn consent(visit: &mut Visit<'_>) -> Answer {
    let form = visit.form()?;
    let ticket = form
        .get("ticket")
        .and_then(|name| visit.ledger.tickets.get(name));
    match ticket.and_then(|ticket| ticket.device_code.clone()) {
        Some(device_code) => Ok(device::decide(visit, form, &device_code)),
        None => sign_in::consent(visit).map(|reply| named(visit, reply)),
    }
}

/// Says who answers, in whatever goes back to the app ([RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)).
fn named(visit: &Visit<'_>, mut reply: Reply) -> Reply {
    if let Body::Callback { params, .. } = &mut reply.body {
        params.push(("iss", visit.shop.base_url.clone()));
    }
    reply
}
