//! A reader: one thread, one connection, one read-only transaction for each read.

use std::collections::VecDeque;
use std::time::Duration;

use super::connect::{Purpose, Server};
use super::session::Session;
use crate::db::ReadQueue;
use crate::error::DbError;
use crate::extensions::Extensions;
use crate::queue::Taken;

/// Serves the queue until it is closed and empty.
pub(super) fn serve(server: &Server, first: Session, reads: &ReadQueue, extensions: &Extensions) {
    let mut session = Some(first);
    let mut next = VecDeque::with_capacity(1);
    loop {
        match reads.take(&mut next, Duration::from_secs(3600), |_| 1) {
            Taken::Closed => return,
            Taken::Idle | Taken::Some => {}
        }
        for op in next.drain(..) {
            if op.abandoned() {
                continue;
            }
            session = session.filter(|session| !session.is_closed());
            if session.is_none() {
                session = server
                    .connect(Purpose::Read)
                    .inspect_err(|error| tracing::warn!(%error, "the database cannot be reached"))
                    .ok();
            }
            let Some(usable) = session.as_mut() else {
                op.fail(DbError::Unavailable("no connection".to_owned()));
                continue;
            };
            let mut frame = String::with_capacity(128);
            frame.push_str("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;");
            usable.act_for(op.binding().tenant, &mut frame);
            // Travels with the first statement of the read.
            usable.send(frame);
            usable.begin(false);
            op.run(usable, extensions);
            // The caller has its answer already. Not rolled back: who it acted for stays set for the next.
            let undone = usable.spoiled();
            let ended = usable.run("COMMIT");
            usable.ended(undone);
            if ended.is_err() {
                session = None;
            }
        }
    }
}
