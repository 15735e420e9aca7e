//! From which points others are taken.
//!
//! Points that came in together are a *lot*: they can be spent from the same moment on and expire together. Those that
//! expire first are spent first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::Timestamp;

use super::EntryId;

/// What is left of points that came in together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The entry with which they came.
    pub id: EntryId,
    /// How many are left.
    pub remaining: i64,
    /// From when on they can be spent.
    pub available_at: Timestamp,
    /// When they expire.
    pub expires_at: Option<Timestamp>,
}

impl Lot {
    /// Whether it can be spent.
    fn is_good(&self, now: Timestamp) -> bool {
        self.available_at <= now && !self.is_over(now)
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Those that expire first come first.
    fn turn(&self) -> (bool, Option<Timestamp>, Timestamp, EntryId) {
        (self.expires_at.is_none(), self.expires_at, self.available_at, self.id)
    }
}

/// Points taken from a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// The lot.
    pub lot: EntryId,
    /// How many.
    pub points: i64,
}

/// How many points can be spent.
pub fn spendable(lots: &[Lot], now: Timestamp) -> i64 {
    lots.iter().filter(|lot| lot.is_good(now)).map(|lot| lot.remaining).sum()
}

/// How many points are still pending.
pub fn pending(lots: &[Lot], now: Timestamp) -> i64 {
    lots.iter().filter(|lot| lot.available_at > now && !lot.is_over(now)).map(|lot| lot.remaining).sum()
}

/// From which lots `points` are spent; none when there are not so many to spend.
pub fn spend(lots: &[Lot], points: i64, now: Timestamp) -> Option<Vec<Taken>> {
    let good = lots.iter().filter(|lot| lot.is_good(now));
    let (taken, missing) = take(good, points);
    (missing == 0).then_some(taken)
}

/// From which lots up to `points` are taken back: `own` ones before others, and pending ones too.
pub fn take_back(lots: &[Lot], own: &[EntryId], points: i64) -> Vec<Taken> {
    let (mut taken, missing) = take(lots.iter().filter(|lot| own.contains(&lot.id)), points);
    taken.extend(take(lots.iter().filter(|lot| !own.contains(&lot.id)), missing).0);
    taken
}

/// How many of the `points` of a purchase go back for the part of it from `before` to `after`, where `amount` is the
/// whole: what all parts take adds up to `points`, wherever they end.
pub fn share(points: i64, amount: i64, before: i64, after: i64) -> i64 {
    let up_to = |part: i64| {
        let part = i128::from(part.clamp(0, amount));
        // Never more than the points themselves, so it fits.
        i64::try_from(i128::from(points) * part / i128::from(amount.max(1))).unwrap_or(points)
    };
    up_to(after) - up_to(before)
}

/// What has expired.
pub fn expired(lots: &[Lot], now: Timestamp) -> Vec<Taken> {
    let over = lots.iter().filter(|lot| lot.is_over(now));
    over.map(|lot| Taken { lot: lot.id, points: lot.remaining }).collect()
}

/// What is taken, and how many points are missing.
fn take<'a>(lots: impl Iterator<Item = &'a Lot>, points: i64) -> (Vec<Taken>, i64) {
    let mut lots: Vec<&Lot> = lots.filter(|lot| lot.remaining > 0).collect();
    lots.sort_by_key(|lot| lot.turn());
    let (mut taken, mut missing) = (Vec::new(), points.max(0));
    for lot in lots {
        if missing == 0 {
            break;
        }
        let part = lot.remaining.min(missing);
        taken.push(Taken { lot: lot.id, points: part });
        missing -= part;
    }
    (taken, missing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn lot(n: u128, remaining: i64, from: i64, until: Option<i64>) -> Lot {
        let id = EntryId::from_uuid(Uuid::from_u128(n));
        Lot { id, remaining, available_at: at(from), expires_at: until.map(at) }
    }

    fn told(taken: &[Taken]) -> Vec<(u128, i64)> {
        taken.iter().map(|taken| (taken.lot.uuid().as_u128(), taken.points)).collect()
    }

    #[test]
    fn what_expires_first_is_spent_first() {
        let lots =
            [lot(1, 10, 0, None), lot(2, 10, 0, Some(90)), lot(3, 10, 0, Some(50)), lot(4, 10, 99, None)];
        assert_eq!((spendable(&lots, at(10)), pending(&lots, at(10))), (30, 10));
        assert_eq!(told(&spend(&lots, 25, at(10)).unwrap()), [(3, 10), (2, 10), (1, 5)]);
        assert_eq!(spend(&lots, 31, at(10)), None);
        assert_eq!(spend(&lots, 30, at(50)), None, "what has expired is not spent");
        assert_eq!(told(&expired(&lots, at(50))), [(3, 10)]);
        assert_eq!(told(&take_back(&lots, &[lots[3].id], 12)), [(4, 10), (3, 2)]);
        assert_eq!(take_back(&lots, &[], 99).iter().map(|t| t.points).sum::<i64>(), 40);
    }

    #[test]
    fn a_part_takes_its_part() {
        assert_eq!(share(10, 1000, 0, 1000), 10);
        assert_eq!(
            (share(10, 1000, 0, 99), share(10, 1000, 99, 100)),
            (0, 1),
            "what was rounded off comes later"
        );
        assert_eq!(share(10, 1000, 500, 2000), 5, "more than the whole is the whole");
        assert_eq!(share(1_000_000_000, 1_000_000_000_000, 0, 999_999_999_999), 999_999_999);
        assert_eq!(share(0, 7, 0, 7), 0);
    }

    proptest! {
        #[test]
        fn parts_add_up(points in 0i64..1_000_000_000, amount in 1i64..1_000_000_000_000, cuts in prop::collection::vec(any::<u64>(), 0..8)) {
            let whole = u64::try_from(amount).unwrap();
            let mut cuts: Vec<i64> = cuts.into_iter().map(|cut| i64::try_from(cut % whole).unwrap()).collect();
            cuts.push(amount);
            cuts.sort_unstable();
            let (mut before, mut sum) = (0, 0);
            for cut in cuts {
                let part = share(points, amount, before, cut);
                prop_assert!(part >= 0);
                (before, sum) = (cut, sum + part);
                prop_assert!(sum <= points);
            }
            prop_assert_eq!(sum, points);
        }

        #[test]
        fn never_more_than_there_is(
            lots in prop::collection::vec((0i64..50, 0i64..100, prop::option::of(0i64..100)), 0..12),
            wanted in 0i64..400,
            now in 0i64..100,
        ) {
            let lots: Vec<Lot> =
                lots.into_iter().enumerate().map(|(n, (left, from, until))| lot(n as u128, left, from, until)).collect();
            let spent = spend(&lots, wanted, at(now));
            prop_assert_eq!(spent.is_some(), wanted <= spendable(&lots, at(now)));
            let over = expired(&lots, at(now));
            for taken in spent.iter().flatten().chain(&over) {
                let lot = lots.iter().find(|lot| lot.id == taken.lot).unwrap();
                prop_assert!(taken.points <= lot.remaining);
            }
            if let Some(spent) = spent {
                prop_assert_eq!(spent.iter().map(|taken| taken.points).sum::<i64>(), wanted);
                prop_assert!(spent.iter().all(|taken| over.iter().all(|gone| gone.lot != taken.lot)));
            }
        }
    }
}
