//! The leaves of a view: one atomic each, typed.

mod array;
mod bulk;
mod bytes;
mod c_text;
mod c_text_error;
mod checked;
mod marker;
mod ordered;
mod packed;
mod scalar;

pub use bulk::{Bulk, BulkError, LengthMismatch};
pub use c_text::{CText, CTextField};
pub use c_text_error::{CTextError, TooLong};
pub use checked::{Checked, Validated};
pub use marker::MarkerView;
pub use ordered::{Be, Le, Ordered, OrderedField};
pub use packed::{Packed, PackedField};
pub use scalar::Field;
