//! How the provider's answer comes home: what `client` was told, against what the provider allows.
//!
//! Whether an address is usable is the worker's to say; here only plain contradictions are refused.

use super::args::{ClientArgs, RedirectChoice};
use super::stop::Stop;
use crate::bridge::{ClientCard, RedirectWay};
use crate::text::foreign;

/// The part of a set-up that is about the way home.
#[derive(Debug, Default)]
pub(super) struct Redirect {
    pub(super) uri: Option<String>,
    pub(super) others: Option<Vec<String>>,
    pub(super) pastes: Option<bool>,
}

/// The word people say for a way, which is what `--redirect` takes.
pub(super) const fn word(way: RedirectWay) -> &'static str {
    match way {
        RedirectWay::Loopback => "loopback",
        RedirectWay::LoopbackTls => "loopback-tls",
        RedirectWay::Pasted => "paste",
        RedirectWay::OutOfBand => "out-of-band",
    }
}

/// All registered redirect URIs, in the order they are tried.
pub(super) fn redirect_uris(client: &ClientCard) -> impl Iterator<Item = &str> {
    std::iter::once(&client.redirect_uri)
        .chain(&client.other_redirect_uris)
        .map(String::as_str)
        .filter(|uri| !uri.is_empty())
}

/// What was typed; `from_file` are those the provider's own JSON names, used where nothing else was said.
pub(super) fn read(
    args: &ClientArgs,
    from_file: &[String],
    client: &ClientCard,
) -> Result<Redirect, Stop> {
    let proposed = args.redirect.map(|way| proposed(way, client)).transpose()?;
    let uris = match proposed {
        _ if !args.redirect_uri.is_empty() => args.redirect_uri.clone(),
        Some(proposed) if !proposed.is_empty() => vec![proposed.to_owned()],
        Some(_) if from_file.is_empty() => {
            return Err(Stop::usage(
                "the provider proposes no address to paste from: give it with --redirect-uri",
            ));
        }
        Some(_) | None => from_file.to_vec(),
    };
    if let Some(way) = args.redirect {
        check_scheme(way, &uris)?;
    }
    if uris.len() > 1 && uris.iter().any(String::is_empty) {
        return Err(Stop::usage(
            "an empty --redirect-uri returns to the provider’s own, so it can’t stand beside others",
        ));
    }
    let mut uris = uris.into_iter();
    let uri = uris.next();
    Ok(Redirect {
        // Those that are given are all there are.
        others: uri.is_some().then(|| uris.collect()),
        uri,
        pastes: args.redirect.map(|way| way == RedirectChoice::Paste),
    })
}

/// The address to propose for a way; empty where it is the person's to say.
fn proposed(way: RedirectChoice, client: &ClientCard) -> Result<&str, Stop> {
    let way = RedirectWay::from(way);
    if let Some(card) = client.ways.iter().find(|card| card.way == way) {
        return Ok(&card.proposed);
    }
    let allowed: Vec<&str> = client.ways.iter().map(|card| word(card.way)).collect();
    let allowed = if allowed.is_empty() {
        "none, because nothing is redirected".to_owned()
    } else {
        allowed.join(", ")
    };
    Err(Stop::usage(format!(
        "this provider doesn’t allow --redirect {}. It allows: {allowed}",
        word(way)
    )))
}

fn check_scheme(way: RedirectChoice, uris: &[String]) -> Result<(), Stop> {
    let scheme = match way {
        RedirectChoice::Loopback => "http://",
        RedirectChoice::LoopbackTls => "https://",
        RedirectChoice::Paste | RedirectChoice::OutOfBand => return Ok(()),
    };
    let fits = |uri: &&String| uri.is_empty() || uri.to_ascii_lowercase().starts_with(scheme);
    match uris.iter().find(|uri| !fits(uri)) {
        None => Ok(()),
        Some(uri) => Err(Stop::usage(format!(
            "--redirect {} goes with addresses that begin with {scheme}, not with {}",
            word(way.into()),
            foreign(uri)
        ))),
    }
}
