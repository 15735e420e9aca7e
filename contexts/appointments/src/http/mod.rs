//! The routes of appointments: one file per resource.

mod appointments;
mod arrival;
mod availabilities;
mod device;
mod feeds;
mod places;
mod public;
mod rooms;
mod slots;
mod waitlist;

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use usher_db::{Lane, Tx};
use usher_http::{Answer, Answered, Routes};
use usher_kernel::{Ctx, Fault, SiteId, TenantId};
use usher_tenancy::{Site, TenantStatus};

pub(crate) use appointments::BookedView;
pub(crate) use rooms::open_rooms;

use crate::error::Error;
use crate::model::AppointmentId;
use crate::ops::Appointments;
use crate::store;

/// Every route of this context. Whoever checks in gets a ticket with an estimate, so that they wait until those are known.
pub fn routes(appointments: Appointments) -> Routes<Appointments> {
    let line = appointments.line().clone();
    Routes::new("appointments", appointments)
        .with(appointments::routes)
        .with(availabilities::routes)
        .with(slots::routes)
        .with(places::routes)
        .with(waitlist::routes)
        .with(feeds::routes)
        .with(public::routes)
        .with(device::routes)
        .wait_for(move || line.estimates_to_come())
}

/// Runs a write, honouring the idempotency key.
async fn write<T: Answer>(
    ctx: &Ctx,
    me: &Appointments,
    lane: Lane,
    mut f: impl FnMut(&Appointments, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    let own = me.clone();
    usher_http::write(ctx, me.db(), lane, move |tx| f(&own, tx)).await
}

/// On which writer an appointment's operations run: with everything else of its site.
async fn lane_of(ctx: &Ctx, me: &Appointments, id: AppointmentId) -> Result<Lane, Fault> {
    let found = me.db().read(ctx, move |read| store::appointments::site_of(read, id)).await?;
    found.map(Lane::Site).ok_or_else(|| Fault::not_found("appointment"))
}

/// On which writer a new booking runs.
fn lane_at(ctx: &Ctx, me: &Appointments, site: Option<SiteId>) -> Lane {
    let site = site.or_else(|| me.line().directory().default_site(ctx.tenant).map(|site| site.id));
    site.map_or(Lane::Tenant, Lane::Site)
}

/// A site by its short name or its id.
fn site_named(ctx: &Ctx, me: &Appointments, name: &str) -> Result<Arc<Site>, Fault> {
    let directory = me.line().directory();
    let found = match name.parse::<SiteId>() {
        Ok(id) => directory.site(ctx.tenant, id),
        Err(_) => directory.site_by_slug(ctx.tenant, name),
    };
    found.ok_or_else(|| Fault::not_found("site"))
}

/// Passes in a tenant that works: what a secret opens is closed with everything else of one that is suspended.
fn works(me: &Appointments, tenant: TenantId) -> Result<(), Fault> {
    let known = me.line().directory().tenant(tenant);
    if known.is_some_and(|known| known.status == TenantStatus::Active) {
        Ok(())
    } else {
        Err(Fault::tenant_suspended())
    }
}

/// A calendar file as an answer; a browser offers to keep it.
fn calendar(text: String) -> Response {
    let kept = HeaderValue::from_static("attachment; filename=\"appointment.ics\"");
    let media = HeaderValue::from_static("text/calendar; charset=utf-8");
    ([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, kept)], text).into_response()
}
