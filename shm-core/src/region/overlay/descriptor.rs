//! Overlays by descriptor.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::Path;

use super::extent::{Length, Request};
use super::map;
use super::memory::{MAPPED, Object};
use super::{Overlay, failure};
use crate::access::{Access, ReadOnly};
use crate::error::Error;
use crate::placeable::Placeable;
use crate::root::{PlainRoot, TailRoot};
use crate::sys;

/// Overlays of anything that `mmap(2)` can map: files, memfds, dma-bufs, perf events, UIO and other
/// devices.
///
/// The size is that of the file if `fstat(2)` knows one. Otherwise, as for most devices, a `T` of fixed
/// size is mapped at its own size, one with a run-time length needs a function with `_with_len`, and the
/// kernel decides whether that much can be mapped.
impl<T: PlainRoot + ?Sized> Overlay<T> {
    /// Maps a `T` at `offset` bytes into the file or device of the descriptor, for reading and writing.
    /// The descriptor is only borrowed: nothing is opened or closed, and it may be closed afterwards.
    ///
    /// # Safety
    /// For as long as the overlay or a clone of it lives,
    /// - nothing in this process may access these bytes other than through overlays in which each byte
    ///   belongs to a field of the same width;
    /// - no process may make the file shorter than the end of the `T`, and a device must have that much,
    ///   or accesses die of SIGBUS;
    /// - reading and writing there must have no effect beyond the bytes themselves, or one that you
    ///   want.
    ///
    /// # Errors
    /// [`Error::BadOverlay`] if there are too few bytes, their number is needed but unknown, or `offset`
    /// is not a multiple of `T`'s alignment; [`Error::PermissionDenied`] if the descriptor was not
    /// opened for reading and writing; [`Error::NotRegularFile`] if it is of something that cannot be
    /// mapped, such as a socket; [`Error::Io`] for other errors of the kernel.
    ///
    /// ```
    /// use std::os::unix::fs::FileExt;
    ///
    /// use shm_core::{Overlay, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Record {
    ///     time: u64,
    ///     value: f32,
    /// }
    ///
    /// let path = std::env::temp_dir().join(format!("shm-doc-overlay-fd-{}", std::process::id()));
    /// let file = std::fs::File::options().read(true).write(true).create_new(true).open(&path)?;
    /// file.write_all_at(&[0; 16 * 10 + 7], 0)?; // ten records, and part of another
    /// // SAFETY: the file is this example's own.
    /// let records = unsafe { Overlay::<[Record]>::from_fd(&file, 0)? };
    /// assert_eq!(records.len(), 10);
    /// records[9].value.set(0.5);
    /// std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn from_fd(fd: impl AsFd, offset: u64) -> Result<Self, Error>
    where
        T: Placeable,
    {
        map(fd.as_fd(), offset, Length::ToTheEnd)
    }

    /// Like [`Overlay::from_fd`], for reading only. Where the system refuses to share a file, the
    /// mapping is private: see [`Overlay::is_shared`].
    ///
    /// # Safety
    /// As [`Overlay::from_fd`].
    ///
    /// # Errors
    /// As for [`Overlay::from_fd`]; the descriptor only needs to be open for reading.
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let program = std::fs::File::open("/proc/self/exe")?;
    /// // SAFETY: this program is not truncated while it runs, and nothing else here maps it.
    /// let magic = unsafe { Overlay::<[u8; 4]>::from_fd_read_only(&program, 0)? };
    /// assert_eq!(magic[1].get(), b'E');
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn from_fd_read_only(
        fd: impl AsFd,
        offset: u64,
    ) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: Placeable,
    {
        map(fd.as_fd(), offset, Length::ToTheEnd)
    }
}

/// Overlays by descriptor with a given length.
impl<T: PlainRoot + ?Sized> Overlay<T> {
    /// Like [`Overlay::from_fd`], with `len` elements.
    ///
    /// # Safety
    /// As [`Overlay::from_fd`].
    ///
    /// # Errors
    /// As [`Overlay::from_fd`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let zeros = std::fs::File::options().read(true).write(true).open("/dev/zero")?;
    /// // SAFETY: each mapping of this device is separate memory.
    /// let words = unsafe { Overlay::<[u64]>::from_fd_with_len(&zeros, 0, 512)? };
    /// words[511].set(7);
    /// assert_eq!(words[511].get(), 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn from_fd_with_len(fd: impl AsFd, offset: u64, len: usize) -> Result<Self, Error>
    where
        T: TailRoot + Placeable,
    {
        map(fd.as_fd(), offset, Length::Elements(len))
    }

    /// Like [`Overlay::from_fd_read_only`], with `len` elements.
    ///
    /// # Safety
    /// As [`Overlay::from_fd`].
    ///
    /// # Errors
    /// As [`Overlay::from_fd_read_only`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let zeros = std::fs::File::open("/dev/zero")?;
    /// // SAFETY: each mapping of this device is separate memory.
    /// let words = unsafe { Overlay::<[u64]>::from_fd_read_only_with_len(&zeros, 0, 512)? };
    /// assert_eq!(words[511].get(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn from_fd_read_only_with_len(
        fd: impl AsFd,
        offset: u64,
        len: usize,
    ) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: TailRoot + Placeable,
    {
        map(fd.as_fd(), offset, Length::Elements(len))
    }
}

fn map<T: PlainRoot + ?Sized, A: Access>(
    fd: BorrowedFd<'_>,
    offset: u64,
    length: Length,
) -> Result<Overlay<T, A>, Error> {
    let label = format!("descriptor {}", fd.as_raw_fd());
    let fail = |doing, error| failure::opening(Path::new(&label), doing, error);
    let facts = sys::file::facts(fd).map_err(|error| fail("reading its metadata", error))?;
    let rights = sys::file::rights(fd).map_err(|error| fail("reading its mode", error))?;
    if !rights.read || (A::WRITABLE && !rights.write) {
        return Err(failure::no_right(&label, A::WRITABLE));
    }
    let request = Request { offset, length, writable: A::WRITABLE };
    let extent = request.extent::<T>(&label, || map::room(fd, &facts, offset))?;
    let wanted = request.wanted(extent);
    let mut table = MAPPED.lock();
    let is_one_thing = map::is_one_thing(fd, &facts);
    let known = is_one_thing.then(|| table.find(wanted.part_of(Object::of(fd, &facts)))).flatten();
    let memory = known.map_or_else(|| map::part(&mut table, fd, &facts, wanted, None), Ok);
    let memory = memory.map_err(|error| failure::mapping(&label, A::WRITABLE, error))?;
    drop(table);
    Ok(Overlay::over(memory, offset, extent, label))
}
