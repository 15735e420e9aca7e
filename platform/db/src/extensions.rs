//! Things that higher layers hang on the database so that they can be found from inside an operation.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

/// At most one value of each type, shared.
#[derive(Default)]
pub(crate) struct Extensions(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Extensions {
    pub(crate) fn put<T: Send + Sync + 'static>(&self, value: Arc<T>) {
        self.0.write().insert(TypeId::of::<T>(), value);
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let found = self.0.read().get(&TypeId::of::<T>()).map(Arc::clone)?;
        found.downcast().ok()
    }
}
