//! Counters that serve several lines: how much of a line's way is taken by people of other lines.
//!
//! A counter takes its lines in order, the next one only when those before have nobody, or by their weights: shares
//! follow the weights while every line has people. Others who are called at the counters of a line before its own people
//! are as good as ahead of them; but a line that one counter takes first does not wait for what another counter does.

/// What one counter does for a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taker {
    /// How much of its time the line has while others wait: 1 where it comes first, 0 where it comes later.
    pub share: f64,
    /// How many people of other lines it takes with the rest of its time.
    pub others: f64,
}

impl Taker {
    /// What a counter does for the line `own`: `lines` are those that it serves, in order, with their weights where it has
    /// weights; `load` says how many people of another line it would take.
    pub fn of<Q: Copy + PartialEq>(
        lines: impl Iterator<Item = (Q, Option<i64>)>,
        own: Q,
        load: impl Fn(Q) -> f64,
    ) -> Self {
        let (mut others, mut weights, mut mine) = (0.0, 0.0, None);
        for (line, weight) in lines {
            if line == own {
                mine = weight.map(count);
                match weight {
                    // Whom it takes later does not matter.
                    None => break,
                    Some(_) => continue,
                }
            }
            let people = load(line);
            if people > 0.0 {
                others += people;
                weights += weight.map_or(0.0, count);
            }
        }
        let share = match mine {
            Some(mine) if weights > 0.0 => mine / (mine + weights),
            Some(_) => 1.0,
            None if others > 0.0 => 0.0,
            None => 1.0,
        };
        Self { share, others }
    }
}

/// How many people of a line each of the counters takes that serve it.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<C> {
    /// All the same: each of them may call everybody.
    Even(f64),
    /// As many as it may call, shared with the others who may call them.
    Each(Vec<(C, f64)>),
}

impl<C: Copy + PartialEq> Load<C> {
    /// So many people, at so many counters.
    pub fn even(people: f64, counters: f64) -> Self {
        Self::Even(people.max(0.0) / counters.max(1.0))
    }

    /// These people, each of whom some of the counters may call, and `outside` whom all of them may call.
    pub fn each<K, P>(
        callers: &[K],
        id: impl Fn(&K) -> C,
        people: impl Iterator<Item = P>,
        outside: f64,
        may_call: impl Fn(&K, &P) -> bool,
    ) -> Self {
        let all = callers.iter().fold(0.0, |sum, _| sum + 1.0);
        let mut loads: Vec<(C, f64)> = callers.iter().map(|caller| (id(caller), outside / all)).collect();
        for person in people {
            let able = |caller: &K| may_call(caller, &person);
            let shared = callers.iter().fold(0.0, |sum, caller| sum + f64::from(u8::from(able(caller))));
            for (caller, load) in callers.iter().zip(&mut loads) {
                if able(caller) {
                    load.1 += 1.0 / shared;
                }
            }
        }
        Self::Each(loads)
    }

    /// How many one of them takes.
    pub fn at(&self, counter: C) -> f64 {
        match self {
            Self::Even(people) => *people,
            Self::Each(loads) => {
                loads.iter().find(|(known, _)| *known == counter).map_or(0.0, |(_, load)| *load)
            }
        }
    }
}

/// A weight as it counts.
#[expect(clippy::cast_precision_loss, reason = "1 to 100")]
fn count(weight: i64) -> f64 {
    weight.max(1) as f64
}

/// How many people of other lines are as good as ahead of somebody who has `ahead` people before them in their own line,
/// which these counters serve.
///
/// Each counter serves as fast as the others. In the time of t services it has served the line with its share, and at
/// least with what is left once it has taken everybody of the other lines: max(share × t, t − others). Together they get
/// to somebody once that makes ahead + 1; without other lines that would be t × counters.
pub fn others_first(ahead: f64, takers: &[Taker]) -> f64 {
    if takers.iter().all(|taker| taker.share >= 1.0) {
        return 0.0;
    }
    let places = ahead.max(0.0) + 1.0;
    let counters = takers.iter().fold(0.0, |sum, _| sum + 1.0);
    // From here on a counter serves nobody else.
    let alone = |taker: &Taker| taker.others / (1.0 - taker.share);
    let mut order: Vec<&Taker> = takers.iter().filter(|taker| taker.share < 1.0).collect();
    order.sort_by(|a, b| alone(a).total_cmp(&alone(b)));
    let mut rate: f64 = takers.iter().map(|taker| taker.share.min(1.0)).sum();
    let mut done = 0.0;
    for taker in order {
        if rate * alone(taker) - done >= places {
            break;
        }
        rate += 1.0 - taker.share;
        done += taker.others;
    }
    ((places + done) / rate * counters - places).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taker(share: f64, others: f64) -> Taker {
        Taker { share, others }
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn people_count_at_the_counters_that_may_call_them() {
        // Three of them wait for the second counter, two for either; nobody may call the last.
        let people =
            [(false, true), (false, true), (false, true), (true, true), (true, true), (false, false)];
        let may_call = |counter: &u8, person: &(bool, bool)| if *counter == 1 { person.0 } else { person.1 };
        let load = Load::each(&[1_u8, 2], |counter| *counter, people.into_iter(), 1.0, may_call);
        assert!(close(load.at(1), 1.5), "{load:?}");
        assert!(close(load.at(2), 4.5), "{load:?}");
        assert!(close(load.at(3), 0.0), "it does not serve the line");
        let all = Load::each(&[1_u8, 2], |counter| *counter, people.into_iter(), 1.0, |_, _| true);
        let even = Load::even(7.0, 2.0);
        assert!(
            [1, 2].into_iter().all(|counter| close(all.at(counter), even.at(counter))),
            "{all:?} {even:?}"
        );
        assert!(close(Load::<u8>::even(-1.0, 0.0).at(1), 0.0));
    }

    #[test]
    fn the_order_of_a_counter_says_who_comes_first() {
        let load = |line: u8| f64::from(line);
        let of = |lines: &[(u8, Option<i64>)], own| Taker::of(lines.iter().copied(), own, load);
        let ordered = [(3, None), (0, None), (2, None)];
        assert_eq!(of(&ordered, 3), taker(1.0, 0.0));
        assert_eq!(of(&ordered, 0), taker(0.0, 3.0));
        assert_eq!(of(&ordered, 2), taker(0.0, 3.0), "the second line has nobody");
        assert_eq!(of(&[(0, None), (2, None)], 2), taker(1.0, 0.0));
        let weighted = [(3, Some(1)), (0, Some(5)), (2, Some(4))];
        assert_eq!(of(&weighted, 2), taker(0.8, 3.0), "who has nobody weighs nothing");
        assert_eq!(of(&[(0, Some(5)), (2, Some(4))], 2), taker(1.0, 0.0));
    }

    #[test]
    fn a_line_that_comes_second_everywhere_waits_for_all_of_the_first() {
        assert!(close(others_first(4.0, &[taker(0.0, 6.0)]), 6.0));
        assert!(close(others_first(0.0, &[taker(0.0, 3.0), taker(0.0, 3.0)]), 6.0));
    }

    #[test]
    fn a_counter_that_takes_it_first_does_not_let_it_wait() {
        assert!(close(others_first(9.0, &[taker(1.0, 0.0)]), 0.0));
        // The other counter is as good as closed for a while: nobody is overtaken by hundreds.
        assert!(close(others_first(4.0, &[taker(1.0, 0.0), taker(0.0, 100.0)]), 5.0));
        // It helps from its fourth on: in seven turns the first serves seven, the second three.
        assert!(close(others_first(9.0, &[taker(1.0, 0.0), taker(0.0, 4.0)]), 4.0));
    }

    #[test]
    fn weights_share() {
        // Half of its time while the others last, which are twelve.
        assert!(close(others_first(4.0, &[taker(0.5, 12.0)]), 5.0));
        assert!(close(others_first(29.0, &[taker(0.5, 12.0)]), 12.0));
    }

    /// Serves turn by turn, as `call_next` picks for a counter with an order.
    fn turns(ahead: usize, takers: &[Taker]) -> usize {
        let mut left: Vec<f64> = takers.iter().map(|taker| taker.others).collect();
        let mut own = ahead + 1;
        for turn in 1.. {
            for others in &mut left {
                if *others >= 1.0 {
                    *others -= 1.0;
                } else {
                    own = own.saturating_sub(1);
                }
            }
            if own == 0 {
                return turn;
            }
        }
        unreachable!("somebody is served in each turn")
    }

    proptest! {
        #[test]
        fn it_is_what_counters_do_turn_by_turn(ahead in 0..40_usize, others in prop::collection::vec(0..20_u8, 1..6)) {
            let takers: Vec<Taker> = others
                .iter()
                .map(|others| taker(if *others > 0 { 0.0 } else { 1.0 }, f64::from(*others)))
                .collect();
            let counters = takers.len() as f64;
            let said = (ahead as f64 + 1.0 + others_first(ahead as f64, &takers)) / counters;
            // Turns are whole.
            let served = turns(ahead, &takers) as f64;
            prop_assert!(said <= served + 1e-9 && said > served - 1.0 - 1e-9, "{said} {served}");
        }

        #[test]
        fn it_is_never_more_than_all_of_them_and_grows_with_them(
            ahead in 0.0..50.0_f64,
            of in prop::collection::vec((0.0..1.0_f64, 0.0..30.0_f64), 1..6),
            more in 0.0..9.0_f64,
        ) {
            let takers: Vec<Taker> = of.iter().map(|(share, others)| taker(*share, *others)).collect();
            let all: f64 = of.iter().map(|(_, others)| others).sum();
            let first = others_first(ahead, &takers);
            prop_assert!((0.0..=all + 1e-6).contains(&first), "{first} of {all}");
            let longer: Vec<Taker> = takers.iter().map(|one| taker(one.share, one.others + more)).collect();
            prop_assert!(others_first(ahead, &longer) >= first - 1e-6);
        }
    }
}
