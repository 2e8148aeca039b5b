//! Knocks at our own endpoint as a browser will, before one is opened.
//!
//! A knock is known by the address it comes from, so that not a byte is said before it is clear who let us in.
//! Knows nothing of attempts.

use std::io;
use std::net::SocketAddr;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::Error;
use super::door::Door;
use super::sockets::{hosts, socket_for};

/// How every answer of ours begins.
const ANSWER: [u8; 9] = *b"HTTP/1.1 ";

/// Knocks at every address that the endpoint's host stands for.
pub(super) async fn run(door: &Door) -> Result<(), Error> {
    for host in hosts(&door.expected.host)? {
        let address = SocketAddr::new(host, door.expected.port);
        timeout(door.header_deadline, knock(door, address))
            .await
            .unwrap_or_else(|_elapsed| Err(io::ErrorKind::TimedOut.into()))
            .map_err(|source| Error::Unanswered { address, source })?;
    }
    Ok(())
}

async fn knock(door: &Door, address: SocketAddr) -> io::Result<()> {
    if !door.sockets.addresses().contains(&address) {
        // A family that didn't exist when we bound. Where nobody answers, a browser takes the other one.
        return match TcpStream::connect(address).await {
            Ok(_stream) => Err(io::Error::other("another program answers there")),
            Err(_nobody) => Ok(()),
        };
    }
    let socket = socket_for(address)?;
    socket.bind(SocketAddr::new(address.ip(), 0))?;
    let heard = door.register.announce(socket.local_addr()?);
    let stream = socket.connect(address).await?;
    if heard.await.is_err() {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    match door.tls() {
        None => ask(stream).await,
        Some(tls) => {
            let host = door.expected.host.trim_matches(['[', ']']).to_owned();
            let name = ServerName::try_from(host).map_err(io::Error::other)?;
            ask(TlsConnector::from(tls.client).connect(name, stream).await?).await
        }
    }
}

/// Asks for what is refused whoever asks, and so never comes before a judge.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    stream.write_all(b"HEAD / HTTP/1.1\r\n\r\n").await?;
    let mut answer = [0; ANSWER.len()];
    stream.read_exact(&mut answer).await?;
    if answer == ANSWER {
        Ok(())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}
