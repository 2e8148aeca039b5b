//! The smallest HTTP client that can talk to a practice provider: one request, one connection, the whole answer.
//!
//! Doesn't know what it carries. It blocks, at most for a few seconds.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// An answer, taken apart.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: u16,
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "instructions are answered by their status; tests look closer"
        )
    )]
    pub(super) head: String,
    pub(super) body: String,
}

/// Sends a request with these header lines to a port of this machine.
pub(super) fn ask(
    port: u16,
    request_line: &str,
    headers: &[String],
    body: &str,
) -> io::Result<Told> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = vec![
        format!("{request_line} HTTP/1.1"),
        format!("Host: 127.0.0.1:{port}"),
        "Connection: close".to_owned(),
    ];
    lines.extend_from_slice(headers);
    if !body.is_empty() {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    stream.write_all(format!("{}\r\n\r\n{body}", lines.join("\r\n")).as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    read(&String::from_utf8_lossy(&answer)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn read(answer: &str) -> Option<Told> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Told {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}
