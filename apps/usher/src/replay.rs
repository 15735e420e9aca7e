//! `usher eta replay`: measures estimates on a queue log.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::Serialize;
use usher_eta::replay::{self, Log, Replayed, Report, RequoteReport};

use crate::cli::Replay;
use crate::say::{complain, say};

/// Replays the log and prints the figures.
///
/// # Errors
/// A file cannot be read or written, or more than 5 % of the log's rows do not say what they should.
pub(crate) fn replay(wanted: &Replay) -> Result<()> {
    let tickets = read(&wanted.tickets)?;
    let counters = wanted.counters.as_deref().map(read).transpose()?;
    let log = Log::parse(&tickets, counters.as_deref())?;
    log.left_out().iter().for_each(|odd| complain(format_args!("{odd}")));
    let begun = Instant::now();
    let Replayed { predictions, requotes } = replay::run(&log, &|| begun.elapsed(), wanted.requotes);
    if let Some(out) = &wanted.out {
        let unwritten = || format!("{} cannot be written", out.display());
        let file = File::create(out).with_context(unwritten)?;
        replay::write_predictions(&log, &predictions, BufWriter::new(file)).with_context(unwritten)?;
    }
    let report = Report::of(&log, &predictions);
    let requotes = wanted.requotes.then(|| RequoteReport::of(&log, &requotes));
    if wanted.json {
        return say!("{}", serde_json::to_string_pretty(&Figures { report, requotes })?);
    }
    say!("{report}")?;
    match requotes {
        Some(requotes) => say!("\n{requotes}"),
        None => Ok(()),
    }
}

/// Everything that was measured.
#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    requotes: Option<RequoteReport>,
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
