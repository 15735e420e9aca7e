//! The few requests that the bench makes itself: one connection that is kept.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::programs::{ADMIN, Server};

/// The path of the bank.
pub(super) const TENANT: &str = "/api/v1/tenants/demo-bank";

/// Somebody who asks.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    /// The token with which they are signed in.
    pub(super) token: String,
}

impl Client {
    /// Somebody who is signed in with a token; nobody when it is empty.
    pub(super) fn with(server: &Server, token: &str) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
    }

    /// Signs in with the bench's password, and the person's id.
    pub(super) fn sign_in(server: &Server, email: &str) -> Result<(Self, String)> {
        let mut client = Self::with(server, "")?;
        let answer = client.post("/api/v1/auth/login", &json!({ "email": email, "password": ADMIN.1 }))?;
        client.token = text(&answer, "/access_token")?;
        Ok((client, text(&answer, "/user/id")?))
    }

    /// Reads something that is there.
    pub(super) fn get(&mut self, path: &str) -> Result<Value> {
        let answer = self.read(path)?;
        serde_json::from_str(&answer).with_context(|| format!("{path} answers {answer}"))
    }

    /// The same as it came.
    pub(super) fn read(&mut self, path: &str) -> Result<String> {
        self.good("GET", path, "")
    }

    /// Does something that succeeds.
    pub(super) fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.good("POST", path, &body.to_string())?;
        serde_json::from_str(&answer).with_context(|| format!("{path} answers {answer}"))
    }

    fn good(&mut self, method: &str, path: &str, body: &str) -> Result<String> {
        let (status, answer) = self.send(method, path, body)?;
        if !(200..300).contains(&status) {
            bail!("{method} {path} answers {status}: {answer}");
        }
        Ok(answer)
    }

    /// One request: the status and the body.
    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, String)> {
        let bearer = match &*self.token {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{bearer}\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("a status")?;
        let mut length = None;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("{method} {path}: the answer breaks off");
            }
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = Some(value.trim().parse()?);
            }
        }
        let mut body =
            vec![0; length.with_context(|| format!("{method} {path}: an answer without a length"))?];
        self.stream.read_exact(&mut body)?;
        Ok((status, String::from_utf8(body)?))
    }
}

/// A text of an answer.
pub(super) fn text(answer: &Value, pointer: &str) -> Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no {pointer} in {answer}"))?.to_owned())
}

/// A line of its own with a counter, at the bank's main branch.
pub(super) struct Line {
    pub(super) queue: String,
    pub(super) counter: String,
}

impl Line {
    /// `name` is unlike that of any other, in two capital letters and digits; the counter holds up to `capacity` tickets.
    pub(super) fn open(client: &mut Client, name: &str, capacity: u32) -> Result<Self> {
        let site = text(&client.get(&format!("{TENANT}/sites/main"))?, "/id")?;
        let new = json!({ "code": name.to_lowercase(), "name": name, "default_minutes": 5 });
        let service = text(&client.post(&format!("{TENANT}/services"), &new)?, "/id")?;
        let new = json!({
            "site_id": site, "name": name, "prefix": name, "last_number": 999_999, "service_ids": [service],
        });
        let queue = text(&client.post(&format!("{TENANT}/queues"), &new)?, "/id")?;
        let new = json!({
            "site_id": site, "name": name, "number": name, "queue_ids": [queue], "status": "open",
            "capacity": capacity,
        });
        let counter = text(&client.post(&format!("{TENANT}/counters"), &new)?, "/id")?;
        Ok(Self { queue, counter })
    }

    pub(super) fn issue(&self, client: &mut Client) -> Result<()> {
        client.post(&format!("{TENANT}/tickets"), &json!({ "queue_id": self.queue })).map(drop)
    }

    /// The request that calls the next ticket.
    pub(super) fn call(&self) -> (String, Value) {
        (format!("{TENANT}/agents/call-next"), json!({ "counter_id": self.counter }))
    }

    /// Issues a ticket, calls it and completes it.
    pub(super) fn cycle(&self, client: &mut Client) -> Result<()> {
        self.issue(client)?;
        let (path, body) = self.call();
        let ticket = text(&client.post(&path, &body)?, "/ticket/id")?;
        client.post(&format!("{TENANT}/tickets/{ticket}/close"), &json!({})).map(drop)
    }
}
