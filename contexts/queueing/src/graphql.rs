//! The line in the graph: every route of staff and of document 004, and the ways between the things of a line.

use serde_json::Value;
use usher_customers::graphql::CUSTOMER;
use usher_customers::model::CustomerView;
use usher_graphql::{Declared, Graph, Object};
use usher_kernel::{Ctx, Fault, Id, Timestamp, UserId};
use usher_tenancy::graphql::SITE;
use usher_tenancy::model::SiteView;
use uuid::Uuid;

use crate::http::{SharedTicket, config_of};
use crate::model::rule::Then;
use crate::model::{
    Algorithm, Channel, CounterId, Note, Op, Queue, QueueId, QueueStatus, Reset, Service, ServiceId, Status,
    Term, TicketId,
};
use crate::ops::show::{ActiveTicket, CounterView, QueueView, Statistics, Stats, TicketView};
use crate::ops::{Queueing, show};
use crate::store;

const QUEUES: &str = "GET /api/v1/tenants/{tenant}/queues";
const QUEUE: &str = "GET /api/v1/tenants/{tenant}/queues/{id}";
/// The route that reads one service, for links to services.
pub const SERVICE: &str = "GET /api/v1/tenants/{tenant}/services/{id}";
const COUNTER: &str = "GET /api/v1/tenants/{tenant}/counters/{id}";
/// The route that reads one ticket, for links to tickets.
pub const TICKET: &str = "GET /api/v1/tenants/{tenant}/tickets/{id}";
const FLOOR: &str = "GET /api/v1/tenants/{tenant}/sites/{site}/floor";

/// Operations by the name in the graph and the way after the tenant's.
macro_rules! of_tenant {
    ($($name:literal = $method:literal $rest:literal),* $(,)?) => {
        &[$(($name, concat!($method, " /api/v1/tenants/{tenant}/", $rest))),*]
    };
}

/// What this context adds to the graph.
pub fn graph(line: Queueing) -> Declared {
    let graph = Graph::new(line)
        .named::<Status>("TicketStatus")
        .named::<Op>("TicketOperation")
        .named::<Channel>("TicketChannel")
        .named::<Note>("TicketNote")
        .named::<Algorithm>("QueueAlgorithm")
        .named::<QueueStatus>("QueueStatus")
        .named::<Reset>("NumberReset")
        .named::<Stats>("QueueStats")
        .named::<Statistics>("QueueStatistics")
        .named::<Term>("RankTerm")
        .named::<Then>("RoutingAction")
        .named::<Service>("Service")
        .object::<QueueView>("Queue", queue)
        .object::<CounterView>("Counter", |counter| counter.link("site", "site_id", SITE, sites))
        .object::<TicketView>("Ticket", ticket);
    document(graph)
        .queries(&[
            ("queues", QUEUES),
            ("queue", QUEUE),
            ("service", SERVICE),
            ("counter", COUNTER),
            ("ticket", TICKET),
            ("floor", FLOOR),
        ])
        .queries(of_tenant![
            "services" = "GET" "services",
            "queueStats" = "GET" "queues/{id}/stats",
            "counters" = "GET" "counters",
            "routingRules" = "GET" "routing-rules",
            "routingRule" = "GET" "routing-rules/{id}",
            "tickets" = "GET" "tickets",
            "ticketHistory" = "GET" "tickets/{id}/history",
            "explainTicket" = "GET" "tickets/{id}/explain",
            "console" = "GET" "agents/me",
            "report" = "GET" "sites/{site}/report",
        ])
        .query("dayStats", "GET /api/stats")
        .mutations(of_tenant![
            "createService" = "POST" "services",
            "updateService" = "PUT" "services/{id}",
            "archiveService" = "DELETE" "services/{id}",
            "createQueue" = "POST" "queues",
            "archiveQueue" = "DELETE" "queues/{id}",
            "createCounter" = "POST" "counters",
            "updateCounter" = "PUT" "counters/{id}",
            "archiveCounter" = "DELETE" "counters/{id}",
            "assignStaff" = "POST" "counters/{id}/assign-staff",
            "createRoutingRule" = "POST" "routing-rules",
            "updateRoutingRule" = "PUT" "routing-rules/{id}",
            "deleteRoutingRule" = "DELETE" "routing-rules/{id}",
            "closeSite" = "POST" "sites/{site}/close",
            "reopenSite" = "POST" "sites/{site}/reopen",
            "signIn" = "POST" "agents/sign-in",
            "signOut" = "POST" "agents/sign-out",
            "setStatus" = "POST" "agents/set-status",
            "callNext" = "POST" "agents/call-next",
            "completeAndCallNext" = "POST" "agents/complete-and-call-next",
            "undo" = "POST" "agents/undo",
            "issueTicket" = "POST" "tickets",
            "updateTicket" = "PUT" "tickets/{id}",
            "callTicket" = "POST" "tickets/{id}/call",
            "recallTicket" = "POST" "tickets/{id}/recall",
            "reprintTicket" = "POST" "tickets/{id}/reprint",
            "startService" = "POST" "tickets/{id}/start_service",
            "pauseTicket" = "POST" "tickets/{id}/pause",
            "resumeTicket" = "POST" "tickets/{id}/resume",
            "parkTicket" = "POST" "tickets/{id}/park",
            "unparkTicket" = "POST" "tickets/{id}/unpark",
            "transferTicket" = "POST" "tickets/{id}/transfer",
            "skipTicket" = "POST" "tickets/{id}/skip",
            "markNoShow" = "POST" "tickets/{id}/mark_no_show",
            "reinstateTicket" = "POST" "tickets/{id}/reinstate",
            "closeTicket" = "POST" "tickets/{id}/close",
            "continueVisit" = "POST" "tickets/{id}/continue_visit",
            "finishWrapUp" = "POST" "tickets/{id}/finish_wrap_up",
            "reprioritiseTicket" = "POST" "tickets/{id}/reprioritise",
            "confirmPriority" = "POST" "tickets/{id}/confirm_priority",
            "moveTicket" = "POST" "tickets/{id}/move",
            "postponeTicket" = "POST" "tickets/{id}/postpone",
            "checkInTicket" = "POST" "tickets/{id}/check_in",
            "noteTicket" = "POST" "tickets/{id}/note",
            "countOutside" = "POST" "queues/{id}/outside",
            "withdrawTicket" = "POST" "tickets/{id}/cancel",
            "testPrinter" = "POST" "devices/{id}/print-test",
        ])
        .subscription("queueUpdated", "queue", QUEUE)
        .subscription("ticketUpdated", "ticket", TICKET)
        .subscription("counterUpdated", "counter", COUNTER)
        .subscription("floorUpdated", "site", FLOOR)
        .finish()
}

/// The operations that document 004 names.
fn document(graph: Graph<Queueing>) -> Graph<Queueing> {
    graph
        .list("getQueues", QUEUES)
        .query("getQueue", QUEUE)
        .list("getTickets", "GET /api/tickets")
        .query("getTicket", "GET /api/tickets/{id}")
        .mutation("createTicket", "POST /api/tickets")
        .mutation("cancelTicket", "DELETE /api/tickets/{id}")
        .mutation("updateQueue", "PUT /api/v1/tenants/{tenant}/queues/{id}")
}

fn queue(queue: Object<Queueing>) -> Object<Queueing> {
    queue
        .link("site", "site_id", SITE, sites)
        .link("services", "service_ids", SERVICE, services)
        .field::<bool>("isActive", "Whether it takes people at all.", |_, queue| queue["status"] == "active")
        .field::<Vec<ActiveTicket>>(
            "activeTickets",
            "Those in line, the next one first; at most fifty.",
            |line, queue| {
                id(queue).map(|id| show::queue_updated(line, id).active_tickets).unwrap_or_default()
            },
        )
        .field::<Statistics>("statistics", "The day so far.", |line, queue| {
            id(queue).map(|id| show::queue_updated(line, id).statistics).unwrap_or_default()
        })
}

fn ticket(ticket: Object<Queueing>) -> Object<Queueing> {
    ticket
        .form::<SharedTicket>()
        .link("queue", "queue_id", QUEUE, queues)
        .link("service", "service_id", SERVICE, services)
        .link("site", "site_id", SITE, sites)
        .link("counter", "counter_id", COUNTER, counters)
        .field::<String>("ticketNumber", "Its number.", |_, ticket| {
            text(ticket, "number").unwrap_or_default()
        })
        .link("customer", "customer_id", CUSTOMER, customers)
        .part("userId", "The account of the person, where they have one.", "customer_id", users)
        .field::<Option<i64>>(
            "estimatedWaitTime",
            "The median wait in whole minutes; null when it does not wait, or nobody serves.",
            |_, ticket| minutes(&ticket["estimate"]["p50"]),
        )
        .field::<Option<Timestamp>>("createdAt", "When it was issued.", |_, ticket| time(ticket, "issued_at"))
        .field::<Option<Timestamp>>("updatedAt", "When it last came to another state.", |_, ticket| {
            let steps = [
                "issued_at",
                "entered_at",
                "called_at",
                "recalled_at",
                "started_at",
                "paused_at",
                "ended_at",
            ];
            steps.into_iter().filter_map(|step| time(ticket, step)).max()
        })
        .field::<Option<Timestamp>>("servedAt", "When it was served.", |_, ticket| {
            time(ticket, "ended_at").filter(|_| ticket["status"] == "served")
        })
}

fn text(thing: &Value, key: &str) -> Option<String> {
    thing[key].as_str().map(str::to_owned)
}

fn time(thing: &Value, key: &str) -> Option<Timestamp> {
    thing[key].as_str()?.parse().ok()
}

fn id(thing: &Value) -> Option<QueueId> {
    thing["id"].as_str()?.parse().ok()
}

#[expect(clippy::cast_possible_truncation, reason = "a wait in minutes")]
fn minutes(wait: &Value) -> Option<i64> {
    wait.as_f64().map(|minutes| minutes.round() as i64)
}

async fn queues(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, QueueView)>, Fault> {
    line.estimates_known().await;
    let (config, now) = (config_of(&ctx, &line).await?, ctx.now());
    let view = |queue: &Queue| show::queue_view(&line, &config, queue, now);
    Ok(ids.into_iter().filter_map(|id| Some((id, view(config.queue(QueueId::from_uuid(id))?)))).collect())
}

/// The services with these ids, for a link of any context.
///
/// # Errors
/// The database failed.
pub async fn services(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Service)>, Fault> {
    let config = config_of(&ctx, &line).await?;
    let one = |id: Uuid| config.service(ServiceId::from_uuid(id)).map(|service| Service::clone(service));
    Ok(ids.into_iter().filter_map(|id| Some((id, one(id)?))).collect())
}

async fn counters(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, CounterView)>, Fault> {
    let (config, now) = (config_of(&ctx, &line).await?, ctx.now());
    let found = ids.into_iter().filter_map(|id| {
        let counter = config.counter(CounterId::from_uuid(id))?;
        Some((id, show::counter(&line, &config, ctx.tenant, counter, now)))
    });
    Ok(found.collect())
}

/// The customers with these ids, for a link of any context.
///
/// # Errors
/// The database failed.
pub async fn customers(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, CustomerView)>, Fault> {
    usher_customers::graphql::customers(ctx, line.customers().clone(), ids).await
}

async fn users(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, UserId)>, Fault> {
    let (tenant, people) = (ctx.tenant, line.customers().clone());
    let ids: Vec<_> = ids.into_iter().map(Id::from_uuid).collect();
    let found = line.db().read(&ctx, move |read| people.users_of(read, tenant, &ids)).await?;
    Ok(found.into_iter().map(|(customer, user)| (customer.uuid(), user)).collect())
}

/// The sites with these ids, for a link of any context.
///
/// # Errors
/// The database failed.
pub async fn sites(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, SiteView)>, Fault> {
    usher_tenancy::graphql::sites(ctx, line.identity().tenancy().clone(), ids).await
}

/// The tickets with these ids that the caller may see, for a link of any context.
///
/// # Errors
/// The database failed.
pub async fn tickets(ctx: Ctx, line: Queueing, ids: Vec<Uuid>) -> Result<Vec<(Uuid, TicketView)>, Fault> {
    line.estimates_known().await;
    let (config, now) = (config_of(&ctx, &line).await?, ctx.now());
    let ids: Vec<_> = ids.into_iter().map(TicketId::from_uuid).collect();
    let found = line.db().read(&ctx, move |read| store::tickets::these(read, ids)).await?;
    let seen = found.into_iter().filter(|ticket| ctx.may_at(ticket.site_id));
    Ok(seen.map(|ticket| (ticket.id.uuid(), show::ticket(&line, &config, &ticket, now))).collect())
}
