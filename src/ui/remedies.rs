//! What the buttons of problems do, and how a sign-in is begun.
//!
//! Paints nothing.

use egui::Ui;

use super::pass::Pass;
use super::problem_card::as_text;
use super::secret_field::SecretField;
use super::set_up_form::SetUpForm;
use super::view_state::{Page, Paste, SignInForm, Tab};
use crate::bridge::{
    Command, LinkCard, LinkStep, Problem, ProblemKind, Remedy, SignInKind, SignInWay,
};
use crate::ids::{AccountId, ProviderId};

/// Begins the sign-in that a problem asks for, the way it was begun before.
pub(super) fn sign_in_again(pass: &mut Pass<'_>, problem: &Problem) {
    let snapshot = pass.snapshot;
    let link = problem.flow.and_then(|flow| snapshot.link(flow));
    let of_link = link.and_then(|link| link.repairs.as_ref());
    let repairs = problem.account.as_ref().or(of_link);
    let of_account = repairs.and_then(|id| snapshot.account(id));
    let provider = problem
        .provider
        .as_ref()
        .or_else(|| link.map(|link| &link.provider))
        .or_else(|| of_account.map(|card| &card.provider));
    if let Some(provider) = provider {
        let way = way_of(link);
        forget_ended(pass, problem);
        begin_sign_in_by(pass, provider, repairs, way);
    }
}

/// An ended attempt goes with its problem; any other problem goes alone.
pub(super) fn dismiss(pass: &mut Pass<'_>, problem: &Problem) {
    if matches!(problem.kind, ProblemKind::DiscoveryFailed { .. }) {
        pass.send(Command::DismissDiscovery);
        return;
    }
    let ended = problem
        .flow
        .and_then(|flow| pass.snapshot.link(flow))
        .filter(|link| link.outcome.is_some());
    if let Some(link) = ended {
        let flow = link.flow;
        pass.send(Command::DismissLink { flow });
        pass.view.go(Page::Home);
    } else {
        let problem = problem.id;
        pass.send(Command::DismissProblem { problem });
    }
}

/// Does what the problem's button says.
pub(super) fn mend(ui: &Ui, pass: &mut Pass<'_>, problem: &Problem) {
    let link = problem.flow.and_then(|flow| pass.snapshot.link(flow));
    let provider = problem
        .provider
        .clone()
        .or_else(|| link.map(|link| link.provider.clone()));
    let repairs = problem
        .account
        .clone()
        .or_else(|| link.and_then(|link| link.repairs.clone()));
    match problem.remedy {
        Remedy::RetryNow => retry(pass, problem, repairs.as_ref()),
        Remedy::TryAnyway => {
            if let Some(account) = repairs {
                pass.send(Command::TryAnyway { account });
            }
        }
        Remedy::SignInAgain | Remedy::LinkAgain => sign_in_again(pass, problem),
        Remedy::UnlockKeyStore => pass.send(Command::RetryKeyStore),
        Remedy::OpenClientSetUp => {
            forget_ended(pass, problem);
            if let Some(card) = provider.and_then(|id| pass.snapshot.provider(&id)) {
                pass.view.go(Page::SetUp(Box::new(SetUpForm::of(card))));
            }
        }
        Remedy::CopyAddress => {
            if let Some(flow) = problem.flow {
                pass.send(Command::CopyAddress { flow });
            }
        }
        Remedy::CopyDetails => ui.ctx().copy_text(as_text(problem)),
        Remedy::None => {}
    }
}

/// A new attempt takes the place of the one that ended.
fn forget_ended(pass: &mut Pass<'_>, problem: &Problem) {
    let ended = problem.flow.and_then(|flow| pass.snapshot.link(flow));
    if let Some(link) = ended.filter(|link| link.outcome.is_some()) {
        let flow = link.flow;
        pass.send(Command::DismissLink { flow });
    }
}

fn retry(pass: &mut Pass<'_>, problem: &Problem, repairs: Option<&AccountId>) {
    let link = problem.flow.and_then(|flow| pass.snapshot.link(flow));
    match (&problem.kind, &problem.account, &problem.provider) {
        (ProblemKind::KeyStore { .. } | ProblemKind::Store { .. }, _, _) => {
            pass.send(Command::RetryKeyStore);
        }
        (ProblemKind::NotSaved { .. }, None, _) => {
            if let Some(flow) = problem.flow {
                pass.send(Command::SaveAgain { flow });
            }
        }
        (ProblemKind::WrongAddress, ..) => {
            pass.view.paste = problem.flow.map(Paste::new);
        }
        (ProblemKind::DiscoveryFailed { issuer, .. }, ..) => {
            let issuer = issuer.clone();
            pass.send(Command::Discover { issuer });
        }
        (ProblemKind::TradingAccountsUnread, Some(account), _) => {
            let account = account.clone();
            pass.send(Command::AskTradingAccounts { account });
        }
        (_, _, Some(provider)) if link.is_some() => {
            let provider = provider.clone();
            let way = way_of(link);
            forget_ended(pass, problem);
            begin_sign_in_by(pass, &provider, repairs, way);
        }
        (_, Some(account), _) => {
            let account = account.clone();
            pass.send(Command::RefreshAccount { account });
        }
        (_, None, Some(provider)) => {
            let provider = provider.clone();
            forget_ended(pass, problem);
            begin_sign_in(pass, &provider, None);
        }
        (_, None, None) => pass.send(Command::RetryKeyStore),
    }
}

/// The way an attempt was begun, as far as another one should be begun alike.
fn way_of(link: Option<&LinkCard>) -> SignInWay {
    let mut steps = link.iter().flat_map(|link| &link.steps);
    if steps.any(|step| step.step == LinkStep::RequestDeviceCode) {
        SignInWay::Device
    } else {
        SignInWay::Browser
    }
}

/// Goes to where a browser is chosen: the account's page, or the provider's for new accounts.
pub(super) fn show_browsers(pass: &mut Pass<'_>, problem: &Problem) {
    let snapshot = pass.snapshot;
    let link = problem.flow.and_then(|flow| snapshot.link(flow));
    let repairs = link.and_then(|link| link.repairs.as_ref());
    let account = problem.account.as_ref().or(repairs);
    if let Some(card) = account.and_then(|id| snapshot.account(id)) {
        pass.view.select(card.id.clone());
        pass.view.tab = Tab::Overview;
        pass.view.scroll_to_sign_in = Some(card.provider.clone());
        return;
    }
    let of_link = link.map(|link| &link.provider);
    let provider = problem.provider.as_ref().or(of_link);
    if let Some(card) = provider.and_then(|id| snapshot.provider(id)) {
        pass.view.go(Page::SetUp(Box::new(SetUpForm::of(card))));
        pass.view.scroll_to_sign_in = Some(card.id.clone());
    }
}

/// Begins a sign-in: in the browser, or with the form where the provider has no page of its own.
pub(super) fn begin_sign_in(
    pass: &mut Pass<'_>,
    provider: &ProviderId,
    account: Option<&AccountId>,
) {
    begin_sign_in_by(pass, provider, account, SignInWay::Browser);
}

/// Begins a sign-in by a way, as far as the provider leaves a choice.
fn begin_sign_in_by(
    pass: &mut Pass<'_>,
    provider: &ProviderId,
    account: Option<&AccountId>,
    way: SignInWay,
) {
    let snapshot = pass.snapshot;
    let Some(card) = snapshot.provider(provider) else {
        return;
    };
    if !card.missing.is_empty() {
        pass.view.go(Page::SetUp(Box::new(SetUpForm::of(card))));
        return;
    }
    match card.sign_in {
        SignInKind::Browser | SignInKind::Device => {
            await_attempt(pass, provider);
            pass.send(Command::LinkAccount {
                provider: provider.clone(),
                account: account.cloned(),
                label: None,
                way: if card.sign_in == SignInKind::Device {
                    SignInWay::Device
                } else {
                    way
                },
            });
        }
        SignInKind::Password => {
            let known = account.and_then(|id| snapshot.account(id));
            let username = known.and_then(|card| {
                let identity = &card.identity;
                identity.email.clone().or_else(|| identity.login.clone())
            });
            pass.view.go(Page::SignIn(Box::new(SignInForm {
                provider: provider.clone(),
                account: account.cloned(),
                username: username.unwrap_or_default(),
                password: SecretField::default(),
                label: String::new(),
                is_new: true,
            })));
        }
    }
}

/// Remembers which attempts there were, so that the new one is shown when it appears.
pub(super) fn await_attempt(pass: &mut Pass<'_>, provider: &ProviderId) {
    let before = pass.snapshot.links.iter().map(|link| link.flow).collect();
    pass.view.awaited = Some((provider.clone(), before));
}
