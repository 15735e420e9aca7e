//! Ending sessions.

use usher_db::{Read, Tx};
use usher_kernel::{SystemCtx, UserId};
use uuid::Uuid;

use super::sign_in::{Client, SignedIn};
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
    /// Goes on in the organisation `named`, in a session in place of the one that asks. Whoever is signed in has
    /// proved who they are, so nothing is asked again. The installation's operator names any, or none to leave it.
    ///
    /// # Errors
    /// Whoever asks is no person with a session; they do not belong there; it is suspended; nothing is named.
    pub(crate) async fn switch(
        &self,
        sys: &SystemCtx,
        named: Option<&str>,
        client: Client,
    ) -> Result<SignedIn, Error> {
        let id = Self::session_of(sys).ok_or(Error::NotFound("session"))?;
        let read = move |read: &mut Read| {
            let Some(session) = store::sessions::get(read, id)? else { return Ok(None) };
            let user = store::users::get(read, session.user_id)?;
            Ok::<_, Error>(user.map(|user| (session, user)))
        };
        let found = self.db().read_system(sys, read).await?;
        let (session, user) = found.ok_or(Error::SessionEnded)?;
        let tenant = match named.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => self.choose_tenant(sys, &user, Some(name), None).await?,
            None if user.platform_admin => None,
            None => {
                let text = "Name the organisation to go on in, by its short name or id.";
                return Err(Error::field("tenant", "required", text));
            }
        };
        let opened = self.open_session(sys, user, tenant, session.kind, client).await?;
        let before = session.acting_tenant;
        let write = move |tx: &mut Tx| end(tx, &session, "switched");
        self.write_for(sys, before, write).await?;
        Ok(opened)
    }

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
