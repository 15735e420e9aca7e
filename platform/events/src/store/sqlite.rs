//! Reading the log on SQLite, where one writer makes the sequence the commit order.

use std::sync::Arc;

use usher_db::{DbError, Read};

use crate::event::Event;
use crate::place::Filter;
use crate::store::log::EventRow;

usher_db::sql! {
    BETWEEN across "subscribers read the whole log; each event carries its tenant" =
        "SELECT ", EventRow::COLUMNS, " FROM events \
               WHERE seq > $1 AND seq <= $2 AND ($3 = '' OR instr($3, ',' || kind || ',') > 0) AND node <> $4 \
               ORDER BY seq LIMIT $5";
}

/// Events after `after` up to and including `through`, oldest first.
pub(crate) fn between(
    read: &mut Read<'_>,
    (after, through): (i64, i64),
    filter: &Filter,
    limit: u32,
) -> Result<Vec<Arc<Event>>, DbError> {
    let rows: Vec<EventRow> =
        read.query(BETWEEN, &[&after, &through, &filter.kinds, &filter.not_node, &limit])?;
    Ok(rows.into_iter().map(|row| Arc::new(Event::from(row))).collect())
}
