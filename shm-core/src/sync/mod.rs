//! Synchronisation between processes: live types, which mean something only inside a region.

mod event;
mod mutex;
mod once;
mod raw_lock;
mod surroundings;
mod watched;

pub use event::{Event, EventView, Ticket};
pub use mutex::{LockError, LockLost, Mutex, MutexGuard, MutexView};
pub use once::{Once, OnceError, OnceView};
pub use watched::{Watched, WatchedView};
