//! Checking in at a kiosk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Lane;
use usher_http::{Access, Answered, Json, Routes, State};
use usher_kernel::{Actor, Ctx, Fault, FaultKind, SiteId, Timestamp};
use usher_queueing::ops::show::{PublicTicket, public_view};

use super::appointments::check_in_refusals;
use super::write;
use crate::error::Error;
use crate::model::AppointmentId;
use crate::model::reference::typed;
use crate::ops::{Appointments, By, check_in};
use crate::store;

/// What somebody shows or types.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Shown {
    /// The reference of the appointment, or what its QR code says: the address of its page.
    code: String,
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

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    routes.post("/api/v1/device/check-in", Access::device(&["kiosk"]), come, |d| {
        check_in_refusals(d.summary("Check in at the kiosk").body::<Shown>().answer::<Arrived>(200))
            .fault("other_site", 409)
    })
}

/// What is shown: the whole address of a page, its secret alone, or a reference.
enum Code {
    Id(AppointmentId),
    Reference(String),
}

fn read(me: &Appointments, code: &str) -> Option<Code> {
    let secret = code.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match me.pages().open(secret) {
        Some(id) => Some(Code::Id(id)),
        None => typed(code).map(Code::Reference),
    }
}

async fn come(ctx: Ctx, State(me): State<Appointments>, Json(shown): Json<Shown>) -> Result<Answered, Fault> {
    let site: SiteId = match &ctx.actor {
        Actor::Device { site, .. } => *site,
        _ => {
            return Err(Fault::new(
                FaultKind::Forbidden,
                "not_a_device",
                "Only a paired device can do this.",
            ));
        }
    };
    let code = read(&me, &shown.code).ok_or_else(|| Fault::not_found("appointment"))?;
    write(&ctx, &me, Lane::Site(site), move |me, tx| {
        let found = match &code {
            Code::Id(id) => store::appointments::get(tx, *id)?,
            Code::Reference(reference) => store::appointments::by_reference(tx, reference)?,
        };
        let a = found.ok_or(Error::NotFound("appointment"))?;
        if a.site_id != site {
            let there = me.site(tx, Some(a.site_id))?;
            return Err(Error::OtherSite(there.name.clone()));
        }
        let (a, ticket) = check_in::check_in(me, tx, a.id, By::Person)?;
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
