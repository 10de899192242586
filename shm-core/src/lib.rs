//! stub
pub mod format;
pub mod layout;
pub mod schema;
pub mod typecodes;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod access;
mod error;
mod field;
#[doc(hidden)]
pub mod protocol;
mod region;
mod root;
mod scalar;

mod shared_layout;

// Generated code names this crate by its path, also inside of it.
extern crate self as shm_core;

pub use shm_derive::SharedLayout;

pub use access::{Access, CanWrite, ReadOnly, ReadWrite};
pub use error::InvalidValue;
pub use field::{
    Be, Bulk, BulkError, CText, CTextError, CTextField, Checked, CheckedValue, Field, Le,
    LengthMismatch, MarkerView, Ordered, OrderedField, Packed, PackedField, TooLong, Validated,
};
pub use root::{Root, RootValue, Tail, TailRoot, View};
pub use scalar::{ByteOrdered, Integer, Scalar};
pub use shared_layout::{Plain, PlainView, Shared, SharedLayout, ValidZeroed};

/// Numbers in a fixed byte order at any address, for packed foreign records: zerocopy's own.
/// In a view they are [`PackedField`]s.
pub use zerocopy::byteorder;
