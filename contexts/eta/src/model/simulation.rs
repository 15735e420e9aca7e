//! The rest of a day, simulated: what would happen with other counters, arrivals or rules.
//!
//! Not what estimates are made from (a simulated line is not the best predictor of one wait), but the way to
//! compare two plans for the same day. Arrivals are Poisson by half-hour, services have a length of their own each, and
//! counters call as the line does: the first of their lines with somebody in it, or the longest weighted wait. Chance is
//! the same for every plan, so that two plans differ by what they are and not by luck.

use std::collections::VecDeque;

use super::draws::{Chance, Lengths};
use super::outcome::{Outcome, Waits};

/// Minutes of a slot.
pub const SLOT: f64 = 30.0;
/// Nobody is told apart behind so many.
const MOST_WAITING: usize = 20_000;

/// One line of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct SimLine {
    /// The mean service, in minutes.
    pub minutes: f64,
    /// Within how many minutes people shall be called.
    pub target: Option<f64>,
    /// For how long those in line have waited, the next one first, and whether they have a head start.
    pub waiting: Vec<(f64, bool)>,
    /// How many come in each slot.
    pub arrivals: Vec<f64>,
    /// The share of people who are not there when they are called.
    pub gone: f64,
    /// By how many minutes those with a head start are treated as having come earlier.
    pub head_start: f64,
    /// What share has one.
    pub privileged: f64,
}

/// One counter of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct SimCounter {
    /// The lines that it serves, in order, with their weights where it has weights.
    pub lines: Vec<(usize, Option<f64>)>,
    /// Whether it is open in each slot.
    pub open: Vec<bool>,
    /// How long its present service will still take, in minutes.
    pub busy: f64,
}

/// A site and its plan for the rest of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Minutes until the first slot ends.
    pub first: f64,
    /// How many slots there are, the first one included.
    pub slots: usize,
    /// Its lines.
    pub lines: Vec<SimLine>,
    /// Its counters.
    pub counters: Vec<SimCounter>,
    /// Counters serve faster (below 1) or slower.
    pub pace: f64,
}

/// Somebody in a line: when they entered it (before 0 where they wait already), and whether they have a head start.
type Person = f64;

/// One run in progress.
struct Run<'s> {
    scene: &'s Scene,
    lengths: &'s Lengths,
    chance: Chance,
    now: f64,
    slot: usize,
    ordinary: Vec<VecDeque<Person>>,
    privileged: Vec<VecDeque<Person>>,
    /// When the next person comes to each line.
    next: Vec<f64>,
    /// When each counter is free; infinity while it is idle.
    free: Vec<f64>,
    idle: Vec<bool>,
}

impl Scene {
    /// Runs the day so often, up to the end of the slot before `until`.
    pub fn simulate(&self, lengths: &Lengths, runs: u32, until: usize) -> Outcome {
        let slots = self.slots.min(until);
        let mut outcome = Outcome {
            runs,
            lines: vec![Waits::default(); self.lines.len()],
            promises: vec![vec![(0, 0); slots]; self.lines.len()],
            lengths: vec![Vec::new(); slots],
            ..Outcome::default()
        };
        for number in 0..runs {
            Run::begin(self, lengths, number).go(slots, &mut outcome);
        }
        outcome
    }

    /// Minutes from now to the end of a slot.
    fn end_of(&self, slot: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "slots of a day")]
        let after = slot as f64 * SLOT;
        self.first + after
    }

    /// The slot of a moment; people who are there already came before the first.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "slots of a day")]
    fn slot_of(&self, at: f64) -> usize {
        if at < self.first { 0 } else { ((at - self.first) / SLOT) as usize + 1 }
    }
}

impl<'s> Run<'s> {
    fn begin(scene: &'s Scene, lengths: &'s Lengths, number: u32) -> Self {
        let mut ordinary = Vec::with_capacity(scene.lines.len());
        let mut privileged = Vec::with_capacity(scene.lines.len());
        for line in &scene.lines {
            let of = |wanted: bool| line.waiting.iter().filter(move |(_, head)| *head == wanted);
            ordinary.push(of(false).map(|(waited, _)| -waited).collect());
            privileged.push(of(true).map(|(waited, _)| -waited).collect());
        }
        let busy = |counter: &SimCounter| if counter.busy > 0.0 { counter.busy } else { f64::INFINITY };
        let mut run = Self {
            scene,
            lengths,
            chance: Chance::new(number),
            now: 0.0,
            slot: 0,
            ordinary,
            privileged,
            next: vec![f64::INFINITY; scene.lines.len()],
            free: scene.counters.iter().map(busy).collect(),
            idle: scene.counters.iter().map(|counter| counter.busy <= 0.0).collect(),
        };
        run.begin_slot();
        run
    }

    /// Other rates and other counters hold from here on. Arrivals have no memory, so the next is drawn anew.
    fn begin_slot(&mut self) {
        let length = if self.slot == 0 { self.scene.first } else { SLOT };
        for (line, next) in self.next.iter_mut().enumerate() {
            let known = &self.scene.lines[line].arrivals;
            let people = known.get(self.slot).copied().unwrap_or(0.0);
            *next = if people > 0.0 {
                self.now + self.chance.exponential() * length / people
            } else {
                f64::INFINITY
            };
        }
    }

    fn go(&mut self, slots: usize, outcome: &mut Outcome) {
        self.seat_all(outcome);
        while self.slot < slots {
            let end = self.scene.end_of(self.slot);
            let (line, arrival) = least(&self.next);
            let (counter, free) = least(&self.free);
            if arrival < free && arrival < end {
                self.now = arrival;
                self.arrive(line, outcome);
            } else if free < end {
                self.now = free;
                (self.free[counter], self.idle[counter]) = (f64::INFINITY, true);
                self.seat(counter, outcome);
            } else {
                self.now = end;
                let waiting = self.ordinary.iter().chain(&self.privileged).map(VecDeque::len).sum::<usize>();
                outcome.lengths[self.slot].push(u16::try_from(waiting).unwrap_or(u16::MAX));
                self.slot += 1;
                self.begin_slot();
                self.seat_all(outcome);
            }
        }
        self.finish(outcome);
    }

    fn arrive(&mut self, line: usize, outcome: &mut Outcome) {
        let known = &self.scene.lines[line];
        let length = if self.slot == 0 { self.scene.first } else { SLOT };
        let people = known.arrivals.get(self.slot).copied().unwrap_or(0.0);
        self.next[line] = self.now + self.chance.exponential() * length / people;
        outcome.came += 1;
        let privileged = known.privileged > 0.0 && self.chance.even() < known.privileged;
        let crowd = if privileged { &mut self.privileged[line] } else { &mut self.ordinary[line] };
        if crowd.len() < MOST_WAITING {
            crowd.push_back(self.now);
        }
        let serves = |counter: &usize| {
            self.idle[*counter]
                && self.is_open(*counter)
                && self.scene.counters[*counter].lines.iter().any(|(served, _)| *served == line)
        };
        if let Some(counter) = (0..self.idle.len()).find(serves) {
            self.seat(counter, outcome);
        }
    }

    fn is_open(&self, counter: usize) -> bool {
        self.scene.counters[counter].open.get(self.slot).copied().unwrap_or(false)
    }

    fn seat_all(&mut self, outcome: &mut Outcome) {
        (0..self.idle.len()).for_each(|counter| self.seat(counter, outcome));
    }

    /// A counter that is idle and open calls the next one.
    fn seat(&mut self, counter: usize, outcome: &mut Outcome) {
        if !self.idle[counter] || !self.is_open(counter) {
            return;
        }
        while let Some((line, privileged)) = self.pick(counter) {
            let crowd = if privileged { &mut self.privileged[line] } else { &mut self.ordinary[line] };
            let Some(entered) = crowd.pop_front() else { return };
            let known = &self.scene.lines[line];
            if known.gone > 0.0 && self.chance.even() < known.gone {
                continue;
            }
            self.call(line, entered, outcome);
            let minutes = known.minutes * self.scene.pace * self.lengths.draw(&mut self.chance);
            (self.free[counter], self.idle[counter]) = (self.now + minutes, false);
            return;
        }
    }

    fn call(&self, line: usize, entered: f64, outcome: &mut Outcome) {
        let (wait, target) = (self.now - entered, self.scene.lines[line].target);
        outcome.called += 1;
        outcome.lines[line].add(wait, target);
        if let Some(target) = target {
            self.promise(line, entered, wait <= target, outcome);
        }
    }

    fn promise(&self, line: usize, entered: f64, met: bool, outcome: &mut Outcome) {
        if let Some((count, kept)) = outcome.promises[line].get_mut(self.scene.slot_of(entered)) {
            (*count, *kept) = (*count + 1, *kept + u64::from(met));
        }
    }

    /// Which line a counter calls from, and whether one with a head start.
    fn pick(&self, counter: usize) -> Option<(usize, bool)> {
        let mut best: Option<(f64, usize, bool)> = None;
        for (line, weight) in &self.scene.counters[counter].lines {
            let ordinary = self.ordinary[*line].front();
            let head = self.scene.lines[*line].head_start;
            let privileged = self.privileged[*line].front();
            let first = match (ordinary, privileged) {
                (None, None) => continue,
                (Some(entered), None) => (*entered, false),
                (None, Some(entered)) => (*entered, true),
                (Some(one), Some(other)) if other - head < *one => (*other, true),
                (Some(one), Some(_)) => (*one, false),
            };
            let Some(weight) = weight else { return Some((*line, first.1)) };
            let waited = (self.now - first.0) * weight;
            if best.is_none_or(|(most, ..)| waited > most) {
                best = Some((waited, *line, first.1));
            }
        }
        best.map(|(_, line, privileged)| (line, privileged))
    }

    /// Those who are still in line at the end and have waited longer than they should: whether of the day or of the
    /// part of it that is looked at, nobody calls them in time any more.
    fn finish(&self, outcome: &mut Outcome) {
        for (line, known) in self.scene.lines.iter().enumerate() {
            let Some(target) = known.target else { continue };
            for entered in self.ordinary[line].iter().chain(&self.privileged[line]) {
                if self.now - entered > target {
                    self.promise(line, *entered, false, outcome);
                    outcome.lines[line].add(self.now - entered, Some(target));
                }
            }
        }
    }
}

/// The least of some values and where it stands.
fn least(values: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (at, value) in values.iter().enumerate() {
        if *value < best.1 {
            best = (at, *value);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter() -> SimCounter {
        SimCounter { lines: vec![(0, None)], open: vec![true; 400], busy: 0.0 }
    }

    fn line(minutes: f64, per_slot: f64) -> SimLine {
        SimLine {
            minutes,
            target: Some(10.0),
            waiting: Vec::new(),
            arrivals: vec![per_slot; 400],
            gone: 0.0,
            head_start: 0.0,
            privileged: 0.0,
        }
    }

    fn scene(lines: Vec<SimLine>, counters: usize) -> Scene {
        Scene { first: SLOT, slots: 400, lines, counters: vec![counter(); counters], pace: 1.0 }
    }

    /// The mean wait of M/M/c, in minutes: Erlang's C over c·μ − λ (Erlang 1917; Gross et al., "Fundamentals of
    /// Queueing Theory", 2.3).
    fn erlang(per_minute: f64, minutes: f64, counters: u32) -> f64 {
        let load = per_minute * minutes;
        let (mut term, mut sum) = (1.0, 1.0);
        for n in 1..counters {
            term *= load / f64::from(n);
            sum += term;
        }
        let c = f64::from(counters);
        let last = term * load / c * c / (c - load);
        last / (sum + last) / (c / minutes - per_minute)
    }

    #[test]
    fn whom_nobody_has_called_in_time_counts_before_the_day_is_over() {
        // Thirty people in half an hour for one counter that takes ten minutes for each: the last ones' turn does not
        // come within the five half-hours that are looked at.
        let scene = scene(vec![line(10.0, 30.0)], 1);
        let outcome = scene.simulate(&Lengths::exponential(), 50, 5);
        assert!(outcome.promise(3).is_some_and(|percent| percent < 1.0), "{:?}", outcome.promise(3));
    }

    #[test]
    fn a_memoryless_line_waits_as_erlang_says() {
        // Four minutes each, counters busy 60, 80 and 90 % of the time.
        for (counters, per_slot) in [(2, 9.0), (3, 18.0), (5, 33.75)] {
            let scene = scene(vec![line(4.0, per_slot)], usize::try_from(counters).unwrap());
            let lengths = Lengths::exponential();
            // Each run of 200 hours is a sample of its own: their spread says how far off the mean may be.
            let means: Vec<f64> = (0..60)
                .map(|number| {
                    let mut outcome = Outcome {
                        lines: vec![Waits::default()],
                        promises: vec![vec![(0, 0); 400]],
                        lengths: vec![Vec::new(); 400],
                        ..Outcome::default()
                    };
                    Run::begin(&scene, &lengths, number).go(400, &mut outcome);
                    outcome.lines[0].mean().unwrap()
                })
                .collect();
            let runs = 60.0;
            let mean = means.iter().sum::<f64>() / runs;
            let variance = means.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (runs - 1.0);
            let error = (variance / runs).sqrt();
            let expected = erlang(per_slot / 30.0, 4.0, counters);
            assert!(
                (mean - expected).abs() < 3.0 * error,
                "{counters} counters: {mean} ± {error}, {expected}"
            );
            assert!(error < 0.05 * expected, "the runs say something: {error} of {expected}");
        }
    }

    #[test]
    fn nobody_comes_and_those_in_line_are_called_in_order() {
        let mut one = line(5.0, 0.0);
        one.waiting = vec![(8.0, false), (3.0, false)];
        let mut scene = scene(vec![one], 1);
        scene.slots = 4;
        scene.counters[0].busy = 2.0;
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        // Two more minutes for the first, seven for the second.
        assert_eq!((outcome.called, outcome.came), (2, 0));
        assert_eq!(outcome.lines[0].mean(), Some(10.0));
        assert_eq!(outcome.lines[0].met_percent(), Some(100.0));
        assert_eq!(outcome.promise(0), Some(100.0));
    }

    #[test]
    fn who_has_a_head_start_comes_first_and_closed_counters_call_nobody() {
        let mut one = line(5.0, 0.0);
        one.waiting = vec![(8.0, false), (3.0, true)];
        one.head_start = 10.0;
        let mut scene = scene(vec![one], 2);
        scene.slots = 4;
        scene.counters[1].open = vec![false; 4];
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        // The second at once, after three minutes; the first five minutes later, after thirteen.
        assert_eq!(outcome.lines[0].mean(), Some(8.0));
        assert_eq!(outcome.lines[0].met_percent(), Some(50.0));
    }

    #[test]
    fn whoever_is_left_at_the_end_counts_as_late() {
        let mut one = line(5.0, 0.0);
        one.waiting = vec![(0.0, false)];
        let mut scene = scene(vec![one], 1);
        (scene.slots, scene.counters[0].open) = (2, vec![false, false]);
        let outcome = scene.simulate(&Lengths::exact(), 1, 2);
        assert_eq!((outcome.called, outcome.lines[0].met_percent()), (0, Some(0.0)));
        assert_eq!(outcome.lengths, [[1], [1]]);
    }

    #[test]
    fn the_same_day_is_the_same_every_time() {
        let scene = scene(vec![line(4.0, 18.0)], 3);
        let run = || scene.simulate(&Lengths::usual(), 3, 20).all().mean();
        assert_eq!(run(), run());
    }
}
