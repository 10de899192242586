//! The fields of a view: each is one atomic, or an array of them, with a type.
//!
//! A field of a plain number is a [`Field`]. A [`Checked`] validates each value that it reads, an
//! [`OrderedField`] stores it in a fixed byte order, and a [`PackedField`] is a run of bytes.

// `scalar` is the atomic itself; `checked` and `ordered` wrap it. `packed` and `c_text` are runs of
// `bytes`; `text` and `byte_string` have a length of their own, `counted`. `array` and `bulk` copy many
// elements at a time.

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

pub mod typecodes;

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

/// Numbers in a fixed byte order at any address, for packed foreign records: zerocopy's own.
/// In a view they are [`PackedField`]s.
pub use zerocopy::byteorder;
