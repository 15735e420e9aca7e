//! What is to be sent over Socket.IO: put down by whoever publishes, taken up by the door's own task.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use serde_json::{Map, Value};
use tokio::sync::Notify;
use usher_kernel::TenantId;
use uuid::Uuid;

use super::room::SocketRoom;
use crate::hub::Hub;

/// How many events may wait; past it they are given up and everybody is told to read the state again.
const BOUND: usize = 8192;

/// One thing to send.
#[derive(Debug)]
pub(super) enum Item {
    /// A packet of its own.
    Event {
        tenant: TenantId,
        to: Arc<[SocketRoom]>,
        name: &'static str,
        everywhere: bool,
        data: Bytes,
        others: Option<Bytes>,
    },
    /// A change of a queue, joined with others into one `queue_update`.
    Delta { tenant: TenantId, to: Arc<[SocketRoom]>, queue: Uuid, delta: Map<String, Value> },
}

/// Events on their way from the writer's thread to the door's task.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: Mutex<Waiting>,
    pub(super) wake: Arc<Notify>,
    /// Tenants with somebody connected, or somebody who may come back.
    pub(super) tenants: RwLock<HashSet<TenantId>>,
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) items: Vec<Item>,
    pub(super) overflown: bool,
}

impl Outbox {
    fn put(&self, item: Item) {
        let mut waiting = self.waiting.lock();
        if waiting.items.len() >= BOUND {
            waiting.overflown = true;
        } else {
            waiting.items.push(item);
        }
        let first = waiting.items.len() == 1;
        drop(waiting);
        if first {
            self.wake.notify_one();
        }
    }

    /// Everything that waits.
    pub(super) fn take(&self) -> Waiting {
        std::mem::take(&mut *self.waiting.lock())
    }
}

/// Publishing over Socket.IO. Each costs the same however many sockets listen, and nothing when none does.
impl Hub {
    /// Whether a Socket.IO client of the tenant is connected or may still come back.
    pub fn wants_sockets(&self, tenant: TenantId) -> bool {
        self.0.outbox.tenants.read().contains(&tenant)
    }

    /// Sends an event to the sockets of `/ws/queues` that are in any of the rooms; a socket in several of
    /// them hears it once. `data` is JSON.
    pub fn emit(&self, tenant: TenantId, to: &[SocketRoom], name: &'static str, data: Bytes) {
        self.put_event(tenant, to, name, false, (data, None));
    }

    /// [`Hub::emit`], heard on the default namespace too, and with `others` by every socket of the tenant that is in
    /// none of the rooms, whoever it belongs to.
    pub fn emit_everywhere(
        &self,
        tenant: TenantId,
        to: &[SocketRoom],
        name: &'static str,
        data: Bytes,
        others: Option<Bytes>,
    ) {
        self.put_event(tenant, to, name, true, (data, others));
    }

    /// Tells of a change of a queue: what changes within one tick goes out as one `queue_update`,
    /// where a later value of a field takes the place of an earlier one.
    pub fn emit_queue_update(
        &self,
        tenant: TenantId,
        to: &[SocketRoom],
        queue: Uuid,
        delta: Map<String, Value>,
    ) {
        if self.wants_sockets(tenant) {
            self.0.outbox.put(Item::Delta { tenant, to: to.into(), queue, delta });
        }
    }

    fn put_event(
        &self,
        tenant: TenantId,
        to: &[SocketRoom],
        name: &'static str,
        everywhere: bool,
        (data, others): (Bytes, Option<Bytes>),
    ) {
        if self.wants_sockets(tenant) {
            self.0.outbox.put(Item::Event { tenant, to: to.into(), name, everywhere, data, others });
        }
    }
}
