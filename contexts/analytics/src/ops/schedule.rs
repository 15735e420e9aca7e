//! Reports that come back by themselves.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{DbError, Read, Tx};
use usher_events::NewEvent;
use usher_jobs::NewJob;
use usher_kernel::{SiteId, Timestamp, UserId};
use usher_queueing::Queueing;

use super::report::Definition;
use super::view::today;
use crate::error::Error;
use crate::events::{REPORT_MADE, ReportFact, SCHEDULE_CHANGED, ScheduleFact};
use crate::model::report::Format;
use crate::model::schedule::{Made, Schedule};
use crate::model::{ReportId, ScheduleId};
use crate::store::reports::{self, Stored};

/// The most schedules of a tenant.
const MOST_SCHEDULES: i64 = 200;
/// The kind of job that makes a report.
pub(crate) const MAKE: &str = "analytics.report";

/// What a schedule shall be; absent fields of a change stay.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleInput {
    /// What it is called.
    #[schemars(example = &"Monday's figures")]
    pub name: Option<String>,
    /// When: minute, hour, day of month, month, day of week.
    #[schemars(example = &"0 7 * * MON")]
    pub cron: Option<String>,
    /// Whose time that is, an IANA name; the site's own or the tenant's when absent.
    pub timezone: Option<String>,
    /// What it tells. A named period is seen from the day on which it is made.
    pub report: Option<Definition>,
    /// What it is written as; PDF when absent.
    pub format: Option<Format>,
    /// Whether a report that tells of nothing is left out.
    pub skip_empty: Option<bool>,
    /// Members who are told of each result.
    pub recipients: Option<Vec<UserId>>,
    /// Whether it runs.
    pub active: Option<bool>,
}

/// A job that makes a report.
#[derive(Clone, Debug, serde::Serialize, Deserialize)]
pub(crate) struct Making {
    pub(crate) schedule_id: ScheduleId,
    /// Whether somebody asked for it now, so that it is made even where the schedule rests.
    #[serde(default)]
    pub(crate) asked_for: bool,
}

/// Makes a schedule; it sees no more sites than its maker.
///
/// # Errors
/// A value is wrong, a recipient is no member, there are too many already, or the database failed.
pub fn create(line: &Queueing, tx: &mut Tx<'_>, input: ScheduleInput) -> Result<Stored, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let now = tx.now();
    if reports::count(tx, tenant)? >= MOST_SCHEDULES {
        return Err(Error::TooManySchedules(MOST_SCHEDULES));
    }
    let sites: Vec<SiteId> = tx.caller().sites.to_vec();
    let schedule = Schedule {
        id: ScheduleId::generate(now),
        name: String::new(),
        cron: String::new(),
        timezone: String::new(),
        report: Definition::default(),
        format: Format::Pdf,
        skip_empty: false,
        recipients: Vec::new(),
        sites,
        active: true,
        next_at: None,
        version: 1,
        created_at: now,
    };
    let schedule = changed(line, tx, schedule, input)?;
    reports::insert(tx, tenant, &schedule)?;
    written(tx, &schedule, "created")?;
    Ok(schedule)
}

/// Changes a schedule.
///
/// # Errors
/// As [`create`]; there is no such schedule within reach, or somebody else changed it.
pub fn update(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: ScheduleId,
    input: ScheduleInput,
    read: Option<i64>,
) -> Result<Stored, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let known = one(tx, id)?;
    if read.is_some_and(|read| read != known.version) {
        return Err(Error::Stale { current: known.version });
    }
    let version = known.version;
    let mut schedule = changed(line, tx, known, input)?;
    if !reports::update(tx, tenant, &schedule, version)? {
        return Err(Error::Stale { current: version + 1 });
    }
    schedule.version = version + 1;
    written(tx, &schedule, "updated")?;
    Ok(schedule)
}

/// Deletes a schedule; its results stay until they are old.
///
/// # Errors
/// There is no such schedule within reach, or the database failed.
pub fn delete(tx: &mut Tx<'_>, id: ScheduleId) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let known = one(tx, id)?;
    if !reports::delete(tx, tenant, id)? {
        return Err(Error::NotFound("schedule"));
    }
    written(tx, &known, "deleted")
}

/// A schedule within the caller's reach.
///
/// # Errors
/// There is none, or the database failed.
pub fn one(read: &mut Read<'_>, id: ScheduleId) -> Result<Stored, Error> {
    let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
    let found = reports::get(read, tenant, id)?.ok_or(Error::NotFound("schedule"))?;
    if within_reach(read, &found.sites) { Ok(found) } else { Err(Error::NotFound("schedule")) }
}

/// Whether the caller sees all that something tells of: with no sites it tells of all of them.
pub(crate) fn within_reach(read: &Read<'_>, sites: &[SiteId]) -> bool {
    let caller = read.caller();
    caller.sites.is_empty() || (!sites.is_empty() && sites.iter().all(|site| caller.may_at(*site)))
}

/// The schedule with a change, looked at as a whole.
fn changed(line: &Queueing, tx: &mut Tx<'_>, mut s: Stored, input: ScheduleInput) -> Result<Stored, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let now = tx.now();
    let ScheduleInput { name, cron, timezone, report, format, skip_empty, recipients, active } = input;
    s.name = name.map_or(s.name, |name| name.trim().to_owned());
    s.cron = cron.map_or(s.cron, |cron| cron.trim().to_owned());
    s.report = report.unwrap_or(s.report);
    s.format = format.unwrap_or(s.format);
    s.skip_empty = skip_empty.unwrap_or(s.skip_empty);
    s.active = active.unwrap_or(s.active);
    if let Some(timezone) = timezone {
        s.timezone = timezone;
    } else if s.timezone.is_empty() {
        let directory = line.directory();
        let only = match (s.report.site_id, &*s.sites) {
            (None, [only]) => Some(*only),
            (named, _) => named,
        };
        let site = only.and_then(|site| directory.site(tenant, site));
        let own = directory.tenant(tenant).map_or_else(|| "UTC".to_owned(), |tenant| tenant.timezone.clone());
        s.timezone = site.map_or(own, |site| site.timezone.clone());
    }
    let faults = s.faults(now);
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let sites = s.report.site_id.map_or_else(|| s.sites.clone(), |site| vec![site]);
    s.report.check(today(line, tenant, (!sites.is_empty()).then_some(&*sites), now))?;
    // What it is about is looked at as its maker sees it, and no further than it will see itself.
    super::view::View::within(line, tx, &s.report.asked(), &s.sites)?;
    if let Some(recipients) = recipients {
        for recipient in &recipients {
            if !line.identity().is_member(tx, tenant, *recipient)? {
                let text = format!("{recipient} is no member.");
                return Err(Error::field("recipients", "not_a_member", text));
            }
        }
        s.recipients = recipients;
    }
    s.next_at = s.next_after(now);
    Ok(s)
}

fn written(tx: &mut Tx<'_>, s: &Stored, verb: &'static str) -> Result<(), Error> {
    let fact = ScheduleFact {
        schedule_id: s.id,
        change: verb.to_owned(),
        name: s.name.clone(),
        cron: s.cron.clone(),
        active: s.active,
    };
    let event = NewEvent::new(SCHEDULE_CHANGED, 1, ("report_schedule", s.id.uuid()), s.version, &fact);
    usher_events::append(tx, event)?;
    Ok(())
}

/// Has every report made that is due, across tenants; what was missed is made once.
///
/// # Errors
/// The database failed.
pub(crate) fn start_due(tx: &mut Tx<'_>) -> Result<(), DbError> {
    let now = tx.now();
    for (tenant, id) in reports::due(tx, now)? {
        let Some(schedule) = reports::get(tx, tenant, id)? else { continue };
        let Some(due) = schedule.next_at else { continue };
        if reports::move_on(tx, tenant, id, (due, schedule.next_after(now)))? {
            let making = NewJob::new(MAKE, &Making { schedule_id: id, asked_for: false });
            usher_jobs::enqueue_for(tx, tenant, making)?;
        }
    }
    Ok(())
}

/// Has a report made now, whenever it is due; who presses twice gets one.
///
/// # Errors
/// There is no such schedule within reach, or the database failed.
pub fn run_now(tx: &mut Tx<'_>, id: ScheduleId) -> Result<Stored, Error> {
    let schedule = one(tx, id)?;
    let making = NewJob::new(MAKE, &Making { schedule_id: id, asked_for: true });
    usher_jobs::enqueue(tx, making.keyed(id.to_string()))?;
    Ok(schedule)
}

/// What a schedule tells now, before it is written down.
pub(crate) struct Prepared {
    pub(crate) schedule: Stored,
    pub(crate) table: crate::model::report::Table,
}

/// Asks what a schedule tells; none where it is gone or does not run any more.
///
/// # Errors
/// What it is about is gone, or the database failed.
pub(crate) fn prepare(
    line: &Queueing,
    read: &mut Read<'_>,
    making: &Making,
) -> Result<Option<Prepared>, Error> {
    let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
    let found = reports::get(read, tenant, making.schedule_id)?;
    let Some(schedule) = found.filter(|schedule| schedule.active || making.asked_for) else {
        return Ok(None);
    };
    let titled = Definition {
        title: schedule.report.title.clone().or_else(|| Some(schedule.name.clone())),
        ..schedule.report.clone()
    };
    let table = super::report::report_within(line, read, &titled, Some(&schedule.sites))?;
    Ok(Some(Prepared { schedule, table }))
}

/// Keeps a result and says so; the same result a second time changes nothing.
///
/// # Errors
/// The database failed.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    id: ReportId,
    schedule: &Stored,
    rows: i64,
    body: Option<&[u8]>,
) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let now: Timestamp = tx.now();
    if let Some(body) = body {
        let made = Made {
            id,
            schedule_id: Some(schedule.id),
            name: schedule.name.clone(),
            format: schedule.format,
            rows,
            made_at: now,
        };
        let sites = match schedule.report.site_id {
            Some(site) => vec![site],
            None => schedule.sites.clone(),
        };
        if !reports::keep(tx, tenant, &made, &sites, body)? {
            return Ok(());
        }
    }
    let fact = ReportFact {
        schedule_id: schedule.id,
        name: schedule.name.clone(),
        report_id: body.map(|_| id),
        rows,
        recipients: schedule.recipients.clone(),
    };
    let event = NewEvent::new(REPORT_MADE, 1, ("report_schedule", schedule.id.uuid()), 0, &fact);
    usher_events::append(tx, event)?;
    Ok(())
}
