//! A site's hours and business day at a moment, and until when they are so.

use std::sync::Arc;

use usher_kernel::Timestamp;
use usher_tenancy::Site;

use crate::model::Queue;

/// A site's hours for a stretch of time.
#[derive(Debug)]
pub(crate) struct SiteNow {
    pub(crate) site: Arc<Site>,
    /// The business day; with numbers that begin anew at closing, the next one from then on.
    pub(crate) day: String,
    pub(crate) day_by_closing: String,
    pub(crate) open: bool,
    pub(crate) opens_at: Option<Timestamp>,
    pub(crate) closes_at: Option<Timestamp>,
    /// The same past the breaks of the day; past already where it is closed for the rest of it.
    pub(crate) closes_for_good: Option<Timestamp>,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl SiteNow {
    pub(super) fn of(site: Arc<Site>, at: Timestamp) -> Self {
        let zone = site.zone();
        let date = site.opening.business_day(at, &zone);
        let state = site.state(at);
        let end = site.opening.end_of_business_day(date, &zone);
        let last_closing = site.opening.last_closing(date, &zone);
        let after_closing = last_closing.is_some_and(|closing| at >= closing);
        let by_closing = if after_closing { date.tomorrow().unwrap_or(date) } else { date };
        let edges = [Some(end), last_closing, state.closes_at, state.opens_at];
        let until = edges.into_iter().flatten().filter(|edge| *edge > at).min().unwrap_or(end);
        Self {
            day: date.to_string(),
            day_by_closing: by_closing.to_string(),
            open: state.open,
            opens_at: state.opens_at,
            closes_at: state.closes_at,
            closes_for_good: site.closes_for_good(at),
            from: at,
            until,
            site,
        }
    }

    /// The day whose series of numbers a queue is in.
    pub(crate) fn series(&self, queue: &Queue) -> &str {
        match queue.settings.reset {
            crate::model::Reset::Midnight => &self.day,
            crate::model::Reset::Closing => &self.day_by_closing,
        }
    }

    /// When it opens next, in its own time, for a sentence.
    pub(crate) fn opens_text(&self, now: Timestamp) -> Option<String> {
        let zone = self.site.zone();
        let opens = zone.to_datetime(self.opens_at?);
        let today = zone.to_datetime(now).date();
        let clock = opens.strftime("%H:%M");
        Some(if opens.date() == today {
            format!("today at {clock}")
        } else if today.tomorrow().is_ok_and(|t| t == opens.date()) {
            format!("tomorrow at {clock}")
        } else {
            format!("on {} at {clock}", opens.strftime("%A, %d %B"))
        })
    }
}
