//! One practice provider at work: its client, its ledger, its faults, its clock.
//!
//! Doesn't know what a request means (its provider does), nor how it travels.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};

use super::{
    asked::Asked,
    bend,
    faults::{Fault, Faults, RequestKind},
    folder::Folder,
    ledger::Ledger,
    options::{Mode, Options},
    provider::{Provider, Route},
    registrations::Client,
    reply::Reply,
    standard::Identity,
    visit::Visit,
};

/// A practice provider that is open.
#[derive(Debug)]
pub(super) struct Shop {
    pub(super) provider: &'static Provider,
    pub(super) mode: Mode,
    /// Scheme, host and port; the issuer, where there is one.
    pub(super) base_url: String,
    pub(super) client: Client,
    /// Only where ID tokens are signed.
    pub(super) identity: Option<Identity>,
    pub(super) password: String,
    /// Drawn at every start, so that a stale `ready.json` can't pass for a fresh one.
    pub(super) instance: String,
    pub(super) options: Options,
    folder: Folder,
    ledger: Mutex<Ledger>,
    faults: Mutex<Faults>,
}

/// Who is served, with which registration.
#[derive(Debug)]
pub(super) struct Tenancy {
    pub(super) provider: &'static Provider,
    pub(super) mode: Mode,
    pub(super) base_url: String,
    pub(super) client: Client,
    pub(super) identity: Option<Identity>,
    pub(super) password: String,
    pub(super) instance: String,
}

impl Shop {
    pub(super) fn open(
        tenancy: Tenancy,
        options: Options,
        folder: Folder,
    ) -> Result<Self, super::Error> {
        let Tenancy {
            provider,
            mode,
            base_url,
            client,
            identity,
            password,
            instance,
        } = tenancy;
        let ledger = folder.read(&file_name(provider))?.unwrap_or_default();
        Ok(Self {
            provider,
            mode,
            base_url,
            client,
            identity,
            password,
            instance,
            options,
            folder,
            ledger: Mutex::new(ledger),
            faults: Mutex::default(),
        })
    }

    /// A holder of the lock that panicked left nothing half done worth stopping for.
    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In Unix milliseconds.
    pub(super) fn now(&self) -> i64 {
        (self.options.clock)().as_millisecond()
    }

    /// Lets the provider answer, with what the fault makes it believe.
    pub(super) fn work(&self, asked: &Asked, route: Route, fault: Option<&Fault>) -> Reply {
        let mut ledger = self.ledger();
        if let Some(fault) = fault {
            bend::tamper(fault, asked, &mut ledger);
        }
        let lifetime = match fault {
            Some(Fault::Lifetime { seconds }) => {
                Some(seconds.saturating_mul(1000).try_into().unwrap_or(i64::MAX))
            }
            _ => self.options.lifetime.map(in_millis),
        };
        let mut visit = Visit {
            shop: self,
            asked,
            ledger: &mut ledger,
            now: self.now(),
            clock_off: clock_off(fault),
            lifetime,
            fault,
        };
        (route.answer)(&mut visit)
            .unwrap_or_else(|refusal| (self.provider.refuse)(self.mode, refusal))
    }

    /// Counts what came and what went, and writes it all down before the answer leaves.
    pub(super) fn note(&self, asked: &Asked, kind: Option<RequestKind>, reply: Reply) -> Reply {
        let mut ledger = self.ledger();
        let counters = &mut ledger.counters;
        counters.requests += 1;
        counters.errors += u64::from(reply.status >= 400);
        counters.secrets_in_address += u64::from(asked.query.sent("client_secret").is_some());
        match kind {
            Some(RequestKind::Authorize) => counters.authorizations += 1,
            Some(RequestKind::Exchange) => counters.exchanges += 1,
            Some(RequestKind::Refresh) => counters.refreshes += 1,
            Some(RequestKind::Profile) => counters.profiles += 1,
            Some(RequestKind::Revoke) => counters.revocations += 1,
            Some(RequestKind::Login) => counters.logins += 1,
            Some(RequestKind::Metadata) => counters.discoveries += 1,
            Some(RequestKind::Keys) => counters.key_reads += 1,
            Some(RequestKind::Device) => counters.device_authorizations += 1,
            Some(RequestKind::DevicePoll) => counters.device_polls += 1,
            None => {}
        }
        ledger.tidy(self.now());
        match self.save(&ledger) {
            Ok(()) => reply,
            Err(_) => Reply::text(503, "The practice folder can't be written"),
        }
    }

    pub(super) fn save(&self, ledger: &Ledger) -> Result<(), super::Error> {
        self.folder.replace(&file_name(self.provider), ledger)
    }

    /// The `Date` header, by the provider's clock.
    pub(super) fn date(&self, fault: Option<&Fault>) -> Option<String> {
        let seconds = self.now().div_euclid(1000).saturating_add(clock_off(fault));
        let timestamp = Timestamp::from_second(seconds).ok()?;
        DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&timestamp)
            .ok()
    }

    /// How long a code is good for, in milliseconds.
    pub(super) fn code_lifetime(&self) -> i64 {
        self.options.code_lifetime.map_or_else(
            || self.provider.code_lifetime.saturating_mul(1000),
            in_millis,
        )
    }
}

fn file_name(provider: &Provider) -> String {
    format!("{}.json", provider.id)
}

fn clock_off(fault: Option<&Fault>) -> i64 {
    match fault {
        Some(Fault::ClockOff { seconds }) => *seconds,
        _ => 0,
    }
}

pub(super) fn in_millis(duration: std::time::Duration) -> i64 {
    duration.as_millis().try_into().unwrap_or(i64::MAX)
}
