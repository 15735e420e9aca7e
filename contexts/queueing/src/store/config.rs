//! Configuration: services, queues, counters, routing rules. Read whole into a cache.

use usher_db::{DbError, FromRow, Json, Read, Row, Tx};
use usher_kernel::{TenantId, Timestamp};

use crate::model::counter::CounterStatus;
use crate::model::{Counter, CounterId, Queue, QueueId, RoutingRule, RuleId, Service, ServiceId};

const SERVICE: &str = "id, code, name, names, description, descriptions, prefix, default_minutes, target_minutes, \
    priority_rules, required_skills, outcomes, outcome_required, active, version";
const COUNTER: &str =
    "id, site_id, name, number, queue_ids, weights, capacity, staff_id, version, updated_at";

usher_db::sql! {
    pub(crate) SERVICES = "SELECT ", SERVICE, " FROM services WHERE tenant_id = $1 AND archived_at IS NULL ORDER BY id";
    pub(crate) INSERT_SERVICE = "INSERT INTO services (tenant_id, ", SERVICE, ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    pub(crate) SAVE_SERVICE = "UPDATE services SET code = $3, name = $4, names = $5, description = $6, prefix = $7, \
         default_minutes = $8, target_minutes = $9, priority_rules = $10, required_skills = $11, outcomes = $12, \
         outcome_required = $13, active = $14, descriptions = $16, version = version + 1 \
         WHERE id = $1 AND version = $2 AND tenant_id = $15";
    pub(crate) ARCHIVE_SERVICE = "UPDATE services SET archived_at = $2, version = version + 1 \
         WHERE id = $1 AND tenant_id = $3 AND archived_at IS NULL";
    pub(crate) QUEUES = "SELECT q.id, q.tenant_id, q.site_id, q.name, q.description, l.status, q.settings, q.version, q.updated_at \
         FROM queues q JOIN queue_lines l ON l.queue_id = q.id WHERE q.tenant_id = $1 AND q.archived_at IS NULL \
         ORDER BY q.id";
    pub(crate) INSERT_QUEUE = "INSERT INTO queues (id, tenant_id, site_id, name, description, prefix, settings, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    pub(crate) SAVE_QUEUE = "UPDATE queues SET name = $3, description = $4, prefix = $5, settings = $6, \
         updated_at = $8, version = version + 1 WHERE id = $1 AND version = $2 AND tenant_id = $7";
    pub(crate) ARCHIVE_QUEUE = "UPDATE queues SET archived_at = $2, version = version + 1 \
         WHERE id = $1 AND tenant_id = $3 AND archived_at IS NULL";
    pub(crate) COUNTERS = "SELECT ", COUNTER, " FROM counters WHERE tenant_id = $1 AND archived_at IS NULL ORDER BY id";
    pub(crate) INSERT_COUNTER = "INSERT INTO counters (tenant_id, id, site_id, name, number, queue_ids, weights, \
         capacity, staff_id, status, since, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)";
    pub(crate) SAVE_COUNTER = "UPDATE counters SET name = $3, number = $4, queue_ids = $5, weights = $6, capacity = $7, \
         staff_id = $8, updated_at = $10, version = version + 1 WHERE id = $1 AND version = $2 AND tenant_id = $9";
    pub(crate) ARCHIVE_COUNTER = "UPDATE counters SET archived_at = $2, status = 'closed', agent_id = NULL, \
         version = version + 1 WHERE id = $1 AND tenant_id = $3 AND archived_at IS NULL";
    pub(crate) RULES = "SELECT id, name, site_id, event, condition, action, position, active, version \
         FROM routing_rules WHERE tenant_id = $1 ORDER BY position, id";
    pub(crate) INSERT_RULE = "INSERT INTO routing_rules (tenant_id, id, name, site_id, event, condition, action, \
         position, active, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)";
    pub(crate) SAVE_RULE = "UPDATE routing_rules SET name = $3, site_id = $4, event = $5, condition = $6, action = $7, \
         position = $8, active = $9, version = version + 1 WHERE id = $1 AND version = $2 AND tenant_id = $10";
    pub(crate) DELETE_RULE = "DELETE FROM routing_rules WHERE id = $1 AND tenant_id = $2";
}

impl FromRow for Service {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        Ok(Self {
            id: c.next()?,
            code: c.next()?,
            name: c.next()?,
            names: c.next::<Json<_>>()?.0,
            description: c.next()?,
            descriptions: c.next::<Json<_>>()?.0,
            prefix: c.next()?,
            default_minutes: c.next()?,
            target_minutes: c.next()?,
            priority_rules: c.next::<Json<_>>()?.0,
            required_skills: c.next::<Json<_>>()?.0,
            outcomes: c.next::<Json<_>>()?.0,
            outcome_required: c.next()?,
            active: c.next()?,
            version: c.next()?,
        })
    }
}

impl FromRow for Queue {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        let id: QueueId = c.next()?;
        Ok(Self {
            id,
            tenant_id: c.next()?,
            site_id: c.next()?,
            name: c.next()?,
            description: c.next()?,
            status: c.next()?,
            settings: c.next::<Json<_>>()?.0,
            version: c.next()?,
            updated_at: c.next::<Option<_>>()?.unwrap_or_else(|| id.made_at()),
        })
    }
}

impl FromRow for Counter {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        let id: CounterId = c.next()?;
        Ok(Self {
            id,
            site_id: c.next()?,
            name: c.next()?,
            number: c.next()?,
            queue_ids: c.next::<Json<_>>()?.0,
            weights: c.next::<Option<Json<_>>>()?.map(|w| w.0),
            capacity: c.next()?,
            staff_id: c.next()?,
            version: c.next()?,
            updated_at: c.next::<Option<_>>()?.unwrap_or_else(|| id.made_at()),
        })
    }
}

impl FromRow for RoutingRule {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        Ok(Self {
            id: c.next()?,
            name: c.next()?,
            site_id: c.next()?,
            event: c.next()?,
            condition: c.next()?,
            then: c.next::<Json<_>>()?.0,
            position: c.next()?,
            active: c.next()?,
            version: c.next()?,
        })
    }
}

/// A tenant's services.
pub(crate) fn services(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Service>, DbError> {
    read.query(SERVICES, &[&tenant])
}
/// A tenant's queues.
pub(crate) fn queues(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Queue>, DbError> {
    read.query(QUEUES, &[&tenant])
}
/// A tenant's counters.
pub(crate) fn counters(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Counter>, DbError> {
    read.query(COUNTERS, &[&tenant])
}
/// A tenant's routing rules, in the order in which they are asked.
pub(crate) fn rules(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<RoutingRule>, DbError> {
    read.query(RULES, &[&tenant])
}

/// Writes a new service.
pub(crate) fn insert_service(tx: &mut Tx<'_>, tenant: TenantId, s: &Service) -> Result<(), DbError> {
    tx.execute(
        INSERT_SERVICE,
        &[
            &tenant,
            &s.id,
            &s.code,
            &s.name,
            &Json(&s.names),
            &s.description,
            &Json(&s.descriptions),
            &s.prefix,
            &s.default_minutes,
            &s.target_minutes,
            &Json(&s.priority_rules),
            &Json(&s.required_skills),
            &Json(&s.outcomes),
            &s.outcome_required,
            &s.active,
            &s.version,
        ],
    )?;
    Ok(())
}

/// Writes back a service; false when somebody changed it in the meantime.
pub(crate) fn save_service(tx: &mut Tx<'_>, s: &Service) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    let touched = tx.execute(
        SAVE_SERVICE,
        &[
            &s.id,
            &s.version,
            &s.code,
            &s.name,
            &Json(&s.names),
            &s.description,
            &s.prefix,
            &s.default_minutes,
            &s.target_minutes,
            &Json(&s.priority_rules),
            &Json(&s.required_skills),
            &Json(&s.outcomes),
            &s.outcome_required,
            &s.active,
            &tenant,
            &Json(&s.descriptions),
        ],
    )?;
    Ok(touched == 1)
}

/// Takes a service out of use.
pub(crate) fn archive_service(tx: &mut Tx<'_>, id: ServiceId, at: Timestamp) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(ARCHIVE_SERVICE, &[&id, &at, &tenant])? == 1)
}

/// Writes a new queue, without its line.
pub(crate) fn insert_queue(tx: &mut Tx<'_>, q: &Queue) -> Result<(), DbError> {
    let settings = Json(&q.settings);
    let s = &q.settings;
    tx.execute(
        INSERT_QUEUE,
        &[&q.id, &q.tenant_id, &q.site_id, &q.name, &q.description, &s.prefix, &settings],
    )?;
    Ok(())
}

/// Writes back a queue; false when somebody changed it in the meantime.
pub(crate) fn save_queue(tx: &mut Tx<'_>, q: &Queue) -> Result<bool, DbError> {
    let settings = Json(&q.settings);
    let touched = tx.execute(
        SAVE_QUEUE,
        &[
            &q.id,
            &q.version,
            &q.name,
            &q.description,
            &q.settings.prefix,
            &settings,
            &q.tenant_id,
            &q.updated_at,
        ],
    )?;
    Ok(touched == 1)
}

/// Takes a queue out of use.
pub(crate) fn archive_queue(tx: &mut Tx<'_>, id: QueueId, at: Timestamp) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(ARCHIVE_QUEUE, &[&id, &at, &tenant])? == 1)
}

/// Writes a new counter.
pub(crate) fn insert_counter(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    c: &Counter,
    status: CounterStatus,
    at: Timestamp,
) -> Result<(), DbError> {
    let weights = c.weights.as_ref().map(Json);
    tx.execute(
        INSERT_COUNTER,
        &[
            &tenant,
            &c.id,
            &c.site_id,
            &c.name,
            &c.number,
            &Json(&c.queue_ids),
            &weights,
            &c.capacity,
            &c.staff_id,
            &status,
            &at,
        ],
    )?;
    Ok(())
}

/// Writes back a counter; false when somebody changed it in the meantime.
pub(crate) fn save_counter(tx: &mut Tx<'_>, c: &Counter) -> Result<bool, DbError> {
    let weights = c.weights.as_ref().map(Json);
    let (queue_ids, tenant) = (Json(&c.queue_ids), tx.tenant());
    let touched = tx.execute(
        SAVE_COUNTER,
        &[
            &c.id,
            &c.version,
            &c.name,
            &c.number,
            &queue_ids,
            &weights,
            &c.capacity,
            &c.staff_id,
            &tenant,
            &c.updated_at,
        ],
    )?;
    Ok(touched == 1)
}

/// Takes a counter out of use.
pub(crate) fn archive_counter(tx: &mut Tx<'_>, id: CounterId, at: Timestamp) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(ARCHIVE_COUNTER, &[&id, &at, &tenant])? == 1)
}

/// Writes a new rule.
pub(crate) fn insert_rule(tx: &mut Tx<'_>, tenant: TenantId, r: &RoutingRule) -> Result<(), DbError> {
    tx.execute(
        INSERT_RULE,
        &[
            &tenant,
            &r.id,
            &r.name,
            &r.site_id,
            &r.event,
            &r.condition,
            &Json(&r.then),
            &r.position,
            &r.active,
        ],
    )?;
    Ok(())
}

/// Writes back a rule; false when somebody changed it in the meantime.
pub(crate) fn save_rule(tx: &mut Tx<'_>, r: &RoutingRule) -> Result<bool, DbError> {
    let (then, tenant) = (Json(&r.then), tx.tenant());
    let touched = tx.execute(
        SAVE_RULE,
        &[
            &r.id,
            &r.version,
            &r.name,
            &r.site_id,
            &r.event,
            &r.condition,
            &then,
            &r.position,
            &r.active,
            &tenant,
        ],
    )?;
    Ok(touched == 1)
}

/// Deletes a rule.
pub(crate) fn delete_rule(tx: &mut Tx<'_>, id: RuleId) -> Result<bool, DbError> {
    let tenant = tx.tenant();
    Ok(tx.execute(DELETE_RULE, &[&id, &tenant])? == 1)
}
