//! What people say, for staff.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_customers::CustomerId;
use usher_db::Read;
use usher_http::{Access, Answered, Created, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, FaultKind, Page, PageQuery, SiteId, TenantId, Timestamp};
use usher_queueing::model::scopes::TICKETS_SERVE;
use usher_queueing::model::{AgentId, ServiceId, TicketId};
use uuid::Uuid;

use super::write;
use crate::model::feedback::Counts;
use crate::model::months::Span;
use crate::model::scopes::FEEDBACK_READ;
use crate::model::{
    Feedback, FeedbackChannel, FeedbackId, FeedbackInput, FeedbackView, Grouping, Summary, SummaryRow,
};
use crate::store::feedback::Filter;
use crate::store::figures::{self, Key};
use crate::{Engagement, Error, ops, store};

/// How many parts a summary tells of at most.
const MOST_PARTS: usize = 500;

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    routes
        .get("/api/v1/tenants/{tenant}/feedback", Access::scope(FEEDBACK_READ), list, |d| {
            d.summary("What people said, the newest first")
                .query::<Wanted>()
                .answer::<Page<FeedbackView>>(200)
        })
        .get("/api/v1/tenants/{tenant}/feedback/summary", figures(), summary, |d| {
            d.summary("What people said, in figures")
                .description(
                    "CSAT and NPS of all of it and of each service, agent, hour or site. With `feedback:read` of \
                     everybody at one's sites, else of those alone whom one served oneself.",
                )
                .query::<Split>()
                .answer::<Summary>(200)
        })
        .post("/api/v1/tenants/{tenant}/tickets/{id}/feedback", Access::scope(TICKETS_SERVE), give, |d| {
            d.summary("Write down what somebody said of their service")
                .body::<FeedbackInput>()
                .answer::<FeedbackView>(201)
                .fault("not_served", 409)
                .fault("said_already", 409)
                .fault("too_late", 410)
        })
}

/// Who reads figures: of everybody, or of their own work.
fn figures() -> Access {
    Access::any_of([Access::scope(FEEDBACK_READ), Access::scope(TICKETS_SERVE)])
}

/// Which feedback, and which page of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wanted {
    #[serde(flatten)]
    page: PageQuery,
    /// Only of this ticket.
    ticket_id: Option<TicketId>,
    /// Only of those whom this appointment brought.
    appointment_id: Option<Uuid>,
    /// Only of this site.
    site_id: Option<SiteId>,
    /// Only of this service.
    service_id: Option<ServiceId>,
    /// Only of those served by this agent.
    agent_id: Option<AgentId>,
    /// Only of this customer.
    customer_id: Option<CustomerId>,
    /// Said at or after.
    from: Option<Timestamp>,
    /// Said before.
    to: Option<Timestamp>,
    /// Only of those who were not content.
    low: Option<bool>,
}

/// Which feedback, and by what it is split.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Split {
    /// By what; by service when absent.
    by: Option<Grouping>,
    /// Only of this site.
    site_id: Option<SiteId>,
    /// Only of this service.
    service_id: Option<ServiceId>,
    /// Only of those served by this agent.
    agent_id: Option<AgentId>,
    /// Said at or after.
    from: Option<Timestamp>,
    /// Said before.
    to: Option<Timestamp>,
}

async fn list(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<FeedbackView>>, Fault> {
    let before = wanted.page.after::<FeedbackId>()?;
    let limit = wanted.page.limit();
    let filter = Filter {
        tenant: ctx.tenant,
        sites: ctx.sites.to_vec(),
        ticket: wanted.ticket_id,
        appointment: wanted.appointment_id,
        site: wanted.site_id,
        service: wanted.service_id,
        agent: wanted.agent_id,
        customer: wanted.customer_id,
        from: wanted.from,
        to: wanted.to,
        low: wanted.low.unwrap_or(false),
    };
    let read = move |read: &mut Read<'_>| store::feedback::list(read, &filter, before, limit);
    let found = engagement.db().read(&ctx, read).await?;
    let page = Page::cut(found, limit, |said: &Feedback| said.id.to_string());
    Ok(Json(page.map(FeedbackView::from)))
}

/// Of whose work the caller may read figures: of anybody's with `feedback:read`, else of their own alone.
fn whose(ctx: &Ctx, wanted: Option<AgentId>) -> Result<Option<AgentId>, Fault> {
    if ctx.may(&FEEDBACK_READ) {
        return Ok(wanted);
    }
    let text = "You may read what was said of your own work. Leave agent_id out.";
    let refused = || Fault::new(FaultKind::Forbidden, "forbidden", text).at("agent_id");
    let own = ctx.actor.user().ok_or_else(refused)?;
    if wanted.is_some_and(|agent| agent != own) { Err(refused()) } else { Ok(Some(own)) }
}

async fn summary(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Query(wanted): Query<Split>,
) -> Result<Json<Summary>, Fault> {
    let by = wanted.by.unwrap_or(Grouping::Service);
    let filter = figures::Filter {
        tenant: ctx.tenant,
        sites: ctx.sites.to_vec(),
        site: wanted.site_id,
        service: wanted.service_id,
        agent: whose(&ctx, wanted.agent_id)?,
        said: Span { from: wanted.from, to: wanted.to },
    };
    let (me, tenant) = (engagement.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        let mut parts: Vec<_> = figures::parts(read, &filter, by)?.into_iter().collect();
        let mut total = Counts::default();
        for (_, counts) in &parts {
            total.add(counts, 1);
        }
        parts.sort_by_key(|((_, hour), counts)| (*hour, -counts.responses));
        parts.truncate(MOST_PARTS);
        let ids: Vec<Uuid> = parts.iter().filter_map(|((id, _), _)| *id).collect();
        let names = names_of(&me, read, tenant, by, &ids)?;
        let item = |((id, hour), counts): (Key, Counts)| match hour {
            Some(hour) => SummaryRow::of(Some(hour.to_string()), Some(format!("{hour:02}:00")), counts),
            None => {
                let name = id.and_then(|id| names.get(&id).cloned());
                SummaryRow::of(id.map(|id| id.to_string()), name, counts)
            }
        };
        let items = parts.into_iter().map(item).collect();
        Ok::<_, Error>(Summary { total: SummaryRow::of(None, None, total), by, items })
    };
    Ok(Json(engagement.db().read(&ctx, read).await?))
}

/// What services, agents or sites are called.
fn names_of(
    engagement: &Engagement,
    read: &mut Read<'_>,
    tenant: TenantId,
    by: Grouping,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    let line = engagement.line();
    Ok(match by {
        Grouping::Hour => HashMap::new(),
        Grouping::Service => {
            let config = line.config(read)?;
            let name = |id: &Uuid| Some((*id, config.service(ServiceId::from_uuid(*id))?.name.clone()));
            ids.iter().filter_map(name).collect()
        }
        Grouping::Site => {
            let directory = line.directory();
            let name = |id: &Uuid| Some((*id, directory.site(tenant, SiteId::from_uuid(*id))?.name.clone()));
            ids.iter().filter_map(name).collect()
        }
        Grouping::Agent => {
            let ids: Vec<AgentId> = ids.iter().copied().map(AgentId::from_uuid).collect();
            let people = line.identity().people(read, &ids)?;
            people.into_iter().map(|(id, user)| (id.uuid(), user.display_name().to_owned())).collect()
        }
    })
}

async fn give(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<TicketId>,
    Json(input): Json<FeedbackInput>,
) -> Result<Answered, Fault> {
    let caller = ctx.clone();
    write(&ctx, &engagement, move |engagement, tx| {
        let site = engagement.line().ticket_in(tx, id)?.site_id;
        if !caller.may_at(site) {
            return Err(Error::NotFound("ticket"));
        }
        let said = ops::say(tx, engagement, caller.tenant, id, input.clone(), FeedbackChannel::Staff)?;
        Ok(Created(FeedbackView::from(said)))
    })
    .await
}
