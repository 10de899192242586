//! Values shared by threads of one process, for peers that work within one process only.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Shared = Arc<dyn Any + Send + Sync>;

/// The one `T` that the threads of this process share; created on the first call.
pub(super) fn shared<T: Any + Send + Sync>(make: impl FnOnce() -> T) -> Arc<T> {
    static ALL: Mutex<Option<HashMap<TypeId, Shared>>> = Mutex::new(None);
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    let shared = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(make()));
    Arc::clone(shared).downcast().expect("the key is the type")
}
