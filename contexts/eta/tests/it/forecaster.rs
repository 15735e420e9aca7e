//! The forecaster: in order, calibrated, the same to the bit.

use proptest::prelude::*;
use usher_eta::model::{
    Crowd, Event, Forecaster, Head, Key, LEVELS, Lessons, Quote, Situation, Wait, Wall, What, Work,
};

use crate::simulated::{Chance, QUEUE, SITE, Walk, forest, joining, moody, people};

/// What is told, from P5 to P95.
fn levels(wait: &Wait) -> [f64; LEVELS.len()] {
    [wait.p5, wait.p10, wait.p50, wait.p90, wait.p95]
}

/// What must hold of everything that is ever told.
fn sound(wait: &Wait) -> bool {
    let levels = levels(wait);
    levels.iter().all(|minutes| minutes.is_finite() && *minutes >= 0.0 && *minutes <= 1440.0)
        && levels.windows(2).all(|pair| pair[0] <= pair[1])
}

fn plain(ahead: f64, counters: f64) -> Situation {
    joining(Wall(20_000 * 86_400 + 36_000), ahead, counters)
}

/// Teaches `forecaster` that everybody waits `pace` minutes per place, at two counters.
fn teach(forecaster: &mut Forecaster, queue: Key, pace: f64, lessons: i64) {
    for n in 0..lessons {
        let at = Wall(19_990 * 86_400 + 36_000 + n * 60);
        let ahead = (n % 7) as f64;
        let quote = forecaster.estimate(&Situation { now: at, queue, ..plain(ahead, 2.0) });
        forecaster.observe(&Event { at, queue, site: SITE, what: What::Joined { counters: 2.0 } });
        let minutes = (ahead + 1.0) * pace;
        forecaster.observe(&Event { at, queue, site: SITE, what: What::Called { counter: None, minutes } });
        forecaster.learn(&quote, minutes, at);
    }
}

#[test]
fn in_a_steady_line_every_quantile_holds_within_a_point_over_50_000_tickets() {
    let mut walk = Walk::default();
    let (mut n, mut below) = (0.0_f64, [0.0_f64; 5]);
    walk.lead(&people(160, 3, 7), 3, |quote, minutes| {
        assert!(sound(&quote.wait), "{:?}", quote.wait);
        n += 1.0;
        for (below, level) in below.iter_mut().zip(levels(&quote.wait)) {
            *below += if minutes <= level { 1.0 } else { 0.0 };
        }
    });
    assert!(n > 50_000.0, "{n}");
    for (below, level) in below.into_iter().zip(LEVELS) {
        let share = below / n;
        assert!((share - level).abs() < 0.01, "{share} wait no longer than P{}", level * 100.0);
    }
}

#[test]
fn the_ranges_of_each_queue_hold_though_one_is_steady_and_the_other_moody() {
    // Both wait three minutes a place on the average; the one by a third more or less, the other by nearly all of it.
    let queues = [(Key(71), 0.3), (Key(72), 0.9)];
    let (mut forecaster, mut chance) = (Forecaster::default(), Chance(17));
    let (mut below, each) = ([[0.0_f64; LEVELS.len()]; 2], 10_000);
    for n in 0..each {
        let at = Wall((20_000 + n / 100) * 86_400 + 36_000 + n % 100 * 60);
        for ((queue, more), below) in queues.into_iter().zip(&mut below) {
            let quote = forecaster.estimate(&Situation { queue, ..joining(at, 4.0, 2.0) });
            let minutes = 15.0 * (1.0 + more * (2.0 * chance.even() - 1.0));
            for (count, told) in below.iter_mut().zip(levels(&quote.wait)) {
                *count += if minutes <= told { 1.0 } else { 0.0 };
            }
            for what in [What::Joined { counters: 2.0 }, What::Called { counter: None, minutes }] {
                forecaster.observe(&Event { at, queue, site: SITE, what });
            }
            forecaster.learn(&quote, minutes, at);
        }
    }
    for ((queue, _), below) in queues.into_iter().zip(below) {
        for (count, level) in below.into_iter().zip(LEVELS).filter(|(_, level)| *level != 0.5) {
            let share = count / each as f64;
            assert!(
                (share - level).abs() < 0.02,
                "{queue:?}: {share} wait no longer than P{}",
                level * 100.0
            );
        }
    }
}

#[test]
fn what_is_stored_and_read_again_goes_on_to_the_bit() {
    let before = moody(12, 3, 1);
    let after = moody(15, 3, 2).into_iter().filter(|p| p.arrival.day() >= 20_012).collect::<Vec<_>>();
    let mut walk = Walk::default();
    let mut lessons = Lessons::default();
    let mut copy = Forecaster::default();
    walk.lead(&before, 3, |quote, minutes| {
        lessons.extend(copy.learn(quote, minutes, quote.at));
    });
    lessons.compete(&mut walk.forecaster, 20_012);
    assert!(walk.forecaster.correction(Wall(20_012 * 86_400)).is_some());
    let stored = serde_json::to_string(&walk.forecaster).unwrap();
    let mut again = Walk::default();
    again.forecaster = serde_json::from_str(&stored).unwrap();
    assert_eq!(again.forecaster, walk.forecaster);

    let told = |walk: &mut Walk| {
        let mut told = Vec::new();
        walk.lead(&after, 3, |quote, _| told.push(quote.clone()));
        told
    };
    let (one, other) = (told(&mut walk), told(&mut again));
    assert!(one.len() > 500);
    assert_eq!(one, other);
    assert_eq!(again.forecaster, walk.forecaster);
    let kept = serde_json::to_string(&one[0]).unwrap();
    assert_eq!(serde_json::from_str::<Quote>(&kept).unwrap(), one[0]);
}

#[test]
fn a_trained_correction_says_more_than_the_prior() {
    let mut lessons = Lessons::default();
    let mut copy = Forecaster::default();
    let mut prior = Walk::default();
    prior.lead(&moody(12, 3, 3), 3, |quote, minutes| {
        lessons.extend(copy.learn(quote, minutes, quote.at));
    });
    let mut corrected = prior.clone();
    lessons.compete(&mut corrected.forecaster, 20_012);
    let after = moody(20, 3, 4).into_iter().filter(|p| p.arrival.day() >= 20_012).collect::<Vec<_>>();
    let error = |walk: &mut Walk| {
        let mut error = 0.0;
        walk.lead(&after, 3, |quote, minutes| error += (quote.wait.p50 - minutes).abs());
        error
    };
    let (prior, corrected) = (error(&mut prior), error(&mut corrected));
    assert!(corrected < 0.95 * prior, "{corrected} {prior}");
}

#[test]
fn a_correction_is_dropped_when_nobody_trained_it_for_two_months() {
    let mut lessons = Lessons::default();
    let mut copy = Forecaster::default();
    let mut walk = Walk::default();
    walk.lead(&moody(10, 3, 3), 3, |quote, minutes| {
        lessons.extend(copy.learn(quote, minutes, quote.at));
    });
    lessons.compete(&mut walk.forecaster, 20_010);
    let on = |day: i64| Wall((20_009 + day) * 86_400);
    assert!(walk.forecaster.correction(on(60)).is_some());
    assert!(walk.forecaster.correction(on(61)).is_none());
}

#[test]
fn chance_alone_gives_no_correction() {
    let mut chance = Chance(5);
    let mut forecaster = Forecaster::default();
    let mut lessons = Lessons::default();
    for n in 0..600 {
        let at = Wall(20_000 * 86_400 + n);
        let quote = forecaster.estimate(&Situation { now: at, ..plain(3.0, 2.0) });
        // Nothing that is known at the arrival says anything of the wait.
        lessons.extend(Forecaster::default().learn(&quote, chance.exponential(10.0), at));
        forecaster.observe(&Event { at, queue: QUEUE, site: SITE, what: What::Staffed });
    }
    lessons.compete(&mut forecaster, 20_000);
    assert!(forecaster.correction(Wall(20_000 * 86_400)).is_none());
}

#[test]
fn a_new_queue_starts_from_what_is_declared() {
    let wait = Forecaster::default().estimate(&plain(4.0, 2.0)).wait;
    assert!((5.0..=15.0).contains(&wait.p50), "five places at six minutes and two counters: {wait:?}");
    assert!(wait.p90 > 1.5 * wait.p50 && wait.p10 < 0.7 * wait.p50, "{wait:?}");
}

#[test]
fn a_new_queue_borrows_the_pace_of_its_site() {
    let mut forecaster = Forecaster::default();
    let unknown = forecaster.estimate(&Situation { queue: Key(2), ..plain(4.0, 2.0) }).wait.p50;
    teach(&mut forecaster, QUEUE, 12.0, 200);
    let borrowed = forecaster.estimate(&Situation { queue: Key(2), ..plain(4.0, 2.0) }).wait.p50;
    assert!(borrowed > 2.0 * unknown, "{borrowed} {unknown}");
}

#[test]
fn the_pace_follows_what_people_really_waited() {
    let mut forecaster = Forecaster::default();
    teach(&mut forecaster, QUEUE, 2.0, 400);
    let wait = forecaster.estimate(&plain(9.0, 2.0)).wait;
    assert!((wait.p50 - 20.0).abs() < 3.0, "{wait:?}");
    assert!(wait.p95 - wait.p5 < 20.0, "nothing ever varied: {wait:?}");
}

#[test]
fn more_counters_make_it_faster_and_fewer_slower() {
    let mut forecaster = Forecaster::default();
    teach(&mut forecaster, QUEUE, 2.0, 400);
    let at = |counters: f64| forecaster.estimate(&plain(9.0, counters)).wait.p50;
    assert!(at(4.0) < at(2.0) && at(2.0) < at(1.0), "{} {} {}", at(4.0), at(2.0), at(1.0));
}

#[test]
fn a_forgotten_ticket_moves_the_estimate_little() {
    let mut forecaster = Forecaster::default();
    teach(&mut forecaster, QUEUE, 2.0, 400);
    let before = forecaster.estimate(&plain(3.0, 2.0));
    forecaster.learn(&before, 1400.0, Wall(19_999 * 86_400));
    let after = forecaster.estimate(&plain(3.0, 2.0));
    assert!(after.wait.p50 < before.wait.p50 * 1.15, "{:?} {:?}", after.wait, before.wait);
}

#[test]
fn impossible_waits_teach_nothing() {
    let mut forecaster = Forecaster::default();
    teach(&mut forecaster, QUEUE, 2.0, 20);
    let taught = forecaster.clone();
    let quote = forecaster.estimate(&plain(3.0, 2.0));
    for minutes in [f64::NAN, f64::INFINITY, -1.0, 1441.0] {
        assert_eq!(forecaster.learn(&quote, minutes, quote.at), None);
    }
    assert_eq!(forecaster, taught);
}

#[test]
fn one_tenant_s_engine_knows_nothing_of_another_s() {
    let mut forecaster = Forecaster::default();
    let other = forecaster.clone();
    teach(&mut forecaster, QUEUE, 30.0, 100);
    assert_eq!(other.estimate(&plain(3.0, 2.0)), Forecaster::default().estimate(&plain(3.0, 2.0)));
}

#[test]
fn events_in_any_order_at_any_time_leave_every_estimate_sound() {
    let mut chance = Chance(11);
    let mut forecaster = Forecaster::default();
    let mut quotes = Vec::new();
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5.0, 0.0, 1e300, 1e-300];
    // A million where long runs are asked for.
    let events = if std::env::var_os("USHER_TEST_LONG").is_some() { 1_000_000 } else { 100_000 };
    for n in 0..events {
        // In the second half a correction is in use.
        if n == events / 2 {
            forecaster.adopt(forest());
        }
        let mut number = |most: f64| {
            let pick = (chance.even() * 40.0) as usize;
            odd.get(pick).copied().unwrap_or_else(|| chance.even() * most)
        };
        // The clock jumps now and then, once to each end of time.
        let at = Wall(match n % 9973 {
            17 => i64::MIN,
            18 => i64::MAX,
            _ => (n + number(900_000.0) as i64 % 900_000).saturating_mul(7),
        });
        let queue = Key((number(3.0) as u128) % 4);
        let what = match number(6.0) as i64 {
            0 => What::Left,
            1 => What::Finished { service: Key(number(3.0) as u128 % 4), minutes: number(90.0) },
            2 => What::Staffed,
            3 => What::Joined { counters: number(9.0) },
            4 if n % 3 == 0 => What::Away,
            _ => What::Called { counter: Some(Key(number(9.0) as u128 % 10)), minutes: number(90.0) },
        };
        forecaster.observe(&Event { at, queue, site: Key(queue.0 % 2), what });
        let situation = Situation {
            now: at,
            live: n % 11 > 0,
            queue,
            service: Key(number(3.0) as u128 % 4),
            site: Key(queue.0 % 2),
            class: number(3.0) as u8,
            ahead: number(60.0),
            waiting: number(80.0),
            in_line: n % 3 == 0,
            counters: number(9.0),
            paused: number(3.0),
            elsewhere: number(90.0),
            head: Some(Head { waited: number(90.0), places: number(60.0) }),
            crowd: Crowd { waited: number(900.0), moved: number(300.0) },
            work: Some(Work {
                ahead: number(200.0),
                remaining: number(40.0),
                serving: number(9.0),
                elapsed: number(60.0),
                longest: number(30.0),
            }),
            declared: number(20.0),
        };
        let quote = forecaster.estimate(&situation);
        assert!(sound(&quote.wait), "{:?} of {situation:?}", quote.wait);
        quotes.push(quote);
        if quotes.len() > 50 {
            let quote = quotes.swap_remove(n as usize % quotes.len());
            forecaster.learn(&quote, number(120.0), at);
            forecaster.learn_again(queue, &quote.wait, number(60.0), number(120.0));
        }
    }
    assert!(forecaster.correction(Wall(0)).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_a_taught_queue_answers_in_order(
        ahead in any::<f64>(), counters in any::<f64>(), waited in any::<f64>(), declared in any::<f64>(),
        second in any::<i64>(), class in any::<u8>(),
    ) {
        let mut forecaster = Forecaster::default();
        teach(&mut forecaster, QUEUE, 3.0, 30);
        let head = Some(Head { waited, places: ahead });
        let situation = Situation { now: Wall(second), head, class, declared, ..plain(ahead, counters) };
        let wait = forecaster.estimate(&situation).wait;
        prop_assert!(sound(&wait), "{wait:?}");
    }

    #[test]
    fn longer_lines_wait_longer(pace in 0.2_f64..10.0, ahead in 0.0_f64..50.0) {
        let mut forecaster = Forecaster::default();
        teach(&mut forecaster, QUEUE, pace, 60);
        let at = |ahead: f64| forecaster.estimate(&plain(ahead, 2.0)).wait.p50;
        prop_assert!(at(ahead + 1.0) > at(ahead));
    }
}
