//! Schemas: a layout as bytes that travel with the region.

pub(crate) mod tag;
