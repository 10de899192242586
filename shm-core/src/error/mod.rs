//! Errors: each failure is a variant, with the value found and the value expected. An error's
//! `Display` is its cause, `help()` the advice, and `source()` the error that another module or the
//! operating system reported. `Debug` is all three: see `docs/decisions/0006-errors.md`.

mod by_name;
mod does_not_fit;
mod follow;
mod heap;
mod help;
mod invalid_value;
mod kind;
mod load;
mod lock;
mod push;

pub use by_name::DynError;
pub use does_not_fit::DoesNotFit;
pub use follow::FollowError;
pub use heap::HeapError;
pub use invalid_value::InvalidValue;
pub use kind::ErrorKind;
pub use load::LoadError;
pub use lock::LockError;
pub use push::PushError;

pub(crate) use invalid_value::Found;

use crate::format::FormatError;

/// An error of creating, opening or changing a region.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No file has this name.
    #[error("{region} does not exist")]
    NotFound {
        /// The path.
        region: String,
        /// The advice.
        help: String,
    },
    /// The directory that the region should be in does not exist.
    #[error("{region} cannot be created: its directory does not exist")]
    NoDirectory {
        /// The path.
        region: String,
    },
    /// A file with this name exists already.
    #[error("{region} exists already")]
    AlreadyExists {
        /// The path.
        region: String,
        /// The advice.
        help: &'static str,
    },
    /// The operating system refuses.
    #[error("{region}: permission denied while {doing}")]
    PermissionDenied {
        /// The path.
        region: String,
        /// The operation that failed.
        doing: &'static str,
        /// The advice.
        help: &'static str,
    },
    /// The file belongs to another user, whom the program did not allow. Or the owner and this process
    /// have the same number, but in this user namespace every user without a number of their own has
    /// that one, so it may mean two different users.
    #[error("{}", foreign(.region, *.owner, *.expected))]
    ForeignOwner {
        /// The path.
        region: String,
        /// The file's owner.
        owner: u32,
        /// The user who opens it.
        expected: u32,
    },
    /// The name belongs to something other than a regular file.
    #[error("{region} is {found}, not a regular file")]
    NotRegularFile {
        /// The path.
        region: String,
        /// The kind of file found.
        found: &'static str,
        /// The advice.
        help: &'static str,
    },
    /// The bytes of the file are not a region that this program can use.
    #[error("{region}: {source}")]
    Format {
        /// The path.
        region: String,
        /// The fault in the bytes. It is part of the message, and so not the error's
        /// [`source`](std::error::Error::source).
        // Written raw, so that thiserror does not treat it as the source.
        r#source: FormatError,
    },
    /// The region's run-time length is not the requested one.
    #[error("{region} holds {found} elements, expected {expected}")]
    LengthDiffers {
        /// The path.
        region: String,
        /// Elements in the region.
        found: u64,
        /// Elements requested.
        expected: u64,
    },
    /// A type with a run-time length was to be created without one.
    #[error("`{type_name}` has a run-time length, and none was given")]
    NeedsLength {
        /// The type.
        type_name: String,
    },
    /// A length was given for a type that has none of its own.
    #[error("`{type_name}` has no run-time length, and one was given")]
    HasNoLength {
        /// The type.
        type_name: String,
    },
    /// No value can have this run-time length.
    #[error(
        "`{type_name}` cannot be that long: no value can have more than 9223372036854775807 bytes"
    )]
    TooLong {
        /// The type.
        type_name: String,
    },
    /// A capacity was given for a type that cannot grow.
    #[error("`{type_name}` has a run-time length and cannot grow, and a capacity was given")]
    CannotGrow {
        /// The type.
        type_name: String,
    },
    /// The capacity that was given is not enough for the value.
    #[error("`{type_name}` has {needed} bytes, which is more than the capacity of {capacity}")]
    CapacityTooSmall {
        /// The type.
        type_name: String,
        /// Bytes of a value.
        needed: usize,
        /// The capacity that was given.
        capacity: usize,
    },
    /// A region with locks cannot have this number of participants.
    #[error(
        "`{type_name}` has locks, or room for some, in which {found} processes cannot take part"
    )]
    BadParticipants {
        /// The type.
        type_name: String,
        /// The number that was given.
        found: u32,
    },
    /// No heap can have the size that was given.
    #[error("a heap cannot have {found} bytes")]
    BadHeapSize {
        /// The size that was given.
        found: u64,
    },
    /// A setting of [`RegionOptions`](crate::region::RegionOptions) was given that has no effect on the verb
    /// that followed.
    #[error("the option `{option}` has no effect on `{verb}`: {reason}")]
    OptionWithoutEffect {
        /// The verb, such as `open`.
        verb: &'static str,
        /// The setting, such as `mode`.
        option: &'static str,
        /// The condition under which it has an effect.
        reason: &'static str,
    },
    /// The region does not fit; no file remains. Or new fields of an existing region cannot be noted in it;
    /// the region is unchanged.
    #[error("{}", shortage(.region, *.needed, .cause))]
    NotEnoughSpace {
        /// The path.
        region: String,
        /// The required length of the file, in bytes; 0 if it could not even be created.
        needed: u64,
        /// The resource that ran short.
        cause: String,
        /// The advice.
        help: &'static str,
    },
    /// A region cannot be created full of zeros, because zero is not a valid value of some of its fields.
    #[error("{region} cannot be created full of zeros: zero is not a valid value of {}", quoted(.fields))]
    ZeroIsNoValue {
        /// The path.
        region: String,
        /// The paths of these fields, at most twenty.
        fields: Vec<String>,
    },
    /// A region was not created, because its initial values could not be written.
    #[error("{region} was not created, because its initial values could not be written")]
    NotInitialised {
        /// The path.
        region: String,
        /// The error of the program's own code, or a [`DynError`].
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The name is not valid for a region.
    #[error("`{name}` cannot be the name of a region: {fault}")]
    BadName {
        /// The name.
        name: String,
        /// The fault.
        fault: &'static str,
        /// Advice, if there is any.
        help: Option<&'static str>,
    },
    /// A passed descriptor is not sealed against changes of size.
    #[error(
        "{region} is not sealed against shrinking and growing, so its sender could make this \
         process die of SIGBUS"
    )]
    SealsMissing {
        /// The descriptor.
        region: String,
    },
    /// The region was made before the machine was last started.
    #[error(
        "{region} was created before this machine was last started; its contents were written back \
         in no particular order"
    )]
    Rebooted {
        /// The path.
        region: String,
    },
    /// The region that an overlay should cover does not lie inside the file, or is misaligned.
    #[error("{region} cannot be overlaid with `{type_name}` at offset {offset}: {fault}")]
    BadOverlay {
        /// The path.
        region: String,
        /// The type.
        type_name: String,
        /// The offset in the file.
        offset: u64,
        /// The fault, with the numbers.
        fault: String,
    },
    /// The region is a mirror of another one, and was opened for writing.
    #[error("{region} is a mirror of {}, which only its follower writes", .origin.escape_debug())]
    IsMirror {
        /// The path.
        region: String,
        /// The region of which it is a mirror, as its follower wrote it.
        origin: String,
    },
    /// The region is not a mirror, and has no follower.
    #[error("{region} is not a mirror of another region")]
    NotAMirror {
        /// The path.
        region: String,
    },
    /// Another process is the mirror's follower.
    #[error("{region} is a mirror, and another process follows its origin")]
    HasFollower {
        /// The path.
        region: String,
    },
    /// The name now belongs to another region, or to none.
    #[error("{region} is not this region any more: it was replaced or removed")]
    NotCurrent {
        /// The path.
        region: String,
    },
    /// Another region took the name just as the name was being removed, and the name could not be returned
    /// to that region.
    #[error(
        "{region} is not this region any more. The one that replaced it had to be moved to {aside} to \
         find that out, and could not be moved back"
    )]
    Displaced {
        /// The path.
        region: String,
        /// The path to which the region that had the name was moved.
        aside: String,
        /// The reason it could not be moved back: usually, a third region has the name by now.
        source: std::io::Error,
    },
    /// The time to wait for a region ran out.
    #[error("{region} could not be opened in time")]
    TimedOut {
        /// The path.
        region: String,
        /// The error of the last attempt.
        source: Box<Error>,
    },
    /// This process, or the machine, has reached a limit.
    #[error("{region}: {doing} failed: {limit}")]
    Exhausted {
        /// The path.
        region: String,
        /// The operation that failed.
        doing: &'static str,
        /// The resource that has run out, and its limit.
        limit: String,
        /// The advice.
        help: &'static str,
    },
    /// An object in the region's heap could not be made or used.
    #[error("{region}: {source}")]
    Heap {
        /// The path.
        region: String,
        /// The reason. It is part of the message, and so not the error's
        /// [`source`](std::error::Error::source).
        r#source: HeapError,
    },
    /// The operating system reports an error that has no variant of its own here.
    #[error("{region}: {doing} failed")]
    Io {
        /// The path.
        region: String,
        /// The operation that failed.
        doing: &'static str,
        /// The operating system's error.
        source: std::io::Error,
    },
}

fn foreign(region: &str, owner: u32, expected: u32) -> String {
    if owner == expected {
        return format!(
            "{region} belongs to user {owner}, which in this user namespace stands for every user who \
             has no number in it, as /proc/self/uid_map shows (without /proc, that is assumed): it \
             may be another user than this process's"
        );
    }
    format!("{region} belongs to user {owner}, not to user {expected} who opens it")
}

fn shortage(region: &str, needed: u64, cause: &str) -> String {
    match needed {
        0 => format!("{region} cannot be created: {cause}"),
        _ => format!("{region} needs {needed} bytes, but {cause}"),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

shm_schema::debug_as_displayed!(Error);
