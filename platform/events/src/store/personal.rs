//! Personal values beside the log, and taking them away.

use usher_db::{DbError, Read, Tx};
use usher_kernel::TenantId;
use uuid::Uuid;

use crate::event::{Event, EventId};

usher_db::row! {
    /// The personal values of one event.
    pub(crate) struct PersonalRow { event_id: EventId, salt: Vec<u8>, value: String }
}

usher_db::row! {
    /// An address that can still be read.
    pub(crate) struct AddressRow { seq: i64, ip: String, ip_mark: Option<Vec<u8>> }
}

usher_db::sql! {
    INSERT = "INSERT INTO event_personal (event_id, tenant_id, thing_id, salt, value) VALUES ($1, $2, $3, $4, $5)";
    OF_THING = "SELECT ", PersonalRow::COLUMNS, " FROM event_personal WHERE thing_id = $1 AND tenant_id = $2";
    OF_EVENT across "read beside an event that was found in its tenant" =
        "SELECT ", PersonalRow::COLUMNS, " FROM event_personal WHERE event_id = $1";
    DELETE_OF_THING = "DELETE FROM event_personal WHERE thing_id = $1 AND tenant_id IS NOT DISTINCT FROM $2";
    DELETE_OF_EVENT across "retention takes an event out by its own id" =
        "DELETE FROM event_personal WHERE event_id = $1";
    /// What a person did to their own thing, or what nobody in particular did to it.
    ADDRESSES_OF_THING = "SELECT ", AddressRow::COLUMNS, " FROM events \
        WHERE thing_id = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND ip IS NOT NULL \
        AND (actor_id IS NULL OR actor_id = $1)";
    ADDRESSES_OF_ACTOR = "SELECT ", AddressRow::COLUMNS, " FROM events \
        WHERE seq > $3 AND seq <= $4 AND actor_id = $1 AND tenant_id IS NOT DISTINCT FROM $2 AND ip IS NOT NULL \
        ORDER BY seq";
    FORGET_ADDRESS across "written to rows that were found in their tenant" =
        "UPDATE events SET ip = NULL, ip_mark = $2 WHERE seq = $1";
}

pub(crate) fn insert(tx: &mut Tx<'_>, event: &Event, salt: &[u8], value: &str) -> Result<(), DbError> {
    tx.defer(INSERT, &[&event.id, &event.tenant, &event.thing_id, &salt, &value])
}

pub(crate) fn of_thing(
    read: &mut Read<'_>,
    tenant: TenantId,
    thing: Uuid,
) -> Result<Vec<PersonalRow>, DbError> {
    read.query(OF_THING, &[&thing, &tenant])
}

pub(crate) fn of_event(read: &mut Read<'_>, event: EventId) -> Result<Option<PersonalRow>, DbError> {
    read.query_opt(OF_EVENT, &[&event])
}

pub(crate) fn delete_of_thing(
    tx: &mut Tx<'_>,
    tenant: Option<TenantId>,
    thing: Uuid,
) -> Result<u64, DbError> {
    tx.execute(DELETE_OF_THING, &[&thing, &tenant])
}

pub(crate) fn delete_of_event(tx: &mut Tx<'_>, event: EventId) -> Result<u64, DbError> {
    tx.execute(DELETE_OF_EVENT, &[&event])
}

pub(crate) fn addresses_of_thing(
    read: &mut Read<'_>,
    tenant: Option<TenantId>,
    thing: Uuid,
) -> Result<Vec<AddressRow>, DbError> {
    read.query(ADDRESSES_OF_THING, &[&thing, &tenant])
}

/// The addresses of one actor between two places of the log.
pub(crate) fn addresses_of_actor(
    read: &mut Read<'_>,
    tenant: Option<TenantId>,
    actor: Uuid,
    (after, through): (i64, i64),
) -> Result<Vec<AddressRow>, DbError> {
    read.query(ADDRESSES_OF_ACTOR, &[&actor, &tenant, &after, &through])
}

pub(crate) fn forget_address(tx: &mut Tx<'_>, seq: i64, hash: &[u8; 32]) -> Result<(), DbError> {
    tx.defer(FORGET_ADDRESS, &[&seq, hash])
}
