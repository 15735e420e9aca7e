//! Events of other nodes.
//!
//! Two ways at once. Redis carries each event within milliseconds of its commit, and may lose it. The log
//! loses nothing, and is read once a second (at once after Redis comes back) for events of others that have
//! not arrived. Each event is delivered once, whichever way it comes first. Without `REDIS_URL` the log alone
//! serves, up to a second late.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use usher_db::{Db, DbError};
use usher_kernel::SystemCtx;

use crate::bus::{Bus, Link};
use crate::event::{Event, EventId};
use crate::place::{Filter, Place};
use crate::settings::Settings;

/// The channel that all nodes of an installation share. Its number changes with the form of a message.
const CHANNEL: &str = "usher:events:1";
/// How many events may wait to be sent; those beyond are found in the log.
const OUTBOUND: usize = 16_384;
/// How many events go in one message.
const MESSAGE: usize = 256;
/// How many events are read from the log at once.
const PAGE: u32 = 1_000;
/// How many ids are remembered as delivered: ten seconds at some thousand events a second.
const REMEMBERED: usize = 65_536;
/// How long to wait before Redis is tried again.
const RECONNECT: Duration = Duration::from_millis(500);
/// How long Redis may take to answer a connect or a publish.
const PATIENCE: Duration = Duration::from_secs(5);

/// What travels: the node and the events that it has committed.
#[derive(Serialize, Deserialize)]
struct Message<E> {
    node: i64,
    events: Vec<E>,
}

/// Ids that have been delivered, the oldest forgotten first.
#[derive(Default)]
struct Delivered {
    order: VecDeque<EventId>,
    known: HashSet<EventId>,
}

impl Delivered {
    /// Whether `id` is new; it is not the next time.
    fn first(&mut self, id: EventId) -> bool {
        if !self.known.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

/// Carries events between this node and the others until it is told to stop.
pub(crate) async fn run(
    db: Db,
    bus: Bus,
    sys: SystemCtx,
    settings: Settings,
    place: Place,
    mut stopped: watch::Receiver<()>,
) {
    let work = async {
        let (arrived, inbox) = mpsc::channel(64);
        match settings.redis_url.clone() {
            None => receive(db, bus, sys, settings.poll, place, inbox).await,
            Some(url) => {
                let (outbound, queue) = mpsc::channel(OUTBOUND);
                bus.set_outbound(outbound);
                let node = bus.node();
                tokio::join!(
                    send(url.clone(), node, queue),
                    listen(url, bus.clone(), sys.clone(), arrived),
                    receive(db, bus, sys, settings.poll, place, inbox),
                );
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = stopped.changed() => {}
    }
}

/// Publishes what this node commits.
async fn send(url: String, node: i64, mut queue: mpsc::Receiver<Arc<Event>>) {
    let mut connection = None;
    let mut events = Vec::with_capacity(MESSAGE);
    while queue.recv_many(&mut events, MESSAGE).await > 0 {
        let batch = Message { node, events: std::mem::take(&mut events) };
        let text = match serde_json::to_vec(&batch) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(%error, "events could not be written for the other nodes");
                continue;
            }
        };
        if connection.is_none() {
            connection = connect(&url).await;
        }
        let Some(open) = &mut connection else {
            // The others find these events in the log; they must not pile up here.
            tokio::time::sleep(RECONNECT).await;
            continue;
        };
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(CHANNEL).arg(text);
        let published = tokio::time::timeout(PATIENCE, publish.query_async::<i64>(open)).await;
        if !matches!(published, Ok(Ok(_))) {
            connection = None;
        }
    }
}

async fn connect(url: &str) -> Option<redis::aio::MultiplexedConnection> {
    let client = redis::Client::open(url).ok()?;
    tokio::time::timeout(PATIENCE, client.get_multiplexed_async_connection()).await.ok()?.ok()
}

/// Why `url` is no address of a Redis, in one line without the password; none when it is one.
pub fn redis_address_fault(url: &str) -> Option<String> {
    redis::Client::open(url).err().map(|error| error.to_string().replace(url, "it"))
}

/// Whether the Redis at `url` answers.
///
/// # Errors
/// Why it does not, in one line without the password.
pub async fn ask_redis(url: &str) -> Result<(), String> {
    let plain = |error: redis::RedisError| error.to_string().replace(url, "its address");
    let client = redis::Client::open(url).map_err(plain)?;
    let ask = async {
        let mut open = client.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<String>(&mut open).await
    };
    match tokio::time::timeout(PATIENCE, ask).await {
        Ok(answer) => answer.map(drop).map_err(plain),
        Err(_) => Err("Redis does not answer".to_owned()),
    }
}

/// What the listener tells the receiver.
enum Arrived {
    /// Events of another node.
    Events(Vec<Event>),
    /// Redis is there (again): whatever was missed is in the log.
    Connected,
}

/// Receives what other nodes publish, and says whether it can.
async fn listen(url: String, bus: Bus, sys: SystemCtx, arrived: mpsc::Sender<Arrived>) {
    let own = bus.node();
    // One line when it goes away, not one for every attempt to find it again.
    let mut told = false;
    loop {
        let ended = listen_once(&url, own, &arrived, &mut told).await;
        if let Err(error) = &ended
            && !std::mem::replace(&mut told, true)
        {
            tracing::warn!(%error, "no connection to Redis; events of other nodes come from the log");
        }
        bus.set_link(Link::Stale(sys.now()));
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn listen_once(
    url: &str,
    own: i64,
    arrived: &mpsc::Sender<Arrived>,
    told: &mut bool,
) -> Result<(), redis::RedisError> {
    let client = redis::Client::open(url)?;
    let connect = async {
        let mut pubsub = client.get_async_pubsub().await?;
        pubsub.subscribe(CHANNEL).await?;
        Ok::<_, redis::RedisError>(pubsub)
    };
    let mut pubsub = match tokio::time::timeout(PATIENCE, connect).await {
        Ok(connected) => connected?,
        Err(_) => return Err((redis::ErrorKind::Io, "Redis does not answer").into()),
    };
    // A receiver that is gone means that the product is stopping.
    arrived.send(Arrived::Connected).await.ok();
    if std::mem::take(told) {
        tracing::info!("Redis is there again");
    }
    let mut messages = pubsub.on_message();
    while let Some(message) = messages.next().await {
        match serde_json::from_slice::<Message<Event>>(message.get_payload_bytes()) {
            Ok(message) if message.node == own => {}
            Ok(message) => {
                arrived.send(Arrived::Events(message.events)).await.ok();
            }
            // A node of another version: its events come from the log.
            Err(error) => tracing::warn!(%error, "a message on the event channel cannot be read"),
        }
    }
    Ok(())
}

/// Delivers events of other nodes, from Redis and from the log, each once.
async fn receive(
    db: Db,
    bus: Bus,
    sys: SystemCtx,
    poll: Duration,
    mut place: Place,
    mut inbox: mpsc::Receiver<Arrived>,
) {
    let mut delivered = Delivered::default();
    let mut tick = tokio::time::interval(poll);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut connected, mut redis_gone) = (false, false);
    loop {
        tokio::select! {
            biased;
            _ = tick.tick() => {}
            arrived = inbox.recv(), if !redis_gone => match arrived {
                Some(Arrived::Events(events)) => {
                    deliver(&bus, &mut delivered, events);
                    continue;
                }
                Some(Arrived::Connected) => connected = true,
                None => {
                    redis_gone = true;
                    continue;
                }
            },
        }
        match read_log(&db, &bus, &sys, &mut place, &mut delivered).await {
            // Live only once the gap is closed.
            Ok(()) if connected => {
                connected = false;
                bus.set_link(Link::Live);
            }
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "the log could not be read for events of other nodes"),
        }
    }
}

fn deliver(bus: &Bus, delivered: &mut Delivered, events: impl IntoIterator<Item = Event>) {
    for mut event in events {
        if delivered.first(event.id) {
            event.remote = true;
            bus.deliver(&Arc::new(event));
        }
    }
}

/// Delivers what others have committed since the last time.
async fn read_log(
    db: &Db,
    bus: &Bus,
    sys: &SystemCtx,
    place: &mut Place,
    delivered: &mut Delivered,
) -> Result<(), DbError> {
    let filter = Filter::of_others(bus.node());
    loop {
        let (from, filter) = (place.clone(), filter.clone());
        let delta = db.read_system(sys, move |read| from.next(read, &filter, PAGE)).await?;
        deliver(bus, delivered, delta.events.into_iter().map(Arc::unwrap_or_clone));
        *place = delta.after;
        if !delta.more {
            return Ok(());
        }
    }
}
