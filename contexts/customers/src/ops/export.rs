//! Everything that is known of a person.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use usher_db::Read;
use usher_kernel::{TenantId, UserId};

use super::customer;
use crate::error::Error;
use crate::model::{Customer, CustomerId, CustomerView};
use crate::{Holder, store};

/// How many events of the record's own history are handed out: more than any person has.
const MOST_EVENTS: u32 = 2_000;

/// What is known of a person: the record, its history, and a part of each context that keeps something.
///
/// # Errors
/// No such customer.
pub fn export(
    read: &mut Read,
    holders: &[Arc<dyn Holder>],
    tenant: TenantId,
    id: CustomerId,
) -> Result<(Customer, Map<String, Value>), Error> {
    let found = customer(read, tenant, id)?;
    let mut history = Vec::new();
    let duplicates = store::merged_into(read, tenant, id)?;
    for one in std::iter::once(id).chain(duplicates) {
        let records = usher_events::history(read, tenant, ("customer", one.uuid()), None, MOST_EVENTS)?;
        history.extend(records.into_iter().map(|record| {
            json!({
                "kind": record.event.kind,
                "at": record.event.at,
                "by": record.event.actor_kind,
                "facts": record.event.payload,
                "personal": record.personal,
            })
        }));
    }
    let view = serde_json::to_value(CustomerView::from(found.clone())).unwrap_or_default();
    let mut parts = Map::new();
    parts.insert("exported_at".to_owned(), json!(read.now()));
    parts.insert("customer".to_owned(), view);
    parts.insert("history".to_owned(), history.into());
    for holder in holders {
        let part = holder.export(read, tenant, id).map_err(Error::Holder)?;
        parts.insert(holder.name().to_owned(), part);
    }
    if let Some(user) = found.user_id {
        account(read, holders, tenant, user, &mut parts)?;
    }
    Ok((found, parts))
}

/// Adds what is kept by account rather than by record.
pub(super) fn account(
    read: &mut Read,
    holders: &[Arc<dyn Holder>],
    tenant: TenantId,
    user: UserId,
    parts: &mut Map<String, Value>,
) -> Result<(), Error> {
    for holder in holders {
        if let Some(part) = holder.export_account(read, tenant, user).map_err(Error::Holder)? {
            parts.insert(holder.name().to_owned(), part);
        }
    }
    Ok(())
}
