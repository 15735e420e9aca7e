//! Who may follow an appointment live, and what it looks like to somebody who comes in.
//!
//! | room | hears | who may join |
//! |---|---|---|
//! | `appointment` | what happens to it | its holder; `appointments:read` at its site |
//!
//! Staff hear of all appointments of a site in the line's room `site`; everybody hears in `board` and `service`
//! that slots have changed.

use std::sync::Arc;

use bytes::Bytes;
use usher_db::Read;
use usher_http::BoxFuture;
use usher_kernel::{Actor, Ctx, Fault, FaultKind};
use usher_realtime::{Room, RoomGate, SnapshotSource};

use crate::model::AppointmentId;
use crate::model::scopes::APPOINTMENTS_READ;
use crate::ops::{self, Appointments, show};
use crate::store;

/// Opens the rooms of this context on the hub.
pub(crate) fn open_rooms(me: &Appointments) {
    let rooms = Arc::new(Rooms(me.clone()));
    let gate = Arc::clone(&rooms) as Arc<dyn RoomGate>;
    me.line().hub().register("appointment", gate, Some(rooms));
}

struct Rooms(Appointments);

impl RoomGate for Rooms {
    fn may_join<'a>(&'a self, ctx: &'a Ctx, room: &'a Room) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let id = room.id().unwrap_or_default();
            if matches!(&ctx.actor, Actor::Link { kind: "appointment", id: own } if *own == id) {
                return Ok(());
            }
            if !ctx.may(&APPOINTMENTS_READ) {
                return Err(match ctx.actor {
                    Actor::Anonymous => {
                        let text = "Sign in first: this needs a valid credential.";
                        Fault::new(FaultKind::Unauthenticated, "not_signed_in", text)
                    }
                    _ => {
                        let text = format!("This needs the scope {}.", APPOINTMENTS_READ.as_str());
                        Fault::new(FaultKind::Forbidden, "forbidden", text)
                    }
                });
            }
            let id = AppointmentId::from_uuid(id);
            let site = self.0.db().read(ctx, move |read| store::appointments::site_of(read, id)).await?;
            site.filter(|site| ctx.may_at(*site)).map(|_| ()).ok_or_else(|| Fault::not_found("appointment"))
        })
    }
}

impl SnapshotSource for Rooms {
    fn snapshot<'a>(&'a self, room: &'a Room) -> BoxFuture<'a, Result<Bytes, Fault>> {
        Box::pin(async move {
            let id = AppointmentId::from_uuid(room.id().unwrap_or_default());
            let ctx = Ctx::system(room.tenant(), "appointments", self.0.line().clock().clone());
            let me = self.0.clone();
            let read = move |read: &mut Read<'_>| {
                let a = ops::appointment(read, id)?;
                show::public(&me, read, &a)
            };
            let page = self.0.db().read(&ctx, read).await?;
            serde_json::to_vec(&page).map(Bytes::from).map_err(Fault::internal)
        })
    }
}
