//! Why a ticket stands where it stands.

use usher_db::Read;
use usher_kernel::TimeZone;

use crate::error::Error;
use crate::model::ticket::Booked;
use crate::model::{Explanation, Status, Term, Ticket, TicketId, rank};
use crate::ops::{Queueing, micros, skills};

/// How many of those before a ticket are named.
const NAMED: usize = 20;

/// Why a ticket stands where it stands, and who can serve it.
///
/// # Errors
/// There is no such ticket, or the database failed.
pub fn explain(line: &Queueing, read: &mut Read<'_>, id: TicketId) -> Result<Explanation, Error> {
    let t = crate::ops::seen(line, read, id)?;
    let config = line.config(read)?;
    let queue = line.queue(&config, t.queue_id)?;
    let service = line.service(&config, t.service_id)?;
    let place = rank::Place { rank: t.rank, entry: t.entry, class: &t.class, confirmed: t.class_confirmed };
    let mut terms = rank::explain(queue.settings.algorithm, place, &service, micros(read.now()));
    // In another line than it came to, the time of the appointment no longer counts.
    if let (Some(booked), Some(entered)) = (t.booked(), terms.first_mut())
        && t.entry == micros(booked.enters_at)
    {
        let site = line.directory().site(t.tenant_id, t.site_id);
        *entered = appointment(&t, booked, entered.value, &site.map_or(TimeZone::UTC, |site| site.zone()));
    }
    terms.extend(skills::term(line, &config, &queue, &service));
    terms.extend(with(&t));
    let (ahead, numbers) = match line.live().line(t.queue_id) {
        Some(shared) => {
            let one = shared.lock();
            let ahead = one.ahead_of(t.key()).ahead;
            let first = usize::try_from(ahead).unwrap_or(0).min(NAMED);
            (ahead, one.waiting().take(first).map(|w| w.number.clone()).collect())
        }
        None => (0, Vec::new()),
    };
    let because: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let text = match (t.status, ahead) {
        (Status::Waiting, 0) => format!("{} is next: it {}.", t.number, because.join(", ")),
        (Status::Waiting, n) => format!("{} has {n} before it: it {}.", t.number, because.join(", ")),
        (status, _) => format!("{} {}.", t.number, status.phrase()),
    };
    Ok(Explanation { rank: t.rank, terms, ahead: numbers, text })
}

/// For whom somebody waits with whom they have an appointment.
fn with(t: &Ticket) -> Option<Term> {
    t.for_agent_id?;
    let name = t.extra.as_ref()?.with.as_deref()?;
    Some(Term {
        name: "with",
        value: 1.0,
        text: format!("has an appointment with {name}, who alone calls it"),
    })
}

/// How the time of an appointment counts.
fn appointment(t: &Ticket, booked: &Booked, value: f64, zone: &TimeZone) -> Term {
    let clock = |at| zone.to_datetime(at).strftime("%H:%M").to_string();
    let minutes = t.issued_at.duration_since(booked.slot_at).as_mins();
    let came = match minutes {
        0 => "came on time".to_owned(),
        early if early < 0 => format!("came {} min early", -early),
        late => format!("came {late} min late"),
    };
    let (slot, counts) = (clock(booked.slot_at), clock(booked.enters_at));
    Term {
        name: "appointment",
        value,
        text: format!("is booked for {slot}, {came} and counts as of {counts}"),
    }
}
