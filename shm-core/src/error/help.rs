//! Advice on each [`Error`], in terms of this library's functions.

use super::{DynError, Error};
use crate::limits::{MAX_HEAP_LEN, MIN_HEAP_LEN};

impl Error {
    /// Returns advice on the error, in terms of this library's functions. A program with its own user
    /// interface can match on the variant and word the advice itself.
    ///
    /// ```
    /// use shm_core::Region;
    ///
    /// let error = Region::<u64>::open("there-is-no-such-region").unwrap_err();
    /// assert_eq!(error.to_string(), "/dev/shm/there-is-no-such-region does not exist");
    /// assert!(error.help().unwrap().starts_with("start the process that creates it first"));
    /// ```
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotFound { help, .. } => help.as_str(),
            Self::NoDirectory { .. } => "create the directory first",
            Self::AlreadyExists { help, .. }
            | Self::PermissionDenied { help, .. }
            | Self::NotRegularFile { help, .. }
            | Self::NotEnoughSpace { help, .. }
            | Self::Exhausted { help, .. } => help,
            Self::ForeignOwner { owner, expected, .. } => return Some(trust(*owner, *expected)),
            Self::Format { source, .. } => return source.help(),
            Self::Heap { source, .. } => return source.help(),
            Self::LengthDiffers { .. } => {
                "open it without a length to accept any, or create it again"
            }
            Self::NeedsLength { .. } => "give one with `options().len(n)`",
            Self::HasNoLength { .. } => "do not give one",
            Self::CannotGrow { .. } => "give no capacity",
            Self::CapacityTooSmall { .. } => "give more, or none",
            Self::BadParticipants { .. } => "give a number between 1 and 1023",
            Self::BadHeapSize { .. } => {
                return Some(format!("give a size from {MIN_HEAP_LEN} to {MAX_HEAP_LEN} bytes"));
            }
            Self::ZeroIsNoValue { .. } => "use `create_with` and set each",
            Self::NotInitialised { source, .. } => {
                return source.downcast_ref::<DynError>().and_then(DynError::help);
            }
            Self::SealsMissing { .. } => {
                "send the descriptor of a region made with `options().memfd(..)`"
            }
            Self::Rebooted { .. } => {
                "use `create_or_replace`, or, if you know that the data is whole, \
                 `options().after_reboot(true)`"
            }
            Self::Displaced { .. } => {
                "the region is complete: rename it, or remove it if it is not needed"
            }
            Self::TimedOut { source, .. } => return source.help(),
            Self::IsMirror { .. } => {
                "open it with `open_read_only`, and change the value where it comes from"
            }
            Self::NotAMirror { .. } => "make it with `options().mirror(true)`",
            Self::HasFollower { .. } => "end the other process, or follow under another name",
            Self::BadName { help, .. } => (*help)?,
            Self::TooLong { .. }
            | Self::OptionWithoutEffect { .. }
            | Self::BadOverlay { .. }
            | Self::NotCurrent { .. }
            | Self::Io { .. } => return None,
        };
        Some(help.to_owned())
    }
}

fn trust(owner: u32, expected: u32) -> String {
    if owner == expected {
        format!(
            "map the users, or, if you trust all of them, allow them with \
             `options().allow_owner({owner})`"
        )
    } else {
        format!("if you trust that user, allow it with `options().allow_owner({owner})`")
    }
}
