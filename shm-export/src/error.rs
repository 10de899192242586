//! [`Error`]: why a layout was not exported.

/// The reason why a layout cannot be exported, or a document was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Types of a kind that only a later version of the format knows.
    #[error(
        "the layout has types of a kind that this program does not know: export it with a newer \
         version of `shm`"
    )]
    UnknownKind,
    /// A live type that does not have the parts that `docs/format.md` gives for its role.
    #[error(
        "the layout has a `{role}` that is not made of the parts which docs/format.md gives for \
         one: it was not written by shm-core; create the region anew"
    )]
    Malformed {
        /// The role that it claims.
        role: String,
    },
    /// A live type inside a `Latest`, where it cannot work.
    #[error(
        "the layout has a `{ty}` inside a `Latest`, of which one reads copies: it was not \
         written by shm-core; create the region anew"
    )]
    LiveInCopies {
        /// The type.
        ty: String,
    },
    /// The text would be longer than anything can use.
    #[error(
        "the layout is too large for a C header, which would have about {found} MiB, and at most {most} are \
         written: export it with `--lang json`, or make a region of fewer fields"
    )]
    TooLarge {
        /// About how long it would be, in MiB.
        found: u64,
        /// The most that is written, in MiB.
        most: u64,
    },
    /// A document is not the JSON of a schema.
    #[error("{fault}")]
    Document {
        /// Where in it what is wrong.
        fault: String,
    },
}
