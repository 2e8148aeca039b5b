//! The only words the faces (window, command line) and the worker share.
//!
//! A face sends [`Command`]s down and reads the newest [`Snapshot`]; there is no second upward channel, so a missed frame loses no message.
//! Knows nothing of HTTP, disk, threads or egui. Nothing reachable from a snapshot can hold a secret.

mod account_card;
mod command;
mod discovery_card;
mod ends;
mod link_card;
mod problem;
mod problem_code;
mod provider_card;
mod snapshot;
mod trouble;

pub use crate::account::{
    AccessFacts as AccessCard, EndReason, Exchange as ExchangeLine, ExpirySource, Face,
    HistoryLine, Holder, Identity as IdentityCard, Obtained as ObtainedCard,
    RefreshFacts as RefreshCard, TradingAccount as TradingAccountLine,
    TradingAccounts as TradingCard, TradingChange,
};
pub use account_card::{AccountCard, Busy, RefreshOutcome, RefreshResult, SignInDue, State};
pub use command::{BrowserChange, ClientChange, Command, LinkAnswer, SecretChange, SignInWay};
pub use discovery_card::{DiscoveryCard, DiscoveryState, FoundProvider};
pub use ends::{UiEnd, Waker, WorkerEnd, connect};
pub use link_card::{
    CertificateCard, DeviceCard, LinkCard, LinkOutcome, LinkQuestion, LinkStep, QuestionKind,
    StepCard, StepState, WayHome,
};
pub use problem::{Problem, ProblemKind, Remedy};
pub use provider_card::{
    ClientCard, ClientTest, ClientTestOutcome, HostCard, HostChoice, OptionCard, ProviderCard,
    ProviderOrigin, RedirectWay, SignInKind, WayCard,
};
pub use snapshot::{
    BrowserCard, Finished, KeyStoreCard, KeyStoreKind, KeyStoreState, Practice, RestoredCard,
    Snapshot,
};
pub use trouble::{Brought, KeyStoreTrouble, Missing, Salvage, StoreTrouble};
