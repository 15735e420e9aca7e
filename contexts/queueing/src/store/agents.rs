//! Agents, and the live side of counters: who sits where.

use usher_db::{DbError, FromRow, Read, Row, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp};

use crate::model::counter::{Agent, AgentStatus, CounterStatus};
use crate::model::{AgentId, CounterId};

usher_db::sql! {
    pub(crate) GET = "SELECT user_id, status, pause_reason, counter_id, since, version FROM agents \
         WHERE tenant_id = $1 AND user_id = $2";
    pub(crate) PUT = "INSERT INTO agents (tenant_id, user_id, name, status, pause_reason, counter_id, since, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (tenant_id, user_id) DO UPDATE SET \
         name = CASE WHEN excluded.name = '' THEN agents.name ELSE excluded.name END, status = excluded.status, \
         pause_reason = excluded.pause_reason, counter_id = excluded.counter_id, since = excluded.since, \
         version = agents.version + 1 RETURNING version, name";
    pub(crate) ALL across "the memory of every tenant is filled at start" = "SELECT tenant_id, user_id, name, status, pause_reason, counter_id, since, version FROM agents";
    /// Opens or closes a counter; who sits there, since when.
    pub(crate) SEAT = "UPDATE counters SET status = $2, agent_id = $3, since = $4 \
         WHERE id = $1 AND tenant_id = $5 AND archived_at IS NULL";
    /// Takes a free seat, or the one of the agent who is named.
    pub(crate) TAKE_SEAT = "UPDATE counters SET status = 'open', agent_id = $2, since = $3 \
         WHERE id = $1 AND tenant_id = $5 AND archived_at IS NULL AND (agent_id IS NULL OR agent_id = $2 OR agent_id = $4)";
    pub(crate) SEATS across "the memory of every tenant is filled at start" = "SELECT id, tenant_id, site_id, status, agent_id, since FROM counters WHERE archived_at IS NULL";
    pub(crate) SEATS_OF_TENANT = "SELECT c.id, c.status, c.since, c.agent_id, a.name, a.status FROM counters c \
         LEFT JOIN agents a ON a.tenant_id = c.tenant_id AND a.user_id = c.agent_id \
         WHERE c.tenant_id = $1 AND c.archived_at IS NULL";
    pub(crate) SEAT_OF = "SELECT id, tenant_id, site_id, status, agent_id, since FROM counters \
         WHERE id = $1 AND tenant_id = $2 AND archived_at IS NULL";
}

impl FromRow for Agent {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        Ok(Self {
            user_id: c.next()?,
            status: c.next()?,
            pause_reason: c.next()?,
            counter_id: c.next()?,
            since: c.next()?,
            version: c.next()?,
        })
    }
}

usher_db::row! {
    /// Who sits at a counter.
    pub(crate) struct SeatRow {
        id: CounterId, tenant_id: TenantId, site_id: SiteId, status: CounterStatus, agent_id: Option<AgentId>, since: Timestamp,
    }
}

usher_db::row! {
    /// An agent, for rebuilding.
    pub(crate) struct AgentRow {
        tenant_id: TenantId, user_id: AgentId, name: String, status: AgentStatus, pause_reason: Option<String>,
        counter_id: Option<CounterId>, since: Timestamp, version: i64,
    }
}

usher_db::row! {
    /// Who sits at a counter, with how they stand.
    pub(crate) struct SeatedRow {
        id: CounterId, status: CounterStatus, since: Timestamp, agent_id: Option<AgentId>,
        agent_name: Option<String>, agent_status: Option<AgentStatus>,
    }
}

/// An agent's record.
pub(crate) fn get(read: &mut Read<'_>, tenant: TenantId, user: AgentId) -> Result<Option<Agent>, DbError> {
    read.query_opt(GET, &[&tenant, &user])
}

/// Writes an agent's record, new or not; answers its version and name. An empty name keeps the known one.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    a: &Agent,
    name: &str,
) -> Result<(i64, String), DbError> {
    tx.query_one(PUT, &[&tenant, &a.user_id, &name, &a.status, &a.pause_reason, &a.counter_id, &a.since])
}

/// Sits an agent down, if the seat is free, theirs, or that of `instead_of`.
pub(crate) fn take_seat(
    tx: &mut Tx<'_>,
    counter: CounterId,
    agent: AgentId,
    at: Timestamp,
    instead_of: Option<AgentId>,
) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(TAKE_SEAT, &[&counter, &agent, &at, &instead_of, &tenant])? == 1)
}

/// Opens or closes a counter.
pub(crate) fn seat(
    tx: &mut Tx<'_>,
    counter: CounterId,
    status: CounterStatus,
    agent: Option<AgentId>,
    at: Timestamp,
) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(SEAT, &[&counter, &status, &agent, &at, &tenant])? == 1)
}

/// Who sits at a counter.
pub(crate) fn seat_of(read: &mut Read<'_>, counter: CounterId) -> Result<Option<SeatRow>, DbError> {
    let tenant = read.tenant();
    read.query_opt(SEAT_OF, &[&counter, &tenant])
}

/// Who sits at each counter of a tenant.
pub(crate) fn seats_of_tenant(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<SeatedRow>, DbError> {
    read.query(SEATS_OF_TENANT, &[&tenant])
}
