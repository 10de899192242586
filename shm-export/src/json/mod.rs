//! The JSON form of a schema, which [`docs/schema-json.md`](https://docs.rs/crate/shm-core/latest/source/docs/schema-json.md) specifies.
//!
//! ```text
//! Schema + Annotations -> write -> Document -> pretty -> text
//! ```

mod model;
mod numpy;
mod pretty;
mod read;
mod types;
mod write;

pub use read::read;
pub use write::schema;
