//! Schemas: a layout as bytes that travel with the region, and back.
//!
//! ```text
//! &'static Layout -> lower ---------> Schema -> encode -> canonical bytes
//! description -> SchemaBuilder -----> Schema -> compare -> Compatible | Incompatible
//! canonical bytes, notes -> decode -> Schema -> Difference
//! ```
//! Two types have the same layout exactly when their canonical bytes are equal. A [`Schema`] also has
//! notes about its types (names, doc comments, units, locks of fields), which are never compared, and have a
//! section of their own in a region. The bytes are specified in [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md).

mod builder;
mod bytes;
mod canonical;
mod closest;
mod decode;
mod diff;
mod encoded;
mod error;
mod evolution;
mod flags;
mod guards;
mod index;
mod live;
mod lower;
mod model;
mod name;
mod notes;
mod parts;
mod record;
#[cfg(test)]
pub(crate) mod samples;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod text_fault;
mod types;
mod verify;
mod zero;

pub use builder::{SchemaBuilder, TypeId};
pub use closest::closest;
pub use diff::{Difference, Row};
pub use encoded::Encoded;
pub use error::{SchemaError, TypeFault};
pub use evolution::{Compatible, Conflict, Fault, Incompatible, Room, compare};
pub use live::{Contents, Counted, Held, Live, LiveValue, Queue, Ring, Rows, Seats};
pub use model::{Schema, Variant};
pub use name::{identifier_len, is_name};
pub use parts::{EnumType, StructField, StructType};
pub use text_fault::TypeTextFault;
#[doc(hidden)]
pub use text_fault::excerpt;
pub use types::{Field, Fields, In, Type, TypeKind, TypeRef, Unknown};
pub use verify::fits;
