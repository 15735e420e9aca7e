//! Commits whose answer never came.
//!
//! When the line is lost with a commit under way, only the database knows whether it took effect. An operation
//! that has left a witness, as every one that writes an event does, lets us ask. A transaction's number would
//! not do: the server hands it out before it is on disk, and after a crash gives it to somebody else.

use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;

use super::connect::{APP_ROLE, SYSTEM_ROLE};
use super::session::Session;
use crate::batch::Batch;
use crate::error::DbError;
use crate::tx::{Backend, Params, Sql, Witness};

/// How long the process that was at the other end may take to go.
const PAUSE: Duration = Duration::from_millis(20);
const PAUSES: u32 = 150;

/// Whether a transaction was kept.
pub(super) struct Question {
    witness: Witness,
    /// The process that may still be about to commit.
    backend: String,
}

impl Question {
    /// The question to be asked should the line be lost now; none where no operation left a witness.
    pub(super) fn about(batch: &Batch, session: &Session) -> Option<Self> {
        Some(Self { witness: batch.witness()?, backend: session.backend()?.to_owned() })
    }

    /// Asks on another connection. The answer is final: the process that could change it is gone first.
    pub(super) fn ask(&self, session: &mut Session) -> Result<bool, DbError> {
        self.outlive(session)?;
        session.send(format!("BEGIN READ ONLY;SET LOCAL ROLE {SYSTEM_ROLE};"));
        let mut kept = false;
        let [thing, id] = self.witness.ids;
        let found =
            session.query(Sql::Fixed(self.witness.stmt), Params::Borrowed(&[&thing, &id]), &mut |_| {
                kept = true;
                Ok(())
            });
        let ended = session.run("ROLLBACK");
        session.ended(true);
        found.and(ended).map(|()| kept)
    }

    fn outlive(&self, session: &mut Session) -> Result<(), DbError> {
        // Only the role that has signed in sees its own processes, and may end them.
        let end = format!(
            "RESET ROLE;SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {};SET ROLE {APP_ROLE}",
            self.backend
        );
        for _ in 0..PAUSES {
            let said = session.simple(&end)?;
            if !said.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        Err(DbError::Unavailable("the process of a lost connection does not end".to_owned()))
    }
}
