//! Access by name at run time, for programs that do not have a region's types.
//!
//! ```text
//! description -> DynLayout -> created region
//! name -> checked header -> schema -> DynRegion -> path -> FieldPath -> DynValue
//! ```

// `resolve` finds where a path leads, `memory` accesses the bytes there, `read` and `write` turn them
// into values and back.

mod at_place;
mod barrier;
mod beside;
mod budget;
mod bulk;
mod convert;
mod create;
mod event;
mod expected;
mod field_path;
mod fill;
mod fit;
mod follow;
mod guard;
mod literal;
mod lock;
mod locking;
pub(crate) mod locks;
mod malformed;
mod map;
mod memory;
mod numbers;
mod object;
mod of_role;
mod once;
mod options;
mod outcome;
mod outline;
mod overlay;
mod pieces;
mod push;
mod queue;
mod read;
mod read_lock;
mod region;
mod resolve;
mod row;
mod rows;
mod scalars;
mod semaphore;
#[cfg(feature = "serde")]
mod serialize;
mod source;
mod spans;
mod spot;
mod stored;
mod taking;
mod trail;
pub mod units;
mod value;
mod write;
mod zero;

pub use barrier::{DynBarrier, DynMember};
pub use field_path::FieldPath;
pub use follow::DynFollower;
pub use guard::DynGuard;
pub use lock::{DynLock, Taken};
pub use map::DynMap;
pub use outcome::DynOutcome;
pub use overlay::DynOverlay;
pub use pieces::Piece;
pub use read_lock::{DynReadLock, Seat};
pub use region::DynRegion;
pub use row::DynRow;
pub use rows::{DynProcessRow, DynRows};
pub use semaphore::{DynPermit, DynSemaphore};
pub use shm_schema::describe::{DynLayout, DynLayoutBuilder, TypeTexts};
pub use shm_schema::fields::{DynField, Fields};
pub use spot::Spot;
pub use value::DynValue;
