//! Checking in at a kiosk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::model::contact::{is_same_phone, plain_phone};
use usher_db::{Lane, Tx};
use usher_http::{Access, Answered, Json, Routes, State};
use usher_kernel::{Actor, Ctx, Fault, FaultKind, SiteId, Timestamp};
use usher_queueing::model::guard::Proof;
use usher_queueing::ops::show::{PublicTicket, public_view};

use super::arrival::check_in_refusals;
use super::write;
use crate::error::Error;
use crate::model::reference::typed;
use crate::model::slots::after;
use crate::model::{Appointment, AppointmentId, State as Standing, Stretch};
use crate::ops::{Appointments, By, check_in};
use crate::store;

/// What somebody shows or types: one of both.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Shown {
    /// The reference of the appointment, or what its QR code says: the address of its page.
    #[serde(default)]
    code: Option<String>,
    /// The telephone number that the appointment was booked with, with its country or without.
    #[serde(default)]
    phone: Option<String>,
}

/// Somebody who is in line now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Arrived {
    /// The ticket.
    #[serde(flatten)]
    ticket: PublicTicket,
    /// Opens the ticket's page; nobody can guess it.
    secret: String,
    /// The path of that page.
    url: String,
    /// What the appointment is called by.
    reference: String,
    /// The time that was booked.
    booked_for: Timestamp,
}

/// The minutes of a day: today's appointments are among those within one of now.
const DAY_MINUTES: i64 = 1_440;

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    routes.post("/api/v1/device/check-in", Access::device(&["kiosk"]), come, |d| {
        let d = d.summary("Check in at the kiosk").description(
            "By a code, or by the telephone number that was left with the booking. A number finds who comes to this site \
             today, and only where it can be nobody else's; nothing is told of anybody but the ticket of who came.",
        );
        check_in_refusals(d.body::<Shown>().answer::<Arrived>(200))
            .fault("other_site", 409)
            .fault("number_is_shared", 409)
    })
}

/// What is shown: the whole address of a page, its secret alone, a reference, or a number.
enum Code {
    Id(AppointmentId),
    Reference(String),
    Phone(String),
}

fn read(me: &Appointments, shown: &Shown) -> Result<Code, Fault> {
    let code = match (&shown.code, &shown.phone) {
        (Some(code), None) => code,
        (None, Some(phone)) => return Ok(Code::Phone(plain_phone(phone))),
        (None, None) => {
            return Err(one_of_both("required", "Give the code of the booking, or its telephone number."));
        }
        (Some(_), Some(_)) => {
            return Err(one_of_both("one_of_both", "Give the code or the telephone number, not both."));
        }
    };
    let secret = code.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let found = match me.pages().open(secret) {
        Some(id) => Some(Code::Id(id)),
        None => typed(code).map(Code::Reference),
    };
    found.ok_or_else(|| Fault::not_found("appointment"))
}

fn one_of_both(code: &'static str, message: &str) -> Fault {
    Fault::from(Error::field("code", code, message))
}

/// Whose turn it is to check in at a site with a number: of today's appointments with it, and of those after midnight for
/// which one can come already, the first that is still to come, else the last that is checked in, of which the person is
/// told.
///
/// # Errors
/// Nobody left this number for today, or two different ones look like it.
fn by_phone(me: &Appointments, tx: &mut Tx<'_>, site: SiteId, phone: &str) -> Result<Appointment, Error> {
    let here = me.site(tx, Some(site))?;
    let now = tx.now();
    let day = here.business_day(now);
    let around = Stretch { from: after(now, -DAY_MINUTES), until: after(now, DAY_MINUTES) };
    let mut found = store::appointments::with_phone(tx, site, around)?;
    found.retain(|a| a.phone.as_deref().is_some_and(|theirs| is_same_phone(phone, theirs)));
    let mut known = Vec::with_capacity(found.len());
    for a in found {
        if here.business_day(a.starts_at) == day || (a.starts_at > now && opens(tx, &a)? <= now) {
            known.push(a);
        }
    }
    let mut found = known;
    let mut numbers = found.iter().filter_map(|a| a.phone.as_deref());
    if let Some(first) = numbers.next()
        && !numbers.all(|other| is_same_phone(first, other))
    {
        return Err(Error::NumberIsShared);
    }
    let open = |a: &Appointment| a.status == Standing::Booked && a.ends_at > now;
    let next = found.iter().position(open).or_else(|| found.len().checked_sub(1));
    next.map(|at| found.swap_remove(at)).ok_or(Error::NotFound("appointment"))
}

/// From when on one can check in.
fn opens(tx: &mut Tx<'_>, a: &Appointment) -> Result<Timestamp, Error> {
    let offer = store::availabilities::ever(tx, a.availability_id)?.ok_or(Error::NotFound("appointment"))?;
    Ok(after(a.starts_at, -offer.rules.early_minutes))
}

async fn come(ctx: Ctx, State(me): State<Appointments>, Json(shown): Json<Shown>) -> Result<Answered, Fault> {
    let site: SiteId = match &ctx.actor {
        Actor::Device { site, .. } => *site,
        _ => {
            return Err(Fault::new(FaultKind::Forbidden, "forbidden", "Only a paired device can do this."));
        }
    };
    let code = read(&me, &shown)?;
    write(&ctx, &me, Lane::Site(site), move |me, tx| {
        let found = match &code {
            Code::Id(id) => store::appointments::get(tx, *id)?,
            Code::Reference(reference) => store::appointments::by_reference(tx, reference)?,
            Code::Phone(phone) => Some(by_phone(me, tx, site, phone)?),
        };
        let a = found.ok_or(Error::NotFound("appointment"))?;
        if a.site_id != site {
            let there = me.site(tx, Some(a.site_id))?;
            return Err(Error::OtherSite(there.name.clone()));
        }
        let (a, ticket) = check_in::check_in(me, tx, a.id, By::Person, Proof::default())?;
        let config = me.line().config(tx)?;
        let secret = me.line().secrets().seal(ticket.id);
        let page = public_view(me.line(), &config, &ticket, tx.now()).ok_or(Error::NotFound("ticket"))?;
        Ok(usher_http::Ok(Arrived {
            ticket: page,
            url: format!("/t/{secret}"),
            secret,
            reference: a.reference,
            booked_for: a.starts_at,
        }))
    })
    .await
}
