//! [`DoesNotFit`]: values, texts and slices that do not fit their place.

/// A value that does not fit the place it should be stored in, or the type it should be converted to.
/// Nothing was written.
// `Copy`: a caller that unwraps a copy's result keeps nothing to drop.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DoesNotFit {
    /// The two slices of a copy have different lengths.
    #[error("the region's slice has {shared} elements, the other slice has {private}")]
    Length {
        /// Elements in the slice of views.
        shared: usize,
        /// Elements in the slice of values.
        private: usize,
    },
    /// Text or bytes are longer than the field.
    #[error("the text has {len} bytes, the field has room for {capacity}")]
    TooLong {
        /// The text's length in bytes.
        len: usize,
        /// The number of bytes that the field holds.
        capacity: usize,
    },
    /// A NUL ends C text, so that no reader would see what follows it.
    #[error("the text has a NUL at byte {position}, where C text ends")]
    Nul {
        /// The position of the first NUL, in bytes.
        position: usize,
    },
}

impl DoesNotFit {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Nul { .. } => {
                Some("cut the text there, or use `[u8; N]` for bytes that are not text".to_owned())
            }
            _ => None,
        }
    }
}

shm_schema::debug_as_displayed!(DoesNotFit);
