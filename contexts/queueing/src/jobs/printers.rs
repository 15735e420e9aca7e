//! The printers on record are asked how they are, about once a minute: who looks for a roll of paper only when somebody
//! stands there without a ticket looks too late.

use std::collections::HashMap;
use std::net::SocketAddr;

use parking_lot::Mutex;
use tokio::task::JoinSet;
use usher_identity::model::DeviceView;
use usher_kernel::{SignedDuration, SystemCtx, TenantId, Timestamp};
use uuid::Uuid;

use crate::http::look_at;
use crate::ops::Queueing;

/// For how long it stays good what a printer said, to this node or to another one.
const STAYS: SignedDuration = SignedDuration::from_secs(40);
/// How many are asked at once; one that is switched off takes seconds.
const AT_ONCE: usize = 16;

/// When this node last asked each of them.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<HashMap<Uuid, Timestamp>>);

impl Asked {
    /// Those whose turn it is, which are asked from now on.
    fn due(&self, line: &Queueing, known: Vec<(TenantId, DeviceView)>, now: Timestamp) -> Vec<Due> {
        let printing = line.printing();
        // A clock that was put back begins anew.
        let lately = |at: Timestamp| (SignedDuration::ZERO..STAYS).contains(&now.duration_since(at));
        let mut last = self.0.lock();
        last.retain(|_, at| lately(*at));
        let turn = |(tenant, printer): (TenantId, DeviceView)| {
            let address = printer.printer_address().filter(|address| (printing.allowed)(address.ip()))?;
            if last.contains_key(&printer.id) || printer.last_ping_at.is_some_and(lately) {
                return None;
            }
            last.insert(printer.id, now);
            Some(Due { tenant, printer, address })
        };
        known.into_iter().filter_map(turn).collect()
    }
}

/// A printer whose turn it is.
#[derive(Clone)]
struct Due {
    tenant: TenantId,
    printer: DeviceView,
    address: SocketAddr,
}

/// Asks those whose turn it is; how many they were.
pub(super) async fn ask(line: &Queueing, asked: &Asked, now: Timestamp) -> usize {
    let sys = SystemCtx::new("queueing", line.clock().clone());
    let identity = line.identity().clone();
    let known = match line.db().read_system(&sys, move |read| identity.printers(read)).await {
        Ok(known) => known,
        Err(error) => {
            tracing::warn!(%error, "the printers on record cannot be read");
            return 0;
        }
    };
    let due = asked.due(line, known, now);
    for few in due.chunks(AT_ONCE) {
        let mut asking = JoinSet::new();
        for one in few.iter().cloned() {
            let line = line.clone();
            asking.spawn(async move { look_at(&line, one.tenant, &one.printer, one.address).await });
        }
        while asking.join_next().await.is_some() {}
    }
    due.len()
}
