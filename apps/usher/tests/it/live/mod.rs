//! The smallest clients of the three live doors that the tests need: event stream, WebSocket, Socket.IO.
//! What real clients make of them is tried by `e2e/clients`.

mod graphql;
mod socketio;
mod sse;
mod websocket;

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::http::{Answer, authorization, read_head};
use crate::server::Server;

pub(crate) use graphql::Graphql;
pub(crate) use socketio::SocketIo;
pub(crate) use sse::Stream;
pub(crate) use websocket::WebSocket;

/// A server that is well says something every five seconds.
const SILENCE: Duration = Duration::from_secs(15);

/// Knocks at a door with a GET: the open connection where it answers with `welcome`, else the refusal.
fn knock(
    server: &Server,
    path: &str,
    token: Option<&str>,
    headers: &str,
    welcome: u16,
) -> Result<BufReader<TcpStream>, Answer> {
    let mut stream = TcpStream::connect(&server.addr).expect("a connection");
    stream.set_read_timeout(Some(SILENCE)).expect("a timeout");
    let credential = authorization(token);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{credential}{headers}\r\n", server.addr);
    stream.write_all(request.as_bytes()).expect("a request");
    let mut reader = BufReader::new(stream);
    let (status, head) = read_head(&mut reader).unwrap_or_else(|error| panic!("{path}: {error}"));
    if status == welcome {
        return Ok(reader);
    }
    Err(Answer::read(&mut reader, status, head).unwrap_or_else(|error| panic!("{path}: {error}")))
}
