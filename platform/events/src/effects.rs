//! What a batch of events writes, made ready before anybody waits for it.
//!
//! On the embedded engine there is one writer, and all that people do waits behind whatever it does. A subscriber
//! whose work is mostly reading and reckoning has no need of it for that: it [prepares](Prepares) its batch beside a
//! reader, and the writer only carries out what came of it. So the batch may be large, which is what makes it cheap:
//! a row that many events change is read once and written once.
//!
//! What was read beside a reader is only good for as long as nobody else writes it. The cursor sees to that: its
//! `turn` counts every move, whoever makes it (another node, a rewind), and what was made ready under one turn is
//! thrown away when the cursor stands at another. Nothing is kept from one batch to the next, so nothing has to be
//! forgotten after a rollback, or when another node takes over.
//!
//! Where all of it would still hold the writer for too long it comes in parts: see [`Effects::part`].

use std::sync::Arc;

use usher_db::{Read, Tx};
use usher_kernel::Fault;

use crate::event::Event;

/// Writes something; it may run more than once, as any operation may.
pub(crate) type Write = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), Fault> + Send>;

/// A subscriber that makes its batches ready beside a reader.
///
/// Nobody but the subscriber may write what it reads here, unless they move its cursor in the same transaction
/// ([`Events::rewind`](crate::Events::rewind)).
pub trait Prepares: Send + Sync + 'static {
    /// Reads what it needs and says what a batch writes. It sees the database as the batch before left it.
    ///
    /// # Errors
    /// As [`Subscriber::handle`](crate::Subscriber::handle).
    fn prepare(&self, read: &mut Read<'_>, batch: &[Arc<Event>]) -> Result<Effects, Fault>;
}

/// What a batch writes.
pub struct Effects {
    pub(crate) parts: Vec<Write>,
    pub(crate) last: Write,
}

impl Effects {
    /// Effects that are one transaction with the cursor.
    pub fn new(last: impl FnMut(&mut Tx<'_>) -> Result<(), Fault> + Send + 'static) -> Self {
        Self { parts: Vec::new(), last: Box::new(last) }
    }

    /// Adds a part that is written before the last, behind the parts that were added already.
    ///
    /// On the embedded engine each part is a transaction of its own, and others get at the writer in between; on
    /// PostgreSQL, where nobody waits for it, all of them are one transaction with the last and the cursor. A crash
    /// between two parts brings the same events again while the parts before it are written. So a part is something
    /// that [`Prepares::prepare`] then finds done and leaves out: an event counts once, because the row that says
    /// that it was counted is written in the same part as what it counts for. What cannot say so of itself belongs
    /// into the last part, which is exactly as far as the cursor is.
    #[must_use]
    pub fn part(mut self, write: impl FnMut(&mut Tx<'_>) -> Result<(), Fault> + Send + 'static) -> Self {
        self.parts.push(Box::new(write));
        self
    }

    /// Writes all of it, in a transaction that somebody else has opened.
    ///
    /// # Errors
    /// What a part fails with.
    pub fn write(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.parts.iter_mut().try_for_each(|part| part(tx))?;
        (self.last)(tx)
    }
}

impl std::fmt::Debug for Effects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Effects").field("parts", &(self.parts.len() + 1)).finish_non_exhaustive()
    }
}
