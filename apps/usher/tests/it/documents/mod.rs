//! The source documents, request by request: what a client written for one of them sends, and what it reads.

mod eislager;
mod services;
mod smartqueue;
mod tokens;
mod zeroq;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use usher_testkit::eventually;

use crate::http::{Answer, Conn};
use crate::server::{Scratch, Server, usher};

/// How long what happens by itself may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bank as document 001's own command line makes it, served by the built binary.
struct Bank {
    server: Server,
    scratch: Scratch,
}

/// Somebody who asks.
struct Guest(Conn);

impl Bank {
    fn open(name: &str) -> Self {
        Self::configured(name, &[])
    }

    /// The same with settings from the environment.
    fn configured(name: &str, env: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new(name);
        let create = "tenant create --name Demo --slug demo-bank --admin-email admin@demo-bank.com \
                      --admin-password admin123 --with-demo-data";
        let made = usher(&scratch.0, &[]).args(create.split_whitespace()).output().expect("it starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let root = "user create --email root@usher.example --role globalAdmin --password admin123";
        let made = usher(&scratch.0, &[]).args(root.split_whitespace()).output().expect("it starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let env: Vec<_> = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { server: Server::start(&scratch.0, &env), scratch }
    }

    /// Nobody in particular.
    fn nobody(&self) -> Guest {
        Guest(Conn::new(&self.server.addr, None))
    }

    /// Somebody who sends these header lines.
    fn dressed(&self, headers: &[(&str, &str)]) -> Guest {
        let lines = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        Guest(Conn::dressed(&self.server.addr, lines))
    }

    /// Somebody who is registered, signed in at `path`.
    fn log_in(&self, path: &str, email: &str, password: &str) -> Guest {
        let answer = self.nobody().post(path, json!({ "email": email, "password": password }), 200);
        Guest(Conn::new(&self.server.addr, answer["token"].as_str()))
    }

    /// The mail to somebody that holds this text, as soon as it is in the mail folder.
    fn mail(&self, to: &str, holding: &str) -> String {
        eventually(&format!("a mail to {to}"), PATIENCE, || {
            let folder = std::fs::read_dir(self.scratch.0.join("mail")).into_iter().flatten();
            let mails = folder.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok());
            let mut wanted =
                mails.filter(|mail| mail.contains(&format!("To: {to}")) && mail.contains(holding));
            wanted.next()
        })
    }

    fn admin(&self) -> Guest {
        self.log_in("/api/login", "admin@demo-bank.com", "admin123")
    }

    /// A new customer.
    fn customer(&self, email: &str) -> Guest {
        let new = json!({ "name": "Carla", "email": email, "password": "s3cretpass1" });
        let answer = self.nobody().post("/api/auth/register", new, 201);
        Guest(Conn::new(&self.server.addr, answer["token"].as_str()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "stories read better without & before every json!")]
impl Guest {
    fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.0.send(method, path, body, None).expect("the server answers")
    }

    fn expect(&mut self, method: &str, path: &str, body: Option<&Value>, status: u16) -> Value {
        let answer = self.ask(method, path, body);
        assert_eq!(answer.status, status, "{method} {path} {body:?}: {}", answer.body);
        // A slash at the end changes nothing; reads are tried with one, too.
        if method == "GET" && !path.contains('?') {
            let slashed = self.ask(method, &format!("{path}/"), None);
            assert_eq!(slashed.status, status, "{method} {path}/: {}", slashed.body);
        }
        answer.body
    }

    fn get(&mut self, path: &str, status: u16) -> Value {
        self.expect("GET", path, None, status)
    }

    /// What is read once it is as wanted, as it will be by itself within moments.
    fn until(&mut self, path: &str, ready: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.ask("GET", path, None);
            if answer.status == 200 && ready(&answer.body) {
                return answer.body;
            }
            assert!(begun.elapsed() < PATIENCE, "{path} is not as wanted: {} {}", answer.status, answer.body);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn post(&mut self, path: &str, body: Value, status: u16) -> Value {
        self.expect("POST", path, Some(&body), status)
    }

    fn put(&mut self, path: &str, body: Value, status: u16) -> Value {
        self.expect("PUT", path, Some(&body), status)
    }

    fn delete(&mut self, path: &str, status: u16) -> Value {
        self.expect("DELETE", path, None, status)
    }

    fn asked(&mut self, query: &str, variables: &Value) -> Value {
        self.post("/graphql", json!({ "query": query, "variables": variables }), 200)
    }

    /// What GraphQL answers, all of it.
    fn graphql(&mut self, query: &str, variables: Value) -> Value {
        let answer = self.asked(query, &variables);
        assert!(answer.get("errors").is_none(), "{query} {variables}: {answer}");
        answer["data"].clone()
    }

    /// The code with which GraphQL refuses.
    fn graphql_refused(&mut self, query: &str, variables: Value) -> String {
        let answer = self.asked(query, &variables);
        text(&answer["errors"][0]["extensions"], "code")
    }

    /// What is read is sent back as it is: nothing about it is refused and nothing changes.
    fn send_back(&mut self, path: &str) {
        let read = self.get(path, 200);
        let kept = self.put(path, read.clone(), 200);
        for member in ["version", "name", "status"] {
            assert_eq!(kept[member], read[member], "{path}: {member}");
        }
    }
}

/// Insists that an answer has all of these members.
fn has(answer: &Value, members: &[&str]) {
    for member in members {
        assert!(answer.get(member).is_some(), "{member} is missing in {answer}");
    }
}

/// A member as text.
fn text(answer: &Value, member: &str) -> String {
    answer[member].as_str().unwrap_or_else(|| panic!("{member} is no text in {answer}")).to_owned()
}

/// Document 004's form of a refusal, which every refusal has, and the text in it.
fn refusal(answer: &Value) -> &str {
    assert_eq!(answer["success"], false, "{answer}");
    assert!(answer["code"].is_string(), "{answer}");
    answer["error"].as_str().unwrap_or_else(|| panic!("no error in {answer}"))
}
