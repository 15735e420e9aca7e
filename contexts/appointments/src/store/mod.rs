//! SQL only; rows in, model out.

pub(crate) mod appointments;
pub(crate) mod availabilities;
pub(crate) mod export;
pub(crate) mod feeds;
pub(crate) mod waitlist;

use usher_db::Stmt;

use crate::model::{EntryState, FeedKind, State};

usher_db::text_column!(State, EntryState, FeedKind);

/// Every fixed statement of this context.
pub(crate) fn statements() -> Vec<Stmt> {
    [
        appointments::STATEMENTS,
        availabilities::STATEMENTS,
        export::STATEMENTS,
        feeds::STATEMENTS,
        waitlist::STATEMENTS,
    ]
    .concat()
}
