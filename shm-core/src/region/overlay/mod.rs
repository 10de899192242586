//! [`Overlay`]: a type over bytes that other programs laid out.
//!
//! ```text
//! path, descriptor, segment, address -> extent -> memory, perhaps mapped already -> view
//! ```
//! [`file`], [`descriptor`], [`segment`] and [`raw`] have the constructors; [`extent`] computes how many
//! bytes a type takes, [`map`] maps them, and [`memory`] keeps track of the mappings. [`described`] is for
//! access by name, without a type.

mod described;
mod descriptor;
mod extent;
mod failure;
mod file;
mod kept;
mod map;
mod memory;
mod own;
mod raw;
mod segment;

pub(crate) use described::{Described, Site};

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::Arc;

use self::extent::Extent;
use self::memory::{Memory, Object};
use crate::access::{Access, ReadWrite};
use crate::registry::Overlaid;
use crate::root::{PlainRoot, View};
use crate::sys;
use crate::sys::file::Links;

/// A plain type over bytes without a header: a part of a file, of a device's memory, of a System V
/// segment, or of other memory of the program. Derefs to the view, like [`Region`](crate::Region).
///
/// The bytes are not checked against `T`: a wrong struct reads wrong values. Locks and other live types
/// cannot be in an overlay.
///
/// | the bytes | the constructors |
/// | --- | --- |
/// | a file: an ELF header, a file that a C program or a Python script mapped | [`open`](Self::open), [`open_read_only`](Self::open_read_only), [`create`](Self::create) |
/// | a descriptor: a memfd, a dma-buf, a perf event, a UIO device | [`from_fd`](Self::from_fd), [`from_fd_read_only`](Self::from_fd_read_only) |
/// | a System V segment, by its key or its number | [`sysv`](Self::sysv), [`sysv_id`](Self::sysv_id), [`sysv_create`](Self::sysv_create) |
/// | an address, from a C library for example | [`from_raw`](Self::from_raw), [`from_raw_read_only`](Self::from_raw_read_only) |
///
/// # Run-time lengths
///
/// `T` may be a slice, or a struct whose last field is one. These functions take as many whole elements
/// as fit; bytes after the last whole element are left out without an error, since a program that is
/// just writing a record leaves such bytes. The functions whose names end in `_with_len` take the given
/// number of elements, and fail if there are fewer. `len()` of the slice returns the number. An overlay
/// keeps its length: after the file has grown, open another one.
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
///
/// // SAFETY: as above; the bytes belong to `number` and `word`, which are not written now.
/// let first = unsafe { Overlay::<[i32]>::open_read_only(&path, 0)? };
/// assert_eq!((first.len(), first[0].get()), (1024, 10));
/// std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Overlay<T: PlainRoot + ?Sized, A: Access = ReadWrite> {
    view: NonNull<View<T, A>>,
    held: Arc<Held>,
}

/// The contents of an overlay, shared by its clones.
struct Held {
    memory: Arc<Memory>,
    entered: Overlaid,
    path: Option<PathBuf>,
    segment: Option<i32>,
}

// SAFETY: a handle is a shared reference to a view, which is Sync (`Root`), and an Arc.
unsafe impl<T: PlainRoot + ?Sized, A: Access> Send for Overlay<T, A> {}
// SAFETY: as above.
unsafe impl<T: PlainRoot + ?Sized, A: Access> Sync for Overlay<T, A> {}

impl<T: PlainRoot + ?Sized, A: Access> Overlay<T, A> {
    /// The `T` at `offset` in memory that contains all of it (I2), writable if `A` writes (I3).
    fn over(memory: Arc<Memory>, offset: u64, extent: Extent, label: String) -> Self {
        let first = memory.at(offset);
        let view = T::view_ptr::<A>(first, extent.tail_len).cast_mut();
        let view = NonNull::new(view).expect("a mapping never starts at address 0");
        let entered = Overlaid::new(first.addr(), extent.size, T::ROOT_LAYOUT, label);
        Self { view, held: Arc::new(Held { memory, entered, path: None, segment: None }) }
    }

    fn with(mut self, note: impl FnOnce(&mut Held)) -> Self {
        // Just created, and not cloned yet.
        if let Some(held) = Arc::get_mut(&mut self.held) {
            note(held);
        }
        self
    }

    /// Returns whether this is the memory itself, so that writes by other processes are seen. `false`
    /// for a read-only overlay of a file that the system only maps privately, such as
    /// `/sys/kernel/btf/vmlinux`: later changes to it may or may not be seen.
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// // SAFETY: this program is not truncated while it runs, and nothing else here maps it.
    /// let program = unsafe { Overlay::<[u8]>::open_read_only("/proc/self/exe", 0)? };
    /// assert!(program.is_shared());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.held.memory.is_shared()
    }

    /// Returns whether the path that this overlay was opened by still leads to its bytes. `false` after
    /// the file was removed or replaced, and, on overlayfs, after the first writer got a copy of it.
    /// Always `true` for an overlay that was not opened by a path. Costs a system call.
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// let path = std::env::temp_dir().join(format!("shm-doc-overlay-is-{}", std::process::id()));
    /// // SAFETY: the file is this example's own.
    /// let numbers = unsafe { Overlay::<[u32]>::create_with_len(&path, 16)? };
    /// assert!(numbers.is_current());
    /// std::fs::remove_file(&path)?;
    /// assert!(!numbers.is_current());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_current(&self) -> bool {
        let Some(path) = &self.held.path else { return true };
        let there = sys::file::facts_of_path(path, Links::Follow).ok();
        there.map(|facts| Object::at(path, &facts)) == self.held.memory.object()
    }

    /// The path of the file, as it was opened; `None` for an overlay that was not opened by a path.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.held.path.as_deref()
    }
}

impl<T: PlainRoot + ?Sized, A: Access> Deref for Overlay<T, A> {
    type Target = View<T, A>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        // SAFETY: the view lies inside the memory, which `self` keeps alive (I2), and is made of atomics
        // (I1); the caller of the constructor guaranteed that they are accessed at one width (I5).
        unsafe { self.view.as_ref() }
    }
}

impl<T: PlainRoot + ?Sized, A: Access> Clone for Overlay<T, A> {
    fn clone(&self) -> Self {
        Self { view: self.view, held: Arc::clone(&self.held) }
    }
}

impl<T: PlainRoot + ?Sized, A: Access> fmt::Debug for Overlay<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
