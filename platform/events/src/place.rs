//! Places in the log, and what comes after them.

use std::sync::Arc;

use usher_db::{DbError, Engine, Read};

use crate::event::Event;
use crate::store::{log, postgres, sqlite};

/// How far somebody has read.
///
/// On SQLite that is `seq`. On PostgreSQL it is everything that `snapshot` sees; while a large delta is read
/// in pages, also what `target` sees up to `seq`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) seq: i64,
    pub(crate) snapshot: String,
    pub(crate) target: Option<String>,
}

/// Which events a reader wants.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    /// Kinds, each between commas; empty for all.
    pub(crate) kinds: String,
    /// The same in the order of the alphabet, for an event in memory.
    sorted: Arc<[Box<str>]>,
    /// Events of this node are left out.
    pub(crate) not_node: i64,
}

/// A page of the log.
#[derive(Debug)]
pub(crate) struct Delta {
    pub(crate) events: Vec<Arc<Event>>,
    /// Where the reader stands once it has taken them.
    pub(crate) after: Place,
    /// Whether there may be more at once.
    pub(crate) more: bool,
    /// How many events came after the place that was read from, as far as the sequence tells; 0 on PostgreSQL,
    /// where it does not.
    pub(crate) waiting: u32,
}

impl Delta {
    /// What comes after `place` on SQLite: `events`, which are all that were wanted up to and including `head` unless
    /// they are `limit` or more.
    pub(crate) fn page(place: &Place, events: Vec<Arc<Event>>, head: i64, limit: u32) -> Self {
        let more = events.len() >= limit as usize;
        let seq = if more { last_seq(&events, head) } else { head };
        let waiting = u32::try_from(head.saturating_sub(place.seq)).unwrap_or(u32::MAX);
        Self { events, after: Place { seq, ..place.clone() }, more, waiting }
    }
}

impl Place {
    /// Before the first event.
    pub(crate) fn beginning() -> Self {
        // A snapshot that sees no transaction; 3 is the first id that PostgreSQL gives.
        Self { seq: 0, snapshot: "3:3:".to_owned(), target: None }
    }

    /// After everything that is committed now.
    pub(crate) fn now(read: &mut Read<'_>) -> Result<Self, DbError> {
        match read.engine() {
            Engine::Sqlite => Ok(Self { seq: log::head(read)?, ..Self::beginning() }),
            Engine::Postgres => Ok(Self { snapshot: postgres::snapshot(read)?, ..Self::beginning() }),
        }
    }

    /// What comes next.
    pub(crate) fn next(&self, read: &mut Read<'_>, filter: &Filter, limit: u32) -> Result<Delta, DbError> {
        match read.engine() {
            Engine::Sqlite => self.next_by_sequence(read, filter, limit),
            Engine::Postgres => self.next_by_snapshot(read, filter, limit),
        }
    }

    fn next_by_sequence(&self, read: &mut Read<'_>, filter: &Filter, limit: u32) -> Result<Delta, DbError> {
        let head = log::head(read)?;
        if head <= self.seq {
            return Ok(Delta::page(self, Vec::new(), self.seq, limit));
        }
        let events = sqlite::between(read, (self.seq, head), filter, limit)?;
        Ok(Delta::page(self, events, head, limit))
    }

    fn next_by_snapshot(&self, read: &mut Read<'_>, filter: &Filter, limit: u32) -> Result<Delta, DbError> {
        let target = match &self.target {
            Some(target) => target.clone(),
            None => postgres::snapshot(read)?,
        };
        if target == self.snapshot {
            return Ok(Delta { events: Vec::new(), after: self.clone(), more: false, waiting: 0 });
        }
        let events = postgres::between(read, (&self.snapshot, &target), self.seq, filter, limit)?;
        let more = events.len() >= limit as usize;
        let after = if more {
            Self { seq: last_seq(&events, self.seq), snapshot: self.snapshot.clone(), target: Some(target) }
        } else {
            Self { seq: 0, snapshot: target, target: None }
        };
        Ok(Delta { events, after, more: more || self.target.is_some(), waiting: 0 })
    }
}

fn last_seq(events: &[Arc<Event>], otherwise: i64) -> i64 {
    events.last().and_then(|event| event.seq).unwrap_or(otherwise)
}

impl Filter {
    /// Events of these kinds, all when there is none.
    pub(crate) fn kinds(kinds: &[&str]) -> Self {
        let mut sorted: Vec<Box<str>> = kinds.iter().map(|kind| Box::from(*kind)).collect();
        sorted.sort_unstable();
        let kinds = if kinds.is_empty() { String::new() } else { format!(",{},", kinds.join(",")) };
        Self { kinds, sorted: sorted.into(), not_node: -1 }
    }

    /// Whether it is one of them; what the statements ask the database.
    pub(crate) fn wants(&self, event: &Event) -> bool {
        let known = || self.sorted.binary_search_by(|kind| (**kind).cmp(&*event.kind)).is_ok();
        (self.sorted.is_empty() || known()) && event.node != self.not_node
    }

    /// Events of other nodes.
    pub(crate) fn of_others(node: i64) -> Self {
        Self { not_node: node, ..Self::kinds(&[]) }
    }
}
