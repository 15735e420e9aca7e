//! Remarks, edits, reprints, and "I'm coming": what does not move a ticket.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use usher_customers::model::contact::plain_phone;
use usher_db::Tx;
use usher_kernel::Change;

use super::line::Queueing;
use super::{customer, save, ticket};
use crate::error::Error;
use crate::model::Code;
use crate::model::person::Faults;
use crate::model::ticket::Note;
use crate::model::{Ticket, TicketFact, TicketId};

/// Who writes a remark: the user's id, or the kind of another actor.
pub(crate) fn author(tx: &Tx<'_>) -> String {
    let actor = &tx.caller().actor;
    actor.user().map_or_else(|| actor.kind().to_owned(), |user| user.to_string())
}

/// Adds a remark of staff.
///
/// # Errors
/// The text is empty or too long, or somebody changed the ticket at the same moment.
pub fn note(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, text: &str) -> Result<Ticket, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field("text", "required", "Write something."));
    }
    check_text("text", Some(text))?;
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let (at, by) = (tx.now(), author(tx));
    t.edit_extra(|extra| extra.notes.push(Note { at, by, text: text.to_owned() }));
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, "ticket.noted", &t, |_| {})?;
    Ok(t)
}

/// A change of what a ticket says of a person; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Edit {
    /// The person's name.
    #[serde(alias = "name")]
    pub customer_name: Change<String>,
    /// Their phone number.
    #[serde(alias = "phone")]
    pub customer_phone: Change<String>,
    /// Their e-mail address.
    #[serde(alias = "email")]
    pub customer_email: Change<String>,
    /// How many people.
    pub party_size: Option<i64>,
    /// What the person needs.
    pub assistance: Change<String>,
    /// Marks.
    pub tags: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Edited<'a> {
    #[serde(flatten)]
    fact: TicketFact,
    fields: &'a [&'static str],
}

/// The change in the form in which it is kept.
fn sound(mut input: Edit) -> Result<Edit, Error> {
    if let Change::Set(phone) = &mut input.customer_phone {
        *phone = plain_phone(phone);
    }
    let given = |change: &Change<String>| change.value().cloned();
    let mut faults = Faults::default();
    faults.text("customer_name", given(&input.customer_name).as_deref(), 120);
    faults.phone("customer_phone", given(&input.customer_phone).as_deref());
    faults.email("customer_email", given(&input.customer_email).as_deref());
    faults.people("party_size", input.party_size);
    faults.text("assistance", given(&input.assistance).as_deref(), 200);
    faults.tags("tags", input.tags.as_deref().unwrap_or_default());
    if faults.0.is_empty() { Ok(input) } else { Err(Error::Fields(faults.0)) }
}

/// Changes what a ticket says of a person. Before and after of personal values stand apart from the event.
///
/// # Errors
/// A value is out of range, or somebody changed the ticket at the same moment.
pub fn edit(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: Edit) -> Result<Ticket, Error> {
    let input = sound(input)?;
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    let old = t.clone();
    input.customer_name.apply(&mut t.customer_name);
    input.customer_phone.apply(&mut t.customer_phone);
    input.customer_email.apply(&mut t.customer_email);
    if let Some(size) = input.party_size {
        t.party_size = size;
    }
    t.edit_extra(|extra| {
        input.assistance.apply(&mut extra.assistance);
        if let Some(tags) = input.tags {
            extra.tags = tags;
        }
    });
    let asked = (&old.customer_phone, &old.customer_email) != (&t.customer_phone, &t.customer_email);
    if asked {
        customer::tie(line, tx, &mut t)?;
    }
    let fields: Vec<&'static str> = [
        ("customer_name", old.customer_name != t.customer_name),
        ("customer_phone", old.customer_phone != t.customer_phone),
        ("customer_email", old.customer_email != t.customer_email),
        ("customer_id", old.customer_id != t.customer_id),
        ("party_size", old.party_size != t.party_size),
        ("extra", old.extra != t.extra),
    ]
    .into_iter()
    .filter_map(|(field, changed)| changed.then_some(field))
    .collect();
    if fields.is_empty() {
        return Ok(t);
    }
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    let personal = json!({
        "before": {"name": old.customer_name, "phone": old.customer_phone, "email": old.customer_email},
        "after": {"name": t.customer_name, "phone": t.customer_phone, "email": t.customer_email},
    });
    let payload = Edited { fact: TicketFact::of(&t), fields: &fields };
    line.record_with(tx, "ticket.edited", &t, payload.fact.clone(), &payload, Some(personal))?;
    Ok(t)
}

/// A reason or a remark: not too long, no letters that cannot be shown.
pub(crate) fn check_text(field: &str, text: Option<&str>) -> Result<(), Error> {
    let mut faults = Faults::default();
    faults.text(field, text, 2_000);
    if faults.0.is_empty() { Ok(()) } else { Err(Error::Fields(faults.0)) }
}

/// Notes that a ticket was printed again.
///
/// # Errors
/// There is no such ticket.
pub fn reprint(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    line.may_work_at(tx, t.site_id)?;
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, "ticket.reprinted", &t, |_| {})?;
    Ok(t)
}

/// Staff see that the person is there.
///
/// # Errors
/// The ticket's life is over, or it is at a site where the caller does not work.
pub fn check_in(line: &Queueing, tx: &mut Tx<'_>, id: TicketId) -> Result<Ticket, Error> {
    let found = ticket(tx, id)?;
    line.may_work_at(tx, found.site_id)?;
    seen(line, tx, id, false)
}

/// The customer shows that they are still there ("I'm coming", "still here").
///
/// # Errors
/// The ticket's life is over.
pub fn seen(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, coming: bool) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    if t.status.is_final() {
        return Err(Error::Conflict(Code::Over, format!("{} {}.", t.number, t.status.phrase())));
    }
    let now = tx.now();
    t.edit_extra(|extra| extra.see(now));
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, if coming { "ticket.coming" } else { "ticket.seen" }, &t, |_| {})?;
    Ok(t)
}
