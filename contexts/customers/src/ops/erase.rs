//! The end of what is known of a person. Figures stay, and so does the audit chain.

use std::sync::Arc;

use usher_db::Tx;
use usher_identity::Identity;
use usher_identity::model::role::any_staff;
use usher_jobs::NewJob;
use usher_kernel::TenantId;

use super::held;
use crate::error::Error;
use crate::jobs::FORGET_ADDRESSES;
use crate::model::{CustomerId, Status};
use crate::{Holder, events, store};

/// Erases a person: the record, what other contexts keep of them, and the personal values beside every event about
/// them. An account is let go of and stays, because its owner may use it elsewhere; the addresses from which it
/// acted here are forgotten by a job, unless it is one of the staff.
///
/// # Errors
/// No such customer; another version.
pub fn erase(
    tx: &mut Tx,
    identity: &Identity,
    holders: &[Arc<dyn Holder>],
    tenant: TenantId,
    id: CustomerId,
    read_version: Option<i64>,
) -> Result<(), Error> {
    let before = held(tx, tenant, id)?;
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    let mut things = Vec::new();
    for holder in holders {
        things.extend(holder.erase(tx, tenant, id).map_err(Error::Holder)?);
        if let Some(user) = before.user_id {
            things.extend(holder.erase_account(tx, tenant, user).map_err(Error::Holder)?);
        }
    }
    things.extend(store::merged_into(tx, tenant, id)?.into_iter().map(CustomerId::uuid));
    let now = tx.now();
    let mut gone = before.emptied(Status::Erased, now);
    gone.updated_at = now;
    if !store::update(tx, &gone)? {
        return Err(Error::Stale { current: gone.version });
    }
    events::noted(tx, events::CUSTOMER_ERASED, &gone)?;
    usher_audit::erase(tx, tenant, id.uuid(), &things)?;
    if let Some(user) = before.user_id {
        let staff = match identity.member_in(tx, tenant, user) {
            Ok(member) => any_staff(&member.roles),
            Err(usher_identity::Error::Db(error)) => return Err(error.into()),
            Err(_) => false,
        };
        if !staff {
            usher_jobs::enqueue_for(tx, tenant, NewJob::new(FORGET_ADDRESSES, &user))?;
        }
    }
    Ok(())
}
