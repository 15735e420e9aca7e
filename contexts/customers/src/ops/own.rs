//! A person about themselves: what they say of themselves, everything that is known of them, and the end of it.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use usher_db::{Read, Tx};
use usher_identity::{Identity, model::key};
use usher_jobs::NewJob;
use usher_kernel::{FieldFault, TenantId, UserId};

use super::{change, customer, erase, export, find_or_create};
use crate::error::Error;
use crate::jobs::FORGET_ACCOUNT;
use crate::model::{Contact, Customer, OwnChange, OwnRecord, Source};
use crate::{Holder, store};

/// What the tenant keeps of whoever signs in with an account, as they may read it; where it keeps no record yet, what
/// that would say.
///
/// # Errors
/// The database failed; the account is gone.
pub fn own(read: &mut Read, identity: &Identity, tenant: TenantId, user: UserId) -> Result<OwnRecord, Error> {
    match store::by_user(read, tenant, user)? {
        Some(own) => Ok(OwnRecord::from(own)),
        None => Ok(OwnRecord::to_be(super::find::to_be(read, identity, tenant, &signed_in(user))?)),
    }
}

/// Changes what the tenant keeps of whoever signs in with an account; makes the record where there is none.
///
/// # Errors
/// Another version; values that cannot be kept; a purpose that they were not asked for.
pub fn change_own(
    tx: &mut Tx,
    identity: &Identity,
    tenant: TenantId,
    user: UserId,
    wish: OwnChange,
    read_version: Option<i64>,
) -> Result<Customer, Error> {
    let made = store::by_user(tx, tenant, user)?.is_none();
    let id = find_or_create(tx, identity, tenant, &signed_in(user))?.ok_or(Error::NoCustomer)?;
    let record = customer(tx, tenant, id)?;
    let faults = wish.faults(&record);
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    // Whoever read that there is no record has read version 0.
    let read_version = read_version.filter(|read| !(made && *read == 0));
    change(tx, identity, tenant, id, wish.into_change(&record), read_version)
}

fn signed_in(user: UserId) -> Contact {
    Contact { user: Some(user), source: Source::Account, ..Contact::default() }
}

/// What is known of whoever signs in with an account; where the tenant keeps no record of them, what is kept by
/// account.
///
/// # Errors
/// The database failed.
pub fn export_own(
    read: &mut Read,
    holders: &[Arc<dyn Holder>],
    tenant: TenantId,
    user: UserId,
) -> Result<(Option<Customer>, Map<String, Value>), Error> {
    match store::by_user(read, tenant, user)? {
        Some(own) => export(read, holders, tenant, own.id).map(|(customer, parts)| (Some(customer), parts)),
        None => {
            let mut parts = Map::from_iter([("exported_at".to_owned(), json!(read.now()))]);
            super::export::account(read, holders, tenant, user, &mut parts)?;
            Ok((None, parts))
        }
    }
}

/// Erases whoever signs in with an account, at their own wish: the record with all that belongs to it, and their
/// membership, with what was answered about them under an idempotency key. The account goes with it, by a job, where it
/// belongs to no other tenant. Whoever works here keeps membership and account, which their administrator ends. `confirm`
/// is the account's address, which nobody types by mistake.
///
/// # Errors
/// Another address; one of the staff of whom there is no record as a customer.
pub fn erase_own(
    tx: &mut Tx,
    identity: &Identity,
    holders: &[Arc<dyn Holder>],
    tenant: TenantId,
    user: UserId,
    confirm: &str,
) -> Result<(), Error> {
    let account = identity.people(tx, &[user])?.remove(&user).ok_or(Error::NoCustomer)?;
    if key(confirm) != key(&account.email) {
        return Err(Error::Fields(vec![FieldFault {
            field: "confirm".to_owned(),
            code: "mismatch",
            message: "Write the e-mail address of your account here. What is erased cannot be brought back."
                .to_owned(),
        }]));
    }
    let own = store::by_user(tx, tenant, user)?;
    if let Some(own) = &own {
        erase(tx, identity, holders, tenant, own.id, None)?;
    }
    let left = usher_identity::ops::leave(tx, tenant, user).map_err(|error| Error::Holder(error.into()))?;
    if left {
        let (mut things, mut pages) = (Vec::new(), Vec::new());
        if own.is_none() {
            for holder in holders {
                let of_account = holder.erase_account(tx, tenant, user).map_err(Error::Holder)?;
                pages.extend(holder.pages(&of_account));
                things.extend(of_account);
            }
            usher_audit::erase(tx, tenant, user.uuid(), &things)?;
        }
        things.push(user.uuid());
        let reached = [Some(account.email.as_str()), account.phone.as_deref()];
        super::erase::forget_answers(tx, tenant, &things, pages, reached)?;
        usher_jobs::enqueue_for(tx, tenant, NewJob::new(FORGET_ACCOUNT, &user))?;
    } else if own.is_none() {
        return Err(Error::WorksHere);
    }
    Ok(())
}
