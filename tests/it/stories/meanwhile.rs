//! What a person can do while a sign-in waits: another browser, the clipboard, the address by hand.

use linkdesk::bridge::{
    BrowserChange, ClientChange, Command, ProblemKind, Remedy, SignInWay, StepState,
};
use linkdesk::cli::exit_code;
use linkdesk::ids::{BrowserChoice, FlowId};
use linkdesk::sandbox::Mode;

use crate::desk::Desk;
use crate::desk::person::{Decision, Launch};

fn firefox() -> BrowserChoice {
    BrowserChoice {
        browser: "firefox".to_owned(),
        profile: Some("work".to_owned()),
    }
}

/// The address as it was announced to the person.
fn address(desk: &Desk) -> String {
    let addresses = desk.outlet.addresses.lock().unwrap();
    addresses.last().unwrap().0.clone()
}

fn trouble(desk: &Desk, flow: FlowId) -> ProblemKind {
    let trouble = desk.wait("a trouble", |snapshot| snapshot.link(flow)?.trouble.clone());
    trouble.kind
}

/// Copies a text, looks, and waits for what the app makes of it.
fn look(desk: &Desk, flow: FlowId, text: &str, offers: bool) {
    desk.clipboard.copy(text);
    desk.run(Command::LookAtClipboard { flow });
    desk.wait(&format!("an offer: {offers}"), |snapshot| {
        (snapshot.link(flow)?.clipboard_offers == offers).then_some(())
    });
}

#[test]
fn only_the_redirect_address_of_this_attempt_is_offered_from_the_clipboard() {
    let desk = Desk::with(Mode::Documented, Decision::StayThere);
    let flow = desk.start_link("biggerplate");
    let right = desk.person.wait_for_landing();
    let others = [
        right.replace("state=", "state=x"),
        right.replace("http://localhost", "https://elsewhere.example"),
        "a shopping list".to_owned(),
        String::new(),
    ];
    for other in others {
        assert_ne!(other, right);
        look(&desk, flow, &right, true);
        look(&desk, flow, &other, false);
    }
    assert_eq!(desk.link_card(flow).outcome, None, "looking takes nothing");
    assert_eq!(desk.counters("biggerplate").exchanges, 0);
}

#[test]
fn the_address_in_the_clipboard_links_when_it_is_taken() {
    let desk = Desk::with(Mode::Documented, Decision::StayThere);
    let flow = desk.start_link("biggerplate");
    let right = desk.person.wait_for_landing();
    desk.clipboard.copy("a shopping list");
    desk.run(Command::PasteFromClipboard { flow });
    assert_eq!(trouble(&desk, flow), ProblemKind::WrongAddress);
    desk.clipboard.copy(&right);
    desk.run(Command::PasteFromClipboard { flow });
    desk.linked(flow);
}

#[test]
fn a_copied_address_opens_no_browser_and_links_wherever_it_is_opened() {
    let desk = Desk::new(Mode::Documented);
    let flow = desk.start_link_by("biggerplate", SignInWay::CopiedAddress);
    desk.wait_for_redirect(flow);
    assert_eq!(desk.link_card(flow).steps[2].state, StepState::Skipped);
    assert_eq!(desk.person.opened(), Vec::<String>::new());
    desk.person.visit(&address(&desk));
    desk.linked(flow);
    assert_eq!(desk.person.opened(), Vec::<String>::new());
}

#[test]
fn the_same_address_is_opened_again_on_request() {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let flow = desk.start_link("biggerplate");
    desk.wait_for_redirect(flow);
    desk.person.decide(Decision::Allow);
    desk.run(Command::OpenBrowserAgain { flow });
    desk.linked(flow);
    let opened = desk.person.opened();
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[0], opened[1]);
}

#[test]
fn without_a_browser_the_attempt_goes_on_with_the_address_copied() {
    let desk = Desk::new(Mode::Documented);
    desk.person.let_launch(Some(Launch::Fails));
    let flow = desk.start_link("biggerplate");
    let kind = trouble(&desk, flow);
    assert_eq!(kind, ProblemKind::BrowserNotOpened);
    assert_eq!(exit_code(&kind), 1);
    desk.wait_for_redirect(flow);
    let card = desk.link_card(flow);
    assert_eq!(card.trouble.unwrap().remedy, Remedy::CopyAddress);
    assert!(card.has_address);
    desk.run(Command::CopyAddress { flow });
    desk.person.visit(&address(&desk));
    desk.linked(flow);
}

#[test]
fn a_chosen_browser_that_is_gone_is_named_and_none_other_opened_in_its_place() {
    let desk = Desk::new(Mode::Documented);
    desk.person.let_launch(Some(Launch::IsMissing));
    let flow = desk.start_link_by("biggerplate", SignInWay::ThisBrowser(firefox()));
    let name = "firefox".to_owned();
    let kind = trouble(&desk, flow);
    assert_eq!(kind, ProblemKind::BrowserMissing { name });
    assert_eq!(exit_code(&kind), 7);
    assert_eq!(desk.person.opened(), Vec::<String>::new());
    desk.person.let_launch(None);
    desk.run(Command::OpenBrowserAgain { flow });
    desk.linked(flow);
    assert_eq!(desk.person.browsers(), [Some(firefox())]);
    assert_eq!(desk.link_card(flow).trouble, None, "it opened in the end");
}

#[test]
fn the_browser_of_a_sign_in_is_remembered_and_used_for_the_next() {
    let desk = Desk::lasting(Mode::Documented);
    let flow = desk.start_link_by("biggerplate", SignInWay::ThisBrowser(firefox()));
    let account = desk.linked(flow);
    assert_eq!(account.browser, Some(firefox()));
    let desk = desk.reopen();
    let flow = desk.start_repair(&account);
    assert_eq!(desk.linked(flow).browser, Some(firefox()));
    assert_eq!(desk.person.browsers(), [Some(firefox())]);
}

#[test]
fn another_browser_can_be_chosen_for_an_account_and_for_a_provider() {
    let desk = Desk::new(Mode::Documented);
    let shown = desk.wait("the browsers", |snapshot| {
        let browsers = &snapshot.browsers;
        (!browsers.is_empty()).then(|| browsers[0].clone())
    });
    assert_eq!(shown.id, firefox().browser);
    assert_eq!(shown.profiles, [("work".to_owned(), "Work".to_owned())]);
    let account = desk.link("biggerplate");
    assert_eq!(account.browser, None);
    let finished = desk.run(Command::ChooseBrowser {
        account: account.id.clone(),
        browser: Some(firefox()),
    });
    assert_eq!(finished.problem, None);
    let flow = desk.start_repair(&desk.account(&account.id));
    desk.linked(flow);
    let change = ClientChange {
        browser: BrowserChange::Take(firefox()),
        ..ClientChange::default()
    };
    desk.set_up("trading-parrot", change);
    desk.link("trading-parrot");
    assert_eq!(
        desk.person.browsers(),
        [None, Some(firefox()), Some(firefox())]
    );
}
