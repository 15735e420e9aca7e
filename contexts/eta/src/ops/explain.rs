//! What an estimate rests on.

use schemars::JsonSchema;
use serde::Serialize;
use usher_queueing::model::{Estimate, EstimateBasis, LineView};

use crate::Eta;

/// What an estimate rests on, part by part.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct EstimateReasons {
    /// The estimate.
    estimate: Estimate,
    /// How many are expected to be called before: of those in line, whom a counter could call that could call them, too.
    people_ahead: i64,
    /// How many people of other lines its counters take before, by their order or their weights, as far as that keeps
    /// them waiting.
    others_first: f64,
    /// Counters that are open for this line, those on a break left out.
    counters_open: i64,
    /// Whether a counter is free and nobody is before them: then only the moment until somebody calls is estimated.
    at_once: bool,
    /// Minutes of waiting per person, as this line has taught them for this half-hour and as many counters.
    pace_minutes: f64,
    /// (people ahead, those of other lines too, + 1) × pace: what everything else corrects.
    prior_minutes: f64,
    /// By how much the median differs from that, once all that is known of the line is looked at; 1 leaves it.
    correction: f64,
    /// What one service takes here, in minutes.
    service_minutes: f64,
    /// What people × service ÷ counters would say, in minutes.
    formula_minutes: f64,
    /// How many finished waits this line has taught.
    samples: i64,
    /// After how many known waits of the tenant the correction was trained; null where none is in use.
    correction_version: Option<i64>,
    /// In words, a sentence each.
    text: Vec<String>,
}

/// What the estimate for somebody who stands where `view` says rests on.
pub(crate) fn explain(eta: &Eta, view: &LineView, estimate: Estimate) -> EstimateReasons {
    let asked = eta.asked(view);
    let shared = eta.book(view.tenant_id);
    let book = shared.read();
    let told = book.tell(&asked);
    let quote = &told.quote;
    let service = book.service_minutes(asked.queue, asked.service, asked.declared);
    let tenth = |minutes: f64| (minutes * 10.0).round() / 10.0;
    let fine = |number: f64| (number * 100.0).round() / 100.0;
    let version = book.forest(asked.now).map(|forest| i64::try_from(forest.version).unwrap_or(i64::MAX));
    let mut reasons = EstimateReasons {
        people_ahead: view.people_ahead,
        others_first: tenth(view.others_first),
        counters_open: view.open_counters,
        at_once: told.at_once.is_some(),
        pace_minutes: fine(quote.prior / quote.places),
        prior_minutes: tenth(quote.prior),
        correction: fine(quote.median() / quote.prior),
        service_minutes: tenth(service),
        formula_minutes: tenth(asked.ahead * service / asked.counters.max(1.0)),
        samples: i64::from(book.outcomes(asked.queue)),
        correction_version: version,
        text: Vec::new(),
        estimate,
    };
    reasons.text = words(&reasons);
    reasons
}

fn words(reasons: &EstimateReasons) -> Vec<String> {
    if !reasons.estimate.serving {
        return vec![
            "No counter is open for this line, or all that are have a break, so nobody can say how long it will take."
                .to_owned(),
        ];
    }
    let mut text = served(reasons);
    if reasons.estimate.after_closing {
        text.push(
            "The site closes for the day before half of such waits are over, or has closed for it."
                .to_owned(),
        );
    }
    text
}

/// Why a line that is served is told so long.
fn served(reasons: &EstimateReasons) -> Vec<String> {
    let people = match reasons.people_ahead {
        0 => "Nobody is expected before them".to_owned(),
        1 => "1 person is expected before them".to_owned(),
        n => format!("{n} people are expected before them"),
    };
    let counters = match reasons.counters_open {
        1 => "1 counter is open".to_owned(),
        n => format!("{n} counters are open"),
    };
    let mut text = vec![format!("{people}, and {counters}.")];
    if reasons.others_first >= 0.5 {
        let others = reasons.others_first.round();
        text.push(format!(
            "The counters take people of other lines first: that is as if {others} more were before."
        ));
    }
    if reasons.at_once {
        text.push("A counter is free: what is left is the moment until somebody calls.".to_owned());
        return text;
    }
    text.push(match reasons.estimate.basis {
        EstimateBasis::Declared | EstimateBasis::None => {
            "Nothing is known of waits yet: the declared duration of the service stands in.".to_owned()
        }
        EstimateBasis::Prior if reasons.samples == 0 => {
            "This line has taught nothing yet: what other lines have taught stands in.".to_owned()
        }
        EstimateBasis::Prior => {
            let waits = match reasons.samples {
                1 => "1 wait".to_owned(),
                n => format!("{n} waits"),
            };
            format!(
                "This line has taught {waits} so far: other lines, where there are any, and the declared duration fill in."
            )
        }
        EstimateBasis::Pace | EstimateBasis::Corrected => {
            format!("Each person took {} minutes here lately.", reasons.pace_minutes)
        }
    });
    let percent = ((reasons.correction - 1.0) * 100.0).round();
    // Also where it is no correction, but what those who wait tell of a surge.
    if percent.abs() >= 1.0 {
        let way = if percent > 0.0 { "longer" } else { "shorter" };
        text.push(format!("As the line stands, waits are {} % {way} than that says.", percent.abs()));
    }
    text.push("The range is as wide as it takes for nine in ten to wait no longer than its end.".to_owned());
    text
}
