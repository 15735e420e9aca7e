//! The figures of one person: the tickets they took, and the work they did.

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{Timestamp, UserId};
use usher_queueing::Queueing;
use usher_queueing::model::{QueueId, ServiceId, Status, Ticket, TicketId};
use usher_queueing::ops::show;

use super::dashboard::{Tracked, tracked};
use super::lists::{AgentFigures, agents_of};
use super::read::Names;
use super::view::{Asked, View};
use crate::error::Error;
use crate::model::{Scope, tenth};
use crate::store::state::TrackedOf;

/// How many of a person's tickets are looked at.
const MOST_TICKETS: u32 = 200;

/// One of a person's tickets.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PastTicket {
    /// Which.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// The line.
    pub queue_id: QueueId,
    /// The line's name.
    pub queue_name: String,
    /// The service.
    pub service_id: ServiceId,
    /// The service's name.
    pub service_name: String,
    /// Where it stands.
    pub status: Status,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When its life ended.
    pub ended_at: Option<Timestamp>,
    /// Minutes waited until the call.
    pub wait_minutes: Option<f64>,
    /// Minutes served.
    pub service_minutes: Option<f64>,
}

/// The figures of one person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PersonFigures")]
pub struct Person {
    /// Who.
    pub user_id: UserId,
    /// Tickets that they took, among the newest 200.
    pub tickets: i64,
    /// Of those, how many were served.
    pub served: i64,
    /// Of those, how many they left or did not come to.
    pub missed: i64,
    /// Mean minutes that they waited.
    pub average_wait_minutes: Option<f64>,
    /// Mean minutes that they were served.
    pub average_service_minutes: Option<f64>,
    /// Their tickets, the newest first.
    pub history: Vec<PastTicket>,
    /// What happened outside with them in the period.
    pub events: Vec<Tracked>,
    /// Their work in the period, where they serve.
    pub work: Option<AgentFigures>,
}

/// The figures of one person of this tenant.
///
/// # Errors
/// Nothing is known of such a person here; the question means nothing; the database failed.
pub fn person(line: &Queueing, read: &mut Read<'_>, user: UserId, asked: &Asked) -> Result<Person, Error> {
    let view = View::of(line, read, asked)?;
    let names = Names::load(line, read, &view)?;
    let customer = line.customers().of_user(read, view.tenant, user)?;
    let mut tickets: Vec<Ticket> = match customer {
        Some(customer) => show::of_customer(read, customer, MOST_TICKETS)?,
        None => Vec::new(),
    };
    tickets.retain(|ticket| view.sees(ticket.site_id));
    let events = tracked(read, &view, TrackedOf::User(user.uuid()))?;
    let work = agents_of(line, read, &view.at(Scope::Agent, user.uuid()), Some(1))?.pop();
    let known = !tickets.is_empty() || !events.is_empty() || work.is_some();
    if !known && !line.identity().is_member(read, view.tenant, user)? {
        return Err(Error::NotFound("user"));
    }
    let history: Vec<PastTicket> = tickets.iter().map(|ticket| past(&names, ticket)).collect();
    let count = |wanted: &[Status]| {
        i64::try_from(history.iter().filter(|t| wanted.contains(&t.status)).count()).unwrap_or(0)
    };
    Ok(Person {
        user_id: user,
        tickets: i64::try_from(history.len()).unwrap_or(0),
        served: count(&[Status::Served]),
        missed: count(&[Status::NoShow, Status::Cancelled, Status::Expired]),
        average_wait_minutes: mean(history.iter().filter_map(|t| t.wait_minutes)),
        average_service_minutes: mean(history.iter().filter_map(|t| t.service_minutes)),
        history,
        events,
        work,
    })
}

fn past(names: &Names, t: &Ticket) -> PastTicket {
    let minutes = |from: Timestamp, to: Timestamp| tenth(to.duration_since(from).as_secs_f64() / 60.0);
    let served = t.ended_at.filter(|_| t.status == Status::Served);
    PastTicket {
        ticket_id: t.id,
        number: t.number.clone(),
        queue_id: t.queue_id,
        queue_name: names.of(t.queue_id.uuid()),
        service_id: t.service_id,
        service_name: names.of(t.service_id.uuid()),
        status: t.status,
        issued_at: t.issued_at,
        ended_at: t.ended_at,
        wait_minutes: t.called_at.map(|called| minutes(t.entered_at(), called)),
        service_minutes: served.and_then(|end| Some(minutes(t.service_began()?, end))),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| tenth(sum / f64::from(count)))
}
