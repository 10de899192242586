//! Fields: what a view is made of. Each is one atomic, or an array of them, with a type.
//!
//! [`scalar`] is the atomic itself; [`checked`] validates what it reads from one, [`ordered`] keeps it
//! in a fixed byte order. [`packed`] and [`c_text`] are runs of [`bytes`]. [`array`] and [`bulk`] copy
//! many at a time.

mod array;
mod bulk;
mod bytes;
mod c_text;
mod checked;
mod marker;
mod ordered;
mod packed;
mod partial_array;
mod scalar;
mod scalar_copy;

pub use bulk::Bulk;
pub use c_text::{CText, CTextField};
pub use checked::{Checked, Validated};
pub use marker::MarkerView;
pub use ordered::{Be, Le, Ordered, OrderedField};
pub use packed::{Packed, PackedField};
pub(crate) use partial_array::PartialArray;
pub use scalar::Field;
