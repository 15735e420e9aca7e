//! What a check of the chain has found.

use std::fmt;

use usher_kernel::TenantId;

/// The first place where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A seal is not there.
    SealMissing {
        /// Its number.
        seal: i64,
    },
    /// A seal is not what it was.
    SealChanged {
        /// Its number.
        seal: i64,
    },
    /// A seal does not stand on the one before.
    LinkBroken {
        /// Its number.
        seal: i64,
    },
    /// A sealed event is not there.
    EventMissing {
        /// Its seal.
        seal: i64,
        /// Its place in the log.
        seq: i64,
    },
    /// A sealed event is not what it was.
    EventChanged {
        /// Its seal.
        seal: i64,
        /// Its place in the log.
        seq: i64,
    },
    /// The personal values beside a sealed event are neither erased nor what they were.
    PersonalChanged {
        /// The event's place in the log.
        seq: i64,
    },
    /// There are events behind the chain's head that no seal knows: they were added, or seals were cut off the end.
    Unsealed {
        /// How many.
        events: i64,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SealMissing { seal } => write!(f, "seal {seal} is missing"),
            Self::SealChanged { seal } => write!(f, "seal {seal} has been changed"),
            Self::LinkBroken { seal } => write!(f, "seal {seal} does not follow the seal before it"),
            Self::EventMissing { seal, seq } => write!(f, "event {seq} of seal {seal} is missing"),
            Self::EventChanged { seal, seq } => write!(f, "event {seq} of seal {seal} has been changed"),
            Self::PersonalChanged { seq } => {
                write!(f, "the personal values of event {seq} have been changed")
            }
            Self::Unsealed { events } => {
                write!(f, "{events} events behind the last seal were added, or their seals taken away")
            }
        }
    }
}

/// What a check of one tenant's chain has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The tenant; none for the events of the whole installation.
    pub tenant: Option<TenantId>,
    /// How many seals were checked.
    pub seals: u64,
    /// How many sealed events are in the log.
    pub events: u64,
    /// How many are past their retention and left their hash.
    pub retired: u64,
    /// The last seal's hash. Noted outside of the system, it also proves that no seal was cut off the end.
    pub head: Option<[u8; 32]>,
    /// The first broken place; none when the chain holds.
    pub broken: Option<Broken>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tenant {
            Some(tenant) => write!(f, "tenant {tenant}: ")?,
            None => f.write_str("installation: ")?,
        }
        match self.broken {
            Some(broken) => write!(f, "BROKEN: {broken}")?,
            None => f.write_str("intact")?,
        }
        write!(f, "; {} seals, {} events, {} past retention", self.seals, self.events, self.retired)?;
        if let Some(head) = &self.head {
            f.write_str(", head ")?;
            head.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        Ok(())
    }
}
