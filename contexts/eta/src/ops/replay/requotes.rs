//! What people are told again while they wait: measured beside what they were told when they joined.
//!
//! Each time somebody leaves a line for a counter or for good, those who stand at some places of it are told anew. What
//! they are told is learned from once they are called, as the product does it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::report::Figures;
use super::{Log, Prediction, Replay};
use crate::model::{Key, REQUOTED, Wait, Wall};

/// What somebody was told who waited already, and what became of it.
#[derive(Clone, Debug)]
pub struct Requote {
    /// Its place in the log.
    ticket: usize,
    /// How many were before them.
    ahead: usize,
    at: Wall,
    places: f64,
    wait: Wait,
    /// How long it still took, in minutes; nothing for those never called.
    left: Option<f64>,
}

/// All of them, by ticket while it waits.
#[derive(Debug, Default)]
pub(super) struct Requotes {
    open: BTreeMap<usize, Vec<Requote>>,
    pub(super) done: Vec<Requote>,
}

impl Replay<'_> {
    /// Somebody left a line: those at some places of it are told anew.
    pub(super) fn tell_again(&mut self, queue: usize, at: Wall) {
        let Some(requotes) = &mut self.requotes else { return };
        let standing = self.floor.standing(queue).enumerate();
        let told: Vec<_> = standing.filter(|(ahead, _)| REQUOTED.contains(ahead)).collect();
        for (ahead, ticket) in told {
            let situation = self.floor.situation_in_line(ticket, ahead, at, &self.forecaster);
            let quote = self.forecaster.estimate(&situation);
            let requote = Requote { ticket, ahead, at, places: quote.places, wait: quote.wait, left: None };
            requotes.open.entry(ticket).or_default().push(requote);
        }
    }

    /// Somebody is called, or leaves, who was told anew.
    pub(super) fn settle_again(&mut self, ticket: usize, called: Option<Wall>) {
        let Some(requotes) = &mut self.requotes else { return };
        let queue = Key(self.log.tickets[ticket].queue as u128);
        for requote in requotes.open.remove(&ticket).unwrap_or_default() {
            let left = called.map(|called| called.minutes_since(requote.at));
            if let Some(left) = left {
                self.forecaster.learn_again(queue, &requote.wait, requote.places, left);
            }
            requotes.done.push(Requote { left, ..requote });
        }
    }
}

/// Figures of what was told again, by how many were before them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RequoteReport {
    /// Over all of them.
    pub overall: Again,
    /// By people ahead.
    pub ahead: BTreeMap<usize, Again>,
}

/// Figures of some of them; minutes. Over none of them they are no numbers, and null in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Again {
    /// How many.
    pub n: usize,
    /// Mean absolute error of the median.
    pub mae: f64,
    /// Mean of estimate − wait.
    pub bias: f64,
    /// The share that waited no longer than P90.
    pub p90_coverage: f64,
    /// The share between P5 and P95.
    pub i90_coverage: f64,
    /// Pinball loss of P90.
    pub pinball90: f64,
}

impl RequoteReport {
    /// Measures what was told again on the days that are measured, to those who were called.
    pub fn of(log: &Log, requotes: &[Requote]) -> Self {
        let from = super::measured_from(log);
        let measured = requotes.iter().filter(|one| log.tickets[one.ticket].arrival.day() >= from);
        let predictions: Vec<(usize, Prediction)> = measured
            .filter_map(|one| Some((one.ahead, Prediction::again(one.ticket, one.wait, one.left?))))
            .collect();
        let figures = |wanted: Option<usize>| {
            let of = predictions.iter().filter(|(ahead, _)| wanted.is_none_or(|wanted| wanted == *ahead));
            let figures = Figures::of(&of.map(|(_, prediction)| prediction).collect::<Vec<_>>());
            Again {
                n: figures.n,
                mae: figures.mae,
                bias: figures.bias,
                p90_coverage: figures.p90_coverage,
                i90_coverage: figures.i90_coverage,
                pinball90: figures.pinball90,
            }
        };
        let ahead = REQUOTED.iter().map(|ahead| (*ahead, figures(Some(*ahead))));
        Self { overall: figures(None), ahead: ahead.filter(|(_, of)| of.n > 0).collect() }
    }
}

impl fmt::Display for RequoteReport {
    /// A table, all of them last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<12} {:>7} {:>7} {:>7} {:>6} {:>7} {:>7}",
            "people ahead", "n", "MAE", "bias", "P90", "P5-P95", "pinball"
        )?;
        for (ahead, of) in &self.ahead {
            row(f, &ahead.to_string(), of)?;
        }
        row(f, "all", &self.overall)?;
        write!(f, "minutes; told again while they waited, each time somebody before them was called or left")
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, of: &Again) -> fmt::Result {
    if of.n == 0 {
        return writeln!(f, "{name:<12} {:>7}  nothing to measure", of.n);
    }
    writeln!(
        f,
        "{name:<12} {:>7} {:>7.3} {:>7.2} {:>6.3} {:>7.3} {:>7.3}",
        of.n, of.mae, of.bias, of.p90_coverage, of.i90_coverage, of.pinball90
    )
}
