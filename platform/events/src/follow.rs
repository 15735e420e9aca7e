//! Following the log in memory, on every node.
//!
//! A [`Subscriber`](crate::Subscriber) writes down what it makes of events with each batch, on one node. What is
//! asked for all the time and changes with every event is better kept in memory, on every node: each node
//! reads the whole log for itself, a fraction of a second behind. Now and then one of them stores what it holds,
//! and in the same transaction the place up to which it has read; a node that starts reads both and goes on
//! from there, beside what else it does: no start waits for it. So nothing is missed and nothing is taken twice, and an
//! event costs no write.
//!
//! The place is kept as a subscriber's cursor is, so that retention waits for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinHandle;
use usher_db::{Db, DbError, Engine, Lane, Read, Tx};
use usher_kernel::{SignedDuration, SystemCtx, Timestamp};

use crate::bus::Bus;
use crate::event::Event;
use crate::place::{Filter, Place};
use crate::settings::Settings;
use crate::store::cursors;
use crate::tail::Tail;

/// How many events are taken at once.
const PAGE: u32 = 500;
/// How long a node waits after a page for others to join the next.
const LINGER: Duration = Duration::from_millis(150);
/// After so long, or so many events, what is held is stored.
const STORE_AFTER: SignedDuration = SignedDuration::from_mins(5);
const STORE_AFTER_EVENTS: u64 = 50_000;
/// For how long a node that stored once keeps others from storing.
const HOLD: SignedDuration = SignedDuration::from_mins(15);
/// So many pages are taken at most before it stops: what is left is read at the next start.
const LAST_PAGES: usize = 20;

/// Writes what is held down, in the transaction that stores the place with it. It may run more than once.
pub type Picture = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), DbError> + Send>;

/// What is kept in memory of the log.
pub trait Memory: Send + Sync + 'static {
    /// What has to be read beside some events; nothing as a rule.
    type Beside: Default + Send + 'static;

    /// Its name, which its place is kept under for ever.
    fn name(&self) -> &'static str;

    /// The kinds of events that it wants.
    fn kinds(&self) -> &'static [&'static str];

    /// Takes in what was stored last. What is held is replaced by it. False where that is of another version and cannot
    /// be understood: the log is then read from its beginning.
    ///
    /// # Errors
    /// The database failed.
    fn load(&self, read: &mut Read<'_>) -> Result<bool, DbError>;

    /// What was stored last is taken in, or nothing was stored yet: from here on it follows the log. Called once.
    fn loaded(&self);

    /// Whether something has to be read beside an event.
    fn looks_beside(&self, event: &Event) -> bool;

    /// Reads what is needed beside these events, some of which it [looks beside](Self::looks_beside).
    ///
    /// # Errors
    /// The database failed; the same events come again.
    fn beside(&self, read: &mut Read<'_>, page: &[Arc<Event>]) -> Result<Self::Beside, DbError>;

    /// Takes in events, across tenants, in the order of the log. Not on a thread that others wait for.
    fn take(&self, page: &[Arc<Event>], beside: Self::Beside);

    /// What is to be written: all of it when `whole`, else what has changed since [`Memory::stored`] was last
    /// called.
    fn picture(&self, whole: bool) -> Picture;

    /// The picture is committed.
    fn stored(&self);
}

/// A memory that follows the log on this node.
pub struct Following<M> {
    db: Db,
    bus: Bus,
    sys: SystemCtx,
    poll: Duration,
    tail: Arc<Tail>,
    memory: Arc<M>,
    filter: Filter,
    wake: Arc<Notify>,
    state: Mutex<State>,
}

struct State {
    place: Place,
    /// How often the stored place had moved when this node read or wrote it; none before the first time.
    turn: Option<i64>,
    /// Events since the last picture.
    fresh: u64,
    looked_at: Timestamp,
    /// Whether what was stored last has been taken in.
    loaded: bool,
}

/// The task that follows. It ends soon after this is dropped.
#[must_use = "following ends when this is dropped"]
pub struct FollowTask {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl FollowTask {
    /// Lets it take what is left of the log and store what it holds.
    pub async fn stop(self) {
        // Nobody listening means that the task has ended already.
        self.stop.send(()).ok();
        self.task.await.ok();
    }
}

impl<M: Memory> Following<M> {
    pub(crate) fn open(
        (db, bus, sys, tail): (Db, Bus, SystemCtx, Arc<Tail>),
        settings: &Settings,
        memory: Arc<M>,
    ) -> Arc<Self> {
        let wake = Arc::<Notify>::default();
        let (kinds, waker) = (memory.kinds(), Arc::clone(&wake));
        bus.listen(move |event| {
            if kinds.contains(&&*event.kind) {
                waker.notify_one();
            }
        });
        let (place, looked_at) = (Place::beginning(), sys.now());
        let state = Mutex::new(State { place, turn: None, fresh: 0, looked_at, loaded: false });
        let filter = Filter::kinds(kinds);
        Arc::new(Self { db, bus, sys, poll: settings.poll, tail, memory, filter, wake, state })
    }

    /// What is held.
    pub fn memory(&self) -> &M {
        &self.memory
    }

    /// Takes in what was stored last, unless that is done: what [`Following::start`] begins with.
    ///
    /// # Errors
    /// The database failed. The next call tries it again.
    pub async fn load(&self) -> Result<(), DbError> {
        let state = &mut *self.state.lock().await;
        self.load_locked(state).await
    }

    async fn load_locked(&self, state: &mut State) -> Result<(), DbError> {
        if state.loaded {
            return Ok(());
        }
        let held = Arc::clone(&self.memory);
        let (turn, place) = self.db.read_system(&self.sys, move |read| load(&*held, read)).await?;
        (state.turn, state.place, state.loaded) = (turn, place, true);
        self.memory.loaded();
        Ok(())
    }

    /// Reads until nothing is left; what tests call instead of [`Following::start`].
    ///
    /// # Errors
    /// The database failed. The next call goes on from there.
    pub async fn catch_up(&self) -> Result<(), DbError> {
        let state = &mut *self.state.lock().await;
        self.load_locked(state).await?;
        while self.step(state).await? {}
        Ok(())
    }

    /// Takes the next page; whether there may be more at once.
    async fn step(&self, state: &mut State) -> Result<bool, DbError> {
        let delta = self.tail.next((&self.db, &self.sys), &state.place, &self.filter, PAGE).await?;
        if !delta.events.is_empty() {
            state.fresh += u64::try_from(delta.events.len()).unwrap_or(0);
            let (memory, page) = (Arc::clone(&self.memory), delta.events.clone());
            let beside = match page.iter().any(|event| memory.looks_beside(event)) {
                true => self.db.read_system(&self.sys, move |read| memory.beside(read, &page)).await?,
                false => M::Beside::default(),
            };
            let (memory, events) = (Arc::clone(&self.memory), delta.events);
            // The place moves only after the memory has; a task that is dropped in between ends the node's reading.
            let taken = tokio::task::spawn_blocking(move || memory.take(&events, beside)).await;
            taken.map_err(|error| DbError::Other(format!("{}: {error}", self.memory.name())))?;
        }
        state.place = delta.after;
        Ok(delta.more)
    }

    /// Stores what is held, with its place; false when another node does that.
    ///
    /// # Errors
    /// The database failed; nothing was stored.
    pub async fn store(&self) -> Result<bool, DbError> {
        let state = &mut *self.state.lock().await;
        self.load_locked(state).await?;
        self.store_locked(state).await
    }

    async fn store_locked(&self, state: &mut State) -> Result<bool, DbError> {
        state.looked_at = self.sys.now();
        // Asked before the picture is made, which costs more.
        let (name, node, until) = (self.memory.name(), self.node(), self.sys.now() + HOLD);
        let claimed = self
            .db
            .write_system::<_, DbError>(&self.sys, Lane::Background, move |tx| {
                cursors::ensure(tx, name, &Place::beginning())?;
                cursors::claim(tx, name, node, until)
            })
            .await?;
        let Some((turn, _)) = claimed else { return Ok(false) };
        // What another node stored since this one last read or wrote is older or newer than what is held here: all
        // of it is written then, so that what is stored is of one place.
        let whole = state.turn != Some(turn);
        let memory = Arc::clone(&self.memory);
        let picture = tokio::task::spawn_blocking(move || memory.picture(whole)).await;
        let mut picture = picture.map_err(|error| DbError::Other(format!("{name}: {error}")))?;
        let place = state.place.clone();
        let moved = self
            .db
            .write_system::<_, DbError>(&self.sys, Lane::Background, move |tx| {
                if !cursors::advance(tx, name, turn, &place, (node, until))? {
                    return Ok(false);
                }
                picture(tx).map(|()| true)
            })
            .await?;
        if moved {
            self.memory.stored();
            (state.turn, state.fresh) = (Some(turn + 1), 0);
        }
        Ok(moved)
    }

    /// Whether it is time to store.
    fn is_due(&self, state: &State) -> bool {
        let waited = self.sys.now().duration_since(state.looked_at) >= STORE_AFTER;
        // The first picture is made at once: until then the log is kept from its beginning for nobody.
        state.fresh > 0 && (waited || state.turn.is_none())
            || state.fresh >= STORE_AFTER_EVENTS
                && self.sys.now() > state.looked_at + SignedDuration::from_secs(10)
    }

    /// Takes in what was stored last, and follows until it is told to stop.
    pub fn start(self: &Arc<Self>) -> FollowTask {
        let (stop, mut stopped) = watch::channel(());
        let me = Arc::clone(self);
        let task = tokio::spawn(async move {
            if let Err(error) = me.load().await {
                tracing::warn!(memory = me.memory.name(), %error, "what was stored could not be read; it is tried again");
            }
            loop {
                tokio::select! {
                    // A page is taken whole: see `step`.
                    biased;
                    _ = stopped.changed() => break,
                    () = me.wait() => {}
                }
                if let Err(error) = me.turn().await {
                    tracing::warn!(memory = me.memory.name(), %error, "the log could not be followed; it is tried again");
                }
            }
            me.finish().await;
            me.release().await;
        });
        FollowTask { stop, task }
    }

    /// Takes what has come since the last look, so that the next start finds nothing to read, and stores what is held
    /// where anything of it is new.
    async fn finish(&self) {
        let state = &mut *self.state.lock().await;
        // Nothing is held before, and what is stored stays.
        if !state.loaded {
            return;
        }
        if let Err(error) = self.take_rest(state).await {
            tracing::debug!(memory = self.memory.name(), %error, "the rest of the log is read at the next start");
        }
        if state.fresh > 0
            && let Err(error) = self.store_locked(state).await
        {
            tracing::warn!(memory = self.memory.name(), %error, "what was held is read from the log again at the next start");
        }
    }

    async fn take_rest(&self, state: &mut State) -> Result<(), DbError> {
        for _ in 0..LAST_PAGES {
            if !self.step(state).await? {
                break;
            }
        }
        Ok(())
    }

    async fn turn(&self) -> Result<(), DbError> {
        let state = &mut *self.state.lock().await;
        self.load_locked(state).await?;
        while self.step(state).await? {
            if self.is_due(state) {
                self.store_locked(state).await?;
            }
        }
        if self.is_due(state) {
            self.store_locked(state).await?;
        }
        Ok(())
    }

    async fn wait(&self) {
        // Without a wake: events of a node whose message was lost. Whichever comes first, so a time-out is no failure.
        drop(tokio::time::timeout(self.poll, self.wake.notified()).await);
        tokio::time::sleep(LINGER).await;
    }

    /// Lets another node store.
    async fn release(&self) {
        if self.db.engine() == Engine::Sqlite {
            return;
        }
        let (name, node) = (self.memory.name(), self.node());
        let released: Result<(), DbError> = self
            .db
            .write_system(&self.sys, Lane::Background, move |tx| cursors::release(tx, name, node))
            .await;
        if let Err(error) = released {
            tracing::debug!(memory = name, %error, "another node stores a little later");
        }
    }

    fn node(&self) -> i64 {
        // An embedded database has one process: after a restart it need not wait for its own former self.
        if self.db.engine() == Engine::Sqlite { 0 } else { self.bus.node() }
    }
}

/// What is stored, and the place that it was stored with; the beginning of the log where there is nothing.
fn load<M: Memory>(memory: &M, read: &mut Read<'_>) -> Result<(Option<i64>, Place), DbError> {
    let Some((turn, place)) = cursors::stored(read, memory.name())? else {
        return Ok((None, Place::beginning()));
    };
    if !memory.load(read)? {
        return Ok((None, Place::beginning()));
    }
    Ok((Some(turn), place))
}
