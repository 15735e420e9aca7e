//! A site's board: what is public about its lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{SiteId, TenantId, Timestamp};
use usher_tenancy::model::Branding;
use uuid::Uuid;

use super::label::Labels;
use super::queue::closed_reason;
use crate::error::Error;
use crate::model::live::Call;
use crate::model::{Counter, CounterId, Estimate, QueueId, ServiceId, Status, TenantConfig, TicketId};
use crate::ops::{Queueing, guard};

/// The tenant on a board.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardTenant {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its colours and logo.
    pub branding: Branding,
    /// Its own language.
    pub locale: String,
    /// The languages it speaks.
    pub locales: Vec<String>,
    /// Whether people choose several services for one visit by themselves.
    pub several_services: bool,
    /// The help that people can ask for as they join: `seat`, `lift`, `interpreter`, or the tenant's own words.
    pub assistance: Vec<String>,
}

/// The site on a board.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardSite {
    /// Its id.
    pub id: SiteId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its time zone.
    pub timezone: String,
    /// Whether it takes people now.
    pub open: bool,
    /// When it opens next.
    pub opens_at: Option<Timestamp>,
    /// When it closes.
    pub closes_at: Option<Timestamp>,
    /// A line for everybody; in an emergency why it is closed.
    pub notice: Option<String>,
}

/// A service on a board.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardService {
    /// Its id.
    pub id: ServiceId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
}

/// A line on a board.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardQueue {
    /// Its id.
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// Before its numbers.
    pub prefix: String,
    /// `open`, `paused`, `closed` or `full`.
    pub status: &'static str,
    /// Why it is not open.
    pub reason: Option<String>,
    /// When it takes people again.
    pub reopens_at: Option<Timestamp>,
    /// How many wait.
    pub waiting: i64,
    /// How many counters serve it now.
    pub counters_open: i64,
    /// The wait of somebody who joins now.
    pub estimate: Estimate,
    /// What it is for.
    pub services: Vec<BoardService>,
    /// Whether one has to be near to join by oneself: the phone's position is asked for, and kept nowhere.
    pub asks_position: bool,
    /// Whether one has to scan the code of a screen to join by oneself.
    pub asks_code: bool,
}

/// A counter on a board: for the screen above it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardCounter {
    /// Its id.
    pub id: CounterId,
    /// The short label that boards show.
    pub number: String,
    /// Its name.
    pub name: String,
    /// `closed`; `paused` while whoever sits there is on a break; `idle` where somebody can be called; `busy` while it
    /// holds somebody, be it closed or paused meanwhile.
    pub state: &'static str,
}

/// A call on a board.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CallView {
    /// The announcement.
    pub announcement_id: Uuid,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// What the board shows of the person, as the tenant chose: their first name or initials, else the number.
    pub label: String,
    /// Where to.
    pub counter_id: CounterId,
    /// That counter's label.
    pub counter_number: String,
    /// That counter's name.
    pub counter_name: String,
    /// From which line.
    pub queue_id: QueueId,
    /// At which site: a display may show those of several.
    pub site_id: SiteId,
    /// When.
    pub called_at: Timestamp,
    /// Whether it was called before.
    pub recall: bool,
    /// Whether a display played it; each has to for itself.
    pub acknowledged: bool,
    /// Whether the person has come and is served.
    pub serving: bool,
}

/// What is public about a site's lines.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SiteBoard {
    /// Whose.
    pub tenant: BoardTenant,
    /// Where.
    pub site: BoardSite,
    /// Its lines.
    pub queues: Vec<BoardQueue>,
    /// Its counters, each as it stands.
    pub counters: Vec<BoardCounter>,
    /// Called or served now, the newest first.
    pub now_serving: Vec<CallView>,
    /// The last calls, the newest first.
    pub last_called: Vec<CallView>,
    /// When this was true.
    pub at: Timestamp,
}

/// A call of a site in the shape of the API.
pub fn call(line: &Queueing, tenant: TenantId, site: SiteId, call: &Call, labels: &Labels) -> CallView {
    let config = line.known_config(tenant);
    let counter = config.as_ref().and_then(|c| c.counter(call.counter_id));
    CallView {
        announcement_id: call.id,
        ticket_id: call.ticket_id,
        number: call.number.clone(),
        label: labels.of(call),
        counter_id: call.counter_id,
        counter_number: counter.map_or_else(String::new, |c| c.number.clone()),
        counter_name: counter.map_or_else(String::new, |c| c.name.clone()),
        queue_id: call.queue_id,
        site_id: site,
        called_at: call.at,
        recall: call.recall,
        acknowledged: call.acknowledged(),
        serving: line
            .live()
            .ticket(call.ticket_id)
            .is_some_and(|t| matches!(t.status, Status::Serving | Status::Paused)),
    }
}

/// A site's board; none when there is no such site.
///
/// # Errors
/// The database failed.
pub async fn board(line: &Queueing, tenant: TenantId, site: SiteId) -> Result<Option<SiteBoard>, Error> {
    line.day_known().await;
    let me = line.clone();
    let ctx = super::reader(line, tenant);
    let read = move |read: &mut Read<'_>| {
        let config = me.config(read)?;
        let now = read.now();
        make(&me, read, &config, tenant, site, now)
    };
    line.db().read(&ctx, read).await
}

/// A call as displays are told of it; none when it does not stand any more.
///
/// # Errors
/// The database failed.
pub async fn announcement(
    line: &Queueing,
    tenant: TenantId,
    site: SiteId,
    id: Uuid,
) -> Result<Option<CallView>, Error> {
    let Some(found) = line.live().calls.lock().find(site, id).cloned() else { return Ok(None) };
    let me = line.clone();
    let ctx = super::reader(line, tenant);
    let read = move |read: &mut Read<'_>| {
        let labels = Labels::of_calls(&me, read, tenant, std::slice::from_ref(&found))?;
        Ok(Some(call(&me, tenant, site, &found, &labels)))
    };
    line.db().read(&ctx, read).await
}

pub(crate) fn make(
    line: &Queueing,
    read: &mut Read<'_>,
    config: &TenantConfig,
    tenant: TenantId,
    site: SiteId,
    now: Timestamp,
) -> Result<Option<SiteBoard>, Error> {
    let Some(owner) = line.directory().tenant(tenant) else { return Ok(None) };
    let Ok(hours) = line.site_now(tenant, site, now) else { return Ok(None) };
    let place = &hours.site;
    let closure = line.closure(site);
    let queues = config
        .queues_at(site)
        .filter(|q| q.status != crate::model::QueueStatus::Inactive)
        .map(|q| {
            let (reason, reopens_at) = closed_reason(line, q, now);
            let asks = guard::asks(q, &hours);
            let services: Vec<_> = config.services_of(q).filter(|s| s.active).collect();
            let estimate = services
                .first()
                .map_or_else(|| Estimate::unserved(now), |s| line.estimate(config, q, s, None, now));
            BoardQueue {
                id: q.id,
                name: q.name.clone(),
                prefix: q.settings.prefix.clone(),
                status: match reason {
                    None => "open",
                    Some("paused") => "paused",
                    Some("full") => "full",
                    Some(_) => "closed",
                },
                reason: reason.map(str::to_owned),
                reopens_at,
                waiting: line.live().line(q.id).map_or(0, |l| {
                    let one = l.lock();
                    one.len() + one.outside
                }),
                counters_open: line.live().seats.lock().open_among(config.counters_of(q.id)),
                estimate,
                asks_position: asks.position,
                asks_code: asks.code,
                services: services
                    .into_iter()
                    .map(|s| BoardService {
                        id: s.id,
                        code: s.code.clone(),
                        name: s.name.clone(),
                        names: s.names.clone(),
                    })
                    .collect(),
            }
        })
        .collect();
    let counters = {
        let seats = line.live().seats.lock();
        let counter = |c: &Arc<Counter>| BoardCounter {
            id: c.id,
            number: c.number.clone(),
            name: c.name.clone(),
            state: seats.standing(c.id),
        };
        config.counters_at(site).map(counter).collect()
    };
    let calls: Vec<Call> = line.live().calls.lock().of(site).cloned().collect();
    let labels = Labels::of_calls(line, read, tenant, &calls)?;
    let mut shown = std::collections::HashSet::new();
    let (mut now_serving, mut last_called) = (Vec::new(), Vec::new());
    for one in &calls {
        if !shown.insert(one.ticket_id) {
            continue;
        }
        let held = line
            .live()
            .ticket(one.ticket_id)
            .is_some_and(|t| matches!(t.status, Status::Called | Status::Serving | Status::Paused));
        if held {
            now_serving.push(call(line, tenant, site, one, &labels));
        }
        if last_called.len() < 20 {
            last_called.push(call(line, tenant, site, one, &labels));
        }
    }
    Ok(Some(SiteBoard {
        tenant: BoardTenant {
            slug: owner.slug.clone(),
            name: owner.name.clone(),
            branding: owner.branding.clone(),
            locale: owner.default_locale.clone(),
            locales: owner.locales.clone(),
            several_services: owner.several_services(),
            assistance: owner.assistance(),
        },
        site: BoardSite {
            id: place.id,
            slug: place.slug.clone(),
            name: place.name.clone(),
            address: place.address.clone(),
            timezone: place.timezone.clone(),
            open: hours.open && closure.is_none(),
            opens_at: if closure.is_some() { None } else { hours.opens_at },
            closes_at: hours.closes_at,
            notice: closure.map(|reason| reason.to_string()).or_else(|| place.notice.clone()),
        },
        queues,
        counters,
        now_serving,
        last_called,
        at: now,
    }))
}
