//! Live connections end with what let them in: a session, a key, a device, a role, a tenant that works.

use std::sync::Arc;

use serde::Deserialize;
use usher_events::{Bus, Event};
use usher_http::BoxFuture;
use usher_identity::Identity;
use usher_kernel::{Actor, Caller, TenantId, UserId};
use usher_realtime::{Closing, Hub, Vouch};

/// Lets listeners go as soon as their right to listen changes, on every node. Who still has a right
/// comes back by itself, is asked anew and goes on where it was. What runs out by itself, and what was revoked
/// while its holder came in, is found by asking again.
pub(crate) fn follow_revocations(hub: &Hub, bus: &Bus, identity: &Identity) {
    let listening = hub.clone();
    bus.listen(move |event| heard(&listening, event));
    hub.vouched_by(Arc::new(Rights(identity.clone())));
}

/// What identity knows of those who listen.
struct Rights(Identity);

impl Vouch for Rights {
    fn still_holds<'a>(&'a self, caller: &'a Caller, tenant: Option<TenantId>) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            self.0.still_holds(caller, tenant).await.unwrap_or_else(|error| {
                // A database that is away takes nobody's right; it is asked again in a minute.
                tracing::warn!(%error, "whether somebody may go on listening could not be asked");
                true
            })
        })
    }
}

fn heard(hub: &Hub, event: &Event) {
    match &*event.kind {
        "session.revoked" | "api_key.revoked" | "device.revoked" => hub.revoke_credential(event.thing_id),
        "tenant.suspended" => hub.close_tenant(TenantId::from_uuid(event.thing_id)),
        "user.status_changed" | "user.password_changed" => {
            hub.revoke_user(UserId::from_uuid(event.thing_id));
        }
        "member.role_changed" | "member.updated" | "member.removed" => match member_of(event) {
            Some(user) => hub.revoke_user(user),
            None => tracing::warn!(kind = %event.kind, "an event about a member does not say whom"),
        },
        // Whoever has the role may be in any room; such a change is rare and coming back costs little.
        "role.updated" | "role.deleted" => {
            hub.close_where(|caller, _| matches!(caller.actor, Actor::User { .. }), Closing::Revoked);
        }
        _ => {}
    }
}

fn member_of(event: &Event) -> Option<UserId> {
    #[derive(Deserialize)]
    struct Payload {
        member: Member,
    }
    #[derive(Deserialize)]
    struct Member {
        user_id: UserId,
    }
    serde_json::from_str::<Payload>(event.payload.get()).ok().map(|payload| payload.member.user_id)
}
