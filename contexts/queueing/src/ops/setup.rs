//! How a tenant is set up at this moment, for whoever makes something anew from a log that does not go back to how that came.

use usher_db::{DbError, Read};
use usher_kernel::TenantId;

use crate::model::{AgentId, AgentStatus, Counter, CounterStatus, Service};
use crate::store;

/// A counter, and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterNow {
    /// How it is set up.
    pub counter: Counter,
    /// Whether it is open.
    pub open: bool,
    /// Who sits there.
    pub agent_id: Option<AgentId>,
    /// Whether that one is on a break.
    pub paused: bool,
}

/// The services and counters of a tenant, those that are out of use left out.
#[derive(Debug, Default)]
pub struct Setup {
    /// Services, in the order they were made.
    pub services: Vec<Service>,
    /// Counters, in the order they were made.
    pub counters: Vec<CounterNow>,
}

/// How a tenant is set up, asked past the memory: it need not be filled yet.
///
/// # Errors
/// The database failed.
pub fn setup(read: &mut Read<'_>, tenant: TenantId) -> Result<Setup, DbError> {
    let services = store::config::services(read, tenant)?;
    let counters = store::config::counters(read, tenant)?;
    let seats = store::agents::seats_of_tenant(read, tenant)?;
    let now = |counter: Counter| {
        let seat = seats.iter().find(|seat| seat.id == counter.id);
        CounterNow {
            counter,
            open: seat.is_some_and(|seat| seat.status == CounterStatus::Open),
            agent_id: seat.and_then(|seat| seat.agent_id),
            paused: seat.is_some_and(|seat| seat.agent_status == Some(AgentStatus::Paused)),
        }
    };
    Ok(Setup { services, counters: counters.into_iter().map(now).collect() })
}
