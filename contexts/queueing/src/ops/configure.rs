//! Making and changing services, queues, counters and routing rules.

mod counter;
mod queue;
mod rule;
mod service;
mod site;

pub use counter::{CounterInput, archive_counter, assign_staff, create_counter, update_counter};
pub use queue::{QueueInput, archive_queue, create_queue, update_queue};
pub use rule::{RuleInput, create_rule, delete_rule, update_rule};
pub(crate) use site::LinesAtSite;

pub use service::{ServiceInput, archive_service, create_service, update_service};

use usher_db::{DbError, Tx};
use usher_kernel::is_unshowable;

/// The longest description.
const DESCRIPTION: usize = 2_000;

use crate::error::Error;

/// The version that the client read is the current one.
pub(crate) fn fresh(read: Option<i64>, current: i64) -> Result<(), Error> {
    match read {
        Some(read) if read != current => Err(Error::Stale { read, current }),
        _ => Ok(()),
    }
}

/// Passes for who works at every site of the tenant: for what holds at all of them.
fn every_site(tx: &Tx<'_>) -> Result<(), Error> {
    tx.caller().require_every_site().map_err(|fault| Error::Refused(Box::new(fault)))
}

/// A broken uniqueness in words.
pub(crate) fn unique(
    error: Error,
    field: &'static str,
    what: &'static str,
    value: &str,
    wherever: &'static str,
) -> Error {
    match error {
        Error::Db(error) if DbError::is_unique(&error) => {
            Error::Taken { field, what, value: value.to_owned(), wherever }
        }
        other => other,
    }
}

/// A text that can be shown: not too long, and no control letters but line ends.
pub(crate) fn text(field: &str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().count() > most {
        return Err(Error::field(field, "too_long", format!("At most {most} letters.")));
    }
    if text.chars().any(|c| is_unshowable(c) && c != '\n') {
        return Err(Error::field(
            field,
            "control_letters",
            "The text contains letters that cannot be shown.",
        ));
    }
    Ok(())
}

/// A name that can be shown: something in it, not too long.
pub(crate) fn name(field: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 120 || text.chars().any(is_unshowable) {
        return Err(Error::field(field, "length", "A name has 1 to 120 letters."));
    }
    Ok(text.to_owned())
}
