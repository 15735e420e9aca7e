//! Tickets: the hot table.

use usher_customers::CustomerId;
use usher_customers::model::contact::piece_of_phone;
use usher_db::{DbError, DynQuery, FromRow, Json, Read, Row, Tx};
use usher_kernel::{TenantId, Timestamp};

use super::lines;
use crate::model::{AgentId, CounterId, Queue, QueueId, ServiceId, Status, Ticket, TicketId};

/// The columns in the order in which a [`Ticket`] is read.
pub(crate) const COLUMNS: &str = "id, tenant_id, site_id, queue_id, service_id, day, cycle, value, \
    number, status, prev_status, rank, entry, class, class_reason, class_confirmed, \
    channel, party_size, customer_id, customer_name, customer_phone, customer_email, counter_id, agent_id, \
    target_counter_id, for_agent_id, for_agent_until, issued_at, called_at, recalled_at, started_at, paused_at, parked_until, wrap_up_at, ended_at, \
    cause, outcome, recalls, transfers, issued_p50, issued_p90, issued_ahead, visit_id, \
    extra, version";

/// The states in which a counter holds a ticket; the text of the index `tickets_held`.
const HELD: &str = "status IN ('called', 'serving', 'paused', 'wrap_up')";

usher_db::sql! {
    pub(crate) GET = "SELECT ", COLUMNS, " FROM tickets WHERE id = $1 AND tenant_id = $2";
    pub(crate) TENANT_OF across "the secret of its page names a ticket before anybody knows the tenant" =
        "SELECT tenant_id FROM tickets WHERE id = $1";
    pub(crate) INSERT = "INSERT INTO tickets (id, tenant_id, site_id, queue_id, service_id, day, cycle, value, number, rank, entry, class, class_reason, class_confirmed, channel, party_size, customer_id, customer_name, customer_phone, customer_email, issued_at, issued_p50, issued_p90, issued_ahead, visit_id, extra, for_agent_id, for_agent_until, status) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, 'waiting')";
    pub(crate) SAVE = "UPDATE tickets SET queue_id = $3, service_id = $4, cycle = $5, value = $6, number = $7, \
         status = $8, prev_status = $9, rank = $10, entry = $11, class = $12, \
         class_reason = $13, class_confirmed = $14, party_size = $15, customer_id = $16, customer_name = $17, \
         customer_phone = $18, customer_email = $19, counter_id = $20, agent_id = $21, target_counter_id = $22, \
         called_at = $23, started_at = $24, paused_at = $25, parked_until = $26, wrap_up_at = $27, \
         ended_at = $28, cause = $29, outcome = $30, recalls = $31, transfers = $32, \
         visit_id = $33, day = $34, extra = $35, recalled_at = $37, for_agent_id = $38, for_agent_until = $39, version = version + 1 \
         WHERE id = $1 AND version = $2 AND tenant_id = $36";
    /// The head of one line that an agent may call to a counter.
    pub(crate) HEAD = "SELECT id, rank, entry, queue_id FROM tickets \
         WHERE queue_id = $1 AND status = 'waiting' AND tenant_id = $3 \
         AND (target_counter_id IS NULL OR target_counter_id = $2) AND (for_agent_id IS NULL OR for_agent_id = $4) \
         ORDER BY rank, id LIMIT 1";
    /// Gives a waiting ticket to an open counter that has room.
    pub(crate) CALL = "UPDATE tickets SET prev_status = status, status = 'called', counter_id = $2, \
         agent_id = $3, called_at = $4, recalled_at = NULL, recalls = 0, version = version + 1 \
         WHERE id = $1 AND status = 'waiting' AND tenant_id = $5 \
         AND (SELECT count(*) FROM tickets h WHERE h.counter_id = $2 \
              AND h.status IN ('called', 'serving', 'paused', 'wrap_up')) \
           < (SELECT c.capacity FROM counters c WHERE c.id = $2 AND c.status = 'open') \
         RETURNING ", COLUMNS;
    /// Ends a held ticket as served.
    pub(crate) COMPLETE = "UPDATE tickets SET prev_status = status, status = 'served', ended_at = $2, \
         cause = 'served', outcome = coalesce($3, outcome), version = version + 1 \
         WHERE id = $1 AND tenant_id = $4 AND ", HELD, " RETURNING ", COLUMNS;
    pub(crate) HELD_BY = "SELECT ", COLUMNS, " FROM tickets WHERE counter_id = $1 AND tenant_id = $2 AND ", HELD, " \
         ORDER BY called_at, id";
    /// Everybody who waits for one counter alone.
    pub(crate) WAITING_FOR = "SELECT ", COLUMNS, " FROM tickets WHERE status = 'waiting' \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.tenant_id = $2) \
         AND target_counter_id = $1 AND tenant_id = $2 ORDER BY rank, id";
    pub(crate) HELD_COUNT = "SELECT count(*) FROM tickets WHERE counter_id = $1 AND tenant_id = $2 AND ", HELD;
    /// Everybody at a site whose ticket has not ended.
    pub(crate) ALIVE_AT_SITE = "SELECT count(*) FROM tickets WHERE tenant_id = $1 AND site_id = $2 AND status IN \
         ('waiting', 'called', 'serving', 'wrap_up', 'paused', 'parked')";
    /// Neighbours in one line, for placing a ticket between them.
    pub(crate) RANKS_FROM = "SELECT rank, id FROM tickets WHERE queue_id = $1 AND status = 'waiting' AND id <> $2 \
         AND tenant_id = $4 ORDER BY rank, id LIMIT 2 OFFSET $3";
    /// Neighbours behind a place in one line.
    pub(crate) RANKS_AFTER = "SELECT rank, id FROM tickets WHERE queue_id = $1 AND status = 'waiting' AND id <> $2 \
         AND (rank, id) > ($3, $4) AND tenant_id = $6 ORDER BY rank, id LIMIT 2 OFFSET $5";
    /// Who stands right before a place in one line.
    pub(crate) RANK_BEFORE = "SELECT rank, id FROM tickets WHERE queue_id = $1 AND status = 'waiting' AND id <> $2 \
         AND (rank, id) < ($3, $4) AND tenant_id = $5 ORDER BY rank DESC, id DESC LIMIT 1";
    /// The rank of the last in line.
    pub(crate) LAST_RANK = "SELECT rank FROM tickets WHERE queue_id = $1 AND status = 'waiting' AND id <> $2 \
         AND tenant_id = $3 ORDER BY rank DESC, id DESC LIMIT 1";
    /// The numbers of a site's living tickets, whichever line they stand in by now; each part by an index of the living.
    pub(crate) LIVING_NUMBERS = "SELECT number, value FROM tickets WHERE status = 'waiting' \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $1 AND q.tenant_id = $4) \
         AND value BETWEEN $2 AND $3 AND tenant_id = $4 \
         UNION ALL SELECT number, value FROM tickets WHERE ", HELD, " \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $1 AND q.tenant_id = $4) \
         AND value BETWEEN $2 AND $3 AND tenant_id = $4 \
         UNION ALL SELECT number, value FROM tickets WHERE status = 'parked' \
         AND queue_id IN (SELECT q.id FROM queues q WHERE q.site_id = $1 AND q.tenant_id = $4) \
         AND value BETWEEN $2 AND $3 AND tenant_id = $4";
    /// Everybody in line, for rebuilding the lines in memory.
    pub(crate) ALL_WAITING across "the memory of every tenant is filled at start" =
        "SELECT ", COLUMNS, " FROM tickets WHERE status = 'waiting'";
    /// Everything that a counter holds, what was called last at the end.
    pub(crate) ALL_HELD across "the memory of every tenant is filled at start" =
        "SELECT ", COLUMNS, " FROM tickets WHERE status IN ('called', 'serving', 'paused', 'wrap_up') \
         ORDER BY coalesce(recalled_at, called_at), id";
    /// Everything that is out of its line for a while.
    pub(crate) ALL_PARKED across "the memory of every tenant is filled at start" =
        "SELECT ", COLUMNS, " FROM tickets WHERE status = 'parked'";
    /// Everything issued at a site between two ids.
    pub(crate) AT_SITE = "SELECT ", COLUMNS, " FROM tickets WHERE site_id = $1 AND id >= $2 AND id < $3 \
         AND tenant_id = $4 ORDER BY id";
    /// Somebody's tickets, the newest first.
    pub(crate) OF_CUSTOMER = "SELECT ", COLUMNS, " FROM tickets WHERE customer_id = $1 AND tenant_id = $2 AND id < $3 \
         ORDER BY id DESC LIMIT $4";
    /// Whoever has read a ticket before sees by its version that it is another's now.
    pub(crate) GIVE_OVER = "UPDATE tickets SET customer_id = $2, version = version + 1 \
         WHERE customer_id = $1 AND tenant_id = $3";
    pub(crate) SET_EXTRA = "UPDATE tickets SET extra = $3 WHERE id = $1 AND tenant_id = $2";
    pub(crate) FORGET_PERSON = "UPDATE tickets SET customer_id = NULL, customer_name = NULL, customer_phone = NULL, \
         customer_email = NULL, class_reason = NULL, version = version + 1 WHERE customer_id = $1 AND tenant_id = $2";
    /// How many tickets a person took on a day, or in a series that is ahead of it, by phone number or customer.
    pub(crate) TAKEN_BY = "SELECT count(*) FROM tickets WHERE site_id = $1 AND id >= $2 AND queue_id = $3 AND day >= $4 \
         AND tenant_id = $8 AND status <> 'cancelled' AND (customer_id = $5 OR customer_phone = $6 \
         OR lower(customer_email) IN ($7, $9))";
}

impl FromRow for Ticket {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        let mut ticket = Self {
            id: c.next()?,
            tenant_id: c.next()?,
            site_id: c.next()?,
            queue_id: c.next()?,
            service_id: c.next()?,
            day: c.next()?,
            cycle: c.next()?,
            value: c.next()?,
            number: c.next()?,
            status: c.next()?,
            prev_status: c.next()?,
            rank: c.next()?,
            entry: c.next()?,
            class: c.next()?,
            class_reason: c.next()?,
            class_confirmed: c.next()?,
            channel: c.next()?,
            party_size: c.next()?,
            customer_id: c.next()?,
            customer_name: c.next()?,
            customer_phone: c.next()?,
            customer_email: c.next()?,
            counter_id: c.next()?,
            agent_id: c.next()?,
            target_counter_id: c.next()?,
            for_agent_id: c.next()?,
            for_agent_until: c.next()?,
            issued_at: c.next()?,
            called_at: c.next()?,
            recalled_at: c.next()?,
            started_at: c.next()?,
            paused_at: c.next()?,
            parked_until: c.next()?,
            wrap_up_at: c.next()?,
            ended_at: c.next()?,
            cause: c.next()?,
            outcome: c.next()?,
            recalls: c.next()?,
            transfers: c.next()?,
            issued_p50: c.next()?,
            issued_p90: c.next()?,
            issued_ahead: c.next()?,
            visit_id: c.next()?,
            extra: c.next::<Option<Json<_>>>()?.map(|extra| extra.0),
            version: c.next()?,
            counted_in: None,
        };
        ticket.counted_in = ticket.counts_in();
        Ok(ticket)
    }
}

/// Writes a new waiting ticket.
pub(crate) fn insert(tx: &mut Tx<'_>, t: &mut Ticket) -> Result<(), DbError> {
    lines::take(tx, Some(t.queue_id), t)?;
    let extra = t.extra.as_ref().map(Json);
    tx.defer(
        INSERT,
        &[
            &t.id,
            &t.tenant_id,
            &t.site_id,
            &t.queue_id,
            &t.service_id,
            &t.day,
            &t.cycle,
            &t.value,
            &t.number,
            &t.rank,
            &t.entry,
            &t.class,
            &t.class_reason,
            &t.class_confirmed,
            &t.channel,
            &t.party_size,
            &t.customer_id,
            &t.customer_name,
            &t.customer_phone,
            &t.customer_email,
            &t.issued_at,
            &t.issued_p50,
            &t.issued_p90,
            &t.issued_ahead,
            &t.visit_id,
            &extra,
            &t.for_agent_id,
            &t.for_agent_until,
        ],
    )
}

/// Writes back a changed ticket; false when somebody changed it in the meantime. `t.version` is still the
/// version that was read; it is counted up here.
pub(crate) fn save(tx: &mut Tx<'_>, t: &mut Ticket) -> Result<bool, DbError> {
    // Whether it counted is known of the version that was read, and written is no other.
    lines::take(tx, t.counts_in(), t)?;
    let extra = t.extra.as_ref().map(Json);
    let touched = tx.execute(
        SAVE,
        &[
            &t.id,
            &t.version,
            &t.queue_id,
            &t.service_id,
            &t.cycle,
            &t.value,
            &t.number,
            &t.status,
            &t.prev_status,
            &t.rank,
            &t.entry,
            &t.class,
            &t.class_reason,
            &t.class_confirmed,
            &t.party_size,
            &t.customer_id,
            &t.customer_name,
            &t.customer_phone,
            &t.customer_email,
            &t.counter_id,
            &t.agent_id,
            &t.target_counter_id,
            &t.called_at,
            &t.started_at,
            &t.paused_at,
            &t.parked_until,
            &t.wrap_up_at,
            &t.ended_at,
            &t.cause,
            &t.outcome,
            &t.recalls,
            &t.transfers,
            &t.visit_id,
            &t.day,
            &extra,
            &t.tenant_id,
            &t.recalled_at,
            &t.for_agent_id,
            &t.for_agent_until,
        ],
    )?;
    t.version += 1;
    Ok(touched == 1)
}

/// A ticket of the tenant.
pub(crate) fn get(read: &mut Read<'_>, id: TicketId) -> Result<Option<Ticket>, DbError> {
    let tenant = read.tenant();
    read.query_opt(GET, &[&id, &tenant])
}

/// The names on some tickets, of those that have one.
pub(crate) fn names(
    read: &mut Read<'_>,
    tickets: impl IntoIterator<Item = TicketId>,
) -> Result<Vec<(TicketId, String)>, DbError> {
    let mut q = DynQuery::new("SELECT id, customer_name FROM tickets WHERE tenant_id = ");
    q.bind(&read.tenant()).push_sql(" AND customer_name IS NOT NULL AND id IN ").bind_list(tickets);
    read.query_dyn(&q)
}

/// The numbers of the living tickets at a line's site with values from the first to the last, as they are printed.
pub(crate) fn living_numbers(
    read: &mut Read<'_>,
    queue: &Queue,
    (first, last): (i64, i64),
) -> Result<Vec<(String, i64)>, DbError> {
    read.query(LIVING_NUMBERS, &[&queue.site_id, &first, &last, &queue.tenant_id])
}

/// Those of some tickets that there are.
pub(crate) fn these(
    read: &mut Read<'_>,
    ids: impl IntoIterator<Item = TicketId>,
) -> Result<Vec<Ticket>, DbError> {
    let mut q = DynQuery::new("SELECT ");
    q.push_sql(COLUMNS).push_sql(" FROM tickets WHERE tenant_id = ").bind(&read.tenant());
    q.push_sql(" AND id IN ").bind_list(ids);
    read.query_dyn(&q)
}

/// Somebody's tickets below an id, the newest first.
pub(crate) fn of_customer(
    read: &mut Read<'_>,
    tenant: TenantId,
    customer: CustomerId,
    below: TicketId,
    limit: u32,
) -> Result<Vec<Ticket>, DbError> {
    read.query(OF_CUSTOMER, &[&customer, &tenant, &below, &limit])
}

/// Gives all tickets of a customer to another.
pub(crate) fn give_over(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    from: CustomerId,
    to: CustomerId,
) -> Result<(), DbError> {
    tx.execute(GIVE_OVER, &[&from, &to, &tenant]).map(drop)
}

/// Writes only what few tickets have.
pub(crate) fn set_extra(tx: &mut Tx<'_>, t: &Ticket) -> Result<(), DbError> {
    tx.defer(SET_EXTRA, &[&t.id, &t.tenant_id, &t.extra.as_ref().map(Json)])
}

/// Takes off all tickets of a customer what they say of the person.
pub(crate) fn forget_person(tx: &mut Tx<'_>, tenant: TenantId, customer: CustomerId) -> Result<(), DbError> {
    tx.execute(FORGET_PERSON, &[&customer, &tenant]).map(drop)
}

/// Whose ticket it is.
pub(crate) fn tenant_of(read: &mut Read<'_>, id: TicketId) -> Result<Option<TenantId>, DbError> {
    read.query_opt(TENANT_OF, &[&id])
}

/// The first of a line that a counter may call.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) id: TicketId,
    pub(crate) rank: i64,
    pub(crate) entry: i64,
    pub(crate) queue_id: QueueId,
}

impl FromRow for Head {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { id: row.get(0)?, rank: row.get(1)?, entry: row.get(2)?, queue_id: row.get(3)? })
    }
}

/// The heads of the lines, one each: an index seek a line, never a sort over all that wait. Only those for
/// `service` where one is named, and none for a service that is barred: then those before them are walked past.
pub(crate) fn heads(
    read: &mut Read<'_>,
    queues: &[QueueId],
    counter: CounterId,
    agent: Option<AgentId>,
    service: Option<ServiceId>,
    barred: &[ServiceId],
) -> Result<Vec<Head>, DbError> {
    let tenant = read.tenant();
    match queues {
        [] => Ok(Vec::new()),
        [queue] if service.is_none() && barred.is_empty() => {
            read.query(HEAD, &[queue, &counter, &tenant, &agent])
        }
        queues => {
            let mut query = DynQuery::new("");
            for (n, queue) in queues.iter().enumerate() {
                query
                    .push_sql(if n == 0 { "" } else { " UNION ALL " })
                    .push_sql(
                        "SELECT * FROM (SELECT id, rank, entry, queue_id FROM tickets WHERE queue_id = ",
                    )
                    .bind(queue)
                    .push_sql(" AND status = 'waiting' AND tenant_id = ")
                    .bind(&tenant)
                    .push_sql(" AND (target_counter_id IS NULL OR target_counter_id = ")
                    .bind(&counter)
                    .push_sql(") AND (for_agent_id IS NULL OR for_agent_id = ")
                    .bind(&agent)
                    .push_sql(")");
                if let Some(service) = &service {
                    query.push_sql(" AND service_id = ").bind(service);
                }
                if !barred.is_empty() {
                    query.push_sql(" AND service_id NOT IN ").bind_list(barred);
                }
                query.push_sql(" ORDER BY rank, id LIMIT 1) AS h");
            }
            read.query_dyn(&query)
        }
    }
}

/// Gives a waiting ticket to a counter; none when somebody was faster, or the counter is closed or full.
pub(crate) fn call(
    tx: &mut Tx<'_>,
    id: TicketId,
    counter: CounterId,
    agent: Option<AgentId>,
    at: Timestamp,
) -> Result<Option<Ticket>, DbError> {
    let tenant = tx.tenant();
    tx.query_opt(CALL, &[&id, &counter, &agent, &at, &tenant])
}

/// Ends a held ticket as served; none when no counter holds it.
pub(crate) fn complete(
    tx: &mut Tx<'_>,
    id: TicketId,
    at: Timestamp,
    outcome: Option<&str>,
) -> Result<Option<Ticket>, DbError> {
    let tenant = tx.tenant();
    tx.query_opt(COMPLETE, &[&id, &at, &outcome, &tenant])
}

/// What a counter holds, the longest held first.
pub(crate) fn held_by(read: &mut Read<'_>, counter: CounterId) -> Result<Vec<Ticket>, DbError> {
    let tenant = read.tenant();
    read.query(HELD_BY, &[&counter, &tenant])
}

/// Everybody who waits for one counter alone, in calling order.
pub(crate) fn waiting_for(read: &mut Read<'_>, counter: CounterId) -> Result<Vec<Ticket>, DbError> {
    let tenant = read.tenant();
    read.query(WAITING_FOR, &[&counter, &tenant])
}

/// In which order a list of tickets goes, and after which of them it goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// The newest first.
    Newest(Option<TicketId>),
    /// In the order in which they are called, the head of the line first.
    Line(Option<(i64, TicketId)>),
}

impl Default for Place {
    fn default() -> Self {
        Self::Newest(None)
    }
}

/// A filter over tickets; what is none does not restrict.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) statuses: Vec<Status>,
    pub(crate) queue: Option<QueueId>,
    pub(crate) site: Option<usher_kernel::SiteId>,
    pub(crate) service: Option<crate::model::ServiceId>,
    pub(crate) counter: Option<CounterId>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) search: Option<&'a str>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) place: Place,
    /// The sites that the caller is limited to; empty means all.
    pub(crate) sites: &'a [usher_kernel::SiteId],
}

/// Tickets in the order of the filter.
pub(crate) fn list(read: &mut Read<'_>, filter: &Filter<'_>, limit: u32) -> Result<Vec<Ticket>, DbError> {
    let mut q = DynQuery::new("SELECT ");
    q.push_sql(COLUMNS).push_sql(" FROM tickets WHERE tenant_id = ").bind(&read.tenant());
    if filter.statuses == [Status::Waiting] {
        // In so many words, for the index of those who wait is for them alone.
        q.push_sql(" AND status = 'waiting'");
    } else if !filter.statuses.is_empty() {
        q.push_sql(" AND status IN ").bind_list(filter.statuses.iter().map(|s| s.as_str()));
    }
    q.and(" AND queue_id = ", &filter.queue).and(" AND site_id = ", &filter.site);
    if !filter.sites.is_empty() {
        q.push_sql(" AND site_id IN ").bind_list(filter.sites.iter().copied());
    }
    q.and(" AND service_id = ", &filter.service)
        .and(" AND counter_id = ", &filter.counter)
        .and(" AND customer_id = ", &filter.customer)
        .and(" AND issued_at >= ", &filter.from)
        .and(" AND issued_at < ", &filter.to);
    if let Some(search) = filter.search {
        let digits = piece_of_phone(search);
        q.piece_in(&["number", "customer_name"], search, &["customer_phone"], digits.as_deref());
    }
    match &filter.place {
        Place::Newest(before) => q.and(" AND id < ", before).order("id DESC"),
        Place::Line(after) => {
            if let Some((rank, id)) = after {
                q.push_sql(" AND (rank, id) > (").bind(rank).push_sql(", ").bind(id).push_sql(")");
            }
            q.order("rank, id")
        }
    };
    q.limit(limit);
    read.query_dyn(&q)
}
