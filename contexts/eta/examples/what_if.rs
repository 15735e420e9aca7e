//! What a thousand runs of a branch's day cost: six counters, four lines, ten hours.

use std::time::Instant;

use usher_eta::model::{Lengths, SLOT, Scene, SimCounter, SimLine};

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn main() {
    let line = |minutes: f64, per_slot: f64| SimLine {
        minutes,
        target: Some(15.0),
        waiting: Vec::new(),
        arrivals: vec![per_slot; 20],
        gone: 0.05,
        head_start: 10.0,
        privileged: 0.1,
    };
    let counter =
        || SimCounter { lines: (0..4).map(|line| (line, None)).collect(), open: vec![true; 20], busy: 0.0 };
    let scene = Scene {
        first: SLOT,
        slots: 20,
        lines: vec![line(4.0, 12.0), line(5.0, 9.0), line(6.0, 7.0), line(12.0, 2.0)],
        counters: (0..6).map(|_| counter()).collect(),
        pace: 1.0,
    };
    let lengths = Lengths::usual();
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begun = Instant::now();
        let outcome = scene.simulate(&lengths, 1000, scene.slots);
        best = best.min(begun.elapsed().as_secs_f64() * 1000.0);
        assert!(outcome.called > 100_000, "{}", outcome.called);
    }
    println!("1000 runs of a day with 6 counters: {best:.0} ms");
}
