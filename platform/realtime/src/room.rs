//! Rooms: what a live client listens to.

use std::fmt;

use usher_kernel::TenantId;
use uuid::Uuid;

/// One place where events of a tenant are heard: a queue, a counter, a ticket, a whole site.
///
/// The tenant is part of the key, so a room of one tenant can never be reached from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Room {
    tenant: TenantId,
    kind: &'static str,
    id: Option<Uuid>,
}

impl Room {
    /// The room of one thing: `Room::new(tenant, "queue", queue.uuid())`, on the wire `queue:<uuid>`.
    pub const fn new(tenant: TenantId, kind: &'static str, id: Uuid) -> Self {
        Self { tenant, kind, id: Some(id) }
    }

    /// The one room of its kind in a tenant: `Room::whole(tenant, "global")`, on the wire `global`.
    pub const fn whole(tenant: TenantId, kind: &'static str) -> Self {
        Self { tenant, kind, id: None }
    }

    /// The tenant that the room belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// What kind of thing is listened to.
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The thing itself; nothing for a room that stands for the whole tenant.
    pub const fn id(&self) -> Option<Uuid> {
        self.id
    }
}

/// The room's name on the wire, without its tenant: `queue:<uuid>` or `global`.
impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        match self.id {
            Some(id) => write!(f, ":{id}"),
            None => Ok(()),
        }
    }
}

/// Splits a room's name from the wire into its kind and its id.
///
/// Nothing when what follows the colon is not a UUID.
pub(crate) fn split_name(name: &str) -> Option<(&str, Option<Uuid>)> {
    match name.split_once(':') {
        None => Some((name, None)),
        Some((kind, id)) => Uuid::try_parse(id).ok().map(|id| (kind, Some(id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let queue = Room::new(tenant, "queue", Uuid::from_u128(7));
        assert_eq!(queue.to_string(), "queue:00000000-0000-0000-0000-000000000007");
        assert_eq!(split_name(&queue.to_string()), Some(("queue", Some(Uuid::from_u128(7)))));
        assert_eq!(split_name("global"), Some(("global", None)));
        assert_eq!(split_name("queue:seven"), None);
    }
}
