//! The end of what is known of a person. Figures stay, and so does the audit chain.

use std::collections::HashSet;
use std::sync::Arc;

use usher_db::{DbError, Tx};
use usher_identity::Identity;
use usher_identity::model::role::any_staff;
use usher_jobs::NewJob;
use usher_kernel::TenantId;
use uuid::Uuid;

use super::held;
use crate::error::Error;
use crate::jobs::FORGET_ADDRESSES;
use crate::model::{CustomerId, Status};
use crate::{Holder, events, store};

/// Erases a person: the record, what other contexts keep of them, the personal values beside every event about them, and
/// what was answered about them under an idempotency key. An account is let go of and stays, because its owner may use it
/// elsewhere; the addresses from which it acted here are forgotten by a job, unless it is one of the staff.
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
    let (mut things, mut pages) = (Vec::new(), Vec::new());
    for holder in holders {
        let mut own = holder.erase(tx, tenant, id).map_err(Error::Holder)?;
        if let Some(user) = before.user_id {
            own.extend(holder.erase_account(tx, tenant, user).map_err(Error::Holder)?);
        }
        pages.extend(holder.pages(&own));
        things.extend(own);
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
    let mut named = things;
    named.push(id.uuid());
    if let Some(user) = before.user_id {
        let staff = match identity.member_in(tx, tenant, user) {
            Ok(member) => any_staff(&member.roles),
            Err(usher_identity::Error::Db(error)) => return Err(error.into()),
            Err(_) => false,
        };
        if !staff {
            named.push(user.uuid());
            usher_jobs::enqueue_for(tx, tenant, NewJob::new(FORGET_ADDRESSES, &user))?;
        }
    }
    let reached = [before.phone.as_deref(), before.email.as_deref()];
    Ok(forget_answers(tx, tenant, &named, pages, reached)?)
}

/// Empties the answers kept under an idempotency key that name one of these things, the secret of one of their pages, or
/// the number or address of the person.
pub(super) fn forget_answers(
    tx: &mut Tx,
    tenant: TenantId,
    things: &[Uuid],
    pages: Vec<String>,
    reached: [Option<&str>; 2],
) -> Result<(), DbError> {
    let words: HashSet<String> = things.iter().map(Uuid::to_string).chain(pages).collect();
    let reached: Vec<&str> = reached.into_iter().flatten().collect();
    usher_http::forget_answers(tx, tenant, &words, &reached).map(drop)
}
