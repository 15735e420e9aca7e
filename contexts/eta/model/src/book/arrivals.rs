//! How many people come to a line in each half-hour of a day.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::fading::Fading;
use crate::situation::{Key, Wall};

/// After so many days an old one weighs half.
const HALF_LIFE: f64 = 10.0;
/// The same for people, where it is asked who they are.
const PEOPLE: f64 = 300.0;
/// Of which share on a kind of people is forgotten.
const RARE: f64 = 0.002;
/// After so many days a half-hour that nobody ever came in is one in which nobody comes.
const KNOWN: u32 = 3;

/// The arrivals of one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Arrivals {
    half_hours: BTreeMap<usize, Fading>,
    /// The half-hour that is being counted, by day and number, and how many came in it so far.
    now: (i64, usize),
    count: u32,
    /// On how many days somebody came.
    days: u32,
    /// What people come for, in which class, and how many of all they are.
    kinds: Vec<Kind>,
}

/// Those who come for one service in one priority class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// What for.
    pub service: Key,
    /// Their class; 0 is ordinary.
    pub class: u8,
    /// How many of all they are: what counts is the ratio to the others.
    pub weight: f64,
}

impl Arrivals {
    /// Somebody came.
    pub(crate) fn note(&mut self, at: Wall, service: Key, class: u8) {
        self.note_kind(service, class);
        let now = (at.day(), at.half_hour());
        if now != self.now {
            let (day, slot) = self.now;
            if self.count > 0 {
                self.add(slot, f64::from(self.count));
            }
            // Half-hours in which nobody came count as well: between two people, and where others came on other days
            // after the last one of a day and before the first one of the next.
            if day == now.0 {
                (slot + 1..now.1).for_each(|empty| self.add(empty, 0.0));
            } else {
                self.nobody_in(slot + 1..usize::MAX);
                self.days = self.days.saturating_add(1);
                self.nobody_in(0..now.1);
            }
            (self.now, self.count) = (now, 0);
        }
        self.count = self.count.saturating_add(1);
    }

    fn note_kind(&mut self, service: Key, class: u8) {
        let keep = (-1.0 / PEOPLE).exp2();
        self.kinds.iter_mut().for_each(|kind| kind.weight *= keep);
        match self.kinds.iter_mut().find(|kind| (kind.service, kind.class) == (service, class)) {
            Some(known) => known.weight += 1.0,
            None => self.kinds.push(Kind { service, class, weight: 1.0 }),
        }
        let rare = RARE * self.kinds.iter().map(|kind| kind.weight).sum::<f64>();
        self.kinds.retain(|kind| kind.weight >= rare);
    }

    fn add(&mut self, slot: usize, people: f64) {
        // Where nobody was seen before, nobody came on the days before.
        let before = self.days.saturating_sub(1);
        let known = self.half_hours.entry(slot).or_insert_with(|| Fading::of_nothing(before, HALF_LIFE));
        known.add(people, 1.0, HALF_LIFE);
    }

    /// Nobody came in those of these half-hours that somebody comes in on other days.
    fn nobody_in(&mut self, slots: Range<usize>) {
        self.half_hours.range_mut(slots).for_each(|(_, known)| known.add(0.0, 1.0, HALF_LIFE));
    }

    /// How many come in a half-hour, on an average day of those on which anybody comes.
    fn mean(&self, slot: usize) -> f64 {
        self.half_hours.get(&slot).map_or(0.0, |known| known.mean(0.0, 0.0))
    }

    /// The same, as far as it is known: in the first days a half-hour of which nothing is known is taken to be like the
    /// others.
    pub fn expected(&self, slot: usize) -> f64 {
        if self.half_hours.contains_key(&slot) || self.days > KNOWN {
            return self.mean(slot);
        }
        let counted = self.half_hours.values().map(|known| known.mean(0.0, 0.0));
        let (sum, count) = counted.fold((0.0, 0.0), |(sum, count), mean| (sum + mean, count + 1.0));
        // The half-hour that is not over yet counts as what it has brought.
        (sum + f64::from(self.count)) / (count + 1.0)
    }

    /// What people come for, and in which class.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_half_hour_by_half_hour() {
        let mut arrivals = Arrivals::default();
        let at = |minute: i64| Wall(20_000 * 86_400 + 9 * 3600 + minute * 60);
        for minute in [0, 5, 29, 31, 100, 130] {
            arrivals.note(at(minute), Key(1), u8::from(minute == 5));
        }
        let mean = |slot| arrivals.mean(slot);
        assert_eq!([mean(17), mean(18), mean(19), mean(20), mean(21)], [0.0, 3.0, 1.0, 0.0, 1.0]);
        assert_eq!(mean(22), 0.0, "not over yet");
        assert_eq!(arrivals.expected(18), 3.0);
        assert_eq!(arrivals.expected(30), 1.2, "five came in four half-hours, and one in this one");
    }

    #[test]
    fn who_comes_is_known_by_service_and_class() {
        let mut arrivals = Arrivals::default();
        for n in 0..2000_u32 {
            let (service, class) = if n % 4 == 0 { (Key(2), 0) } else { (Key(1), u8::from(n % 4 == 1)) };
            arrivals.note(Wall(i64::from(n) * 60), service, class);
        }
        let all: f64 = arrivals.kinds().iter().map(|kind| kind.weight).sum();
        let share = |service, class| {
            let kind = arrivals.kinds().iter().find(|kind| (kind.service, kind.class) == (service, class));
            kind.unwrap().weight / all
        };
        assert!((share(Key(1), 0) - 0.5).abs() < 0.01, "{arrivals:?}");
        assert!((share(Key(1), 1) - 0.25).abs() < 0.01 && (share(Key(2), 0) - 0.25).abs() < 0.01);
        // A service that is offered no more is forgotten.
        for n in 2000..6000 {
            arrivals.note(Wall(n * 60), Key(2), 0);
        }
        assert_eq!(arrivals.kinds().len(), 1);
    }

    #[test]
    fn one_visitor_a_day_at_any_time_is_one_a_day() {
        // From eight to four, at another half-hour each day.
        let come = |days: i64| {
            let mut arrivals = Arrivals::default();
            for day in 0..days {
                let slot = 16 + day * 7 % 16;
                arrivals.note(Wall((20_000 + day) * 86_400 + slot * 1800), Key(1), 0);
            }
            (0..48).map(|slot| arrivals.expected(slot)).sum::<f64>()
        };
        // Who came today is counted when the half-hour is over.
        for days in [5, 9, 40, 100] {
            let sum = come(days);
            assert!((0.8..=1.05).contains(&sum), "{days} days: {sum}");
        }
    }

    #[test]
    fn half_hours_before_the_first_and_after_the_last_one_of_a_day_count() {
        let mut arrivals = Arrivals::default();
        let at = |day: i64, hour: i64| Wall((20_000 + day) * 86_400 + hour * 3600);
        for hour in [9, 12, 15] {
            arrivals.note(at(0, hour), Key(1), 0);
        }
        // On the second day only at noon.
        arrivals.note(at(1, 12), Key(1), 0);
        let mean = |arrivals: &Arrivals, hour: usize| arrivals.mean(2 * hour);
        assert!(mean(&arrivals, 9) < 0.55 && mean(&arrivals, 15) > 0.9, "three o'clock may still come");
        arrivals.note(at(2, 12), Key(1), 0);
        assert!(mean(&arrivals, 15) < 0.55 && mean(&arrivals, 12) > 0.9, "{arrivals:?}");
        // What was stored before is read and gone on from.
        let stored = serde_json::to_string(&arrivals).unwrap();
        let mut again: Arrivals = serde_json::from_str(&stored).unwrap();
        for known in [&mut arrivals, &mut again] {
            known.note(at(3, 8), Key(1), 0);
            known.note(at(4, 17), Key(1), 0);
        }
        assert_eq!(again, arrivals);
    }

    #[test]
    fn a_new_day_counts_anew() {
        let mut arrivals = Arrivals::default();
        for day in 0..40 {
            for _ in 0..(day % 2 + 1) * 2 {
                arrivals.note(Wall((20_000 + day) * 86_400 + 36_000), Key(1), 0);
            }
        }
        assert!((arrivals.mean(20) - 3.0).abs() < 0.2, "{arrivals:?}");
        assert_eq!(arrivals.expected(30), 0.0, "in forty days nobody came then");
    }
}
