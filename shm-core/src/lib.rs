//! stub
pub mod layout;

mod access;
mod error;
mod field;
mod region;
mod root;
mod scalar;
mod schema;
mod shared_layout;

pub use access::{Access, CanWrite, ReadOnly, ReadWrite};
pub use error::InvalidValue;
pub use field::{Bulk, BulkError, Checked, Field, LengthMismatch, MarkerView, Validated};
pub use root::{Root, RootValue, Tail, TailRoot, View};
pub use scalar::{Integer, Scalar};
pub use shared_layout::{Plain, PlainView, Shared, SharedLayout, ValidZeroed};
