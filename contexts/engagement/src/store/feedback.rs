//! What people said.

use usher_customers::CustomerId;
use usher_db::{DbError, DynQuery, Json, Read, Tx, row, sql};
use usher_kernel::{SignedDuration, SiteId, TenantId, Timestamp};
use usher_queueing::model::{AgentId, CounterId, QueueId, ServiceId, TicketId};
use uuid::Uuid;

use crate::model::{Feedback, FeedbackChannel, FeedbackId};

row! {
    /// Feedback as it is stored.
    struct FeedbackRow {
        id: FeedbackId,
        tenant_id: TenantId,
        ticket_id: TicketId,
        appointment_id: Option<Uuid>,
        site_id: SiteId,
        queue_id: QueueId,
        service_id: ServiceId,
        counter_id: Option<CounterId>,
        agent_id: Option<AgentId>,
        customer_id: Option<CustomerId>,
        csat: Option<i64>,
        nps: Option<i64>,
        comment: Option<String>,
        tags: Json<Vec<String>>,
        channel: FeedbackChannel,
        hour: i64,
        created_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO feedback (id, tenant_id, ticket_id, appointment_id, site_id, queue_id, service_id,
        counter_id, agent_id, customer_id, csat, nps, comment, tags, channel, hour, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING";
    OF_TICKET = "SELECT ", FeedbackRow::COLUMNS, " FROM feedback WHERE ticket_id = $1 AND tenant_id = $2";
    OF_CUSTOMER = "SELECT ", FeedbackRow::COLUMNS, " FROM feedback
        WHERE customer_id = $1 AND tenant_id = $2 ORDER BY id DESC LIMIT 10000";
    MOVE = "UPDATE feedback SET customer_id = $2 WHERE customer_id = $1 AND tenant_id = $3";
    FORGET = "UPDATE feedback SET customer_id = NULL, comment = NULL WHERE customer_id = $1 AND tenant_id = $2";
}

impl From<FeedbackRow> for Feedback {
    fn from(row: FeedbackRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            ticket_id: row.ticket_id,
            appointment_id: row.appointment_id,
            site_id: row.site_id,
            queue_id: row.queue_id,
            service_id: row.service_id,
            counter_id: row.counter_id,
            agent_id: row.agent_id,
            customer_id: row.customer_id,
            csat: row.csat,
            nps: row.nps,
            comment: row.comment,
            tags: row.tags.0,
            channel: row.channel,
            hour: row.hour,
            created_at: row.created_at,
        }
    }
}

/// Writes what somebody said; false when something was said of that ticket before.
pub(crate) fn insert(tx: &mut Tx, f: &Feedback) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &f.id,
            &f.tenant_id,
            &f.ticket_id,
            &f.appointment_id,
            &f.site_id,
            &f.queue_id,
            &f.service_id,
            &f.counter_id,
            &f.agent_id,
            &f.customer_id,
            &f.csat,
            &f.nps,
            &f.comment,
            &Json(&f.tags),
            &f.channel,
            &f.hour,
            &f.created_at,
        ],
    )?;
    Ok(rows == 1)
}

/// What was said of a ticket.
pub(crate) fn of_ticket(
    read: &mut Read,
    tenant: TenantId,
    ticket: TicketId,
) -> Result<Option<Feedback>, DbError> {
    Ok(read.query_opt::<FeedbackRow>(OF_TICKET, &[&ticket, &tenant])?.map(Feedback::from))
}

/// What a customer said, the newest first.
pub(crate) fn of_customer(
    read: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
) -> Result<Vec<Feedback>, DbError> {
    let rows = read.query::<FeedbackRow>(OF_CUSTOMER, &[&customer, &tenant])?;
    Ok(rows.into_iter().map(Feedback::from).collect())
}

/// Gives all that a customer said to another.
pub(crate) fn give_over(
    tx: &mut Tx,
    tenant: TenantId,
    from: CustomerId,
    to: CustomerId,
) -> Result<(), DbError> {
    tx.execute(MOVE, &[&from, &to, &tenant]).map(drop)
}

/// Takes off what a customer said who they are and their words; the scores stay.
pub(crate) fn forget(tx: &mut Tx, tenant: TenantId, customer: CustomerId) -> Result<(), DbError> {
    tx.execute(FORGET, &[&customer, &tenant]).map(drop)
}

/// Up to here what was said is found by its time, and then put in order.
const LITTLE_TIME: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Which feedback.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) tenant: TenantId,
    /// The sites that the caller is limited to; empty means all.
    pub(crate) sites: Vec<SiteId>,
    pub(crate) ticket: Option<TicketId>,
    pub(crate) appointment: Option<Uuid>,
    pub(crate) site: Option<SiteId>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) agent: Option<AgentId>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    /// Only what a manager should know at once.
    pub(crate) low: bool,
}

fn narrow(query: &mut DynQuery, filter: &Filter, by_time: bool) {
    query.bind(&filter.tenant);
    if !filter.sites.is_empty() {
        query.push_sql(" AND site_id IN ").bind_list(filter.sites.iter().copied());
    }
    query
        .and(" AND ticket_id = ", &filter.ticket)
        .and(" AND appointment_id = ", &filter.appointment)
        .and(" AND site_id = ", &filter.site)
        .and(" AND service_id = ", &filter.service)
        .and(" AND agent_id = ", &filter.agent)
        .and(" AND customer_id = ", &filter.customer);
    if by_time {
        query.and(" AND created_at >= ", &filter.from).and(" AND created_at < ", &filter.to);
    } else {
        // Not a condition that an index of time is used for: the newest are found at once in the order of the list.
        for (condition, end) in [(" AND (created_at >= ", &filter.from), (" AND (created_at < ", &filter.to)]
        {
            if let Some(end) = end {
                query.push_sql(condition).bind(end).push_sql(") IS TRUE");
            }
        }
    }
    if filter.low {
        query.push_sql(" AND (csat <= 2 OR (csat IS NULL AND nps <= 4))");
    }
}

/// What people said, the newest first, `limit` and one more.
pub(crate) fn list(
    read: &mut Read,
    filter: &Filter,
    before: Option<FeedbackId>,
    limit: u32,
) -> Result<Vec<Feedback>, DbError> {
    let now = read.now();
    let by_time =
        filter.from.is_some_and(|from| filter.to.unwrap_or(now).duration_since(from) <= LITTLE_TIME);
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(FeedbackRow::COLUMNS).push_sql(" FROM feedback WHERE tenant_id = ");
    narrow(&mut query, filter, by_time);
    if let Some(before) = &before {
        query.push_sql(" AND id < ").bind(before);
    }
    query.order("id DESC").limit(limit + 1);
    Ok(read.query_dyn::<FeedbackRow>(&query)?.into_iter().map(Feedback::from).collect())
}
