//! What the estimate is made from, and what it publishes.
//!
//! Published: `estimate.feedback` (somebody said how long they really waited) and `estimate.correction_changed` (a
//! training has put a correction to use, or taken one out of it). Both come back through the log, so that every
//! node learns from them at the same place.

mod configured;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use usher_db::{DbError, Read};
use usher_events::{Event, Memory, Picture, retired_until};
use usher_identity::events::{MEMBER_ADDED, MEMBER_REMOVED, MEMBER_UPDATED};
use usher_kernel::{SiteId, TenantId, TimeZone};
use usher_queueing::events::{AgentFact, ConfigFact, OutsideFact, SeatFact};
use usher_queueing::model::{AgentStatus, CounterStatus, QueueId, ServiceId, TicketFact};
use usher_queueing::ops::setup::setup;
use uuid::Uuid;

use crate::model::{Asked, BLOCK, Book, Forest, Key, Wall};
use crate::store::books::BookRow;
use crate::{Eta, key, store, wall};

/// Somebody said how long they really waited.
pub const FEEDBACK: &str = "estimate.feedback";
/// Another correction is in use, or none any more.
pub const CORRECTION_CHANGED: &str = "estimate.correction_changed";

/// Version 1 of `estimate.feedback`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackFact {
    /// The line.
    pub queue_id: QueueId,
    /// The service.
    pub service_id: ServiceId,
    /// The service as it was named.
    pub service_type: String,
    /// How long it really took, in minutes.
    pub actual_time: f64,
    /// The hour, 0 to 23.
    pub time_of_day: i64,
    /// How many were in line.
    pub queue_length: f64,
    /// What a service took, in minutes.
    pub avg_service_time: f64,
    /// Whether the client said what a service took.
    pub service_time_given: bool,
    /// The day, 0 (Monday) to 6.
    pub day_of_week: i64,
    /// Whether that is an hour in which many come.
    pub peak_hour: bool,
}

/// Version 1 of `estimate.correction_changed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CorrectionFact {
    /// Which one is in use: after how many known waits it was trained; none when there is none any more.
    pub version: Option<i64>,
}

/// Each published kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    fn of<T: JsonSchema>() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<T>()
    }
    vec![(FEEDBACK, 1, of::<FeedbackFact>()), (CORRECTION_CHANGED, 1, of::<CorrectionFact>())]
}

/// Everything that a book is made from.
const KINDS: &[&str] = &[
    "ticket.issued",
    "ticket.called",
    "ticket.parked",
    "ticket.returned",
    "ticket.transferred",
    "ticket.skipped",
    "ticket.no_show",
    "ticket.reinstated",
    "ticket.completed",
    "ticket.cancelled",
    "ticket.expired",
    "ticket.reprioritised",
    "ticket.priority_confirmed",
    "ticket.moved",
    "ticket.postponed",
    "ticket.released",
    "ticket.undone",
    "ticket.silent",
    "ticket.seen",
    "counter.changed",
    "agent.changed",
    "queue.outside",
    "service.created",
    "service.updated",
    "counter.created",
    "counter.updated",
    "counter.archived",
    MEMBER_ADDED,
    MEMBER_UPDATED,
    MEMBER_REMOVED,
    FEEDBACK,
    CORRECTION_CHANGED,
];

/// A ticket taken longer ago than so many seconds was printed offline: how its line stood then is not known.
const AT_ONCE: i64 = 10;

/// Added to days since the start of 1970, a Thursday, it makes 0 a Monday.
const MONDAY: i64 = 3;

/// Forests that events name, by tenant and version.
pub type Forests = HashMap<(TenantId, i64), Arc<Forest>>;

impl Memory for Eta {
    type Beside = Forests;

    fn name(&self) -> &'static str {
        "eta.books"
    }

    fn kinds(&self) -> &'static [&'static str] {
        KINDS
    }

    fn load(&self, read: &mut Read<'_>) -> Result<bool, DbError> {
        let rows = store::books::all(read)?;
        let mut books = HashMap::new();
        for row in &rows {
            let Some(mut book) = row.read() else {
                tracing::info!(tenant = %row.tenant_id, "what estimates have learned is read from the log anew");
                self.begin_anew(read, &rows)?;
                return Ok(false);
            };
            let version = book.correction().and_then(|version| i64::try_from(version).ok());
            let forest = version.map(|version| forest(read, row.tenant_id, version)).transpose()?.flatten();
            book.correct(book.correction(), forest);
            books.insert(row.tenant_id, Arc::new(parking_lot::RwLock::new(book)));
        }
        *self.0.books.write() = books;
        self.0.counted.lock().clear();
        Ok(true)
    }

    fn loaded(&self) {
        self.0.known.send_replace(true);
    }

    fn looks_beside(&self, event: &Event) -> bool {
        event.kind == CORRECTION_CHANGED
    }

    fn beside(&self, read: &mut Read<'_>, page: &[Arc<Event>]) -> Result<Forests, DbError> {
        let mut forests = Forests::new();
        for event in page.iter().filter(|event| self.looks_beside(event)) {
            let named = event.payload_as::<CorrectionFact>().ok().and_then(|fact| fact.version);
            if let (Some(tenant), Some(version)) = (event.tenant, named)
                && let Some(forest) = forest(read, tenant, version)?
            {
                forests.insert((tenant, version), forest);
            }
        }
        Ok(forests)
    }

    fn take(&self, page: &[Arc<Event>], forests: Forests) {
        let mut zones = Zones { eta: self, known: HashMap::new() };
        let mut told = HashMap::<TenantId, Lines>::new();
        for event in page {
            let Some(tenant) = event.tenant else { continue };
            let shared = self.book_or_new(tenant);
            match take(&shared, &mut zones, tenant, event, &forests) {
                Ok(lines) => told.entry(tenant).or_default().extend(lines),
                Err(error) => {
                    tracing::warn!(kind = %event.kind, event = %event.id, %error, "estimates cannot learn from an event");
                }
            }
            self.0.changed.lock().insert(tenant);
        }
        // Screens were brought up to these events before the books were.
        for (tenant, lines) in told {
            let id = |key: Key| Uuid::from_u128(key.0);
            let lines = lines
                .into_iter()
                .map(|(site, queue)| (SiteId::from_uuid(id(site)), QueueId::from_uuid(id(queue))));
            self.0.screens.lines(tenant, lines);
        }
    }

    fn picture(&self, whole: bool) -> Picture {
        let changed = self.0.changed.lock().clone();
        let books: Vec<_> = self.0.books.read().iter().map(|(id, book)| (*id, Arc::clone(book))).collect();
        let wanted = books.into_iter().filter(|(id, _)| whole || changed.contains(id));
        let pictures: Result<Vec<_>, String> = wanted
            .map(|(tenant, book)| {
                let book = book.read();
                let packed = book.pack()?;
                let lessons = i64::try_from(book.lessons()).unwrap_or(i64::MAX);
                let before = self.0.counted.lock().get(&tenant).map(|counted| counted.div_ceil(BLOCK));
                let before = before.and_then(|first| i64::try_from(first).ok());
                Ok((tenant, lessons, packed, book.full_blocks().to_vec(), before))
            })
            .collect();
        Box::new(move |tx| {
            let pictures = pictures.as_ref().map_err(|error| DbError::Type(error.clone()))?;
            for (tenant, lessons, packed, blocks, before) in pictures {
                // What the log tells once more was counted before.
                before.map_or(Ok(()), |first| store::corrections::forget_before(tx, *tenant, first))?;
                for (number, waits) in blocks {
                    let number = i64::try_from(*number).unwrap_or(i64::MAX);
                    store::books::put_block(tx, *tenant, number, waits)?;
                }
                store::books::put(tx, *tenant, *lessons, packed)?;
            }
            Ok(())
        })
    }

    fn stored(&self) {
        for tenant in self.0.changed.lock().drain() {
            self.book(tenant).write().let_go();
            self.0.counted.lock().remove(&tenant);
        }
    }
}

impl Eta {
    /// Begins every book anew that is stored; also that of a tenant of whom the log tells nothing any more. Were its row left
    /// as it is, all of them would be made anew at each start, with what the log has let go of forgotten each time. Where the
    /// log does not go back to how a tenant was set up, that is read from where it stands.
    fn begin_anew(&self, read: &mut Read<'_>, rows: &[BookRow]) -> Result<(), DbError> {
        // Trainings are called by how many waits there were: that goes on, however much the log still tells.
        let mut counted = HashMap::new();
        for (tenant, count) in store::corrections::counted(read)? {
            let most: &mut u64 = counted.entry(tenant).or_default();
            *most = count.max(*most);
        }
        *self.0.counted.lock() = counted;
        self.0.books.write().clear();
        let mut begun = HashMap::new();
        for row in rows {
            let book = self.book_or_new(row.tenant_id);
            if let Some(until) = retired_until(read, row.tenant_id)? {
                begun.insert(row.tenant_id, (book, until));
            }
        }
        if begun.is_empty() {
            return Ok(());
        }
        for (tenant, (book, until)) in &begun {
            let setup = setup(read, *tenant)?;
            let mut at = |site| self.wall(*tenant, site, *until);
            configured::before_the_log(&mut book.write(), setup, *until, &mut at);
        }
        for member in self.0.identity.skilled(read)? {
            if let Some((book, _)) = begun.get(&member.tenant_id) {
                configured::skilled_before(&mut book.write(), &member);
            }
        }
        Ok(())
    }
}

fn forest(read: &mut Read<'_>, tenant: TenantId, version: i64) -> Result<Option<Arc<Forest>>, DbError> {
    let Some(text) = store::corrections::forest(read, tenant, version)? else { return Ok(None) };
    Ok(serde_json::from_str(&text).ok().map(Arc::new))
}

/// The zones of sites, looked up once a page.
struct Zones<'e> {
    eta: &'e Eta,
    known: HashMap<SiteId, TimeZone>,
}

impl Zones<'_> {
    fn wall(&mut self, tenant: TenantId, site: SiteId, event: &Event) -> Wall {
        let zone = self.known.entry(site).or_insert_with(|| self.eta.zone(tenant, site));
        wall(zone, event.at)
    }
}

/// Lines, each behind its site.
type Lines = BTreeSet<(Key, Key)>;

/// Takes one event into a tenant's book; gives the lines that are told other waits from now on.
fn take(
    shared: &crate::SharedBook,
    zones: &mut Zones<'_>,
    tenant: TenantId,
    event: &Event,
    forests: &Forests,
) -> serde_json::Result<Lines> {
    let mut lines = Lines::new();
    match (&*event.thing_kind, &*event.kind) {
        ("ticket", kind) => {
            let fact: TicketFact = event.payload_as()?;
            let age = event.at.duration_since(fact.issued_at).as_secs();
            let issued = kind == "ticket.issued" && age < AT_ONCE;
            let at = zones.wall(tenant, fact.site_id, event);
            let mut book = shared.write();
            book.ticket(issued, &fact, at);
            // Who comes to a counter or leaves one, and who waits for one, is felt by every line of it.
            lines = book.together(key(fact.queue_id));
            lines.insert((key(fact.site_id), key(fact.queue_id)));
            lines.extend(fact.from_queue_id.map(|from| (key(fact.site_id), key(from))));
        }
        (_, "counter.changed") => {
            let fact: SeatFact = event.payload_as()?;
            let at = zones.wall(tenant, fact.site_id, event);
            let open = fact.status == CounterStatus::Open;
            let agent = fact.agent_id.map(key);
            let mut book = shared.write();
            book.seat(key(fact.counter_id), key(fact.site_id), open, agent, at);
            lines = book.lines_of_counter(key(fact.counter_id));
        }
        (_, "agent.changed") => {
            let fact: AgentFact = event.payload_as()?;
            let paused = fact.status == AgentStatus::Paused;
            let mut at = |site: Key| zones.wall(tenant, SiteId::from_uuid(Uuid::from_u128(site.0)), event);
            let mut book = shared.write();
            book.agent(key(fact.agent_id), paused, &mut at);
            lines = book.lines_of_agent(key(fact.agent_id));
        }
        (_, "queue.outside") => {
            let fact: OutsideFact = event.payload_as()?;
            let site = event.site.map(key).unwrap_or_default();
            shared.write().outside(key(fact.queue_id), site, fact.outside_count);
            lines.insert((site, key(fact.queue_id)));
        }
        ("service", _) => {
            configured::service(&mut shared.write(), event.payload_as()?)?;
        }
        ("member", _) => lines = configured::member(&mut shared.write(), event)?,
        ("counter", _) => {
            let fact: ConfigFact = event.payload_as()?;
            let Some(site) = fact.site_id.or(event.site) else { return Ok(lines) };
            let at = zones.wall(tenant, site, event);
            lines = configured::counter(&mut shared.write(), fact, key(site), at)?;
        }
        (_, FEEDBACK) => {
            let fact: FeedbackFact = event.payload_as()?;
            let Some(site) = event.site else { return Ok(lines) };
            lines.insert((key(site), key(fact.queue_id)));
            learn(&mut shared.write(), &fact, key(site), zones.wall(tenant, site, event));
        }
        (_, CORRECTION_CHANGED) => {
            let fact: CorrectionFact = event.payload_as()?;
            let forest = fact.version.and_then(|version| forests.get(&(tenant, version)).cloned());
            let version = fact.version.and_then(|version| u64::try_from(version).ok());
            let mut book = shared.write();
            book.correct(version, forest);
            lines = book.every_line();
        }
        _ => {}
    }
    Ok(lines)
}

/// Learns from what somebody said.
fn learn(book: &mut Book, fact: &FeedbackFact, site: Key, at: Wall) {
    let queue = key(fact.queue_id);
    let (now, live) = moment(fact, at);
    let counters = match live {
        true => f64::from(book.standing(queue).map_or(1, |line| line.open.max(1))),
        // Those who serve at this moment have nothing to do with what somebody waited at another.
        false => book.usual_counters(queue, book.configured(queue)),
    };
    let asked = Asked {
        now,
        live,
        site,
        queue,
        service: key(fact.service_id),
        class: 0,
        ahead: fact.queue_length,
        others: 0.0,
        waiting: fact.queue_length,
        in_line: false,
        counters,
        free: 0.0,
        declared: fact.avg_service_time,
    };
    let service = fact.service_time_given.then_some(fact.avg_service_time);
    book.feedback(&asked, fact.actual_time, service, at);
}

/// When they waited, and whether that is now: where they tell of another hour or weekday it is the middle of that hour on
/// the last such day, and how the line stood then is not known.
fn moment(fact: &FeedbackFact, at: Wall) -> (Wall, bool) {
    let back = (at.day() + MONDAY - fact.day_of_week).rem_euclid(7);
    let live = back == 0 && fact.time_of_day == at.0.rem_euclid(86_400) / 3600;
    let other = Wall((at.day() - back) * 86_400 + fact.time_of_day * 3600 + 1800);
    (if live { at } else { other }, live)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serves;

    /// A Wednesday, 10:20.
    const AT: Wall = Wall(20_096 * 86_400 + 37_200);

    fn feedback(day_of_week: i64, time_of_day: i64) -> FeedbackFact {
        FeedbackFact {
            queue_id: QueueId::from_uuid(Uuid::from_u128(1)),
            service_id: ServiceId::from_uuid(Uuid::from_u128(2)),
            service_type: "Deposit".to_owned(),
            actual_time: 4.0,
            time_of_day,
            queue_length: 3.0,
            avg_service_time: 5.0,
            service_time_given: false,
            day_of_week,
            peak_hour: false,
        }
    }

    #[test]
    fn feedback_is_learned_for_the_weekday_and_hour_that_it_tells_of() {
        let asked = |day_of_week, time_of_day| {
            let (now, live) = moment(&feedback(day_of_week, time_of_day), AT);
            (now.day(), now.minute(), live)
        };
        assert_eq!(asked(2, 10), (20_096, 620.0, true), "now");
        assert_eq!(asked(2, 9), (20_096, 570.0, false), "today");
        assert_eq!(asked(0, 15), (20_094, 930.0, false), "the Monday before");
        assert_eq!(asked(3, 9), (20_090, 570.0, false), "a Thursday is six days ago");
    }

    /// What is told of an afternoon by a book of a line with two counters, so many of them open, once somebody has said what
    /// they waited in that hour.
    fn learned(open: usize, day_of_week: i64, time_of_day: i64) -> (f64, f64) {
        let (queue, site, start) = (Key(1), Key(9), Wall(AT.0 - 3600));
        let mut book = Book::default();
        for (n, counter) in [Key(30), Key(31)].into_iter().enumerate() {
            book.counter(counter, site, Some(Serves::in_order(vec![queue])), start);
            book.seat(counter, site, n < open, None, start);
        }
        learn(&mut book, &feedback(day_of_week, time_of_day), site, AT);
        let told = |queue| {
            let asked = Asked {
                now: Wall(20_096 * 86_400 + 15 * 3600),
                live: false,
                site,
                queue,
                service: Key(2),
                class: 0,
                ahead: 6.0,
                others: 0.0,
                waiting: 6.0,
                in_line: false,
                counters: 2.0,
                free: 2.0,
                declared: 5.0,
            };
            book.tell(&asked).wait().p50
        };
        // Also of a line that has no history of its own: what it borrows.
        (told(queue), told(Key(3)))
    }

    #[test]
    fn feedback_of_another_hour_is_learned_whoever_serves_at_this_moment() {
        let (both, one, none) = (learned(2, 2, 15), learned(1, 2, 15), learned(0, 2, 15));
        assert_eq!((one, none), (both, both));
        let (both, one) = (learned(2, 2, 10), learned(1, 2, 10));
        assert_ne!(one, both, "of this hour it is known who serves");
    }
}
