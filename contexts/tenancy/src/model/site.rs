//! A site: a physical place of a tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{Change, FieldFault, SiteId, TenantId, TimeZone, Timestamp, UserId, civil, text_enum};

use super::tenant::{check_name, check_slug, check_text, check_zone, fault, trimmed};
use super::{Exception, OpenState, OpeningHours, Tenant, Weekly, slug};

text_enum! {
    /// What a site is.
    pub enum SiteKind {
        /// A branch where people are served.
        Branch = "branch",
        /// A shop with a till.
        Shop = "shop",
        /// A place where things are made.
        Factory = "factory",
    }
}

text_enum! {
    /// Whether a site takes people.
    pub enum SiteStatus {
        /// By its hours.
        Active = "active",
        /// Not in use; hidden from the public.
        Inactive = "inactive",
        /// Closed for now, whatever its hours say: an emergency, a strike.
        Closed = "closed",
    }
}

/// A physical place of a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Its short name in addresses; unique in the tenant.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// Its postal address.
    pub address: Option<String>,
    /// Degrees north of the equator.
    pub latitude: Option<f64>,
    /// Degrees east of Greenwich.
    pub longitude: Option<f64>,
    /// Its time zone, an IANA name.
    pub timezone: String,
    /// When it is open.
    pub opening: OpeningHours,
    /// How many people it holds.
    pub capacity: Option<i64>,
    /// Who runs it.
    pub manager_id: Option<UserId>,
    /// Whether it takes people.
    pub status: SiteStatus,
    /// A line for everybody who looks at this site: "Lift out of order".
    pub notice: Option<String>,
    /// Whether it is meant where a request names no site.
    pub is_default: bool,
    /// Grows with each change.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Site {
    /// Its time zone; UTC should the installed zone data no longer know it.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }

    /// Whether it takes people at `at`: active, and within its hours.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.status == SiteStatus::Active && self.opening.is_open(at, &self.zone())
    }

    /// Whether it is open at `at`, when it closes, or when it opens next. A site that is not active
    /// has no next opening: nobody knows it.
    pub fn state(&self, at: Timestamp) -> OpenState {
        match self.status {
            SiteStatus::Active => self.opening.state(at, &self.zone()),
            SiteStatus::Inactive | SiteStatus::Closed => {
                OpenState { open: false, closes_at: None, opens_at: None }
            }
        }
    }

    /// When it closes for good on the business day of `at`, past every break of that day; not after `at` where it is closed
    /// for the rest of the day already. None when it never closes, or is not active.
    pub fn closes_for_good(&self, at: Timestamp) -> Option<Timestamp> {
        match self.status {
            SiteStatus::Active => self.opening.closes_for_good(at, &self.zone()),
            SiteStatus::Inactive | SiteStatus::Closed => None,
        }
    }

    /// The business day that `at` belongs to.
    pub fn business_day(&self, at: Timestamp) -> civil::Date {
        self.opening.business_day(at, &self.zone())
    }

    /// When the business day `date` is over.
    pub fn end_of_business_day(&self, date: civil::Date) -> Timestamp {
        self.opening.end_of_business_day(date, &self.zone())
    }

    /// What is wrong with it, field by field; empty when it can be kept.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        check_name("name", &self.name, &mut faults);
        check_slug(&self.slug, &mut faults);
        check_text("address", self.address.as_deref(), 500, &mut faults);
        check_text("notice", self.notice.as_deref(), 280, &mut faults);
        check_zone(&self.timezone, &mut faults);
        let position = [
            ("latitude", self.latitude, 90.0, self.longitude.is_some()),
            ("longitude", self.longitude, 180.0, self.latitude.is_some()),
        ];
        for (field, degrees, most, other_given) in position {
            match degrees {
                Some(value) if !value.is_finite() || value.abs() > most => {
                    faults.push(fault(
                        field,
                        "out_of_range",
                        format!("Give degrees between -{most} and {most}."),
                    ));
                }
                None if other_given => {
                    faults.push(fault(field, "required", "Latitude and longitude go together."));
                }
                _ => {}
            }
        }
        if self.capacity.is_some_and(|people| !(1..=1_000_000).contains(&people)) {
            faults.push(fault(
                "capacity",
                "out_of_range",
                "Give a number of people between 1 and 1,000,000.",
            ));
        }
        faults.extend(self.opening.faults("hours", "holidays"));
        faults
    }
}

/// A new site, or a change of one: what is absent stays, or has its default. A new site needs a name.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SiteChange {
    /// Its name.
    pub name: Option<String>,
    /// Its short name.
    pub slug: Option<String>,
    /// What it is.
    #[serde(alias = "type")]
    pub kind: Option<SiteKind>,
    /// Its postal address.
    pub address: Change<String>,
    /// Degrees north of the equator.
    #[serde(alias = "lat")]
    pub latitude: Change<f64>,
    /// Degrees east of Greenwich.
    #[serde(alias = "lon", alias = "lng")]
    pub longitude: Change<f64>,
    /// Its time zone, an IANA name.
    #[serde(alias = "time_zone")]
    pub timezone: Option<String>,
    /// Its weekly hours as a whole; null means open around the clock.
    #[serde(alias = "opening_hours")]
    pub hours: Change<Weekly>,
    /// Its holidays and other exceptions as a whole.
    #[serde(alias = "exceptions")]
    pub holidays: Option<Vec<Exception>>,
    /// How many people it holds.
    pub capacity: Change<i64>,
    /// Who runs it.
    pub manager_id: Change<UserId>,
    /// Whether it takes people.
    pub status: Option<SiteStatus>,
    /// A line for everybody who looks at this site.
    pub notice: Change<String>,
    /// True makes it the default site; the one before loses it. False is taken only from sites that are not.
    pub is_default: Option<bool>,
}

impl SiteChange {
    /// Puts the change into effect; version and times are the caller's matter.
    pub fn apply(self, site: &mut Site) {
        if let Some(name) = self.name {
            site.name = name.trim().to_owned();
        }
        if let Some(slug) = self.slug {
            site.slug = slug;
        }
        if let Some(kind) = self.kind {
            site.kind = kind;
        }
        trimmed(self.address).apply(&mut site.address);
        self.latitude.apply(&mut site.latitude);
        self.longitude.apply(&mut site.longitude);
        if let Some(timezone) = self.timezone {
            site.timezone = timezone;
        }
        self.hours.apply(&mut site.opening.weekly);
        if let Some(mut holidays) = self.holidays {
            holidays.sort_by_key(|exception| exception.date);
            site.opening.exceptions = holidays;
        }
        self.capacity.apply(&mut site.capacity);
        self.manager_id.apply(&mut site.manager_id);
        if let Some(status) = self.status {
            site.status = status;
        }
        trimmed(self.notice).apply(&mut site.notice);
        if let Some(is_default) = self.is_default {
            site.is_default = is_default;
        }
    }

    /// The new site that it describes, not yet checked.
    pub fn build(mut self, id: SiteId, tenant: &Tenant, now: Timestamp) -> Site {
        let name = self.name.take().unwrap_or_default().trim().to_owned();
        let slug = self.slug.take().unwrap_or_else(|| slug::from_name(&name, "site"));
        let mut site = Site {
            id,
            tenant_id: tenant.id,
            slug,
            name,
            kind: SiteKind::Branch,
            address: None,
            latitude: None,
            longitude: None,
            timezone: tenant.timezone.clone(),
            opening: OpeningHours::default(),
            capacity: None,
            manager_id: None,
            status: SiteStatus::Active,
            notice: None,
            is_default: false,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        self.apply(&mut site);
        site
    }
}

/// A site as the API shows it: what is kept, and whether it is open now.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SiteView {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// Its postal address.
    pub address: Option<String>,
    /// Degrees north of the equator.
    pub latitude: Option<f64>,
    /// Degrees east of Greenwich.
    pub longitude: Option<f64>,
    /// Its time zone, an IANA name.
    pub timezone: String,
    /// Its weekly hours; null means open around the clock.
    pub hours: Option<Weekly>,
    /// Its holidays and other exceptions, by date.
    pub holidays: Vec<Exception>,
    /// How many people it holds.
    pub capacity: Option<i64>,
    /// Who runs it.
    pub manager_id: Option<UserId>,
    /// Whether it takes people.
    pub status: SiteStatus,
    /// A line for everybody who looks at this site.
    pub notice: Option<String>,
    /// Whether it is meant where a request names no site.
    pub is_default: bool,
    /// Whether it is open now, when it closes, or when it opens next.
    #[serde(flatten)]
    pub state: OpenState,
    /// Its business day now.
    pub business_day: civil::Date,
    /// Grows with each change.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl SiteView {
    /// The site as it is at `now`.
    pub fn at(site: &Site, now: Timestamp) -> Self {
        let site = site.clone();
        Self {
            state: site.state(now),
            business_day: site.business_day(now),
            id: site.id,
            tenant_id: site.tenant_id,
            slug: site.slug,
            name: site.name,
            kind: site.kind,
            address: site.address,
            latitude: site.latitude,
            longitude: site.longitude,
            timezone: site.timezone,
            hours: site.opening.weekly,
            holidays: site.opening.exceptions,
            capacity: site.capacity,
            manager_id: site.manager_id,
            status: site.status,
            notice: site.notice,
            is_default: site.is_default,
            version: site.version,
            created_at: site.created_at,
            updated_at: site.updated_at,
        }
    }
}
