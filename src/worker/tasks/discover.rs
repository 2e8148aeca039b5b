//! Asks an issuer for its metadata, and keeps provider files of the user's own.
//!
//! What was found is only told; nothing is written before somebody has seen it and said so.

use std::sync::Arc;

use http::Request;
use url::Url;

use super::Desk;
use crate::bridge::ProblemKind;
use crate::ids::CommandId;
use crate::oauth::{Metadata, metadata_urls};
use crate::provider::Registry;
use crate::provider::discovery::Discovered;
use crate::worker::failure::{Failure, chain};
use crate::worker::input::{Found, Input, NewFile};

/// Where people copy an issuer from may end like this.
const WELL_KNOWN: &str = "/.well-known/";

/// Asks and tells the core.
pub(in crate::worker) async fn run(desk: Arc<Desk>, command: CommandId, issuer: String) {
    let found = discover(&desk, &issuer).await;
    desk.answer(Input::Discovered(command, found.map(Box::new)))
        .await;
}

async fn discover(desk: &Desk, typed: &str) -> Result<Found, Failure> {
    let issuer = issuer(typed)?;
    let unfit = |error: &dyn std::error::Error| refused(typed, error);
    let addresses = metadata_urls(&issuer).map_err(|error| unfit(&error))?;
    let mut last = None;
    for address in addresses {
        match ask(desk, typed, &issuer, &address).await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(failure) => last = Some(failure),
        }
        if last.as_ref().is_some_and(Failure::is_transitory) {
            break;
        }
    }
    Err(last.unwrap_or_else(|| {
        Failure::new(ProblemKind::DiscoveryFailed {
            issuer: typed.to_owned(),
            why: "it publishes no metadata at the usual addresses".to_owned(),
        })
    }))
}

/// What was typed as an address: a bare host means https, and the well-known path is not part of an issuer.
fn issuer(typed: &str) -> Result<Url, Failure> {
    let typed = typed.trim();
    let bare = typed
        .split_once(WELL_KNOWN)
        .map_or(typed, |(issuer, _)| issuer);
    let whole = if bare.contains("://") {
        bare.to_owned()
    } else {
        format!("https://{bare}")
    };
    Url::parse(&whole).map_err(|error| refused(typed, &error))
}

/// Asks one address; `None` where there is nothing.
async fn ask(
    desk: &Desk,
    typed: &str,
    issuer: &Url,
    address: &Url,
) -> Result<Option<Found>, Failure> {
    let request = Request::get(address.as_str())
        .header(http::header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|error| Failure::caused(ProblemKind::Bug, &error))?;
    let answer = desk
        .world
        .http
        .send(request)
        .await
        .map_err(|error| Failure::unanswered(&error, desk.world.clock.now()))?;
    if answer.status().is_server_error() {
        return Err(Failure::new(ProblemKind::TemporarilyFailing {
            host: address.host_str().unwrap_or_default().to_owned(),
            status: answer.status().as_u16(),
            retry_at: None,
        }));
    }
    if !answer.status().is_success() {
        return Ok(None);
    }
    // The issuer as text: a slash at the end may or may not belong to it.
    let text = issuer.as_str();
    let read = Metadata::read(answer.body(), text)
        .or_else(|_| Metadata::read(answer.body(), text.trim_end_matches('/')));
    let metadata = read.map_err(|error| refused(typed, &error))?;
    Ok(Some(Found {
        discovered: Discovered {
            read_at: address.clone(),
            metadata,
        },
    }))
}

fn refused(typed: &str, error: &dyn std::error::Error) -> Failure {
    let kind = ProblemKind::DiscoveryFailed {
        issuer: typed.trim().to_owned(),
        why: chain(error),
    };
    Failure::caused(kind, error)
}

/// Writes a file where one is given, reads the folder, and tells the core.
pub(in crate::worker) async fn read_files(
    desk: Arc<Desk>,
    command: CommandId,
    new: Option<NewFile>,
) {
    let folder = Arc::clone(&desk.provider_files);
    let work = tokio::task::spawn_blocking(move || {
        if let Some(file) = new {
            folder.write(&file.name, &file.text)?;
        }
        folder.read()
    });
    let read = match work.await {
        Ok(Ok(files)) => Ok(Registry::new(files)),
        Ok(Err(unopened)) => Err(Failure {
            detail: unopened.detail,
            ..Failure::new(unopened.kind)
        }),
        Err(broken) => Err(Failure::caused(ProblemKind::Bug, &broken)),
    };
    desk.answer(Input::ProvidersRead(command, read)).await;
}
