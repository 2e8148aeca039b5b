//! Many at once: idle sockets, unfinished requests, copies of the right answer.
//!
//! Knows nothing of what else is asked.

use super::*;
use crate::loopback::listener::MOST_CONNECTIONS;

#[tokio::test]
async fn a_crowd_of_silent_connections_does_not_shut_the_redirect_out() {
    let waiting = Waiting::start().await;
    let mut crowd = Vec::new();
    for _ in 0..200 {
        crowd.push(waiting.connect().await);
    }
    let strays = waiting.finish().await;
    assert_eq!(strays, vec![Stray::Crowded; 201 - MOST_CONNECTIONS]);
}

#[tokio::test]
async fn a_crowd_of_unfinished_requests_does_not_shut_the_redirect_out() {
    let waiting = Waiting::start().await;
    let mut crowd = Vec::new();
    for _ in 0..200 {
        let mut stream = waiting.connect().await;
        stream.write_all(b"GET /callback?").await.unwrap();
        crowd.push(stream);
    }
    let strays = waiting.finish().await;
    assert_eq!(strays, vec![Stray::Crowded; 201 - MOST_CONNECTIONS]);
}

#[tokio::test]
async fn a_crowd_that_comes_later_does_not_drive_out_an_answer_that_nobody_waits_for_yet() {
    let loopback = Loopback::default();
    let seat = loopback.open(&anywhere(), None).await.unwrap();
    let port = seat.local_port();
    let early = tokio::spawn(send(port, redirect(port, RIGHT)));
    let mut crowd = Vec::new();
    for _ in 0..200 {
        crowd.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    // Answered after the whole crowd has been let in, so that the early one was among the oldest.
    assert_eq!(status(&send(port, "GET / HTTP/1.1\r\n\r\n").await), "400");
    let waiting = Waiting::with(&loopback, seat, "right");
    assert_eq!(early.await.unwrap(), page_of(Verdict::Accept));
    assert_eq!(waiting.answered().await.query(), RIGHT);
}

#[tokio::test]
async fn fifty_copies_of_the_right_redirect_count_once_and_see_the_same_page() {
    let waiting = Waiting::start().await;
    let mut streams = Vec::new();
    for _ in 0..50 {
        streams.push(waiting.connect().await);
    }
    let mut pages = JoinSet::new();
    for mut stream in streams {
        let request = waiting.redirect(RIGHT);
        pages.spawn(async move {
            stream.write_all(request.as_bytes()).await.unwrap();
            read_all(&mut stream).await
        });
    }
    let pages = pages.join_all().await;
    assert_eq!(pages, vec![page_of(Verdict::Accept); 50]);
    assert_eq!(waiting.judged.load(Ordering::Relaxed), 1);
    assert_eq!(waiting.answered().await.query(), RIGHT);
}

#[tokio::test]
async fn answers_that_nobody_waits_for_yet_keep_their_places_when_all_are_taken() {
    let loopback = Loopback::default();
    let seat = loopback.open(&anywhere(), None).await.unwrap();
    let port = seat.local_port();
    let early = tokio::spawn(send(port, redirect(port, RIGHT)));
    // Answered after the first one has been heard, which is therefore the oldest.
    send(port, "GET / HTTP/1.1\r\n\r\n").await;
    let mut others = Vec::new();
    let until_one_is_turned_away = async {
        loop {
            let mut other = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let request = redirect(port, "code=c&state=wrong");
            other.write_all(request.as_bytes()).await.unwrap();
            others.push(other);
            // By the time that this has its answer, the one before it has been heard.
            if send(port, "GET / HTTP/1.1\r\n\r\n").await.is_empty() {
                break;
            }
        }
    };
    timeout(PATIENCE, until_one_is_turned_away).await.unwrap();
    assert!(others.len() >= MOST_CONNECTIONS - 1, "{}", others.len());
    let waiting = Waiting::with(&loopback, seat, "right");
    assert_eq!(early.await.unwrap(), page_of(Verdict::Accept));
    assert_eq!(waiting.answered().await.query(), RIGHT);
}
