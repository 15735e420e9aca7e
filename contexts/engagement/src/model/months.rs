//! Which months a summary of what people said takes as they were counted, and which answers it looks at itself.

use usher_kernel::{TimeZone, Timestamp};

/// A stretch of time; open where there is no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// From then on.
    pub(crate) from: Option<Timestamp>,
    /// Until before then.
    pub(crate) to: Option<Timestamp>,
}

/// The counts that make up a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Whole months.
    pub(crate) months: Option<Span>,
    /// Where single answers are counted, to be added (1) or taken out (-1).
    pub(crate) edges: Vec<(Span, i64)>,
}

/// The first moment of a moment's month of UTC, and that of the next.
pub(crate) fn month_of(at: Timestamp) -> (Timestamp, Timestamp) {
    let date = TimeZone::UTC.to_datetime(at).date();
    let midnight = |date: usher_kernel::civil::Date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok();
    let next = date.last_of_month().tomorrow().ok().and_then(midnight);
    (midnight(date.first_of_month()).unwrap_or(Timestamp::MIN), next.unwrap_or(Timestamp::MAX))
}

impl Span {
    /// All of it in answers.
    pub(crate) fn edges_only(self) -> Parts {
        Parts { months: None, edges: vec![(self, 1)] }
    }

    /// The fewest counts that make it up: of a month that it covers less than half, its answers; of one that it covers
    /// more, the month without the answers that are not in it.
    pub(crate) fn parts(self) -> Parts {
        let (first, last) = (self.from.map(month_of), self.to.map(month_of));
        let mut parts = Parts::default();
        let mut edge = |from: Timestamp, to: Timestamp, times| {
            if from < to {
                parts.edges.push((Self { from: Some(from), to: Some(to) }, times));
            }
        };
        let months = match (self.from, self.to) {
            (Some(from), Some(to)) if from >= to => return parts,
            (Some(from), Some(to)) if first == last => {
                let (begin, next) = month_of(from);
                if is_most(from, to, (begin, next)) {
                    edge(begin, from, -1);
                    edge(to, next, -1);
                    Self { from: Some(begin), to: Some(next) }
                } else {
                    edge(from, to, 1);
                    return parts;
                }
            }
            (from, to) => {
                let begin = from.zip(first).map(|(from, (begin, next))| {
                    if is_most(from, next, (begin, next)) {
                        edge(begin, from, -1);
                        begin
                    } else {
                        edge(from, next, 1);
                        next
                    }
                });
                let end = to.zip(last).map(|(to, (begin, next))| {
                    if is_most(begin, to, (begin, next)) {
                        edge(to, next, -1);
                        next
                    } else {
                        edge(begin, to, 1);
                        begin
                    }
                });
                Self { from: begin, to: end }
            }
        };
        if months.from.is_none() || months.from != months.to {
            parts.months = Some(months);
        }
        parts
    }
}

/// Whether a stretch is more than half of its month.
fn is_most(from: Timestamp, to: Timestamp, (begin, next): (Timestamp, Timestamp)) -> bool {
    2 * to.duration_since(from).as_secs() > next.duration_since(begin).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn span(from: &str, to: &str) -> Span {
        let end = |text: &str| (!text.is_empty()).then(|| at(text));
        Span { from: end(from), to: end(to) }
    }

    fn parts(from: &str, to: &str) -> (Option<Span>, Vec<(Span, i64)>) {
        let parts = span(from, to).parts();
        (parts.months, parts.edges)
    }

    #[test]
    fn open_ends_and_whole_months_have_no_edges() {
        assert_eq!(parts("", ""), (Some(span("", "")), vec![]));
        let (march, may) = ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z");
        assert_eq!(parts(march, ""), (Some(span(march, "")), vec![]));
        assert_eq!(parts("", may), (Some(span("", may)), vec![]));
        assert_eq!(parts(march, may), (Some(span(march, may)), vec![]));
    }

    #[test]
    fn the_smaller_part_of_a_month_is_counted_by_its_answers() {
        let (late, early) = ("2026-02-28T23:00:00Z", "2026-05-02T00:00:00Z");
        let (march, may, june) = ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
        assert_eq!(
            parts(late, early),
            (Some(span(march, may)), vec![(span(late, march), 1), (span(may, early), 1)])
        );
        let (second, most) = ("2026-03-02T00:00:00Z", "2026-05-31T22:00:00Z");
        assert_eq!(
            parts(second, most),
            (Some(span(march, june)), vec![(span(march, second), -1), (span(most, june), -1)])
        );
        let (march_20, april_10) = ("2026-03-20T00:00:00Z", "2026-04-10T00:00:00Z");
        let april = "2026-04-01T00:00:00Z";
        assert_eq!(
            parts(march_20, april_10),
            (None, vec![(span(march_20, april), 1), (span(april, april_10), 1)])
        );
    }

    #[test]
    fn within_one_month() {
        let (begin, next) = ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        let (from, to) = ("2026-03-10T08:15:00Z", "2026-03-11T08:15:00Z");
        assert_eq!(parts(from, to), (None, vec![(span(from, to), 1)]));
        let (from, to) = ("2026-03-02T00:00:00Z", "2026-03-31T22:00:00Z");
        assert_eq!(
            parts(from, to),
            (Some(span(begin, next)), vec![(span(begin, from), -1), (span(to, next), -1)])
        );
        assert_eq!(parts(to, from), (None, vec![]));
        assert_eq!(parts(to, to), (None, vec![]));
    }

    #[test]
    fn the_ends_of_time() {
        let (first, last) = (Timestamp::MIN, Timestamp::MAX);
        let whole = Span { from: Some(first), to: Some(last) }.parts();
        assert_eq!(whole.months, Some(Span { from: Some(first), to: Some(last) }));
        assert_eq!(whole.edges, []);
    }
}
