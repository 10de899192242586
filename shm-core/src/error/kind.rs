//! [`ErrorKind`]: what a program can do about an error, whatever type of error it is.

use std::io;

use super::{DynError, Error, HeapError, LoadError, LockError};
use crate::format::FormatError;

/// The kind of an error: coarse enough to decide by it what to do, and the same for all types of errors here. For
/// bindings to languages that have one class for each kind of exception, and for programs that match.
///
/// ```
/// use shm_core::errors::ErrorKind;
/// use shm_core::{DynRegion, Region};
///
/// let missing = Region::<u64>::open("there-is-no-such-region").unwrap_err();
/// assert_eq!(missing.kind(), ErrorKind::NotFound);
///
/// let name = format!("shm-doc-error-kind-{}", std::process::id());
/// let hits = Region::<u32>::create(&name)?;
/// let error = Region::<u64>::open(&name).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::LayoutDiffers);
/// let by_name = DynRegion::open(&name)?;
/// assert_eq!(by_name.set("", -1).unwrap_err().kind(), ErrorKind::BadValue);
/// assert_eq!(by_name.get("x").unwrap_err().kind(), ErrorKind::NoSuchPlace);
/// # hits.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no region, or no object, of this name.
    NotFound,
    /// A region of this name exists already.
    AlreadyExists,
    /// This process may not do that: the operating system refuses, or the file belongs to another user.
    PermissionDenied,
    /// The program uses the region as one of another layout.
    LayoutDiffers,
    /// The file is not a region that this version can use, or not one that is whole.
    BadRegion,
    /// The handle's region no longer has its name.
    Stale,
    /// A name, a length or a setting cannot be meant: the program has a bug, or its user made a mistake.
    BadRequest,
    /// Memory, disk space, descriptors or another resource ran out.
    NoResources,
    /// The time to wait was over.
    TimedOut,
    /// A path leads nowhere: there is no such field.
    NoSuchPlace,
    /// An index is not below the number of elements.
    OutOfBounds,
    /// A map has no entry with this key.
    NoEntry,
    /// A value does not fit where it is to go.
    BadValue,
    /// Bytes in the region are not a valid value: a process wrote them that has a bug, or another layout.
    BadData,
    /// What a path names cannot be read or written in this way.
    Unsupported,
    /// The lock that guards a value is not held.
    NotLocked,
    /// Another thread or process has the lock, the permit or the place.
    Busy,
    /// The last holder of a lock died or panicked.
    OwnerDied,
    /// This thread has the lock already.
    WouldDeadlock,
    /// The lock was taken over while this process held it.
    LockLost,
    /// A barrier is broken.
    Broken,
    /// A wait was interrupted.
    Interrupted,
    /// A value was replaced faster than it could be copied. Try again.
    Contended,
    /// A queue or a heap has no room.
    Full,
    /// A reader of a ring was too slow for some items.
    Missed,
    /// The operating system reports another error.
    Io,
}

impl Error {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } | Self::NoDirectory { .. } => ErrorKind::NotFound,
            Self::AlreadyExists { .. } => ErrorKind::AlreadyExists,
            Self::PermissionDenied { .. } | Self::ForeignOwner { .. } => {
                ErrorKind::PermissionDenied
            }
            Self::IsMirror { .. } => ErrorKind::PermissionDenied,
            Self::HasFollower { .. } => ErrorKind::Busy,
            Self::Format { source, .. } => of_format(source),
            Self::NotRegularFile { .. } | Self::SealsMissing { .. } | Self::Rebooted { .. } => {
                ErrorKind::BadRegion
            }
            Self::LengthDiffers { .. } => ErrorKind::LayoutDiffers,
            Self::NeedsLength { .. }
            | Self::HasNoLength { .. }
            | Self::TooLong { .. }
            | Self::CannotGrow { .. }
            | Self::CapacityTooSmall { .. }
            | Self::BadParticipants { .. }
            | Self::BadHeapSize { .. }
            | Self::OptionWithoutEffect { .. }
            | Self::ZeroIsNoValue { .. }
            | Self::BadName { .. }
            | Self::NotAMirror { .. }
            | Self::BadOverlay { .. } => ErrorKind::BadRequest,
            Self::NotInitialised { source, .. } => of_initial(&**source),
            Self::NotEnoughSpace { .. } | Self::Exhausted { .. } => ErrorKind::NoResources,
            Self::NotCurrent { .. } | Self::Displaced { .. } => ErrorKind::Stale,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Heap { source, .. } => source.kind(),
            Self::Io { source, .. } => of_io(source),
        }
    }
}

impl DynError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Syntax(_)
            | Self::NoField { .. }
            | Self::NotAStruct { .. }
            | Self::NotAnArray { .. }
            | Self::NotAMap { .. }
            | Self::Slots { .. } => ErrorKind::NoSuchPlace,
            Self::OutOfBounds { .. } => ErrorKind::OutOfBounds,
            Self::NoEntry { .. } => ErrorKind::NoEntry,
            Self::NotAKey { .. } | Self::NotAValue { .. } | Self::DoesNotFit { .. } => {
                ErrorKind::BadValue
            }
            Self::Invalid(_) | Self::Malformed { .. } => ErrorKind::BadData,
            Self::Contended { .. } => ErrorKind::Contended,
            Self::Full { .. } => ErrorKind::Full,
            Self::NotA { .. }
            | Self::NoLock { .. }
            | Self::TooLarge { .. }
            | Self::Unreadable { .. }
            | Self::OwnFold { .. }
            | Self::NotWritable { .. } => ErrorKind::Unsupported,
            Self::NotLocked { .. } => ErrorKind::NotLocked,
            Self::Missed { .. } => ErrorKind::Missed,
            Self::Lock(error) => error.kind(),
            Self::Heap { cause, .. } => cause.kind(),
        }
    }
}

impl LockError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::OwnerDied => ErrorKind::OwnerDied,
            Self::Busy => ErrorKind::Busy,
            Self::Broken => ErrorKind::Broken,
            Self::Interrupted => ErrorKind::Interrupted,
            Self::NotHeld => ErrorKind::NotLocked,
            Self::WouldDeadlock => ErrorKind::WouldDeadlock,
            Self::Lost => ErrorKind::LockLost,
            Self::TooManyParticipants { .. } => ErrorKind::NoResources,
            Self::Obstructed { .. } => ErrorKind::PermissionDenied,
            Self::NotInARegion | Self::InANamedObject | Self::OwnFold => ErrorKind::Unsupported,
            Self::Io { source, .. } => of_io(source),
        }
    }
}

impl HeapError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Full { .. } => ErrorKind::Full,
            Self::TooLong { .. } => ErrorKind::BadValue,
            Self::Contended => ErrorKind::Contended,
            Self::Invalid(_) => ErrorKind::BadData,
            Self::Lock(error) => error.kind(),
            Self::NoHeap => ErrorKind::Unsupported,
            Self::BadName { .. } | Self::NotForObjects { .. } | Self::OtherRegion => {
                ErrorKind::BadRequest
            }
        }
    }
}

impl LoadError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Contended => ErrorKind::Contended,
            Self::Invalid(_) => ErrorKind::BadData,
            Self::DoesNotFit(_) => ErrorKind::BadValue,
            Self::Lock(error) => error.kind(),
        }
    }
}

fn of_format(error: &FormatError) -> ErrorKind {
    match error {
        FormatError::LayoutDiffers { .. }
        | FormatError::NotGrown { .. }
        | FormatError::NotDescribable { .. }
        | FormatError::Fingerprint { .. } => ErrorKind::LayoutDiffers,
        FormatError::Read(error) => of_io(error),
        _ => ErrorKind::BadRegion,
    }
}

/// The kind of the error with which the initial values were not written.
fn of_initial(error: &(dyn std::error::Error + Send + Sync + 'static)) -> ErrorKind {
    let kind = error.downcast_ref().map(DynError::kind);
    let kind = kind.or_else(|| error.downcast_ref().map(LockError::kind));
    let kind = kind.or_else(|| error.downcast_ref().map(LoadError::kind));
    let kind = kind.or_else(|| error.downcast_ref().map(HeapError::kind));
    kind.unwrap_or(ErrorKind::BadRequest)
}

fn of_io(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        io::ErrorKind::OutOfMemory | io::ErrorKind::StorageFull => ErrorKind::NoResources,
        io::ErrorKind::TimedOut => ErrorKind::TimedOut,
        _ => ErrorKind::Io,
    }
}
