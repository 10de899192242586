//! Schemas: a layout as bytes that travel with the region, and back.
//!
//! ```text
//! &'static Layout -> encode -> canonical bytes -> decode -> Schema -> Difference
//! description -> SchemaBuilder ---------------------> Schema, Annotations
//! ```
//! Two types have the same layout exactly when their canonical bytes are equal. What people wrote
//! about a type (its name, doc comments, units) is beside it, in [`Annotations`], and is never
//! compared. The bytes are specified in `docs/format.md`.

mod annotations;
mod builder;
mod bytes;
mod canonical;
mod decode;
mod diff;
mod encode;
mod error;
mod evolution;
mod index;
mod model;
mod name;
mod parts;
mod record;
#[cfg(test)]
pub(crate) mod samples;
mod table;
pub(crate) mod tag;
#[cfg(test)]
mod tests;
mod text;
mod text_fault;
mod types;
mod verify;
mod zero;

pub use annotations::{Annotations, FieldNotes, TypeNotes};
pub use builder::{SchemaBuilder, TypeId};
pub use diff::{Difference, Row};
pub use error::{SchemaError, TypeFault};
pub use evolution::{Compatible, Fault, Incompatible, Room, Side, Why, compare};
pub use model::{Schema, Variant};
pub use parts::{EnumType, StructField, StructType};
pub use text_fault::TypeTextFault;
pub use types::{Field, Type, TypeKind};

pub use annotations::encode as encode_annotations;
pub use encode::Encoded;
pub use name::{identifier_len, is_name};
#[doc(hidden)]
pub use text_fault::excerpt;
pub use verify::fits;
