//! Fields, the parts of a view. Each is one atomic, or an array of them, with a type.
//!
//! [`scalar`] is the atomic itself; [`checked`] validates the value that it reads from one, [`ordered`]
//! stores it in a fixed byte order. [`packed`] and [`c_text`] are runs of [`bytes`]; [`text`] and
//! [`byte_string`] have a length of their own, [`counted`]. [`array`] and [`bulk`] copy many at a time.

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

/// Seals traits that are implemented only in this crate.
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
