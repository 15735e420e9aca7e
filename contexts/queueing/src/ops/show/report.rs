//! A site's day on one page.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{SiteId, TenantId, Timestamp, civil::Date};

use crate::error::Error;
use crate::model::live::DayStats;
use crate::model::ticket::Cause;
use crate::model::{CounterId, QueueId, Status, Ticket, TicketFact};
use crate::ops::Queueing;
use crate::ops::issue::first_id;
use crate::store;

/// One line of the report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportQueue {
    /// The line.
    pub queue_id: QueueId,
    /// Its name.
    pub name: String,
    /// Tickets issued.
    pub issued: i64,
    /// Tickets served.
    pub served: i64,
    /// Called, and did not come.
    pub no_shows: i64,
    /// Left by themselves.
    pub left: i64,
    /// Still in line at the end of the day.
    pub expired: i64,
    /// Mean minutes waited.
    pub average_wait_minutes: f64,
    /// What nine in ten waited less than.
    pub p90_wait_minutes: f64,
    /// Mean minutes served.
    pub average_service_minutes: f64,
    /// How many of a hundred were called within the target.
    pub sla_met_percent: Option<f64>,
}

/// One counter of the report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportCounter {
    /// The counter.
    pub counter_id: CounterId,
    /// Its label.
    pub number: String,
    /// Tickets served.
    pub served: i64,
    /// Mean minutes served.
    pub average_service_minutes: f64,
}

/// One hour of the report, in the site's own time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportHour {
    /// The hour, 0 to 23.
    pub hour: i8,
    /// Tickets issued.
    pub issued: i64,
    /// Tickets served.
    pub served: i64,
}

/// A site's day on one page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Where.
    pub site_id: SiteId,
    /// The site's name.
    pub site_name: String,
    /// The business day.
    #[schemars(with = "String")]
    pub date: Date,
    /// By line.
    pub queues: Vec<ReportQueue>,
    /// By counter.
    pub counters: Vec<ReportCounter>,
    /// By hour.
    pub hours: Vec<ReportHour>,
    /// When this was true.
    pub at: Timestamp,
}

/// The report of a site's business day; today when no date is given.
///
/// # Errors
/// There is no such site, or the database failed.
pub fn report(
    line: &Queueing,
    read: &mut Read<'_>,
    tenant: TenantId,
    site: SiteId,
    date: Option<Date>,
) -> Result<Report, Error> {
    let config = line.config(read)?;
    let now = read.now();
    let place = line.directory().site(tenant, site).ok_or(Error::NotFound("site"))?;
    let date = date.unwrap_or_else(|| place.business_day(now));
    let yesterday = date.yesterday().unwrap_or(date);
    let (from, to) = (place.end_of_business_day(yesterday), place.end_of_business_day(date));
    let range = (first_id(from.as_millisecond()), first_id(to.as_millisecond()));
    let tickets: Vec<Ticket> = read.query(store::tickets::AT_SITE, &[&site, &range.0, &range.1, &tenant])?;
    let zone = place.zone();
    let mut days: BTreeMap<QueueId, (DayStats, i64)> = BTreeMap::new();
    let mut counters: BTreeMap<CounterId, Vec<f64>> = BTreeMap::new();
    let mut hours: BTreeMap<i8, (i64, i64)> = BTreeMap::new();
    // What was taken back counts as never issued.
    for t in tickets.iter().filter(|t| t.cause != Some(Cause::Undone)) {
        let (day, expired) = days.entry(t.queue_id).or_default();
        day.count(&TicketFact::of(t));
        *expired += i64::from(t.cause == Some(Cause::Expired));
        hours.entry(zone.to_datetime(t.issued_at).hour()).or_default().0 += 1;
        if t.status == Status::Served
            && let Some(ended) = t.ended_at
        {
            hours.entry(zone.to_datetime(ended).hour()).or_default().1 += 1;
            if let (Some(counter), Some(began)) = (t.counter_id, t.service_began()) {
                counters.entry(counter).or_default().push(ended.duration_since(began).as_secs_f64() / 60.0);
            }
        }
    }
    let queues = config
        .queues_at(site)
        .map(|q| {
            let (day, expired) = days.remove(&q.id).unwrap_or_default();
            let figures = day.figures(config.target_of(q));
            ReportQueue {
                queue_id: q.id,
                name: q.name.clone(),
                issued: day.issued,
                served: day.served,
                no_shows: day.no_shows,
                left: day.left,
                expired,
                average_wait_minutes: figures.average_wait,
                p90_wait_minutes: figures.p90_wait,
                average_service_minutes: figures.average_service,
                sla_met_percent: figures.sla_met_percent,
            }
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    let counters = counters
        .into_iter()
        .map(|(id, minutes)| ReportCounter {
            counter_id: id,
            number: config.counter(id).map_or_else(String::new, |c| c.number.clone()),
            served: i64::try_from(minutes.len()).unwrap_or(0),
            average_service_minutes: (minutes.iter().sum::<f64>() / minutes.len().max(1) as f64 * 10.0)
                .round()
                / 10.0,
        })
        .collect();
    let hours =
        hours.into_iter().map(|(hour, (issued, served))| ReportHour { hour, issued, served }).collect();
    Ok(Report { site_id: site, site_name: place.name.clone(), date, queues, counters, hours, at: now })
}
