//! Sending a ticket to another queue, service or counter.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;

use super::issue::{allocate, shortest};
use super::line::Queueing;
use super::place::in_reach;
use super::skills::able;
use super::{advance, micros, routing, save, ticket};
use crate::error::Error;
use crate::model::machine::Op;
use crate::model::queue::QueueStatus;
use crate::model::rank;
use crate::model::rule::RuleEvent;
use crate::model::ticket::Note;
use crate::model::{Before, CounterId, QueueId, ServiceId, Ticket, TicketId};
use crate::store;

/// Where a ticket goes: exactly one of the three.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Transfer {
    /// Into this line.
    #[serde(alias = "target_queue_id", alias = "queue")]
    pub queue_id: Option<QueueId>,
    /// To this service, in the shortest line that offers it.
    #[serde(alias = "target_service_id")]
    pub service_id: Option<ServiceId>,
    /// To this counter, which alone may call it.
    #[serde(alias = "target_counter_id")]
    pub counter_id: Option<CounterId>,
    /// Whether the number stays; the other line's own setting when absent.
    pub keep_number: Option<bool>,
    /// A remark for whoever takes over.
    #[serde(alias = "reason")]
    pub note: Option<String>,
}

/// Sends a ticket on; it enters the other line now, its history goes with it.
///
/// # Errors
/// Not exactly one target is named, the target is not at this site or takes nobody, the ticket's state does
/// not allow it, or somebody changed it at the same moment.
pub fn transfer(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: &Transfer) -> Result<Ticket, Error> {
    super::note::check_text("note", input.note.as_deref())?;
    let config = line.config(tx)?;
    let now = tx.now();
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Transfer)?;
    let (mut queue, mut target_counter) = (line.queue(&config, t.queue_id)?, None);
    let mut service_id = t.service_id;
    match (input.queue_id, input.service_id, input.counter_id) {
        (Some(other), None, None) => queue = line.queue(&config, other)?,
        (None, Some(service), None) => {
            let service = line.service(&config, service)?;
            service_id = service.id;
            let site = line.directory().site(t.tenant_id, t.site_id).ok_or(Error::NotFound("site"))?;
            queue = shortest(line, &config, t.site_id, &service, now)
                .ok_or_else(|| Error::NoQueue { service: service.name.clone(), site: site.name.clone() })?;
        }
        (None, None, Some(counter)) => {
            let counter = line.counter(&config, counter)?;
            // Whoever sits down there later may be able to; whoever sits there now must be.
            let seated = line.live().seats.lock().counters.get(&counter.id).and_then(|seat| seat.agent_id);
            if seated.is_some() {
                able(line, &config, &t, &counter, seated)?;
            }
            if !counter.queue_ids.contains(&t.queue_id) {
                let Some(first) = counter.queue_ids.first() else {
                    return Err(Error::NotServedHere {
                        counter: counter.name.clone(),
                        queue: queue.name.clone(),
                    });
                };
                queue = line.queue(&config, *first)?;
            }
            target_counter = Some(counter.id);
        }
        _ => {
            return Err(Error::field(
                "queue_id",
                "required",
                "Name one of queue_id, service_id and counter_id.",
            ));
        }
    }
    let service = line.service(&config, service_id)?;
    if !config.rules.is_empty() {
        let asked = routing::Asked {
            event: RuleEvent::Transfer,
            queue: &queue,
            service: &service,
            name: t.customer_name.as_deref().unwrap_or(""),
            phone: t.customer_phone.as_deref().unwrap_or(""),
            class: &t.class,
            party_size: t.party_size,
            channel: t.channel,
        };
        let verdict = routing::ask(line, &config, &asked, now)?;
        if let Some(text) = verdict.refuse {
            return Err(Error::RuleRefused(text));
        }
        if let Some(other) =
            verdict.queue_id.and_then(|id| config.queue(id)).filter(|q| q.site_id == t.site_id)
        {
            queue = other.clone();
        }
        if let Some(class) = verdict.class {
            t.class = class;
        }
        t.edit_extra(|extra| extra.tags.extend(verdict.tags));
    }
    in_reach(&queue, &t)?;
    if queue.id == t.queue_id && target_counter.is_none() && service_id == t.service_id {
        return Err(Error::Conflict("same_line", format!("{} is in {} already.", t.number, queue.name)));
    }
    if queue.status == QueueStatus::Inactive {
        return Err(Error::QueueInactive(queue.name.clone()));
    }
    // Within its line a ticket keeps its place, and its time of entry in any case where it comes back later.
    let service = if queue.serves(service.id) {
        service
    } else {
        match queue.settings.service_ids.first() {
            Some(first) => line.service(&config, *first)?,
            None => service,
        }
    };
    let from = t.queue_id;
    if queue.id != from {
        let keep = input.keep_number.unwrap_or(queue.settings.transfer_keeps_number);
        t.entry = if keep {
            store::lines::enter(tx, queue.id, micros(now))?
        } else {
            let site = line.site_now(t.tenant_id, t.site_id, now)?;
            let slot = allocate(line, tx, &queue, &site, now)?;
            t.value = slot.value;
            t.cycle = slot.cycle;
            t.number = queue.settings.numbering().text(slot.value);
            slot.entry
        };
        t.queue_id = queue.id;
        t.edit_extra(|extra| extra.moved_from = Some(from));
        t.rank = rank::rank(queue.settings.algorithm, t.entry, &service, &t.class, t.class_confirmed);
    }
    t.service_id = service.id;
    t.target_counter_id = target_counter;
    t.transfers += 1;
    t.recalls = 0;
    t.release();
    if let Some(text) = &input.note {
        let by = super::note::author(tx);
        t.edit_extra(|extra| extra.notes.push(Note { at: now, by, text: text.clone() }));
    }
    save(tx, &mut t)?;
    line.record(tx, "ticket.transferred", &t, |fact| {
        fact.before = Some(before);
        fact.from_queue_id = Some(from);
    })?;
    Ok(t)
}
