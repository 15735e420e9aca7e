//! Whoever holds the secret of a ticket's page.

use std::sync::Arc;

use usher_kernel::{Actor, Caller, Ctx, Fault, SystemCtx};
use usher_tenancy::TenantStatus;

use super::line::Queueing;
use crate::error::Error;
use crate::model::TicketId;
use crate::store;

impl Queueing {
    /// The caller as the holder of a ticket, inside the ticket's tenant.
    ///
    /// # Errors
    /// 404 for a secret that is none of ours, or opens a ticket that is not there; 403 in a suspended tenant.
    pub async fn holder(&self, caller: &Arc<Caller>, secret: &str) -> Result<(Ctx, TicketId), Fault> {
        let wrong = || Fault::not_found("ticket");
        let id = self.secrets().open(secret).ok_or_else(wrong)?;
        let system = SystemCtx::for_caller(Arc::clone(caller));
        let found = self.db().read_system(&system, move |read| store::tickets::tenant_of(read, id)).await;
        let tenant = found.map_err(Error::from)?.ok_or_else(wrong)?;
        if self.directory().tenant(tenant).is_none_or(|tenant| tenant.status != TenantStatus::Active) {
            return Err(Fault::tenant_suspended());
        }
        let mut holder = Caller::clone(caller);
        holder.actor = Actor::Link { kind: "ticket", id: id.uuid() };
        Ok((Ctx::new(tenant, Arc::new(holder)), id))
    }
}
