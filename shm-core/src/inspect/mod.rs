//! A region seen from outside: what its file says, which processes take part in its locks, and which of
//! them holds one.
//!
//! ```text
//! name -> file -> checked header -> Inspection     read, never mapped
//! DynRegion -> path -> LockState                   plain loads, nothing is taken
//! ```
//! Nothing here disturbs the processes that use the region: its header and participants are read like a
//! file, and whether a process is alive is determined as lockers do it.

mod heap_state;
mod inspection;
mod lock_state;

pub use crate::attach::{Liveness, Participant};
pub use heap_state::{HeapHolder, HeapObject, HeapSize, HeapSpan, HeapState};
pub use inspection::Inspection;
pub use lock_state::{Holder, LockState};
