//! `client --test`: whether a set-up would work, as far as the provider tells without a sign-in.
//!
//! Saves nothing.

use super::session::Session;
use super::stop::{Stop, Trouble};
use super::{exit, json};
use crate::bridge::{ClientChange, ClientTestOutcome, Command, ProviderCard, Remedy, Snapshot};
use crate::ids::{CommandId, ProviderId};
use crate::text::foreign;

/// What it showed.
enum Shown {
    Recognized,
    NotTold,
    Failed(Box<Trouble>),
}

pub(super) fn run(
    session: &mut Session<'_, '_>,
    provider: &ProviderCard,
    change: ClientChange,
) -> Result<u8, Stop> {
    let id = provider.id.clone();
    let command = session.send(Command::TestClient {
        provider: id.clone(),
        change,
    })?;
    let shown = session.until(|_, snapshot| shown(snapshot, command, &id))?;
    tell(session, provider, &shown)?;
    Ok(match &shown {
        Shown::Recognized | Shown::NotTold => exit::DONE,
        Shown::Failed(trouble) => exit::code(&trouble.kind),
    })
}

fn shown(snapshot: &Snapshot, command: CommandId, id: &ProviderId) -> Result<Option<Shown>, Stop> {
    let Some(finished) = snapshot.finished(command) else {
        return Ok(None);
    };
    if let Some(problem) = &finished.problem {
        return Ok(Some(Shown::Failed(Box::new(problem.into()))));
    }
    let test = snapshot
        .provider(id)
        .and_then(|provider| provider.client.test.as_ref());
    let Some(test) = test else {
        return Err(Stop::bug("the test showed nothing"));
    };
    Ok(match &test.outcome {
        ClientTestOutcome::Testing => None,
        ClientTestOutcome::Recognized => Some(Shown::Recognized),
        ClientTestOutcome::NotTold => Some(Shown::NotTold),
        ClientTestOutcome::Failed(kind) => Some(Shown::Failed(Box::new(Trouble {
            kind: kind.clone(),
            remedy: match exit::code(kind) {
                exit::CLIENT => Remedy::OpenClientSetUp,
                _ => Remedy::RetryNow,
            },
            detail: String::new(),
            provider: Some(id.clone()),
        }))),
    })
}

fn tell(session: &mut Session<'_, '_>, provider: &ProviderCard, shown: &Shown) -> Result<(), Stop> {
    let name = foreign(&provider.name);
    let (outcome, words) = match shown {
        Shown::Recognized => (
            "recognized",
            format!("{name} knows this client, and its answer can be received here."),
        ),
        Shown::NotTold => (
            "not_told",
            format!(
                "{name} doesn’t tell before somebody signs in. Nothing spoke against this set-up."
            ),
        ),
        Shown::Failed(trouble) => {
            session.explain("error", trouble);
            ("failed", String::new())
        }
    };
    if session.json {
        let problem = match shown {
            Shown::Failed(trouble) => Some(json::Problem::new(&trouble.kind, trouble.remedy)),
            Shown::Recognized | Shown::NotTold => None,
        };
        return session.print_json(&json::Tested {
            provider: provider.id.as_str(),
            outcome,
            problem,
        });
    }
    if !words.is_empty() {
        session.print(&words)?;
    }
    session.say("Nothing was saved.");
    Ok(())
}
