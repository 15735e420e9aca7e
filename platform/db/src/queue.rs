//! The bounded queue between the callers and a database thread.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::DbError;

/// First in, first out; full is an error at once instead of a wait.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    bound: usize,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

/// What a taker got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// At least one item.
    Some,
    /// Nothing arrived in time.
    Idle,
    /// The queue is closed and empty.
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(bound: usize) -> Self {
        let state = State { items: VecDeque::with_capacity(bound.min(1024)), closed: false };
        Self { state: Mutex::new(state), arrived: Condvar::new(), bound }
    }

    /// Adds an item, or hands it back with the reason.
    pub(crate) fn push(&self, item: T) -> Result<(), (DbError, T)> {
        let mut state = self.state.lock();
        if state.closed {
            return Err((DbError::Closed, item));
        }
        if state.items.len() >= self.bound {
            return Err((DbError::Busy, item));
        }
        state.items.push_back(item);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for items and moves as many as `cap(waiting)` into `out`, in order of arrival.
    pub(crate) fn take(
        &self,
        out: &mut VecDeque<T>,
        patience: Duration,
        cap: impl Fn(usize) -> usize,
    ) -> Taken {
        let mut state = self.state.lock();
        let deadline = Instant::now() + patience;
        while state.items.is_empty() {
            if state.closed {
                return Taken::Closed;
            }
            if self.arrived.wait_until(&mut state, deadline).timed_out() && state.items.is_empty() {
                return if state.closed { Taken::Closed } else { Taken::Idle };
            }
        }
        let count = cap(state.items.len()).clamp(1, state.items.len());
        out.extend(state.items.drain(..count));
        Taken::Some
    }

    /// Moves what is waiting into `out` without waiting, as many as `cap(waiting)`.
    pub(crate) fn try_take(&self, out: &mut VecDeque<T>, cap: impl Fn(usize) -> usize) {
        let mut state = self.state.lock();
        let count = cap(state.items.len()).min(state.items.len());
        out.extend(state.items.drain(..count));
    }

    pub(crate) fn len(&self) -> usize {
        self.state.lock().items.len()
    }

    /// Refuses new items; takers get what is left and then [`Taken::Closed`].
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.arrived.notify_all();
    }
}
