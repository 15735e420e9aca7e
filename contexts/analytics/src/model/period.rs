//! Stretches of whole days.

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::civil::Date;

use super::Grain;

usher_kernel::text_enum! {
    /// A period by its name; each ends today.
    pub enum PeriodWord {
        /// Today so far.
        Today = "today",
        /// The day before.
        Yesterday = "yesterday",
        /// Seven days.
        Week = "week",
        /// Thirty days.
        Month = "month",
        /// Ninety days.
        Quarter = "quarter",
        /// 365 days.
        Year = "year",
    }
}

/// Whole days of the local calendar, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Period {
    /// The first day.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day.
    #[schemars(with = "String")]
    pub to: Date,
}

/// A piece of a period as the rollups hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Days or months.
    pub grain: Grain,
    /// The first.
    pub from: i64,
    /// Behind the last.
    pub until: i64,
    /// 1 where it is part of the period, -1 where it is to be taken out of a month.
    pub times: i64,
}

impl Part {
    /// Days that are part of a period.
    pub fn days((from, until): (i64, i64)) -> Self {
        Self { grain: Grain::Day, from, until, times: 1 }
    }
}

/// Days since 1970.
pub fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// The day with this number; 1970 for a number that no calendar has.
pub fn date_of(day: i64) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    day.checked_mul(24)
        .and_then(|hours| epoch.checked_add(usher_kernel::SignedDuration::try_from_hours(hours)?).ok())
        .unwrap_or(epoch)
}

/// Months since the year 0.
pub fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

fn first_day(month: i64) -> i64 {
    day_number(first_of_month(month))
}

/// The first day of a month by its number.
pub fn first_of_month(month: i64) -> Date {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(1970);
    let month = i8::try_from(month.rem_euclid(12)).unwrap_or(0) + 1;
    Date::new(year, month, 1).unwrap_or(Date::constant(1970, 1, 1))
}

impl Period {
    /// A named period, seen from `today`.
    pub fn named(word: PeriodWord, today: Date) -> Self {
        let back = |days: i64| date_of(day_number(today) - days);
        match word {
            PeriodWord::Today => Self { from: today, to: today },
            PeriodWord::Yesterday => Self { from: back(1), to: back(1) },
            PeriodWord::Week => Self { from: back(6), to: today },
            PeriodWord::Month => Self { from: back(29), to: today },
            PeriodWord::Quarter => Self { from: back(89), to: today },
            PeriodWord::Year => Self { from: back(364), to: today },
        }
    }

    /// How many days.
    pub fn days(&self) -> i64 {
        day_number(self.to) - day_number(self.from) + 1
    }

    /// Whether a day is in it.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    /// What is compared: whole days only, so without today, and as many days right before them; a day alone
    /// is set against the same weekday of the week before. None for today alone, which is not over.
    pub fn comparison(&self, today: Date) -> Option<(Self, Self)> {
        let yesterday = date_of(day_number(today) - 1);
        let whole = Self { from: self.from, to: self.to.min(yesterday) };
        let days = whole.days();
        if days < 1 {
            return None;
        }
        // Weeks back, so that as many Mondays stand against as many Mondays.
        let shift = (days + 6) / 7 * 7;
        let back = |date: Date| date_of(day_number(date) - shift);
        Some((whole, Self { from: back(whole.from), to: back(whole.to) }))
    }

    /// The days' numbers: the first, and the one behind the last.
    pub fn range(&self) -> (i64, i64) {
        (day_number(self.from), day_number(self.to) + 1)
    }

    /// The fewest cells that make it up: whole months; of a month that it covers less than half, its days; of one
    /// that it covers more, the month without the days that are not in it.
    pub fn parts(&self) -> Vec<Part> {
        let (from, until) = self.range();
        let (mut months, mut edges): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
        for month in month_number(self.from)..=month_number(self.to) {
            let (first, behind) = (first_day(month), first_day(month + 1));
            let (start, end) = (from.max(first), until.min(behind));
            let days = |from, until, times| Part { grain: Grain::Day, from, until, times };
            if 2 * (end - start) <= behind - first {
                edges.push(days(start, end, 1));
                continue;
            }
            match months.last_mut() {
                Some(last) if last.until == month => last.until += 1,
                _ => months.push(Part { grain: Grain::Month, from: month, until: month + 1, times: 1 }),
            }
            edges.extend([days(first, start, -1), days(end, behind, -1)]);
        }
        // Months first: what is taken out of one was put in before.
        months.extend(edges.into_iter().filter(|part| part.from < part.until));
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period { from: date(from), to: date(to) }
    }

    #[test]
    fn numbers_of_days_and_months_go_both_ways() {
        for text in ["1970-01-01", "1969-12-31", "2024-02-29", "2026-11-25"] {
            let date = date(text);
            assert_eq!(date_of(day_number(date)), date);
            assert_eq!(first_of_month(month_number(date)), date.first_of_month());
        }
        assert_eq!(day_number(date("1970-01-02")), 1);
        assert_eq!(date_of(i64::MAX), date("1970-01-01"));
    }

    #[test]
    fn a_period_is_whole_months_and_days_at_its_ends() {
        let month = |text| month_number(date(text));
        let n = |text| day_number(date(text));
        let days = |from, until, times| Part { grain: Grain::Day, from: n(from), until: n(until), times };
        let months =
            |from, until| Part { grain: Grain::Month, from: month(from), until: month(until), times: 1 };
        assert_eq!(
            period("2026-01-30", "2026-04-02").parts(),
            [
                months("2026-02-01", "2026-04-01"),
                days("2026-01-30", "2026-02-01", 1),
                days("2026-04-01", "2026-04-03", 1),
            ]
        );
        // Most of a month is the month without the rest of it.
        assert_eq!(
            period("2026-01-05", "2026-01-28").parts(),
            [
                months("2026-01-01", "2026-02-01"),
                days("2026-01-01", "2026-01-05", -1),
                days("2026-01-29", "2026-02-01", -1),
            ]
        );
        assert_eq!(period("2026-01-01", "2026-12-31").parts(), [months("2026-01-01", "2027-01-01")]);
        assert_eq!(period("2026-01-05", "2026-01-05").parts(), [days("2026-01-05", "2026-01-06", 1)]);
    }

    #[test]
    fn the_parts_cover_every_day_once() {
        for length in 1..150 {
            for start in 0..40 {
                let from = date_of(20_000 + start);
                let whole = Period { from, to: date_of(20_000 + start + length - 1) };
                let mut covered = std::collections::BTreeMap::new();
                for part in whole.parts() {
                    let (first, behind) = match part.grain {
                        Grain::Day => (part.from, part.until),
                        Grain::Month => (first_day(part.from), first_day(part.until)),
                    };
                    (first..behind).for_each(|day| *covered.entry(day).or_insert(0) += part.times);
                }
                let (first, behind) = whole.range();
                let due = |day: &i64| i64::from((first..behind).contains(day));
                assert!(covered.iter().all(|(day, times)| *times == due(day)), "{whole:?}");
                assert!((first..behind).all(|day| covered.contains_key(&day)), "{whole:?}");
                // No more than half a month of days at each end.
                let parts = whole.parts();
                let days =
                    parts.iter().filter(|part| part.grain == Grain::Day).map(|part| part.until - part.from);
                assert!(days.sum::<i64>() <= 31, "{whole:?}");
            }
        }
    }

    #[test]
    fn part_days_are_never_set_against_whole_days() {
        let today = date("2026-03-04");
        let week = Period::named(PeriodWord::Week, today);
        assert_eq!(week, period("2026-02-26", "2026-03-04"));
        let (whole, before) = week.comparison(today).unwrap();
        assert_eq!(whole, period("2026-02-26", "2026-03-03"));
        assert_eq!(before, period("2026-02-19", "2026-02-24"));
        assert_eq!(Period::named(PeriodWord::Today, today).comparison(today), None);
        let (whole, before) = Period::named(PeriodWord::Yesterday, today).comparison(today).unwrap();
        assert_eq!((whole.days(), before), (1, period("2026-02-24", "2026-02-24")));
    }
}
