//! The few bytes that the hub itself keeps of a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures_util::task::AtomicWaker;
use usher_kernel::{Caller, TenantId};

use crate::access::Closing;

const PING: u8 = 1;
const REVOKED: u8 = 2;
const STOPPING: u8 = 4;

/// A client as the hub sees it: how to wake it, what to tell it, who it is.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) waker: AtomicWaker,
    flags: AtomicU8,
    pub(crate) caller: Arc<Caller>,
    /// Where it listens; none in no room of no tenant.
    pub(crate) tenant: Option<TenantId>,
}

impl Listener {
    pub(crate) fn new(caller: Arc<Caller>, tenant: Option<TenantId>) -> Self {
        Self { waker: AtomicWaker::new(), flags: AtomicU8::new(0), caller, tenant }
    }

    /// A heartbeat is due.
    pub(crate) fn ping(&self) {
        self.flags.fetch_or(PING, Ordering::Release);
        self.waker.wake();
    }

    /// The connection is to end.
    pub(crate) fn close(&self, why: Closing) {
        let flag = match why {
            Closing::Revoked => REVOKED,
            Closing::Stopping => STOPPING,
        };
        self.flags.fetch_or(flag, Ordering::Release);
        self.waker.wake();
    }

    /// Whether a heartbeat is due; asking clears it.
    pub(crate) fn take_ping(&self) -> bool {
        self.flags.load(Ordering::Acquire) & PING != 0
            && self.flags.fetch_and(!PING, Ordering::AcqRel) & PING != 0
    }

    /// Why the connection is to end, when it is.
    pub(crate) fn closing(&self) -> Option<Closing> {
        match self.flags.load(Ordering::Acquire) {
            flags if flags & REVOKED != 0 => Some(Closing::Revoked),
            flags if flags & STOPPING != 0 => Some(Closing::Stopping),
            _ => None,
        }
    }
}

/// Listeners by a small number each; joining and leaving cost the same however many there are.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    seats: Vec<Option<Arc<Listener>>>,
    free: Vec<u32>,
}

impl Roster {
    /// Takes a seat and returns its number.
    pub(crate) fn join(&mut self, listener: Arc<Listener>) -> u32 {
        if let Some(seat) = self.free.pop()
            && let Some(place) = self.seats.get_mut(seat as usize)
        {
            *place = Some(listener);
            return seat;
        }
        let seat = u32::try_from(self.seats.len()).unwrap_or(u32::MAX);
        self.seats.push(Some(listener));
        seat
    }

    /// Gives the seat back.
    pub(crate) fn leave(&mut self, seat: u32) {
        if self.seats.get_mut(seat as usize).and_then(Option::take).is_some() {
            self.free.push(seat);
        }
        if self.free.len() == self.seats.len() {
            *self = Self::default();
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Listener>> {
        self.seats.iter().flatten()
    }

    pub(crate) fn len(&self) -> usize {
        self.seats.len() - self.free.len()
    }
}
