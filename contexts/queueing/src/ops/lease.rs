//! Blocks of numbers for kiosks, which go on issuing while the network is away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use usher_customers::model::contact::plain_phone;
use usher_db::{Json, Tx};
use usher_kernel::civil::Date;
use usher_kernel::{Actor, SignedDuration, Timestamp};
use uuid::Uuid;

use super::line::Queueing;
use super::site_now::SiteNow;
use super::{customer, micros, save};
use crate::error::Error;
use crate::model::Code;
use crate::model::person::Faults;
use crate::model::queue::QueueStatus;
use crate::model::ticket::{Cause, Channel, Numbered};
use crate::model::{LeaseId, Queue, QueueId, ServiceId, Status, TenantConfig, Ticket, TicketId};
use crate::store;
use crate::store::leases::LeaseRow;

/// The most numbers of one block.
pub const MAX_BLOCK: i64 = 50;
/// So many blocks of a line and a day, of which none of the numbers was printed, one kiosk may have.
const MOST_UNUSED: usize = 20;
/// A kiosk's clock may be so far ahead: nobody is refused for a few minutes.
const CLOCK_AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// A block of numbers that a kiosk may print.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// The line.
    pub queue_id: QueueId,
    /// The business day on which it is good.
    pub day: String,
    /// For how many seconds from now it is good: until that day is over, which a site's hours may put past midnight.
    pub good_for_seconds: i64,
    /// The first number.
    pub first: i64,
    /// The last number.
    pub last: i64,
    /// The numbers as they are printed, in order.
    pub numbers: Vec<String>,
    /// The paths of the tickets' pages, in the same order; each opens once its ticket was uploaded.
    pub urls: Vec<String>,
}

/// Leases the next numbers of a line that nobody has; fewer than asked for at the end of the range, and before a number
/// that still lives.
///
/// # Errors
/// The line takes nobody now, or the range is at its end.
pub fn lease(
    line: &Queueing,
    tx: &mut Tx<'_>,
    queue: QueueId,
    count: i64,
    device: Option<Uuid>,
) -> Result<Lease, Error> {
    if !(1..=MAX_BLOCK).contains(&count) {
        return Err(Error::field("count", "out_of_range", format!("Between 1 and {MAX_BLOCK}.")));
    }
    let config = line.config(tx)?;
    let queue = line.queue(&config, queue)?;
    let now = tx.now();
    let site = line.site_now(queue.tenant_id, queue.site_id, now)?;
    let mut day = site.series(&queue).to_owned();
    let guards = store::lines::guards(tx, queue.id)?.ok_or(Error::NotFound("queue"))?;
    if guards.day < day {
        super::numbers::begin(line, tx, &queue, &site, &day, &guards)?;
    } else {
        // Another node's clock may be past midnight already; the later day holds.
        day = guards.day;
    }
    not_too_many(tx, queue.id, &day, device)?;
    let mut count = count;
    let (slot, first, last) = loop {
        let found: Option<store::lines::Slot> =
            tx.query_opt(store::lines::LEASE, &[&queue.id, &day, &count, &micros(now), &queue.tenant_id])?;
        match found {
            Some(slot) => {
                if let Some((first, last)) = free(tx, &queue, &site, &slot, count)? {
                    break (slot, first, last);
                }
            }
            None if count > 1 => count /= 2,
            None => {
                let guards = store::lines::guards(tx, queue.id)?.ok_or(Error::NotFound("queue"))?;
                return Err(match guards.status {
                    QueueStatus::Active => Error::NumbersExhausted(queue.name.clone()),
                    _ => super::issue::closed(line, &queue, &guards),
                });
            }
        }
    };
    let row = LeaseRow {
        id: LeaseId::generate(now),
        site_id: queue.site_id,
        queue_id: queue.id,
        device_id: device,
        day: day.clone(),
        cycle: slot.cycle,
        first_value: first,
        last_value: last,
        entry: slot.entry - (slot.value - last) * store::lines::ENTRY_STEP,
        used: Json(Vec::new()),
        closed_at: None,
    };
    store::leases::insert(tx, queue.tenant_id, &row, now)?;
    crate::events::lease(tx, "number_lease.leased", &row, &[])?;
    let numbering = queue.settings.numbering();
    Ok(Lease {
        id: row.id,
        queue_id: queue.id,
        good_for_seconds: good_for(&site, &day, now),
        day,
        first: row.first_value,
        last: row.last_value,
        numbers: (row.first_value..=row.last_value).map(|value| numbering.text(value)).collect(),
        urls: (row.first_value..=row.last_value)
            .map(|value| format!("/t/{}", line.secrets().seal(ticket_of(row.id, value))))
            .collect(),
    })
}

/// How many seconds a business day still has.
fn good_for(site: &SiteNow, day: &str, now: Timestamp) -> i64 {
    let ends = day.parse::<Date>().map(|day| site.site.end_of_business_day(day));
    ends.map_or(0, |ends| ends.duration_since(now).as_secs().max(0))
}

/// A kiosk that says again and again that it has no numbers loses them, or its clock or its store is broken: what it
/// has of a line and never printed would take the line's whole range in the end.
fn not_too_many(tx: &mut Tx<'_>, queue: QueueId, day: &str, device: Option<Uuid>) -> Result<(), Error> {
    let Some(device) = device else { return Ok(()) };
    let open = store::leases::open_within(tx, queue, day, (0, i64::MAX))?;
    let idle = open.iter().filter(|one| one.device_id == Some(device) && one.used.0.is_empty()).count();
    if idle < MOST_UNUSED {
        return Ok(());
    }
    let text = format!(
        "This kiosk has {MOST_UNUSED} blocks of numbers of this line of which it has printed none. See whether its \
         browser may store data and its clock is right; it gets more tomorrow."
    );
    Err(Error::Conflict(Code::NumbersExhausted, text))
}

/// The first numbers in a row, of those that were just given out, that nobody has; none where all of them live. A block
/// has no holes, for a kiosk counts on from its first number: what lies behind goes back to the line.
fn free(
    tx: &mut Tx<'_>,
    queue: &Queue,
    site: &SiteNow,
    slot: &store::lines::Slot,
    count: i64,
) -> Result<Option<(i64, i64)>, Error> {
    let (first, last) = (slot.value - count + 1, slot.value);
    if !slot.carried && slot.cycle == 0 {
        return Ok(Some((first, last)));
    }
    let taken = super::numbers::taken(tx, queue, site, (first, last))?;
    let Some(first) = (first..=last).find(|value| !taken.contains(value)) else { return Ok(None) };
    let end = (first..=last).take_while(|value| !taken.contains(value)).last().unwrap_or(first);
    if end < last {
        store::lines::stand_at(tx, queue.id, end)?;
    }
    Ok(Some((first, end)))
}

/// The id of the ticket that a number of a block will be: fixed when the block is given out, so that its page can be
/// printed before the server knows the ticket. It has the block's time, like any id.
fn ticket_of(lease: LeaseId, value: i64) -> TicketId {
    let mut hasher = Sha256::new();
    hasher.update(lease.uuid().as_bytes());
    hasher.update(value.to_be_bytes());
    let chance = hasher.finalize();
    let mut bytes = *lease.uuid().as_bytes();
    bytes[6..].copy_from_slice(&chance[..10]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    TicketId::from_uuid(Uuid::from_bytes(bytes))
}

/// A ticket that a kiosk printed while it was offline.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Printed {
    /// The bare number from the block.
    pub value: i64,
    /// When it was printed.
    pub issued_at: Timestamp,
    /// What for.
    pub service_id: ServiceId,
    /// The person's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// The language the person reads.
    #[serde(default)]
    pub locale: Option<String>,
    /// What they need: a seat, a lift, an interpreter.
    #[serde(default)]
    pub assistance: Option<String>,
}

/// What became of a ticket that was printed offline.
#[derive(Clone, Debug)]
pub enum Upload {
    /// It was taken in now: into the line, or as history where its day is over.
    TakenIn(Box<Ticket>),
    /// An earlier upload had brought it.
    Known(TicketId),
    /// It cannot be taken in, now or later.
    Refused(Error),
}

/// Takes in tickets printed offline, each exactly once and each by itself: one that cannot be taken in keeps none of
/// the others back. They enter the line at the time they were printed; those of a day that is over are history.
///
/// # Errors
/// There is no such block, its line is gone, or too many come at once.
pub fn upload(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: LeaseId,
    printed: &[Printed],
) -> Result<Vec<(i64, Upload)>, Error> {
    if printed.len() > usize::try_from(MAX_BLOCK).unwrap_or(0) {
        return Err(Error::field("tickets", "too_many", format!("At most {MAX_BLOCK} tickets at once.")));
    }
    let queue = block(tx, id)?.queue_id;
    // Whoever uploads to the same block on another node waits, or is waited for.
    store::lines::lock(tx, &[queue])?;
    let mut lease = block(tx, id)?;
    let config = line.config(tx)?;
    let queue = line.queue(&config, queue)?;
    let mut results = Vec::with_capacity(printed.len());
    for one in printed {
        let result = if lease.used.0.contains(&one.value) {
            Upload::Known(ticket_of(lease.id, one.value))
        } else {
            match sound(line, tx, &config, &queue, &lease, one) {
                Ok(ticket) => {
                    lease.used.0.push(one.value);
                    Upload::TakenIn(Box::new(take_in(line, tx, ticket)?))
                }
                Err(Error::Db(error)) => return Err(error.into()),
                Err(refusal) => Upload::Refused(refusal),
            }
        };
        results.push((one.value, result));
    }
    note(tx, &lease, &results)?;
    Ok(results)
}

/// A block as far as the caller may use it: a kiosk those of its own site, and its own of a site where it stood before.
fn block(tx: &mut Tx<'_>, id: LeaseId) -> Result<LeaseRow, Error> {
    let lease = store::leases::get(tx, id)?.ok_or(Error::NotFound("block of numbers"))?;
    match &tx.caller().actor {
        Actor::Device { id, site, .. } if *site != lease.site_id && lease.device_id != Some(*id) => {
            Err(Error::NotFound("block of numbers"))
        }
        _ => Ok(lease),
    }
}

/// The ticket that was printed, if it can be one.
fn sound(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    queue: &Queue,
    lease: &LeaseRow,
    one: &Printed,
) -> Result<Ticket, Error> {
    if !(lease.first_value..=lease.last_value).contains(&one.value) {
        return Err(Error::LeaseNumber(one.value));
    }
    let now = tx.now();
    if one.issued_at > now.saturating_add(CLOCK_AHEAD).unwrap_or(Timestamp::MAX) {
        let text = format!("{} lies in the future: the kiosk's clock is wrong.", one.issued_at);
        return Err(Error::Conflict(Code::IssuedInFuture, text));
    }
    let phone = one.phone.as_deref().map(plain_phone);
    let mut faults = Faults::default();
    faults.text("name", one.name.as_deref(), 120);
    faults.phone("phone", phone.as_deref());
    faults.locale("locale", one.locale.as_deref());
    faults.text("assistance", one.assistance.as_deref(), 200);
    if !faults.0.is_empty() {
        return Err(Error::Fields(faults.0));
    }
    let service = line.service(config, one.service_id)?;
    if !queue.serves(service.id) {
        return Err(Error::NoQueue { service: service.name.clone(), site: queue.name.clone() });
    }
    // Nobody enters in the future, or before the block was given out.
    let floor = lease.entry - (lease.last_value - one.value) * store::lines::ENTRY_STEP;
    let given_out = Timestamp::from_microsecond(floor).unwrap_or(now);
    let issued_at = one.issued_at.max(given_out).min(now);
    let entry = micros(issued_at).max(floor);
    let numbered = Numbered {
        id: ticket_of(lease.id, one.value),
        day: lease.day.clone(),
        cycle: lease.cycle,
        value: one.value,
        entry,
        issued_at,
    };
    let mut ticket = Ticket {
        customer_name: one.name.clone(),
        customer_phone: phone,
        ..Ticket::waiting(queue, &service, numbered, Channel::Kiosk)
    };
    ticket.edit_extra(|extra| {
        extra.locale.clone_from(&one.locale);
        extra.assistance.clone_from(&one.assistance);
    });
    customer::tie(line, tx, &mut ticket)?;
    Ok(ticket)
}

/// Writes a printed ticket. One of a day that is over has expired with it: nobody waits for it any more, and the
/// figures of that day know of it.
fn take_in(line: &Queueing, tx: &mut Tx<'_>, mut ticket: Ticket) -> Result<Ticket, Error> {
    store::tickets::insert(tx, &mut ticket)?;
    let now = tx.now();
    let place = line.site_now(ticket.tenant_id, ticket.site_id, now)?;
    let day = place.site.business_day(ticket.issued_at);
    if day < place.site.business_day(now) {
        ticket.prev_status = Some(Status::Waiting);
        ticket.status = Status::Expired;
        ticket.cause = Some(Cause::Expired);
        ticket.ended_at = Some(place.site.end_of_business_day(day).min(now));
        save(tx, &mut ticket)?;
    } else {
        store::lines::carry(tx, ticket.queue_id, &ticket.day, ticket.value)?;
    }
    line.record(tx, "ticket.issued", &ticket, |_| {})?;
    Ok(ticket)
}

/// Notes the numbers that are used by now, and what was refused. A block whose day is over has its other numbers on
/// record as void: those that were printed after all are taken off that record.
fn note(tx: &mut Tx<'_>, lease: &LeaseRow, results: &[(i64, Upload)]) -> Result<(), Error> {
    if results.iter().any(|(_, result)| matches!(result, Upload::TakenIn(_))) {
        let void = lease.closed_at.map(|_| Json(lease.unused()));
        store::leases::set_used(tx, lease, void.as_ref())?;
        if let Some(void) = void {
            crate::events::lease(tx, "number_lease.corrected", lease, &void.0)?;
        }
    }
    let refused: Vec<_> = results
        .iter()
        .filter_map(|(value, result)| match result {
            Upload::Refused(error) => Some((*value, error.code())),
            _ => None,
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { crate::events::lease_refused(tx, lease, &refused) }
}
