//! The SQL of the chain.

use usher_db::{DbError, Read, Tx};
use usher_kernel::Timestamp;
use uuid::Uuid;

use crate::model::Seal;

usher_db::row! {
    /// A seal as it is stored.
    pub(crate) struct SealRow {
        tenant_id: Uuid, number: i64, first_seq: i64, last_seq: i64, count: i64, seqs: String, marks: Vec<u8>,
        digest: [u8; 32], prev_hash: [u8; 32], hash: [u8; 32], sealed_at: Timestamp,
    }
}

usher_db::sql! {
    HEAD = "SELECT number, hash FROM audit_seals WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1";
    INSERT = "INSERT INTO audit_seals (tenant_id, number, first_seq, last_seq, count, seqs, marks, digest, \
              prev_hash, hash, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PAGE = "SELECT ", SealRow::COLUMNS, " FROM audit_seals WHERE tenant_id = $1 AND number > $2 \
            ORDER BY number LIMIT $3";
    CHAINS across "whoever checks the installation checks every chain" =
        "SELECT DISTINCT tenant_id FROM audit_seals ORDER BY tenant_id";
    SEALED = "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM audit_seals WHERE tenant_id = $1";
}

impl From<SealRow> for Seal {
    fn from(row: SealRow) -> Self {
        Self {
            chain: row.tenant_id,
            number: row.number,
            first_seq: row.first_seq,
            last_seq: row.last_seq,
            count: row.count,
            seqs: row.seqs,
            marks: row.marks,
            digest: row.digest,
            prev_hash: row.prev_hash,
            hash: row.hash,
            sealed_at: row.sealed_at,
        }
    }
}

/// The number and hash of a chain's last seal.
pub(crate) fn head(read: &mut Read<'_>, chain: Uuid) -> Result<Option<(i64, [u8; 32])>, DbError> {
    read.query_opt(HEAD, &[&chain])
}

pub(crate) fn insert(tx: &mut Tx<'_>, seal: &Seal) -> Result<(), DbError> {
    tx.defer(
        INSERT,
        &[
            &seal.chain,
            &seal.number,
            &seal.first_seq,
            &seal.last_seq,
            &seal.count,
            &seal.seqs,
            &seal.marks,
            &seal.digest,
            &seal.prev_hash,
            &seal.hash,
            &seal.sealed_at,
        ],
    )
}

/// Seals of a chain above a number, in order.
pub(crate) fn page(read: &mut Read<'_>, chain: Uuid, after: i64, limit: u32) -> Result<Vec<Seal>, DbError> {
    let rows: Vec<SealRow> = read.query(PAGE, &[&chain, &after, &limit])?;
    Ok(rows.into_iter().map(Seal::from).collect())
}

/// Every chain.
pub(crate) fn chains(read: &mut Read<'_>) -> Result<Vec<Uuid>, DbError> {
    read.query(CHAINS, &[])
}

/// How many events a chain's seals say that they hold.
pub(crate) fn sealed(read: &mut Read<'_>, chain: Uuid) -> Result<i64, DbError> {
    read.query_one(SEALED, &[&chain])
}
