//! Names, presence, steps between services, tracked events, and where history begins.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{SiteId, TenantId, UserId};
use uuid::Uuid;

use crate::model::trace::How;
use crate::model::{Grain, Part, date_of, day_number, first_of_month, month_number};

usher_db::row! {
    /// What figures are about.
    pub(crate) struct ThingRow {
        thing_id: Uuid, kind: String, site_id: Option<SiteId>, name: String, promise: Option<i64>,
    }
}

usher_db::row! {
    /// How a counter or an agent stands, since when (microseconds).
    pub(crate) struct PresenceRow {
        thing_id: Uuid, site_id: SiteId, agent_id: Option<UserId>, state: String, since: i64,
    }
}

usher_db::row! {
    /// How many went from one service to another.
    pub(crate) struct StepsRow { from_id: Uuid, to_id: Uuid, how: String, steps: i64 }
}

impl StepsRow {
    /// From where to where, and how.
    pub(crate) fn step(self) -> (Uuid, Uuid, String) {
        (self.from_id, self.to_id, self.how)
    }
}

usher_db::sql! {
    PUT_THING = "INSERT INTO analytics_things (tenant_id, thing_id, kind, site_id, name, promise) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, thing_id) DO UPDATE \
                 SET site_id = excluded.site_id, name = excluded.name, promise = excluded.promise";
    PROMISE = "SELECT promise FROM analytics_things WHERE tenant_id = $1 AND thing_id = $2";
    THINGS = "SELECT ", ThingRow::COLUMNS, " FROM analytics_things WHERE tenant_id = $1";
    THING = "SELECT ", ThingRow::COLUMNS, " FROM analytics_things WHERE tenant_id = $1 AND thing_id = $2";
    CLEAR_THINGS = "DELETE FROM analytics_things WHERE tenant_id = $1";

    PRESENCE = "SELECT ", PresenceRow::COLUMNS, " FROM analytics_presence \
                WHERE tenant_id = $1 AND kind = $2 AND thing_id = $3";
    PRESENT = "SELECT ", PresenceRow::COLUMNS, " FROM analytics_presence WHERE tenant_id = $1 AND kind = $2";
    PUT_PRESENCE = "INSERT INTO analytics_presence (tenant_id, kind, thing_id, site_id, agent_id, state, since) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, kind, thing_id) DO UPDATE \
                    SET site_id = excluded.site_id, agent_id = excluded.agent_id, state = excluded.state, \
                    since = excluded.since";
    CLEAR_PRESENCE = "DELETE FROM analytics_presence WHERE tenant_id = $1";

    ADD_STEPS = "INSERT INTO analytics_steps (tenant_id, site_id, day, from_id, to_id, how, steps) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, day, site_id, from_id, to_id, how) \
                 DO UPDATE SET steps = analytics_steps.steps + excluded.steps";
    STEPS = "SELECT from_id, to_id, how, CAST(sum(steps) AS BIGINT) FROM analytics_steps \
             WHERE tenant_id = $1 AND day >= $2 AND day < $3 GROUP BY from_id, to_id, how";
    STEPS_AT = "SELECT from_id, to_id, how, CAST(sum(steps) AS BIGINT) FROM analytics_steps \
                WHERE tenant_id = $1 AND day >= $2 AND day < $3 AND site_id = $4 GROUP BY from_id, to_id, how";
    CLEAR_STEPS = "DELETE FROM analytics_steps WHERE tenant_id = $1 AND day >= $2";
    ADD_STEP_MONTHS = "INSERT INTO analytics_step_months (tenant_id, site_id, month, from_id, to_id, how, steps) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id, month, site_id, from_id, to_id, how) \
                       DO UPDATE SET steps = analytics_step_months.steps + excluded.steps";
    STEP_MONTHS = "SELECT from_id, to_id, how, CAST(sum(steps) AS BIGINT) FROM analytics_step_months \
                   WHERE tenant_id = $1 AND month >= $2 AND month < $3 GROUP BY from_id, to_id, how";
    STEP_MONTHS_AT = "SELECT from_id, to_id, how, CAST(sum(steps) AS BIGINT) FROM analytics_step_months \
                      WHERE tenant_id = $1 AND month >= $2 AND month < $3 AND site_id = $4 \
                      GROUP BY from_id, to_id, how";
    CLEAR_STEP_MONTHS = "DELETE FROM analytics_step_months WHERE tenant_id = $1 AND month >= $2";
    /// A month of the days that stay.
    KEEP_STEP_MONTH = "INSERT INTO analytics_step_months (tenant_id, site_id, month, from_id, to_id, how, steps) \
                       SELECT tenant_id, site_id, CAST($2 AS BIGINT), from_id, to_id, how, CAST(sum(steps) AS BIGINT) \
                       FROM analytics_steps WHERE tenant_id = $1 AND day >= $3 AND day < $4 \
                       GROUP BY tenant_id, site_id, from_id, to_id, how";

    ADD_TRACKED = "INSERT INTO analytics_tracked (tenant_id, day, kind, queue_id, user_id, events) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, day, kind, queue_id, user_id) \
                   DO UPDATE SET events = analytics_tracked.events + excluded.events";
    TRACKED = "SELECT kind, CAST(sum(events) AS BIGINT) FROM analytics_tracked \
               WHERE tenant_id = $1 AND day >= $2 AND day < $3 GROUP BY kind ORDER BY 2 DESC, kind LIMIT 100";
    TRACKED_OF_USER = "SELECT kind, CAST(sum(events) AS BIGINT) FROM analytics_tracked \
                       WHERE tenant_id = $1 AND day >= $2 AND day < $3 AND user_id = $4 \
                       GROUP BY kind ORDER BY 2 DESC, kind LIMIT 100";
    TRACKED_OF_QUEUE = "SELECT kind, CAST(sum(events) AS BIGINT) FROM analytics_tracked \
                        WHERE tenant_id = $1 AND day >= $2 AND day < $3 AND queue_id = $4 \
                        GROUP BY kind ORDER BY 2 DESC, kind LIMIT 100";
    CLEAR_TRACKED = "DELETE FROM analytics_tracked WHERE tenant_id = $1 AND day >= $2";

    FLOOR = "SELECT day FROM analytics_floor WHERE tenant_id = $1";
    PUT_FLOOR = "INSERT INTO analytics_floor (tenant_id, day) VALUES ($1, $2) \
                 ON CONFLICT (tenant_id) DO UPDATE SET day = excluded.day";
}

/// Keeps a thing's name and promise.
pub(crate) fn put_thing(tx: &mut Tx<'_>, tenant: TenantId, thing: &ThingRow) -> Result<(), DbError> {
    let ThingRow { thing_id, kind, site_id, name, promise } = thing;
    tx.defer(PUT_THING, &[&tenant, thing_id, kind, site_id, name, promise])
}

/// The wait that a service promises, in seconds.
pub(crate) fn promise(read: &mut Read<'_>, tenant: TenantId, service: Uuid) -> Result<Option<i64>, DbError> {
    Ok(read.query_opt::<Option<i64>>(PROMISE, &[&tenant, &service])?.flatten())
}

/// Everything that figures are about.
pub(crate) fn things(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<ThingRow>, DbError> {
    read.query(THINGS, &[&tenant])
}

/// One of them.
pub(crate) fn thing(read: &mut Read<'_>, tenant: TenantId, id: Uuid) -> Result<Option<ThingRow>, DbError> {
    read.query_opt(THING, &[&tenant, &id])
}

/// How one counter or agent stands.
pub(crate) fn presence(
    read: &mut Read<'_>,
    tenant: TenantId,
    kind: &str,
    thing: Uuid,
) -> Result<Option<PresenceRow>, DbError> {
    read.query_opt(PRESENCE, &[&tenant, &kind, &thing])
}

/// How all counters or agents stand.
pub(crate) fn present(
    read: &mut Read<'_>,
    tenant: TenantId,
    kind: &str,
) -> Result<Vec<PresenceRow>, DbError> {
    read.query(PRESENT, &[&tenant, &kind])
}

pub(crate) fn put_presence(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    kind: &str,
    row: &PresenceRow,
) -> Result<(), DbError> {
    let PresenceRow { thing_id, site_id, agent_id, state, since } = row;
    tx.defer(PUT_PRESENCE, &[&tenant, &kind, thing_id, site_id, agent_id, state, since])
}

/// Adds to how many took a step.
pub(crate) fn add_steps(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (site, day): (SiteId, i64),
    (from, to, how): (Uuid, Uuid, How),
    steps: i64,
) -> Result<(), DbError> {
    let month = month_number(date_of(day));
    tx.defer(ADD_STEPS, &[&tenant, &site, &day, &from, &to, &how.as_str(), &steps])?;
    tx.defer(ADD_STEP_MONTHS, &[&tenant, &site, &month, &from, &to, &how.as_str(), &steps])
}

/// How many took each step in a part of a period, at one site or at all; below 0 where the part is taken out.
pub(crate) fn steps(
    read: &mut Read<'_>,
    tenant: TenantId,
    part: &Part,
    site: Option<SiteId>,
) -> Result<Vec<StepsRow>, DbError> {
    let (all, at_one) = match part.grain {
        Grain::Day => (STEPS, STEPS_AT),
        Grain::Month => (STEP_MONTHS, STEP_MONTHS_AT),
    };
    let mut rows: Vec<StepsRow> = match site {
        Some(site) => read.query(at_one, &[&tenant, &part.from, &part.until, &site])?,
        None => read.query(all, &[&tenant, &part.from, &part.until])?,
    };
    rows.iter_mut().for_each(|row| row.steps *= part.times);
    Ok(rows)
}

/// Counts something that happened outside so many times.
pub(crate) fn add_tracked(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    (day, kind): (i64, &str),
    (queue, user): (Uuid, Uuid),
    times: i64,
) -> Result<(), DbError> {
    tx.defer(ADD_TRACKED, &[&tenant, &day, &kind, &queue, &user, &times])
}

/// Whose tracked events.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TrackedOf {
    Everybody,
    User(Uuid),
    Queue(Uuid),
}

/// How often each kind of outside event happened.
pub(crate) fn tracked(
    read: &mut Read<'_>,
    tenant: TenantId,
    (from, until): (i64, i64),
    of: TrackedOf,
) -> Result<Vec<(String, i64)>, DbError> {
    match of {
        TrackedOf::Everybody => read.query(TRACKED, &[&tenant, &from, &until]),
        TrackedOf::User(user) => read.query(TRACKED_OF_USER, &[&tenant, &from, &until, &user]),
        TrackedOf::Queue(queue) => read.query(TRACKED_OF_QUEUE, &[&tenant, &from, &until, &queue]),
    }
}

/// The first day that is still counted; the beginning of time where the log is whole.
pub(crate) fn floor(read: &mut Read<'_>, tenant: TenantId) -> Result<i64, DbError> {
    Ok(read.query_opt(FLOOR, &[&tenant])?.unwrap_or(i64::MIN))
}

/// Makes ready for counting anew from a day on; `whole` says that everything comes again, names too.
pub(crate) fn clear(tx: &mut Tx<'_>, tenant: TenantId, from: i64, whole: bool) -> Result<(), DbError> {
    tx.execute(CLEAR_PRESENCE, &[&tenant])?;
    tx.execute(CLEAR_STEPS, &[&tenant, &from])?;
    tx.execute(CLEAR_TRACKED, &[&tenant, &from])?;
    if whole {
        tx.execute(CLEAR_STEP_MONTHS, &[&tenant, &i64::MIN])?;
        tx.execute(CLEAR_THINGS, &[&tenant])?;
    } else {
        let month = month_number(date_of(from));
        let first = day_number(first_of_month(month));
        tx.execute(CLEAR_STEP_MONTHS, &[&tenant, &month])?;
        tx.execute(KEEP_STEP_MONTH, &[&tenant, &month, &first, &from])?;
        tx.execute(PUT_FLOOR, &[&tenant, &from])?;
    }
    Ok(())
}
