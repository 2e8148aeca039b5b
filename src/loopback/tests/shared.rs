//! Several attempts at one address, one after the other and at the same time; before, between and after their answers.
//!
//! Knows nothing of garbage.

use super::*;

/// An endpoint at a port that stays the same, with its first seat.
async fn fixed(loopback: &Loopback) -> (Seat, Address) {
    let seat = loopback.open(&anywhere(), None).await.unwrap();
    let address = at(Some(seat.local_port()));
    (seat, address)
}

#[tokio::test]
async fn answers_reach_their_own_attempt_in_whatever_order_they_come() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let first = Waiting::with(&loopback, seat, "one");
    let second = loopback.open(&address, None).await.unwrap();
    let second = Waiting::with(&loopback, second, "two");
    let third = loopback.open(&address, None).await.unwrap();
    let third = Waiting::with(&loopback, third, "three");
    let port = first.port;
    for state in ["three", "one"] {
        let page = send(port, redirect(port, &format!("code=c&state={state}"))).await;
        assert_eq!(page, page_of(Verdict::Accept));
    }
    assert_eq!(third.answered().await.query(), "code=c&state=three");
    assert_eq!(first.answered().await.query(), "code=c&state=one");
    assert!(!second.end.is_finished());
    send(port, redirect(port, "error=access_denied&state=two")).await;
    assert_eq!(second.answered().await.verdict, Verdict::End);
}

#[tokio::test]
async fn an_answer_that_nobody_knows_is_told_to_everybody_who_waits() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let first = Waiting::with(&loopback, seat, "one");
    let second = loopback.open(&address, None).await.unwrap();
    let second = Waiting::with(&loopback, second, "two");
    let page = first.send(first.redirect("code=c&state=three")).await;
    assert_eq!(page, page_of(Verdict::KeepWaiting));
    for waiting in [first, second] {
        assert_eq!(*waiting.strays.lock().unwrap(), [Stray::Unknown]);
        assert!(!waiting.end.is_finished());
    }
}

#[tokio::test]
async fn paths_are_kept_apart() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let first = Waiting::with(&loopback, seat, "right");
    let elsewhere = Address {
        path: "/elsewhere".to_owned(),
        ..address
    };
    let second = loopback.open(&elsewhere, None).await.unwrap();
    let second = Waiting::with(&loopback, second, "right");
    let request = first.redirect(RIGHT).replace("/callback", "/elsewhere");
    assert_eq!(first.send(request).await, page_of(Verdict::Accept));
    second.answered().await;
    assert_eq!(first.judged.load(Ordering::Relaxed), 0);
    first.finish().await;
}

#[tokio::test]
async fn an_answer_that_comes_before_the_wait_is_kept_for_it() {
    let loopback = Loopback::default();
    let (seat, _) = fixed(&loopback).await;
    let port = seat.local_port();
    let early = tokio::spawn(send(port, redirect(port, RIGHT)));
    // A stray meanwhile is answered at once, and told later.
    assert_eq!(status(&send(port, "\0\0\0\0").await), "400");
    assert!(!early.is_finished());
    let waiting = Waiting::with(&loopback, seat, "right");
    assert_eq!(early.await.unwrap(), page_of(Verdict::Accept));
    assert_eq!(*waiting.strays.lock().unwrap(), [Stray::Malformed]);
    assert_eq!(waiting.answered().await.query(), RIGHT);
}

#[tokio::test]
async fn an_early_answer_to_an_attempt_that_is_given_up_is_told_so() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let other = loopback.open(&address, None).await.unwrap();
    let other = Waiting::with(&loopback, other, "other");
    let early = tokio::spawn(send(other.port, redirect(other.port, RIGHT)));
    // Answered later than the early one was heard.
    other.send("GET / HTTP/1.1\r\n\r\n").await;
    drop(seat);
    assert_eq!(early.await.unwrap(), page_of(Verdict::KeepWaiting));
}

#[tokio::test]
async fn a_settled_answer_sees_its_page_again_while_others_wait_and_afterwards() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let first = Waiting::with(&loopback, seat, "right");
    let second = loopback.open(&address, None).await.unwrap();
    let second = Waiting::with(&loopback, second, "two");
    let port = first.port;
    first.finish().await;
    let judged = second.judged.load(Ordering::Relaxed);
    assert_eq!(
        send(port, redirect(port, RIGHT)).await,
        page_of(Verdict::Accept)
    );
    assert_eq!(second.judged.load(Ordering::Relaxed), judged);
    send(port, redirect(port, "error=access_denied&state=two")).await;
    second.answered().await;
    for (query, verdict) in [
        (RIGHT, Verdict::Accept),
        ("error=access_denied&state=two", Verdict::End),
        ("code=d&state=right", Verdict::KeepWaiting),
        (DENIED, Verdict::KeepWaiting),
    ] {
        let page = send(port, redirect(port, query)).await;
        assert_eq!(page, page_of(verdict), "{query}");
    }
}

#[tokio::test]
async fn a_reload_of_the_address_that_the_page_leaves_sees_the_page_again() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let first = Waiting::with(&loopback, seat, "right");
    let second = loopback.open(&address, None).await.unwrap();
    let second = Waiting::with(&loopback, second, "two");
    let bare = redirect(first.port, "").replace('?', "");
    let page = first.send(&bare).await;
    assert_eq!(page, page_of(Verdict::KeepWaiting), "nothing is settled");
    let port = first.port;
    first.finish().await;
    assert_eq!(send(port, &bare).await, page_of(Verdict::Accept));
    send(port, redirect(port, "error=access_denied&state=two")).await;
    assert_eq!(send(port, &bare).await, page_of(Verdict::End));
    second.answered().await;
}

#[tokio::test]
async fn a_new_attempt_is_not_settled_by_the_answer_of_an_old_one() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let first = Waiting::with(&loopback, seat, "right");
    let port = first.port;
    let mut kept = first.connect().await;
    first.finish().await;
    let seat = loopback.open(&address, None).await.unwrap();
    let second = Waiting::with(&loopback, seat, "two");
    send(port, redirect(port, RIGHT)).await;
    assert_eq!(second.judged.load(Ordering::Relaxed), 0);
    // A socket that the browser has kept from the first attempt serves the second one as well.
    let request = redirect(port, "code=c&state=two");
    kept.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(read_all(&mut kept).await, page_of(Verdict::Accept));
    assert_eq!(second.answered().await.query(), "code=c&state=two");
}

#[tokio::test]
async fn whoever_comes_back_to_a_retired_attempt_is_told_that_it_is_over() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let port = seat.local_port();
    seat.retire(PATIENCE);
    let page = send(port, redirect(port, RIGHT)).await;
    assert_eq!(page, page_of(Verdict::KeepWaiting));
    assert!(page.contains("This attempt is over"), "{page}");
    let seat = loopback.open(&address, None).await.unwrap();
    Waiting::with(&loopback, seat, "right").finish().await;
}

#[tokio::test]
async fn a_retired_attempt_makes_room_for_another_address_at_its_port() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    seat.retire(PATIENCE);
    let by_name = Address {
        host: "localhost".to_owned(),
        ..address
    };
    let seat = loopback.open(&by_name, None).await.unwrap();
    assert_eq!(Some(seat.local_port()), by_name.port);
    seat.self_test().await.unwrap();
}

#[tokio::test]
async fn another_address_at_a_port_of_ours_is_refused_while_somebody_waits() {
    let loopback = Loopback::default();
    let (seat, address) = fixed(&loopback).await;
    let by_name = Address {
        host: "localhost".to_owned(),
        ..address
    };
    let error = loopback.open(&by_name, None).await.unwrap_err();
    let Error::PortInUse { port, source } = error else {
        panic!("{error:?}");
    };
    assert_eq!(port, seat.local_port());
    assert!(source.to_string().contains("another sign-in"), "{source}");
}
