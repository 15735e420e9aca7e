//! Runs steps in order, each under a heading and timed, and closes with a summary.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

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
    begun: Instant,
    past: Vec<(String, String, Duration)>,
}

impl Steps {
    /// Nothing done yet. With `CI=true` a step that is left out is a failure.
    pub(crate) fn new() -> Self {
        let strict = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        Self { strict, begun: Instant::now(), past: Vec::new() }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// When it fails, or is left out although nothing may be.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Result<Ended>) -> Result<()> {
        println!("\n=== {name}");
        let (ended, took) = timed(step);
        self.note(name, ended, took)
    }

    /// Runs steps beside each other that each keep one processor busy, to their ends.
    ///
    /// # Errors
    /// When one fails, or is left out although nothing may be.
    pub(crate) fn beside<S>(&mut self, steps: Vec<(&str, S)>) -> Result<()>
    where
        S: FnOnce() -> Result<Ended> + Send,
    {
        let names = steps.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        println!("\n=== {}", names.join(" | "));
        let ended = std::thread::scope(|scope| {
            let running = steps.into_iter().map(|(_, step)| scope.spawn(|| timed(step))).collect::<Vec<_>>();
            running
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect::<Vec<_>>()
        });
        let results = names.into_iter().zip(ended).map(|(name, (ended, took))| self.note(name, ended, took));
        results.collect::<Vec<_>>().into_iter().collect()
    }

    /// Writes down how a step ended.
    fn note(&mut self, name: &str, ended: Result<Ended>, took: Duration) -> Result<()> {
        let (word, result) = match ended {
            Ok(Ended::Done) => ("ok".to_owned(), Ok(())),
            Ok(Ended::Skipped(why)) if self.strict => {
                ("FAILED".to_owned(), Err(anyhow::anyhow!("left out: {why}")))
            }
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
        println!("{:width$}  {:>7.1} s", "", self.begun.elapsed().as_secs_f64());
        if let Err(error) = result {
            bail!("{error:#}");
        }
        Ok(())
    }
}

/// What a step came to, and how long it took.
fn timed(step: impl FnOnce() -> Result<Ended>) -> (Result<Ended>, Duration) {
    let start = Instant::now();
    let ended = step();
    (ended, start.elapsed())
}
