//! `link`: one whole sign-in, in the browser, on another device, or with a name and a password.
//!
//! Prepares and sends; what happens until the end is followed in `link_events`.

use std::path::Path;

use super::args::LinkArgs;
use super::link_answers::Answers;
use super::link_events;
use super::link_told::Awaited;
use super::session::Session;
use super::stop::Stop;
use super::{resolve, secret_file, unlock};
use crate::bridge::{Command, ProblemKind, ProviderCard, Remedy, SignInKind, SignInWay, Snapshot};
use crate::ids::AccountId;
use crate::secret::Secret;
use crate::text::foreign;

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: &LinkArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let snapshot = session.snapshot();
    let provider = resolve::provider(&snapshot, &args.provider)?;
    let repairs = repaired(&snapshot, provider, args)?;
    check_sign_in(provider, args)?;
    let way = way(&snapshot, provider, args)?;
    check_set_up(provider)?;
    let credentials = match provider.sign_in {
        SignInKind::Browser | SignInKind::Device => None,
        SignInKind::Password => Some(credentials(session, provider, args)?),
    };
    unlock::key_store(session, passphrase)?;
    let (provider, account, label) = (provider.id.clone(), repairs.clone(), args.label.clone());
    let awaited = Awaited {
        provider: provider.clone(),
        repairs,
        no_browser: way == SignInWay::CopiedAddress,
        answers: Answers::said(args),
    };
    let command = session.send(match credentials {
        None => Command::LinkAccount {
            provider,
            account,
            label,
            way,
        },
        Some((username, password)) => Command::SignInWithPassword {
            provider,
            account,
            label,
            username,
            password,
        },
    })?;
    link_events::follow(session, command, awaited)
}

/// The account that is signed in again.
fn repaired(
    snapshot: &Snapshot,
    provider: &ProviderCard,
    args: &LinkArgs,
) -> Result<Option<AccountId>, Stop> {
    let Some(meant) = &args.account else {
        return Ok(None);
    };
    let account = resolve::account(snapshot, meant)?;
    if account.provider != provider.id {
        return Err(Stop::usage(format!(
            "{} is an account at {}, not at {}",
            foreign(&account.label),
            account.provider,
            provider.id
        )));
    }
    Ok(Some(account.id.clone()))
}

/// Where the person signs in; what the provider doesn't offer is refused before anything begins.
fn way(snapshot: &Snapshot, provider: &ProviderCard, args: &LinkArgs) -> Result<SignInWay, Stop> {
    let is_only_way = provider.sign_in == SignInKind::Device;
    if args.device && !provider.offers_device && !is_only_way {
        return Err(Stop::usage(format!(
            "{} doesn’t offer to sign in on another device",
            foreign(&provider.name)
        )));
    }
    if let Some(meant) = &args.browser {
        if provider.sign_in != SignInKind::Browser {
            return Err(Stop::usage(format!(
                "{} has no sign-in page for a browser of this computer",
                foreign(&provider.name)
            )));
        }
        return resolve::browser(snapshot, meant).map(SignInWay::ThisBrowser);
    }
    Ok(if args.device || is_only_way {
        SignInWay::Device
    } else if args.no_browser {
        SignInWay::CopiedAddress
    } else {
        SignInWay::Browser
    })
}

fn check_sign_in(provider: &ProviderCard, args: &LinkArgs) -> Result<(), Stop> {
    let wants_page = provider.sign_in != SignInKind::Password;
    if wants_page && (args.username.is_some() || args.password_file.is_some()) {
        return Err(Stop::usage(format!(
            "{} has a sign-in page of its own: it wants no user name and no password here",
            foreign(&provider.name)
        )));
    }
    if args.no_browser
        && args
            .password_file
            .as_deref()
            .is_some_and(secret_file::is_input)
    {
        return Err(Stop::usage(
            "standard input can’t hold both a password and pasted addresses",
        ));
    }
    Ok(())
}

/// Nobody should type a password only to hear that the set-up is incomplete.
fn check_set_up(provider: &ProviderCard) -> Result<(), Stop> {
    if provider.missing.is_empty() {
        return Ok(());
    }
    let missing = provider.missing.clone();
    let kind = ProblemKind::ClientIncomplete { missing };
    let mut stop = Stop::found(kind, Remedy::OpenClientSetUp);
    if let Stop::Trouble(trouble) = &mut stop {
        trouble.provider = Some(provider.id.clone());
    }
    Err(stop)
}

fn credentials(
    session: &mut Session<'_, '_>,
    provider: &ProviderCard,
    args: &LinkArgs,
) -> Result<(String, Secret), Stop> {
    let host = foreign(&provider.sign_in_host);
    let nobody = !session.io.input_is_terminal;
    let username = match &args.username {
        Some(username) => username.clone(),
        None if nobody => {
            return Err(Stop::usage(
                "nobody is here to ask for a user name: give --username",
            ));
        }
        None => {
            let answer = session.ask(&format!("E-mail or user name at {host}: "))?;
            let answer = answer.filter(|answer| !answer.is_empty());
            answer.ok_or_else(|| Stop::usage("no user name was given"))?
        }
    };
    let password = match &args.password_file {
        Some(path) => secret_file::read(path, session.input())?,
        None if nobody => {
            return Err(Stop::usage(
                "nobody is here to ask for a password: give --password-file",
            ));
        }
        None => session.ask_hidden(&format!("Password at {host}: "))?,
    };
    Ok((username, password))
}
