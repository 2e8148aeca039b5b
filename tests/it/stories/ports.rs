//! Redirect addresses at fixed ports: who has the port, who gets it, and who comes too late.

use std::io;
use std::net::TcpListener;

use jiff::SignedDuration;
use linkdesk::bridge::{ClientChange, Command, ProblemKind, Remedy};
use linkdesk::cli::exit_code;
use linkdesk::sandbox::Mode;

use crate::desk::person::Decision;
use crate::desk::{Desk, free_port};

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}/callback")
}

/// Registers these ports, in this order.
fn register(desk: &Desk, ports: &[u16]) {
    let mut addresses = ports.iter().map(|port| address(*port));
    let change = ClientChange {
        redirect_uri: addresses.next(),
        other_redirect_uris: Some(addresses.collect()),
        ..ClientChange::default()
    };
    desk.set_up("trading-parrot", change);
}

/// Another program on a port, which would notice if somebody came.
fn squatter() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn assert_undisturbed(squatter: &TcpListener) {
    let nobody = squatter.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(nobody, Err(io::ErrorKind::WouldBlock), "somebody knocked");
}

#[test]
fn a_taken_port_is_named_with_its_holder_before_any_browser_opens() {
    let desk = Desk::new(Mode::Documented);
    let (squatter, port) = squatter();
    desk.neighborhood.move_in(port, "squatter", 42);
    register(&desk, &[port]);
    let flow = desk.start_link("trading-parrot");
    let problem = desk.failure(flow);
    let holder = Some("squatter (process 42)".to_owned());
    assert_eq!(problem.kind, ProblemKind::PortInUse { port, holder });
    assert_eq!(problem.remedy, Remedy::LinkAgain);
    assert_eq!(exit_code(&problem.kind), 7);
    assert_eq!(desk.person.opened(), Vec::<String>::new());
    assert_undisturbed(&squatter);
}

#[test]
fn the_second_registered_address_is_used_where_the_first_is_taken() {
    let desk = Desk::new(Mode::Documented);
    let (squatter, taken) = squatter();
    let free = free_port();
    register(&desk, &[taken, free]);
    let flow = desk.start_link("trading-parrot");
    desk.linked(flow);
    assert_eq!(desk.link_card(flow).redirect_uri, Some(address(free)));
    assert_undisturbed(&squatter);
}

#[test]
fn where_all_registered_addresses_are_taken_the_first_is_named() {
    let desk = Desk::new(Mode::Documented);
    let ((_one, first), (_other, second)) = (squatter(), squatter());
    register(&desk, &[first, second]);
    let flow = desk.start_link("trading-parrot");
    let expected = ProblemKind::PortInUse {
        port: first,
        holder: None,
    };
    assert_eq!(desk.failure(flow).kind, expected);
}

#[test]
fn a_port_of_the_system_is_used_by_those_who_may_and_named_to_the_others() {
    let port = 97;
    let may = match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_listener) => true,
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            false
        }
    };
    let desk = Desk::new(Mode::Documented);
    register(&desk, &[port]);
    let flow = desk.start_link("trading-parrot");
    if may {
        desk.linked(flow);
    } else {
        let problem = desk.failure(flow);
        assert_eq!(problem.kind, ProblemKind::PortReserved { port });
        assert_eq!(problem.remedy, Remedy::OpenClientSetUp);
        assert_eq!(exit_code(&problem.kind), 7);
    }
}

#[test]
fn a_new_link_and_a_repair_wait_at_the_same_address_and_each_gets_its_own_answer() {
    let desk = Desk::new(Mode::Field);
    let port = free_port();
    register(&desk, &[port]);
    let account = desk.link("trading-parrot");
    desk.person.decide(Decision::StayThere);
    let repair = desk.start_repair(&account);
    let to_repair = desk.person.wait_for_landing();
    let other = desk.practice.ready().standard.users[1].clone();
    desk.person.become_somebody(&other);
    let new = desk.start_link("trading-parrot");
    let to_new = desk.person.wait_for_landing();
    for target in [to_new, to_repair] {
        assert!(target.starts_with(&address(port)), "{target}");
        desk.person.load(&target).unwrap();
    }
    let repaired = desk.linked(repair);
    assert_eq!(repaired.id, account.id);
    assert_eq!(repaired.identity.email, account.identity.email);
    let new = desk.linked(new);
    assert_ne!(new.id, account.id);
    assert_eq!(new.identity.email, Some(other));
}

#[test]
fn canceling_frees_the_port() {
    let desk = Desk::with(Mode::Documented, Decision::CloseTab);
    let port = free_port();
    register(&desk, &[port]);
    let flow = desk.start_link("trading-parrot");
    desk.wait_for_redirect(flow);
    assert!(TcpListener::bind(("127.0.0.1", port)).is_err());
    desk.run(Command::CancelLink { flow });
    desk.wait("the free port", |_| {
        TcpListener::bind(("127.0.0.1", port)).ok()
    });
}

#[test]
fn the_answer_to_a_canceled_attempt_changes_nothing() {
    let desk = Desk::with(Mode::Field, Decision::StayThere);
    let port = free_port();
    register(&desk, &[port]);
    let flow = desk.start_link("trading-parrot");
    let late = desk.person.wait_for_landing();
    desk.run(Command::CancelLink { flow });
    desk.wait("the free port", |_| {
        TcpListener::bind(("127.0.0.1", port)).ok()
    });
    assert_eq!(desk.person.load(&late), None, "somebody is there");
    let next = desk.start_link("trading-parrot");
    let right = desk.person.wait_for_landing();
    let page = desk.person.load(&late).unwrap();
    assert!(page.contains("This attempt is over"), "{page}");
    desk.person.load(&right).unwrap();
    let account = desk.linked(next);
    assert_eq!(desk.failure(flow).kind, ProblemKind::Canceled);
    assert_eq!(desk.counters("trading-parrot").exchanges, 1);
    assert_eq!(desk.ids(), [account.id]);
}

#[test]
fn who_comes_after_the_time_is_up_is_told_so_and_changes_nothing() {
    let desk = Desk::with(Mode::Documented, Decision::StayThere);
    register(&desk, &[free_port()]);
    let flow = desk.start_link("trading-parrot");
    let late = desk.person.wait_for_landing();
    desk.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(desk.failure(flow).kind, ProblemKind::TimedOut);
    let page = desk.person.load(&late).unwrap();
    assert!(page.contains("This attempt is over"), "{page}");
    assert_eq!(desk.counters("trading-parrot").exchanges, 0);
    assert_eq!(desk.ids(), Vec::new());
    assert_eq!(desk.failure(flow).kind, ProblemKind::TimedOut);
}

#[test]
fn a_new_attempt_takes_over_the_port_of_one_whose_time_was_up() {
    let desk = Desk::with(Mode::Field, Decision::StayThere);
    let port = free_port();
    register(&desk, &[port]);
    let flow = desk.start_link("trading-parrot");
    let late = desk.person.wait_for_landing();
    desk.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(desk.failure(flow).kind, ProblemKind::TimedOut);
    let flow = desk.start_link("trading-parrot");
    let right = desk.person.wait_for_landing();
    assert!(right.starts_with(&address(port)), "{right}");
    let page = desk.person.load(&late).unwrap();
    assert!(page.contains("This attempt is over"), "{page}");
    desk.wait("the late one counted", |snapshot| {
        (snapshot.link(flow)?.strays > 0).then_some(())
    });
    desk.person.load(&right).unwrap();
    desk.linked(flow);
    assert_eq!(desk.counters("trading-parrot").exchanges, 1);
}

#[test]
fn a_reload_after_the_end_shows_the_same_page_and_exchanges_nothing() {
    let desk = Desk::with(Mode::Field, Decision::StayThere);
    register(&desk, &[free_port()]);
    let flow = desk.start_link("trading-parrot");
    let target = desk.person.wait_for_landing();
    let page = desk.person.load(&target).unwrap();
    assert!(page.contains("<h1>Received</h1>"), "{page}");
    desk.linked(flow);
    assert_eq!(desk.person.load(&target), Some(page));
    assert_eq!(desk.counters("trading-parrot").exchanges, 1);
    assert_eq!(desk.ids().len(), 1);
}
