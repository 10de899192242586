//! Overlays of files, by name.

use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use super::extent::{self, Extent, Length, Request, Room, bad};
use super::kept::Kept;
use super::map;
use super::memory::{MAPPED, Mapped, Memory, Object};
use super::{Overlay, failure};
use crate::access::{Access, ReadOnly};
use crate::error::Error;
use crate::placeable::Placeable;
use crate::region::{create, name};
use crate::root::{PlainRoot, Root, TailRoot};
use crate::sys;
use crate::sys::file::Links;

/// Overlays of files.
impl<T: PlainRoot + ?Sized> Overlay<T> {
    /// Maps a `T` at `offset` bytes into an existing file, for reading and writing.
    ///
    /// As everywhere in this library, a plain name such as `data.bin` means `/dev/shm/data.bin`; for a
    /// file in the current directory write `./data.bin`. A final symbolic link is followed, and any user
    /// may own the file.
    ///
    /// # Safety
    /// For as long as the overlay or a clone of it lives,
    /// - nothing in this process may access these bytes other than through overlays in which each byte
    ///   belongs to a field of the same width;
    /// - no process may truncate the file below the end of the `T`, or accesses die of SIGBUS;
    /// - other processes should access the bytes at the same widths; at other widths, values may be
    ///   torn.
    ///
    /// Side effects on other code in this process: while a file is mapped, one descriptor of it (or two,
    /// if it is mapped for reading and for writing) stays open, which every further overlay of the file
    /// uses. It is closed with the last overlay, and then **all POSIX locks that this process holds on
    /// the file are gone** (`fcntl(2)`, `F_SETLK`), among them those of SQLite or LMDB on their own
    /// files. Where other code in the process may hold such locks, open the file yourself, use
    /// [`Overlay::from_fd`], which opens and closes nothing, and keep your descriptor open for as long
    /// as the locks.
    ///
    /// # Errors
    /// [`Error::BadOverlay`] if the file is too short or `offset` is not a multiple of `T`'s
    /// alignment; [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::NotRegularFile`].
    ///
    /// ```no_run
    /// use shm_core::{Overlay, SharedLayout};
    ///
    /// /// The counters of a C program, at the start of its second page.
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Counters {
    ///     packets: u64,
    ///     errors: u32,
    /// }
    ///
    /// // SAFETY: the C program keeps the file at its size and uses these widths; nothing else here
    /// // maps it.
    /// let counters = unsafe { Overlay::<Counters>::open("/dev/shm/daemon-stats", 4096)? };
    /// println!("{} packets", counters.packets.get());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn open(path: impl AsRef<Path>, offset: u64) -> Result<Self, Error>
    where
        T: Placeable,
    {
        open(path.as_ref(), offset, Length::ToTheEnd)
    }

    /// Like [`Overlay::open`], for reading only. Where the system refuses to share the file, as for some
    /// that the kernel generates, the mapping is private: see [`Overlay::is_shared`].
    ///
    /// # Safety
    /// As [`Overlay::open`].
    ///
    /// # Errors
    /// As [`Overlay::open`].
    ///
    /// ```
    /// use shm_core::{Overlay, SharedLayout};
    ///
    /// /// The first 20 bytes of an ELF file.
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct ElfHeader {
    ///     magic: [u8; 4],
    ///     ident: [u8; 12],
    ///     kind: u16,
    ///     machine: u16,
    /// }
    ///
    /// // SAFETY: this program is not truncated while it runs, and nothing else here maps it.
    /// let elf = unsafe { Overlay::<ElfHeader>::open_read_only("/proc/self/exe", 0)? };
    /// assert_eq!(elf.magic[1].get(), b'E');
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn open_read_only(
        path: impl AsRef<Path>,
        offset: u64,
    ) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: Placeable,
    {
        open(path.as_ref(), offset, Length::ToTheEnd)
    }

    /// Creates a file of `len` zero bytes, mode 0600, and maps a `T` at its start. On hugetlbfs the
    /// length is rounded up to whole pages.
    ///
    /// # Safety
    /// As [`Overlay::open`].
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], [`Error::NotEnoughSpace`] (no file is left then), or as for
    /// [`Overlay::open`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let path = std::env::temp_dir().join(format!("shm-doc-overlay-new-{}", std::process::id()));
    /// // SAFETY: the file is this example's own.
    /// let bytes = unsafe { Overlay::<[u8]>::create(&path, 100)? };
    /// assert_eq!(bytes.len(), 100);
    /// std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn create(path: impl AsRef<Path>, len: u64) -> Result<Self, Error>
    where
        T: Placeable,
    {
        let path = name::resolve(path.as_ref())?;
        let room = Room::InPages(len);
        let extent = extent::of::<T>(Length::ToTheEnd, room).map_err(|fault| {
            bad::<T>(&path.display().to_string(), 0, format!("{fault} in the new file"))
        })?;
        create(&path, len, extent)
    }
}

/// Overlays of files with a given length.
impl<T: PlainRoot + ?Sized> Overlay<T> {
    /// Like [`Overlay::open`], with `len` elements.
    ///
    /// # Safety
    /// As [`Overlay::open`].
    ///
    /// # Errors
    /// As [`Overlay::open`]; [`Error::BadOverlay`] if the file has fewer elements.
    ///
    /// ```no_run
    /// # use shm_core::Overlay;
    /// // SAFETY: the program that makes the file writes whole numbers and keeps its size.
    /// let numbers = unsafe { Overlay::<[f64]>::open_with_len("./samples.bin", 128, 1000)? };
    /// assert_eq!(numbers.len(), 1000);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn open_with_len(
        path: impl AsRef<Path>,
        offset: u64,
        len: usize,
    ) -> Result<Self, Error>
    where
        T: TailRoot + Placeable,
    {
        open(path.as_ref(), offset, Length::Elements(len))
    }

    /// Like [`Overlay::open_read_only`], with `len` elements.
    ///
    /// # Safety
    /// As [`Overlay::open`].
    ///
    /// # Errors
    /// As [`Overlay::open_with_len`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// // SAFETY: this program is not truncated while it runs, and nothing else here maps it.
    /// let magic = unsafe { Overlay::<[u8]>::open_read_only_with_len("/proc/self/exe", 0, 4)? };
    /// assert_eq!(magic[3].get(), b'F');
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn open_read_only_with_len(
        path: impl AsRef<Path>,
        offset: u64,
        len: usize,
    ) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: TailRoot + Placeable,
    {
        open(path.as_ref(), offset, Length::Elements(len))
    }

    /// Creates a file for a `T` with `len` elements, zeroed, mode 0600, and maps it.
    ///
    /// # Safety
    /// As [`Overlay::open`].
    ///
    /// # Errors
    /// As [`Overlay::create`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let path = std::env::temp_dir().join(format!("shm-doc-overlay-len-{}", std::process::id()));
    /// // SAFETY: the file is this example's own.
    /// let numbers = unsafe { Overlay::<[f64]>::create_with_len(&path, 100)? };
    /// numbers[99].set(1.5);
    /// assert_eq!(std::fs::metadata(&path)?.len(), 800);
    /// std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn create_with_len(path: impl AsRef<Path>, len: usize) -> Result<Self, Error>
    where
        T: TailRoot + Placeable,
    {
        let path = name::resolve(path.as_ref())?;
        let extent = extent::of::<T>(Length::Elements(len), Room::Unknown)
            .map_err(|fault| bad::<T>(&path.display().to_string(), 0, fault))?;
        create(&path, extent.size as u64, extent)
    }
}

fn create<T: PlainRoot + ?Sized>(
    path: &Path,
    len: u64,
    extent: Extent,
) -> Result<Overlay<T>, Error> {
    create::bare_file(path, len).map_err(failure::creating)?;
    let length = Length::Elements(extent.tail_len);
    open(path, 0, length)
}

fn open<T: PlainRoot + ?Sized, A: Access>(
    path: &Path,
    offset: u64,
    length: Length,
) -> Result<Overlay<T, A>, Error> {
    let path = name::resolve(path)?;
    let label = path.display().to_string();
    let request = Request { offset, length, writable: A::WRITABLE };
    let mut table = MAPPED.lock();
    let (memory, extent) = find_or_map::<T>(&mut table, &path, request)?;
    drop(table);
    Ok(Overlay::<T, A>::over(memory, offset, extent, label).with(|held| held.path = Some(path)))
}

/// Looks for the file in memory before opening it: closing a descriptor would release the POSIX locks on
/// the file, and one that was never opened need not be closed.
fn find_or_map<T: Root + ?Sized>(
    table: &mut Mapped,
    path: &Path,
    request: Request,
) -> Result<(Arc<Memory>, Extent), Error> {
    let label = path.display().to_string();
    let known = sys::file::facts_of_path(path, Links::Follow).ok().filter(|facts| facts.is_regular);
    let known = known.map(|facts| (facts, Object::at(path, &facts)));
    // A size of 0 may mean that the size is unknown.
    if let Some((facts, object)) = known.filter(|(facts, _)| facts.size > 0) {
        let extent = request.extent::<T>(&label, || map::room_in(facts.size, request.offset))?;
        let part = request.wanted(extent).part_of(object);
        if let Some(memory) = table.find(part) {
            return Ok((memory, extent));
        }
    }
    let kept = known.and_then(|(_, object)| table.open_file(object, request.writable));
    let kept = kept.map_or_else(|| open_file(table, path, request.writable), Ok)?;
    map_kept::<T>(table, path, request, &kept).inspect_err(|_| {
        let object = kept.object;
        drop(kept);
        table.forget_closed(object);
    })
}

/// Maps a part of an open file.
fn map_kept<T: Root + ?Sized>(
    table: &mut Mapped,
    path: &Path,
    request: Request,
    kept: &Arc<Kept>,
) -> Result<(Arc<Memory>, Extent), Error> {
    let label = path.display().to_string();
    let fail = |doing, error| failure::opening(path, doing, error);
    let closed = || fail("using its descriptor", io::Error::from(io::ErrorKind::InvalidInput));
    let file = kept.trusted().ok_or_else(closed)?;
    let facts = sys::file::facts(file).map_err(|error| fail("reading its metadata", error))?;
    let extent = request.extent::<T>(&label, || map::room(file, &facts, request.offset))?;
    let memory = map::part(table, file, &facts, request.wanted(extent), Some(Arc::clone(kept)))
        .map_err(|error| failure::mapping(&label, request.writable, error))?;
    Ok((memory, extent))
}

/// Opens a file for overlays, and keeps it open.
fn open_file(table: &mut Mapped, path: &Path, writable: bool) -> Result<Arc<Kept>, Error> {
    let doing = if writable { failure::WRITING } else { "opening" };
    let file = sys::file::open(path, writable, Links::Follow)
        .map_err(|error| failure::opening(path, doing, error))?;
    let facts = sys::file::facts(&file)
        .map_err(|error| failure::opening(path, "reading its metadata", error))?;
    if !facts.is_regular {
        return Err(failure::no_file(path, facts.kind));
    }
    let object = Object::of(file.as_fd(), &facts);
    let kept = Kept::new(file, object, writable)
        .map_err(|error| failure::opening(path, "reading its metadata", error))?;
    Ok(table.keep(kept))
}
