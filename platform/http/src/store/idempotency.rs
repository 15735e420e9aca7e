//! Stored answers.

use usher_db::{DbError, Read, Tx};
use usher_kernel::Timestamp;
use uuid::Uuid;

usher_db::row! {
    /// A stored answer.
    pub(crate) struct Stored {
        fingerprint: Vec<u8>,
        status: i64,
        version: Option<i64>,
        body: Option<Vec<u8>>,
    }
}

usher_db::sql! {
    GET = "SELECT ", Stored::COLUMNS, " FROM idempotency_keys WHERE id = $1";
    PUT = "INSERT INTO idempotency_keys (id, tenant_id, fingerprint, status, version, body, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PURGE = "DELETE FROM idempotency_keys WHERE id >= $1 AND id <= $2 AND created_at < $3";
}

pub(crate) fn get(db: &mut Read<'_>, id: Uuid) -> Result<Option<Stored>, DbError> {
    db.query_opt(GET, &[&id])
}

/// Nobody waits for the result here: a key that is there already fails the whole operation.
pub(crate) fn put(tx: &mut Tx<'_>, id: Uuid, answer: &Stored) -> Result<(), DbError> {
    let (tenant, now) = (tx.tenant(), tx.now());
    tx.defer(PUT, &[&id, &tenant, &answer.fingerprint, &answer.status, &answer.version, &answer.body, &now])
}

pub(crate) fn purge(tx: &mut Tx<'_>, from: Uuid, to: Uuid, before: Timestamp) -> Result<u64, DbError> {
    tx.execute(PURGE, &[&from, &to, &before])
}
