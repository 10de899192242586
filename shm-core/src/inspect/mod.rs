//! Inspecting a region from outside: its header and schema, the participants in its locks, the holder of
//! a lock.
//!
//! ```text
//! name -> file -> checked header -> Inspection     read, never mapped
//! DynRegion -> path -> LockState                   plain loads, nothing is taken
//! ```
//! Inspection never disturbs the region's users: the header and the participants are read as a file is,
//! and liveness of a process is checked as lockers check it (`attach/liveness.rs`).

mod inspection;
mod lock_state;
mod observer;
mod participant;

pub use inspection::Inspection;
pub use lock_state::{Holder, LockState};
pub use participant::Participant;
