//! Links from the first press to their end, as stories start and follow them.
//!
//! Knows nothing of what a link is good for afterwards.

use linkdesk::bridge::{
    AccountCard, Command, LinkAnswer, LinkCard, LinkOutcome, LinkQuestion, LinkStep, Problem,
    SignInWay, StepState,
};
use linkdesk::ids::{AccountId, FlowId};
use linkdesk::secret::Secret;

use super::{Desk, id};

impl Desk {
    /// Starts a link in the browser.
    pub(crate) fn start_link(&self, provider: &str) -> FlowId {
        self.start_link_by(provider, SignInWay::Browser)
    }

    /// Starts a link some other way.
    pub(crate) fn start_link_by(&self, provider: &str, way: SignInWay) -> FlowId {
        self.start(Command::LinkAccount {
            provider: id(provider),
            account: None,
            label: None,
            way,
        })
    }

    /// Starts to sign in to an account again.
    pub(crate) fn start_repair(&self, account: &AccountCard) -> FlowId {
        self.start(Command::LinkAccount {
            provider: account.provider.clone(),
            account: Some(account.id.clone()),
            label: None,
            way: SignInWay::Browser,
        })
    }

    /// Starts an attempt.
    pub(crate) fn start(&self, command: Command) -> FlowId {
        let links = &self.face.snapshot().links;
        let before: Vec<FlowId> = links.iter().map(|link| link.flow).collect();
        self.send(command);
        self.wait("an attempt under way", |snapshot| {
            let mut links = snapshot.links.iter().map(|link| link.flow);
            links.find(|flow| !before.contains(flow))
        })
    }

    /// Waits for the end of an attempt.
    pub(crate) fn outcome(&self, flow: FlowId) -> LinkOutcome {
        self.wait("the end of the attempt", |snapshot| {
            snapshot.link(flow)?.outcome.clone()
        })
    }

    /// The attempt as shown now.
    pub(crate) fn link_card(&self, flow: FlowId) -> LinkCard {
        self.face.snapshot().link(flow).unwrap().clone()
    }

    /// Waits until a step of an attempt has begun.
    pub(crate) fn wait_for_step(&self, flow: FlowId, step: LinkStep) {
        self.wait(&format!("{step:?}"), |snapshot| {
            let mut steps = snapshot.link(flow)?.steps.iter();
            let state = steps.find(|held| held.step == step)?.state;
            matches!(state, StepState::Active { .. }).then_some(())
        });
    }

    /// Waits until the redirect is waited for, and gives the redirect URI in use.
    pub(crate) fn wait_for_redirect(&self, flow: FlowId) -> String {
        self.wait_for_step(flow, LinkStep::AwaitAuthorization);
        self.link_card(flow).redirect_uri.unwrap()
    }

    /// The account that an attempt has linked.
    pub(crate) fn linked(&self, flow: FlowId) -> AccountCard {
        match self.outcome(flow) {
            LinkOutcome::Linked { account } => self.account(&account),
            LinkOutcome::Failed { problem } => panic!("not linked: {problem:?}"),
        }
    }

    /// Links at a provider, whatever way it takes, and gives the account.
    pub(crate) fn link(&self, provider: &str) -> AccountCard {
        let flow = match provider {
            "tradecloud" => self.sign_in_with_password(),
            "rest-api-v1" => {
                self.trust_certificate();
                self.start_link(provider)
            }
            _ => self.start_link(provider),
        };
        if self.asks(flow) {
            let answer = LinkAnswer::KeepBoth;
            self.send(Command::AnswerLink { flow, answer });
        }
        self.linked(flow)
    }

    /// Whether an attempt comes to a question before its end.
    fn asks(&self, flow: FlowId) -> bool {
        self.wait("a question or the end", |snapshot| {
            let card = snapshot.link(flow)?;
            let is_ahead = card.question.is_none() && card.outcome.is_none();
            (!is_ahead).then_some(card.question.is_some())
        })
    }

    /// The question an attempt has come to.
    pub(crate) fn question(&self, flow: FlowId) -> LinkQuestion {
        self.wait("a question", |snapshot| {
            let card = snapshot.link(flow)?;
            assert_eq!(card.outcome, None, "it ended without a question");
            card.question.clone()
        })
    }

    /// Answers it.
    pub(crate) fn answer(&self, flow: FlowId, answer: LinkAnswer) {
        self.run(Command::AnswerLink { flow, answer });
    }

    /// Has the certificate made and tells the person's browser to trust it, as the set-up proposes.
    pub(crate) fn trust_certificate(&self) -> String {
        let finished = self.run(Command::MakeCertificate { renew: false });
        assert_eq!(finished.problem, None);
        let certificate = self.face.snapshot().certificate.clone().unwrap();
        self.person.trust(&certificate.fingerprint);
        certificate.fingerprint
    }

    /// Starts a sign-in with the practice e-mail and password.
    pub(crate) fn sign_in_with_password(&self) -> FlowId {
        let ready = self.practice.ready();
        self.sign_in_as(&ready.username, &ready.password)
    }

    /// Starts a sign-in with this e-mail and password.
    pub(crate) fn sign_in_as(&self, username: &str, password: &str) -> FlowId {
        self.start(Command::SignInWithPassword {
            provider: id("tradecloud"),
            account: None,
            label: None,
            username: username.to_owned(),
            password: Secret::new(password),
        })
    }

    /// The problem that ended an attempt.
    pub(crate) fn failure(&self, flow: FlowId) -> Problem {
        match self.outcome(flow) {
            LinkOutcome::Failed { problem } => problem,
            LinkOutcome::Linked { .. } => panic!("it was linked"),
        }
    }

    /// All accounts as shown now, by id.
    pub(crate) fn ids(&self) -> Vec<AccountId> {
        let snapshot = self.face.snapshot();
        let mut ids: Vec<AccountId> = snapshot.accounts.iter().map(|it| it.id.clone()).collect();
        ids.sort();
        ids
    }
}
