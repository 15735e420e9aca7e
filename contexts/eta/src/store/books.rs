//! Books, as bytes.

use usher_db::{DbError, Read, Tx};
use usher_kernel::TenantId;

use crate::model::Book;

/// Counted up when a book of before cannot be read any more, or has learned otherwise: it is then made anew from the log.
const FORMAT: i64 = 7;

usher_db::row! {
    /// One tenant's book.
    pub(crate) struct BookRow { tenant_id: TenantId, format: i64, packed: Option<Vec<u8>> }
}

usher_db::sql! {
    ALL across "the books of all tenants are in memory" =
        "SELECT ", BookRow::COLUMNS, " FROM eta_books ORDER BY tenant_id";
    PUT = "INSERT INTO eta_books (tenant_id, format, lessons, book, packed, updated_at) \
           VALUES ($1, $2, $3, '', $4, $5) \
           ON CONFLICT (tenant_id) DO UPDATE SET format = excluded.format, lessons = excluded.lessons, \
           book = excluded.book, packed = excluded.packed, updated_at = excluded.updated_at";
    PUT_BLOCK = "INSERT INTO eta_lessons (tenant_id, block, waits) VALUES ($1, $2, $3) \
                 ON CONFLICT (tenant_id, block) DO UPDATE SET waits = excluded.waits";
}

impl BookRow {
    /// The book; none where it is of another format, or cannot be read.
    pub(crate) fn read(&self) -> Option<Book> {
        self.packed.as_deref().filter(|_| self.format == FORMAT).and_then(Book::unpack)
    }
}

/// Every tenant's book.
pub(crate) fn all(read: &mut Read<'_>) -> Result<Vec<BookRow>, DbError> {
    read.query(ALL, &[])
}

/// Stores a tenant's book; `lessons` is how many waits it could train on so far.
pub(crate) fn put(tx: &mut Tx<'_>, tenant: TenantId, lessons: i64, book: &[u8]) -> Result<(), DbError> {
    let now = tx.now();
    tx.defer(PUT, &[&tenant, &FORMAT, &lessons, &book, &now])
}

/// Stores a full block of waits.
pub(crate) fn put_block(tx: &mut Tx<'_>, tenant: TenantId, block: i64, waits: &[u8]) -> Result<(), DbError> {
    tx.defer(PUT_BLOCK, &[&tenant, &block, &waits])
}
