//! Remarks, edits, reprints, and "I'm coming": what does not move a ticket.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use usher_db::Tx;
use usher_kernel::{Change, FieldFault};
use usher_tenancy::model::is_email;

use super::line::Queueing;
use super::{save, ticket};
use crate::error::Error;
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

/// Changes what a ticket says of a person. Before and after of personal values stand apart from the event.
///
/// # Errors
/// A value is out of range, or somebody changed the ticket at the same moment.
pub fn edit(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, input: Edit) -> Result<Ticket, Error> {
    Said {
        name: ("customer_name", input.customer_name.value().map(String::as_str)),
        phone: ("customer_phone", input.customer_phone.value().map(String::as_str)),
        email: ("customer_email", input.customer_email.value().map(String::as_str)),
        party_size: input.party_size,
        assistance: input.assistance.value().map(String::as_str),
        tags: input.tags.as_deref().unwrap_or_default(),
    }
    .check()?;
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
    let fields: Vec<&'static str> = [
        ("customer_name", old.customer_name != t.customer_name),
        ("customer_phone", old.customer_phone != t.customer_phone),
        ("customer_email", old.customer_email != t.customer_email),
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

/// What a ticket says of a person, with the names of the fields it came in.
pub(crate) struct Said<'a> {
    pub(crate) name: (&'static str, Option<&'a str>),
    pub(crate) phone: (&'static str, Option<&'a str>),
    pub(crate) email: (&'static str, Option<&'a str>),
    pub(crate) party_size: Option<i64>,
    pub(crate) assistance: Option<&'a str>,
    pub(crate) tags: &'a [String],
}

impl Said<'_> {
    /// Passes when all of it can be kept and shown.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        let mut require = |fine: bool, field: &str, code: &'static str, message: &str| {
            if !fine {
                faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
            }
        };
        let plain = |text: &str, most| text.chars().count() <= most && !text.chars().any(char::is_control);
        let (name, phone, email) = (self.name, self.phone, self.email);
        require(name.1.is_none_or(|t| plain(t, 120)), name.0, "length", "A name has at most 120 letters.");
        require(phone.1.is_none_or(is_dialled), phone.0, "not_a_phone", "Give a telephone number.");
        let mail = email.1.is_none_or(|text| text.is_empty() || is_email(text));
        require(mail, email.0, "not_an_email", "This is not an e-mail address.");
        let party = self.party_size.is_none_or(|size| (1..=100).contains(&size));
        require(party, "party_size", "out_of_range", "Between 1 and 100 people.");
        let need = self.assistance.is_none_or(|text| plain(text, 200));
        require(need, "assistance", "length", "At most 200 letters.");
        let tags = self.tags.len() <= 20 && self.tags.iter().all(|tag| !tag.is_empty() && plain(tag, 40));
        require(tags, "tags", "length", "At most 20 marks of 1 to 40 letters.");
        if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
    }
}

/// Whether a text can be a telephone number as people write one.
fn is_dialled(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/' | '.');
    text.is_empty() || (text.chars().count() <= 40 && text.chars().all(sign))
}

/// A reason or a remark: not too long, no letters that cannot be shown.
pub(crate) fn check_text(field: &str, text: Option<&str>) -> Result<(), Error> {
    text.map_or(Ok(()), |text| super::configure::text(field, text, 2_000))
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

/// The customer shows that they are still there ("I'm coming", "still here").
///
/// # Errors
/// The ticket's life is over.
pub fn seen(line: &Queueing, tx: &mut Tx<'_>, id: TicketId, coming: bool) -> Result<Ticket, Error> {
    let mut t = ticket(tx, id)?;
    if t.status.is_final() {
        return Err(Error::Conflict("over", format!("{} {}.", t.number, t.status.phrase())));
    }
    let now = tx.now();
    t.edit_extra(|extra| extra.seen_at = Some(now));
    t.prev_status = Some(t.status);
    save(tx, &mut t)?;
    line.record(tx, if coming { "ticket.coming" } else { "ticket.seen" }, &t, |_| {})?;
    Ok(t)
}
