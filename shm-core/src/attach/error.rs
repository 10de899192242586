//! [`AttachError`].

use std::io;

/// Why this process could not take part in a region's locks.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// Every slot belongs to a process that lives.
    #[error(
        "{region} has {slots} participants, and all of them are alive: end one, or create the \
         region with more (`RegionOptions::participants`)"
    )]
    Full {
        /// The region's name.
        region: String,
        /// How many processes can take part.
        slots: u32,
    },
    /// There is room, but a process that does not take part keeps a lock on the file that forbids taking
    /// it (`fcntl(2)`, `F_OFD_SETLK` or `F_SETLK`). Whoever may read the file can do that.
    #[error(
        "attaching to {region} is obstructed: a process holds read locks on the file where the \
         participants' own locks belong ({slots} slots); `/proc/locks` shows who"
    )]
    Obstructed {
        /// The region's name.
        region: String,
        /// How many slots are so blocked.
        slots: u32,
    },
    /// The lock is not inside a region that this process has mapped for writing.
    #[error("this lock is not inside a mapped region")]
    NotInARegion,
    /// The operating system reports an error.
    #[error("attaching to {region} failed while {doing}: {}", help(.source))]
    Io {
        /// The region's name.
        region: String,
        /// What was tried.
        doing: &'static str,
        /// The operating system's error.
        source: io::Error,
    },
}

pub(super) const REOPENING: &str = "opening its file once more (a forked child, and whoever was passed a descriptor, needs a file \
     description of its own)";
pub(super) const LOCKING_A_SLOT: &str = "locking a participant's byte (`fcntl(2)`, `F_OFD_SETLK`)";

/// What to do about an error of the operating system. The error itself is the source.
fn help(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::PermissionDenied => {
            "this process may not do that now; take a first lock, or \
            open the region, before privileges are dropped"
                .to_owned()
        }
        io::ErrorKind::NotFound => {
            "it is not there now; open the region, or take a first lock, before \
            the root directory is changed, or mount /proc"
                .to_owned()
        }
        _ => crate::sys::process::exhausted(source)
            .unwrap_or_else(|| "the operating system's reason follows".to_owned()),
    }
}

crate::report::debug_as_displayed!(AttachError);
