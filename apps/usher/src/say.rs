//! What commands print, through one writer. Whoever reads may stop reading (`usher doctor | head -1`): what a command
//! does is then done to its end, in silence.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};

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
