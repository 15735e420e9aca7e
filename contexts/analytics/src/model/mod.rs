//! Types and rules of the figures; pure.

mod figures;
mod histogram;
mod measures;
mod period;
pub mod render;
pub mod report;
pub mod schedule;
pub mod scopes;
pub mod trace;
mod words;

use usher_kernel::{Id, SiteId};
use uuid::Uuid;

pub use figures::Figures;
pub(crate) use figures::{hours, per_hour, tenth};
pub use histogram::Histogram;
pub use measures::{Cell, Count, Hours, Measures};
pub use period::{Part, Period, PeriodWord, date_of, day_number, first_of_month, month_number};
pub use words::Tongue;

/// Marks [`ReportId`].
pub enum ReportKind {}
/// Marks [`ScheduleId`].
pub enum ScheduleKind {}

/// The result of a scheduled report.
pub type ReportId = Id<ReportKind>;
/// A report that comes back.
pub type ScheduleId = Id<ScheduleKind>;

usher_kernel::text_enum! {
    /// What a cell of the rollups stands for.
    pub enum Scope {
        /// The whole tenant.
        Tenant = "tenant",
        /// A site.
        Site = "site",
        /// A line.
        Queue = "queue",
        /// A service at a site.
        Service = "service",
        /// A counter.
        Counter = "counter",
        /// An agent at a site.
        Agent = "agent",
    }
}

impl Scope {
    /// Whether its days are kept by hour as well.
    pub fn by_hour(self) -> bool {
        matches!(self, Self::Tenant | Self::Site | Self::Queue)
    }
}

usher_kernel::text_enum! {
    /// How much time a cell covers.
    pub enum Grain {
        /// A day of the site's local calendar.
        Day = "day",
        /// A month of it.
        Month = "month",
    }
}

/// Which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it stands for.
    pub scope: Scope,
    /// Which of those.
    pub thing: Uuid,
    /// Where; nil for the tenant's.
    pub site: SiteId,
    /// How much time.
    pub grain: Grain,
    /// Which day or month: see [`day_number`] and [`month_number`].
    pub at: i64,
}
