//! Custom reports: metrics by dimensions, as a table.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::Timestamp;
use usher_kernel::civil::Date;

use super::{Count, Figures, Measures, Period, Scope, Tongue, hours, per_hour, tenth};

usher_kernel::text_enum! {
    /// What a report tells.
    pub enum Metric {
        /// Tickets issued.
        Issued = "issued",
        /// Tickets called.
        Called = "called",
        /// Tickets served.
        Served = "served",
        /// Called, and did not come.
        NoShows = "no_shows",
        /// Left by themselves.
        Left = "left",
        /// Still in line at the end of the day.
        Expired = "expired",
        /// Taken out by staff, or with their line.
        Cancelled = "cancelled",
        /// Sent on.
        Transferred = "transferred",
        /// How many of a hundred were lost.
        AbandonmentPercent = "abandonment_percent",
        /// Mean minutes waited.
        AverageWait = "average_wait_minutes",
        /// What half waited less than.
        P50Wait = "p50_wait_minutes",
        /// What nine in ten waited less than.
        P90Wait = "p90_wait_minutes",
        /// Mean minutes served.
        AverageService = "average_service_minutes",
        /// What half were served within.
        P50Service = "p50_service_minutes",
        /// What nine in ten were served within.
        P90Service = "p90_service_minutes",
        /// How many of a hundred were called within the promised wait.
        SlaMetPercent = "sla_met_percent",
        /// Hours with somebody at the counter.
        HandlingHours = "handling_hours",
        /// Hours that counters were open (sites, counters).
        OpenHours = "open_hours",
        /// Hours signed in (agents).
        PresentHours = "present_hours",
        /// Hours of breaks (agents).
        BreakHours = "break_hours",
        /// Hours neither on a break nor with anybody (agents).
        IdleHours = "idle_hours",
        /// How many were served in an hour without breaks (agents) or an open hour (sites, counters).
        ServedPerHour = "served_per_hour",
        /// How many said how it was.
        Feedback = "feedback",
        /// Mean of their stars.
        Csat = "csat",
        /// Net promoter score.
        Nps = "nps",
        /// Points given (the tenant as a whole).
        PointsEarned = "points_earned",
        /// Points that rewards were taken for (the tenant as a whole).
        PointsSpent = "points_spent",
        /// Rewards taken (the tenant as a whole).
        Rewards = "rewards",
        /// Appointments booked for the time (sites, services).
        Appointments = "appointments",
        /// Those to which the person came.
        AppointmentsKept = "appointments_kept",
        /// Those to which they did not.
        AppointmentsMissed = "appointments_missed",
        /// Those that were called off.
        AppointmentsCancelled = "appointments_cancelled",
        /// Those that were moved away to another time.
        AppointmentsMoved = "appointments_moved",
        /// Places offered to the waitlist.
        WaitlistOffers = "waitlist_offers",
        /// Those of them that somebody took.
        WaitlistTaken = "waitlist_taken",
    }
}

usher_kernel::text_enum! {
    /// What a report tells it by.
    pub enum Dimension {
        /// By site.
        Site = "site",
        /// By line.
        Queue = "queue",
        /// By service.
        Service = "service",
        /// By counter.
        Counter = "counter",
        /// By agent.
        Agent = "agent",
        /// By day.
        Day = "day",
        /// By week, from Monday.
        Week = "week",
        /// By month.
        Month = "month",
        /// By day of the week.
        Weekday = "weekday",
        /// By hour of the day.
        Hour = "hour",
    }
}

usher_kernel::text_enum! {
    /// What a report is written as.
    pub enum Format {
        /// For programs.
        Json = "json",
        /// For any spreadsheet.
        Csv = "csv",
        /// An Excel workbook with a chart.
        Xlsx = "xlsx",
        /// A document with a chart.
        Pdf = "pdf",
    }
}

impl Format {
    /// Its media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
        }
    }
}

impl Dimension {
    /// What kind of thing it tells by; none for one of time.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Site => Some(Scope::Site),
            Self::Queue => Some(Scope::Queue),
            Self::Service => Some(Scope::Service),
            Self::Counter => Some(Scope::Counter),
            Self::Agent => Some(Scope::Agent),
            Self::Day | Self::Week | Self::Month | Self::Weekday | Self::Hour => None,
        }
    }
}

impl Metric {
    /// Whether it counts whole things.
    pub const fn is_count(self) -> bool {
        matches!(
            self,
            Self::Issued
                | Self::Called
                | Self::Served
                | Self::NoShows
                | Self::Left
                | Self::Expired
                | Self::Cancelled
                | Self::Transferred
                | Self::Feedback
                | Self::PointsEarned
                | Self::PointsSpent
                | Self::Rewards
                | Self::Appointments
                | Self::AppointmentsKept
                | Self::AppointmentsMissed
                | Self::AppointmentsCancelled
                | Self::AppointmentsMoved
                | Self::WaitlistOffers
                | Self::WaitlistTaken
        )
    }

    /// Its value of what was counted; none where there is nothing to tell.
    #[expect(clippy::cast_precision_loss, reason = "counts of people")]
    pub fn of(self, m: &Measures, figures: &Figures) -> Option<f64> {
        let (present, open) = (m.get(Count::Present), m.get(Count::Open));
        let working = (present - m.get(Count::Paused)).max(0);
        match self {
            Self::Issued => Some(figures.issued as f64),
            Self::Called => Some(figures.called as f64),
            Self::Served => Some(figures.served as f64),
            Self::NoShows => Some(figures.no_shows as f64),
            Self::Left => Some(figures.left as f64),
            Self::Expired => Some(figures.expired as f64),
            Self::Cancelled => Some(figures.cancelled as f64),
            Self::Transferred => Some(figures.transferred as f64),
            Self::AbandonmentPercent => figures.abandonment_percent,
            Self::AverageWait => figures.average_wait_minutes,
            Self::P50Wait => figures.p50_wait_minutes,
            Self::P90Wait => figures.p90_wait_minutes,
            Self::AverageService => figures.average_service_minutes,
            Self::P50Service => figures.p50_service_minutes,
            Self::P90Service => figures.p90_service_minutes,
            Self::SlaMetPercent => figures.sla_met_percent,
            Self::HandlingHours => Some(tenth(hours(m.get(Count::Handling)))),
            Self::OpenHours => Some(tenth(hours(open))),
            Self::PresentHours => Some(tenth(hours(present))),
            Self::BreakHours => Some(tenth(hours(m.get(Count::Paused)))),
            Self::IdleHours => Some(tenth(hours((working - m.get(Count::Handling)).max(0)))),
            Self::Feedback => Some(figures.feedback as f64),
            Self::Csat => figures.csat,
            Self::Nps => figures.nps,
            Self::PointsEarned => Some(m.get(Count::PointsEarned) as f64),
            Self::PointsSpent => Some(m.get(Count::PointsSpent) as f64),
            Self::Rewards => Some(m.get(Count::Rewards) as f64),
            Self::Appointments => Some(figures.appointments as f64),
            Self::AppointmentsKept => Some(figures.appointments_kept as f64),
            Self::AppointmentsMissed => Some(figures.appointments_missed as f64),
            Self::AppointmentsCancelled => Some(figures.appointments_cancelled as f64),
            Self::AppointmentsMoved => Some(m.get(Count::Moved) as f64),
            Self::WaitlistOffers => Some(m.get(Count::Offers) as f64),
            Self::WaitlistTaken => Some(m.get(Count::OffersTaken) as f64),
            Self::ServedPerHour => per_hour(m.get(Count::Served), if present > 0 { working } else { open }),
        }
    }
}

/// A column of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ReportColumn")]
pub struct Column {
    /// The metric or dimension.
    pub name: &'static str,
    /// What stands over it, in the language of the report.
    pub label: &'static str,
    /// Whether it is a dimension.
    pub dimension: bool,
    /// Whether it counts whole things.
    pub whole: bool,
}

impl Column {
    /// A dimension's.
    pub const fn by(dimension: Dimension, tongue: Tongue) -> Self {
        let label = tongue.dimension(dimension);
        Self { name: dimension.as_str(), label, dimension: true, whole: false }
    }

    /// A metric's.
    pub const fn of(metric: Metric, tongue: Tongue) -> Self {
        let label = tongue.metric(metric);
        Self { name: metric.as_str(), label, dimension: false, whole: metric.is_count() }
    }
}

/// One row: what it is about, and what is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The dimensions, for people.
    pub by: Vec<String>,
    /// The metrics in the order of the columns.
    pub values: Vec<Option<f64>>,
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is called.
    pub title: String,
    /// The language of what is not a name.
    pub tongue: Tongue,
    /// Of whom.
    pub tenant: String,
    /// The days.
    pub period: Period,
    /// When this was true.
    pub at: Timestamp,
    /// The columns, dimensions first.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// All of it.
    pub total: Vec<Option<f64>>,
}

impl Table {
    /// Whether it tells of nothing at all: no row, or only zeros.
    pub fn is_empty(&self) -> bool {
        self.total.iter().all(|value| value.is_none_or(|value| value == 0.0))
    }

    /// The dimensions' columns.
    pub fn dimensions(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.dimension)
    }

    /// The metrics' columns.
    pub fn metrics(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.dimension)
    }

    /// What a chart shows: the first metric by the first dimension, where a row stands for one of it. At most
    /// `most` points, from the front.
    pub fn chart(&self, most: usize) -> Option<Chart<'_>> {
        let column = self.metrics().next()?;
        if self.dimensions().count() != 1 || self.rows.len() < 2 {
            return None;
        }
        let points = self.rows.iter().take(most);
        let points = points.map(|row| {
            let name = row.by.first().map_or("", String::as_str);
            (name, row.values.first().copied().flatten().unwrap_or(0.0))
        });
        Some(Chart { label: column.label, points: points.collect() })
    }
}

/// A chart of one metric by one dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart<'a> {
    /// What the metric is called.
    pub label: &'static str,
    /// Name and value of each point.
    pub points: Vec<(&'a str, f64)>,
}

/// A report for programs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReportTable")]
pub struct Told {
    /// What it is called.
    pub title: String,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day.
    #[schemars(with = "String")]
    pub to: Date,
    /// When this was true.
    pub at: Timestamp,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows: each column's value by its name.
    pub rows: Vec<BTreeMap<&'static str, Value>>,
    /// The metrics of all of it.
    pub total: BTreeMap<&'static str, Value>,
}

/// A value of a report: a name, a number, or nothing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ReportValue")]
#[serde(untagged)]
pub enum Value {
    /// What a row is about.
    Text(String),
    /// How much.
    Number(Option<f64>),
}

impl From<&Table> for Told {
    fn from(table: &Table) -> Self {
        let numbers = |values: &[Option<f64>]| -> Vec<(&'static str, Value)> {
            let names = table.metrics().map(|column| column.name);
            names.zip(values.iter().map(|value| Value::Number(*value))).collect()
        };
        let rows = table.rows.iter().map(|row| {
            let texts = table.dimensions().map(|column| column.name);
            let texts = texts.zip(row.by.iter().cloned().map(Value::Text));
            texts.chain(numbers(&row.values)).collect()
        });
        Self {
            title: table.title.clone(),
            from: table.period.from,
            to: table.period.to,
            at: table.at,
            columns: table.columns.clone(),
            rows: rows.collect(),
            total: numbers(&table.total).into_iter().collect(),
        }
    }
}
