//! Stored answers.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{TenantId, Timestamp};

/// What an answer is kept under: the first bytes of its key, then a hash.
pub(crate) const ID: usize = 32;

usher_db::row! {
    /// A stored answer.
    pub(crate) struct Stored {
        fingerprint: Vec<u8>,
        status: i64,
        version: Option<i64>,
        body: Option<Vec<u8>>,
    }
}

usher_db::row! {
    /// The body of a stored answer, as it is kept.
    pub(crate) struct Body {
        id: Vec<u8>,
        body: Vec<u8>,
    }
}

/// The status of an answer that was emptied; no operation answers with it.
pub(crate) const EMPTIED: i64 = 410;

usher_db::sql! {
    GET across "the id is made of tenant, actor, route and key" =
        "SELECT ", Stored::COLUMNS, " FROM idempotency_keys WHERE id = $1";
    /// A page of a tenant's answers that have a body, behind one.
    BODIES = "SELECT ", Body::COLUMNS, " FROM idempotency_keys \
        WHERE tenant_id = $1 AND id > $2 AND body IS NOT NULL ORDER BY id LIMIT $3";
    EMPTY = "UPDATE idempotency_keys SET fingerprint = $3, status = $4, version = NULL, body = NULL \
        WHERE tenant_id = $1 AND id = $2";
    PUT = "INSERT INTO idempotency_keys (id, tenant_id, fingerprint, status, version, body, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// The last id of the page behind one.
    PAGE_END across "what is past its time goes, whosever it is" =
        "SELECT id FROM idempotency_keys WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
    PURGE across "what is past its time goes, whosever it is" =
        "DELETE FROM idempotency_keys WHERE id > $1 AND id <= $2 AND created_at < $3";
    PURGE_REST across "what is past its time goes, whosever it is" =
        "DELETE FROM idempotency_keys WHERE id > $1 AND created_at < $2";
}

pub(crate) fn get(db: &mut Read<'_>, id: &[u8; ID]) -> Result<Option<Stored>, DbError> {
    db.query_opt(GET, &[&&id[..]])
}

/// Nobody waits for the result here: a key that is there already fails the whole operation.
pub(crate) fn put(tx: &mut Tx<'_>, id: &[u8; ID], answer: &Stored) -> Result<(), DbError> {
    let (tenant, now) = (tx.tenant(), tx.now());
    tx.put_row(
        PUT,
        &[&&id[..], &tenant, &answer.fingerprint, &answer.status, &answer.version, &answer.body, &now],
    )
}

/// So many of a tenant's answers that have a body, in the order of their ids behind one.
pub(crate) fn bodies(
    read: &mut Read<'_>,
    tenant: TenantId,
    after: &[u8],
    limit: i64,
) -> Result<Vec<Body>, DbError> {
    read.query(BODIES, &[&tenant, &after, &limit])
}

/// Takes away what an answer said and what was asked; that there was one stays.
pub(crate) fn empty(tx: &mut Tx<'_>, tenant: TenantId, id: &[u8]) -> Result<u64, DbError> {
    tx.execute(EMPTY, &[&tenant, &id, &Vec::<u8>::new(), &EMPTIED])
}

/// Deletes what is too old on the page of so many keys behind an id: how many, and where the next page begins.
pub(crate) fn purge(
    tx: &mut Tx<'_>,
    after: &[u8],
    page: i64,
    before: Timestamp,
) -> Result<(u64, Option<Vec<u8>>), DbError> {
    let end: Option<Vec<u8>> = tx.query_opt(PAGE_END, &[&after, &(page - 1)])?;
    let purged = match &end {
        Some(end) => tx.execute(PURGE, &[&after, end, &before])?,
        None => tx.execute(PURGE_REST, &[&after, &before])?,
    };
    Ok((purged, end))
}
