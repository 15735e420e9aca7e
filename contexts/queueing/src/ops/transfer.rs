//! Sending a ticket to another queue, service or counter.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;

use super::issue::{ISSUE_FIELDS, allocate, check_class, closed, shortest};
use super::line::Queueing;
use super::place::in_reach;
use super::skills::able;
use super::{advance, customer, micros, routing, save, target, ticket};
use crate::error::Error;
use crate::model::Code;
use crate::model::machine::Op;
use crate::model::queue::QueueStatus;
use crate::model::rank;
use crate::model::rule::{RuleEvent, wants_record};
use crate::model::ticket::{Moved, MovedPlace, Note};
use crate::model::{
    Before, CounterId, Queue, QueueId, RuleId, Service, ServiceId, TenantConfig, Ticket, TicketId,
};
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
    let from = t.queue_id;
    let ruled = rule(line, tx, &config, &queue, &service, &mut t)?;
    let mut gone = false;
    if let Some((id, other)) = &ruled {
        let went = enter(line, tx, &config, &mut t, other, &service, target_counter, input.keep_number);
        gone = routing::or_without(line, tx, &config, *id, went)?.is_some();
    }
    if !gone {
        enter(line, tx, &config, &mut t, &queue, &service, target_counter, input.keep_number)?;
        if let Some(counter) = target_counter.filter(|_| t.target_counter_id.is_none()) {
            let counter = config.counter(counter).map_or_else(String::new, |c| c.name.clone());
            return Err(Error::NotServedHere { counter, queue: queue.name.clone() });
        }
    }
    t.transfers += 1;
    t.unbind();
    t.recalls = 0;
    t.release();
    // The remark is for whoever takes over: the person is told where they stand, and not what staff say to each other.
    let place = if t.queue_id == from { MovedPlace::Kept } else { MovedPlace::Anew };
    t.edit_extra(|extra| extra.moved = Some(Moved { place, reason: None }));
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

/// Asks the rules: the class and the marks that they give go to the ticket, the line that they name is answered.
fn rule(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    queue: &Queue,
    service: &Service,
    t: &mut Ticket,
) -> Result<Option<(RuleId, Arc<Queue>)>, Error> {
    if config.rules.is_empty() {
        return Ok(None);
    }
    let wanted = wants_record(&config.rules, RuleEvent::Transfer, queue.site_id);
    let record = match t.customer_id.filter(|_| wanted) {
        Some(id) => customer::record(line, tx, t.tenant_id, id)?,
        None => None,
    };
    let asked = routing::Asked {
        event: RuleEvent::Transfer,
        record: record.as_ref(),
        locale: t.extra.as_ref().and_then(|extra| extra.locale.as_deref()),
        queue,
        service,
        name: t.customer_name.as_deref().unwrap_or(""),
        phone: t.customer_phone.as_deref().unwrap_or(""),
        class: &t.class,
        party_size: t.party_size,
        channel: t.channel,
    };
    let verdict = routing::ask(line, config, &asked, tx.now())?;
    if let Some(text) = verdict.refuse {
        return Err(Error::RuleRefused(text));
    }
    if let Some((id, class)) = verdict.class {
        let sound = check_class(service, &class, t.class_reason.as_deref(), ISSUE_FIELDS);
        if routing::or_without(line, tx, config, id, sound)?.is_some() && t.class != class {
            t.class = class;
            t.class_confirmed = true;
        }
    }
    t.edit_extra(|extra| extra.tags.extend(verdict.tags));
    routing::line_of(line, tx, config, verdict.queue, t.site_id)
}

/// Puts a ticket into a line, as its number, its entry time and its counter then are. A line that takes nobody now
/// takes nobody from another line either. Within its line a ticket keeps its place.
#[expect(clippy::too_many_arguments, reason = "all of them decide where the ticket stands")]
fn enter(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    t: &mut Ticket,
    to: &Queue,
    service: &Arc<Service>,
    counter: Option<CounterId>,
    keep_number: Option<bool>,
) -> Result<(), Error> {
    in_reach(to, t)?;
    let counter = match counter {
        Some(counter) => target::that_serves(tx, counter, to.id)?,
        None => None,
    };
    if to.id == t.queue_id && counter.is_none() && service.id == t.service_id {
        return Err(Error::Conflict(Code::SameLine, format!("{} is in {} already.", t.number, to.name)));
    }
    if to.status == QueueStatus::Inactive {
        return Err(Error::QueueInactive(to.name.clone()));
    }
    let service = match to.settings.service_ids.first() {
        Some(first) if !to.serves(service.id) => line.service(config, *first)?,
        _ => Arc::clone(service),
    };
    let (from, now) = (t.queue_id, tx.now());
    if to.id != from {
        t.entry = if keep_number.unwrap_or(to.settings.transfer_keeps_number) {
            match store::lines::enter_open(tx, to.id, micros(now))? {
                Some(entry) => entry,
                None => {
                    let guards = store::lines::guards(tx, to.id)?.ok_or(Error::NotFound("queue"))?;
                    return Err(closed(line, to, &guards));
                }
            }
        } else {
            let site = line.site_now(t.tenant_id, t.site_id, now)?;
            let slot = allocate(line, tx, to, &site, now)?;
            t.day = slot.day;
            t.value = slot.value;
            t.cycle = slot.cycle;
            t.number = to.settings.numbering().text(slot.value);
            slot.entry
        };
        (t.queue_id, t.counted_in) = (to.id, Some(to.id));
        t.edit_extra(|extra| extra.moved_from = Some(from));
        t.rank = rank::rank(to.settings.algorithm, t.entry, &service, &t.class, t.class_confirmed);
    }
    t.service_id = service.id;
    t.target_counter_id = counter;
    Ok(())
}
