//! `certificate`: the certificate with which https redirects are received; made where there is none.
//!
//! Knows its fingerprint and its end only.

use std::path::Path;

use super::args::CertificateArgs;
use super::session::Session;
use super::stop::Stop;
use super::{exit, json, table, unlock};
use crate::bridge::{CertificateCard, Command};
use crate::text::{self, foreign};

pub(super) fn run(
    session: &mut Session<'_, '_>,
    args: CertificateArgs,
    passphrase: Option<&Path>,
) -> Result<u8, Stop> {
    let now = session.now();
    let kept = session.snapshot().certificate.clone();
    let good = kept.filter(|it| !args.renew && it.not_after > now);
    let certificate = match good {
        Some(certificate) => certificate,
        None => made(session, args.renew, passphrase)?,
    };
    let zone = session.io.zone.clone();
    if session.json {
        session.print_json(&json::Certificate::new(&certificate, &zone))?;
    } else {
        session.print(&table::facts(&[
            ("SHA-256", foreign(&certificate.fingerprint)),
            ("ends", text::time::full(certificate.not_after, &zone)),
        ]))?;
    }
    Ok(exit::DONE)
}

fn made(
    session: &mut Session<'_, '_>,
    renew: bool,
    passphrase: Option<&Path>,
) -> Result<CertificateCard, Stop> {
    // Its private key is sealed like everything else that is secret.
    unlock::key_store(session, passphrase)?;
    let finished = session.carry_out(Command::MakeCertificate { renew })?;
    if let Some(problem) = &finished.problem {
        return Err(problem.into());
    }
    let made = session.snapshot().certificate.clone();
    made.ok_or_else(|| Stop::bug("no certificate was made"))
}
