//! Changing a ticket's place: skip, no-show, reinstate, postpone, move, reprioritise.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_kernel::SignedDuration;

use super::line::Queueing;
use super::{advance, micros, numbers, save, target, ticket};
use crate::error::Error;
use crate::model::Code;
use crate::model::machine::Op;
use crate::model::queue::{QueueStatus, Reinstate};
use crate::model::rank;
use crate::model::ticket::{Cause, Moved, MovedPlace};
use crate::model::{Before, Queue, QueueId, Ticket, TicketId};
use crate::store;

/// How far back a called ticket goes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Skip {
    /// Behind so many people; one when absent.
    pub places: Option<u32>,
    /// Behind everybody.
    pub to_end: bool,
}

/// Sends a called ticket back into the line.
///
/// # Errors
/// It is not called now, or somebody changed it at the same moment.
pub fn skip(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: &Skip) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Skip)?;
    t.rank = if input.to_end { end_of(tx, &t)? } else { rank_at(tx, &t, input.places.unwrap_or(1))? };
    t.edit_extra(|extra| extra.moved = None);
    back_in_line(tx, &mut t)?;
    save(tx, &mut t)?;
    line.record(tx, "ticket.skipped", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// The called person did not come.
///
/// # Errors
/// The ticket is not called now, or somebody changed it at the same moment.
pub fn mark_no_show(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::MarkNoShow)?;
    t.ended_at = Some(tx.now());
    t.cause = Some(Cause::Missed);
    save(tx, &mut t)?;
    line.record(tx, "ticket.no_show", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// Takes a no-show back into the line, within the grace time.
///
/// # Errors
/// It is no no-show, it is too late, or its number was given out again.
pub fn reinstate(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let queue = line.queue(&config, t.queue_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Reinstate)?;
    let minutes = queue.settings.reinstate_minutes;
    let limit = t.ended_at.and_then(|at| at.checked_add(SignedDuration::from_mins(minutes)).ok());
    if limit.is_none_or(|limit| tx.now() > limit) {
        return Err(Error::TooLateToReinstate { number: t.number, minutes });
    }
    if queue.settings.reinstate == Reinstate::End {
        t.rank = end_of(tx, &t)?;
        t.edit_extra(|extra| extra.moved = None);
    }
    numbers::still_its_own(line, tx, &t)?;
    back_in_line(tx, &mut t)?;
    save(tx, &mut t)?;
    line.record(tx, "ticket.reinstated", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// A ticket stands in line as if it had not been called.
pub(crate) fn back_in_line(tx: &mut Tx<'_>, t: &mut Ticket) -> Result<(), Error> {
    t.release();
    t.recalls = 0;
    t.ended_at = None;
    t.cause = None;
    target::keep(tx, t)
}

/// How long a customer lets others go first.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Postpone {
    /// Behind so many people: the ticket still waits.
    pub places: Option<u32>,
    /// Back in so many minutes: nobody calls the ticket before that, it is parked and then has its old place again.
    pub minutes: Option<u32>,
}

/// The customer lets so many others go first, or is back in so many minutes.
///
/// # Errors
/// Neither or both ways are given, the line does not allow so long, the ticket does not wait, or somebody changed
/// it at the same moment.
pub fn postpone(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: &Postpone) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    match (input.places, input.minutes) {
        (Some(places @ 1..=50), None) => {
            advance(&mut t, Op::Postpone)?;
            t.rank = rank_behind(tx, &t, places)?;
            t.edit_extra(|extra| extra.moved = None);
        }
        (None, Some(minutes)) => super::park::away(line, tx, &mut t, i64::from(minutes))?,
        (Some(_), None) => return Err(Error::field("places", "out_of_range", "Between 1 and 50 people.")),
        _ => return Err(Error::field("places", "required", "Give either places or minutes.")),
    }
    super::presence::sign_of_life(tx, &mut t);
    save(tx, &mut t)?;
    line.record(tx, "ticket.postponed", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// Where a manager puts a ticket.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Move {
    /// Into this line; its own when absent.
    pub queue_id: Option<QueueId>,
    /// Right before this ticket.
    pub before_ticket_id: Option<TicketId>,
    /// To this place, counted from 1; the end when neither is given.
    pub position: Option<u32>,
    /// Why; the person reads it on their page.
    pub reason: String,
}

/// A manager moves a waiting ticket within its line or into another that serves the same service; what somebody came
/// for changes by a transfer only.
///
/// # Errors
/// No reason is given, the ticket does not wait, or the other line does not serve it.
pub fn move_to(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: &Move) -> Result<Ticket, Error> {
    if input.reason.trim().is_empty() {
        return Err(Error::field("reason", "required", "Say why the ticket is moved."));
    }
    super::note::check_text("reason", Some(&input.reason))?;
    let config = line.config(tx)?;
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Move)?;
    let from = t.queue_id;
    if let Some(other) = input.queue_id.filter(|other| *other != from) {
        let queue = line.queue(&config, other)?;
        in_reach(&queue, &t)?;
        if queue.status == QueueStatus::Inactive {
            return Err(Error::QueueInactive(queue.name.clone()));
        }
        if !queue.serves(t.service_id) {
            let service = line.service(&config, t.service_id)?;
            return Err(Error::NoQueue { service: service.name.clone(), site: queue.name.clone() });
        }
        t.queue_id = other;
        t.transfers += 1;
        target::keep(tx, &mut t)?;
        t.edit_extra(|extra| extra.moved_from = Some(from));
    }
    t.rank = match (input.before_ticket_id, input.position) {
        (Some(other), _) if other == t.id => {
            let text = format!("{} cannot stand before itself. Name another ticket.", t.number);
            return Err(Error::field("before_ticket_id", "itself", text));
        }
        (_, Some(0)) => {
            return Err(Error::field("position", "out_of_range", "Places are counted from 1."));
        }
        (Some(other), _) => before_ticket(tx, &t, other)?,
        (None, Some(position)) => rank_at(tx, &t, position.saturating_sub(1))?,
        (None, None) => end_of(tx, &t)?,
    };
    let chosen = input.before_ticket_id.is_some() || input.position.is_some();
    let place = if chosen { MovedPlace::Chosen } else { MovedPlace::Anew };
    let reason = Some(input.reason.trim().to_owned());
    t.edit_extra(|extra| extra.moved = Some(Moved { place, reason }));
    save(tx, &mut t)?;
    line.record_because(tx, "ticket.moved", &t, Some(&input.reason), |fact| {
        fact.before = Some(before);
        fact.from_queue_id = (from != fact.queue_id).then_some(from);
    })?;
    Ok(t)
}

/// A ticket moves between lines of its own site only.
pub(crate) fn in_reach(queue: &Queue, t: &Ticket) -> Result<(), Error> {
    if queue.site_id == t.site_id {
        Ok(())
    } else {
        Err(Error::Conflict(Code::OtherSite, format!("{} is at another site.", queue.name)))
    }
}

/// Another priority class.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reprioritise {
    /// The class; "normal" for none.
    #[serde(alias = "priority")]
    pub class: String,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Gives a waiting ticket another priority class; the class is confirmed by that.
///
/// # Errors
/// The service has no such class, a reason is missing, or the ticket does not wait.
pub fn reprioritise(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: TicketId,
    input: &Reprioritise,
) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let queue = line.queue(&config, t.queue_id)?;
    let service = line.service(&config, t.service_id)?;
    super::note::check_text("reason", input.reason.as_deref())?;
    let fields = super::issue::ClassFields { class: "class", reason: "reason" };
    super::issue::check_class(&service, &input.class, input.reason.as_deref(), fields)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Reprioritise)?;
    let algorithm = queue.settings.algorithm;
    let moved = t.rank - rank::rank(algorithm, t.entry, &service, &t.class, t.class_confirmed);
    t.class.clone_from(&input.class);
    t.class_reason.clone_from(&input.reason);
    t.class_confirmed = true;
    t.rank = rank::rank(algorithm, t.entry, &service, &t.class, true) + moved;
    save(tx, &mut t)?;
    line.record_because(tx, "ticket.reprioritised", &t, input.reason.as_deref(), |fact| {
        fact.before = Some(before);
    })?;
    Ok(t)
}

/// The rank behind everybody in the ticket's line and before whoever joins next: it takes an entry time of
/// its own, as if the ticket joined now.
pub(crate) fn end_of(tx: &mut Tx<'_>, t: &Ticket) -> Result<i64, Error> {
    let entry = store::lines::enter(tx, t.queue_id, micros(tx.now()))?;
    let last: Option<i64> = tx.query_opt(store::tickets::LAST_RANK, &[&t.queue_id, &t.id, &t.tenant_id])?;
    Ok(last.map_or(entry, |last| entry.max(last + 1)))
}

/// The rank of the place behind the first `places` of the line.
fn rank_at(tx: &mut Tx<'_>, t: &Ticket, places: u32) -> Result<i64, Error> {
    let offset = places.saturating_sub(1);
    let around: Vec<(i64, TicketId)> =
        tx.query(store::tickets::RANKS_FROM, &[&t.queue_id, &t.id, &offset, &t.tenant_id])?;
    Ok(match (places, around.as_slice()) {
        (0, [(first, _), ..]) => first - 1_000,
        (_, [(before, _), (after, _), ..]) => rank::between(*before, *after),
        (_, [_] | []) => end_of(tx, t)?,
    })
}

/// The rank behind the next `places` people who stand behind the ticket now.
fn rank_behind(tx: &mut Tx<'_>, t: &Ticket, places: u32) -> Result<i64, Error> {
    let offset = places.saturating_sub(1);
    let around: Vec<(i64, TicketId)> =
        tx.query(store::tickets::RANKS_AFTER, &[&t.queue_id, &t.id, &t.rank, &t.id, &offset, &t.tenant_id])?;
    Ok(match around.as_slice() {
        [(before, _), (after, _), ..] => rank::between(*before, *after),
        [_] | [] => end_of(tx, t)?,
    })
}

/// The rank right before another ticket of the same line.
fn before_ticket(tx: &mut Tx<'_>, t: &Ticket, other: TicketId) -> Result<i64, Error> {
    let anchor = ticket(tx, other)?;
    if anchor.queue_id != t.queue_id || anchor.status != crate::model::Status::Waiting {
        return Err(Error::Conflict(
            Code::NotInLine,
            format!("{} does not wait in that line.", anchor.number),
        ));
    }
    let previous: Option<(i64, TicketId)> = tx.query_opt(
        store::tickets::RANK_BEFORE,
        &[&t.queue_id, &t.id, &anchor.rank, &anchor.id, &t.tenant_id],
    )?;
    Ok(match previous {
        Some((before, _)) => rank::between(before, anchor.rank),
        None => anchor.rank - 1_000,
    })
}
