//! A problem as a card: what happened, what to press, the details folded; and what its button does.
//!
//! Knows no words of its own for problems; they are in `text`.

use egui::accesskit::Role;
use egui::{Margin, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::fonts::{self, BODY, SMALL};
use super::icons::{self, Icon};
use super::pass::Pass;
use super::secret_field::SecretField;
use super::theme::{Tokens, Tone};
use super::view_state::{Page, Paste, SetUpForm, SignInForm};
use super::widgets::{self, Weight, words};
use crate::bridge::{Command, KeyStoreState, Problem, ProblemKind, Remedy, SignInKind, SignInWay};
use crate::ids::{AccountId, ProviderId};
use crate::text::{foreign, problem as problem_words};

/// The most problems shown at once above a page; the rest follow as these are dismissed.
const MOST: usize = 3;

/// Problems that belong to no account.
pub(super) fn general_problems_ui(ui: &mut Ui, pass: &mut Pass<'_>) {
    let snapshot = pass.snapshot;
    let has_banner = matches!(snapshot.key_store.state, KeyStoreState::Unavailable(_));
    let shown = snapshot
        .problems
        .iter()
        .filter(|problem| !(has_banner && matches!(problem.kind, ProblemKind::KeyStore { .. })))
        .take(MOST);
    for problem in shown {
        problem_card_ui(ui, pass, problem);
    }
}

/// Paints one problem.
pub(super) fn problem_card_ui(ui: &mut Ui, pass: &mut Pass<'_>, problem: &Problem) {
    let tokens = Tokens::of(ui);
    let title = problem_words::title(&problem.kind);
    let builder = UiBuilder::new()
        .id_salt(("problem", problem.id))
        .accessibility_role(Role::Group)
        .accessibility_label("Problem");
    ui.scope_builder(builder, |ui| {
        let tone = tone(&problem.kind);
        widgets::card_frame(tokens.panel, tokens.tone(tone).gamma_multiply(0.55))
            .inner_margin(Margin::symmetric(18, 14))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 6.0;
                card_content(ui, pass, problem, &title);
            });
    });
}

fn tone(kind: &ProblemKind) -> Tone {
    match kind {
        ProblemKind::Unreachable { .. }
        | ProblemKind::TemporarilyFailing { .. }
        | ProblemKind::ClientIncomplete { .. }
        | ProblemKind::BrowserNotOpened
        | ProblemKind::IdentityUnread
        | ProblemKind::TradingAccountsUnread
        | ProblemKind::NotRevoked { .. }
        | ProblemKind::CannotRefresh => Tone::Warn,
        _ => Tone::Bad,
    }
}

fn card_content(ui: &mut Ui, pass: &mut Pass<'_>, problem: &Problem, title: &str) {
    let tokens = Tokens::of(ui);
    let color = tokens.tone(tone(&problem.kind));
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(20.0, 18.0), Sense::hover());
        icons::paint(
            ui.painter(),
            Icon::Warning,
            rect.center() - vec2(2.0, 0.0),
            15.0,
            color,
        );
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            widgets::paragraph(ui, words(title, fonts::medium(BODY), tokens.text));
            let hint = problem_words::hint(&problem.kind);
            widgets::selectable(ui, words(hint, fonts::regular(SMALL), tokens.muted));
            if let Some(timing) = problem_words::timing(problem, pass.now) {
                let text = pass.ticking(timing);
                widgets::paragraph(ui, words(text, fonts::regular(SMALL), tokens.muted));
            }
            ui.add_space(6.0);
            ui.horizontal_wrapped(|ui| actions_ui(ui, pass, problem));
            details_ui(ui, pass, problem);
        });
    });
}

fn actions_ui(ui: &mut Ui, pass: &mut Pass<'_>, problem: &Problem) {
    if let Some(label) = problem_words::remedy(problem.remedy) {
        let weight = match problem.remedy {
            Remedy::SignInAgain | Remedy::LinkAgain | Remedy::OpenClientSetUp => Weight::Primary,
            _ => Weight::Plain,
        };
        if widgets::button(ui, weight, label).clicked() {
            mend(ui, pass, problem);
        }
    }
    if widgets::button(ui, Weight::Quiet, "Dismiss").clicked() {
        dismiss(pass, problem);
    }
    if problem.detail.is_empty() {
        return;
    }
    let is_open = pass.view.unfolded.contains(&problem.id);
    let icon = if is_open {
        Icon::ChevronDown
    } else {
        Icon::ChevronRight
    };
    let details = widgets::link(ui, Some(icon), "Details");
    ui.ctx()
        .accesskit_node_builder(details.id, |node| node.set_expanded(is_open));
    if details.clicked() && !pass.view.unfolded.remove(&problem.id) {
        pass.view.unfolded.insert(problem.id);
    }
}

fn details_ui(ui: &mut Ui, pass: &Pass<'_>, problem: &Problem) {
    if problem.detail.is_empty() || !pass.view.unfolded.contains(&problem.id) {
        return;
    }
    let color = Tokens::of(ui).muted;
    let detail = foreign(&problem.detail);
    widgets::selectable(ui, words(detail.as_str(), fonts::mono(SMALL), color));
    if problem.remedy != Remedy::CopyDetails && widgets::link(ui, None, "Copy details").clicked() {
        ui.ctx().copy_text(as_text(problem));
    }
}

/// What support needs of a problem, in lines.
fn as_text(problem: &Problem) -> String {
    format!(
        "{}\n{}\n{}\n{}",
        problem_words::message(&problem.kind),
        problem.kind.code(),
        problem.at,
        foreign(&problem.detail)
    )
}

/// An ended attempt goes with its problem; any other problem goes alone.
fn dismiss(pass: &mut Pass<'_>, problem: &Problem) {
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
fn mend(ui: &Ui, pass: &mut Pass<'_>, problem: &Problem) {
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
        Remedy::RetryNow => retry(pass, problem),
        Remedy::SignInAgain | Remedy::LinkAgain => {
            let of_account = repairs.as_ref().and_then(|id| pass.snapshot.account(id));
            let provider = provider.or_else(|| of_account.map(|card| card.provider.clone()));
            if let Some(provider) = provider {
                forget_ended(pass, problem);
                begin_sign_in(pass, &provider, repairs.as_ref());
            }
        }
        Remedy::UnlockKeyStore => pass.send(Command::RetryKeyStore),
        Remedy::OpenClientSetUp => {
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

fn retry(pass: &mut Pass<'_>, problem: &Problem) {
    match (&problem.kind, &problem.account, &problem.provider) {
        (
            ProblemKind::KeyStore { .. } | ProblemKind::Store { .. } | ProblemKind::NotSaved,
            _,
            _,
        ) => {
            pass.send(Command::RetryKeyStore);
        }
        (ProblemKind::WrongAddress, ..) => {
            pass.view.paste = problem.flow.map(Paste::new);
        }
        (ProblemKind::TradingAccountsUnread, Some(account), _) => {
            let account = account.clone();
            pass.send(Command::AskTradingAccounts { account });
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

impl Paste {
    /// An empty field for this attempt.
    pub(super) fn new(flow: crate::ids::FlowId) -> Self {
        Self {
            flow,
            address: SecretField::default(),
            is_new: true,
        }
    }
}

/// Begins a sign-in: in the browser, or with the form where the provider has no page of its own.
pub(super) fn begin_sign_in(
    pass: &mut Pass<'_>,
    provider: &ProviderId,
    account: Option<&AccountId>,
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
                way: SignInWay::Browser,
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

/// A card that is no problem, told as a status to screen readers.
pub(super) fn notice(ui: &mut Ui, text: &str) {
    let response = widgets::chip(ui, Tone::Ok, text);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, text));
}
