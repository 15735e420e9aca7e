//! What is remembered of each ticket.

use usher_db::{DbError, DynQuery, Read, Tx};
use usher_kernel::{SiteId, TenantId};
use usher_queueing::model::{ServiceId, TicketId, VisitId};

use crate::model::trace::{Leg, Trace};

usher_db::row! {
    /// A trace and its ticket.
    struct VisitRow {
        ticket_id: TicketId,
        site_id: SiteId, visit_id: Option<VisitId>, number: String, issued: i64, version: i64, legs: String,
        next: Option<ServiceId>, void: bool,
    }
}

/// How many traces are read with one statement.
const AT_ONCE: usize = 16;

usher_db::sql! {
    PUT = "INSERT INTO analytics_tickets \
           (tenant_id, ticket_id, site_id, visit_id, number, issued, version, legs, next, void) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, ticket_id) DO UPDATE \
           SET visit_id = excluded.visit_id, number = excluded.number, version = excluded.version, \
           legs = excluded.legs, next = excluded.next, void = excluded.void";
    NEWEST = "SELECT ticket_id FROM analytics_tickets WHERE tenant_id = $1 ORDER BY ticket_id DESC LIMIT 1";
    OF_VISIT = "SELECT ", VisitRow::COLUMNS, " FROM analytics_tickets \
                WHERE tenant_id = $1 AND visit_id = $2 ORDER BY issued, ticket_id LIMIT 100";
    OF_TICKET = "SELECT ", VisitRow::COLUMNS, " FROM analytics_tickets WHERE tenant_id = $1 AND ticket_id = $2";
    CLEAR = "DELETE FROM analytics_tickets WHERE tenant_id = $1";
    CLEAR_SINCE = "DELETE FROM analytics_tickets WHERE tenant_id = $1 AND issued >= $2";
    TIDY across "old traces of every tenant go at once; they are told to nobody" =
        "DELETE FROM analytics_tickets WHERE ticket_id IN \
         (SELECT ticket_id FROM analytics_tickets WHERE ticket_id < $1 ORDER BY ticket_id LIMIT $2)";
}

fn legs_of(text: &str) -> Result<Vec<Leg>, DbError> {
    serde_json::from_str(text).map_err(|error| DbError::Type(format!("the trace of a ticket: {error}")))
}

/// What is remembered of some tickets, in no order; nothing of those that are new.
pub(crate) fn some(
    read: &mut Read<'_>,
    tenant: TenantId,
    tickets: &[TicketId],
) -> Result<Vec<(TicketId, Trace)>, DbError> {
    let mut found = Vec::with_capacity(tickets.len());
    for few in tickets.chunks(AT_ONCE) {
        // A seek for each: of a list, PostgreSQL reads the whole tenant while it thinks that the table is small.
        let mut query = DynQuery::new("");
        for (n, ticket) in few.iter().enumerate() {
            query
                .push_sql(if n == 0 { "SELECT " } else { " UNION ALL SELECT " })
                .push_sql(VisitRow::COLUMNS)
                .push_sql(" FROM analytics_tickets WHERE tenant_id = ")
                .bind(&tenant)
                .push_sql(" AND ticket_id = ")
                .bind(ticket);
        }
        for row in read.query_dyn::<VisitRow>(&query)? {
            found.push(with_ticket(row)?);
        }
    }
    Ok(found)
}

/// The youngest ticket of a tenant of which anything is remembered: nothing is of one that is younger.
pub(crate) fn newest(read: &mut Read<'_>, tenant: TenantId) -> Result<Option<TicketId>, DbError> {
    read.query_opt(NEWEST, &[&tenant])
}

/// A trace as it is to be stored.
pub(crate) struct Written {
    tenant: TenantId,
    ticket: TicketId,
    trace: Trace,
    legs: String,
}

impl Written {
    /// Makes it ready.
    pub(crate) fn of(tenant: TenantId, ticket: TicketId, trace: Trace) -> Result<Self, DbError> {
        let legs = serde_json::to_string(&trace.legs).map_err(|error| DbError::Type(error.to_string()))?;
        Ok(Self { tenant, ticket, trace, legs })
    }
}

/// Stores a trace.
pub(crate) fn put(tx: &mut Tx<'_>, written: &Written) -> Result<(), DbError> {
    let Written { tenant, ticket, trace, legs } = written;
    tx.defer(
        PUT,
        &[
            tenant,
            ticket,
            &trace.site,
            &trace.visit,
            &trace.number,
            &trace.issued,
            &trace.version,
            legs,
            &trace.next,
            &trace.void,
        ],
    )
}

fn with_ticket(row: VisitRow) -> Result<(TicketId, Trace), DbError> {
    let legs = legs_of(&row.legs)?;
    let VisitRow { ticket_id, site_id, visit_id, number, issued, version, next, void, .. } = row;
    Ok((ticket_id, Trace { site: site_id, visit: visit_id, number, issued, version, legs, next, void }))
}

/// The tickets of a visit in order.
pub(crate) fn of_visit(
    read: &mut Read<'_>,
    tenant: TenantId,
    visit: VisitId,
) -> Result<Vec<(TicketId, Trace)>, DbError> {
    let rows: Vec<VisitRow> = read.query(OF_VISIT, &[&tenant, &visit])?;
    rows.into_iter().map(with_ticket).collect()
}

/// One ticket.
pub(crate) fn of_ticket(
    read: &mut Read<'_>,
    tenant: TenantId,
    ticket: TicketId,
) -> Result<Option<(TicketId, Trace)>, DbError> {
    let row: Option<VisitRow> = read.query_opt(OF_TICKET, &[&tenant, &ticket])?;
    row.map(with_ticket).transpose()
}

/// Forgets the tickets of a tenant, those issued since `since` (microseconds) where one is given.
pub(crate) fn clear(tx: &mut Tx<'_>, tenant: TenantId, since: Option<i64>) -> Result<(), DbError> {
    match since {
        Some(since) => tx.execute(CLEAR_SINCE, &[&tenant, &since]).map(drop),
        None => tx.execute(CLEAR, &[&tenant]).map(drop),
    }
}

/// Forgets at most `most` tickets made before `before`; says how many that were.
pub(crate) fn tidy(tx: &mut Tx<'_>, before: TicketId, most: i64) -> Result<u64, DbError> {
    tx.execute(TIDY, &[&before, &most])
}
