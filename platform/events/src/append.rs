//! Writing an event in the transaction that makes it true.

use std::sync::Arc;

use usher_db::{DbError, Tx};
use usher_kernel::{TenantId, random};

use crate::bus::Bus;
use crate::digest::{SALT, salted};
use crate::event::{Event, EventId, NewEvent, actor_kind};
use crate::store::{log, personal};

/// Writes an event into the log, in this transaction and for the tenant that it is bound to, and hands it to
/// the bus once that is committed. A transaction across tenants writes an event of the whole installation.
///
/// The payload is serialised here, once. The insert travels with the transaction's next statement.
///
/// # Errors
/// The payload has no JSON form, or the database refused the row.
pub fn append(tx: &mut Tx<'_>, event: NewEvent<'_>) -> Result<EventId, DbError> {
    let tenant = tx.tenant();
    write(tx, tenant, event)
}

/// The same from a transaction across tenants, for one tenant: signing in, jobs and subscribers.
///
/// # Errors
/// As [`append`], and when the transaction is bound to another tenant.
pub fn append_for(tx: &mut Tx<'_>, tenant: TenantId, event: NewEvent<'_>) -> Result<EventId, DbError> {
    match tx.tenant() {
        Some(bound) if bound != tenant => {
            Err(DbError::Other("an event of one tenant in a transaction of another".to_owned()))
        }
        _ => write(tx, Some(tenant), event),
    }
}

fn write(tx: &mut Tx<'_>, tenant: Option<TenantId>, new: NewEvent<'_>) -> Result<EventId, DbError> {
    let payload = new
        .payload
        .to_json()
        .map_err(|error| DbError::Type(format!("the payload of {} is not JSON: {error}", new.kind)))?;
    let bus = tx.extension::<Bus>();
    let caller = Arc::clone(tx.caller());
    let now = tx.now();
    let mut event = Event {
        id: EventId::generate(now),
        seq: None,
        tenant,
        site: new.site,
        kind: new.kind.into(),
        version: new.version,
        thing_kind: new.thing.0.into(),
        thing_id: new.thing.1,
        thing_version: new.thing_version,
        at: now,
        actor_kind: actor_kind(&caller.actor),
        actor_id: caller.actor.id(),
        ip: caller.ip.map(|ip| ip.to_string().into()),
        ip_mark: None,
        request_id: caller.request_id,
        payload: payload.into(),
        personal_hash: None,
        node: bus.as_ref().map_or(0, |bus| bus.node()),
        remote: false,
    };
    if let Some(value) = new.personal {
        let salt: [u8; SALT] = random::bytes();
        let text = value.to_string();
        event.personal_hash = Some(salted(&salt, text.as_bytes()));
        personal::insert(tx, &event, &salt, &text)?;
    }
    let ip_salt: Option<[u8; SALT]> = event.ip.is_some().then(random::bytes);
    log::insert(tx, &event, ip_salt.as_ref().map(|salt| &salt[..]))?;
    let id = event.id;
    tx.witness(log::WITNESS, [event.thing_id, id.uuid()]);
    if let Some(bus) = bus {
        let event = Arc::new(event);
        tx.on_commit(move || bus.publish(event));
    }
    Ok(id)
}
