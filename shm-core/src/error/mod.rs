//! What can go wrong: each failure its own variant, with what was found and what was expected.

mod bulk;
mod c_text;
mod invalid_value;

pub use bulk::{BulkError, LengthMismatch};
pub use c_text::{CTextError, TooLong};
pub use invalid_value::InvalidValue;

use crate::dynamic::DynError;
use crate::format::FormatError;

/// Why a region could not be created, opened or changed. Every message says what to do.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing has this name.
    #[error("{region} does not exist: {advice}")]
    NotFound {
        /// The path.
        region: String,
        /// What to do.
        advice: String,
    },
    /// The directory that the region should be in does not exist.
    #[error("{region} cannot be created: its directory does not exist; make the directory first")]
    NoDirectory {
        /// The path.
        region: String,
    },
    /// Something has this name already.
    #[error("{region} exists already: {advice}")]
    AlreadyExists {
        /// The path.
        region: String,
        /// What to do.
        advice: &'static str,
    },
    /// The operating system refuses.
    #[error("{region}: permission denied while {doing}; {advice}")]
    PermissionDenied {
        /// The path.
        region: String,
        /// What was tried.
        doing: &'static str,
        /// What to do.
        advice: &'static str,
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
    #[error("{region} is {found}, not a regular file: {advice}")]
    NotRegularFile {
        /// The path.
        region: String,
        /// What stands there.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The bytes of the file are no region that this program can use.
    #[error("{region}: {source}")]
    Format {
        /// The path.
        region: String,
        /// What is wrong with them. It is part of the message, and so not the error's
        /// [`source`](std::error::Error::source).
        // Written raw, so that thiserror does not take it for that.
        r#source: FormatError,
    },
    /// The region has another run-time length than the one asked for.
    #[error(
        "{region} holds {found} elements, {expected} were asked for: open it without a length to \
         take what is there, or create it anew"
    )]
    LengthDiffers {
        /// The path.
        region: String,
        /// Elements in the region.
        found: u64,
        /// Elements asked for.
        expected: u64,
    },
    /// A type with a run-time length was to be created without one, or one without with one.
    #[error("`{type_name}` {fault}")]
    BadLength {
        /// The type.
        type_name: String,
        /// What is wrong, and what to do.
        fault: &'static str,
    },
    /// The region does not fit; nothing was left behind. Or new fields of an existing region cannot be
    /// noted in it; it is as it was.
    #[error("{}", shortage(.region, *.needed, .cause))]
    NotEnoughSpace {
        /// The path.
        region: String,
        /// How long the file has to be, in bytes; 0 if it could not even be made.
        needed: u64,
        /// What is short, and what to do.
        cause: String,
    },
    /// A region was to be created full of zeros, and has fields of which zero is no value.
    #[error(
        "{region} cannot be created full of zeros: zero is no value of {}; use `create_with` and set \
         each",
        quoted(.fields)
    )]
    ZeroIsNoValue {
        /// The path.
        region: String,
        /// The paths of these fields, of which the first twenty are named.
        fields: Vec<String>,
    },
    /// A region was not created, because its first values could not be written.
    #[error("{region} was not created: {source}")]
    NotInitialised {
        /// The path.
        region: String,
        /// What went wrong. It is part of the message, and so not the error's
        /// [`source`](std::error::Error::source).
        // Written raw, so that thiserror does not take it for that.
        r#source: Box<DynError>,
    },
    /// The name cannot be a region's.
    #[error("`{name}` cannot be the name of a region: {fault}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A passed descriptor is not sealed against changes of size.
    #[error(
        "{region} is not sealed against shrinking and growing, so its sender could make this \
         process die of SIGBUS: send the descriptor of a region made with `Region::memfd`"
    )]
    SealsMissing {
        /// The descriptor.
        region: String,
    },
    /// The region was made before the machine was last started.
    #[error(
        "{region} was created before this machine was last started; what is in it was written back \
         in no particular order. Use `create_or_replace`, or, if you know the data to be whole, \
         `RegionOptions::after_reboot(true)`"
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
        /// What is wrong, with the numbers.
        fault: String,
    },
    /// The name stands for another region by now, or for none.
    #[error("{region} is not this region any more: somebody replaced or removed it")]
    NotCurrent {
        /// The path.
        region: String,
    },
    /// The name was given to another region at the moment in which it was to be removed, and could not
    /// be given back to it.
    #[error(
        "{region} is not this region any more. The one that replaced it had to be moved to {aside} to \
         find that out, and could not be moved back: nothing of it is lost; rename it, or remove it if \
         it is not needed"
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
    #[error("{region} could not be opened in time; the last reason was: {last}")]
    TimedOut {
        /// The path.
        region: String,
        /// Why it could not be opened until then.
        last: Box<Error>,
    },
    /// This process, or the machine, has as many of something as it may.
    #[error("{region}: {doing} failed: {limit}")]
    Exhausted {
        /// The path.
        region: String,
        /// What was tried.
        doing: &'static str,
        /// What is used up, how much of it there is, and what to do.
        limit: String,
    },
    /// The operating system reports an error that has no variant of its own here.
    #[error("{region}: {doing} failed")]
    Io {
        /// The path.
        region: String,
        /// What was tried.
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
             may be another user than this process's. Map the users, or, if all of them are to be \
             trusted, say so with `RegionOptions::allow_owner({owner})`"
        );
    }
    format!(
        "{region} belongs to user {owner}, not to user {expected} who opens it; if that user is to be \
         trusted, say so with `RegionOptions::allow_owner({owner})`"
    )
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

crate::report::debug_as_displayed!(Error);
