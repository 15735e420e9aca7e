//! Single-use tickets, for connections that cannot send a header.

use usher_db::{Lane, Tx};
use usher_kernel::{Actor, SignedDuration, SystemCtx};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{SecretKind, mint, read_secret};
use crate::store::sessions::HolderKind;
use crate::{Identity, store};

/// How long a ticket is good.
pub(crate) const TICKET_LIFE: SignedDuration = SignedDuration::from_secs(60);

impl Identity {
    /// A ticket for whoever asks.
    ///
    /// # Errors
    /// Nobody asks: there is no credential to stand for.
    pub(crate) async fn issue_ticket(&self, sys: &SystemCtx) -> Result<String, Error> {
        let holder = match sys.actor {
            Actor::User { session, .. } => (HolderKind::Session, session),
            Actor::ApiKey { id } => (HolderKind::ApiKey, id),
            Actor::Device { id, .. } => (HolderKind::Device, id),
            Actor::Anonymous | Actor::Link { .. } | Actor::System { .. } => return Err(Error::SessionEnded),
        };
        let write = move |tx: &mut Tx| {
            let now = tx.now();
            let ticket = mint(SecretKind::Ticket, usher_kernel::random::uuid_v7(now));
            let presented = read_secret(SecretKind::Ticket, &ticket.text)
                .ok_or_else(|| Error::Internal("a minted ticket cannot be read".to_owned()))?;
            let end = now.checked_add(TICKET_LIFE).unwrap_or(now);
            store::sessions::insert_ticket(tx, presented.id, &ticket.hash, holder, end)?;
            Ok(ticket.text)
        };
        self.db().write_system(sys, Lane::Any, write).await
    }

    /// Uses a ticket up: whose it was, where it was good.
    pub(crate) async fn take_ticket(&self, text: &str) -> Result<Option<(HolderKind, Uuid)>, Error> {
        let Some(presented) = read_secret(SecretKind::Ticket, text) else { return Ok(None) };
        let write = move |tx: &mut Tx| Ok(store::sessions::take_ticket(tx, presented.id, &presented.hash)?);
        self.db().write_system(&self.system(), Lane::Any, write).await
    }
}
