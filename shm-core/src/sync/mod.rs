//! Synchronisation between processes: live types, which mean something only inside a region.

mod mutex;
mod raw_lock;
mod surroundings;

pub use mutex::{LockError, LockLost, Mutex, MutexGuard, MutexView};
