//! The newest part of the log in memory on PostgreSQL, so that several subscribers read it from the database once.
//!
//! There a [place](Place) is a snapshot, and what two snapshots see differently never changes. So the snapshots that
//! this node has taken are links of a chain, each with the events that it sees and the one before it does not.
//! Whoever stands at one of them goes along the chain; whoever does not reads the database up to its end.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Mutex;
use usher_db::{Db, DbError};
use usher_kernel::{SystemCtx, Timestamp};

use crate::event::Event;
use crate::place::{Delta, Filter, Place};
use crate::tail::{IDLE, KEPT, READ};

/// How many links are kept: those of people who write all the time while the slowest subscriber lets events gather.
const LINKS: usize = 1024;

/// What was read last, for everybody.
#[derive(Default)]
pub(crate) struct Chain(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    links: VecDeque<Link>,
    /// How many events the links hold.
    held: usize,
    /// The snapshot at the end; empty before the first.
    end: String,
    /// When something new was read.
    grown_at: Timestamp,
}

/// What is seen by the snapshot after `from`, which is the next link's or the end, and not by `from`.
struct Link {
    from: String,
    events: Vec<Arc<Event>>,
}

impl Chain {
    /// At most `limit` of the events after `place` that are wanted.
    pub(crate) async fn next(
        &self,
        (db, sys): (&Db, &SystemCtx),
        place: &Place,
        filter: &Filter,
        limit: u32,
    ) -> Result<Delta, DbError> {
        let mut place = place.clone();
        {
            // Held while the log is read: whoever comes meanwhile wants the same.
            let kept = &mut *self.0.lock().await;
            let known = kept.after(&place, filter, limit);
            // Where nothing of what is known is wanted, what has come since may be.
            if let Some(delta) = known
                && (delta.more || !delta.events.is_empty())
            {
                return Ok(delta);
            }
            if place.target.is_none() {
                kept.read_on(db, sys).await?;
                if let Some(delta) = kept.after(&place, filter, limit) {
                    return Ok(delta);
                }
                // The end was taken later than any place that is stored, so it sees all that the place does.
                place.target = (!kept.end.is_empty()).then(|| kept.end.clone());
            }
        }
        let filter = filter.clone();
        db.read_system(sys, move |read| place.next(read, &filter, limit)).await
    }
}

impl Kept {
    /// What comes after a place that the chain knows.
    fn after(&self, place: &Place, filter: &Filter, limit: u32) -> Option<Delta> {
        let limit = limit as usize;
        let at = self.links.iter().rposition(|link| link.from == place.snapshot);
        let at = at.or_else(|| (place.snapshot == self.end).then_some(self.links.len()))?;
        let to = |index: usize| self.links.get(index + 1).map_or(&self.end, |link| &link.from);
        if place.target.as_ref().is_some_and(|target| at >= self.links.len() || target != to(at)) {
            return None;
        }
        let (mut events, mut here) = (Vec::new(), place.clone());
        for (index, link) in self.links.iter().enumerate().skip(at) {
            let mut wanted: Vec<Arc<Event>> = link
                .events
                .iter()
                .filter(|event| event.seq > Some(here.seq) && filter.wants(event))
                .take(limit + 1)
                .map(Arc::clone)
                .collect();
            if events.len() + wanted.len() > limit {
                if events.is_empty() {
                    // A link of its own is handed out in pages.
                    wanted.truncate(limit);
                    here.seq = wanted.last().and_then(|event| event.seq).unwrap_or(here.seq);
                    here.target = Some(to(index).clone());
                    events = wanted;
                }
                return Some(in_order(events, here, true));
            }
            events.append(&mut wanted);
            here = Place { seq: 0, snapshot: to(index).clone(), target: None };
        }
        Some(in_order(events, here, place.target.is_some()))
    }

    /// Reads what has been written since.
    async fn read_on(&mut self, db: &Db, sys: &SystemCtx) -> Result<(), DbError> {
        let from = self.end.clone();
        if from.is_empty() {
            self.end = db.read_system(sys, Place::now).await?.snapshot;
            return Ok(());
        }
        let (here, all) = (Place { snapshot: from.clone(), ..Place::beginning() }, Filter::kinds(&[]));
        let more = db.read_system(sys, move |read| here.next(read, &all, READ)).await?;
        // Where more have come than are read at once the chain is of no use, and begins anew.
        if more.more {
            *self = Self::default();
            return Ok(());
        }
        let now = sys.now();
        if !more.events.is_empty() {
            self.grown_at = now;
        } else if now.duration_since(self.grown_at) > IDLE {
            (self.links, self.held) = (VecDeque::new(), 0);
        }
        if more.after.snapshot != from {
            self.held += more.events.len();
            self.links.push_back(Link { from, events: more.events });
            self.end = more.after.snapshot;
        }
        while self.held > KEPT || self.links.len() > LINKS {
            let Some(oldest) = self.links.pop_front() else { break };
            self.held -= oldest.events.len();
        }
        Ok(())
    }
}

/// As the database gives a delta: lowest sequence first.
fn in_order(mut events: Vec<Arc<Event>>, after: Place, more: bool) -> Delta {
    events.sort_by_key(|event| event.seq);
    Delta { events, after, more, waiting: 0 }
}
