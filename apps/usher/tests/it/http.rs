//! The smallest HTTP/1.1 client that a crash test needs: one keep-alive connection, and an error that
//! tells a refused request from one whose answer never came.

use std::io::{BufRead, BufReader, Error, ErrorKind, Result as Outcome, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// A connection to the server under test.
pub(crate) struct Conn {
    addr: String,
    headers: String,
    stream: Option<BufReader<TcpStream>>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The headers, a line each, in small letters.
    head: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
    /// The text as JSON; null where it is none.
    pub(crate) body: Value,
}

/// The server was gone before its answer came: the request may or may not have been carried out.
#[derive(Debug)]
pub(crate) struct Lost;

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

impl Answer {
    /// A header's value, in small letters; its name has to be, too.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Reads the rest of an answer whose head has been read.
    pub(crate) fn read(reader: &mut impl BufRead, status: u16, head: String) -> Outcome<Self> {
        let bytes = read_body(reader, &head)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Self { status, head, bytes, text, body })
    }
}

impl Conn {
    pub(crate) fn new(addr: &str, bearer: Option<&str>) -> Self {
        Self { addr: addr.to_owned(), headers: authorization(bearer), stream: None }
    }

    /// A connection that sends these header lines with every request, each ended by CR LF.
    pub(crate) fn dressed(addr: &str, headers: String) -> Self {
        Self { addr: addr.to_owned(), headers, stream: None }
    }

    /// The access token that it sends.
    pub(crate) fn token(&self) -> Option<&str> {
        self.headers.strip_prefix("Authorization: Bearer ").map(str::trim_end)
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer, Lost> {
        self.send("GET", path, None, None)
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value, key: Option<&str>) -> Result<Answer, Lost> {
        self.send("POST", path, Some(body), key)
    }

    pub(crate) fn put(&mut self, path: &str, body: &Value) -> Result<Answer, Lost> {
        self.send("PUT", path, Some(body), None)
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Answer, Lost> {
        self.say(method, path, &body.map(ToString::to_string).unwrap_or_default(), key)
    }

    /// Sends any text as a body.
    pub(crate) fn say(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        key: Option<&str>,
    ) -> Result<Answer, Lost> {
        let answer = self.exchange(method, path, body, key);
        if answer.is_err() {
            self.stream = None;
        }
        answer.map_err(|_| Lost)
    }

    fn exchange(&mut self, method: &str, path: &str, body: &str, key: Option<&str>) -> Outcome<Answer> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            empty => {
                let stream = TcpStream::connect(&self.addr)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(30)))?;
                empty.insert(BufReader::new(stream))
            }
        };
        let key = key.map_or(String::new(), |key| format!("Idempotency-Key: {key}\r\n"));
        // A test may ask for another host than the one it connects to.
        let host = if self.headers.starts_with("Host: ") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.addr)
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: {}\r\n{}{key}\r\n{body}",
            body.len(),
            self.headers,
        );
        stream.get_mut().write_all(request.as_bytes())?;
        let (status, head) = read_head(stream)?;
        Answer::read(stream, status, head)
    }
}

/// The header that shows who one is; nothing for nobody.
pub(crate) fn authorization(bearer: Option<&str>) -> String {
    bearer.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.trim())
}

/// The status of an answer, and its headers in small letters.
pub(crate) fn read_head(reader: &mut impl BufRead) -> Outcome<(u16, String)> {
    let gone = || Error::from(ErrorKind::UnexpectedEof);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(gone)?;
    let mut head = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(gone());
        }
        if line == "\r\n" {
            return Ok((status, head));
        }
        head.push_str(&line.to_ascii_lowercase());
    }
}

fn read_body(reader: &mut impl BufRead, head: &str) -> Outcome<Vec<u8>> {
    let bad = |_| Error::from(ErrorKind::InvalidData);
    let mut bytes = Vec::new();
    if header(head, "transfer-encoding") != Some("chunked") {
        let length: usize = header(head, "content-length").unwrap_or("0").parse().map_err(bad)?;
        bytes.resize(length, 0);
        reader.read_exact(&mut bytes)?;
        return Ok(bytes);
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(bad)?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&chunk[..size]);
    }
}
