//! The door's one task: it sends what waits, joins changes of queues, and helps those who fell behind.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;
use usher_kernel::TenantId;
use uuid::Uuid;

use super::Door;
use super::outbox::Item;
use super::room::SocketRoom;
use super::stage::Stage;

/// How often a socket that takes nothing is tried again.
const RETRY: Duration = Duration::from_millis(250);
const SWEEP: Duration = Duration::from_secs(5);

/// Changes of a tenant's queues that wait for the end of its tick.
struct Joined {
    next: Instant,
    deltas: Vec<Delta>,
}

/// Who hears of it, which queue, and what changed.
type Delta = (Arc<[SocketRoom]>, Uuid, Map<String, Value>);

struct Pump {
    joined: HashMap<TenantId, Joined>,
    retry: Option<Instant>,
    sweep: Instant,
}

/// Runs until the door is gone.
pub(super) async fn run(door: Weak<Door>, wake: Arc<Notify>) {
    let mut pump = Pump { joined: HashMap::new(), retry: None, sweep: Instant::now() + SWEEP };
    loop {
        let ticks = pump.joined.values().map(|joined| joined.next);
        let due = ticks.chain(pump.retry).chain([pump.sweep]).min().unwrap_or(pump.sweep);
        // Either is reason enough to look.
        let _ = tokio::time::timeout_at(due, wake.notified()).await;
        let Some(door) = door.upgrade() else { return };
        pump.turn(&door).await;
    }
}

impl Pump {
    async fn turn(&mut self, door: &Door) {
        let waiting = door.hub.0.outbox.take();
        let mut stage = door.stage.lock().await;
        let now = Instant::now();
        let mut behind = false;
        if waiting.overflown {
            stage.lose();
            behind = true;
        }
        for item in waiting.items {
            match item {
                Item::Event { tenant, to, name, everywhere, data, others } => match raw(&data) {
                    Some(payload) => {
                        let others = others.and_then(|others| raw(&others));
                        behind |= stage.send(tenant, to, name, everywhere, payload, others);
                    }
                    None => tracing::error!(name, "an event that is not JSON was not sent"),
                },
                Item::Delta { tenant, to, queue, delta } => self.join(tenant, to, queue, delta, now),
            }
        }
        behind |= self.flush(&mut stage, door.hub.0.config.tick, now);
        if now >= self.sweep {
            self.sweep = now + SWEEP;
            metrics::gauge!("usher_realtime_sockets").set(stage.len() as f64);
            let over = stage.sweep(now, door.hub.0.config.keep_for);
            if !over.is_empty() {
                door.hub.0.outbox.tenants.write().retain(|tenant| !over.contains(tenant));
            }
        }
        drop(stage);
        let asked = door.lost.swap(false, std::sync::atomic::Ordering::AcqRel);
        if behind || asked || self.retry.is_some_and(|at| now >= at) {
            self.retry = if resync(door).await { None } else { Some(Instant::now() + RETRY) };
        }
    }

    fn join(
        &mut self,
        tenant: TenantId,
        to: Arc<[SocketRoom]>,
        queue: Uuid,
        delta: Map<String, Value>,
        now: Instant,
    ) {
        let joined = self.joined.entry(tenant).or_insert(Joined { next: now, deltas: Vec::new() });
        // The queue is one thing whoever hears of it: no packet of this tick may tell an older state of it.
        for (_, _, earlier) in joined.deltas.iter_mut().filter(|(_, id, _)| *id == queue) {
            earlier.extend(delta.clone());
        }
        if !joined.deltas.iter().any(|(rooms, id, _)| *id == queue && *rooms == to) {
            joined.deltas.push((to, queue, delta));
        }
    }

    /// Sends the joined changes whose tick is over: one packet for all queues with the same rooms.
    fn flush(&mut self, stage: &mut Stage, tick: Duration, now: Instant) -> bool {
        let mut behind = false;
        self.joined.retain(|tenant, joined| {
            if joined.next > now {
                return true;
            }
            joined.next = now + tick;
            let mut packets: Vec<(Arc<[SocketRoom]>, Vec<Value>)> = Vec::new();
            for (to, queue, mut delta) in std::mem::take(&mut joined.deltas) {
                delta.insert("queue_id".to_owned(), json!(queue));
                match packets.iter_mut().find(|(rooms, _)| *rooms == to) {
                    Some((_, deltas)) => deltas.push(Value::Object(delta)),
                    None => packets.push((to, vec![Value::Object(delta)])),
                }
            }
            let silent = packets.is_empty();
            for (to, deltas) in packets {
                if let Ok(payload) = to_raw_value(&json!({ "deltas": deltas })) {
                    behind |= stage.send(*tenant, to, "queue_update", false, payload, None);
                }
            }
            !silent
        });
        behind
    }
}

/// Tells every socket that fell behind, with the state of its rooms. False when one still takes nothing.
async fn resync(door: &Door) -> bool {
    let (behind, number) = {
        let stage = door.stage.lock().await;
        (stage.behind(), stage.latest())
    };
    // Rooms are read without the lock: nobody else waits for them.
    let mut states: HashMap<(TenantId, SocketRoom), Value> = HashMap::new();
    for (tenant, _, rooms) in &behind {
        for room in rooms {
            if let Entry::Vacant(unknown) = states.entry((*tenant, *room)) {
                unknown.insert(state_of(door, *tenant, *room).await);
            }
        }
    }
    let mut all = true;
    let mut stage = door.stage.lock().await;
    for (tenant, key, rooms) in behind {
        let state: Map<String, Value> = rooms
            .iter()
            .map(|room| (room.to_string(), states.get(&(tenant, *room)).cloned().unwrap_or(Value::Null)))
            .collect();
        if let Ok(state) = to_raw_value(&json!({ "rooms": state })) {
            let told = stage.resync(tenant, key, &state, number);
            if told {
                metrics::counter!("usher_realtime_socket_resyncs_total").increment(1);
            }
            all &= told;
        }
    }
    all
}

async fn state_of(door: &Door, tenant: TenantId, room: SocketRoom) -> Value {
    let room = room.within(tenant);
    let Some(source) = door.hub.0.snapshots(&room) else { return Value::Null };
    match source.snapshot(&room).await {
        Ok(state) => serde_json::from_slice(&state).unwrap_or(Value::Null),
        Err(fault) => {
            tracing::warn!(%fault, %room, "a room's state could not be read");
            Value::Null
        }
    }
}

fn raw(data: &Bytes) -> Option<Box<RawValue>> {
    serde_json::from_slice(data).ok()
}
