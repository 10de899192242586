//! Errors: each failure is a variant, with what was found and what was expected. An error's
//! `Display` is its cause, `help()` what to do about it, and `source()` what another room or the
//! operating system reported. `Debug` is all three: see `docs/decisions/0006-errors.md`.

mod by_name;
mod does_not_fit;
mod help;
mod invalid_value;
mod load;
mod lock;
mod push;

pub use by_name::DynError;
pub use does_not_fit::DoesNotFit;
pub use invalid_value::InvalidValue;
pub use load::LoadError;
pub use lock::LockError;
pub use push::PushError;

pub(crate) use invalid_value::Found;

use crate::format::FormatError;

/// Why a region could not be created, opened or changed.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing has this name.
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
    /// Something has this name already.
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
    /// have the same number, but in this user namespace that number stands for every user without one
    /// of their own, and may well mean two different users here.
    #[error("{}", foreign(.region, *.owner, *.expected))]
    ForeignOwner {
        /// The path.
        region: String,
        /// The file's owner.
        owner: u32,
        /// The user who opens it.
        expected: u32,
    },
    /// The name stands for something else than a regular file.
    #[error("{region} is {found}, not a regular file")]
    NotRegularFile {
        /// The path.
        region: String,
        /// The text found there.
        found: &'static str,
        /// The advice.
        help: &'static str,
    },
    /// The bytes of the file are no region that this program can use.
    #[error("{region}: {source}")]
    Format {
        /// The path.
        region: String,
        /// The fault in them. It is part of the message, and so not the error's
        /// [`source`](std::error::Error::source).
        // Written raw, so that thiserror does not take it for that.
        r#source: FormatError,
    },
    /// The region has another run-time length than the one asked for.
    #[error("{region} holds {found} elements, {expected} were asked for")]
    LengthDiffers {
        /// The path.
        region: String,
        /// Elements in the region.
        found: u64,
        /// Elements asked for.
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
    /// A setting of [`RegionOptions`](crate::region::RegionOptions) was given that has no effect on what was then
    /// asked for.
    #[error("the option `{option}` has no effect on `{verb}`: {reason}")]
    OptionWithoutEffect {
        /// The verb, such as `open`.
        verb: &'static str,
        /// The setting, such as `mode`.
        option: &'static str,
        /// When it has one.
        reason: &'static str,
    },
    /// The region does not fit; nothing was left behind. Or new fields of an existing region cannot be
    /// noted in it; it is as it was.
    #[error("{}", shortage(.region, *.needed, .cause))]
    NotEnoughSpace {
        /// The path.
        region: String,
        /// How long the file has to be, in bytes; 0 if it could not even be made.
        needed: u64,
        /// The resource that ran short.
        cause: String,
        /// The advice.
        help: &'static str,
    },
    /// A region was to be created full of zeros, and has fields of which zero is not a valid value.
    #[error("{region} cannot be created full of zeros: zero is not a valid value of {}", quoted(.fields))]
    ZeroIsNoValue {
        /// The path.
        region: String,
        /// The paths of these fields, of which the first twenty are named.
        fields: Vec<String>,
    },
    /// A region was not created, because its first values could not be written.
    #[error("{region} was not created, because its first values could not be written")]
    NotInitialised {
        /// The path.
        region: String,
        /// The error of the program's own code, or a [`DynError`].
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The name cannot be a region's.
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
        "{region} was created before this machine was last started; what is in it was written back \
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
    /// The name stands for another region by now, or for none.
    #[error("{region} is not this region any more: it was replaced or removed")]
    NotCurrent {
        /// The path.
        region: String,
    },
    /// The name was given to another region at the moment in which it was to be removed, and could not
    /// be given back to it.
    #[error(
        "{region} is not this region any more. The one that replaced it had to be moved to {aside} to \
         find that out, and could not be moved back"
    )]
    Displaced {
        /// The path.
        region: String,
        /// Where the region is now that had the name.
        aside: String,
        /// Why it could not be moved back: as a rule, because a third one has the name by now.
        source: std::io::Error,
    },
    /// The time to wait for a region is over.
    #[error("{region} could not be opened in time")]
    TimedOut {
        /// The path.
        region: String,
        /// Why it could not be opened until then.
        source: Box<Error>,
    },
    /// This process, or the machine, has as many of something as it may.
    #[error("{region}: {doing} failed: {limit}")]
    Exhausted {
        /// The path.
        region: String,
        /// The operation that failed.
        doing: &'static str,
        /// The resource that is used up, and its limit.
        limit: String,
        /// The advice.
        help: &'static str,
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
