//! Who may listen where, and what a room looks like to somebody who comes in.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use usher_db::{DbError, Read};
use usher_http::BoxFuture;
use usher_identity::model::DeviceView;
use usher_identity::model::scopes::DEVICES_READ;
use usher_kernel::{Actor, Ctx, Fault, FaultKind, Id, Scope, SiteId, UserId};
use usher_realtime::{Room, RoomGate, SnapshotSource};
use uuid::Uuid;

use crate::error::Error;
use crate::model::TicketId;
use crate::model::scopes::{COUNTERS_READ, QUEUES_READ, STATS_READ, TICKETS_READ};
use crate::ops::{Queueing, show};
use crate::store;

/// Opens the rooms of the line on the hub:
///
/// | room | hears | who may join |
/// |---|---|---|
/// | `board` | what is public of a site: board, announcements | whoever the path lets in |
/// | `site` | everything at a site | `tickets:read`, `stats:read` at that site |
/// | `queue` | which number stands how | `queues:read` at its site |
/// | `service` | the same, at all sites | `queues:read`, without limits to sites |
/// | `counter` | which number stands there how, and who sits there | `counters:read` at its site |
/// | `agent` | that agent's tickets and console | the agent; `tickets:read`, without limits to sites |
/// | `device` | that it was set up anew, its tests | `devices:read` at its site; the device, by its own path |
/// | `ticket` | the ticket's public page | `tickets:read` at its site; its holder |
/// | `global` | every ticket of the tenant | `tickets:read`, without limits to sites |
pub(crate) fn open_rooms(line: &Queueing) {
    for kind in ["board", "site", "queue", "service", "counter", "agent", "device", "ticket", "global"] {
        let rooms = Arc::new(Rooms(line.clone()));
        line.hub().register(kind, Arc::clone(&rooms) as Arc<dyn RoomGate>, Some(rooms));
    }
}

struct Rooms(Queueing);

impl RoomGate for Rooms {
    fn may_join<'a>(&'a self, ctx: &'a Ctx, room: &'a Room) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let id = room.id().unwrap_or_default();
            match room.kind() {
                // A site is known by its board's own path; here only its staff ask.
                "board" | "site" => {
                    holds(ctx, &[TICKETS_READ, STATS_READ])?;
                    self.at_site(ctx, Id::from_uuid(id))
                }
                "queue" => {
                    holds(ctx, &[QUEUES_READ])?;
                    let config = super::config_of(ctx, &self.0).await?;
                    let queue = config.queue(Id::from_uuid(id)).ok_or_else(|| Fault::not_found("queue"))?;
                    self.at_site(ctx, queue.site_id)
                }
                "service" => {
                    holds(ctx, &[QUEUES_READ])?;
                    let config = super::config_of(ctx, &self.0).await?;
                    config.service(Id::from_uuid(id)).ok_or_else(|| Fault::not_found("service"))?;
                    everywhere(ctx, "service")
                }
                "counter" => {
                    holds(ctx, &[COUNTERS_READ])?;
                    let config = super::config_of(ctx, &self.0).await?;
                    let counter =
                        config.counter(Id::from_uuid(id)).ok_or_else(|| Fault::not_found("counter"))?;
                    self.at_site(ctx, counter.site_id)
                }
                "agent" if ctx.actor.user() == Some(UserId::from_uuid(id)) => Ok(()),
                // A console shows the people of whichever site the agent sits at, with what they said of themselves.
                "agent" => {
                    holds(ctx, &[TICKETS_READ])?;
                    everywhere(ctx, "agent")?;
                    self.is_of_the_tenant(ctx, UserId::from_uuid(id)).await
                }
                "device" => {
                    holds(ctx, &[DEVICES_READ])?;
                    let device = self.device(ctx, id).await?.ok_or_else(|| Fault::not_found("device"))?;
                    self.at_site(ctx, device.site_id)
                }
                "ticket" => match &ctx.actor {
                    Actor::Link { kind: "ticket", id: own } if *own == id => Ok(()),
                    _ => {
                        holds(ctx, &[TICKETS_READ])?;
                        let site = self.site_of(ctx, Id::from_uuid(id)).await?;
                        self.at_site(ctx, site)
                    }
                },
                _ => {
                    holds(ctx, &[TICKETS_READ])?;
                    everywhere(ctx, "room")
                }
            }
        })
    }
}

/// Passes who holds one of these scopes.
pub(super) fn holds(ctx: &Ctx, any: &[Scope]) -> Result<(), Fault> {
    if any.iter().any(|scope| ctx.may(scope)) {
        return Ok(());
    }
    if matches!(ctx.actor, Actor::Anonymous) {
        let text = "Sign in first: this needs a valid credential.";
        return Err(Fault::new(FaultKind::Unauthenticated, "not_signed_in", text));
    }
    let names: Vec<&str> = any.iter().map(Scope::as_str).collect();
    Err(Fault::new(
        FaultKind::Forbidden,
        "forbidden",
        format!("This needs the scope {}.", names.join(" or ")),
    ))
}

/// Passes who is limited to no site; to others a room that hears several is not there.
fn everywhere(ctx: &Ctx, what: &'static str) -> Result<(), Fault> {
    if ctx.sites.is_empty() { Ok(()) } else { Err(Fault::not_found(what)) }
}

impl Rooms {
    fn at_site(&self, ctx: &Ctx, site: SiteId) -> Result<(), Fault> {
        let known = self.0.directory().site(ctx.tenant, site).is_some();
        if known && ctx.may_at(site) { Ok(()) } else { Err(Fault::not_found("site")) }
    }

    async fn is_of_the_tenant(&self, ctx: &Ctx, user: UserId) -> Result<(), Fault> {
        let (me, tenant) = (self.0.clone(), ctx.tenant);
        let read = move |read: &mut Read<'_>| me.identity().is_member(read, tenant, user);
        if self.0.db().read(ctx, read).await? { Ok(()) } else { Err(Fault::not_found("agent")) }
    }

    async fn device(&self, ctx: &Ctx, id: Uuid) -> Result<Option<DeviceView>, DbError> {
        let (me, tenant) = (self.0.clone(), ctx.tenant);
        self.0.db().read(ctx, move |read: &mut Read<'_>| me.identity().device_in(read, tenant, id)).await
    }

    async fn site_of(&self, ctx: &Ctx, ticket: TicketId) -> Result<SiteId, Fault> {
        let found =
            self.0.db().read(ctx, move |read: &mut Read<'_>| store::tickets::get(read, ticket)).await?;
        found.map(|ticket| ticket.site_id).ok_or_else(|| Fault::not_found("ticket"))
    }

    async fn look(&self, room: &Room) -> Result<Bytes, Fault> {
        let line = &self.0;
        line.day_known().await;
        line.estimates_known().await;
        let (tenant, id) = (room.tenant(), room.id().unwrap_or_default());
        match room.kind() {
            "board" | "site" => json(&show::board(line, tenant, Id::from_uuid(id)).await?),
            "queue" => json(&show::queue(line, tenant, Id::from_uuid(id)).await?),
            "ticket" => json(&show::public_ticket(line, tenant, Id::from_uuid(id)).await?),
            "agent" => {
                let me = line.clone();
                let read = move |read: &mut Read<'_>| show::console(&me, read, tenant, Id::from_uuid(id));
                let ctx = show::reader(line, tenant);
                json(&line.db().read(&ctx, read).await?)
            }
            "counter" => {
                let me = line.clone();
                let ctx = show::reader(line, tenant);
                let view = line
                    .db()
                    .read(&ctx, move |read: &mut Read<'_>| {
                        let config = me.config(read)?;
                        let counter = me.counter(&config, Id::from_uuid(id))?;
                        Ok::<_, Error>(show::counter(&me, &config, tenant, &counter, read.now()))
                    })
                    .await?;
                json(&view)
            }
            "device" => {
                let ctx = show::reader(line, tenant);
                json(&self.device(&ctx, room.id().unwrap_or_default()).await?)
            }
            // Whole tenants and services have no state of their own; their lines have.
            _ => Ok(Bytes::from_static(b"null")),
        }
    }
}

impl SnapshotSource for Rooms {
    fn snapshot<'a>(&'a self, room: &'a Room) -> BoxFuture<'a, Result<Bytes, Fault>> {
        Box::pin(self.look(room))
    }
}

fn json(value: &impl Serialize) -> Result<Bytes, Fault> {
    serde_json::to_vec(value).map(Bytes::from).map_err(Fault::internal)
}
