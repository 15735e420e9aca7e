//! Reading tickets: lists, one, its history, its place explained, its receipt.

use schemars::JsonSchema;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use usher_customers::CustomerId;
use usher_db::Read;
use usher_events::{Record, history};
use usher_http::{Access, Answered, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SiteId, Timestamp};
use uuid::Uuid;

use super::super::{lane_of, write};
use super::reader;
use crate::error::Error;
use crate::model::scopes::{TICKETS_ISSUE, TICKETS_READ};
use crate::model::{CounterId, Explanation, QueueId, ServiceId, Status, TicketId};
use crate::ops::customer::is_own;
use crate::ops::show::TicketView;
use crate::ops::{Queueing, note, seen, show, ticket};
use crate::store::tickets::{Filter, Place, list as stored};

usher_kernel::text_enum! {
    /// In which order tickets are listed.
    enum Listing {
        /// The newest first.
        Newest = "newest",
        /// In the order in which they are called, the head of the line first: no page cuts off who waits longest.
        Line = "line",
    }
}

/// Which tickets.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in super::super) struct TicketFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// In these states, in any case.
    #[serde(deserialize_with = "in_any_case")]
    status: Vec<Status>,
    /// In this line.
    queue_id: Option<QueueId>,
    /// At this site.
    site_id: Option<SiteId>,
    /// For this service.
    service_id: Option<ServiceId>,
    /// Held or served by this counter.
    counter_id: Option<CounterId>,
    /// Of this customer.
    customer_id: Option<CustomerId>,
    /// A piece of the name, the phone number or the ticket's number.
    q: Option<String>,
    /// Issued at or after.
    from: Option<Timestamp>,
    /// Issued before.
    to: Option<Timestamp>,
    /// In which order; `newest` when absent.
    order: Option<Listing>,
}

/// States as document 004's clients write them: `SERVED` is `served`.
fn in_any_case<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<Status>, D::Error> {
    let words = Vec::<String>::deserialize(given)?;
    let one = |word: String| Status::deserialize(word.to_ascii_lowercase().into_deserializer());
    words.into_iter().map(one).collect()
}

impl TicketFilter {
    /// The same, of one customer only.
    pub(in super::super) fn of_customer(self, customer: CustomerId) -> Self {
        Self { customer_id: Some(customer), ..self }
    }

    /// The same in one line; those whose life has not ended, unless states are named.
    pub(in super::super) fn active_in(self, queue: QueueId) -> Self {
        let status = if self.status.is_empty() {
            Status::ALL.iter().copied().filter(|s| !s.is_final()).collect()
        } else {
            self.status
        };
        Self { queue_id: Some(queue), status, ..self }
    }
}

/// One thing that happened to a ticket.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct HistoryItem {
    /// When.
    at: Timestamp,
    /// What.
    kind: String,
    /// Who: the kind of actor and its id.
    actor: HistoryActor,
    /// The facts.
    payload: Value,
    /// Why, in the words of whoever did it; null where nothing was said, or it was erased with the person.
    reason: Option<String>,
}

impl From<Record> for HistoryItem {
    fn from(Record { event, personal }: Record) -> Self {
        let payload: Value = serde_json::from_str(event.payload.get()).unwrap_or(Value::Null);
        // Why a line closed is a fact; what an older version wrote of a person stands there, too.
        let reason = personal.iter().chain([&payload]).find_map(|said| said["reason"].as_str());
        Self {
            at: event.at,
            kind: event.kind.into_owned(),
            actor: HistoryActor { kind: event.actor_kind.into_owned(), id: event.actor_id },
            reason: reason.map(str::to_owned),
            payload,
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct HistoryActor {
    /// `user`, `kiosk`, `system` …
    kind: String,
    /// Its id.
    id: Option<Uuid>,
}

/// What a printer needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Receipt {
    /// The ticket.
    ticket: TicketView,
    /// The site's name.
    site_name: String,
    /// Its address.
    site_address: Option<String>,
    /// The secret of its page.
    secret: String,
    /// The path of its page.
    url: String,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    routes
        .get("/api/v1/tenants/{tenant}/tickets", reader(), list, |d| {
            d.summary("Find tickets, the newest first or in the order of the line")
                .query::<TicketFilter>()
                .answer::<Page<TicketView>>(200)
        })
        .get("/api/v1/tenants/{tenant}/tickets/{id}", reader(), get, |d| {
            d.summary("Read a ticket").answer::<TicketView>(200)
        })
        .get("/api/v1/tenants/{tenant}/tickets/{id}/history", reader(), past, |d| {
            d.summary("What happened to a ticket").answer::<Page<HistoryItem>>(200)
        })
        .get("/api/v1/tenants/{tenant}/tickets/{id}/explain", reader(), explain, |d| {
            d.summary("Why a ticket stands where it stands").answer::<Explanation>(200)
        })
        .post("/api/v1/tenants/{tenant}/tickets/{id}/reprint", Access::scope(TICKETS_ISSUE), reprint, |d| {
            d.summary("Print a ticket again").answer::<Receipt>(200)
        })
}

/// The tickets that a filter finds.
pub(in super::super) async fn found(
    ctx: &Ctx,
    line: &Queueing,
    filter: TicketFilter,
) -> Result<Page<TicketView>, Fault> {
    let order = filter.order.unwrap_or(Listing::Newest);
    let place = match order {
        Listing::Newest => Place::Newest(filter.page.after()?),
        Listing::Line => Place::Line(filter.page.after_by(|text| {
            let (rank, id) = text.split_once(' ')?;
            Some((rank.parse().ok()?, id.parse().ok()?))
        })?),
    };
    let limit = filter.page.limit();
    let me = line.clone();
    let sites = ctx.sites.clone();
    let page = line
        .db()
        .read(ctx, move |read| {
            let config = me.config(read)?;
            let now = read.now();
            let wanted = Filter {
                statuses: filter.status,
                queue: filter.queue_id,
                site: filter.site_id,
                service: filter.service_id,
                counter: filter.counter_id,
                customer: filter.customer_id,
                search: filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()),
                from: filter.from,
                to: filter.to,
                place,
                sites: &sites,
            };
            let rows = stored(read, &wanted, limit + 1)?;
            let page = Page::cut(rows, limit, |t| match order {
                Listing::Newest => t.id.to_string(),
                Listing::Line => format!("{} {}", t.rank, t.id),
            });
            Ok::<_, Error>(page.map(|t| show::ticket(&me, &config, &t, now)))
        })
        .await?;
    Ok(page)
}

async fn list(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<TicketFilter>,
) -> Result<Json<Page<TicketView>>, Fault> {
    Ok(Json(found(&ctx, &line, filter).await?))
}

/// One ticket.
async fn one(ctx: &Ctx, line: &Queueing, id: TicketId) -> Result<TicketView, Fault> {
    let me = line.clone();
    Ok(line
        .db()
        .read(ctx, move |read| {
            let found = seen(&me, read, id)?;
            let config = me.config(read)?;
            Ok::<_, Error>(show::ticket(&me, &config, &found, read.now()))
        })
        .await?)
}

/// A ticket for those who may see it: its own customer, and staff.
pub(in super::super) async fn visible(ctx: &Ctx, line: &Queueing, id: TicketId) -> Result<TicketView, Fault> {
    let me = line.clone();
    let read = move |read: &mut Read<'_>| {
        let t = ticket(read, id)?;
        let staff = read.caller().may(&TICKETS_READ) && read.caller().may_at(t.site_id);
        if staff || is_own(&me, read, t.tenant_id, t.customer_id)? {
            super::shown(&me, read, &t)
        } else {
            Err(Error::NotFound("ticket"))
        }
    };
    Ok(line.db().read(ctx, read).await?)
}

async fn get(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<Json<TicketView>, Fault> {
    Ok(Json(one(&ctx, &line, id).await?))
}

async fn past(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<Json<Page<HistoryItem>>, Fault> {
    let (me, tenant) = (line.clone(), ctx.tenant);
    let records = line
        .db()
        .read(&ctx, move |read| {
            seen(&me, read, id)?;
            Ok::<_, Error>(history(read, tenant, ("ticket", id.uuid()), None, 200)?)
        })
        .await?;
    let items = records.into_iter().rev().map(HistoryItem::from).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

async fn explain(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<Json<Explanation>, Fault> {
    let me = line.clone();
    let answer = line.db().read(&ctx, move |read| show::explain(&me, read, id)).await?;
    Ok(Json(answer))
}

async fn reprint(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of(&line, id), move |line, tx| {
        let t = note::reprint(line, tx, id)?;
        let site = line.directory().site(t.tenant_id, t.site_id).ok_or(Error::NotFound("site"))?;
        let secret = line.secrets().seal(id);
        Ok(usher_http::Ok(Receipt {
            ticket: super::shown(line, tx, &t)?,
            site_name: site.name.clone(),
            site_address: site.address.clone(),
            url: format!("/t/{secret}"),
            secret,
        }))
    })
    .await
}
