//! What the forecaster learns of a line, one thing at a time: each of these fails where that one thing is not learned.

use usher_eta::model::{Crowd, Event, Forecaster, Key, Lessons, Situation, Wall, What};

use crate::simulated::{SERVICE, SITE, Walk, joining, moody};

const DAY: i64 = 86_400;

fn at(day: i64, hour: i64) -> Wall {
    Wall((20_000 + day) * DAY + hour * 3600)
}

/// Somebody waits so long.
fn wait(forecaster: &mut Forecaster, situation: &Situation, minutes: f64) {
    let (at, queue, site) = (situation.now, situation.queue, situation.site);
    let quote = forecaster.estimate(situation);
    forecaster.observe(&Event { at, queue, site, what: What::Joined { counters: situation.counters } });
    forecaster.observe(&Event { at, queue, site, what: What::Called { counter: None, minutes } });
    forecaster.learn(&quote, minutes, at);
}

/// How much longer a wait is with one counter than with four, where `minutes` says what so many make of it.
fn one_over_four(minutes: impl Fn(f64) -> f64) -> f64 {
    let mut forecaster = Forecaster::default();
    for n in 0..3_000_i64 {
        let counters = if n % 2 == 0 { 1.0 } else { 4.0 };
        let ahead = (n % 7) as f64;
        let situation = joining(Wall(at(n / 100, 9).0 + n % 100), ahead, counters);
        wait(&mut forecaster, &situation, (ahead + 1.0) * minutes(counters));
    }
    let told = |counters| forecaster.estimate(&joining(at(40, 9), 6.0, counters)).wait.p50;
    told(1.0) / told(4.0)
}

#[test]
fn how_much_counters_matter_is_learned_of_each_line() {
    let idle = one_over_four(|_| 2.0);
    assert!(idle < 1.25, "counters make no difference here: {idle}");
    let busy = one_over_four(|counters| 8.0 / counters);
    assert!(busy > 3.2, "four counters are four times as fast: {busy}");
}

#[test]
fn a_half_hour_has_a_pace_of_its_own() {
    let mut forecaster = Forecaster::default();
    for n in 0..4_000_i64 {
        let hour = if n % 2 == 0 { 9 } else { 15 };
        let ahead = (n % 7) as f64;
        let pace = if hour == 9 { 1.0 } else { 4.0 };
        let situation = joining(Wall(at(n / 100, hour).0 + n % 100), ahead, 2.0);
        wait(&mut forecaster, &situation, (ahead + 1.0) * pace);
    }
    let told = |hour| forecaster.estimate(&joining(at(50, hour), 6.0, 2.0)).wait.p50;
    let (morning, afternoon, evening) = (told(9), told(15), told(19));
    assert!(morning < 0.75 * evening && afternoon > 1.3 * evening, "{morning} {evening} {afternoon}");
}

#[test]
fn a_new_line_borrows_from_its_service_its_site_and_its_tenant_each() {
    let other = |n: u128| Key(900 + n);
    // Waits are long at this site for whatever service, and for this service at whatever site.
    let mut forecaster = Forecaster::default();
    for n in 0..300_i64 {
        let ahead = (n % 7) as f64;
        let mut teach = |queue, site, service, pace: f64| {
            let situation = joining(Wall(at(0, 9).0 + n * 30), ahead, 2.0);
            let situation = Situation { queue, site, service, ..situation };
            wait(&mut forecaster, &situation, (ahead + 1.0) * pace);
        };
        teach(Key(1), SITE, other(1), 9.0);
        teach(Key(2), other(2), SERVICE, 9.0);
        teach(Key(3), other(3), other(4), 1.5);
        teach(Key(4), other(3), other(5), 1.5);
    }
    let told = |forecaster: &Forecaster, site, service| {
        let situation = joining(at(1, 9), 4.0, 2.0);
        forecaster.estimate(&Situation { queue: Key(9), site, service, ..situation }).wait.p50
    };
    let strange = told(&forecaster, other(6), other(7));
    assert!(told(&forecaster, SITE, other(7)) > 1.5 * strange, "the site's");
    assert!(told(&forecaster, other(6), SERVICE) > 1.5 * strange, "the service's");
    let mut slow = Forecaster::default();
    for n in 0..300_i64 {
        let situation = joining(Wall(at(0, 9).0 + n * 30), (n % 7) as f64, 2.0);
        wait(&mut slow, &situation, ((n % 7) as f64 + 1.0) * 12.0);
    }
    let fresh = told(&Forecaster::default(), other(6), other(7));
    assert!(told(&slow, other(6), other(7)) > 1.5 * fresh, "the tenant's");
}

#[test]
fn with_a_correction_the_ranges_hold_as_well() {
    let (mut walk, mut lessons, mut copy) = (Walk::default(), Lessons::default(), Forecaster::default());
    walk.lead(&moody(20, 3, 11), 3, |quote, minutes| {
        lessons.extend(copy.learn(quote, minutes, quote.at));
    });
    lessons.compete(&mut walk.forecaster, 20_020);
    // The median of a correction is its point estimate and is not moved: nothing says that half wait less.
    let mut below = [0.0_f64; 4];
    let mut count = 0.0_f64;
    let later: Vec<_> = moody(79, 3, 12).into_iter().filter(|p| p.arrival.day() >= 20_020).collect();
    walk.lead(&later, 3, |quote, minutes| {
        count += 1.0;
        let levels = [quote.wait.p5, quote.wait.p10, quote.wait.p90, quote.wait.p95];
        for (below, level) in below.iter_mut().zip(levels) {
            *below += if minutes <= level { 1.0 } else { 0.0 };
        }
    });
    assert!(walk.forecaster.correction(Wall(20_079 * DAY)).is_some(), "a correction was in use all the time");
    assert!(count > 8_000.0, "{count}");
    for (below, level) in below.into_iter().zip([0.05, 0.1, 0.9, 0.95]) {
        let share = below / count;
        assert!((share - level).abs() < 0.015, "{share} wait no longer than P{}", level * 100.0);
    }
}

#[test]
fn whoever_waits_long_at_the_head_tells_of_a_surge_before_they_are_called() {
    let (mut walk, mut lessons, mut copy) = (Walk::default(), Lessons::default(), Forecaster::default());
    walk.lead(&moody(20, 3, 11), 3, |quote, minutes| {
        lessons.extend(copy.learn(quote, minutes, quote.at));
    });
    lessons.compete(&mut walk.forecaster, 20_020);
    // A quarter of an hour after opening nobody was called yet today; only who waits can tell what the day is like.
    let told = |waited: f64| {
        let head = Some(usher_eta::model::Head { waited, places: 4.0 });
        let crowd = Crowd { waited: 4.0 * waited, moved: 4.0 };
        let situation = Situation { head, crowd, ..joining(Wall(at(21, 8).0 + 900), 5.0, 3.0) };
        walk.forecaster.estimate(&situation).wait.p50
    };
    assert!(told(14.0) > 1.05 * told(1.0), "{} {}", told(14.0), told(1.0));
}

#[test]
fn without_a_correction_those_who_wait_tell_of_a_surge_too_and_never_of_the_contrary() {
    let mut walk = Walk::default();
    walk.lead(&moody(20, 3, 11), 3, |_, _| {});
    let told = |waited: f64| {
        let crowd = Crowd { waited: 4.0 * waited, moved: 4.0 };
        let situation = Situation { crowd, ..joining(Wall(at(21, 8).0 + 900), 5.0, 3.0) };
        walk.forecaster.estimate(&situation).wait.p50
    };
    assert!(told(14.0) > 1.1 * told(1.0), "{} {}", told(14.0), told(1.0));
    assert!(told(600.0) < 1.5 * told(1.0), "one forgotten ticket does not tell everything: {}", told(600.0));
    assert_eq!(told(0.0), told(1.0), "who has just come says nothing");
}
