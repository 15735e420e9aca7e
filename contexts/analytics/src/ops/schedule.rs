//! Reports that come back by themselves.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{DbError, Read, Tx};
use usher_events::NewEvent;
use usher_jobs::NewJob;
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use usher_queueing::Queueing;

use super::report::Definition;
use super::view::today;
use crate::error::Error;
use crate::events::{REPORT_MADE, ReportFact, SCHEDULE_CHANGED, ScheduleFact};
use crate::model::report::{Format, Table};
use crate::model::schedule::{Failure, FailureReason, Made, Schedule};
use crate::model::{ReportId, ScheduleId};
use crate::store::reports::{self, Stored};
use crate::store::state;

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
        failure: None,
        version: 1,
        created_at: now,
    };
    let schedule = changed(line, tx, schedule, input)?;
    reports::insert(tx, tenant, &schedule)?;
    written(tx, tenant, &schedule, "created")?;
    Ok(schedule)
}

/// Changes a schedule. One that rests because its sites are gone runs again with something else to tell of.
///
/// # Errors
/// As [`create`]; there is no such schedule within reach, somebody else changed it, or nothing is left of what it tells of.
pub fn update(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: ScheduleId,
    mut input: ScheduleInput,
    read: Option<i64>,
) -> Result<Stored, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let known = one(tx, id)?;
    if read.is_some_and(|read| read != known.version) {
        return Err(Error::Stale { current: known.version });
    }
    let version = known.version;
    if input.report.is_some()
        && known.failure.is_some_and(|failure| failure.reason == FailureReason::SiteGone)
    {
        input.active = input.active.or(Some(true));
    }
    let mut schedule = changed(line, tx, known, input)?;
    if !reports::update(tx, tenant, &schedule, version)? {
        return Err(Error::Stale { current: version + 1 });
    }
    schedule.version = version + 1;
    written(tx, tenant, &schedule, "updated")?;
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
    written(tx, tenant, &known, "deleted")
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
    let anew = report.is_some();
    s.report = report.unwrap_or(s.report);
    s.format = format.unwrap_or(s.format);
    s.skip_empty = skip_empty.unwrap_or(s.skip_empty);
    s.active = active.unwrap_or(s.active);
    if anew || active == Some(true) {
        s.failure = None;
    }
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
    let gone = tells_of_none(tx, tenant, &s, |read, site| is_gone(line, read, tenant, site))?;
    if gone && !anew {
        return Err(Error::SiteGone);
    }
    // What it is about is looked at as its maker sees it, and no further than it will see itself.
    super::view::View::within(line, tx, &s.report.asked(), &s.sites)?;
    if gone {
        return Err(Error::SiteGone);
    }
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

/// Whether a site was deleted, by the database: this node may not have heard of a new one yet.
fn is_gone(line: &Queueing, read: &mut Read<'_>, tenant: TenantId, site: SiteId) -> Result<bool, Error> {
    match line.identity().tenancy().site_in(read, tenant, site) {
        Ok(_) => Ok(false),
        Err(usher_tenancy::Error::NoSite) => Ok(true),
        Err(usher_tenancy::Error::Db(error)) => Err(error.into()),
        Err(other) => Err(Error::Internal(other.to_string())),
    }
}

/// Whether a schedule tells of deleted sites alone: the one that it names, that of its line, or all that it is limited to.
fn tells_of_none(
    read: &mut Read<'_>,
    tenant: TenantId,
    s: &Stored,
    mut gone: impl FnMut(&mut Read<'_>, SiteId) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let of_line = match s.report.queue_id {
        Some(queue) => state::thing(read, tenant, queue.uuid())?.and_then(|line| line.site_id),
        None => None,
    };
    for named in [s.report.site_id, of_line].into_iter().flatten() {
        if gone(read, named)? {
            return Ok(true);
        }
    }
    for site in &s.sites {
        if !gone(read, *site)? {
            return Ok(false);
        }
    }
    Ok(!s.sites.is_empty())
}

/// Takes a site that was deleted out of what the schedules of a tenant tell of. Those with others go on for these; the rest
/// have nothing to tell any more, so they rest and say why.
///
/// # Errors
/// The database failed.
pub(crate) fn without_site(tx: &mut Tx<'_>, tenant: TenantId, site: SiteId) -> Result<(), Error> {
    for mut s in reports::all(tx, tenant)? {
        if tells_of_none(tx, tenant, &s, |_, named| Ok(named == site))? {
            fail(tx, tenant, s.id, FailureReason::SiteGone)?;
        } else if s.sites.contains(&site) {
            // Never the last one: of no sites at all it would tell of every one.
            s.sites.retain(|one| *one != site);
            if reports::note(tx, tenant, &s, s.version)? {
                s.version += 1;
                written(tx, tenant, &s, "updated")?;
            }
        }
    }
    Ok(())
}

/// Writes down that the report of a schedule could not be made, once for each reason; one whose sites are gone rests.
///
/// # Errors
/// The database failed.
pub(crate) fn fail(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: ScheduleId,
    reason: FailureReason,
) -> Result<(), Error> {
    let Some(mut s) = reports::get(tx, tenant, id)? else { return Ok(()) };
    let rests = reason == FailureReason::SiteGone;
    if s.failure.is_some_and(|known| known.reason == reason) && !(rests && s.active) {
        return Ok(());
    }
    let version = s.version;
    s.failure = Some(Failure { reason, since: tx.now() });
    let noted = if rests {
        (s.active, s.next_at) = (false, None);
        reports::update(tx, tenant, &s, version)?
    } else {
        reports::note(tx, tenant, &s, version)?
    };
    // Whoever changed it in this very moment is told by the next report.
    if noted {
        s.version = version + 1;
        written(tx, tenant, &s, "failed")?;
    }
    Ok(())
}

/// Writes down that the reports of a schedule are made again.
fn recover(tx: &mut Tx<'_>, tenant: TenantId, id: ScheduleId) -> Result<(), Error> {
    let found = reports::get(tx, tenant, id)?;
    let Some(mut s) = found.filter(|s| s.failure.is_some()) else { return Ok(()) };
    s.failure = None;
    if reports::note(tx, tenant, &s, s.version)? {
        s.version += 1;
        written(tx, tenant, &s, "recovered")?;
    }
    Ok(())
}

fn written(tx: &mut Tx<'_>, tenant: TenantId, s: &Stored, verb: &'static str) -> Result<(), Error> {
    let fact = ScheduleFact {
        schedule_id: s.id,
        change: verb.to_owned(),
        name: s.name.clone(),
        cron: s.cron.clone(),
        active: s.active,
        failure: s.failure.map(|failure| failure.reason),
    };
    let event = NewEvent::new(SCHEDULE_CHANGED, 1, ("report_schedule", s.id.uuid()), s.version, &fact);
    usher_events::append_for(tx, tenant, event)?;
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
/// There is no such schedule within reach, nothing is left of what it tells of, or the database failed.
pub fn run_now(tx: &mut Tx<'_>, id: ScheduleId) -> Result<Stored, Error> {
    let schedule = one(tx, id)?;
    if schedule.failure.is_some_and(|failure| failure.reason == FailureReason::SiteGone) {
        return Err(Error::SiteGone);
    }
    let making = NewJob::new(MAKE, &Making { schedule_id: id, asked_for: true });
    usher_jobs::enqueue(tx, making.keyed(id.to_string()))?;
    Ok(schedule)
}

/// What a schedule tells now, before it is written down.
pub(crate) struct Prepared {
    pub(crate) schedule: Stored,
    /// The report, or why it cannot be made.
    pub(crate) told: Result<Table, FailureReason>,
}

/// Asks what a schedule tells, of the sites that are left; none where it is gone or does not run any more.
///
/// # Errors
/// The database failed.
pub(crate) fn prepare(
    line: &Queueing,
    read: &mut Read<'_>,
    making: &Making,
) -> Result<Option<Prepared>, Error> {
    let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
    let found = reports::get(read, tenant, making.schedule_id)?;
    let Some(mut schedule) = found.filter(|schedule| schedule.active || making.asked_for) else {
        return Ok(None);
    };
    if tells_of_none(read, tenant, &schedule, |read, site| is_gone(line, read, tenant, site))? {
        return Ok(Some(Prepared { schedule, told: Err(FailureReason::SiteGone) }));
    }
    let mut left = Vec::new();
    for site in &schedule.sites {
        if !is_gone(line, read, tenant, *site)? {
            left.push(*site);
        }
    }
    schedule.sites = left;
    let titled = Definition {
        title: schedule.report.title.clone().or_else(|| Some(schedule.name.clone())),
        ..schedule.report.clone()
    };
    let told = match super::report::report_within(line, read, &titled, Some(&schedule.sites)) {
        Ok(table) => Ok(table),
        Err(Error::NotFound("queue" | "service")) => Err(FailureReason::ThingGone),
        Err(Error::TooManyRows(_)) => Err(FailureReason::TooManyRows),
        Err(other) => return Err(other),
    };
    Ok(Some(Prepared { schedule, told }))
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
    recover(tx, tenant, schedule.id)?;
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
