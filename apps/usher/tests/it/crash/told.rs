//! What the clients were told, held against what is stored.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use crate::http::{Answer, Conn};

/// What a request is for, and so what its answer says.
#[derive(Clone, Debug)]
pub(super) enum What {
    Issue,
    /// Call the next to this counter.
    Call(String),
    /// End the service of this ticket.
    Serve(String),
    /// Hand a reward out for points.
    Redeem,
    /// Book the slot that begins then.
    Book(Value),
}

/// A request that can be repeated.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) what: What,
    pub(super) path: String,
    pub(super) body: Value,
    pub(super) key: String,
}

impl Asked {
    pub(super) fn send(&self, conn: &mut Conn) -> Result<Answer, crate::http::Lost> {
        conn.post(&self.path, &self.body, Some(&self.key))
    }
}

/// Everything that was acknowledged, and what never was.
#[derive(Default)]
pub(super) struct Told {
    /// Number by ticket.
    issued: HashMap<String, String>,
    /// Counter by ticket.
    called: HashMap<String, String>,
    pub(super) completed: HashSet<String>,
    pub(super) redeemed: HashSet<String>,
    /// When it begins, by appointment.
    pub(super) booked: HashMap<String, Value>,
    /// What was sent and never answered.
    pub(super) unanswered: Vec<Asked>,
    /// How often a client was asked to come back.
    pub(super) turned_away: usize,
}

impl Told {
    /// Takes an acknowledgement down; each must be news.
    pub(super) fn take(&mut self, asked: &Asked, answer: &Answer) {
        match &asked.what {
            What::Issue => {
                assert_eq!(answer.status, 201, "{asked:?}: {answer:?}");
                let (id, number) = ticket_of(&answer.body);
                assert_eq!(self.issued.insert(id, number), None, "one ticket for two requests: {answer:?}");
            }
            // Another client shares the counter: it may hold a ticket already.
            What::Call(_) if answer.status == 409 => {
                assert_eq!(answer.body["code"], "counter_full", "{answer:?}");
            }
            What::Call(counter) => {
                assert_eq!(answer.status, 200, "{asked:?}: {answer:?}");
                if let Some(id) = answer.body["token_id"].as_str() {
                    let twice = self.called.insert(id.to_owned(), counter.clone());
                    assert_eq!(twice, None, "{id} was called twice");
                }
            }
            What::Serve(id) => {
                assert_eq!(answer.status, 200, "{asked:?}: {answer:?}");
                assert!(self.completed.insert(id.clone()), "{id} was completed twice");
            }
            What::Redeem => {
                assert_eq!(answer.status, 201, "{asked:?}: {answer:?}");
                let id = answer.body["id"].as_str().unwrap_or_else(|| panic!("{answer:?}"));
                assert!(self.redeemed.insert(id.to_owned()), "one redemption for two requests: {answer:?}");
            }
            What::Book(starts_at) => {
                assert_eq!(answer.status, 201, "{asked:?}: {answer:?}");
                let id = answer.body["id"].as_str().unwrap_or_else(|| panic!("{answer:?}"));
                let twice = self.booked.insert(id.to_owned(), starts_at.clone());
                assert_eq!(twice, None, "one appointment for two requests: {answer:?}");
            }
        }
    }

    /// A client that is turned away learns when to come back.
    pub(super) fn turn_away(&mut self, answer: &Answer) {
        let wait = answer.header("retry-after").and_then(|seconds| seconds.parse::<u64>().ok());
        assert!(wait.is_some_and(|seconds| seconds > 0), "no Retry-After: {answer:?}");
        assert!(answer.body["code"].is_string(), "no problem answer: {answer:?}");
        self.turned_away += 1;
    }

    /// Holds all of it against what is stored.
    pub(super) fn compare(&self, stored: &HashMap<String, Value>) {
        for (id, number) in &self.issued {
            let ticket =
                stored.get(id).unwrap_or_else(|| panic!("ticket {number} was acknowledged and is gone"));
            assert_eq!(ticket["number"], json!(number));
        }
        for (id, counter) in &self.called {
            assert_ne!(stored[id]["status"], "waiting", "{id} was called, and waits");
            assert_eq!(stored[id]["counter_id"], json!(counter), "{id} was called to another counter");
        }
        for id in &self.completed {
            assert_eq!(stored[id]["status"], "served", "{id} was completed");
        }
        // And the other way round: everything was asked for, and its answer has come by now.
        for (id, ticket) in stored {
            assert!(self.issued.contains_key(id), "nobody asked for {ticket}");
            let at_rest = ticket["status"] == "waiting";
            assert_eq!(at_rest, !self.called.contains_key(id), "nobody was told of the call of {ticket}");
        }
        numbers_are_whole(stored);
    }
}

pub(crate) fn ticket_of(body: &Value) -> (String, String) {
    let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name} in {body}")).to_owned();
    (text("id"), text("number"))
}

/// Every ticket of the bank, by its id.
pub(crate) fn all_tickets(conn: &mut Conn) -> HashMap<String, Value> {
    let mut all = HashMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/tenants/demo-bank/tickets?limit=200{cursor}");
        let page = conn.get(&path).expect("the server answers").body;
        for ticket in page["items"].as_array().unwrap_or_else(|| panic!("{page}")) {
            all.insert(ticket["id"].as_str().expect("an id").to_owned(), ticket.clone());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// In each line, on the one day that a test has: every number from the first to the last, each once.
pub(crate) fn numbers_are_whole(stored: &HashMap<String, Value>) {
    let mut lines: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for ticket in stored.values() {
        let number = ticket["number"].as_str().expect("a number");
        let value: i64 = number.rsplit('-').next().and_then(|n| n.parse().ok()).expect("digits");
        lines.entry(ticket["queue_id"].to_string()).or_default().push(value);
    }
    for (queue, mut values) in lines {
        values.sort_unstable();
        assert!(
            values.windows(2).all(|pair| pair[0] != pair[1]),
            "{queue}: a number was given twice: {values:?}"
        );
        let (first, last) = (values[0], values[values.len() - 1]);
        assert_eq!(last - first + 1, values.len() as i64, "{queue}: a gap in {values:?}");
    }
}
