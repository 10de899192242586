//! Synchronisation between processes: live types, which mean something only inside a region.
//!
//! With the feature `async`, futures wait beside the calls that block a thread: `changed`, `wait_until_async`, `pop_async`,
//! `push_async`, `next_async` and `versions`, on any executor, and `as_eventfd` for event loops. A future that is
//! dropped waits no longer, and has taken nothing. Locks are not awaited: a guard belongs to the thread that locked.
//!
//! All of them are `Debug`, so that a struct that has them can derive it; their views show their values.

#[cfg(feature = "async")]
mod awaiting;
mod barrier;
mod condition;
mod event;
mod follower;
mod guard;
mod kernel;
mod latest;
mod mutex;
mod once;
mod owners;
mod per_process;
mod producer;
mod publisher;
mod queue;
mod queued;
mod raw_barrier;
mod raw_lock;
mod raw_rows;
mod raw_rwlock;
mod raw_semaphore;
mod ring;
mod rwlock;
mod semaphore;
mod slot;
mod token;
mod turn;
mod value;
mod versions;
#[cfg(test)]
mod wakes;
mod watched;

pub(crate) use guard::{Guard, Lockable};
pub(crate) use raw_barrier::{MemberToken, RawBarrier};
pub(crate) use raw_lock::{Held, RawLock};
pub(crate) use raw_rows::{RawRows, RowToken};
pub(crate) use raw_rwlock::{RawRwLock, Writing};
pub(crate) use raw_semaphore::{PermitToken, RawSemaphore};
pub(crate) use slot::{Draft, bytes_of, load_value, value_of, values_of, words_of};

pub use crate::interrupt::interruptible;
#[cfg(feature = "async")]
pub use awaiting::{EventFd, Versions};
pub use barrier::{Barrier, BarrierView, Member};
pub use event::{Armed, Event, EventView, Ticket};
pub use follower::Follower;
pub use latest::{Latest, LatestView};
pub use mutex::{Mutex, MutexGuard, MutexView};
pub use once::{Once, OnceView};
pub use per_process::{Fold, PerProcess, PerProcessView, ProcessRow, Row};
pub use producer::Producer;
pub use publisher::Publisher;
pub use queue::{Queue, QueueView};
pub use ring::{Ring, RingView};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockView, RwLockWriteGuard};
pub use semaphore::{Permit, Semaphore, SemaphoreView};
pub use value::Value;
pub use watched::{Watched, WatchedView};
