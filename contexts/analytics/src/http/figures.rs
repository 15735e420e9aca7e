//! Dashboards, lists side by side, peak hours, promises and losses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, Json, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SiteId, Timestamp};
use usher_queueing::model::{QueueId, ServiceId};

use super::ask;
use crate::Analytics;
use crate::model::scopes::{ANALYTICS_READ, TICKETS_SERVE};
use crate::model::{Period, Scope};
use crate::ops::dashboard::{Dashboard, PeakHour, dashboard, peak_hours};
use crate::ops::lists::{
    AgentFigures, CounterFigures, NamedFigures, agents_of, counters_of, queues_of, services_of, sites_of,
};
use crate::ops::promise::{Abandonment, Sla, abandonment, sla};
use crate::ops::read::{Names, daily};
use crate::ops::view::{Asked, View};

/// Which days and places, and which page of the list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listed {
    #[serde(flatten)]
    asked: Asked,
    #[serde(flatten)]
    page: PageQuery,
}

/// Peak hours: how busy each hour of each weekday was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct HeatMap {
    /// The days.
    period: Period,
    /// When this was true.
    at: Timestamp,
    /// The hours in which anything happened, Monday first.
    hours: Vec<PeakHour>,
}

pub(super) fn routes(routes: Routes<Analytics>) -> Routes<Analytics> {
    let read = || Access::scope(ANALYTICS_READ);
    let own = || Access::any_of([read(), Access::scope(TICKETS_SERVE)]);
    routes
        .get("/api/v1/tenants/{tenant}/analytics/dashboard", own(), the_dashboard, |d| {
            d.summary("The dashboard of whoever asks")
                .description(
                    "With `analytics:read` the sites that one works at, else one's own work alone. Percentiles \
                     come from mergeable histograms and are within 2.44 %. `compared` sets whole days against \
                     as many whole days before them, weekday by weekday.",
                )
                .query::<Asked>()
                .answer::<Dashboard>(200)
        })
        .also(&["/api/organizations/{org}/analytics/dashboard"])
        .get("/api/v1/tenants/{tenant}/analytics/sites", read(), sites, |d| {
            d.summary("The sites side by side").query::<Listed>().answer::<Page<NamedFigures<SiteId>>>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/queues", read(), queues, |d| {
            d.summary("The queues side by side").query::<Listed>().answer::<Page<NamedFigures<QueueId>>>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/services", read(), services, |d| {
            d.summary("The services side by side")
                .query::<Listed>()
                .answer::<Page<NamedFigures<ServiceId>>>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/counters", read(), counters, |d| {
            d.summary("The counters side by side").query::<Listed>().answer::<Page<CounterFigures>>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/agents", own(), agents, |d| {
            d.summary("The agents side by side")
                .description("With `analytics:read` everybody at one's sites, else oneself alone.")
                .query::<Listed>()
                .answer::<Page<AgentFigures>>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/heat-map", read(), heat_map, |d| {
            d.summary("How busy each hour of each weekday was").query::<Asked>().answer::<HeatMap>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/sla", read(), the_sla, |d| {
            d.summary("How the promised waits were kept").query::<Asked>().answer::<Sla>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/abandonment", read(), the_abandonment, |d| {
            d.summary("Who left before they were served").query::<Asked>().answer::<Abandonment>(200)
        })
}

async fn the_dashboard(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(asked): Query<Asked>,
) -> Result<Json<Dashboard>, Fault> {
    ask(&ctx, &analytics, move |line, read| dashboard(line, read, &asked)).await.map(Json)
}

async fn sites(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(listed): Query<Listed>,
) -> Result<Json<Page<NamedFigures<SiteId>>>, Fault> {
    let Listed { asked, page: wanted } = listed;
    let all = ask(&ctx, &analytics, move |line, read| {
        let view = View::of(line, read, &asked)?;
        let names = Names::load(line, read, &view)?;
        sites_of(line, read, &view, &names)
    });
    Page::of(all.await?, &wanted, |site| site.id.to_string()).map(Json)
}

async fn queues(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(listed): Query<Listed>,
) -> Result<Json<Page<NamedFigures<QueueId>>>, Fault> {
    let Listed { asked, page: wanted } = listed;
    let all = ask(&ctx, &analytics, move |line, read| {
        let view = View::of(line, read, &asked)?;
        let names = Names::load(line, read, &view)?;
        let mut all = queues_of(line, read, &view, &names)?;
        all.retain(|queue| view.shows(Scope::Queue, queue.id.uuid()));
        Ok(all)
    });
    Page::of(all.await?, &wanted, |queue| queue.id.to_string()).map(Json)
}

async fn services(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(listed): Query<Listed>,
) -> Result<Json<Page<NamedFigures<ServiceId>>>, Fault> {
    let Listed { asked, page: wanted } = listed;
    let all = ask(&ctx, &analytics, move |line, read| {
        let view = View::of(line, read, &asked)?;
        let names = Names::load(line, read, &view)?;
        let mut all = services_of(line, read, &view, &names)?;
        all.retain(|service| view.shows(Scope::Service, service.id.uuid()));
        Ok(all)
    });
    Page::of(all.await?, &wanted, |service| service.id.to_string()).map(Json)
}

async fn counters(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(listed): Query<Listed>,
) -> Result<Json<Page<CounterFigures>>, Fault> {
    let Listed { asked, page: wanted } = listed;
    let all = ask(&ctx, &analytics, move |line, read| {
        let view = View::of_sites(line, read, &asked)?;
        let names = Names::load(line, read, &view)?;
        counters_of(line, read, &view, &names)
    });
    Page::of(all.await?, &wanted, |counter| counter.counter_id.to_string()).map(Json)
}

async fn agents(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(listed): Query<Listed>,
) -> Result<Json<Page<AgentFigures>>, Fault> {
    let Listed { asked, page: wanted } = listed;
    let all = ask(&ctx, &analytics, move |line, read| {
        let view = View::of_sites(line, read, &asked)?;
        let caller = read.caller().clone();
        let mut all = agents_of(line, read, &view, None)?;
        if !caller.may(&ANALYTICS_READ) {
            all.retain(|agent| caller.actor.user() == Some(agent.agent_id));
        }
        Ok(all)
    });
    Page::of(all.await?, &wanted, |agent| agent.agent_id.to_string()).map(Json)
}

async fn heat_map(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(asked): Query<Asked>,
) -> Result<Json<HeatMap>, Fault> {
    let told = ask(&ctx, &analytics, move |line, read| {
        let view = View::of(line, read, &asked)?;
        view.needs_hours()?;
        let hours = peak_hours(&daily(read, &view)?);
        Ok(HeatMap { period: view.period, at: view.now, hours })
    });
    told.await.map(Json)
}

async fn the_sla(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(asked): Query<Asked>,
) -> Result<Json<Sla>, Fault> {
    ask(&ctx, &analytics, move |line, read| sla(line, read, &asked)).await.map(Json)
}

async fn the_abandonment(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(asked): Query<Asked>,
) -> Result<Json<Abandonment>, Fault> {
    ask(&ctx, &analytics, move |line, read| abandonment(line, read, &asked)).await.map(Json)
}
