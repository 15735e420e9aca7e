//! What a question is about: which days, which sites, and what at them.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Read;
use usher_kernel::civil::Date;
use usher_kernel::{Caller, SiteId, TenantId, Timestamp};
use usher_queueing::Queueing;
use usher_queueing::model::{QueueId, ServiceId};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{Period, PeriodWord, Scope};
use crate::store::state;

/// The most days that one question covers.
const MOST_DAYS: i64 = 1100;

/// Days and places that are asked about.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// The days by name: `today`, `yesterday`, `week` (7 days, as when absent), `month` (30), `quarter` (90) or
    /// `year` (365), each up to today; not together with `from` and `to`.
    pub period: Option<PeriodWord>,
    /// The first day, `2026-03-01`, in the sites' own time.
    pub from: Option<Date>,
    /// The last day; today when absent.
    pub to: Option<Date>,
    /// One site; all that the caller works at when absent.
    pub site_id: Option<SiteId>,
    /// One line.
    pub queue_id: Option<QueueId>,
    /// One service.
    pub service_id: Option<ServiceId>,
}

/// What a question is about, after it was looked at.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) tenant: TenantId,
    pub(crate) period: Period,
    pub(crate) today: Date,
    pub(crate) now: Timestamp,
    /// The sites that are looked at; none means all of the tenant.
    pub(crate) sites: Option<Vec<SiteId>>,
    pub(crate) focus: Focus,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// Everything at the sites.
    Sites,
    /// One thing, at the sites.
    Thing(Scope, Uuid),
}

impl View {
    /// Looks at a question.
    pub(crate) fn of(line: &Queueing, read: &mut Read<'_>, asked: &Asked) -> Result<Self, Error> {
        Self::within(line, read, asked, &[])
    }

    /// Looks at a question, and at no more than these sites: none means all that the caller sees.
    pub(super) fn within(
        line: &Queueing,
        read: &mut Read<'_>,
        asked: &Asked,
        limit: &[SiteId],
    ) -> Result<Self, Error> {
        let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
        let now = read.now();
        let caller = read.caller().clone();
        let sites = limited(sites_of(line, tenant, &caller, asked.site_id)?, limit)?;
        let of_queue = |queue| Some(line.known_config(tenant)?.queue(queue)?.site_id);
        let only = asked.queue_id.and_then(of_queue).map(|site| vec![site]);
        let today = today(line, tenant, only.as_deref().or(sites.as_deref()), now);
        let mut view =
            Self { tenant, period: period_of(asked, today)?, today, now, sites, focus: Focus::Sites };
        view.focus = match (asked.queue_id, asked.service_id) {
            (None, None) => Focus::Sites,
            (Some(queue), None) => Focus::Thing(Scope::Queue, view.known(read, "queue", queue.uuid())?),
            (None, Some(service)) => {
                Focus::Thing(Scope::Service, view.known(read, "service", service.uuid())?)
            }
            (Some(_), Some(_)) => {
                let text = "Ask about a line or about a service; figures are not kept for both at once.";
                return Err(Error::field("service_id", "one_of_both", text));
            }
        };
        Ok(view)
    }

    /// Looks at a question about whole sites.
    pub(crate) fn of_sites(line: &Queueing, read: &mut Read<'_>, asked: &Asked) -> Result<Self, Error> {
        let field = match (asked.queue_id, asked.service_id) {
            (None, None) => return Self::of(line, read, asked),
            (Some(_), _) => "queue_id",
            (None, Some(_)) => "service_id",
        };
        let text = "Figures of counters and agents are kept for all that they serve; leave it out.";
        Err(Error::field(field, "not_here", text))
    }

    /// Passes where hours are kept for what is looked at.
    pub(crate) fn needs_hours(&self) -> Result<(), Error> {
        match self.focus {
            Focus::Thing(scope, _) if !scope.by_hour() => {
                let text = "Hours are kept for sites and lines; leave the service out, or name its line.";
                Err(Error::field("service_id", "no_hours", text))
            }
            _ => Ok(()),
        }
    }

    /// Whether a list of things of a kind shows this one.
    pub(crate) fn shows(&self, scope: Scope, thing: Uuid) -> bool {
        match self.focus {
            Focus::Thing(kind, only) if kind == scope => only == thing,
            _ => true,
        }
    }

    /// The same days and sites, looking at one thing.
    pub(crate) fn at(&self, scope: Scope, thing: Uuid) -> Self {
        Self { focus: Focus::Thing(scope, thing), ..self.clone() }
    }

    /// The same for other days.
    pub(crate) fn during(&self, period: Period) -> Self {
        Self { period, ..self.clone() }
    }

    /// Whether a site is looked at.
    pub(crate) fn sees(&self, site: SiteId) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(&site))
    }

    /// Whether today is among the days, so that they are not over.
    pub(crate) fn is_running(&self) -> bool {
        self.period.contains(self.today)
    }

    /// A queue, service or counter that is there, or was, and is within reach.
    pub(crate) fn known(&self, read: &mut Read<'_>, kind: &'static str, id: Uuid) -> Result<Uuid, Error> {
        let found = state::thing(read, self.tenant, id)?.filter(|thing| thing.kind == kind);
        let found = found.ok_or(Error::NotFound(kind))?;
        match found.site_id {
            Some(site) if !self.sees(site) => Err(Error::NotFound(kind)),
            _ => Ok(id),
        }
    }
}

/// Sites, and no others than these; an empty limit is none.
fn limited(sites: Option<Vec<SiteId>>, limit: &[SiteId]) -> Result<Option<Vec<SiteId>>, Error> {
    if limit.is_empty() {
        return Ok(sites);
    }
    let kept: Vec<SiteId> = match sites {
        None => limit.to_vec(),
        Some(mine) => mine.into_iter().filter(|site| limit.contains(site)).collect(),
    };
    if kept.is_empty() { Err(Error::NotFound("site")) } else { Ok(Some(kept)) }
}

/// The sites within a caller's reach; none means all of the tenant.
pub(crate) fn sites_of(
    line: &Queueing,
    tenant: TenantId,
    caller: &Caller,
    wanted: Option<SiteId>,
) -> Result<Option<Vec<SiteId>>, Error> {
    if let Some(site) = wanted {
        line.directory().site(tenant, site).ok_or(Error::NotFound("site"))?;
        if !caller.may_at(site) {
            return Err(Error::OtherSite(site));
        }
        return Ok(Some(vec![site]));
    }
    Ok((!caller.sites.is_empty()).then(|| caller.sites.to_vec()))
}

/// Today at the sites that are looked at, none meaning all of the tenant, where it is the same day at all of them; else in
/// the tenant's own time zone.
pub(crate) fn today(line: &Queueing, tenant: TenantId, sites: Option<&[SiteId]>, now: Timestamp) -> Date {
    let directory = line.directory();
    let looked_at = |site: SiteId| sites.is_none_or(|sites| sites.contains(&site));
    let all = directory.sites(tenant).into_iter().filter(|site| looked_at(site.id));
    let mut days = all.map(|site| site.zone().to_datetime(now).date());
    let first = days.next();
    if let Some(day) = first.filter(|first| days.all(|day| day == *first)) {
        return day;
    }
    let zone = directory.tenant(tenant).map_or(usher_kernel::TimeZone::UTC, |tenant| tenant.zone());
    zone.to_datetime(now).date()
}

/// The days that are asked about.
pub(crate) fn period_of(asked: &Asked, today: Date) -> Result<Period, Error> {
    let period = match (asked.period, asked.from, asked.to) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            let text = "Give the period by its name or by its days, not both.";
            return Err(Error::field("period", "one_of_both", text));
        }
        (word, None, None) => Period::named(word.unwrap_or(PeriodWord::Week), today),
        (None, Some(from), to) => Period { from, to: to.unwrap_or(today) },
        (None, None, Some(_)) => {
            return Err(Error::field("from", "required", "Give the first day as well: 2026-03-01."));
        }
    };
    if period.from.year() < 2000 || period.to.year() > 2200 {
        return Err(Error::field("from", "out_of_range", "Give days between 2000 and 2200."));
    }
    if period.to < period.from {
        return Err(Error::field("to", "before_from", "The last day is not before the first."));
    }
    if period.days() > MOST_DAYS {
        let text = format!("Ask for at most {MOST_DAYS} days at once.");
        return Err(Error::field("from", "too_long", text));
    }
    Ok(period)
}
