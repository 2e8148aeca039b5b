//! Attempts to link, as the core sees them.

use super::*;

#[test]
fn a_link_without_a_client_id_asks_for_the_set_up_before_anything_else() {
    let mut core = Core::new(Settings::default(), 7);
    core.registry = Registry::new(Vec::new()).0;
    let command = Command::LinkAccount {
        provider: provider(),
        account: None,
        label: None,
        way: SignInWay::Browser,
    };
    let effects = core.handle(Input::Command(CommandId(1), command), at(0));
    assert!(effects.is_empty(), "{effects:?}");
    let problem = core
        .snapshot()
        .finished(CommandId(1))
        .unwrap()
        .problem
        .clone();
    let ProblemKind::ClientIncomplete { missing } = problem.unwrap().kind else {
        panic!("expected the set-up to be incomplete");
    };
    assert!(missing.contains(&Missing::ClientId));
}

#[test]
fn a_second_click_shows_the_attempt_under_way() {
    let mut desk = Desk::with(Vec::new());
    let (_, flow) = desk.link();
    let command = Command::LinkAccount {
        provider: provider(),
        account: None,
        label: None,
        way: SignInWay::Browser,
    };
    let (second, effects) = desk.send(command, at(1));
    assert!(effects.is_empty());
    assert_eq!(desk.snapshot().finished(second).unwrap().flow, Some(flow));
    assert_eq!(desk.snapshot().links.len(), 1);
}

#[test]
fn a_canceled_attempt_is_not_revived_by_a_late_answer() {
    let mut desk = Desk::with(Vec::new());
    let (command, flow) = desk.link();
    let (_, effects) = desk.send(Command::CancelLink { flow }, at(1));
    assert!(matches!(effects.as_slice(), [Effect::StopLink(stopped)] if *stopped == flow));
    let linked = Linked {
        account: account(1),
        lines: vec![line("Linked")],
        beside: None,
        was: None,
    };
    desk.core
        .handle(Input::LinkEnded(flow, Ok(Box::new(linked))), at(2));
    let snapshot = desk.snapshot();
    assert_eq!(snapshot.accounts.len(), 0);
    let problem = snapshot.finished(command).unwrap().problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Canceled);
}

#[test]
fn steps_show_what_is_done_what_waits_and_where_it_ended() {
    let mut desk = Desk::with(Vec::new());
    let (_, flow) = desk.link();
    let moves = [
        LinkEvent::Began(LinkStep::CheckKeyStore),
        LinkEvent::Done {
            took: std::time::Duration::from_millis(20),
            note: None,
        },
        LinkEvent::Began(LinkStep::PrepareAddress),
    ];
    for event in moves {
        desk.core.handle(Input::LinkMoved(flow, event), at(1));
    }
    let kind = ProblemKind::PortInUse {
        port: 53682,
        holder: None,
    };
    let ended = Input::LinkEnded(flow, Err(Failure::new(kind)));
    desk.core.handle(ended, at(2));
    let snapshot = desk.snapshot();
    let states: Vec<StepState> = snapshot.links[0]
        .steps
        .iter()
        .map(|step| step.state)
        .collect();
    let took = SignedDuration::from_millis(20);
    assert_eq!(states[0], StepState::Done { took });
    assert_eq!(states[1], StepState::Failed);
    assert_eq!(states[2], StepState::Ahead);
    assert!(matches!(
        snapshot.links[0].outcome,
        Some(LinkOutcome::Failed { .. })
    ));
}

#[test]
fn an_unusable_address_is_refused_by_name_and_nothing_is_saved() {
    let mut desk = Desk::with(Vec::new());
    let change = ClientChange {
        base_url: Some("http://elsewhere.example".to_owned()),
        client_secret: SecretChange::Set(Secret::new("s")),
        ..ClientChange::default()
    };
    let command = Command::SaveClient {
        provider: provider(),
        change,
    };
    let (id, effects) = desk.send(command, at(0));
    assert!(effects.is_empty(), "{effects:?}");
    let problem = desk
        .snapshot()
        .finished(id)
        .unwrap()
        .problem
        .clone()
        .unwrap();
    assert!(
        matches!(problem.kind, ProblemKind::ClientInvalid { .. }),
        "{problem:?}"
    );
}

#[test]
fn tokens_that_are_in_question_are_not_listed_and_given_up_ones_leave_no_trace() {
    let (old, mut new) = (account(1), account(2));
    let mut desk = Desk::with(vec![old.clone()]);
    let listed = |desk: &Desk| {
        let cards = desk.snapshot().accounts;
        cards.iter().map(|card| card.id.clone()).collect::<Vec<_>>()
    };
    let reread = |desk: &mut Desk, accounts: Vec<Account>| {
        let contents = Contents {
            accounts,
            ..Contents::default()
        };
        let changes = desk.core.changes();
        let input = Input::Reread(Box::new(contents), changes);
        desk.core.handle(input, at(1));
    };
    let (_, flow) = desk.link();
    // Another window has written something between the saving and the question.
    reread(&mut desk, vec![old.clone(), new.clone()]);
    new.in_question_with = Some(old.id.clone());
    let question = LinkQuestion {
        kind: QuestionKind::SamePerson,
        account: old.id.clone(),
        label: old.label.clone(),
        theirs: String::new(),
        signed_in: String::new(),
    };
    let asks = LinkEvent::Asks(question);
    desk.core.handle(Input::LinkMoved(flow, asks), at(1));
    reread(&mut desk, vec![old.clone(), new]);
    assert_eq!(listed(&desk), std::slice::from_ref(&old.id));
    let given_up = Failure::new(ProblemKind::Canceled);
    let effects = desk
        .core
        .handle(Input::LinkEnded(flow, Err(given_up)), at(2));
    assert!(
        matches!(effects.as_slice(), [Effect::Reread]),
        "{effects:?}"
    );
}

#[test]
fn what_an_earlier_attempt_left_in_question_stays_listed_during_another_one() {
    let (old, mut left) = (account(1), account(2));
    left.in_question_with = Some(old.id.clone());
    left.linked_at = at(-60);
    let mut desk = Desk::with(vec![old.clone(), left.clone()]);
    let command = Command::LinkAccount {
        provider: provider(),
        account: Some(old.id.clone()),
        label: None,
        way: SignInWay::Browser,
    };
    desk.send(command, at(0));
    let contents = Contents {
        accounts: vec![old, left],
        ..Contents::default()
    };
    let changes = desk.core.changes();
    desk.core
        .handle(Input::Reread(Box::new(contents), changes), at(1));
    assert_eq!(desk.snapshot().accounts.len(), 2);
}
