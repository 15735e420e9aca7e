//! What becomes due by itself: holds end, reminders go out, somebody did not come, a ticket has ended.

use usher_db::Tx;
use usher_queueing::model::{Status, TicketId};

use super::closing::{call_off, end};
use super::{Appointments, look_again, offer, place, waitlist};
use crate::error::Error;
use crate::events;
use crate::model::due::{due as next_due, missed_at, reminder_now};
use crate::model::{Appointment, AppointmentId, Availability, State};
use crate::store;

/// Does what is due with an appointment; nothing where somebody has done it.
///
/// # Errors
/// Somebody changed it at the same moment, or the database failed.
pub fn due(me: &Appointments, tx: &mut Tx<'_>, id: AppointmentId) -> Result<(), Error> {
    let now = tx.now();
    let Some(mut a) = store::appointments::get(tx, id)?.filter(|a| a.due_at.is_some_and(|at| at <= now))
    else {
        return Ok(());
    };
    let rules = store::availabilities::ever(tx, a.availability_id)?.ok_or(Error::NotFound("availability"))?;
    match a.status {
        State::Held if a.hold_until.is_none_or(|until| until <= now) => {
            place::lock(tx, std::slice::from_ref(&rules))?;
            end(tx, &mut a, &rules, State::Expired, "appointment.expired")?;
            waitlist::let_pass(tx, &a)?;
            offer::freed(me, tx, &rules, a.busy(), a.starts_at)
        }
        State::Booked if missed_at(&a, &rules.rules) <= now => match me.shut_at(tx, a.site_id, a.starts_at) {
            // Nobody could come.
            Some(shut) => call_off(tx, &mut a, &rules, &shut.reason),
            None => end(tx, &mut a, &rules, State::NoShow, "appointment.no_show"),
        },
        State::Booked => match reminder_now(&a, &rules.rules, now) {
            Some(minutes) => {
                remind(tx, &mut a, &rules, minutes)?;
                // Who booked after its time was reminded by booking.
                if crate::model::slots::after(a.starts_at, -minutes) < a.created_at {
                    return Ok(());
                }
                events::appointment(tx, "appointment.reminder_due", &a, |fact| {
                    fact.minutes_before = Some(minutes);
                })
            }
            None => look_again(tx, &mut a, &rules),
        },
        State::CheckedIn => {
            let ticket = a.ticket_id;
            follow(me, tx, a, &rules, ticket)
        }
        _ => look_again(tx, &mut a, &rules),
    }
}

/// Notes that a reminder has gone out. A reminder changes nothing of the appointment: its version stays.
fn remind(tx: &mut Tx<'_>, a: &mut Appointment, by: &Availability, minutes: i64) -> Result<(), Error> {
    a.reminded = Some(minutes);
    a.due_at = next_due(a, &by.rules, tx.now());
    if store::appointments::reminded(tx, a)? { Ok(()) } else { Err(Error::Raced) }
}

/// Brings an appointment up to its ticket, whose life has ended or goes on again.
///
/// # Errors
/// Somebody changed it at the same moment, or the database failed.
pub fn ticket_changed(me: &Appointments, tx: &mut Tx<'_>, ticket: TicketId) -> Result<(), Error> {
    let Some(a) = store::appointments::of_ticket(tx, ticket)? else { return Ok(()) };
    let rules = store::availabilities::ever(tx, a.availability_id)?.ok_or(Error::NotFound("availability"))?;
    follow(me, tx, a, &rules, Some(ticket))
}

fn follow(
    me: &Appointments,
    tx: &mut Tx<'_>,
    mut a: Appointment,
    rules: &Availability,
    ticket: Option<TicketId>,
) -> Result<(), Error> {
    let status = match ticket {
        Some(id) => match me.line().ticket_in(tx, id) {
            Ok(ticket) => Some(ticket.status),
            Err(usher_queueing::Error::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let (to, kind) = match status {
        Some(Status::Served) => (State::Completed, "appointment.completed"),
        // Gone from the line, whoever took them out of it.
        Some(status) if status.is_final() => (State::NoShow, "appointment.no_show"),
        Some(_) => (State::CheckedIn, "appointment.reopened"),
        None => (State::Completed, "appointment.completed"),
    };
    let from = a.status;
    if !matches!(from, State::CheckedIn | State::Completed | State::NoShow) {
        return Ok(());
    }
    if to == from {
        return look_again(tx, &mut a, rules);
    }
    end(tx, &mut a, rules, to, kind)
}
