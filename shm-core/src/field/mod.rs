//! The leaves of a view: one atomic each, typed.

mod array;
mod bulk;
mod checked;
mod marker;
mod scalar;

pub use bulk::{Bulk, BulkError, LengthMismatch};
pub use checked::{Checked, Validated};
pub use marker::MarkerView;
pub use scalar::Field;
