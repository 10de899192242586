//! stub
pub mod format;
pub mod layout;
pub mod schema;
pub mod typecodes;

mod access;
mod error;
mod field;
#[doc(hidden)]
pub mod protocol;
mod region;
mod root;
mod scalar;

mod shared_layout;

pub use access::{Access, CanWrite, ReadOnly, ReadWrite};
pub use error::InvalidValue;
pub use field::{
    Be, Bulk, BulkError, CText, CTextError, CTextField, Checked, Field, Le, LengthMismatch,
    MarkerView, Ordered, OrderedField, Packed, PackedField, TooLong, Validated,
};
pub use root::{Root, RootValue, Tail, TailRoot, View};
pub use scalar::{ByteOrdered, Integer, Scalar};
pub use shared_layout::{Plain, PlainView, Shared, SharedLayout, ValidZeroed};

/// Numbers in a fixed byte order at any address, for packed foreign records: zerocopy's own.
/// In a view they are [`PackedField`]s.
pub use zerocopy::byteorder;
