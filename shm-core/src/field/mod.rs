//! Fields: what a view is made of. Each is one atomic, or an array of them, with a type.
//!
//! [`scalar`] is the atomic itself; [`checked`] validates what it reads from one, [`ordered`] keeps it
//! in a fixed byte order. [`packed`] and [`c_text`] are runs of [`bytes`]; [`text`] and [`byte_string`]
//! have a length of their own, [`counted`]. [`array`] and [`bulk`] copy many at a time.

mod array;
mod bulk;
mod byte_string;
mod bytes;
mod c_text;
mod checked;
mod counted;
mod marker;
mod ordered;
mod packed;
mod scalar;
mod scalar_copy;
#[cfg(feature = "serde")]
mod serialize;
mod text;

/// Keeps traits whose implementors are all here from being implemented elsewhere.
pub(crate) mod sealed {
    pub trait Sealed {}
}

pub use bulk::Bulk;
pub use byte_string::{Bytes, BytesView};
pub use c_text::{CText, CTextField};
pub use checked::{Checked, Validated};
pub use marker::MarkerView;
pub use ordered::{Be, Le, Ordered, OrderedField};
pub use packed::{Packed, PackedField};
pub use scalar::Field;
#[cfg(feature = "serde")]
pub use serialize::as_number;
pub use text::{Text, TextView};
