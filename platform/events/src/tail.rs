//! The newest part of the log in memory, so that several subscribers read it from the database once.
//!
//! On SQLite one writer makes the sequence the order of commit: what was read up to a place is all that there will
//! ever be before it. On PostgreSQL it is a [chain](crate::chain) of snapshots.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Mutex;
use usher_db::{Db, DbError, Engine};
use usher_kernel::{SignedDuration, SystemCtx, Timestamp};

use crate::chain::Chain;
use crate::event::Event;
use crate::place::{Delta, Filter, Place};

/// How many events are kept: more than come while the slowest subscriber lets them gather.
pub(crate) const KEPT: usize = 8192;
/// How many are read at once.
pub(crate) const READ: u32 = 2048;
/// After so long without anything new the memory is given back.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_secs(10);

/// What was read last, for everybody.
#[derive(Default)]
pub(crate) struct Tail {
    sequence: Mutex<Kept>,
    chain: Chain,
}

#[derive(Default)]
struct Kept {
    /// All events after this place, up to and including `through`.
    after: i64,
    through: i64,
    events: VecDeque<Arc<Event>>,
    /// When something new was read.
    grown_at: Timestamp,
}

impl Tail {
    /// At most `limit` of the events after `place` that are wanted: out of memory where that reaches back so far, else
    /// out of the log.
    pub(crate) async fn next(
        &self,
        (db, sys): (&Db, &SystemCtx),
        place: &Place,
        filter: &Filter,
        limit: u32,
    ) -> Result<Delta, DbError> {
        if db.engine() == Engine::Postgres {
            return self.chain.next((db, sys), place, filter, limit).await;
        }
        {
            // Held while the log is read: whoever comes meanwhile wants the same.
            let kept = &mut *self.sequence.lock().await;
            if kept.events.is_empty() || place.seq > kept.through {
                kept.begin_at(place);
            }
            if place.seq >= kept.after {
                let known = kept.delta(place, filter, limit);
                // Where nothing of what is known is wanted, what has come since may be.
                if !known.events.is_empty() {
                    return Ok(known);
                }
                let more = kept.read_on(db, sys).await?;
                let delta = kept.delta(place, filter, limit);
                // Whoever takes more at once than is read at once has not come to the end of the log with it.
                return Ok(Delta { more: delta.more || more, ..delta });
            }
        }
        let (place, filter) = (place.clone(), filter.clone());
        db.read_system(sys, move |read| place.next(read, &filter, limit)).await
    }
}

impl Kept {
    fn begin_at(&mut self, place: &Place) {
        self.events.clear();
        (self.after, self.through) = (place.seq, place.seq);
    }

    /// Reads what has been written since; whether there may be more of it.
    async fn read_on(&mut self, db: &Db, sys: &SystemCtx) -> Result<bool, DbError> {
        let (here, all) = (Place { seq: self.through, ..Place::beginning() }, Filter::kinds(&[]));
        let more = db.read_system(sys, move |read| here.next(read, &all, READ)).await?;
        let now = sys.now();
        if more.events.is_empty() {
            if now.duration_since(self.grown_at) > IDLE {
                self.events = VecDeque::new();
            }
        } else {
            self.grown_at = now;
        }
        self.through = more.after.seq;
        self.events.extend(more.events);
        let beyond = self.events.len().saturating_sub(KEPT);
        if let Some(last) = self.events.drain(..beyond).next_back().and_then(|event| event.seq) {
            self.after = last;
        }
        Ok(more.more)
    }

    fn delta(&self, place: &Place, filter: &Filter, limit: u32) -> Delta {
        let from = self.events.partition_point(|event| event.seq <= Some(place.seq));
        let mut events = Vec::new();
        for event in self.events.range(from..).filter(|event| filter.wants(event)) {
            if events.len() >= limit as usize {
                break;
            }
            events.push(Arc::clone(event));
        }
        Delta::page(place, events, self.through, limit)
    }
}
