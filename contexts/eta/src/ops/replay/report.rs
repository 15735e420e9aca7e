//! What a replay comes to.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::{Log, Prediction};

/// A mean absolute error, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Mae {
    /// The error.
    pub mae: f64,
}

/// Figures over some tickets; minutes. Over no ticket at all they are no numbers, and null in JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// How many tickets.
    pub n: usize,
    /// Mean absolute error of the median.
    pub mae: f64,
    /// Root of the mean square error.
    pub rmse: f64,
    /// Mean of estimate − wait.
    pub bias: f64,
    /// The share that waited no longer than P90.
    pub p90_coverage: f64,
    /// The share between P5 and P95.
    pub i90_coverage: f64,
    /// Mean of P95 − P5.
    pub i90_width: f64,
    /// Pinball loss of P90.
    pub pinball90: f64,
    /// The mean of the last ten waits.
    pub moving_average: Mae,
    /// People in line × mean service ÷ counters.
    pub seed_formula: Mae,
    /// The wait of the last to enter service.
    pub les: Mae,
    /// The wait of the head of the line so far.
    pub hol: Mae,
    /// What half of the estimates cost at most, in microseconds.
    pub predict_us_p50: f64,
    /// What 99 in 100 cost at most.
    pub predict_us_p99: f64,
}

/// All figures of a log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Over all tickets.
    pub overall: Figures,
    /// By queue.
    pub queues: BTreeMap<String, Figures>,
    /// Over the first twenty outcomes of each queue, measured days or not; not part of the JSON.
    #[serde(skip)]
    pub new: Figures,
}

impl Report {
    /// Measures `predictions`.
    pub fn of(log: &Log, predictions: &[Prediction]) -> Self {
        let counted = || predictions.iter().filter(|prediction| prediction.counts);
        let measured = counted().filter(|prediction| prediction.measured).collect::<Vec<_>>();
        let mut queues = BTreeMap::<&str, Vec<&Prediction>>::new();
        for prediction in &measured {
            let queue = log.tickets[prediction.ticket].queue;
            queues.entry(&log.queues[queue].name).or_default().push(prediction);
        }
        Self {
            overall: Figures::of(&measured),
            queues: queues.iter().map(|(name, of)| ((*name).to_owned(), Figures::of(of))).collect(),
            new: Figures::of(&counted().filter(|prediction| prediction.new).collect::<Vec<_>>()),
        }
    }
}

impl Figures {
    pub(super) fn of(predictions: &[&Prediction]) -> Self {
        let known = predictions.iter().filter_map(|one| Some((*one, one.waited?))).collect::<Vec<_>>();
        let mean = |of: &dyn Fn(&Prediction, f64) -> f64| {
            // Over nobody 0 / 0: no figure is better than one that looks perfect.
            known.iter().map(|(one, waited)| of(one, *waited)).sum::<f64>() / count(known.len()) + 0.0
        };
        let mae =
            |of: &dyn Fn(&Prediction) -> f64| Mae { mae: mean(&|one, waited| (of(one) - waited).abs()) };
        let share = |of: &dyn Fn(&Prediction, f64) -> bool| {
            mean(&|one, waited| if of(one, waited) { 1.0 } else { 0.0 })
        };
        let mut costs = known.iter().map(|(one, _)| one.cost).collect::<Vec<_>>();
        costs.sort_unstable();
        Self {
            n: known.len(),
            mae: mae(&|one| one.wait.p50).mae,
            rmse: mean(&|one, waited| (one.wait.p50 - waited).powi(2)).sqrt(),
            bias: mean(&|one, waited| one.wait.p50 - waited),
            p90_coverage: share(&|one, waited| waited <= one.wait.p90),
            i90_coverage: share(&|one, waited| (one.wait.p5..=one.wait.p95).contains(&waited)),
            i90_width: mean(&|one, _| one.wait.p95 - one.wait.p5),
            pinball90: mean(&|one, waited| {
                let over = waited - one.wait.p90;
                if over > 0.0 { 0.9 * over } else { -0.1 * over }
            }),
            moving_average: mae(&|one| one.baselines.moving_average),
            seed_formula: mae(&|one| one.baselines.seed_formula),
            les: mae(&|one| one.baselines.les),
            hol: mae(&|one| one.baselines.hol),
            predict_us_p50: at(&costs, 50),
            predict_us_p99: at(&costs, 99),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of tickets")]
fn count(number: usize) -> f64 {
    number as f64
}

/// A percentile of sorted costs, in microseconds.
fn at(costs: &[Duration], percent: usize) -> f64 {
    let place = (costs.len().saturating_sub(1) * percent).div_ceil(100);
    costs.get(place).map_or(f64::NAN, |cost| cost.as_secs_f64() * 1e6)
}

impl fmt::Display for Report {
    /// A table, the whole log last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<28} {:>6} {:>7} {:>7} {:>7} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>6} {:>6} {:>6}",
            "queue",
            "n",
            "MAE",
            "RMSE",
            "bias",
            "P90",
            "P5-P95",
            "width",
            "pinball",
            "average",
            "seed",
            "LES",
            "HOL",
            "/LES",
            "/seed",
            "µs p50",
            "µs p99",
        )?;
        for (name, figures) in &self.queues {
            row(f, name, figures)?;
        }
        row(f, "all", &self.overall)?;
        row(f, "all, first 20 of a queue", &self.new)?;
        if self.overall.n == 0 {
            let text = "nothing is measured: a log needs two days, and people who had to queue on the last 30 % of them";
            writeln!(f, "{text}")?;
        }
        write!(f, "minutes; tickets that had to queue on the last 30 % of days")
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, of: &Figures) -> fmt::Result {
    if of.n == 0 {
        return writeln!(f, "{name:<28} {:>6}  nothing to measure", of.n);
    }
    // A share of no error is no number, and 0 would look perfect.
    let ratio = |other: Mae| {
        if other.mae > 0.0 { format!("{:.3}", of.mae / other.mae) } else { "–".to_owned() }
    };
    let name = name.chars().take(28).collect::<String>();
    writeln!(
        f,
        "{name:<28} {:>6} {:>7.3} {:>7.2} {:>7.2} {:>5.3} {:>7.3} {:>7.2} {:>7.3} {:>7.2} {:>7.2} {:>7.2} {:>7.2} {:>6} {:>6} {:>6.1} {:>6.1}",
        of.n,
        of.mae,
        of.rmse,
        of.bias,
        of.p90_coverage,
        of.i90_coverage,
        of.i90_width,
        of.pinball90,
        of.moving_average.mae,
        of.seed_formula.mae,
        of.les.mae,
        of.hol.mae,
        ratio(of.les),
        ratio(of.seed_formula),
        of.predict_us_p50,
        of.predict_us_p99,
    )
}
