//! Looking at a region from outside: what its file says, who takes part in its locks, who holds one.
//!
//! ```text
//! name -> file -> checked header -> Inspection     read, never mapped
//! DynRegion -> path -> LockState                   plain loads, nothing is taken
//! ```
//! Nothing here disturbs whoever uses the region: the header and the participants are read as a file
//! is, and whether a process lives is asked in the way that lockers ask it (`attach/liveness.rs`).

mod inspection;
mod lock_state;
mod observer;
mod participant;

pub use inspection::Inspection;
pub use lock_state::{Holder, LockState};
pub use participant::Participant;
