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
    /// In percent, what comes of that for the line that keeps its promise least; none where nobody joins.
    pub least: Option<f64>,
}

/// Slot by slot the fewest counters with which, in each line, at least `goal` percent of those who join in it, and in
/// the slot before, are called within the target of their line; all counters where they are not enough. What the scene
/// says of who is open only decides between counters that serve equally well. A line that no counter serves is left
/// out of it.
///
/// Which counters come first is decided by what they serve: lines that nobody serves yet before others, then most work
/// for each. With one counter fewer, the last one in this order, some line does not keep its promise.
pub fn fewest(scene: &Scene, lengths: &Lengths, goal: f64) -> Vec<Needed> {
    let mut plan = scene.clone();
    plan.counters.iter_mut().for_each(|counter| counter.seats.fill(Seat::Closed));
    let served: Vec<usize> = (0..plan.lines.len()).filter(|line| is_served(&plan, *line)).collect();
    let (all, tries) = (plan.counters.len(), tries(scene));
    let mut count = all.min(1);
    let mut needed = Vec::with_capacity(plan.slots);
    for slot in 0..plan.slots {
        let order = order(scene, slot);
        let mut run = |count: usize| {
            open(&mut plan, scene, &order[..count], slot);
            plan.simulate(lengths, tries, slot + BEYOND)
        };
        let keeps = |outcome: &Outcome| {
            let kept = |line, slot| outcome.promise_of(line, slot).is_none_or(|percent| percent >= goal);
            served.iter().all(|line| kept(*line, slot) && (slot == 0 || kept(*line, slot - 1)))
        };
        let mut best = run(count);
        if keeps(&best) {
            // Most often it is as many as before, or one fewer.
            while count > 1 {
                let fewer = run(count - 1);
                if !keeps(&fewer) {
                    break;
                }
                (count, best) = (count - 1, fewer);
            }
        } else {
            while count < all && !keeps(&best) {
                count += 1;
                best = run(count);
            }
        }
        open(&mut plan, scene, &order[..count], slot);
        let least = served.iter().filter_map(|line| best.promise_of(*line, slot)).reduce(f64::min);
        needed.push(Needed { counters: order[..count].to_vec(), least });
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
    use crate::model::{SLOT, SimCounter, SimKind, SimLine};

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
        let scene = scene(vec![line(&[16.0; 6])], &[&[0], &[0], &[0], &[0], &[0], &[0]]);
        let lengths = Lengths::exponential();
        let needed = fewest(&scene, &lengths, 80.0);
        let count = needed[3].counters.len();
        assert!((3..6).contains(&count), "{needed:?}");
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
    fn a_crowd_is_tried_less_often() {
        let mut crowd = scene(vec![line(&[9.0; 20])], &[&[0]]);
        assert_eq!(tries(&crowd), 60);
        crowd.lines[0].waiting = vec![(0.0, 0); 60_000];
        assert_eq!(tries(&crowd), 8);
    }

    #[test]
    fn it_falls_as_fast_as_people_stop_coming() {
        let scene = scene(vec![line(&[30.0, 30.0, 30.0, 0.0, 0.0, 0.0, 0.0])], &[&[0_usize][..]; 8]);
        let counts = counts(&fewest(&scene, &Lengths::exact(), 80.0));
        assert!(counts[1] >= 5, "{counts:?}");
        assert_eq!(counts[5], 1, "{counts:?}");
    }
}
