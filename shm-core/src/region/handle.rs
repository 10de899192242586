//! [`Region`]: a handle that derefs to the view.

use std::fmt;
use std::ops::Deref;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use super::mapping::Mapping;
use super::{Projected, aside};
use crate::access::{Access, ReadOnly, ReadWrite};
use crate::error::Error;
use crate::root::Root;

/// A value of type `T` in memory that several processes share; derefs to the view of `T`, whose
/// fields have the names of `T`'s.
///
/// A handle is cheap to clone and may go to other threads; the memory stays mapped until the last
/// handle is dropped. Dropping never removes the name: see [`Region::unlink`].
///
/// ```
/// use shm_core::{Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station {
///     temperature: f64,
///     samples: [u32; 16],
/// }
///
/// let name = format!("shm-doc-station-{}", std::process::id());
/// let station = Region::<Station>::create(&name)?;
/// station.temperature.set(21.5);
/// station.samples[3].set(7);
///
/// let reader = Region::<Station>::open_read_only(&name)?; // in another process, as a rule
/// assert_eq!(reader.temperature.get(), 21.5);
/// assert_eq!(reader.samples[3].get(), 7);
/// station.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
pub struct Region<T: Root + ?Sized, A: Access = ReadWrite> {
    view: NonNull<T::RootView<A>>,
    mapping: Arc<Mapping>,
    path: Option<Arc<Path>>,
    created: bool,
}

// SAFETY: a handle is a shared reference to a view, which is Sync (`Root`), and an Arc.
unsafe impl<T: Root + ?Sized, A: Access> Send for Region<T, A> {}
// SAFETY: as above.
unsafe impl<T: Root + ?Sized, A: Access> Sync for Region<T, A> {}

impl<T: Root + ?Sized, A: Access> Region<T, A> {
    /// Takes a mapping whose contents are a `T` (I2), writable if `A` writes (I3).
    pub(super) fn over(mapping: Arc<Mapping>, path: Option<Arc<Path>>, created: bool) -> Self {
        // Forces the layout's compile-time proofs for generic types.
        let _: &crate::layout::Layout = T::ROOT_LAYOUT;
        let view = T::view_ptr::<A>(mapping.data(), mapping.contents().tail_len);
        let view = NonNull::new(view.cast_mut()).expect("a mapping never starts at address 0");
        Self { view, mapping, path, created }
    }

    /// The path of the file, as it was opened; `None` for a region without a name.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether this handle, or the one it was cloned from, created the region.
    #[must_use]
    pub fn created(&self) -> bool {
        self.created
    }

    /// Whether the name this region was opened by still means this region. `false` after it was unlinked
    /// or replaced; for a reader on overlayfs, also after a first writer was given a copy of the file, which
    /// the reader does not see. Always `true` for a region without a name. Costs a system call or two.
    ///
    /// ```
    /// # use shm_core::Region;
    /// let name = format!("shm-doc-current-{}", std::process::id());
    /// let hits = Region::<u64>::create(&name)?;
    /// assert!(hits.is_current());
    /// shm_core::unlink(&name)?;
    /// assert!(!hits.is_current());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_current(&self) -> bool {
        let Some(path) = &self.path else { return true };
        self.mapping.is_current(path)
    }

    /// Removes the name, if it still means this region. The region itself lives on, without a name,
    /// for as long as a process has it mapped.
    ///
    /// A region that replaces this one meanwhile is not removed, however the two interleave: the name
    /// is moved aside (to a hidden one, `.shm-old.*`) and removed there only if it is this region's.
    /// For that moment a successor has no name; it gets its name back.
    ///
    /// # Errors
    /// [`Error::NotCurrent`] if the name means something else by now (which stays), or the operating
    /// system's refusal (`rename(2)`, `unlink(2)`). [`Error::Displaced`] if the name means something
    /// else by now, and a third region got the name in the moment in which the second one was moved
    /// aside: that one stays there.
    pub fn unlink(&self) -> Result<(), Error> {
        let Some(path) = &self.path else {
            return Err(Error::NotCurrent { region: self.mapping.label().to_owned() });
        };
        aside::unlink(path, &|path| self.mapping.is_current(path))
    }

    /// Asks the kernel to write the region to its file now and waits until that is done (`msync(2)`).
    ///
    /// Other processes see every write at once, without this. It matters for a file on a disk only,
    /// and promises little there: after a power cut the file may hold some of the writes that were
    /// made before a `flush` that did not return, in any order. For a region in `/dev/shm` it does
    /// nothing.
    ///
    /// # Errors
    /// The operating system's, such as an I/O error of the disk.
    ///
    /// ```
    /// # use shm_core::Region;
    /// let path = std::env::temp_dir().join(format!("shm-doc-flush-{}", std::process::id()));
    /// let hits = Region::<u64>::create_from(&path, &3)?;
    /// hits.flush()?;
    /// hits.unlink()?;
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn flush(&self) -> Result<(), Error> {
        self.mapping.flush().map_err(|source| Error::Io {
            region: self.mapping.label().to_owned(),
            doing: "flushing",
            source,
        })
    }

    /// An owned handle to a part of the region: for a thread or a task that works on one field.
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { hits: u64, samples: [u32; 16] }
    /// let station = Region::<Station>::private()?;
    /// let hits = station.project(|station| &station.hits);
    /// let counter = std::thread::spawn(move || hits.fetch_add(1));
    /// counter.join().unwrap();
    /// assert_eq!(station.hits.get(), 1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub fn project<V: ?Sized + Sync>(
        &self,
        part: impl FnOnce(&T::RootView<A>) -> &V,
    ) -> Projected<V> {
        Projected::new(NonNull::from(part(self)), Arc::clone(&self.mapping))
    }

    /// The same region, for reading only. The mapping stays writable for other handles.
    ///
    /// ```
    /// # use shm_core::{ReadOnly, Region};
    /// let hits = Region::<u64>::private()?;
    /// let reader: Region<u64, ReadOnly> = hits.read_only();
    /// hits.set(1);
    /// assert_eq!(reader.get(), 1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(&self) -> Region<T, ReadOnly> {
        Region::over(Arc::clone(&self.mapping), self.path.clone(), self.created)
    }

    /// A descriptor of the region, to be passed to another process or inherited by one.
    ///
    /// A region without a name ([`Region::memfd`], [`Region::anonymous`]) has one from the beginning. For a
    /// region with a name, or with locks, one is opened at the first call and then kept: such a region
    /// keeps at most one for itself, on which this process's locks depend, so that it cannot be shared.
    ///
    /// `None` for [`Region::private`], which has none, and if none can be opened, as when the name has been
    /// removed.
    #[must_use]
    pub fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.mapping.to_give_away()
    }
}

impl<T: Root + ?Sized, A: Access> Deref for Region<T, A> {
    type Target = T::RootView<A>;

    #[inline]
    fn deref(&self) -> &T::RootView<A> {
        // SAFETY: the view lies inside the mapping, which `self` keeps alive, holds a `T` (I2), and
        // is made of atomics (I1), so that a reference may exist while others write.
        unsafe { self.view.as_ref() }
    }
}

impl<T: Root + ?Sized, A: Access> Clone for Region<T, A> {
    fn clone(&self) -> Self {
        Self {
            view: self.view,
            mapping: Arc::clone(&self.mapping),
            path: self.path.clone(),
            created: self.created,
        }
    }
}

impl<T: Root + ?Sized, A: Access> fmt::Debug for Region<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
