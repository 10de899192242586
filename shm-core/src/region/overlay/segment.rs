//! Overlays of System V shared memory.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::Overlay;
use super::extent::{self, Length, Request, Room, bad};
use super::failure;
use super::map::room_in;
use super::memory::{Backing, MAPPED, Memory, Object, Part};
use crate::access::{Access, ReadOnly};
use crate::error::Error;
use crate::placeable::Placeable;
use crate::root::PlainRoot;
use crate::sys::sysv::{self, Attached};

/// Overlays of System V segments (`sysvipc(7)`), which ntpd, chrony, gpsd, X11 and many older programs
/// use to share memory. `ipcs -m` lists them, with keys and numbers. A `T` with a run-time length takes
/// the whole segment.
impl<T: PlainRoot + ?Sized> Overlay<T> {
    /// Attaches the segment with this key, for reading and writing, with a `T` at its start. If programs
    /// agree on a key with `ftok(3)`, use that.
    ///
    /// # Safety
    /// For as long as the overlay or a clone of it lives, nothing in this process may access these bytes
    /// other than through overlays in which each byte belongs to a field of the same width. (A segment
    /// cannot be made shorter.)
    ///
    /// # Errors
    /// [`Error::NotFound`] if no segment has this key; [`Error::PermissionDenied`]; [`Error::BadOverlay`] if
    /// the segment is too small; [`Error::Io`].
    ///
    /// ```no_run
    /// use shm_core::{Overlay, SharedLayout};
    ///
    /// /// The segment of a reference clock for ntpd or chrony: `struct shmTime`.
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct ShmTime {
    ///     mode: i32,
    ///     count: i32,
    ///     clock_sec: i64,
    ///     clock_usec: i32,
    ///     receive_sec: i64,
    ///     receive_usec: i32,
    ///     leap: i32,
    ///     precision: i32,
    ///     samples: i32,
    ///     valid: i32,
    ///     clock_nsec: u32,
    ///     receive_nsec: u32,
    ///     dummy: [i32; 8],
    /// }
    ///
    /// // SAFETY: nothing else in this program attaches the segment.
    /// let unit_0 = unsafe { Overlay::<ShmTime>::sysv(0x4e54_5030)? };
    /// unit_0.valid.set(1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn sysv(key: i32) -> Result<Self, Error>
    where
        T: Placeable,
    {
        attach(&Name::Key(key))
    }

    /// Like [`Overlay::sysv`], for reading only (`SHM_RDONLY`).
    ///
    /// # Safety
    /// As [`Overlay::sysv`].
    ///
    /// # Errors
    /// As [`Overlay::sysv`].
    ///
    /// ```no_run
    /// # use shm_core::Overlay;
    /// // SAFETY: nothing else in this program attaches the segment.
    /// let words = unsafe { Overlay::<[u32]>::sysv_read_only(0x4e54_5030)? };
    /// println!("{} words", words.len());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn sysv_read_only(key: i32) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: Placeable,
    {
        attach(&Name::Key(key))
    }

    /// Like [`Overlay::sysv`], by the segment's number (its `shmid`), which X11 clients send to each
    /// other.
    ///
    /// # Safety
    /// As [`Overlay::sysv`].
    ///
    /// # Errors
    /// As [`Overlay::sysv`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// # const IPC_PRIVATE: i32 = 0;
    /// // SAFETY: nothing else in this program attaches the segment.
    /// let mine = unsafe { Overlay::<[u32; 4]>::sysv_create(IPC_PRIVATE, 16)? };
    /// let number = mine.segment().expect("it is a segment");
    /// // SAFETY: as above.
    /// let theirs = unsafe { Overlay::<[u32; 4]>::sysv_id(number)? }; // usually in another process
    /// theirs[3].set(5);
    /// assert_eq!(mine[3].get(), 5);
    /// mine.remove_segment()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn sysv_id(id: i32) -> Result<Self, Error>
    where
        T: Placeable,
    {
        attach(&Name::Id(id))
    }

    /// Like [`Overlay::sysv_id`], for reading only.
    ///
    /// # Safety
    /// As [`Overlay::sysv`].
    ///
    /// # Errors
    /// As [`Overlay::sysv`].
    ///
    /// ```no_run
    /// # use shm_core::Overlay;
    /// // SAFETY: nothing else in this program attaches the segment.
    /// let pixels = unsafe { Overlay::<[u32]>::sysv_id_read_only(32769)? };
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn sysv_id_read_only(id: i32) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: Placeable,
    {
        attach(&Name::Id(id))
    }

    /// Creates a segment of `len` zero bytes, mode 0600, with a `T` at its start. The key 0
    /// (`IPC_PRIVATE`) means no key: such a segment is found only by its number ([`Overlay::segment`]).
    ///
    /// A segment stays until it is removed, even if no process has it attached: see
    /// [`Overlay::remove_segment`].
    ///
    /// # Safety
    /// As [`Overlay::sysv`].
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] if the key is taken, [`Error::NotEnoughSpace`], or as [`Overlay::sysv`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let key = 0x5348_0000 | (std::process::id() & 0xffff) as i32;
    /// // SAFETY: nothing else in this program attaches the segment.
    /// let samples = unsafe { Overlay::<[f64]>::sysv_create(key, 8000)? };
    /// assert_eq!(samples.len(), 1000);
    /// samples.remove_segment()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn sysv_create(key: i32, len: usize) -> Result<Self, Error>
    where
        T: Placeable,
    {
        let name = Name::Key(key);
        // Before anything exists that would have to be removed again.
        extent::of::<T>(Length::ToTheEnd, Room::InPages(len as u64))
            .map_err(|fault| bad::<T>(&name.label(), 0, fault))?;
        let id = sysv::create(key, len, 0o600).map_err(|error| name.not_made(len, error))?;
        attach(&Name::Made { key, id }).inspect_err(|_| drop(sysv::remove(id)))
    }
}

impl<T: PlainRoot + ?Sized, A: Access> Overlay<T, A> {
    /// The number of the System V segment of this overlay, if it is of one.
    #[must_use]
    pub fn segment(&self) -> Option<i32> {
        self.held.segment
    }

    /// Removes the System V segment of this overlay: its key is free from now on, and the segment is
    /// destroyed when the last process that has it attached detaches (`shmctl(2)`, `IPC_RMID`).
    ///
    /// # Errors
    /// [`Error::NotFound`] if this is an overlay of something else, or the segment has been removed
    /// already; [`Error::PermissionDenied`] if this user neither owns nor created it.
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// # const IPC_PRIVATE: i32 = 0;
    /// // SAFETY: nothing else in this program attaches the segment.
    /// let count = unsafe { Overlay::<u64>::sysv_create(IPC_PRIVATE, 8)? };
    /// count.remove_segment()?;
    /// count.set(1); // still there for processes that have it attached
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn remove_segment(&self) -> Result<(), Error> {
        let label = self.held.entered.label();
        let Some(id) = self.held.segment else {
            let help = "this is an overlay of something else".to_owned();
            return Err(Error::NotFound { region: format!("the segment of {label}"), help });
        };
        sysv::remove(id).map_err(|error| Name::Id(id).not_there("removing it", error))
    }
}

/// The name of a segment.
#[derive(Clone, Copy, Debug)]
enum Name {
    Key(i32),
    Id(i32),
    /// Just created, with this key.
    Made {
        key: i32,
        id: i32,
    },
}

impl Name {
    /// The name of the segment in error messages.
    fn label(&self) -> String {
        match self {
            Self::Key(key) => format!("System V segment with key {key:#010x}"),
            Self::Id(id) | Self::Made { key: sysv::IPC_PRIVATE, id } => {
                format!("System V segment {id}")
            }
            Self::Made { key, id } => format!("System V segment {id} (key {key:#010x})"),
        }
    }

    fn id(&self) -> Result<i32, Error> {
        match *self {
            Self::Id(id) | Self::Made { id, .. } => Ok(id),
            Self::Key(sysv::IPC_PRIVATE) => {
                let help = "key 0 (IPC_PRIVATE) means no key: use `Overlay::sysv_id`";
                Err(Error::NotFound { region: self.label(), help: help.to_owned() })
            }
            Self::Key(key) => sysv::find(key).map_err(|error| self.not_there("finding it", error)),
        }
    }

    /// The error of a look-up or an attachment of an existing segment.
    fn not_there(&self, doing: &'static str, error: io::Error) -> Error {
        let region = self.label();
        match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::NotFound, _) | (_, Some(EINVAL | EIDRM)) => {
                let help = "first start the program that creates it; `ipcs -m` lists the segments";
                Error::NotFound { region, help: help.to_owned() }
            }
            (io::ErrorKind::PermissionDenied, _) => {
                let help = "`ipcs -m` shows its owner and mode; to read may be permitted \
                    (`Overlay::sysv_read_only`)";
                Error::PermissionDenied { region, doing, help }
            }
            _ => Error::Io { region, doing, source: error },
        }
    }

    /// The error of creating a segment of `len` bytes.
    fn not_made(&self, len: usize, error: io::Error) -> Error {
        let region = self.label();
        let cause = match (error.kind(), error.raw_os_error()) {
            (io::ErrorKind::AlreadyExists, _) => {
                let help = "use `Overlay::sysv`, or remove it first (`ipcrm -M`)";
                return Error::AlreadyExists { region, help };
            }
            (_, Some(EINVAL)) => "a segment has at least 1 byte and at most kernel.shmmax of them",
            (io::ErrorKind::StorageFull, _) => {
                "there are kernel.shmmni segments, or kernel.shmall pages in segments, already"
            }
            (io::ErrorKind::OutOfMemory, _) => "there is not enough memory",
            _ => return failure::opening(Path::new(&region), "making it", error),
        };
        let help = "request a smaller one, remove others (`ipcrm`), or raise the limit (sysctl(8))";
        Error::NotEnoughSpace { region, needed: len as u64, cause: cause.to_owned(), help }
    }
}

// Linux's numbers: the errors of shmat(2) and shmctl(2) for a segment that does not exist, or no longer.
const EINVAL: i32 = 22;
const EIDRM: i32 = 43;

fn attach<T: PlainRoot + ?Sized, A: Access>(name: &Name) -> Result<Overlay<T, A>, Error> {
    let id = name.id()?;
    let memory =
        find_or_attach(id, A::WRITABLE).map_err(|(doing, error)| name.not_there(doing, error))?;
    let size = memory.len();
    let request = Request { offset: 0, length: Length::ToTheEnd, writable: A::WRITABLE };
    let label = match *name {
        Name::Key(key) => Name::Made { key, id }.label(),
        _ => name.label(),
    };
    let extent = request.extent::<T>(&label, || room_in(size, 0))?;
    Ok(Overlay::<T, A>::over(memory, 0, extent, label).with(|held| held.segment = Some(id)))
}

type Failure = (&'static str, io::Error);

/// The whole segment. While it is attached, its number is not reused.
fn find_or_attach(id: i32, writable: bool) -> Result<Arc<Memory>, Failure> {
    let mut table = MAPPED.lock();
    let part = |end| Part { object: Object::segment(id), start: 0, end, writable };
    if let Some(memory) = table.find(part(1)) {
        return Ok(memory);
    }
    let attached = Attached::new(id, writable).map_err(|error| ("attaching it", error))?;
    let size = sysv::size(id).map_err(|error| ("reading its size", error))?;
    Ok(table.enter(Backing::Attached(attached), true, part(size as u64), None))
}
