//! [`DynOverlay`]: bytes that other programs laid out, by the names in a description of them.

use std::fmt;
use std::ops::Deref;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use super::region::DynRegion;
use crate::access::{Access, ReadOnly, ReadWrite};
use crate::error::Error;
use crate::region::{Described, Mapped, Site};
use shm_schema::describe::DynLayout;

/// An [`Overlay`](crate::Overlay) without a struct: bytes without a header, such as a part of a file that a C
/// program mapped, read and written by the names in a [`DynLayout`]. Derefs to a [`DynRegion`].
///
/// The layout comes from a text, or from an exported schema ([`DynLayout::from_schema`]). The bytes are not checked
/// against it: a wrong one reads wrong values. Locks and other live types cannot be in an overlay.
///
/// The last field may be a slice. With a `len` of `None` it has as many whole elements as there are, and bytes after the
/// last one are left out without an error; with a number it has that many, or opening fails.
///
/// ```
/// use shm_core::dynamic::{DynLayout, DynOverlay};
///
/// let path = std::env::temp_dir().join(format!("shm-doc-dyn-overlay-{}", std::process::id()));
/// std::fs::write(&path, [&[0; 16][..], b"\x07\0\0\0\x2a\0\0\0\x2b\0\0\0"].concat())?;
///
/// let layout = DynLayout::defined("struct Page { number: u32, values: [u32] }", "Page")?;
/// // SAFETY: the file is this example's own, keeps its size, and is not mapped otherwise.
/// let page = unsafe { DynOverlay::open(&path, 16, &layout, None)? };
/// assert_eq!((page.len(), page.get("values[..]")?.to_string()), (Some(2), "[42, 43]".to_owned()));
/// page.set("number", 8)?;
/// assert_eq!(std::fs::read(&path)?[16], 8);
///
/// // SAFETY: as above; nothing is mapped if this fails.
/// let error = unsafe { DynOverlay::open(&path, 18, &layout, None).unwrap_err() };
/// assert!(error.to_string().ends_with("at offset 18: its alignment is 4; give a multiple of that"));
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DynOverlay<A: Access = ReadWrite> {
    region: DynRegion<A>,
    is_shared: bool,
}

impl DynOverlay {
    /// Maps the value at `offset` bytes into an existing file, for reading and writing. A plain name means a file in
    /// `/dev/shm`, a final symbolic link is followed, and any user may own the file.
    ///
    /// # Safety
    /// For as long as the overlay or a clone of it lives,
    /// - nothing in this process may access these bytes other than through this overlay and its clones, or through
    ///   overlays of the same kind in which each byte belongs to a field of the same width;
    /// - no process may truncate the file below the end of the value, or accesses die of SIGBUS;
    /// - other processes should access the bytes at the same widths; at other widths, values may be torn.
    ///
    /// A descriptor of the file stays open meanwhile; when it is closed, this process loses its POSIX locks on the file, as
    /// [`Overlay::open`](crate::Overlay::open) explains.
    ///
    /// # Errors
    /// [`Error::BadOverlay`] if the file is too short, `offset` is not a multiple of the alignment, or the layout has a
    /// live type; [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::NotRegularFile`].
    pub unsafe fn open(
        path: impl AsRef<Path>,
        offset: u64,
        layout: &DynLayout,
        len: Option<usize>,
    ) -> Result<Self, Error> {
        open(path.as_ref(), Site { offset, len, writable: true }, layout)
    }

    /// As [`DynOverlay::open`], of the file or device of a descriptor that was opened for reading and writing. The
    /// descriptor is only borrowed. Of a device, whose size is unknown, a layout with a slice at its end needs a `len`.
    ///
    /// # Safety
    /// As [`DynOverlay::open`]; and reading and writing there must have no effect beyond the bytes themselves, or one
    /// that you want.
    ///
    /// # Errors
    /// As [`DynOverlay::open`].
    ///
    /// ```
    /// use shm_core::dynamic::{DynLayout, DynOverlay};
    ///
    /// let zeros = std::fs::File::options().read(true).write(true).open("/dev/zero")?;
    /// let layout = DynLayout::of("[u64]")?;
    /// // SAFETY: each mapping of this device is separate memory.
    /// let words = unsafe { DynOverlay::from_fd(&zeros, 0, &layout, Some(512))? };
    /// words.set("[511]", 7)?;
    /// assert_eq!(words.get("[510..]")?.to_string(), "[0, 7]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn from_fd(
        fd: impl AsFd,
        offset: u64,
        layout: &DynLayout,
        len: Option<usize>,
    ) -> Result<Self, Error> {
        let site = Site { offset, len, writable: true };
        over(layout, |schema| Described::from_fd(fd.as_fd(), site, schema))
    }
}

impl DynOverlay<ReadOnly> {
    /// As [`DynOverlay::open`], for reading only. Where the system refuses to share the file, the mapping is private: see
    /// [`DynOverlay::is_shared`].
    ///
    /// # Safety
    /// As [`DynOverlay::open`].
    ///
    /// # Errors
    /// As [`DynOverlay::open`].
    ///
    /// ```
    /// use shm_core::dynamic::{DynLayout, DynOverlay};
    ///
    /// let layout = DynLayout::builder("ElfHeader")
    ///     .field("magic", "[u8; 4]")
    ///     .field("ident", "[u8; 12]")
    ///     .field("kind", "u16")
    ///     .build()?;
    /// // SAFETY: this program is not truncated while it runs, and nothing else here maps it.
    /// let elf = unsafe { DynOverlay::open_read_only("/proc/self/exe", 0, &layout, None)? };
    /// assert_eq!(elf.get("magic[1..]")?.to_string(), "[69, 76, 70]"); // ELF
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub unsafe fn open_read_only(
        path: impl AsRef<Path>,
        offset: u64,
        layout: &DynLayout,
        len: Option<usize>,
    ) -> Result<Self, Error> {
        open(path.as_ref(), Site { offset, len, writable: false }, layout)
    }

    /// As [`DynOverlay::from_fd`], for reading only; the descriptor only needs to be open for reading.
    ///
    /// # Safety
    /// As [`DynOverlay::from_fd`].
    ///
    /// # Errors
    /// As [`DynOverlay::open`].
    pub unsafe fn from_fd_read_only(
        fd: impl AsFd,
        offset: u64,
        layout: &DynLayout,
        len: Option<usize>,
    ) -> Result<Self, Error> {
        let site = Site { offset, len, writable: false };
        over(layout, |schema| Described::from_fd(fd.as_fd(), site, schema))
    }
}

impl<A: Access> DynOverlay<A> {
    /// Returns whether this is the memory itself, so that writes by other processes are seen; see
    /// [`Overlay::is_shared`](crate::Overlay::is_shared).
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }
}

fn open<A: Access>(path: &Path, site: Site, layout: &DynLayout) -> Result<DynOverlay<A>, Error> {
    over(layout, |schema| Described::open(path, site, schema))
}

/// Bytes that were mapped for writing if `A` writes (I3). The caller of the constructor guaranteed that they are
/// accessed at one width (I5).
fn over<A: Access>(
    layout: &DynLayout,
    map: impl FnOnce(&Arc<crate::schema::Schema>) -> Result<Described, Error>,
) -> Result<DynOverlay<A>, Error> {
    let schema = Arc::new(layout.schema().clone());
    let Described { mapping, is_shared } = map(&schema)?;
    Ok(DynOverlay { region: DynRegion::over(Mapped::found_at(mapping, None), schema), is_shared })
}

impl<A: Access> Deref for DynOverlay<A> {
    type Target = DynRegion<A>;

    fn deref(&self) -> &DynRegion<A> {
        &self.region
    }
}

impl<A: Access> Clone for DynOverlay<A> {
    fn clone(&self) -> Self {
        Self { region: self.region.clone(), is_shared: self.is_shared }
    }
}

impl<A: Access> fmt::Debug for DynOverlay<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.region, f)
    }
}
