//! [`Encoded`]: a layout's canonical bytes, made once.

use super::SchemaError;
use super::lower::canonical_bytes;
use crate::layout::Layout;
use crate::layout::fnv1a;

/// The canonical schema bytes of a layout with their hash, for a program that compares them with those of
/// many regions.
#[derive(Clone, Debug)]
pub struct Encoded {
    layout: &'static Layout,
    bytes: Vec<u8>,
    hash: u64,
}

impl Encoded {
    /// Encodes a layout.
    ///
    /// # Errors
    /// If the layout exceeds a limit of the format.
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        let bytes = canonical_bytes(layout)?;
        let hash = fnv1a(&bytes);
        Ok(Self { layout, bytes, hash })
    }

    /// The layout.
    #[must_use]
    pub fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// The bytes of a region's schema section, if it was made with this layout.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the bytes, which is the section's checksum.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }
}
