//! The event log: one fact, one row.
//!
//! Whatever changes something calls [`append`] in the transaction that changes it. The row is at once the
//! message to everybody who reacts, the thing's history and the audit trail; nothing writes the same fact a
//! second time.
//!
//! - Right after the commit the [`Bus`] hands the event to listeners in the process (caches, live screens),
//!   and, through Redis, to those on other nodes.
//! - A durable [`Subscriber`] gets every event exactly once, in batches, across crashes and nodes: its effects
//!   and its cursor are one transaction. One whose work is mostly reading and reckoning [`Prepares`] its batches
//!   beside a reader: they may be large, the writer does nothing for it but write, and what can be told to be done
//!   may be written in parts before the cursor moves.
//! - A [`Memory`] follows the log on every node and is stored now and then, with its place.
//! - [`history`] reads what happened to one thing; [`retention`] takes old events out and erases persons; the
//!   audit context seals the log into a hash chain.
//!
//! Personal values stand beside the log in a row of their own. The event carries only their salted hash, so
//! that they can be erased and the chain still verifies.

mod append;
mod bus;
mod chain;
mod digest;
mod effects;
mod event;
mod events;
mod follow;
mod history;
mod link;
mod place;
pub mod retention;
mod settings;
mod store;
mod subscription;
mod tail;

pub use append::{append, append_for};
pub use bus::{Bus, Link};
pub use effects::{Effects, Prepares};
pub use event::{Event, EventId, EventKind, NewEvent, Payload};
pub use events::{Events, Running};
pub use follow::{FollowTask, Following, Memory, Picture};
pub use history::{
    Record, Remains, Search, between, history, kept, passed, personal_intact, personal_of, recent,
    retired_until, search,
};
pub use link::{ask_redis, redis_address_fault};
pub use settings::Settings;
pub use store::cursors::{SubscriptionState, forget_subscription, subscription_states};
pub use store::dead::{DeadEvent, dead_events};
pub use store::log::{Glance, head};
pub use subscription::{Start, Subscriber};

/// The tables of the log.
pub fn migrations() -> usher_db::MigrationSet {
    usher_db::MigrationSet { context: "events", migrations: usher_db::migrations!(engines "0001_init") }
}

/// The statements of this crate that both engines accept, for the test that prepares each.
pub fn statements() -> Vec<usher_db::Stmt> {
    store::common()
}
