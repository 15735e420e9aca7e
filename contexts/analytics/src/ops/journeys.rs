//! How people go from service to service, and what happened on one visit.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{SiteId, Timestamp, UserId};
use usher_queueing::Queueing;
use usher_queueing::model::{CounterId, QueueId, ServiceId, TicketId, VisitId};

use super::read::Names;
use super::view::{Asked, View};
use crate::error::Error;
use crate::model::trace::{Leg, LegEnd, Trace};
use crate::model::{date_of, tenth};
use crate::store::{state, traces};

/// How many went from one service to another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Flow {
    /// From this service.
    pub from_service_id: ServiceId,
    /// Its name.
    pub from_name: String,
    /// To this one.
    pub to_service_id: ServiceId,
    /// Its name.
    pub to_name: String,
    /// `transfer`: the ticket was sent on; `visit`: another ticket followed.
    pub how: String,
    /// How many.
    pub count: i64,
}

/// Where people go from one service to another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Journeys {
    /// The first day.
    #[schemars(with = "String")]
    pub from: usher_kernel::civil::Date,
    /// The last day.
    #[schemars(with = "String")]
    pub to: usher_kernel::civil::Date,
    /// The most frequent first, at most 200.
    pub flows: Vec<Flow>,
}

/// A ticket's time in one line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct JourneyStep {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// The line.
    pub queue_id: QueueId,
    /// Its name.
    pub queue_name: String,
    /// The service.
    pub service_id: ServiceId,
    /// Its name.
    pub service_name: String,
    /// When it began to wait.
    pub entered_at: Timestamp,
    /// When it was called.
    pub called_at: Option<Timestamp>,
    /// When service began.
    pub started_at: Option<Timestamp>,
    /// When this step ended.
    pub ended_at: Option<Timestamp>,
    /// How; absent while it goes on.
    pub end: Option<LegEnd>,
    /// Minutes waited until the call.
    pub wait_minutes: Option<f64>,
    /// Minutes served.
    pub service_minutes: Option<f64>,
    /// The counter.
    pub counter_id: Option<CounterId>,
    /// The agent.
    pub agent_id: Option<UserId>,
}

/// One person's stay from step to step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Journey {
    /// The visit; absent for a ticket that is part of none.
    pub visit_id: Option<VisitId>,
    /// Where.
    pub site_id: SiteId,
    /// When it began.
    pub began_at: Timestamp,
    /// When its last step ended; absent while it goes on.
    pub ended_at: Option<Timestamp>,
    /// From the first to the last, in minutes.
    pub minutes: Option<f64>,
    /// The steps in order.
    pub steps: Vec<JourneyStep>,
}

/// Where people go from one service to another.
///
/// # Errors
/// The question means nothing, or is about what is out of reach; the database failed.
pub fn journeys(line: &Queueing, read: &mut Read<'_>, asked: &Asked) -> Result<Journeys, Error> {
    let view = View::of(line, read, asked)?;
    if asked.queue_id.is_some() {
        return Err(Error::field("queue_id", "not_here", "Journeys are told by service; name that instead."));
    }
    let sites: Vec<Option<SiteId>> = match &view.sites {
        None => vec![None],
        Some(sites) => sites.iter().copied().map(Some).collect(),
    };
    let mut rows: BTreeMap<_, i64> = BTreeMap::new();
    for part in view.period.parts() {
        for site in &sites {
            for row in state::steps(read, view.tenant, &part, *site)? {
                let steps = row.steps;
                *rows.entry(row.step()).or_default() += steps;
            }
        }
    }
    let names = Names::load(line, read, &view)?;
    let about = asked.service_id.map(usher_kernel::Id::uuid);
    let mut flows: Vec<Flow> = rows
        .into_iter()
        .filter(|(_, steps)| *steps > 0)
        .filter(|((from, to, _), _)| about.is_none_or(|service| service == *from || service == *to))
        .map(|((from, to, how), steps)| Flow {
            from_service_id: ServiceId::from_uuid(from),
            from_name: names.of(from),
            to_service_id: ServiceId::from_uuid(to),
            to_name: names.of(to),
            how,
            count: steps,
        })
        .collect();
    flows.sort_by(|a, b| {
        (b.count, a.from_service_id, a.to_service_id).cmp(&(a.count, b.from_service_id, b.to_service_id))
    });
    flows.truncate(200);
    let (from, until) = view.period.range();
    Ok(Journeys { from: date_of(from), to: date_of(until - 1), flows })
}

/// One ticket's stay, with the other tickets of its visit.
///
/// # Errors
/// There is no such ticket, it is too long ago, or it is out of reach; the database failed.
pub fn journey(line: &Queueing, read: &mut Read<'_>, ticket: TicketId) -> Result<Journey, Error> {
    let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
    let caller = read.caller().clone();
    let asked = traces::of_ticket(read, tenant, ticket)?.ok_or(Error::NotFound("ticket"))?;
    if !caller.may_at(asked.1.site) {
        return Err(Error::NotFound("ticket"));
    }
    let (site_id, visit_id) = (asked.1.site, asked.1.visit);
    let tickets = match visit_id {
        Some(visit) => traces::of_visit(read, tenant, visit)?,
        None => vec![asked],
    };
    let view = View::of(line, read, &Asked::default())?;
    let names = Names::load(line, read, &view)?;
    let steps: Vec<JourneyStep> = tickets
        .iter()
        .flat_map(|(id, trace)| trace.legs.iter().map(|leg| step(&names, *id, trace, leg)))
        .collect();
    let began_at = tickets.iter().map(|(_, trace)| trace.issued).min().map_or(view.now, moment);
    let ended_at = steps.last().and_then(|last| last.ended_at);
    let minutes = ended_at.map(|end| tenth(end.duration_since(began_at).as_secs_f64() / 60.0));
    Ok(Journey { visit_id, site_id, began_at, ended_at, minutes, steps })
}

fn step(names: &Names, ticket_id: TicketId, trace: &Trace, leg: &Leg) -> JourneyStep {
    let between = |from: Option<i64>, to: Option<i64>| {
        let (from, to) = (moment(from?), moment(to?));
        Some(tenth(to.duration_since(from).as_secs_f64() / 60.0))
    };
    JourneyStep {
        ticket_id,
        number: trace.number.clone(),
        queue_id: leg.queue,
        queue_name: names.of(leg.queue.uuid()),
        service_id: leg.service,
        service_name: names.of(leg.service.uuid()),
        entered_at: moment(leg.entered),
        called_at: leg.called.map(moment),
        started_at: leg.began.map(moment),
        ended_at: leg.ended.map(moment),
        end: leg.end,
        wait_minutes: between(Some(leg.entered), leg.called),
        service_minutes: between(leg.service_began(), leg.ended.filter(|_| leg.end == Some(LegEnd::Served))),
        counter_id: leg.counter,
        agent_id: leg.agent,
    }
}

fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
