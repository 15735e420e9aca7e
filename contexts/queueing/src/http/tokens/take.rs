//! Taking a token, and how it stands: a place in line, or the booking of a preferred slot.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Read, Tx};
use usher_http::{Answered, Created, Json, Path, State};
use usher_kernel::{Ctx, Fault, SiteId, Timestamp};
use uuid::Uuid;

use super::super::tickets::visible;
use super::super::{config_of, lane_of_queue, write};
use crate::error::Error;
use crate::model::guard::{Position, Proof};
use crate::model::scopes::{TICKETS_ISSUE, TICKETS_READ};
use crate::model::ticket::Channel;
use crate::model::{CounterId, Estimate, QueueId, ServiceId, Status, TicketId};
use crate::ops::customer::is_own;
use crate::ops::issue::{Issue, Terms};
use crate::ops::slots::{SlotBooked, SlotWanted};
use crate::ops::{Queueing, issue};

/// Who the token is for.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct CustomerInfo {
    /// Their name.
    name: Option<String>,
    /// Their phone number.
    phone: Option<String>,
    /// Their e-mail address.
    email: Option<String>,
    /// How many people.
    party_size: Option<i64>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// What for: the service's id, code or name.
    service_id: String,
    /// Who for.
    #[serde(default)]
    customer_info: Option<CustomerInfo>,
    /// A slot to book, where the service takes appointments.
    #[serde(default)]
    preferred_slot: Option<String>,
    /// Where; the tenant's default site when absent.
    #[serde(default)]
    site_id: Option<SiteId>,
    /// Into which line.
    #[serde(default)]
    queue_id: Option<QueueId>,
    /// Where the person is, where the line asks for it.
    #[serde(default)]
    position: Option<Position>,
    /// The code of a screen, where the line asks for it.
    #[serde(default)]
    join_code: Option<String>,
}

/// A new token.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct TokenMade {
    /// The number on the receipt.
    token_number: String,
    /// Its id.
    token_id: TicketId,
    /// The median wait in whole minutes; where nobody serves (`estimate.serving` is false) as if one counter opened now.
    eta: i64,
    /// The wait as a range.
    estimate: Estimate,
    /// Its place in line, from 1.
    position: i64,
    /// The line.
    queue_id: QueueId,
    /// What for.
    service_id: ServiceId,
    /// Where it stands.
    status: Status,
    /// When it was issued.
    issued_at: Timestamp,
    /// What the QR code on the receipt opens.
    qr: String,
}

/// A place in line, or a booked slot.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum TokenGiven {
    /// Its holder waits.
    Waiting(Box<TokenMade>),
    /// Its holder comes to the preferred slot.
    Booked(TokenBooked),
}

/// How a token stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct TokenStatus {
    /// Its id.
    token_id: TicketId,
    /// Its number.
    token_number: String,
    /// Where it stands.
    status: Status,
    /// Its place in line, from 1.
    position: Option<i64>,
    /// The same under the document's words.
    queue_position: Option<i64>,
    /// How many come before it.
    people_ahead: Option<i64>,
    /// The median wait in whole minutes, likewise; null once it waits no more.
    eta: Option<i64>,
    /// The wait as a range.
    estimate: Option<Estimate>,
    /// Where to go.
    counter_id: Option<CounterId>,
    /// That counter's label.
    counter_number: Option<String>,
}

/// How a token in line stands, or one for a slot to come.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Standing {
    /// A ticket.
    Ticket(Box<TokenStatus>),
    /// An appointment whose holder has not checked in.
    Booked(TokenBooked),
}

/// A token for a slot. It becomes one in line when its holder checks in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct TokenBooked {
    /// What the appointment is called by.
    token_number: String,
    /// The appointment's id.
    token_id: Uuid,
    /// Whole minutes until the slot begins.
    eta: i64,
    /// When the slot begins.
    preferred_slot: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// What for.
    service_id: ServiceId,
    /// Where.
    site_id: SiteId,
    /// How the appointment stands: `booked`, `cancelled`, `no_show` …
    status: &'static str,
    /// What the QR code on the receipt opens.
    qr: String,
}

impl TokenBooked {
    fn of(slot: SlotBooked, now: Timestamp) -> Self {
        Self {
            token_number: slot.reference,
            token_id: slot.id,
            eta: slot.starts_at.duration_since(now).as_mins().max(0),
            preferred_slot: slot.starts_at,
            ends_at: slot.ends_at,
            service_id: slot.service_id,
            site_id: slot.site_id,
            status: slot.status,
            qr: slot.url,
        }
    }
}

/// Books the slot that somebody would like.
fn book(line: &Queueing, tx: &mut Tx<'_>, wanted: &SlotWanted) -> Result<TokenBooked, Error> {
    let booked = line.slots().get().book(tx, wanted).map_err(|fault| Error::Refused(Box::new(fault)))?;
    Ok(TokenBooked::of(booked, tx.now()))
}

pub(super) async fn create(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<NewToken>,
) -> Result<Answered, Fault> {
    let staff = ctx.may(&TICKETS_ISSUE);
    let config = config_of(&ctx, &line).await?;
    let service = config.service_named(&input.service_id).ok_or_else(|| Fault::not_found("service"))?.id;
    let lane = match (input.queue_id, input.site_id) {
        (Some(queue), _) => lane_of_queue(&line, queue),
        (None, Some(site)) => Lane::Site(site),
        (None, None) => {
            line.directory().default_site(ctx.tenant).map_or(Lane::Tenant, |site| Lane::Site(site.id))
        }
    };
    let who = input.customer_info.unwrap_or_default();
    let channel = if staff { Channel::Api } else { Channel::Web };
    let user_id = ctx.actor.user().filter(|_| !staff);
    if let Some(at) = input.preferred_slot {
        let queue = input.queue_id.map(|id| config.queue(id).ok_or_else(|| Fault::not_found("queue")));
        let wanted = SlotWanted {
            service_id: service,
            site_id: queue.transpose()?.map(|queue| queue.site_id).or(input.site_id),
            at,
            name: who.name,
            phone: who.phone,
            email: who.email,
            party_size: who.party_size,
            channel,
            user_id,
            staff,
        };
        return write(&ctx, &line, lane, move |line, tx| {
            Ok(Created(TokenGiven::Booked(book(line, tx, &wanted)?)))
        })
        .await;
    }
    let wanted = Issue {
        queue_id: input.queue_id,
        service_id: Some(service),
        site_id: input.site_id,
        name: who.name,
        phone: who.phone,
        email: who.email,
        party_size: who.party_size,
        proof: Proof { position: input.position, code: input.join_code },
        channel: Some(channel),
        user_id,
        ..Issue::default()
    };
    write(&ctx, &line, lane, move |line, tx| {
        let t = issue::issue(line, tx, &wanted, Terms { staff, confirmed: staff, ..Terms::default() })?;
        let config = line.config(tx)?;
        let (queue, service) = (line.queue(&config, t.queue_id)?, line.service(&config, t.service_id)?);
        let place = (Some(t.key()), tx.now());
        let estimate = line.estimate(&config, &queue, &service, place.0, place.1).for_ticket();
        Ok(Created(TokenGiven::Waiting(Box::new(TokenMade {
            eta: line.minutes_told(&config, &queue, &service, place, &estimate),
            estimate,
            position: t.issued_ahead + 1,
            qr: format!("/t/{}", line.secrets().seal(t.id)),
            token_id: t.id,
            queue_id: t.queue_id,
            service_id: t.service_id,
            status: t.status,
            issued_at: t.issued_at,
            token_number: t.number,
        }))))
    })
    .await
}

pub(super) async fn status(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
) -> Result<Json<Standing>, Fault> {
    // A customer sees their own token; staff who may read tickets see all.
    let me = line.clone();
    let read = move |read: &mut Read<'_>| {
        let found =
            me.slots().get().find(read, id.uuid()).map_err(|fault| Error::Refused(Box::new(fault)))?;
        let Some(slot) = found else { return Ok(None) };
        let tenant = read.tenant().ok_or(Error::NotFound("ticket"))?;
        let staff = read.caller().may(&TICKETS_READ) && read.caller().may_at(slot.site_id);
        if staff || is_own(&me, read, tenant, slot.customer_id)? {
            Ok(Some(slot))
        } else {
            Err(Error::NotFound("ticket"))
        }
    };
    let id = match line.db().read(&ctx, read).await? {
        None => id,
        Some(SlotBooked { ticket_id: Some(ticket), .. }) => ticket,
        Some(slot) => return Ok(Json(Standing::Booked(TokenBooked::of(slot, ctx.now())))),
    };
    let t = visible(&ctx, &line, id).await?;
    let eta = match (&t.estimate, line.live().ticket(id)) {
        (Some(estimate), Some(own)) => {
            let config = config_of(&ctx, &line).await?;
            let (queue, service) = (line.queue(&config, t.queue_id)?, line.service(&config, t.service_id)?);
            let place = (Some((own.rank, own.id)), ctx.now());
            Some(line.minutes_told(&config, &queue, &service, place, estimate))
        }
        _ => None,
    };
    Ok(Json(Standing::Ticket(Box::new(TokenStatus {
        token_id: t.id,
        token_number: t.number,
        status: t.status,
        position: t.position,
        queue_position: t.position,
        people_ahead: t.people_ahead,
        eta,
        estimate: t.estimate,
        counter_id: t.counter_id,
        counter_number: t.counter_number,
    }))))
}
