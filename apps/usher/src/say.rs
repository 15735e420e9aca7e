//! What commands print, through one writer. Whoever reads may stop reading (`usher doctor | head -1`): what a command
//! does is then done to its end, in silence.

use std::fmt::{Arguments, Display};
use std::io::{ErrorKind, Write, stderr, stdout};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A line for whoever called the command, as `println!` would print it.
macro_rules! say {
    ($($text:tt)*) => { $crate::say::line(format_args!($($text)*)) };
}
pub(crate) use say;

/// Prints a line.
///
/// # Errors
/// It is not where it should be, a full disk, say. That nobody reads on is none.
pub(crate) fn line(text: Arguments<'_>) -> Result<()> {
    let mut out = stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("the answer cannot be printed")
        }
        _ => Ok(()),
    }
}

/// Prints why a command failed, or what it passed over; where even that cannot be said, its exit code says so.
pub(crate) fn complain(text: Arguments<'_>) {
    drop(writeln!(stderr().lock(), "{text}"));
}

/// How long work goes on in silence.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says of long work how far it is: a line on standard error every five seconds, and none of what is done before.
pub(crate) struct Progress {
    said: Instant,
    patience: Duration,
}

impl Progress {
    /// Of work that begins now.
    pub(crate) fn begin() -> Self {
        Self { said: Instant::now(), patience: PATIENCE }
    }

    /// How far it is.
    pub(crate) fn at(&mut self, how_far: impl Display) {
        if self.is_due() {
            complain(format_args!("{how_far}"));
        }
    }

    fn is_due(&mut self) -> bool {
        let due = self.said.elapsed() >= self.patience;
        if due {
            self.said = Instant::now();
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_is_soon_done_is_silent() {
        let progress = |patience| Progress { patience, ..Progress::begin() };
        let mut long = progress(Duration::ZERO);
        assert!(long.is_due() && long.is_due());
        let mut short = progress(Duration::MAX);
        assert!(!short.is_due() && !short.is_due());
    }
}
