//! [`Overlay`]: a struct over bytes that somebody else laid out.

use std::fmt;
use std::ops::Deref;
use std::os::fd::AsFd;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use super::mapping::{Contents, How, Identity, Mapping, Meaning, Source, map_file};
use super::open::check_kind;
use super::{failure, name};
use crate::access::{Access, ReadOnly, ReadWrite};
use crate::error::Error;
use crate::placeable::Placeable;
use crate::shared_layout::{Plain, Shared};
use crate::sys;
use crate::sys::file::Links;

/// A plain struct over a part of a file that has no header: an ELF header, a C program's struct, a
/// mapping made by a Python script. Derefs to the view, as [`Region`](crate::Region) does.
///
/// Nothing checks that the bytes are what `T` says: a wrong struct reads wrong values. Locks and
/// other live types cannot be in an overlay.
///
/// ```
/// use shm_core::{CText, Overlay, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Page {
///     number: i32,
///     word: CText<3>,
/// }
///
/// let path = std::env::temp_dir().join(format!("shm-doc-overlay-{}", std::process::id()));
/// // SAFETY: the file is this example's own.
/// let page = unsafe { Overlay::<Page>::create(&path, 4096)? };
/// page.number.set(10);
/// page.word.set("foo")?;
/// assert_eq!(std::fs::read(&path)?[..7], *b"\x0a\0\0\0foo");
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Overlay<T: Plain, A: Access = ReadWrite> {
    view: NonNull<Shared<T, A>>,
    mapping: Arc<Mapping>,
}

// SAFETY: a handle is a shared reference to a view, which is Sync (`SharedLayout`), and an Arc.
unsafe impl<T: Plain, A: Access> Send for Overlay<T, A> {}
// SAFETY: as above.
unsafe impl<T: Plain, A: Access> Sync for Overlay<T, A> {}

impl<T: Plain> Overlay<T> {
    /// Maps a `T` at `offset` bytes into an existing file, for reading and writing. A final symbolic
    /// link is followed, and the file may belong to anybody.
    ///
    /// # Safety
    /// For as long as the overlay lives, nothing in this process may access these bytes other than
    /// through overlays in which each byte belongs to a field of the same width; and nobody may
    /// truncate the file below the end of the `T`, or accesses die of SIGBUS.
    ///
    /// # Errors
    /// [`Error::BadOverlay`] if the file is too short or `offset` is not a multiple of `T`'s
    /// alignment; [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::NotRegularFile`].
    ///
    /// ```no_run
    /// use shm_core::{Overlay, SharedLayout};
    ///
    /// /// What a C program keeps at the start of its second page.
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
        map(path.as_ref(), offset)
    }

    /// As [`Overlay::open`], for reading only.
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
    /// // SAFETY: nobody truncates this program while it runs, and nothing else here maps it like so.
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
        map(path.as_ref(), offset)
    }

    /// Creates a file of `len` zero bytes, mode 0600, and maps a `T` at its start.
    ///
    /// # Safety
    /// As [`Overlay::open`].
    ///
    /// # Errors
    /// [`Error::AlreadyExists`], [`Error::NotEnoughSpace`] (then no file is left), or as
    /// [`Overlay::open`].
    pub unsafe fn create(path: impl AsRef<Path>, len: u64) -> Result<Self, Error>
    where
        T: Placeable,
    {
        let path = name::resolve(path.as_ref())?;
        if len < size_of::<T>() as u64 {
            return Err(bad::<T>(&path, 0, format!("a file of {len} bytes was asked for")));
        }
        super::create::bare_file(&path, len)?;
        map(&path, 0)
    }
}

impl<T: Plain, A: Access> Deref for Overlay<T, A> {
    type Target = Shared<T, A>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        // SAFETY: the view lies inside the mapping, which `self` keeps alive (I2), and is made of
        // atomics (I1); the caller of `open` promised that they are accessed at one width (I5).
        unsafe { self.view.as_ref() }
    }
}

impl<T: Plain, A: Access> Clone for Overlay<T, A> {
    fn clone(&self) -> Self {
        Self { view: self.view, mapping: Arc::clone(&self.mapping) }
    }
}

impl<T: Plain, A: Access> fmt::Debug for Overlay<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

fn bad<T: Plain>(path: &Path, offset: u64, fault: String) -> Error {
    let region = path.display().to_string();
    Error::BadOverlay { region, type_name: T::LAYOUT.name(), offset, fault }
}

fn map<T: Plain, A: Access>(path: &Path, offset: u64) -> Result<Overlay<T, A>, Error> {
    let path = name::resolve(path)?;
    let fail = |doing, error| failure::opening(&path, doing, error);
    let file = sys::file::open(&path, A::WRITABLE, Links::Follow)
        .map_err(|error| fail("opening", error))?;
    let facts = sys::file::facts(&file).map_err(|error| fail("reading its facts", error))?;
    check_kind(&facts, || path.display().to_string())?;
    check_place::<T>(&path, offset, facts.size)?;
    let page = sys::process::page_size() as u64;
    let start = offset - offset % page;
    // The rest of a division by the page size: it fits.
    let skip = (offset % page) as usize;
    let how =
        How { writable: A::WRITABLE, populate: false, start, len: skip + size_of::<T>().max(1) };
    let memory = map_file(file.as_fd(), how).map_err(|error| fail(failure::MAPPING, error))?;
    let identity = Identity { file: facts.id, writable: A::WRITABLE, start, headed: false };
    let contents = Contents {
        offset: skip,
        len: size_of::<T>(),
        tail_len: 0,
        participants: None,
        meaning: Meaning::Type(T::LAYOUT),
    };
    let label = path.display().to_string();
    let source = Source { identity, descriptor: None };
    Ok(over(Mapping::share(memory, source, label, contents), skip))
}

/// The view at `skip` bytes into a mapping that may have been made for another overlay.
fn over<T: Plain, A: Access>(mapping: Arc<Mapping>, skip: usize) -> Overlay<T, A> {
    let view = mapping.base().wrapping_add(skip).cast::<Shared<T, A>>();
    let view = NonNull::new(view).expect("a mapping never starts at address 0");
    Overlay { view, mapping }
}

fn check_place<T: Plain>(path: &Path, offset: u64, size: u64) -> Result<(), Error> {
    let align = align_of::<T>() as u64;
    if !offset.is_multiple_of(align) {
        let fault = format!("its alignment is {align}; give a multiple of that");
        return Err(bad::<T>(path, offset, fault));
    }
    match offset.checked_add(size_of::<T>() as u64) {
        Some(end) if end <= size => Ok(()),
        _ => {
            let needed = size_of::<T>();
            Err(bad::<T>(path, offset, format!("it needs {needed} bytes, the file has {size}")))
        }
    }
}
