//! What people said, in figures: counted by month, and by answers at the ends of what is asked for.

use std::collections::BTreeMap;

use usher_db::{DbError, DynQuery, Read, ToParam, Tx, row, sql};
use usher_kernel::{SiteId, TenantId};
use usher_queueing::model::{AgentId, ServiceId};
use uuid::Uuid;

use crate::model::feedback::Counts;
use crate::model::months::{Span, month_of};
use crate::model::{Feedback, Grouping};

const COUNTS: &str = "responses, csat_given, csat_sum, satisfied, promoters, passives, detractors";
const VALUES: &str = "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const ADD: &str = "DO UPDATE SET responses = known.responses + excluded.responses,
    csat_given = known.csat_given + excluded.csat_given, csat_sum = known.csat_sum + excluded.csat_sum,
    satisfied = known.satisfied + excluded.satisfied, promoters = known.promoters + excluded.promoters,
    passives = known.passives + excluded.passives, detractors = known.detractors + excluded.detractors";

sql! {
    OF_AGENT = "INSERT INTO feedback_by_agent AS known (tenant_id, month, site_id, service_id, agent_id, ", COUNTS,
        ") ", VALUES, " ON CONFLICT (tenant_id, month, site_id, service_id, agent_id) ", ADD;
    OF_HOUR = "INSERT INTO feedback_by_hour AS known (tenant_id, month, site_id, service_id, hour, ", COUNTS,
        ") ", VALUES, " ON CONFLICT (tenant_id, month, site_id, service_id, hour) ", ADD;
}

/// Counts what somebody said, once it is kept.
pub(crate) fn count(tx: &mut Tx, said: &Feedback) -> Result<(), DbError> {
    let Counts { responses, csat_given, csat_sum, satisfied, promoters, passives, detractors } =
        Counts::of(said);
    let (month, _) = month_of(said.created_at);
    let agent = said.agent_id.map_or(Uuid::nil(), |agent| agent.uuid());
    let kinds: [(_, &dyn ToParam); 2] = [(OF_AGENT, &agent), (OF_HOUR, &said.hour)];
    for (add, key) in kinds {
        tx.defer(
            add,
            &[
                &said.tenant_id,
                &month,
                &said.site_id,
                &said.service_id,
                key,
                &responses,
                &csat_given,
                &csat_sum,
                &satisfied,
                &promoters,
                &passives,
                &detractors,
            ],
        )?;
    }
    Ok(())
}

/// Of what figures are made.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) tenant: TenantId,
    /// The sites that the caller is limited to; empty means all.
    pub(crate) sites: Vec<SiteId>,
    pub(crate) site: Option<SiteId>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) agent: Option<AgentId>,
    pub(crate) said: Span,
}

row! {
    /// The counts of one part.
    struct CountsRow {
        key: Option<Uuid>,
        hour: Option<i64>,
        responses: i64,
        csat_given: i64,
        csat_sum: i64,
        satisfied: i64,
        promoters: i64,
        passives: i64,
        detractors: i64,
    }
}

/// What a part is known by: an id, or an hour.
pub(crate) type Key = (Option<Uuid>, Option<i64>);

/// The counts of each part of which anything was said.
///
/// The hours of one agent are counted by the answers, in one look at an index: months do not have them.
pub(crate) fn parts(
    read: &mut Read,
    filter: &Filter,
    by: Grouping,
) -> Result<BTreeMap<Key, Counts>, DbError> {
    let spans = match (by, filter.agent) {
        (Grouping::Hour, Some(_)) => filter.said.edges_only(),
        _ => filter.said.parts(),
    };
    let mut found: BTreeMap<Key, Counts> = BTreeMap::new();
    let mut take = |read: &mut Read, query: &DynQuery, times| {
        for row in read.query_dyn::<CountsRow>(query)? {
            let key = (row.key.filter(|key| !key.is_nil()), row.hour);
            found.entry(key).or_default().add(&Counts::from(row), times);
        }
        Ok::<_, DbError>(())
    };
    if let Some(months) = spans.months {
        take(read, &counted(filter, months, by), 1)?;
    }
    for (span, times) in spans.edges {
        take(read, &answers(filter, span, by), times)?;
    }
    found.retain(|_, counts| counts.responses > 0);
    Ok(found)
}

/// By what a part is known, and how rows are joined for it.
fn grouped(by: Grouping) -> (&'static str, &'static str) {
    match by {
        Grouping::Service => {
            ("SELECT service_id AS key, CAST(NULL AS BIGINT) AS hour", " GROUP BY service_id")
        }
        Grouping::Agent => ("SELECT agent_id AS key, CAST(NULL AS BIGINT) AS hour", " GROUP BY agent_id"),
        Grouping::Site => ("SELECT site_id AS key, CAST(NULL AS BIGINT) AS hour", " GROUP BY site_id"),
        Grouping::Hour => ("SELECT CAST(NULL AS UUID) AS key, hour", " GROUP BY hour"),
    }
}

fn narrow(query: &mut DynQuery, filter: &Filter) {
    query.bind(&filter.tenant);
    if !filter.sites.is_empty() {
        query.push_sql(" AND site_id IN ").bind_list(filter.sites.iter().copied());
    }
    query
        .and(" AND site_id = ", &filter.site)
        .and(" AND service_id = ", &filter.service)
        .and(" AND agent_id = ", &filter.agent);
}

/// Whole months, as they were counted.
fn counted(filter: &Filter, months: Span, by: Grouping) -> DynQuery {
    let (columns, group) = grouped(by);
    let mut query = DynQuery::new(columns);
    query.push_sql(
        ", CAST(sum(responses) AS BIGINT) AS responses, CAST(sum(csat_given) AS BIGINT) AS csat_given, \
         CAST(sum(csat_sum) AS BIGINT) AS csat_sum, CAST(sum(satisfied) AS BIGINT) AS satisfied, \
         CAST(sum(promoters) AS BIGINT) AS promoters, CAST(sum(passives) AS BIGINT) AS passives, \
         CAST(sum(detractors) AS BIGINT) AS detractors FROM ",
    );
    query.push_sql(if by == Grouping::Hour { "feedback_by_hour" } else { "feedback_by_agent" });
    query.push_sql(" WHERE tenant_id = ");
    narrow(&mut query, filter);
    query.and(" AND month >= ", &months.from).and(" AND month < ", &months.to).push_sql(group);
    query
}

/// Single answers.
fn answers(filter: &Filter, span: Span, by: Grouping) -> DynQuery {
    let (columns, group) = grouped(by);
    let mut query = DynQuery::new(columns);
    query.push_sql(
        ", count(*) AS responses, count(csat) AS csat_given, coalesce(CAST(sum(csat) AS BIGINT), 0) AS csat_sum, \
         count(*) FILTER (WHERE csat >= 4) AS satisfied, count(*) FILTER (WHERE nps >= 9) AS promoters, \
         count(*) FILTER (WHERE nps BETWEEN 7 AND 8) AS passives, count(*) FILTER (WHERE nps <= 6) AS detractors \
         FROM feedback WHERE tenant_id = ",
    );
    narrow(&mut query, filter);
    query.and(" AND created_at >= ", &span.from).and(" AND created_at < ", &span.to).push_sql(group);
    query
}

impl From<CountsRow> for Counts {
    fn from(row: CountsRow) -> Self {
        Self {
            responses: row.responses,
            csat_given: row.csat_given,
            csat_sum: row.csat_sum,
            satisfied: row.satisfied,
            promoters: row.promoters,
            passives: row.passives,
            detractors: row.detractors,
        }
    }
}
