//! The rest of a day, simulated: what would happen with other counters, arrivals or rules.
//!
//! Not what estimates are made from (a simulated line is not the best predictor of one wait), but the way to
//! compare two plans for the same day. Arrivals are Poisson by half-hour, services have a length of their own each, and
//! counters call as the line does: the first of their lines with somebody in it, or the longest weighted wait. Chance is
//! the same for every plan, so that two plans differ by what they are and not by luck.

use std::collections::VecDeque;

use super::draws::{Chance, Lengths};
use super::outcome::{Outcome, Waits};
use super::scene::{SLOT, Scene, Seat, SimCounter};

/// Nobody is told apart behind so many.
const MOST_WAITING: usize = 20_000;

/// When somebody entered a line; before 0 where they wait already.
type Person = f64;

/// One run in progress.
struct Run<'s> {
    scene: &'s Scene,
    lengths: &'s Lengths,
    chance: Chance,
    now: f64,
    slot: usize,
    /// Who waits, by line and kind.
    crowds: Vec<Vec<VecDeque<Person>>>,
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
}

impl<'s> Run<'s> {
    fn begin(scene: &'s Scene, lengths: &'s Lengths, number: u32) -> Self {
        let mut crowds = Vec::with_capacity(scene.lines.len());
        for line in &scene.lines {
            let mut crowd = vec![VecDeque::new(); line.kinds.len()];
            for (waited, kind) in &line.waiting {
                if let Some(of_kind) = crowd.get_mut(*kind) {
                    of_kind.push_back(-waited);
                }
            }
            crowds.push(crowd);
        }
        let busy = |counter: &SimCounter| if counter.busy > 0.0 { counter.busy } else { f64::INFINITY };
        let mut run = Self {
            scene,
            lengths,
            chance: Chance::new(number),
            now: 0.0,
            slot: 0,
            crowds,
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
                let waiting = self.crowds.iter().flatten().map(VecDeque::len).sum::<usize>();
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
        let kind = self.kind_of(line);
        if let Some(crowd) = self.crowds[line].get_mut(kind).filter(|crowd| crowd.len() < MOST_WAITING) {
            crowd.push_back(self.now);
        }
        let serves = |counter: &usize| {
            self.idle[*counter]
                && self.scene.can(self.seated(*counter), line, kind)
                && self.scene.counters[*counter].lines.iter().any(|(served, _)| *served == line)
        };
        if let Some(counter) = (0..self.idle.len()).find(serves) {
            self.seat(counter, outcome);
        }
    }

    /// Of which kind the next one of a line is.
    fn kind_of(&mut self, line: usize) -> usize {
        let kinds = &self.scene.lines[line].kinds;
        if kinds.len() < 2 {
            return 0;
        }
        let mut left = self.chance.even() * kinds.iter().map(|kind| kind.share).sum::<f64>();
        let found = kinds.iter().position(|kind| {
            left -= kind.share;
            left < 0.0
        });
        found.unwrap_or(0)
    }

    fn seated(&self, counter: usize) -> Seat {
        self.scene.counters[counter].seat(self.slot)
    }

    fn seat_all(&mut self, outcome: &mut Outcome) {
        (0..self.idle.len()).for_each(|counter| self.seat(counter, outcome));
    }

    /// A counter that is idle and open calls the next one.
    fn seat(&mut self, counter: usize, outcome: &mut Outcome) {
        if !self.idle[counter] || self.seated(counter) == Seat::Closed {
            return;
        }
        while let Some((line, kind)) = self.pick(counter) {
            let Some(entered) = self.crowds[line][kind].pop_front() else { return };
            let known = &self.scene.lines[line];
            if known.gone > 0.0 && self.chance.even() < known.gone {
                continue;
            }
            self.call(line, kind, entered, outcome);
            let minutes = known.kinds[kind].minutes * self.scene.pace * self.lengths.draw(&mut self.chance);
            (self.free[counter], self.idle[counter]) = (self.now + minutes, false);
            return;
        }
    }

    fn call(&self, line: usize, kind: usize, entered: f64, outcome: &mut Outcome) {
        let (wait, target) = (self.now - entered, self.scene.lines[line].kinds[kind].target);
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

    /// Which line a counter calls from, and whom: of each kind the first one is next, and of the kinds whoever stands
    /// as if they had come first; whom nobody there can serve is left for another counter.
    fn pick(&self, counter: usize) -> Option<(usize, usize)> {
        let seat = self.seated(counter);
        let mut best: Option<(f64, usize, usize)> = None;
        for (line, weight) in &self.scene.counters[counter].lines {
            let Some((entered, kind)) = self.next_of(*line, seat) else { continue };
            let Some(weight) = weight else { return Some((*line, kind)) };
            let waited = (self.now - entered) * weight;
            if best.is_none_or(|(most, ..)| waited > most) {
                best = Some((waited, *line, kind));
            }
        }
        best.map(|(_, line, kind)| (line, kind))
    }

    /// Who is next in a line for whoever sits at a counter: when they entered it, and their kind.
    fn next_of(&self, line: usize, seat: Seat) -> Option<(f64, usize)> {
        let kinds = &self.scene.lines[line].kinds;
        let mut first: Option<(f64, f64, usize)> = None;
        for (kind, crowd) in self.crowds[line].iter().enumerate() {
            let Some(entered) = crowd.front().filter(|_| self.scene.can(seat, line, kind)) else { continue };
            let rank = entered - kinds[kind].lead;
            if first.is_none_or(|(least, ..)| rank < least) {
                first = Some((rank, *entered, kind));
            }
        }
        first.map(|(_, entered, kind)| (entered, kind))
    }

    /// Those who are still in line at the end: they have waited at least so long. Who has waited longer than they should,
    /// whether of the day or of the part of it that is looked at, is called in time by nobody any more.
    fn finish(&self, outcome: &mut Outcome) {
        for (line, known) in self.scene.lines.iter().enumerate() {
            for (kind, crowd) in known.kinds.iter().zip(&self.crowds[line]) {
                for entered in crowd {
                    let waited = self.now - *entered;
                    outcome.lines[line].leave(waited, kind.target);
                    if kind.target.is_some_and(|target| waited > target) {
                        self.promise(line, *entered, false, outcome);
                    }
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
    use crate::{SimAgent, SimKind, SimLine};

    fn counter() -> SimCounter {
        SimCounter { lines: vec![(0, None)], seats: vec![Seat::Anybody; 400], busy: 0.0 }
    }

    fn kind(minutes: f64, target: f64, lead: f64) -> SimKind {
        SimKind { share: 1.0, minutes, target: Some(target), lead }
    }

    fn line(minutes: f64, per_slot: f64) -> SimLine {
        SimLine {
            kinds: vec![kind(minutes, 10.0, 0.0)],
            waiting: Vec::new(),
            arrivals: vec![per_slot; 400],
            gone: 0.0,
        }
    }

    fn scene(lines: Vec<SimLine>, counters: usize) -> Scene {
        Scene {
            first: SLOT,
            slots: 400,
            lines,
            counters: vec![counter(); counters],
            agents: Vec::new(),
            pace: 1.0,
        }
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
        one.waiting = vec![(8.0, 0), (3.0, 0)];
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
        one.kinds.push(kind(5.0, 10.0, 10.0));
        one.waiting = vec![(8.0, 0), (3.0, 1)];
        let mut scene = scene(vec![one], 2);
        scene.slots = 4;
        scene.counters[1].seats = vec![Seat::Closed; 4];
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        // The second at once, after three minutes; the first five minutes later, after thirteen.
        assert_eq!(outcome.lines[0].mean(), Some(8.0));
        assert_eq!(outcome.lines[0].met_percent(), Some(50.0));
    }

    #[test]
    fn whom_an_agent_cannot_serve_waits_for_another_and_holds_nobody_up() {
        let mut one = line(5.0, 0.0);
        one.kinds.push(kind(5.0, 10.0, 0.0));
        one.waiting = vec![(8.0, 0), (3.0, 1)];
        let mut scene = scene(vec![one], 1);
        scene.slots = 4;
        scene.agents = vec![SimAgent { unable: vec![(0, 0)] }, SimAgent::default()];
        // The second of the line is called at once; the first when somebody else comes after half an hour.
        scene.counters[0].seats = vec![Seat::Somebody(0), Seat::Somebody(1), Seat::Closed, Seat::Closed];
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        assert_eq!((outcome.called, outcome.lines[0].mean()), (2, Some((3.0 + 38.0) / 2.0)));
        // A counter that is idle and cannot serve who comes leaves them to the one beside it.
        let mut two = scene.clone();
        (two.lines[0].waiting, two.lines[0].arrivals) = (Vec::new(), vec![1.0, 0.0, 0.0, 0.0]);
        two.lines[0].kinds.truncate(1);
        two.counters = vec![two.counters[0].clone(); 2];
        two.counters[0].seats = vec![Seat::Somebody(0); 4];
        two.counters[1].seats = vec![Seat::Somebody(1); 4];
        let outcome = two.simulate(&Lengths::exact(), 20, 4);
        assert_eq!((outcome.called, outcome.came > 5), (outcome.came, true));
        assert!(outcome.lines[0].mean().is_some_and(|wait| wait < 1.0), "{:?}", outcome.lines[0].mean());
    }

    #[test]
    fn each_service_of_a_line_is_judged_by_its_own_target() {
        let mut one = line(5.0, 0.0);
        one.kinds = vec![kind(5.0, 10.0, 0.0), kind(5.0, 30.0, 0.0)];
        one.waiting = vec![(0.0, 0), (0.0, 1), (0.0, 0), (0.0, 1)];
        let mut scene = scene(vec![one], 1);
        scene.slots = 4;
        // Called after 0, 5, 10 and 15 minutes: all in time by their own targets.
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        assert_eq!(outcome.lines[0].met_percent(), Some(100.0));
        scene.lines[0].kinds[1].target = Some(4.0);
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        assert_eq!(outcome.lines[0].met_percent(), Some(50.0));
        scene.lines[0].kinds[1].target = None;
        let outcome = scene.simulate(&Lengths::exact(), 1, 4);
        assert_eq!((outcome.lines[0].called(), outcome.lines[0].met_percent()), (4, Some(100.0)));
    }

    #[test]
    fn who_is_due_first_comes_first_where_kinds_are_led_by_their_targets() {
        let mut one = line(5.0, 0.0);
        // As `sla` does it: a target is a time by which somebody stands farther back.
        one.kinds = vec![kind(5.0, 30.0, -30.0), kind(5.0, 10.0, -10.0)];
        one.waiting = vec![(6.0, 0), (6.0, 0), (0.0, 1), (0.0, 1)];
        let mut scene = scene(vec![one], 1);
        scene.slots = 4;
        let wait = |scene: &Scene| {
            let outcome = scene.simulate(&Lengths::exact(), 1, 4);
            (outcome.lines[0].quantile(1.0).unwrap(), outcome.lines[0].met_percent().unwrap())
        };
        // The second kind is called after 0 and 5 minutes, the first after 16 and 21.
        assert_eq!(wait(&scene), (21.25, 100.0));
        scene.lines[0].kinds.iter_mut().for_each(|kind| kind.lead = 0.0);
        // By arrival the second kind is called after 10 and 15 minutes, and the last one too late.
        assert_eq!(wait(&scene), (15.25, 75.0));
    }

    #[test]
    fn kinds_come_by_their_shares() {
        let mut one = line(1.0, 60.0);
        one.kinds = vec![kind(1.0, 1e9, 0.0), kind(1.0, -1.0, 0.0)];
        (one.kinds[0].share, one.kinds[1].share) = (6.0, 2.0);
        // A target that nobody can keep tells the second kind apart.
        let outcome = scene(vec![one], 4).simulate(&Lengths::exact(), 10, 400);
        let met = outcome.lines[0].met_percent().unwrap();
        assert!((met - 75.0).abs() < 1.0, "{met}");
    }

    #[test]
    fn whoever_is_left_at_the_end_counts_as_late() {
        let mut one = line(5.0, 0.0);
        one.waiting = vec![(0.0, 0)];
        let mut scene = scene(vec![one], 1);
        (scene.slots, scene.counters[0].seats) = (2, vec![Seat::Closed; 2]);
        let outcome = scene.simulate(&Lengths::exact(), 1, 2);
        assert_eq!((outcome.called, outcome.lines[0].met_percent()), (0, Some(0.0)));
        assert_eq!(outcome.lengths, [[1], [1]]);
        // Called by nobody, also in figures of the line; an hour they have waited at least, with a target or without.
        assert_eq!((outcome.lines[0].called(), outcome.lines[0].quantile(1.0)), (0, Some(60.25)));
        scene.lines[0].kinds[0].target = None;
        let outcome = scene.simulate(&Lengths::exact(), 1, 2);
        assert_eq!((outcome.lines[0].called(), outcome.lines[0].quantile(1.0)), (0, Some(60.25)));
    }

    #[test]
    fn a_line_without_a_target_is_never_faster_with_fewer_counters() {
        let mut busy = line(6.0, 20.0);
        busy.kinds[0].target = None;
        let scene = scene(vec![busy], 6);
        let mut last = 0.0;
        for open in (0..=6).rev() {
            let mut plan = scene.clone();
            plan.slots = 12;
            plan.counters.iter_mut().skip(open).for_each(|counter| counter.seats.fill(Seat::Closed));
            let outcome = plan.simulate(&Lengths::usual(), 200, 12);
            let wait = outcome.lines[0].quantile(0.9).unwrap();
            assert!(wait >= last - 0.5, "{open} counters: {wait} after {last}");
            assert_eq!(outcome.called, outcome.lines[0].called());
            last = wait;
        }
        assert!(last > 300.0, "nobody is called in six hours: {last}");
    }

    #[test]
    fn the_same_day_is_the_same_every_time() {
        let scene = scene(vec![line(4.0, 18.0)], 3);
        let run = || scene.simulate(&Lengths::usual(), 3, 20).all().mean();
        assert_eq!(run(), run());
    }
}
