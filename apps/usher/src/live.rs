//! Live connections end with what let them in: a session, a key, a device, a role.

use serde::Deserialize;
use usher_events::{Bus, Event};
use usher_kernel::{Actor, UserId};
use usher_realtime::{Closing, Hub};

/// Lets listeners go as soon as their right to listen changes, on every node. Who still has a right
/// comes back by itself, is asked anew and goes on where it was.
pub(crate) fn follow_revocations(hub: &Hub, bus: &Bus) {
    let hub = hub.clone();
    bus.listen(move |event| heard(&hub, event));
}

fn heard(hub: &Hub, event: &Event) {
    match &*event.kind {
        "session.revoked" | "api_key.revoked" | "device.revoked" => hub.revoke_credential(event.thing_id),
        "user.status_changed" | "user.password_changed" => {
            hub.revoke_user(UserId::from_uuid(event.thing_id));
        }
        "member.role_changed" | "member.updated" | "member.removed" => match member_of(event) {
            Some(user) => hub.revoke_user(user),
            None => tracing::warn!(kind = %event.kind, "an event about a member does not say whom"),
        },
        // Whoever has the role may be in any room; such a change is rare and coming back costs little.
        "role.updated" | "role.deleted" => {
            hub.close_where(|caller| matches!(caller.actor, Actor::User { .. }), Closing::Revoked);
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
