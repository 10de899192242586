//! [`Error`]: the reason why a layout was not exported.

/// The reason why a layout cannot be exported, or a document was rejected. [`help`](Error::help) says what to
/// do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Types of a kind that only a later version of the format knows.
    #[error("the layout has types of a kind that this program does not know")]
    UnknownKind,
    /// A live type that does not have the parts that [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md) gives for its role.
    #[error(
        "the layout has a `{role}` that is not made of the parts which docs/format.md gives for one: it was \
         not written by shm-core"
    )]
    Malformed {
        /// The role that it claims.
        role: String,
    },
    /// A live type inside a `Latest`, where it cannot work.
    #[error(
        "the layout has a `{ty}` inside a `Latest`, which is read by copying: it was not written by shm-core"
    )]
    LiveInCopies {
        /// The type.
        ty: String,
    },
    /// A C header of the layout would be too long for a compiler.
    #[error(
        "the layout is too large for a C header, which would have about {found} MiB, and at most {most} are \
         written"
    )]
    TooLarge {
        /// About how long it would be, in MiB.
        found: u64,
        /// The most that is written, in MiB.
        most: u64,
    },
    /// A struct whose fields are not where C would put them, so that a class in Python cannot declare it.
    #[error("`{ty}.{field}` is not where C would put it, so a class in Python cannot declare it")]
    NotAsInC {
        /// The struct.
        ty: String,
        /// The first field that is elsewhere.
        field: String,
    },
    /// A document is not the JSON of a schema.
    #[error("{fault}")]
    Document {
        /// The place in the document, and what was found and expected there.
        fault: String,
    },
}

impl Error {
    /// Returns what to do about it, if known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::UnknownKind => Some("export it with a newer version of `shm`"),
            Self::Malformed { .. } | Self::LiveInCopies { .. } => Some("create the region again"),
            Self::TooLarge { .. } => Some("export it as JSON, or make a region of fewer fields"),
            Self::NotAsInC { .. } => {
                Some("export it as `python`: a module that needs no declaration")
            }
            Self::Document { .. } => None,
        }
    }
}
