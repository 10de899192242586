//! Synchronisation between processes: live types, which mean something only inside a region.
//!
//! All of them are `Debug`, so that a struct that has them can derive it; their views show their values.

mod event;
mod follower;
mod guard;
mod kernel;
mod latest;
mod mutex;
mod once;
mod owners;
mod producer;
mod publisher;
mod queue;
mod queued;
mod raw_lock;
mod ring;
mod slot;
mod turn;
mod value;
mod versions;
#[cfg(test)]
mod wakes;
mod watched;

pub(crate) use guard::{Guard, Lockable};
pub(crate) use raw_lock::{Held, RawLock, Token};
pub(crate) use slot::{Draft, load_value, words_of};

pub use event::{Event, EventView, Ticket};
pub use follower::Follower;
pub use latest::{Latest, LatestView};
pub use mutex::{Mutex, MutexGuard, MutexView};
pub use once::{Once, OnceView};
pub use producer::Producer;
pub use publisher::Publisher;
pub use queue::{Queue, QueueView};
pub use ring::{Ring, RingView};
pub use value::Value;
pub use watched::{Watched, WatchedView};
