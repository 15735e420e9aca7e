//! What becomes due with an appointment by itself, and when.

use usher_kernel::Timestamp;

use super::slots::after;
use super::{Appointment, Rules, State};

/// How often the ticket of somebody who checked in is looked at, in minutes.
const LOOK: i64 = 15;

/// When something becomes due with an appointment next; none when nothing will.
pub fn due(a: &Appointment, rules: &Rules, now: Timestamp) -> Option<Timestamp> {
    match a.status {
        State::Held => a.hold_until,
        State::Booked => {
            let missed = missed_at(a, rules);
            let reminder = next_reminder(a, rules).map(|minutes| after(a.starts_at, -minutes));
            Some(reminder.map_or(missed, |at| at.min(missed)))
        }
        State::CheckedIn => Some(after(now, LOOK)),
        State::Completed | State::Cancelled | State::NoShow | State::Expired => None,
    }
}

/// From when on a booked appointment is missed.
pub fn missed_at(a: &Appointment, rules: &Rules) -> Timestamp {
    after(a.starts_at, rules.late_minutes)
}

/// The next reminder to go out, in minutes before the beginning: the longest that has not gone out yet.
pub fn next_reminder(a: &Appointment, rules: &Rules) -> Option<i64> {
    let open = rules.reminder_minutes.iter().copied().filter(|m| a.reminded.is_none_or(|done| *m < done));
    open.max()
}

/// The reminder that stands for all whose time has come: the shortest of them, so that somebody who books an hour
/// before is reminded once.
pub fn reminder_now(a: &Appointment, rules: &Rules, now: Timestamp) -> Option<i64> {
    let open = rules.reminder_minutes.iter().copied().filter(|m| a.reminded.is_none_or(|done| *m < done));
    open.filter(|minutes| after(a.starts_at, -minutes) <= now).min()
}
