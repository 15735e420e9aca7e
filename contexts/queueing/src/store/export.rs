//! What is handed out of the line when everything of a tenant is exported.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{DbError, FromRow, Read, Stmt, row, sql};
use usher_kernel::{TenantId, Timestamp};
use usher_tenancy::Part;
use usher_tenancy::ops::export::PAGE;
use uuid::Uuid;

row! {
    /// A service, those too that are no longer offered.
    #[derive(Serialize, JsonSchema)]
    struct ServiceLine {
        id: Uuid,
        code: String,
        name: String,
        names: Value,
        description: String,
        descriptions: Value,
        prefix: String,
        default_minutes: f64,
        target_minutes: Option<f64>,
        priority_rules: Value,
        required_skills: Value,
        outcomes: Value,
        outcome_required: bool,
        active: bool,
        archived_at: Option<Timestamp>,
        version: i64,
    }
}

row! {
    /// A line with its settings, and where its numbers stand: the day, how often the range began anew, the last number.
    #[derive(Serialize, JsonSchema)]
    struct QueueLine {
        id: Uuid,
        site_id: Uuid,
        name: String,
        description: String,
        prefix: String,
        settings: Value,
        status: String,
        max_active: Option<i64>,
        first_number: i64,
        last_number: i64,
        day: String,
        value: i64,
        cycle: i64,
        outside_count: i64,
        closed: bool,
        archived_at: Option<Timestamp>,
        version: i64,
        updated_at: Option<Timestamp>,
    }
}

row! {
    /// A counter, the lines that it serves in order, and who sits there.
    #[derive(Serialize, JsonSchema)]
    struct CounterLine {
        id: Uuid,
        site_id: Uuid,
        name: String,
        number: String,
        queue_ids: Value,
        weights: Option<Value>,
        capacity: i64,
        staff_id: Option<Uuid>,
        status: String,
        agent_id: Option<Uuid>,
        since: Timestamp,
        archived_at: Option<Timestamp>,
        version: i64,
        updated_at: Option<Timestamp>,
    }
}

row! {
    /// How somebody who serves stands.
    #[derive(Serialize, JsonSchema)]
    struct AgentLine {
        user_id: Uuid,
        name: String,
        status: String,
        pause_reason: Option<String>,
        counter_id: Option<Uuid>,
        since: Timestamp,
        version: i64,
    }
}

row! {
    /// A ticket with the times of every step; `extra` holds remarks, marks and all that only some have.
    #[derive(Serialize, JsonSchema)]
    struct TicketLine {
        id: Uuid,
        site_id: Uuid,
        queue_id: Uuid,
        service_id: Uuid,
        day: String,
        cycle: i64,
        value: i64,
        number: String,
        status: String,
        prev_status: Option<String>,
        rank: i64,
        entry: i64,
        class: String,
        class_reason: Option<String>,
        class_confirmed: bool,
        channel: String,
        party_size: i64,
        customer_id: Option<Uuid>,
        customer_name: Option<String>,
        customer_phone: Option<String>,
        customer_email: Option<String>,
        counter_id: Option<Uuid>,
        agent_id: Option<Uuid>,
        target_counter_id: Option<Uuid>,
        for_agent_id: Option<Uuid>,
        for_agent_until: Option<Timestamp>,
        issued_at: Timestamp,
        called_at: Option<Timestamp>,
        recalled_at: Option<Timestamp>,
        started_at: Option<Timestamp>,
        paused_at: Option<Timestamp>,
        parked_until: Option<Timestamp>,
        wrap_up_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
        cause: Option<String>,
        outcome: Option<String>,
        recalls: i64,
        transfers: i64,
        issued_p50: Option<f64>,
        issued_p90: Option<f64>,
        issued_ahead: i64,
        visit_id: Option<Uuid>,
        extra: Option<Value>,
        version: i64,
    }
}

row! {
    /// A routing rule: what it looks at, and what it does.
    #[derive(Serialize, JsonSchema)]
    struct RuleLine {
        id: Uuid,
        site_id: Option<Uuid>,
        name: String,
        event: String,
        condition: String,
        action: Value,
        position: i64,
        active: bool,
        version: i64,
    }
}

row! {
    /// Numbers that a kiosk leased to print without the network, and what became of them.
    #[derive(Serialize, JsonSchema)]
    struct LeaseLine {
        id: Uuid,
        site_id: Uuid,
        queue_id: Uuid,
        device_id: Option<Uuid>,
        day: String,
        cycle: i64,
        first_value: i64,
        last_value: i64,
        entry: i64,
        used: Value,
        void: Option<Value>,
        leased_at: Timestamp,
        closed_at: Option<Timestamp>,
    }
}

row! {
    /// When a site was last closed in an emergency, and opened again.
    #[derive(Serialize, JsonSchema)]
    struct ClosureLine {
        site_id: Uuid,
        reason: String,
        mode: String,
        closed_at: Timestamp,
        closed_by: Option<Uuid>,
        reopened_at: Option<Timestamp>,
    }
}

sql! {
    SERVICES = "SELECT ", ServiceLine::COLUMNS, " FROM services
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    QUEUES = "SELECT q.id, q.site_id, q.name, q.description, q.prefix, q.settings, l.status, l.max_active,
        l.first_number, l.last_number, l.day, l.value, l.cycle, l.outside_count, l.closed, q.archived_at,
        q.version, q.updated_at FROM queues q JOIN queue_lines l ON l.queue_id = q.id
        WHERE q.tenant_id = $1 AND q.id > $2 ORDER BY q.id LIMIT $3";
    COUNTERS = "SELECT ", CounterLine::COLUMNS, " FROM counters
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    AGENTS = "SELECT ", AgentLine::COLUMNS, " FROM agents
        WHERE tenant_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3";
    /// Tickets and leases have no index by tenant, which every ticket would pay for: they are read site by site and line
    /// by line. Lines are archived and never deleted, so that none is passed over.
    NEXT_SITE = "SELECT site_id FROM queues WHERE tenant_id = $1 AND site_id > $2 ORDER BY site_id LIMIT 1";
    NEXT_QUEUE = "SELECT id FROM queues WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT 1";
    TICKETS = "SELECT ", TicketLine::COLUMNS, " FROM tickets
        WHERE tenant_id = $1 AND site_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    LEASES = "SELECT ", LeaseLine::COLUMNS, " FROM number_leases
        WHERE tenant_id = $1 AND queue_id = $2 AND id > $3 ORDER BY id LIMIT $4";
    RULES = "SELECT ", RuleLine::COLUMNS, " FROM routing_rules
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    CLOSURES = "SELECT ", ClosureLine::COLUMNS, " FROM site_closures
        WHERE tenant_id = $1 AND site_id > $2 ORDER BY site_id LIMIT $3";
}

/// A part of a table, and the last row of it that was read.
type Place = (Uuid, Uuid);

/// A page of a table that is read part by part: those of a site, or of a line.
fn by_part<R: FromRow>(
    read: &mut Read<'_>,
    tenant: TenantId,
    (next_part, rows): (Stmt, Stmt),
    mark: Option<Place>,
    id: fn(&R) -> Uuid,
) -> Result<(Vec<R>, Option<Place>), DbError> {
    let after = |read: &mut Read<'_>, part: Uuid| -> Result<Option<Place>, DbError> {
        Ok(read.query_opt::<Uuid>(next_part, &[&tenant, &part])?.map(|part| (part, Uuid::nil())))
    };
    let mark = match mark {
        Some(mark) => Some(mark),
        None => after(read, Uuid::nil())?,
    };
    let Some((part, last)) = mark else { return Ok((Vec::new(), None)) };
    let found: Vec<R> = read.query(rows, &[&tenant, &part, &last, &PAGE])?;
    let next = match found.last() {
        Some(row) if found.len() == PAGE as usize => Some((part, id(row))),
        _ => after(read, part)?,
    };
    Ok((found, next))
}

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::by_id("services", &["services"], "What people come for", SERVICES, |service: &ServiceLine| {
            service.id
        }),
        Part::by_id(
            "queues",
            &["queues", "queue_lines"],
            "Lines, their settings and where their numbers stand",
            QUEUES,
            |queue: &QueueLine| queue.id,
        ),
        Part::by_id(
            "counters",
            &["counters"],
            "Counters and the lines that they serve",
            COUNTERS,
            |one: &CounterLine| one.id,
        ),
        Part::by_id("agents", &["agents"], "How those who serve stand now", AGENTS, |agent: &AgentLine| {
            agent.user_id
        }),
        Part::sheet("tickets", &["tickets"], "Tickets with the times of every step", |read, tenant, mark| {
            by_part(read, tenant, (NEXT_SITE, TICKETS), mark, |ticket: &TicketLine| ticket.id)
        }),
        Part::by_id("routing_rules", &["routing_rules"], "Routing rules", RULES, |rule: &RuleLine| rule.id),
        Part::sheet(
            "number_leases",
            &["number_leases"],
            "Numbers that kiosks kept for a time without the network",
            |read, tenant, mark| {
                by_part(read, tenant, (NEXT_QUEUE, LEASES), mark, |lease: &LeaseLine| lease.id)
            },
        ),
        Part::by_id(
            "site_closures",
            &["site_closures"],
            "When sites were last closed in an emergency",
            CLOSURES,
            |closure: &ClosureLine| closure.site_id,
        ),
        Part::left_out(
            &["announcement_acks"],
            "That displays have played a call matters for seconds; what was missed is in events.ndjson",
        ),
    ]
}
