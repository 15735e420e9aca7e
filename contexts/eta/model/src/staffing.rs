//! How many counters each part of a day needs: the fewest with which every line keeps its promise.

use super::draws::Lengths;
use super::outcome::Outcome;
use super::scene::{Scene, Seat};

/// How often a day is run for each step: less often where many people come, but so often at least.
const TRIES: f64 = 60.0;
const FEWEST_TRIES: f64 = 8.0;
/// So many people times half-hours are worth all tries.
const PEOPLE: f64 = 6_000_000.0;
/// Waits are known once the next two slots have passed.
const BEYOND: usize = 3;

/// What one slot needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Needed {
    /// The counters, by their places in the scene.
    pub counters: Vec<usize>,
    /// In percent, what comes of the whole plan for the line that keeps its promise least to those who join in this slot;
    /// none where nobody joins.
    pub least: Option<f64>,
}

/// Slot by slot the fewest counters with which, in each line, at least `goal` percent of those who join in it, and in
/// the slot before, are called within the target of their line; all counters where they are not enough. What the scene
/// says of who is open only decides between counters that serve equally well. A line that no counter serves is left
/// out of it.
///
/// Which counters come first is decided by what they serve: lines that nobody serves yet before others, then most work
/// for each. With one counter fewer, the last one in this order, some line does not keep its promise. Where nobody waits
/// any more and nobody comes none is needed.
pub fn fewest(scene: &Scene, lengths: &Lengths, goal: f64) -> Vec<Needed> {
    let mut plan = scene.clone();
    plan.counters.iter_mut().for_each(|counter| counter.seats.fill(Seat::Closed));
    let served: Vec<usize> = (0..plan.lines.len()).filter(|line| is_served(&plan, *line)).collect();
    for (_, line) in plan.lines.iter_mut().enumerate().filter(|(at, _)| !served.contains(at)) {
        line.waiting.clear();
        line.arrivals.fill(0.0);
    }
    let (all, tries) = (plan.counters.len(), tries(scene));
    let mut anybody_waits = plan.lines.iter().any(|line| !line.waiting.is_empty());
    let mut count = 0;
    let mut needed = Vec::with_capacity(plan.slots);
    for slot in 0..plan.slots {
        let order = order(scene, slot);
        let joined = |line: &super::SimLine| line.arrivals.get(slot).is_some_and(|people| *people > 0.0);
        let somebody = anybody_waits || plan.lines.iter().any(joined);
        // Long targets are not broken within the slots that are looked at: where somebody is there, one at least.
        count = if somebody { count.max(all.min(1)) } else { 0 };
        let mut run = |count: usize| {
            open(&mut plan, scene, &order[..count], slot);
            plan.simulate(lengths, tries, slot + BEYOND)
        };
        let keeps = |outcome: &Outcome| {
            let kept = |line, slot| outcome.promise_of(line, slot).is_none_or(|percent| percent >= goal);
            served.iter().all(|line| kept(*line, slot) && (slot == 0 || kept(*line, slot - 1)))
        };
        let mut best = run(count);
        if somebody && keeps(&best) {
            // Most often it is as many as before, or one fewer.
            while count > 1 {
                let fewer = run(count - 1);
                if !keeps(&fewer) {
                    break;
                }
                (count, best) = (count - 1, fewer);
            }
        } else if somebody {
            while count < all && !keeps(&best) {
                count += 1;
                best = run(count);
            }
        }
        open(&mut plan, scene, &order[..count], slot);
        anybody_waits = best.lengths.get(slot).is_some_and(|runs| runs.iter().any(|waiting| *waiting > 0));
        needed.push(Needed { counters: order[..count].to_vec(), least: None });
    }
    // While a slot was decided, later ones had as many counters; what is said of it is what comes of all of them.
    let finished = plan.simulate(lengths, tries, plan.slots);
    for (slot, needed) in needed.iter_mut().enumerate() {
        needed.least = served.iter().filter_map(|line| finished.promise_of(*line, slot)).reduce(f64::min);
    }
    needed
}

/// How often a day is run for each step.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "slots of a day, and at most sixty tries"
)]
fn tries(scene: &Scene) -> u32 {
    (PEOPLE / (scene.people() * scene.slots as f64).max(1.0)).clamp(FEWEST_TRIES, TRIES) as u32
}

/// Has these counters open from a slot on: what comes later is not decided yet.
fn open(plan: &mut Scene, scene: &Scene, counters: &[usize], slot: usize) {
    for (n, (counter, known)) in plan.counters.iter_mut().zip(&scene.counters).enumerate() {
        let is_open = counters.contains(&n);
        for (slot, seat) in counter.seats.iter_mut().enumerate().skip(slot) {
            *seat = known.seat(slot).once(is_open);
        }
    }
}

fn is_served(scene: &Scene, line: usize) -> bool {
    scene.counters.iter().any(|counter| counter.lines.iter().any(|(served, _)| *served == line))
}

/// The counters in the order in which they are to be opened in a slot.
#[expect(clippy::cast_precision_loss, reason = "people in a line")]
fn order(scene: &Scene, slot: usize) -> Vec<usize> {
    let work = |line: &super::SimLine| {
        let there = if slot == 0 { line.waiting.len() as f64 } else { 0.0 };
        (line.arrivals.get(slot).copied().unwrap_or(0.0) + there) * line.minutes()
    };
    let work: Vec<f64> = scene.lines.iter().map(work).collect();
    let mut covered = vec![0_u32; scene.lines.len()];
    let mut left: Vec<usize> = (0..scene.counters.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let value = |counter: &usize| {
            let lines = scene.counters[*counter].lines.iter().map(|(line, _)| *line);
            let fresh = lines.clone().filter(|line| covered[*line] == 0 && work[*line] > 0.0).count();
            let share: f64 = lines.map(|line| work[line] / f64::from(covered[line] + 1)).sum();
            let is_open = scene.counters[*counter].is_open(slot);
            (fresh, share, is_open)
        };
        let mut best = 0;
        for at in 1..left.len() {
            let ((fresh, share, is_open), (most, largest, was_open)) = (value(&left[at]), value(&left[best]));
            let better = fresh.cmp(&most).then(share.total_cmp(&largest)).then(is_open.cmp(&was_open));
            if better.is_gt() {
                best = at;
            }
        }
        let counter = left.remove(best);
        scene.counters[counter].lines.iter().for_each(|(line, _)| covered[*line] += 1);
        order.push(counter);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SLOT, SimCounter, SimKind, SimLine};

    fn line(per_slot: &[f64]) -> SimLine {
        SimLine {
            kinds: vec![SimKind { share: 1.0, minutes: 5.0, target: Some(10.0), lead: 0.0 }],
            waiting: Vec::new(),
            arrivals: per_slot.to_vec(),
            gone: 0.0,
        }
    }

    fn scene(lines: Vec<SimLine>, serve: &[&[usize]]) -> Scene {
        let slots = lines[0].arrivals.len();
        let counter = |lines: &&[usize]| SimCounter {
            lines: lines.iter().map(|line| (*line, None)).collect(),
            seats: vec![Seat::Anybody; slots],
            busy: 0.0,
        };
        let counters = serve.iter().map(counter).collect();
        Scene { first: SLOT, slots, lines, counters, agents: Vec::new(), pace: 1.0 }
    }

    fn counts(needed: &[Needed]) -> Vec<usize> {
        needed.iter().map(|slot| slot.counters.len()).collect()
    }

    #[test]
    fn a_small_line_is_not_starved_for_a_large_one() {
        // Ninety of a hundred come to the first line, which three counters serve; only the last one serves the other.
        let scene = scene(vec![line(&[9.0; 6]), line(&[1.0; 6])], &[&[0], &[0], &[0], &[1]]);
        for slot in &fewest(&scene, &Lengths::exponential(), 80.0)[..4] {
            assert!(slot.counters.contains(&3), "{slot:?}");
            assert!(slot.least.is_none_or(|percent| percent >= 80.0), "{slot:?}");
        }
    }

    #[test]
    fn with_one_counter_fewer_some_line_breaks_its_promise() {
        let scene = scene(vec![line(&[16.0, 4.0, 36.0, 16.0, 8.0, 1.0])], &[&[0_usize][..]; 9]);
        let (lengths, tries) = (Lengths::exponential(), tries(&scene));
        let needed = fewest(&scene, &lengths, 80.0);
        let counts = counts(&needed);
        assert!(counts.iter().all(|count| (1..9).contains(count)) && counts[2] > counts[1], "{counts:?}");
        let mut plan = scene.clone();
        plan.counters.iter_mut().for_each(|counter| counter.seats.fill(Seat::Closed));
        for (slot, decided) in needed.iter().enumerate() {
            let mut keeps = |counters: &[usize]| {
                open(&mut plan, &scene, counters, slot);
                let outcome = plan.simulate(&lengths, tries, slot + BEYOND);
                let kept = |slot| outcome.promise_of(0, slot).is_none_or(|percent| percent >= 80.0);
                kept(slot) && (slot == 0 || kept(slot - 1))
            };
            let (_, fewer) = decided.counters.split_last().unwrap();
            assert!(fewer.is_empty() || !keeps(fewer), "one fewer would do in {slot}: {counts:?}");
            assert!(keeps(&decided.counters), "too few in {slot}: {counts:?}");
        }
        // What is said of each half-hour is what comes of the plan as a whole.
        let finished = plan.simulate(&lengths, tries, plan.slots);
        for (slot, decided) in needed.iter().enumerate() {
            assert_eq!(decided.least, finished.promise_of(0, slot), "{slot}");
            assert!(decided.least.is_none_or(|percent| percent >= 80.0), "{slot}: {needed:?}");
        }
    }

    #[test]
    fn many_runs_say_the_same_of_the_fewest() {
        let scene = scene(vec![line(&[16.0; 6])], &[&[0_usize][..]; 6]);
        let lengths = Lengths::exponential();
        let count = fewest(&scene, &lengths, 80.0)[3].counters.len();
        assert!((3..6).contains(&count), "{count}");
        let with = |count: usize| {
            let mut plan = scene.clone();
            for (n, counter) in plan.counters.iter_mut().enumerate() {
                counter.seats.fill(if n < count { Seat::Anybody } else { Seat::Closed });
            }
            plan.simulate(&lengths, 400, 6).promise_of(0, 3).unwrap()
        };
        assert!(with(count) >= 78.0 && with(count - 2) < 80.0, "{} {}", with(count), with(count - 2));
    }

    #[test]
    fn none_is_needed_where_nobody_waits_and_nobody_comes() {
        let day = scene(vec![line(&[0.0, 0.0, 9.0, 9.0, 0.0, 0.0, 0.0, 0.0])], &[&[0_usize][..]; 4]);
        let needed = fewest(&day, &Lengths::exact(), 80.0);
        let so_many = counts(&needed);
        assert_eq!((so_many[0], so_many[1], so_many[7]), (0, 0, 0), "{so_many:?}");
        assert!(so_many[2] > 0 && so_many[3] > 0, "{so_many:?}");
        assert_eq!((needed[0].least, needed[7].least), (None, None));
        // Whoever waits already is called by somebody, also where their promise is broken.
        let mut crowd = scene(vec![line(&[0.0; 5])], &[&[0_usize][..]; 4]);
        crowd.lines[0].waiting = vec![(60.0, 0); 9];
        let so_many = counts(&fewest(&crowd, &Lengths::exact(), 80.0));
        assert!(so_many[0] > 0 && so_many[4] == 0, "{so_many:?}");
        // A target that is longer than a plan looks ahead does not close everything either.
        let mut patient = scene(vec![line(&[6.0; 5])], &[&[0_usize][..]; 4]);
        patient.lines[0].kinds[0].target = Some(600.0);
        let so_many = counts(&fewest(&patient, &Lengths::exact(), 80.0));
        assert!(so_many.iter().all(|count| *count >= 1), "{so_many:?}");
        // Somebody in a line that no counter serves needs none.
        let lines = vec![line(&[0.0; 3]), line(&[9.0; 3])];
        assert_eq!(counts(&fewest(&scene(lines, &[&[0]]), &Lengths::exact(), 80.0)), [0, 0, 0]);
    }

    #[test]
    fn a_crowd_is_tried_less_often() {
        let mut crowd = scene(vec![line(&[9.0; 20])], &[&[0]]);
        assert_eq!(tries(&crowd), 60);
        crowd.lines[0].waiting = vec![(0.0, 0); 60_000];
        assert_eq!(tries(&crowd), 8);
    }

    #[test]
    fn it_falls_as_fast_as_people_stop_coming() {
        let people = [[30.0; 3].as_slice(), &[0.0; 13]].concat();
        let scene = scene(vec![line(&people)], &[&[0_usize][..]; 8]);
        let counts = counts(&fewest(&scene, &Lengths::exact(), 80.0));
        assert!(counts[1] >= 5, "{counts:?}");
        // One is enough for those whose time has passed, and none where nobody is left.
        assert!(counts[4] < 2 && counts.last() == Some(&0), "{counts:?}");
    }
}
