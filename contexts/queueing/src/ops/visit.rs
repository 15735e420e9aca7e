//! Visits of several services: finishing one issues the ticket for the next.
//!
//! A line that takes nobody now does not keep the agent from finishing. The visit stops there, which the agent,
//! the floor and the person's page are told with the reason, and staff issue the step by hand.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;

use super::issue::{Issue, Terms, issue};
use super::line::Queueing;
use super::{save, ticket};
use crate::error::Error;
use crate::model::ticket::NextStep;
use crate::model::{QueueId, ServiceId, Status, Ticket, TicketId, VisitId};

/// How staff go on with a visit.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Continue {
    /// Which of the services that are left; the first when absent. Those named before it stay for later.
    pub service_id: Option<ServiceId>,
    /// In which line; the one with the shortest wait when absent.
    pub queue_id: Option<QueueId>,
}

/// Goes on with the visit of a ticket that has just been served, where it has further services.
pub(crate) fn go_on(line: &Queueing, tx: &mut Tx<'_>, done: &mut Ticket) -> Result<(), Error> {
    let Some(service) = left(done).first().copied() else { return Ok(()) };
    match issue_next(line, tx, done, service, None) {
        Ok(next) => continued(line, tx, done, service, &next),
        Err(Error::Db(error)) => Err(Error::Db(error)),
        Err(refused) => {
            let step = NextStep {
                service_id: service,
                ticket_id: None,
                number: None,
                code: Some(refused.code().to_owned()),
                reason: Some(refused.to_string()),
            };
            note(line, tx, done, "ticket.visit_stopped", step)
        }
    }
}

/// Issues the next step of a stopped visit by hand; answers with its ticket.
///
/// # Errors
/// The ticket was not served, its visit has no further step or went on already, or the line still takes nobody.
pub fn continue_visit(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: TicketId,
    input: &Continue,
) -> Result<Ticket, Error> {
    let mut done = ticket(tx, id)?;
    line.may_work_at(tx, done.site_id)?;
    let number = done.number.clone();
    if done.status != Status::Served || left(&done).is_empty() {
        return Err(Error::NoNextStep(number));
    }
    let went_on = done.extra.as_ref().and_then(|extra| extra.next_step.as_ref()?.number.clone());
    if let Some(next) = went_on {
        return Err(Error::VisitWentOn { number, next });
    }
    let Some(service) = input.service_id.or_else(|| left(&done).first().copied()) else {
        return Err(Error::NoNextStep(number));
    };
    if !left(&done).contains(&service) {
        return Err(Error::field("service_id", "not_left", "Name one of the services that are left."));
    }
    let next = issue_next(line, tx, &done, service, input.queue_id)?;
    continued(line, tx, &mut done, service, &next)?;
    Ok(next)
}

/// The services still to come.
fn left(t: &Ticket) -> &[ServiceId] {
    t.extra.as_ref().map_or(&[], |extra| &extra.remaining_services)
}

/// Issues the ticket for one of the services that are left; it carries the others on.
fn issue_next(
    line: &Queueing,
    tx: &mut Tx<'_>,
    done: &Ticket,
    service: ServiceId,
    queue: Option<QueueId>,
) -> Result<Ticket, Error> {
    let extra = done.extra.clone().unwrap_or_default();
    let mut rest = extra.remaining_services;
    if let Some(at) = rest.iter().position(|other| *other == service) {
        rest.remove(at);
    }
    let input = Issue {
        service_id: Some(service),
        service_ids: rest,
        queue_id: queue,
        site_id: Some(done.site_id),
        name: done.customer_name.clone(),
        phone: done.customer_phone.clone(),
        email: done.customer_email.clone(),
        customer_id: done.customer_id,
        party_size: Some(done.party_size),
        channel: Some(done.channel),
        locale: extra.locale,
        assistance: extra.assistance,
        ..Issue::default()
    };
    let visit = done.visit_id.unwrap_or_else(|| VisitId::generate(tx.now()));
    issue(line, tx, &input, Terms { staff: true, confirmed: true, visit: Some(visit), ..Terms::default() })
}

fn continued(
    line: &Queueing,
    tx: &mut Tx<'_>,
    done: &mut Ticket,
    service: ServiceId,
    next: &Ticket,
) -> Result<(), Error> {
    let step = NextStep {
        service_id: service,
        ticket_id: Some(next.id),
        number: Some(next.number.clone()),
        code: None,
        reason: None,
    };
    note(line, tx, done, "ticket.visit_continued", step)
}

/// Writes what became of the next step to the ticket that was served.
fn note(
    line: &Queueing,
    tx: &mut Tx<'_>,
    done: &mut Ticket,
    kind: &'static str,
    step: NextStep,
) -> Result<(), Error> {
    done.edit_extra(|extra| extra.next_step = Some(step.clone()));
    done.prev_status = Some(done.status);
    save(tx, done)?;
    line.record(tx, kind, done, |fact| fact.next_step = Some(step))?;
    Ok(())
}
