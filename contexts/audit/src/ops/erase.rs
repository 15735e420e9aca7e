//! Taking a person out of the trail.

use usher_db::{Db, DbError, Lane, Tx};
use usher_events::{NewEvent, append, append_for, retention};
use usher_kernel::{Ctx, TenantId, UserId};
use uuid::Uuid;

use crate::events::{ADDRESSES_ERASED, AddressesErased, PERSON_ERASED, PersonErased, VERSION};

/// How many rows of the log one transaction looks at when it looks for an actor.
const WINDOW: i64 = 5_000;

/// Erases the personal values beside the events of these things, all of them one person's (the person, their
/// tickets, their feedback), in the transaction that erases the person elsewhere. Writes an event of its own,
/// without any of the values; says how many values are gone.
///
/// # Errors
/// The database failed.
pub fn erase(tx: &mut Tx<'_>, tenant: TenantId, person: Uuid, things: &[Uuid]) -> Result<u64, DbError> {
    let mut values = retention::erase_thing(tx, Some(tenant), person)?;
    for thing in things.iter().filter(|thing| **thing != person) {
        values += retention::erase_thing(tx, Some(tenant), *thing)?;
    }
    let payload = PersonErased { things: things.to_vec(), values };
    append_for(tx, tenant, NewEvent::new(PERSON_ERASED, VERSION, ("person", person), 0, &payload))?;
    Ok(values)
}

/// Erases the addresses from which a user acted. The log has no index by actor, so this walks it, a few
/// thousand rows in each transaction; says how many addresses are gone.
///
/// # Errors
/// The database failed; what was erased until then stays erased.
pub(crate) async fn erase_addresses(db: &Db, ctx: &Ctx, user: UserId) -> Result<u64, DbError> {
    let tenant = ctx.tenant;
    let head = db.read::<_, DbError>(ctx, usher_events::head).await?;
    let (mut after, mut count) = (0, 0);
    while after < head {
        count += db
            .write::<_, DbError>(ctx, Lane::Tenant, move |tx| {
                retention::erase_addresses(tx, Some(tenant), user.uuid(), after, after + WINDOW)
            })
            .await?;
        after += WINDOW;
    }
    db.write::<_, DbError>(ctx, Lane::Tenant, move |tx| {
        let payload = AddressesErased { addresses: count };
        append(tx, NewEvent::new(ADDRESSES_ERASED, VERSION, ("user", user.uuid()), 0, &payload)).map(drop)
    })
    .await?;
    Ok(count)
}
