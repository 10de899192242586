//! Advice on the library's errors on the command line, instead of in a program.

use crate::address;
use shm_core::format::FormatError;
use shm_core::schema::SchemaError;
use shm_core::{
    Error, LockError,
    errors::{DynError, HeapError},
};

/// Advice on a region that could not be opened, made or removed.
pub(crate) fn of(error: &Error) -> Option<String> {
    let help = match error {
        Error::NotFound { region, .. } | Error::NoDirectory { region }
            if address::is_meant_by(region.as_ref()) =>
        {
            "`get`, `set` and `watch` reach a region of another host; for the other commands follow it here, with `shm \
             mirror follow`"
        }
        Error::NotFound { .. } => "`shm ls` lists the regions",
        Error::AlreadyExists { .. } => "`--replace` creates a new one in its place",
        Error::PermissionDenied { .. } => "`ls -l` shows its owner and mode",
        Error::ForeignOwner { owner, expected, .. } if owner == expected => {
            "if you trust all users that this user namespace does not map, add `--any-owner`"
        }
        Error::ForeignOwner { .. } => "if you trust that user, add `--any-owner`",
        Error::Rebooted { .. } => "if you know that it is intact, add `--after-reboot`",
        Error::ZeroIsNoValue { fields, .. } => {
            let first = fields.first().map_or("", String::as_str);
            return Some(format!("give initial values, as in `{first}=1`"));
        }
        Error::Format { source, .. } => return of_format(source),
        Error::NeedsLength { .. } => "give the number of elements with `--len`",
        Error::HasNoLength { .. } => "leave `--len` out",
        Error::CannotGrow { .. } => "leave `--capacity` out",
        Error::CapacityTooSmall { .. } => "give a larger `--capacity`, or leave it out",
        Error::IsMirror { .. } => "change the value where it comes from",
        Error::NotCurrent { .. } => "the file that now has the name was left alone",
        Error::NotInitialised { source, .. } => return of_field(source.downcast_ref()?),
        Error::TimedOut { source, .. } => return of(source),
        Error::BadOverlay { fault, .. } if fault.contains("give a length") => {
            "give the number of elements with `--len`"
        }
        Error::Heap { source, .. } => return of_heap(source),
        Error::NotRegularFile { .. }
        | Error::LengthDiffers { .. }
        | Error::SealsMissing { .. }
        | Error::BadOverlay { .. } => return None,
        // Their help applies to the command line as well.
        other => return other.help(),
    };
    Some(help.to_owned())
}

fn of_format(error: &FormatError) -> Option<String> {
    let help = match error {
        FormatError::NotARegion { .. } => "`shm ls` lists the regions",
        FormatError::NotReady => "`shm ls` shows whether it is in use, `shm rm` removes it",
        FormatError::FormatVersion { .. }
        | FormatError::Feature { .. }
        | FormatError::FeatureToWrite { .. }
        | FormatError::UnknownSection { .. }
        | FormatError::UnknownSectionToWrite { .. } => {
            "use the `shm` that belongs to the program that made it"
        }
        FormatError::ByteOrder { .. } => "create it again on this machine",
        FormatError::Schema(error) => return of_layout(error),
        FormatError::LayoutDiffers { .. } | FormatError::NotGrown { .. } => return None,
        other => return other.help(),
    };
    Some(help.to_owned())
}

fn of_heap(error: &HeapError) -> Option<String> {
    let help = match error {
        HeapError::Full { .. } => {
            "clear what is not needed, free memory or disk space, or make the region with a larger --heap-max"
        }
        HeapError::TooLong { .. } => "make the region with a larger --heap-max",
        HeapError::NoHeap => "make the region with --heap-max",
        HeapError::Lock(_) => return None,
        other => return other.help(),
    };
    Some(help.to_owned())
}

/// Advice on an invalid layout.
pub(crate) fn of_layout(error: &SchemaError) -> Option<String> {
    match error {
        SchemaError::NoFields { .. } => Some("give it one, such as `hits: u64`".to_owned()),
        other => other.help(),
    }
}

/// Advice on a field that could not be read or written.
pub(crate) fn of_field(error: &DynError) -> Option<String> {
    let help = match error {
        DynError::Contended { .. } => "try again",
        DynError::Full { .. } => "try again, or wait longer with --timeout",
        DynError::NotLocked { .. } => "name it together with the value that its lock guards",
        DynError::Lock(LockError::OwnerDied) => "take it over with --repair",
        DynError::Lock(LockError::Busy) => "try again, or wait longer with --wait",
        DynError::Lock(LockError::TooManyParticipants { .. }) => "end one of them",
        DynError::Lock(LockError::Obstructed { .. }) => "`/proc/locks` shows which process that is",
        DynError::Lock(_) => return None,
        DynError::Heap { cause, .. } => return of_heap(cause),
        other => return other.help(),
    };
    Some(help.to_owned())
}
