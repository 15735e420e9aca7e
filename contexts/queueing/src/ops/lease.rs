//! Blocks of numbers for kiosks, which go on issuing while the network is away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use usher_customers::model::contact::plain_phone;
use usher_db::{Json, Tx};
use usher_kernel::{Actor, Timestamp};
use uuid::Uuid;

use super::issue::Issue;
use super::line::Queueing;
use super::{customer, micros};
use crate::error::Error;
use crate::model::person::Faults;
use crate::model::queue::QueueStatus;
use crate::model::rank;
use crate::model::service::NORMAL;
use crate::model::ticket::{Channel, Extra};
use crate::model::{LeaseId, QueueId, ServiceId, Status, Ticket, TicketId};
use crate::store;
use crate::store::leases::LeaseRow;

/// The most numbers of one block.
pub const MAX_BLOCK: i64 = 50;

/// A block of numbers that a kiosk may print.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// The line.
    pub queue_id: QueueId,
    /// The business day on which it is good.
    pub day: String,
    /// The first number.
    pub first: i64,
    /// The last number.
    pub last: i64,
    /// The numbers as they are printed, in order.
    pub numbers: Vec<String>,
    /// The paths of the tickets' pages, in the same order; each opens once its ticket was uploaded.
    pub urls: Vec<String>,
}

/// Leases the next numbers of a line; fewer than asked for at the end of the range.
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
    let day = site.series(&queue).to_owned();
    store::lines::roll_over(tx, queue.id, &day)?;
    let mut count = count;
    let slot = loop {
        let found: Option<store::lines::Slot> =
            tx.query_opt(store::lines::LEASE, &[&queue.id, &day, &count, &micros(now), &queue.tenant_id])?;
        match found {
            Some(slot) => break slot,
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
        first_value: slot.value - count + 1,
        last_value: slot.value,
        entry: slot.entry,
        used: Json(Vec::new()),
        closed_at: None,
    };
    store::leases::insert(tx, queue.tenant_id, &row, now)?;
    crate::events::lease(tx, "number_lease.leased", &row, &[])?;
    let numbering = queue.settings.numbering();
    Ok(Lease {
        id: row.id,
        queue_id: queue.id,
        day,
        first: row.first_value,
        last: row.last_value,
        numbers: (row.first_value..=row.last_value).map(|value| numbering.text(value)).collect(),
        urls: (row.first_value..=row.last_value)
            .map(|value| format!("/t/{}", line.secrets().seal(ticket_of(row.id, value))))
            .collect(),
    })
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
}

/// What was typed in offline, in the form in which it is kept.
fn sound(printed: &[Printed]) -> Result<Vec<Printed>, Error> {
    if printed.len() > usize::try_from(MAX_BLOCK).unwrap_or(0) {
        return Err(Error::field("tickets", "too_many", format!("At most {MAX_BLOCK} tickets at once.")));
    }
    let mut faults = Faults::default();
    let mut kept = Vec::with_capacity(printed.len());
    for (index, one) in printed.iter().enumerate() {
        let phone = one.phone.as_deref().map(plain_phone);
        faults.text(&format!("tickets[{index}].name"), one.name.as_deref(), 120);
        faults.phone(&format!("tickets[{index}].phone"), phone.as_deref());
        faults.locale(&format!("tickets[{index}].locale"), one.locale.as_deref());
        kept.push(Printed { phone, ..one.clone() });
    }
    if faults.0.is_empty() { Ok(kept) } else { Err(Error::Fields(faults.0)) }
}

/// Takes in tickets printed offline, each exactly once: a number that was taken in before is passed over.
/// They enter the line at the time they were printed.
///
/// # Errors
/// The block is closed, a number is not of it, or a time lies in the future.
pub fn upload(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: LeaseId,
    printed: &[Printed],
) -> Result<Vec<Ticket>, Error> {
    let mut lease = store::leases::get(tx, id)?.ok_or(Error::NotFound("block of numbers"))?;
    if let Actor::Device { site, .. } = &tx.caller().actor
        && *site != lease.site_id
    {
        return Err(Error::NotFound("block of numbers"));
    }
    if lease.closed_at.is_some() {
        return Err(Error::LeaseClosed);
    }
    let config = line.config(tx)?;
    let queue = line.queue(&config, lease.queue_id)?;
    let now = tx.now();
    let mut taken_in = Vec::new();
    let printed = sound(printed)?;
    for one in &printed {
        if !(lease.first_value..=lease.last_value).contains(&one.value) {
            return Err(Error::LeaseNumber(one.value));
        }
        if lease.used.0.contains(&one.value) {
            continue;
        }
        let service = line.service(&config, one.service_id)?;
        if !queue.serves(service.id) {
            return Err(Error::NoQueue { service: service.name.clone(), site: queue.name.clone() });
        }
        // A kiosk's clock may be a little ahead; nobody enters in the future or before the block was given out.
        let floor = lease.entry - (lease.last_value - one.value) * store::lines::ENTRY_STEP;
        let entry = micros(one.issued_at.min(now)).max(floor);
        let input = Issue { locale: one.locale.clone(), ..Issue::default() };
        let extra = Extra { locale: input.locale, ..Extra::default() };
        let mut ticket = Ticket {
            id: ticket_of(lease.id, one.value),
            tenant_id: queue.tenant_id,
            site_id: queue.site_id,
            queue_id: queue.id,
            service_id: service.id,
            day: lease.day.clone(),
            cycle: lease.cycle,
            value: one.value,
            number: queue.settings.numbering().text(one.value),
            status: Status::Waiting,
            prev_status: None,
            rank: rank::rank(queue.settings.algorithm, entry, &service, NORMAL, true),
            entry,
            class: NORMAL.to_owned(),
            class_reason: None,
            class_confirmed: true,
            channel: Channel::Kiosk,
            party_size: 1,
            customer_id: None,
            customer_name: one.name.clone(),
            customer_phone: one.phone.clone(),
            customer_email: None,
            counter_id: None,
            agent_id: None,
            target_counter_id: None,
            issued_at: one.issued_at.min(now),
            called_at: None,
            started_at: None,
            paused_at: None,
            parked_until: None,
            wrap_up_at: None,
            ended_at: None,
            cause: None,
            outcome: None,
            recalls: 0,
            transfers: 0,
            issued_p50: None,
            issued_p90: None,
            issued_ahead: 0,
            visit_id: None,
            extra: (!extra.is_empty()).then_some(extra),
            version: 1,
        };
        customer::tie(line, tx, &mut ticket)?;
        store::tickets::insert(tx, &ticket)?;
        line.record(tx, "ticket.issued", &ticket, |_| {})?;
        lease.used.0.push(one.value);
        taken_in.push(ticket);
    }
    if !taken_in.is_empty() && !store::leases::set_used(tx, id, &lease.used)? {
        return Err(Error::LeaseClosed);
    }
    Ok(taken_in)
}
