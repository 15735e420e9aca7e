//! What every operation of a database shares: things that higher layers hung on it, and the count of tenants' statements.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;

/// At most one value of each type, shared.
#[derive(Default)]
pub(crate) struct Extensions {
    things: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    statements: AtomicU64,
}

impl Extensions {
    pub(crate) fn put<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        self.things.write().insert(TypeId::of::<T>(), value);
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let found = self.things.read().get(&TypeId::of::<T>()).map(Arc::clone)?;
        found.downcast().ok()
    }

    /// A statement was run inside a tenant.
    pub(crate) fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were run.
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}
