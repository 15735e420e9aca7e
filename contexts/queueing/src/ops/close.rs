//! Finishing: close, wrap-up, and complete-and-call-next.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;

use super::line::Queueing;
use super::{advance, call_next, not_allowed, save, ticket, visit};
use crate::error::Error;
use crate::model::machine::{Op, Status};
use crate::model::ticket::{Cause, Note};
use crate::model::{Before, CounterId, Service, TenantConfig, Ticket, TicketId};
use crate::store;

/// How a service ended.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Close {
    /// The outcome's code.
    pub outcome: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Whether the counter stays busy with the paperwork; the queue's own setting when absent.
    pub wrap_up: Option<bool>,
}

/// Ends a held ticket as served, or sends it into wrap-up.
///
/// The plain case is one guarded update; a demanded outcome, a remark, a wrap-up or a visit with more services
/// to come takes a closer look first.
///
/// # Errors
/// Its state does not allow it, an outcome is missing or unknown, or the database failed.
pub fn close(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: &Close) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let plain =
        !config.careful && input.note.is_none() && input.outcome.is_none() && input.wrap_up != Some(true);
    if plain && tx.caller().sites.is_empty() {
        let now = tx.now();
        if let Some(mut done) = store::tickets::complete(tx, id, now, None)? {
            line.record(tx, "ticket.completed", &done, |_| {})?;
            visit::go_on(line, tx, &mut done)?;
            return Ok(done);
        }
    }
    carefully(line, tx, &config, id, input)
}

fn carefully(
    line: &Queueing,
    tx: &mut Tx<'_>,
    config: &TenantConfig,
    id: TicketId,
    input: &Close,
) -> Result<Ticket, Error> {
    let now = tx.now();
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let before = Before::of(&t);
    let queue = line.queue(config, t.queue_id)?;
    let wrap_up = input.wrap_up.unwrap_or(queue.settings.wrap_up) && t.status == Status::Serving;
    advance(&mut t, if wrap_up { Op::WrapUp } else { Op::Close })?;
    let service = line.service(config, t.service_id)?;
    if let Some(outcome) = &input.outcome {
        if !service.outcomes.is_empty() && !service.outcomes.iter().any(|o| o.code == *outcome) {
            return Err(Error::UnknownOutcome(outcome.clone()));
        }
        t.outcome = Some(outcome.clone());
    }
    if !wrap_up {
        demand_outcome(&service, &t)?;
    }
    if let Some(text) = &input.note {
        super::note::check_text("note", Some(text))?;
        let by = super::note::author(tx);
        t.edit_extra(|extra| extra.notes.push(Note { at: now, by, text: text.clone() }));
    }
    t.paused_at = None;
    let kind = if wrap_up {
        t.wrap_up_at = Some(now);
        "ticket.wrap_up"
    } else {
        t.ended_at = Some(now);
        t.cause = Some(Cause::Served);
        "ticket.completed"
    };
    save(tx, &mut t)?;
    line.record(tx, kind, &t, |fact| fact.before = Some(before))?;
    if !wrap_up {
        visit::go_on(line, tx, &mut t)?;
    }
    Ok(t)
}

fn demand_outcome(service: &Service, t: &Ticket) -> Result<(), Error> {
    if service.outcome_required && t.outcome.is_none() {
        let labels: Vec<&str> = service.outcomes.iter().map(|o| o.label.as_str()).collect();
        return Err(Error::OutcomeRequired(labels.join(", ")));
    }
    Ok(())
}

/// Ends as served what nobody finished before the day was over; nobody is there to say with which outcome, and
/// a visit does not go on.
pub(super) fn left_behind(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    let before = Before::of(&t);
    advance(&mut t, Op::Close)?;
    t.paused_at = None;
    t.ended_at = Some(tx.now());
    t.cause = Some(Cause::Expired);
    save(tx, &mut t)?;
    line.record(tx, "ticket.completed", &t, |fact| fact.before = Some(before))?;
    Ok(t)
}

/// Ends the wrap-up.
///
/// # Errors
/// The ticket is not in wrap-up, or an outcome is missing.
pub fn finish_wrap_up(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: TicketId,
    outcome: Option<&str>,
) -> Result<Ticket, Error> {
    let t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    if t.status != Status::WrapUp {
        return Err(not_allowed(Op::FinishWrapUp, &t));
    }
    let config = line.config(tx)?;
    let input = Close { outcome: outcome.map(str::to_owned), note: None, wrap_up: Some(false) };
    carefully(line, tx, &config, id, &input)
}

/// What complete-and-call-next did.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The ticket that was finished, where the counter held one.
    pub completed: Option<Ticket>,
    /// The ticket that was called, where anybody waited.
    pub called: Option<Ticket>,
}

/// Finishes what the counter serves and calls the next ticket, as one operation.
///
/// # Errors
/// As [`close`] and [`call_next::call_next`], or another counter has the ticket that is named; then neither happens.
pub fn complete_and_call_next(
    line: &Queueing,
    tx: &mut Tx<'_>,
    counter: CounterId,
    named: Option<TicketId>,
    input: &Close,
) -> Result<Turn, Error> {
    let current = match named {
        Some(id) => Some(id),
        None => store::tickets::held_by(tx, counter)?.first().map(|t| t.id),
    };
    let input = Close { wrap_up: Some(false), ..input.clone() };
    let completed = current.map(|id| close(line, tx, id, &input)).transpose()?;
    // Checked after the guarded update, which spares the usual case a read; a refusal rolls it back.
    if let Some(other) = completed.as_ref().filter(|done| done.counter_id != Some(counter)) {
        let config = line.config(tx)?;
        let holder =
            other.counter_id.map_or_else(String::new, |id| line.counter_text(&config, other.tenant_id, id));
        return Err(Error::AlreadyCalled { number: other.number.clone(), holder });
    }
    let called = call_next::call_next(line, tx, counter)?;
    Ok(Turn { completed, called })
}
