//! One durable subscriber: its cursor, its batches, and what happens when it fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Notify};
use usher_db::{Db, DbError, Engine, Lane, Read, Tx};
use usher_kernel::{Fault, FaultKind, SystemCtx, Timestamp};

use crate::effects::{Effects, Prepares};
use crate::event::Event;
use crate::place::{Filter, Place};
use crate::settings::Settings;
use crate::store::{cursors, dead};
use crate::tail::Tail;

/// So many times as many events as others take those at once who are alone with what they write.
const AT_EASE: u32 = 8;

/// And so many times as many those who make it ready beside a reader: about what comes in half a second of all that
/// the embedded engine can do, and half of what is kept of the log in memory.
const AHEAD: u32 = 16;

/// How long a transaction of a batch holds the embedded engine's writer, at least and at most.
const SHORT: Duration = Duration::from_micros(500);
const LONG: Duration = Duration::from_millis(8);

/// Between two parts of what was made ready the writer is left alone for so many times as long as the first took, but no
/// longer than a transaction may take at most.
const BETWEEN: u32 = 4;

/// A batch is not made smaller than this only because it takes long.
const FEW: u32 = 4;

/// Something that reacts to events and must miss none and take none twice: read models, messages, the audit.
///
/// The transaction that holds the effects holds the cursor as well; of those that are written in
/// [parts](Effects::part) the last does. Whatever cannot be rolled back (a mail, a call to another system) is therefore
/// not done here: enqueue a job in `tx`.
pub trait Subscriber: Send + Sync + 'static {
    /// Its name, which its cursor is kept under for ever.
    fn name(&self) -> &'static str;

    /// The kinds of events that it wants, `"ticket.issued"`; all of them when there is none.
    fn kinds(&self) -> &[&'static str] {
        &[]
    }

    /// Where it begins when it is new: at the first event of the log, unless it says otherwise.
    fn start(&self) -> Start {
        Start::Beginning
    }

    /// How long it lets events gather after a batch before it takes the next; the runner's own, 20 ms, unless it
    /// says otherwise.
    fn linger(&self) -> Option<Duration> {
        None
    }

    /// Whether nobody else writes what it writes. It is then let to take many events at once where nothing waits
    /// for its transaction: a row that many of them change is written once.
    fn alone(&self) -> bool {
        false
    }

    /// What makes its batches ready beside a reader, where it does that: the writer is then held by nothing but
    /// writing, and a batch is as large as what waits, at most 4096 events. It is [`alone`](Self::alone) with what it
    /// writes, as [`Prepares`] says.
    fn prepares(self: Arc<Self>) -> Option<Arc<dyn Prepares>> {
        None
    }

    /// Takes a batch of at most 256 events (2048 when it is [`alone`](Self::alone)), across tenants, in the order of
    /// the log. Of those who [prepare](Self::prepares) theirs it is what does both at once, for whoever has a batch and
    /// a transaction of their own.
    ///
    /// It may be called again with the same events after a rollback, and with fewer of them when it fails:
    /// the runner looks for the one that it cannot take.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] is tried again for as long as it takes. Any other fault is tried a few
    /// times; then the event at fault is put aside (`dead_events`) and the rest goes on.
    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault>;
}

/// Where a new subscriber begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With everything that the log still holds.
    Beginning,
    /// With what happens from now on.
    Now,
}

/// How one step ended.
#[derive(Debug)]
pub(crate) enum Step {
    /// Events were taken, or may wait: step again at once.
    More,
    /// Events were taken; there are no others for now.
    Done,
    /// Nothing was there.
    Idle,
    /// Another node reads for this subscriber.
    Elsewhere,
    /// It failed; wait that long.
    Failed(Fault, Duration),
}

/// A registered subscriber with what is remembered of it between steps.
pub(crate) struct Subscription {
    pub(crate) subscriber: Arc<dyn Subscriber>,
    pub(crate) wake: Notify,
    prepares: Option<Arc<dyn Prepares>>,
    filter: Filter,
    state: Mutex<State>,
}

struct State {
    cursor: Option<Cursor>,
    known: bool,
    /// How many events the next batch may hold: halved on failure until the event at fault stands alone, and when
    /// batches hold the writer for too long.
    limit: u32,
    /// The most events that waited since it had last taken all of them.
    waited: u32,
    /// Failures in a row of the same batch.
    failures: u32,
}

struct Cursor {
    turn: i64,
    place: Place,
    held_until: Timestamp,
    /// When `place` was stored last; in between it moves over events that are not wanted.
    stored_at: Timestamp,
}

/// Why a batch was rolled back.
enum Refused {
    Database(DbError),
    Handler(Fault),
    /// Somebody else has moved the cursor.
    Moved,
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// What a step works with.
pub(crate) struct Env<'a> {
    pub(crate) db: &'a Db,
    pub(crate) sys: &'a SystemCtx,
    pub(crate) node: i64,
    pub(crate) settings: &'a Settings,
    pub(crate) tail: &'a Tail,
}

impl Subscription {
    pub(crate) fn new(subscriber: Arc<dyn Subscriber>, settings: &Settings) -> Self {
        let filter = Filter::kinds(subscriber.kinds());
        let prepares = Arc::clone(&subscriber).prepares();
        let state = State { cursor: None, known: false, limit: settings.batch, waited: 0, failures: 0 };
        Self { subscriber, wake: Notify::new(), prepares, filter, state: Mutex::new(state) }
    }

    pub(crate) fn wants(&self, kind: &str) -> bool {
        let kinds = self.subscriber.kinds();
        kinds.is_empty() || kinds.contains(&kind)
    }

    /// Reads the next batch and has it handled.
    pub(crate) async fn step(&self, env: &Env<'_>) -> Step {
        let state = &mut *self.state.lock().await;
        match self.try_step(env, state).await {
            Ok(step) => step,
            Err(error) => {
                // What the cursor is now is not known; it is read again.
                state.cursor = None;
                let fault = Fault::from(error);
                Step::Failed(fault, env.settings.back_off(1))
            }
        }
    }

    /// Gives the right to read back, so that another node need not wait for it to lapse.
    pub(crate) async fn release(&self, env: &Env<'_>) {
        let mut state = self.state.lock().await;
        if state.cursor.take().is_none() || env.db.engine() == Engine::Sqlite {
            return;
        }
        let (name, node) = (self.subscriber.name(), env.node);
        let released: Result<(), DbError> =
            env.db.write_system(env.sys, Lane::Background, move |tx| cursors::release(tx, name, node)).await;
        if let Err(error) = released {
            tracing::warn!(subscriber = name, %error, "could not give the right to read back");
        }
    }

    /// Forgets where it stands; it is read again.
    pub(crate) async fn forget(&self) {
        let state = &mut *self.state.lock().await;
        (state.cursor, state.failures) = (None, 0);
    }

    async fn try_step(&self, env: &Env<'_>, state: &mut State) -> Result<Step, DbError> {
        if !self.claim(env, state).await? {
            return Ok(Step::Elsewhere);
        }
        let Some(cursor) = &mut state.cursor else { return Ok(Step::Elsewhere) };
        let delta = env.tail.next((env.db, env.sys), &cursor.place, &self.filter, state.limit).await?;
        state.waited = state.waited.max(delta.waiting);
        let now = env.sys.now();
        if delta.events.is_empty() {
            // Moving over what nobody wants is remembered here and stored now and then: an event that
            // concerns no subscriber costs no write.
            let overdue = now.duration_since(cursor.stored_at) > env.settings.store_idle_after;
            if delta.after == cursor.place || !overdue {
                cursor.place = delta.after;
                return Ok(if delta.more { Step::More } else { Step::Idle });
            }
        }
        let events: Arc<[Arc<Event>]> = delta.events.into();
        let done = match self.effects(env, Arc::clone(&events)).await {
            Ok(effects) => self.commit(env, cursor, (&delta.after, delta.more), effects).await,
            Err(refused) => Err(refused),
        };
        match done {
            Ok(held) => {
                cursor.place = delta.after;
                cursor.stored_at = now;
                state.failures = 0;
                let (patience, most) = self.room(env, state.waited);
                state.waited = if delta.more { state.waited } else { 0 };
                state.limit = next_limit(state.limit, held, patience, most);
                Ok(if delta.more { Step::More } else { Step::Done })
            }
            Err(Refused::Moved) => {
                state.cursor = None;
                Ok(Step::More)
            }
            Err(Refused::Database(error)) if error.is_transient() || matches!(error, DbError::Closed) => {
                Err(error)
            }
            Err(Refused::Database(error)) => {
                self.refused(env, state, &events, delta.after, error.into()).await
            }
            Err(Refused::Handler(fault)) => self.refused(env, state, &events, delta.after, fault).await,
        }
    }

    /// How long a transaction of a batch may take while so many events wait, and how many events a batch may hold. On
    /// the embedded engine all that people do waits behind it: half a millisecond, and more where the log runs ahead,
    /// when larger batches save more of the writer's time than they take from anybody. Of a batch that was made ready
    /// the parts are short, however large it is: only where the machine is so slow that they are not it gets smaller. On
    /// PostgreSQL only those wait who want the same rows.
    fn room(&self, env: &Env<'_>, waiting: u32) -> (Duration, u32) {
        let (ahead, alone) = (self.prepares.is_some(), self.subscriber.alone());
        let times = match () {
            () if ahead => AHEAD,
            () if alone => AT_EASE,
            () => 1,
        };
        let patience = match env.db.engine() {
            Engine::Sqlite if ahead => LONG,
            Engine::Sqlite => Duration::from_micros(u64::from(waiting) / 2).clamp(SHORT, LONG),
            Engine::Postgres if ahead || alone => Duration::MAX,
            Engine::Postgres => Duration::from_millis(10),
        };
        (patience, env.settings.batch.saturating_mul(times))
    }

    /// Sees to it that this node may read and that the cursor is known.
    async fn claim(&self, env: &Env<'_>, state: &mut State) -> Result<bool, DbError> {
        let now = env.sys.now();
        if let Some(cursor) = &state.cursor
            // On SQLite there is no other node.
            && (env.db.engine() == Engine::Sqlite || now < cursor.held_until - env.settings.lease / 2)
        {
            return Ok(true);
        }
        let kept = state.cursor.take();
        let (name, node, until) = (self.subscriber.name(), env.node, now + env.settings.lease);
        let start = if state.known { None } else { Some(self.subscriber.start()) };
        let claimed: Option<(i64, Place)> = env
            .db
            .write_system::<_, DbError>(env.sys, Lane::Background, move |tx| {
                if let Some(start) = start {
                    let place = match start {
                        Start::Beginning => Place::beginning(),
                        Start::Now => Place::now(tx)?,
                    };
                    cursors::ensure(tx, name, &place)?;
                }
                cursors::claim(tx, name, node, until)
            })
            .await?;
        state.known = true;
        state.cursor = claimed.map(|(turn, stored)| {
            // Nobody has moved it since: what was passed over in memory stays passed over.
            match kept.filter(|cursor| cursor.turn == turn) {
                Some(cursor) => Cursor { held_until: until, ..cursor },
                None => Cursor { turn, place: stored, held_until: until, stored_at: now },
            }
        });
        Ok(state.cursor.is_some())
    }

    /// What a batch writes: made ready beside a reader where the subscriber does that, else all that it does.
    async fn effects(&self, env: &Env<'_>, events: Arc<[Arc<Event>]>) -> Result<Effects, Refused> {
        if events.is_empty() {
            return Ok(Effects::new(|_| Ok(())));
        }
        let Some(prepares) = self.prepares.clone() else {
            let subscriber = Arc::clone(&self.subscriber);
            return Ok(Effects::new(move |tx| subscriber.handle(tx, &events)));
        };
        let prepare = move |read: &mut Read<'_>| prepares.prepare(read, &events).map_err(Refused::Handler);
        env.db.read_system(env.sys, prepare).await
    }

    /// The last of the effects and the cursor in one transaction, and what comes before them in parts; answers for
    /// how long the longest held the writer. Unless `more` events wait already, whoever waits for the writer comes
    /// between two parts, and nobody behind both.
    async fn commit(
        &self,
        env: &Env<'_>,
        cursor: &mut Cursor,
        (after, more): (&Place, bool),
        effects: Effects,
    ) -> Result<Duration, Refused> {
        let (name, turn, node) = (self.subscriber.name(), cursor.turn, env.node);
        let Effects { parts, last } = effects;
        let (apart, mut together) = match env.db.engine() {
            Engine::Sqlite => (parts, vec![last]),
            // Nobody waits for this writer: one transaction costs less, and says more.
            Engine::Postgres => (Vec::new(), parts.into_iter().chain([last]).collect()),
        };
        let mut longest = Duration::ZERO;
        for mut part in apart {
            let held = env
                .db
                .write_system(env.sys, Lane::Background, move |tx| {
                    let begun = Instant::now();
                    // Whoever has moved the cursor has written what the part was made from.
                    if cursors::stored(tx, name)?.is_none_or(|(stands, _)| stands != turn) {
                        return Err(Refused::Moved);
                    }
                    part(tx).map_err(Refused::Handler)?;
                    Ok(begun.elapsed())
                })
                .await?;
            longest = longest.max(held);
            if !more {
                tokio::time::sleep((held * BETWEEN).min(LONG)).await;
            }
        }
        let (after, until) = (after.clone(), env.sys.now() + env.settings.lease);
        let held = env
            .db
            .write_system(env.sys, Lane::Background, move |tx| {
                let begun = Instant::now();
                // First, so that of two nodes that read the same batch only one does its work.
                if !cursors::advance(tx, name, turn, &after, (node, until))? {
                    return Err(Refused::Moved);
                }
                together.iter_mut().try_for_each(|part| part(tx)).map_err(Refused::Handler)?;
                Ok(begun.elapsed())
            })
            .await?;
        cursor.turn += 1;
        cursor.held_until = until;
        Ok(longest.max(held))
    }

    /// Decides what to do after a batch was refused.
    async fn refused(
        &self,
        env: &Env<'_>,
        state: &mut State,
        events: &[Arc<Event>],
        after: Place,
        fault: Fault,
    ) -> Result<Step, DbError> {
        let name = self.subscriber.name();
        let transient = fault.kind() == FaultKind::Unavailable;
        if !transient && events.len() > 1 {
            tracing::debug!(subscriber = name, events = events.len(), %fault, "a batch was refused; halving it");
            state.limit = u32::try_from(events.len() / 2).unwrap_or(1).max(1);
            return Ok(Step::More);
        }
        state.failures += 1;
        let failures = state.failures;
        let Some(cursor) = &mut state.cursor else { return Ok(Step::Elsewhere) };
        let (turn, reason) = (cursor.turn, fault.to_string());
        if transient || failures < env.settings.tries {
            tracing::warn!(subscriber = name, failures, %fault, "a subscriber failed; it will be tried again");
            env.db
                .write_system::<_, DbError>(env.sys, Lane::Background, move |tx| {
                    cursors::failed(tx, name, turn, failures, &reason)
                })
                .await?;
            return Ok(Step::Failed(fault, env.settings.back_off(failures)));
        }
        let Some(event) = events.first().cloned() else { return Ok(Step::Idle) };
        tracing::error!(subscriber = name, event = %event.id, kind = %event.kind, %fault, "an event was put aside");
        let (place, holder) = (after.clone(), (env.node, env.sys.now() + env.settings.lease));
        let moved = env
            .db
            .write_system::<_, DbError>(env.sys, Lane::Background, move |tx| {
                dead::insert(tx, name, &event, &reason, failures)?;
                cursors::advance(tx, name, turn, &place, holder)
            })
            .await?;
        if moved {
            cursor.turn += 1;
            cursor.place = after;
            cursor.held_until = holder.1;
        } else {
            state.cursor = None;
        }
        state.failures = 0;
        Ok(Step::More)
    }
}

/// How many events the next batch may hold, after one of `limit` that took so long: half of it, but a few,
/// when that was too long, and twice as many, at most `most`, when there was time for them.
fn next_limit(limit: u32, held: Duration, patience: Duration, most: u32) -> u32 {
    match () {
        () if held > patience => (limit / 2).max(FEW.min(limit)),
        () if held * 2 < patience => limit.saturating_mul(2).min(most),
        () => limit,
    }
}

/// The product's own caller for reading the log.
pub(crate) fn system(clock: usher_kernel::Clock) -> SystemCtx {
    SystemCtx::new("events", clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_that_holds_the_writer_too_long_is_followed_by_a_smaller_one() {
        let after =
            |limit, micros| next_limit(limit, Duration::from_micros(micros), Duration::from_millis(1), 256);
        assert_eq!((after(256, 1_001), after(6, 5_000), after(4, 5_000)), (128, 4, 4));
        assert_eq!((after(64, 499), after(256, 0), after(64, 700)), (128, 256, 64));
        // Halved by a failure, down to the event at fault: not smaller for its slowness, and grown again after it.
        assert_eq!((after(1, 5_000), after(1, 100)), (1, 2));
    }
}
