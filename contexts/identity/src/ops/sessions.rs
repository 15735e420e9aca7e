//! Ending sessions.

use usher_db::Tx;
use usher_kernel::{SystemCtx, UserId};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{Session, SessionView};
use crate::{Identity, events, store};

/// Ends one session of a person; one that has ended already is no mistake.
///
/// # Errors
/// There is no such session, or it is somebody else's.
pub fn end_session(tx: &mut Tx, user: UserId, id: Uuid, reason: &str) -> Result<(), Error> {
    match store::sessions::get(tx, id)? {
        Some(session) if session.user_id == user => end(tx, &session, reason),
        _ => Err(Error::NotFound("session")),
    }
}

/// Ends all sessions of a person but one; says how many.
///
/// # Errors
/// The database.
pub fn end_sessions(tx: &mut Tx, user: UserId, but: Option<Uuid>, reason: &str) -> Result<usize, Error> {
    let mut ended = 0;
    for session in store::sessions::live_of_user(tx, user)? {
        if Some(session.id) != but {
            end(tx, &session, reason)?;
            ended += 1;
        }
    }
    Ok(ended)
}

pub(super) fn end(tx: &mut Tx, session: &Session, reason: &str) -> Result<(), Error> {
    if store::sessions::revoke(tx, session.id, reason)? {
        events::session_revoked(tx, session, reason)?;
    }
    Ok(())
}

impl Identity {
    /// A person's sessions that have not ended, newest first.
    pub(crate) async fn sessions_of(&self, sys: &SystemCtx, user: UserId) -> Result<Vec<SessionView>, Error> {
        let current = Self::session_of(sys);
        let sessions =
            self.db().read_system(sys, move |read| store::sessions::live_of_user(read, user)).await?;
        let view = |session: Session| SessionView {
            id: session.id,
            kind: session.kind,
            ip: session.ip,
            user_agent: session.user_agent,
            current: Some(session.id) == current,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        };
        Ok(sessions.into_iter().map(view).collect())
    }
}
