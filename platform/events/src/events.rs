//! The log of one database, put together: bus, subscribers, the link to other nodes.

use std::sync::Arc;

use parking_lot::RwLock;
use tokio::sync::watch;
use tokio::task::JoinSet;
use usher_db::{Db, DbError, Engine, Lane, Tx};
use usher_kernel::{Clock, Fault, SystemCtx};

use crate::bus::Bus;
use crate::follow::{Following, Memory};
use crate::link;
use crate::place::Place;
use crate::settings::Settings;
use crate::store::cursors;
use crate::subscription::{Env, Step, Subscriber, Subscription, system};
use crate::tail::Tail;

/// The event log of one database. Cheap to clone.
///
/// Made once, before the first operation that appends: it hangs the bus on the [`Db`].
#[derive(Clone)]
pub struct Events(Arc<Inner>);

struct Inner {
    db: Db,
    bus: Bus,
    sys: SystemCtx,
    settings: Settings,
    tail: Arc<Tail>,
    subscriptions: RwLock<Vec<Arc<Subscription>>>,
}

impl Events {
    /// The log of `db` with a bus of its own.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        let bus = Bus::new();
        db.extend(Arc::new(bus.clone()));
        let (sys, tail, subscriptions) = (system(clock), Arc::<Tail>::default(), RwLock::default());
        Self(Arc::new(Inner { db, bus, sys, settings, tail, subscriptions }))
    }

    /// The bus.
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// Adds a durable subscriber. It reads once [`Events::start`] has been called.
    pub fn register(&self, subscriber: Arc<dyn Subscriber>) {
        let subscription = Arc::new(Subscription::new(subscriber, &self.0.settings));
        self.0.subscriptions.write().push(Arc::clone(&subscription));
        self.0.bus.listen(move |event| {
            if subscription.wants(&event.kind) {
                subscription.wake.notify_one();
            }
        });
    }

    /// Begins to read for every registered subscriber, each on a task of its own, and joins the other nodes
    /// where there may be any.
    ///
    /// Called before caches are filled from the database: whatever others commit from here on is delivered.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn start(&self) -> Result<Running, DbError> {
        let (stop, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        for subscription in self.subscriptions() {
            tasks.spawn(read_for(self.clone(), subscription, stopped.clone()));
        }
        let Inner { db, bus, sys, settings, .. } = &*self.0;
        if db.engine() == Engine::Postgres {
            let place = db.read_system(sys, Place::now).await?;
            tasks.spawn(link::run(db.clone(), bus.clone(), sys.clone(), settings.clone(), place, stopped));
        }
        Ok(Running { stop, tasks })
    }

    /// Reads for every subscriber until nothing is left that this node may read; what tests call instead of
    /// [`Events::start`].
    ///
    /// # Errors
    /// The first refusal of a subscriber. The next call tries it again, without a wait.
    pub async fn catch_up(&self) -> Result<(), Fault> {
        // Subscribers append events themselves, so once round is not enough.
        let mut busy = true;
        while busy {
            busy = false;
            for subscription in self.subscriptions() {
                loop {
                    match subscription.step(&self.env()).await {
                        Step::More => busy = true,
                        Step::Done => {
                            busy = true;
                            break;
                        }
                        Step::Idle | Step::Elsewhere => break,
                        Step::Failed(fault, _) => return Err(fault),
                    }
                }
            }
        }
        Ok(())
    }

    /// Has a memory follow the log on this node, from where it was stored last; nothing is read before
    /// [`Following::start`], [`Following::load`] or [`Following::catch_up`].
    pub fn follow<M: Memory>(&self, memory: Arc<M>) -> Arc<Following<M>> {
        let Inner { db, bus, sys, settings, tail, .. } = &*self.0;
        let log = (db.clone(), bus.clone(), sys.clone(), Arc::clone(tail));
        Following::open(log, settings, memory)
    }

    /// Gives every right to read back, for other nodes to take at once.
    pub async fn release(&self) {
        for subscription in self.subscriptions() {
            subscription.release(&self.env()).await;
        }
    }

    /// Has a subscriber read the log again from its beginning: `clear` takes out what it had made of it, in the
    /// transaction that sends it back.
    ///
    /// # Errors
    /// `clear` refused, or the database failed; nothing has changed then.
    pub async fn rewind<E>(
        &self,
        subscriber: &'static str,
        mut clear: impl FnMut(&mut Tx<'_>) -> Result<(), E> + Send + 'static,
    ) -> Result<(), E>
    where
        E: From<DbError> + Send + 'static,
    {
        let Inner { db, sys, .. } = &*self.0;
        db.write_system(sys, Lane::Background, move |tx| {
            // First, so that a batch of another node that is under way is cleared as well, or finds the cursor moved.
            cursors::rewind(tx, subscriber, &Place::beginning())?;
            clear(tx)
        })
        .await?;
        for subscription in self.subscriptions() {
            if subscription.subscriber.name() == subscriber {
                subscription.forget().await;
            }
        }
        Ok(())
    }

    /// Takes events past their tenant's retention out of the log: see [`crate::retention`].
    ///
    /// # Errors
    /// The database failed; what was done until then stays done.
    pub async fn retire(&self, rules: &dyn crate::retention::Rules) -> Result<u64, DbError> {
        crate::retention::retire(&self.0.db, &self.0.sys, rules).await
    }

    fn subscriptions(&self) -> Vec<Arc<Subscription>> {
        self.0.subscriptions.read().clone()
    }

    fn env(&self) -> Env<'_> {
        let Inner { db, bus, sys, settings, tail, .. } = &*self.0;
        // An embedded database has one process: after a restart it need not wait for its own former self.
        let node = if db.engine() == Engine::Sqlite { 0 } else { bus.node() };
        Env { db, sys, node, settings, tail }
    }
}

/// The tasks that read the log. Dropping it ends them at once; [`Running::stop`] lets them finish.
#[must_use = "reading ends when this is dropped"]
pub struct Running {
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Lets every subscriber finish its batch and give its right to read back.
    pub async fn stop(mut self) {
        // Nobody listening means that every task has ended already.
        self.stop.send(()).ok();
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn read_for(events: Events, subscription: Arc<Subscription>, mut stopped: watch::Receiver<()>) {
    let settings = &events.0.settings;
    loop {
        let pause = async {
            match subscription.step(&events.env()).await {
                Step::More => {}
                // Others follow: their commits share one batch.
                Step::Done => {
                    let linger = subscription.subscriber.linger().unwrap_or(settings.linger);
                    tokio::time::sleep(linger).await;
                }
                Step::Idle => wait_for_work(&subscription, settings).await,
                Step::Elsewhere => tokio::time::sleep(settings.poll).await,
                Step::Failed(_, wait) => tokio::time::sleep(wait).await,
            }
        };
        tokio::select! {
            () = pause => {}
            _ = stopped.changed() => break,
        }
    }
    subscription.release(&events.env()).await;
}

async fn wait_for_work(subscription: &Subscription, settings: &Settings) {
    // Without a wake: events of a node whose message was lost, or of a transaction that committed late.
    // Whichever comes first, so a time-out is no failure.
    drop(tokio::time::timeout(settings.poll, subscription.wake.notified()).await);
}
