//! Runs steps in order, each under a heading and timed, and closes with a summary.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::tools;

/// How a step ended, when it did not fail.
pub(crate) enum Ended {
    /// It ran.
    Done,
    /// It was left out; says for want of what.
    Skipped(String),
}

/// The steps so far.
pub(crate) struct Steps {
    /// Nothing may be left out: `CI=true`.
    strict: bool,
    start: Instant,
    past: Vec<(String, String, Duration)>,
}

impl Steps {
    /// Nothing done yet. With `CI=true` a step that is left out is a failure.
    pub(crate) fn new() -> Self {
        let strict = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        Self { strict, start: Instant::now(), past: Vec::new() }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// When it fails, or is left out although nothing may be.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Result<Ended>) -> Result<()> {
        println!("\n=== {name}");
        let start = Instant::now();
        let ended = step();
        self.note(name, ended, start.elapsed())
    }

    /// Runs one step beside others that leave it processor time. What its programs say goes into the file `log` and is
    /// printed when all of them have ended, whichever failed.
    ///
    /// # Errors
    /// When it fails or one of the others does.
    pub(crate) fn beside(
        &mut self,
        name: &str,
        log: &Path,
        step: impl FnOnce() -> Result<Ended> + Send,
        others: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let into = std::fs::File::create(log).with_context(|| log.display().to_string())?;
        let (past, (ended, took)) = std::thread::scope(|scope| {
            let beside = scope.spawn(move || {
                let start = Instant::now();
                (tools::saying_into(into, step), start.elapsed())
            });
            let past = others(self);
            (past, beside.join().unwrap_or_else(|_| (Err(anyhow!("it panicked")), Duration::ZERO)))
        });
        println!("\n=== {name}\n{}", std::fs::read_to_string(log).unwrap_or_default());
        let noted = self.note(name, ended, took);
        past.and(noted)
    }

    fn note(&mut self, name: &str, ended: Result<Ended>, took: Duration) -> Result<()> {
        let (word, result) = match ended {
            Ok(Ended::Done) => ("ok".to_owned(), Ok(())),
            Ok(Ended::Skipped(why)) if self.strict => ("FAILED".to_owned(), Err(anyhow!("left out: {why}"))),
            Ok(Ended::Skipped(why)) => {
                println!("left out: {why}");
                (format!("left out: {why}"), Ok(()))
            }
            Err(error) => ("FAILED".to_owned(), Err(error)),
        };
        self.past.push((name.to_owned(), word, took));
        result.with_context(|| format!("{name} failed"))
    }

    /// Prints what ran, what was left out and what failed, and passes the result on.
    ///
    /// # Errors
    /// The error of the step that failed.
    pub(crate) fn close(self, result: Result<()>) -> Result<()> {
        println!("\n=== summary");
        let width = self.past.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        for (name, word, took) in &self.past {
            println!("{name:width$}  {:>7.1} s  {word}", took.as_secs_f64());
        }
        println!("{:width$}  {:>7.1} s", "", self.start.elapsed().as_secs_f64());
        if let Err(error) = result {
            bail!("{error:#}");
        }
        Ok(())
    }
}
