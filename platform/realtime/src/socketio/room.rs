//! The rooms that Socket.IO clients know.

use std::fmt;

use usher_kernel::TenantId;
use uuid::Uuid;

use crate::room::{Room, split_name};

/// A Socket.IO room of one tenant: `global`, `service:<id>` or `counter:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketRoom {
    /// Everything in the tenant.
    Global,
    /// One service, at all sites.
    Service(Uuid),
    /// One counter.
    Counter(Uuid),
}

impl SocketRoom {
    /// Reads a name as a client writes it.
    pub(super) fn read(name: &str) -> Option<Self> {
        match split_name(name.trim())? {
            ("global", None) => Some(Self::Global),
            ("service", Some(id)) => Some(Self::Service(id)),
            ("counter", Some(id)) => Some(Self::Counter(id)),
            _ => None,
        }
    }

    /// The hub's room of the same name, whose gate and snapshot count here too.
    pub(super) fn within(self, tenant: TenantId) -> Room {
        match self {
            Self::Global => Room::whole(tenant, "global"),
            Self::Service(id) => Room::new(tenant, "service", id),
            Self::Counter(id) => Room::new(tenant, "counter", id),
        }
    }
}

impl fmt::Display for SocketRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("global"),
            Self::Service(id) => write!(f, "service:{id}"),
            Self::Counter(id) => write!(f, "counter:{id}"),
        }
    }
}
