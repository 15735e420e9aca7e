//! One question for all things of a list, instead of one each.

use std::collections::{BTreeSet, HashMap};

use parking_lot::Mutex;
use serde_json::Value;
use usher_kernel::{Ctx, Fault};
use uuid::Uuid;

use crate::graph::Load;

/// What came back for one id: none where nothing is there.
type Known = Result<Option<Value>, Fault>;

/// The things that a request looks up through one link.
#[derive(Default)]
pub(crate) struct Batch {
    wanted: Mutex<BTreeSet<Uuid>>,
    known: tokio::sync::Mutex<HashMap<Uuid, Known>>,
}

impl Batch {
    /// The things with these ids, in their order, without those that are not there.
    pub(crate) async fn load(&self, ctx: &Ctx, load: &Load, ids: &[Uuid]) -> Result<Vec<Value>, Fault> {
        self.wanted.lock().extend(ids);
        // The things of a list are resolved side by side: let the others say what they want, too.
        tokio::task::yield_now().await;
        let mut known = self.known.lock().await;
        let wanted: Vec<Uuid> = {
            let wanted = std::mem::take(&mut *self.wanted.lock());
            wanted.into_iter().filter(|id| !known.contains_key(id)).collect()
        };
        if !wanted.is_empty() {
            let found = load(ctx.clone(), wanted.clone()).await;
            known.extend(wanted.into_iter().map(|id| {
                let one = found.as_ref().map(|found| found.get(&id).cloned()).map_err(Fault::clone);
                (id, one)
            }));
        }
        let each = ids.iter().filter_map(|id| known.get(id).cloned()?.transpose());
        each.collect()
    }
}
