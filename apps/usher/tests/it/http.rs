//! The smallest HTTP/1.1 client that a crash test needs: one keep-alive connection, and an error that
//! tells a refused request from one whose answer never came.

use std::io::{BufRead, BufReader, Read, Write};
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
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// The server was gone before its answer came: the request may or may not have been carried out.
#[derive(Debug)]
pub(crate) struct Lost;

impl Conn {
    pub(crate) fn new(addr: &str, bearer: Option<&str>) -> Self {
        let headers = bearer.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
        Self { addr: addr.to_owned(), headers, stream: None }
    }

    /// A connection that sends these header lines with every request, each ended by CR LF.
    pub(crate) fn dressed(addr: &str, headers: String) -> Self {
        Self { addr: addr.to_owned(), headers, stream: None }
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
        let answer = self.exchange(method, path, body, key);
        if answer.is_err() {
            self.stream = None;
        }
        answer.map_err(|_| Lost)
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> std::io::Result<Answer> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            empty => {
                let stream = TcpStream::connect(&self.addr)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(30)))?;
                empty.insert(BufReader::new(stream))
            }
        };
        let body = body.map(ToString::to_string).unwrap_or_default();
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
        let mut line = String::new();
        let gone = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        if stream.read_line(&mut line)? == 0 {
            return Err(gone());
        }
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(gone)?;
        let mut length = 0;
        let mut chunked = false;
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(gone());
            }
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(|_| gone())?;
            }
            chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
        }
        let mut bytes = Vec::new();
        if chunked {
            loop {
                line.clear();
                stream.read_line(&mut line)?;
                let size = usize::from_str_radix(line.trim(), 16).map_err(|_| gone())?;
                let mut chunk = vec![0; size + 2];
                stream.read_exact(&mut chunk)?;
                if size == 0 {
                    break;
                }
                bytes.extend_from_slice(&chunk[..size]);
            }
        } else {
            bytes.resize(length, 0);
            stream.read_exact(&mut bytes)?;
        }
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or(Value::Null)
        };
        Ok(Answer { status, body })
    }
}
