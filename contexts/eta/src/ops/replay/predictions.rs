//! Writes every estimate of a replay, for whoever wants to measure it anew.

use std::io::Write;

use jiff::ToSpan;
use jiff::civil::date;

use super::{Log, Prediction};
use crate::model::Wall;

/// The columns; minutes where nothing else is said. `queued` is 1 for those who had to queue and were called,
/// `measured` for the last three tenths of the days: the report is over rows where both are 1.
const COLUMNS: [&str; 17] = [
    "queue",
    "service_type",
    "arrival_ts",
    "start_ts",
    "waited",
    "p5",
    "p10",
    "p50",
    "p90",
    "p95",
    "moving_average",
    "seed_formula",
    "les",
    "hol",
    "queued",
    "measured",
    "microseconds",
];

/// Writes `predictions` as CSV, one row per ticket in order of arrival.
///
/// # Errors
/// `out` takes no more.
pub fn write(log: &Log, predictions: &[Prediction], out: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    for prediction in predictions {
        let ticket = &log.tickets[prediction.ticket];
        let (wait, said) = (&prediction.wait, &prediction.baselines);
        let minutes = |minutes: f64| format!("{minutes:.3}");
        let flag = |yes: bool| u8::from(yes).to_string();
        writer.write_record([
            log.queues[ticket.queue].name.clone(),
            log.service(ticket).to_owned(),
            written(ticket.arrival),
            ticket.start.map(written).unwrap_or_default(),
            prediction.waited.map(minutes).unwrap_or_default(),
            minutes(wait.p5),
            minutes(wait.p10),
            minutes(wait.p50),
            minutes(wait.p90),
            minutes(wait.p95),
            minutes(said.moving_average),
            minutes(said.seed_formula),
            minutes(said.les),
            minutes(said.hol),
            flag(prediction.counts),
            flag(prediction.measured),
            format!("{:.1}", prediction.cost.as_secs_f64() * 1e6),
        ])?;
    }
    writer.flush()?;
    Ok(())
}

/// A time as logs write it.
fn written(at: Wall) -> String {
    let time = date(1970, 1, 1).at(0, 0, 0, 0).checked_add(at.0.seconds());
    time.map(|time| time.to_string()).unwrap_or_default()
}
