//! A client under load: it issues, calls, completes, redeems and books, and repeats what was turned away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::goods::Goods;
use super::told::{Asked, Told, What};
use crate::http::{Answer, Conn};

/// One client at one counter.
pub(super) struct Client {
    pub(super) conn: Conn,
    pub(super) queue: String,
    pub(super) counter: String,
    pub(super) goods: Goods,
    pub(super) told: Arc<Mutex<Told>>,
    pub(super) keys: Arc<AtomicU64>,
}

impl Client {
    /// Works until it is told to stop, or the server is gone.
    pub(super) fn work(mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            if self.cycle().is_none() {
                return;
            }
        }
    }

    /// Issue, call, complete, redeem, book; none when the server is gone.
    fn cycle(&mut self) -> Option<()> {
        let ticket = json!({ "queue_id": self.queue });
        self.ask(What::Issue, "/api/v1/tenants/demo-bank/tickets".to_owned(), ticket)?;
        let call = format!("/api/counters/{}/call", self.counter);
        let called = self.ask(What::Call(self.counter.clone()), call, json!({}))?;
        if let Some(id) = called.body["token_id"].as_str() {
            let serve = format!("/api/counters/{}/serve", self.counter);
            self.ask(What::Serve(id.to_owned()), serve, json!({ "token_id": id }))?;
        }
        let (what, path, body) = self.goods.redeem();
        self.ask(what, path, body)?;
        let (what, path, body) = self.goods.book(self.keys.load(Ordering::Relaxed));
        self.ask(what, path, body)?;
        Some(())
    }

    /// Asks under a key of its own until there is an answer.
    fn ask(&mut self, what: What, path: String, body: Value) -> Option<Answer> {
        let key = format!("crash-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let asked = Asked { what, path, body, key };
        loop {
            match asked.send(&mut self.conn) {
                Ok(answer) if answer.status == 503 => {
                    self.told.lock().turn_away(&answer);
                    // Sooner than it was asked to, to be there when the database comes back.
                    std::thread::sleep(Duration::from_millis(100));
                }
                Ok(answer) => {
                    self.told.lock().take(&asked, &answer);
                    return Some(answer);
                }
                Err(_) => {
                    self.told.lock().unanswered.push(asked);
                    return None;
                }
            }
        }
    }
}
