//! Text that does not fit, or that C cannot hold.

/// Text is longer than the field that should hold it; nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has {len} bytes, the field has room for {capacity}; nothing was written")]
pub struct TooLong {
    /// The text's length in bytes.
    pub len: usize,
    /// How many bytes the field holds.
    pub capacity: usize,
}

/// Why text cannot become a [`CText`](crate::CText); nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CTextError {
    /// The text is longer than the field.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// A NUL ends C text, so that no reader would see what follows it.
    #[error(
        "the text has a NUL at byte {position}, where C text ends; cut it there, or use `[u8; N]` \
         for bytes that are not text"
    )]
    Nul {
        /// Where the first NUL stands, in bytes.
        position: usize,
    },
}

crate::report::debug_as_displayed!(TooLong, CTextError);
