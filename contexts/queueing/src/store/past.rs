//! Tickets that have ended, for what is remembered of them after a start: a day's worth, so that of each only what is
//! needed is read.

use usher_db::{DbError, FromRow, Json, Row};

use crate::model::live::Past;
use crate::model::ticket::Extra;

/// The columns in the order in which a [`Past`] is read.
const COLUMNS: &str = "id, tenant_id, site_id, queue_id, number, status, cause, entry, issued_at, counter_id, \
    called_at, recalled_at, started_at, ended_at, recalls, extra, version";

usher_db::sql! {
    /// So many of those that ended and were issued between two ids, the newest first.
    pub(crate) ENDED across "the memory of every tenant is filled at start" =
        "SELECT ", COLUMNS, " FROM tickets WHERE id > $1 AND id < $2 AND ended_at IS NOT NULL ORDER BY id DESC LIMIT $3";
}

impl FromRow for Past {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        Ok(Self {
            ticket_id: c.next()?,
            tenant_id: c.next()?,
            site_id: c.next()?,
            queue_id: c.next()?,
            number: c.next()?,
            status: c.next()?,
            cause: c.next()?,
            entry: c.next()?,
            issued_at: c.next()?,
            counter_id: c.next()?,
            called_at: c.next()?,
            recalled_at: c.next()?,
            started_at: c.next()?,
            ended_at: c.next()?,
            recalls: c.next()?,
            next_step: c.next::<Option<Json<Extra>>>()?.and_then(|extra| extra.0.next_step),
            version: c.next()?,
        })
    }
}
