//! Live screens: what happens becomes frames in rooms.
//!
//! On the writer's thread only what somebody listens to is made, and only small frames; boards, lines
//! and ticket pages, which cost more, are made by a task that looks at what changed four times a second at most.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::Notify;
use usher_events::Event;
use usher_kernel::{SiteId, TenantId};
use usher_realtime::{Hub, Room, SocketRoom};
use usher_tenancy::model::BoardLabel;
use uuid::Uuid;

use super::{AgentFact, AnnouncementFact, SeatFact};
use crate::model::{CounterId, Estimate, QueueId, ServiceId, Status, TicketFact, TicketId};
use crate::ops::Queueing;
use crate::ops::line::{Done, WeakLine};
use crate::ops::show::{self, Labels};

/// The shortest time between two boards of one site.
const TICK: Duration = Duration::from_millis(250);

/// What changed since the task last looked.
#[derive(Default)]
pub(crate) struct Publisher {
    dirty: Mutex<Dirty>,
    wake: Notify,
    running: OnceLock<()>,
}

#[derive(Default)]
struct Dirty {
    sites: HashSet<(TenantId, SiteId)>,
    lines: HashSet<(TenantId, SiteId, QueueId)>,
    tickets: HashSet<(TenantId, TicketId)>,
    /// Calls whose announcement says a name, in order: names are read, which a writer's thread may not.
    calls: Vec<(TenantId, SiteId, Uuid)>,
}

impl Publisher {
    /// Begins the task; it ends with the line.
    pub(crate) fn start(line: &Queueing) {
        if line.publisher().running.set(()).is_err() {
            return;
        }
        let publisher = Arc::downgrade(line.publisher());
        let weak = line.downgrade();
        tokio::spawn(async move {
            while let Some(publisher) = Weak::upgrade(&publisher) {
                // A minute without news looks whether the line is still there.
                let _ = tokio::time::timeout(Duration::from_secs(60), publisher.wake.notified()).await;
                let Some(line) = weak.upgrade() else { return };
                let dirty = std::mem::take(&mut *publisher.dirty.lock());
                drop(publisher);
                dirty.publish(&line).await;
                drop(line);
                tokio::time::sleep(TICK).await;
            }
        });
    }
}

impl Dirty {
    async fn publish(self, line: &Queueing) {
        line.estimates_known().await;
        let hub = line.hub();
        for (tenant, site, id) in self.calls {
            if let Ok(Some(call)) = show::announcement(line, tenant, site, id).await {
                let call = json(&call);
                for room in &audience(tenant, site) {
                    hub.publish(room, "announcement", call.clone());
                }
            }
        }
        for (tenant, site) in &self.sites {
            let rooms = audience(*tenant, *site);
            if rooms.iter().any(|room| hub.wants(room))
                && let Ok(Some(board)) = show::board(line, *tenant, *site).await
            {
                let board = json(&board);
                for room in &rooms {
                    hub.publish_latest(room, "board", || board.clone());
                }
            }
        }
        let mut pages: HashSet<(TenantId, TicketId)> = self.tickets;
        for (tenant, _, queue) in &self.lines {
            let room = Room::new(*tenant, "queue", queue.uuid());
            if hub.wants(&room)
                && let Ok(Some(view)) = show::queue(line, *tenant, *queue).await
            {
                hub.publish_latest(&room, "queue.changed", || json(&view));
            }
        }
        // A line may be long, and few of its people look at their pages: the pages are gone through, not the people.
        let changed: HashSet<(TenantId, QueueId)> =
            self.lines.iter().map(|(tenant, _, queue)| (*tenant, *queue)).collect();
        for room in hub.wanted("ticket") {
            let Some(id) = room.id().map(TicketId::from_uuid) else { continue };
            let stands = line.live().whereabouts(id);
            if stands.is_some_and(|queue| changed.contains(&(room.tenant(), queue))) {
                pages.insert((room.tenant(), id));
            }
        }
        for (tenant, ticket) in pages {
            let room = Room::new(tenant, "ticket", ticket.uuid());
            if hub.wants(&room)
                && let Ok(Some(page)) = show::public_ticket(line, tenant, ticket).await
            {
                hub.publish_latest(&room, "ticket", || json(&page));
            }
        }
    }
}

/// The two rooms of a site: its staff hear everything, the public hears what a board shows.
fn audience(tenant: TenantId, site: SiteId) -> [Room; 2] {
    [Room::new(tenant, "site", site.uuid()), Room::new(tenant, "board", site.uuid())]
}

/// A ticket's change as staff screens read it.
#[derive(Serialize)]
struct Frame<'a> {
    id: TicketId,
    #[serde(flatten)]
    fact: &'a TicketFact,
    event_id: Uuid,
    counter_number: Option<&'a str>,
    line: &'a LineFrame,
}

/// The same for whoever may see the lines: which number stands how, and where. Whose it is, who serves it and what was
/// said of them is not theirs to know.
#[derive(Serialize)]
struct Glimpse<'a> {
    id: TicketId,
    number: &'a str,
    status: Status,
    from: Option<Status>,
    queue_id: QueueId,
    /// The line that it left for this one.
    from_queue_id: Option<QueueId>,
    service_id: ServiceId,
    site_id: SiteId,
    counter_id: Option<CounterId>,
    counter_number: Option<&'a str>,
    version: i64,
    event_id: Uuid,
    line: &'a LineFrame,
}

/// What moves a line, and is told to whoever may see it. All else that happens to a ticket (remarks, priorities, signs of
/// life) is between its person and staff; of what it changes, `queue.changed` tells.
const OF_THE_LINE: &[&str] = &[
    "ticket.issued",
    "ticket.called",
    "ticket.recalled",
    "ticket.started",
    "ticket.paused",
    "ticket.resumed",
    "ticket.wrap_up",
    "ticket.completed",
    "ticket.parked",
    "ticket.returned",
    "ticket.transferred",
    "ticket.skipped",
    "ticket.no_show",
    "ticket.reinstated",
    "ticket.cancelled",
    "ticket.expired",
    "ticket.moved",
    "ticket.postponed",
    "ticket.undone",
];

#[derive(Serialize)]
struct LineFrame {
    queue_id: QueueId,
    waiting: i64,
    estimate: Option<Estimate>,
}

/// Tells every room of a ticket what happened to it. `counters` are those that hold somebody else now: every line that
/// they serve may be told another wait.
pub(crate) fn publish_ticket(
    line: &Queueing,
    fact: &TicketFact,
    done: &Done,
    counters: [Option<CounterId>; 2],
) {
    let hub = line.hub();
    let tenant = done.tenant;
    let config = line.known_config(tenant);
    let config = config.as_deref();
    let served = counters.iter().flatten().filter_map(|id| config?.counter(*id)).flat_map(|c| &c.queue_ids);
    mark(line, |dirty| {
        dirty.sites.insert((tenant, fact.site_id));
        dirty.lines.insert((tenant, fact.site_id, fact.queue_id));
        dirty.lines.extend(served.map(|queue| (tenant, fact.site_id, *queue)));
        if let Some(other) = fact.from_queue_id {
            dirty.lines.insert((tenant, fact.site_id, other));
        }
        if fact.status.is_final() {
            dirty.tickets.insert((tenant, fact.ticket_id));
        }
    });
    let of_the_line = OF_THE_LINE.contains(&done.kind);
    let lookers_on = [
        of_the_line.then(|| Room::new(tenant, "queue", fact.queue_id.uuid())),
        left(fact).filter(|_| of_the_line).map(|queue| Room::new(tenant, "queue", queue.uuid())),
        of_the_line.then(|| Room::new(tenant, "service", fact.service_id.uuid())),
        fact.counter_id.map(|c| Room::new(tenant, "counter", c.uuid())),
    ];
    let staff = [
        Some(Room::new(tenant, "site", fact.site_id.uuid())),
        fact.agent_id.map(|a| Room::new(tenant, "agent", a.uuid())),
        Some(Room::whole(tenant, "global")),
    ];
    documented(line, fact, done);
    // A board that stands alone in its room still has to hear the call.
    let everybody = audience(tenant, fact.site_id);
    if !lookers_on.iter().chain(&staff).flatten().chain(&everybody).any(|room| hub.wants(room)) {
        return;
    }
    let counter_number =
        fact.counter_id.and_then(|id| config?.counter(id)).map(|counter| counter.number.as_str());
    let waiting = line.live().line(fact.queue_id).map_or(0, |l| l.lock().len());
    let estimate = config.and_then(|config| {
        let (queue, service) = (config.queue(fact.queue_id)?, config.service(fact.service_id)?);
        Some(line.estimate(config, queue, service, None, done.at))
    });
    let now = LineFrame { queue_id: fact.queue_id, waiting, estimate };
    let (id, event_id) = (fact.ticket_id, done.event.uuid());
    tell(hub, &staff, done.kind, || json(&Frame { id, fact, event_id, counter_number, line: &now }));
    tell(hub, &lookers_on, done.kind, || {
        json(&Glimpse {
            id,
            number: &fact.number,
            status: fact.status,
            from: fact.from,
            queue_id: fact.queue_id,
            from_queue_id: fact.from_queue_id,
            service_id: fact.service_id,
            site_id: fact.site_id,
            counter_id: fact.counter_id,
            counter_number,
            version: fact.version,
            event_id,
            line: &now,
        })
    });
    let calling = matches!(done.kind, "ticket.called" | "ticket.recalled") && fact.status == Status::Called;
    if !calling || !everybody.iter().any(|room| hub.wants(room)) {
        return;
    }
    if show::label_shown(line, tenant) != BoardLabel::Number {
        return mark(line, |dirty| dirty.calls.push((tenant, fact.site_id, done.event.uuid())));
    }
    let call = line.live().calls.lock().find(fact.site_id, done.event.uuid()).cloned();
    if let Some(call) = call {
        let call = json(&show::call(line, tenant, fact.site_id, &call, &Labels::default()));
        for room in &everybody {
            hub.publish(room, "announcement", call.clone());
        }
    }
}

/// Says one thing in several rooms, and makes it only where somebody listens.
fn tell(hub: &Hub, rooms: &[Option<Room>], kind: &'static str, data: impl FnOnce() -> Bytes) {
    let mut wanted = rooms.iter().flatten().filter(|room| hub.wants(room)).peekable();
    if wanted.peek().is_none() {
        return;
    }
    let data = data();
    wanted.for_each(|room| hub.publish(room, kind, data.clone()));
}

/// The events of documents 002 and 004 over Socket.IO: `token_generated`, `token_called`, `token_served`,
/// `queue_update` in the rooms of the ticket, and `queue:updated` for everybody: what is public of it for those who are
/// not in the room of the whole tenant.
fn documented(line: &Queueing, fact: &TicketFact, done: &Done) {
    let (hub, tenant) = (line.hub(), done.tenant);
    if !hub.wants_sockets(tenant) {
        return;
    }
    let name = match (done.kind, fact.status) {
        ("ticket.issued", Status::Waiting) => Some("token_generated"),
        ("ticket.called" | "ticket.recalled", Status::Called) => Some("token_called"),
        ("ticket.completed", _) => Some("token_served"),
        _ => None,
    };
    let counter = fact.counter_id.map(|id| SocketRoom::Counter(id.uuid()));
    let rooms: Vec<SocketRoom> =
        [Some(SocketRoom::Global), Some(SocketRoom::Service(fact.service_id.uuid())), counter]
            .into_iter()
            .flatten()
            .collect();
    if let Some(name) = name {
        let token = serde_json::json!({
            "token_id": fact.ticket_id,
            "token_number": fact.number,
            "service_id": fact.service_id,
            "queue_id": fact.queue_id,
            "counter_id": fact.counter_id,
            "status": fact.status,
            "at": done.at,
        });
        hub.emit(tenant, &rooms, name, json(&token));
    }
    for queue in [Some(fact.queue_id), left(fact)].into_iter().flatten() {
        let update = show::queue_updated(line, queue);
        let delta = serde_json::json!({
            "waiting": update.statistics.waiting,
            "current_number": update.current_number,
            "at": done.at,
        });
        if let serde_json::Value::Object(delta) = delta {
            let rooms = rooms.get(..2).unwrap_or_default();
            hub.emit_queue_update(tenant, rooms, queue.uuid(), delta);
        }
        let public = show::public_queue_updated(line, tenant, queue).as_ref().map(json);
        hub.emit_everywhere(tenant, &[SocketRoom::Global], "queue:updated", json(&update), public);
    }
}

/// The line that a ticket left for another one.
fn left(fact: &TicketFact) -> Option<QueueId> {
    fact.from_queue_id.filter(|from| *from != fact.queue_id)
}

/// A counter opened or closed, or somebody sat down there.
pub(super) fn counter(line: &Queueing, tenant: TenantId, fact: &SeatFact) {
    let hub = line.hub();
    let rooms = [
        Room::new(tenant, "counter", fact.counter_id.uuid()),
        Room::new(tenant, "site", fact.site_id.uuid()),
        Room::whole(tenant, "global"),
    ];
    staffing_changed(line, tenant, fact.site_id, fact.counter_id);
    let data = json(fact);
    for room in &rooms {
        if hub.wants(room) {
            hub.publish(room, "counter.changed", data.clone());
        }
    }
    let rooms = [SocketRoom::Global, SocketRoom::Counter(fact.counter_id.uuid())];
    hub.emit(tenant, &rooms, "counter_status", data);
}

/// A counter takes people now, or takes none any more: its lines are told other waits.
fn staffing_changed(line: &Queueing, tenant: TenantId, site: SiteId, counter: CounterId) {
    site_changed(line, tenant, site);
    if let Some(config) = line.known_config(tenant) {
        for queue in config.counter(counter).iter().flat_map(|c| &c.queue_ids) {
            line_changed(line, tenant, site, *queue);
        }
    }
}

/// An agent's status changed.
pub(super) fn agent(line: &Queueing, tenant: TenantId, fact: &AgentFact) {
    let hub = line.hub();
    let room = Room::new(tenant, "agent", fact.agent_id.uuid());
    if hub.wants(&room) {
        hub.publish(&room, "agent.changed", json(fact));
    }
    let seat = fact
        .counter_id
        .and_then(|id| Some((id, line.live().seats.lock().counters.get(&id).map(|seat| seat.site_id)?)));
    if let Some((counter, site)) = seat {
        staffing_changed(line, tenant, site, counter);
        let room = Room::new(tenant, "site", site.uuid());
        if hub.wants(&room) {
            hub.publish(&room, "agent.changed", json(fact));
        }
    }
}

/// A display acknowledged an announcement, or did not in time.
pub(super) fn announcement(line: &Queueing, tenant: TenantId, fact: &AnnouncementFact) {
    let hub = line.hub();
    let kind = if fact.outcome.is_some() { "announcement.acknowledged" } else { "announcement.unheard" };
    let agent = line.live().ticket(fact.ticket_id).and_then(|t| t.agent_id);
    let rooms = [
        Some(Room::new(tenant, "site", fact.site_id.uuid())),
        Some(Room::new(tenant, "counter", fact.counter_id.uuid())),
        agent.map(|a| Room::new(tenant, "agent", a.uuid())),
    ];
    let data = json(fact);
    for room in rooms.iter().flatten().filter(|room| hub.wants(room)) {
        hub.publish(room, kind, data.clone());
    }
}

/// Something became of a device of a site, or its set-up was changed: its staff hear of it, and the device itself of
/// a new set-up and of a test.
pub(super) fn device(line: &Queueing, tenant: TenantId, site: SiteId, event: &Event) {
    let own = Room::new(tenant, "device", event.thing_id);
    let whole = || Bytes::copy_from_slice(event.payload.get().as_bytes());
    match &*event.kind {
        "device.updated" => line.hub().publish_with(&own, "device.changed", || {
            json(&serde_json::json!({ "device_id": event.thing_id, "version": event.thing_version }))
        }),
        "device.test_asked" => line.hub().publish_with(&own, "device.test", whole),
        "device.tested" => line.hub().publish_with(&own, "device.tested", whole),
        _ => {}
    }
    let room = Room::new(tenant, "site", site.uuid());
    if line.hub().wants(&room) {
        let facts = serde_json::json!({ "device_id": event.thing_id, "at": event.at });
        line.hub().publish(&room, event.kind.to_string(), json(&facts));
    }
}

/// A board has to be made anew.
pub(super) fn site_changed(line: &Queueing, tenant: TenantId, site: SiteId) {
    mark(line, |dirty| {
        dirty.sites.insert((tenant, site));
    });
}

/// A site closed in an emergency, or opened again: its board is made anew, and everybody in one of its lines is told.
pub(super) fn closure(line: &Queueing, tenant: TenantId, site: SiteId) {
    site_changed(line, tenant, site);
    lines_changed(line, tenant, Some(site));
}

/// The lines of a site, or of all of them, have to be shown anew, with the tickets in them.
pub(super) fn lines_changed(line: &Queueing, tenant: TenantId, site: Option<SiteId>) {
    let concerned = line.live().lines().into_iter().filter_map(|shared| {
        let one = shared.lock();
        let here = one.tenant_id == tenant && site.is_none_or(|site| one.site_id == site);
        here.then_some((tenant, one.site_id, one.queue_id))
    });
    let lines: Vec<_> = concerned.collect();
    mark(line, |dirty| dirty.lines.extend(lines));
}

/// A line has to be shown anew, and its site's board.
pub(super) fn line_changed(line: &Queueing, tenant: TenantId, site: SiteId, queue: QueueId) {
    mark(line, |dirty| {
        dirty.lines.insert((tenant, site, queue));
        dirty.sites.insert((tenant, site));
    });
}

/// Lets whoever makes estimates say that lines are told other waits now though nothing happened in them: the estimator
/// learned something, or has read what happened a moment ago. Such lines are shown anew as if somebody had joined, each
/// once a tick at most. It keeps no line alive.
#[derive(Clone, Debug)]
pub struct Requotes(WeakLine);

impl Requotes {
    /// For the screens of `line`.
    pub fn of(line: &Queueing) -> Self {
        Self(line.downgrade())
    }

    /// These lines of a tenant, each with its site.
    pub fn lines(&self, tenant: TenantId, lines: impl IntoIterator<Item = (SiteId, QueueId)>) {
        let Some(line) = self.0.upgrade() else { return };
        mark(&line, |dirty| {
            for (site, queue) in lines {
                dirty.lines.insert((tenant, site, queue));
                dirty.sites.insert((tenant, site));
            }
        });
    }
}

fn mark(line: &Queueing, change: impl FnOnce(&mut Dirty)) {
    let publisher = line.publisher();
    change(&mut publisher.dirty.lock());
    publisher.wake.notify_one();
}

fn json(value: &impl Serialize) -> Bytes {
    // Only types of this crate come here; none has a map with keys that are not text.
    serde_json::to_vec(value).map(Bytes::from).unwrap_or_else(|_| Bytes::from_static(b"null"))
}
