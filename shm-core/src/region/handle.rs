//! [`Region`]: a handle that derefs to the view.

use std::fmt;
use std::ops::Deref;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::process::Command;
use std::ptr::NonNull;
use std::sync::Arc;

use super::mirror::Mirror;
use super::projected::Keeper;
use super::{Mapped, OwnedGuard, Projected, RemoveOnDrop};
use crate::access::{Access, ReadOnly, ReadWrite};
use crate::error::{Error, LockError};
use crate::heap::Heap;
use crate::root::Root;
use crate::sync::Guard;

/// A value of type `T` in memory that several processes share. Derefs to the view of `T`, whose fields
/// have the same names as `T`'s.
///
/// A handle is cheap to clone and may go to other threads; the memory stays mapped until the last
/// handle is dropped. Dropping it does not remove the name: see [`Region::unlink`] and
/// [`Region::remove_on_drop`].
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
/// let reader = Region::<Station>::open_read_only(&name)?; // usually in another process
/// assert_eq!(reader.temperature.get(), 21.5); assert_eq!(reader.samples[3].get(), 7);
/// station.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
pub struct Region<T: Root + ?Sized, A: Access = ReadWrite> {
    view: NonNull<T::RootView<A>>,
    mapped: Mapped,
}

// SAFETY: a handle is a shared reference to a view, which is Sync (`Root`), and an Arc.
unsafe impl<T: Root + ?Sized, A: Access> Send for Region<T, A> {}
// SAFETY: as above.
unsafe impl<T: Root + ?Sized, A: Access> Sync for Region<T, A> {}

impl<T: Root + ?Sized, A: Access> Region<T, A> {
    /// Wraps a mapping whose contents are a `T` (I2), writable if `A` writes (I3).
    pub(super) fn over(mapped: Mapped) -> Self {
        // Forces the layout's compile-time proofs for generic types.
        let _: &crate::layout::Layout = T::ROOT_LAYOUT;
        let mapping = mapped.mapping();
        let view = T::view_ptr::<A>(mapping.data(), mapping.contents().tail_len);
        let view = NonNull::new(view.cast_mut()).expect("a mapping never starts at address 0");
        Self { view, mapped }
    }

    /// Returns the path by which the file was opened; `None` for a region without a name.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.mapped.path()
    }

    /// Returns whether this handle, or the one it was cloned from, created the region.
    #[must_use]
    pub fn created(&self) -> bool {
        self.mapped.created()
    }

    /// Returns whether the name that this region was opened by still means it. `false` after it was
    /// unlinked or replaced; for a reader on overlayfs, also after the first writer got a copy of the
    /// file, which the reader does not see. Always `true` for a region without a name. Costs one or two
    /// system calls.
    ///
    /// ```
    /// # use shm_core::Region;
    /// let name = format!("shm-doc-current-{}", std::process::id());
    /// let hits = Region::<u64>::create(&name)?;
    /// assert!(hits.is_current());
    /// shm_core::region::unlink(&name)?;
    /// assert!(!hits.is_current());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.mapped.is_current()
    }

    /// Removes the name, if it still means this region. The region itself lives on without a name as
    /// long as a process has it mapped.
    ///
    /// A region that replaces this one at the same time is never removed: the name is moved aside (to a
    /// hidden one, `.shm-old.*`) and removed there only if it is this region's. A successor is without
    /// its name for that moment, and then gets it back.
    ///
    /// # Errors
    /// [`Error::NotCurrent`] if the name means another file by now (which stays), or an error of the
    /// operating system (`rename(2)`, `unlink(2)`). [`Error::Displaced`] if the name means another file
    /// by now, and a third region got the name while that file was moved aside: the file then stays
    /// aside.
    pub fn unlink(&self) -> Result<(), Error> {
        self.mapped.unlink()
    }

    /// Removes the name when the returned handle is dropped, also by a panic; see [`RemoveOnDrop`].
    ///
    /// ```
    /// # use shm_core::Region;
    /// let name = format!("shm-doc-owned-{}", std::process::id());
    /// let result = std::panic::catch_unwind(|| {
    ///     let _hits = Region::<u64>::create(&name).unwrap().remove_on_drop();
    ///     panic!("on purpose");
    /// });
    /// assert!(result.is_err() && Region::<u64>::open(&name).is_err());
    /// ```
    pub fn remove_on_drop(self) -> RemoveOnDrop<Self> {
        RemoveOnDrop::new(self, Self::unlink)
    }

    /// Returns the region's heap, if it was made with one: its figures, and what dead processes left there.
    ///
    /// ```
    /// # use shm_core::{Owned, Region};
    /// let note = Region::<Owned<str>>::options().heap_max(1 << 20).private()?;
    /// assert!(note.heap().is_some());
    /// assert!(Region::<u64>::options().private()?.heap().is_none());
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn heap(&self) -> Option<Heap<'_, A>> {
        self.mapped.heap()
    }

    /// Returns of which region this is a [mirror](super::mirror), and how current it is, if it is one. Costs a copy of
    /// 192 bytes.
    #[must_use]
    pub fn mirror(&self) -> Option<Mirror> {
        self.mapped.mapping().mirror().map(Mirror::of)
    }

    /// Writes the region to its file and waits until that is done (`msync(2)`).
    ///
    /// Other processes see every write at once without this. It matters only for a file on a disk, and
    /// promises little there: after a power cut, the file may hold any subset of the writes made before
    /// a `flush` that did not return. For a region in `/dev/shm` it does nothing.
    ///
    /// # Errors
    /// Errors of the operating system, such as an I/O error of the disk.
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
        self.mapped.flush()
    }

    fn keeper(&self) -> Keeper {
        Keeper::Region(Arc::clone(self.mapped.mapping()))
    }

    /// Returns an owned handle to a part of the region, for a thread or task that works on one field.
    ///
    /// ```
    /// # use shm_core::{Region, SharedLayout};
    /// # #[derive(SharedLayout)] #[repr(C)] struct Station { hits: u64, samples: [u32; 16] }
    /// let station = Region::<Station>::options().private()?;
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
        Projected::new(NonNull::from(part(self)), self.keeper())
    }

    /// Locks a part of the region, and keeps the guard without a lifetime, so that a struct can have it:
    /// see [`OwnedGuard`]. `lock` is any of the calls that return a [`Publisher`](crate::sync::Publisher) or a
    /// [`MutexGuard`](crate::sync::MutexGuard).
    ///
    /// # Errors
    /// Those of `lock`.
    ///
    /// # Panics
    /// If the guard belongs to another region.
    ///
    /// ```
    /// use shm_core::region::OwnedGuard;
    /// use shm_core::sync::MutexView;
    /// use shm_core::{Mutex, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Printer { jobs: Mutex<u32> }
    ///
    /// /// The printer is this process's as long as this lives.
    /// struct Reserved(OwnedGuard<MutexView<u32>>);
    ///
    /// fn reserve(name: &str) -> Result<Reserved, Box<dyn std::error::Error>> {
    ///     let printer = Region::<Printer>::options().open_or_create(name)?;
    ///     Ok(Reserved(printer.own(|printer| printer.jobs.lock_or_repair(|_| ()))?))
    /// }
    ///
    /// let name = format!("shm-doc-own-{}", std::process::id());
    /// let reserved = reserve(&name)?;
    /// reserved.0.set(reserved.0.get() + 1);
    /// assert_eq!(Region::<Printer>::open(&name)?.jobs.unlocked().get(), 1);
    /// # shm_core::region::unlink(&name)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn own<'a, G: Guard<'a>>(
        &'a self,
        lock: impl FnOnce(&'a T::RootView<A>) -> Result<G, LockError>,
    ) -> Result<OwnedGuard<G::View>, LockError> {
        Ok(OwnedGuard::new(lock(self)?, &self.keeper()))
    }

    /// Returns a read-only handle to the same region. The mapping stays writable for other handles.
    ///
    /// ```
    /// # use shm_core::{ReadOnly, Region};
    /// let hits = Region::<u64>::options().private()?;
    /// let reader: Region<u64, ReadOnly> = hits.read_only();
    /// hits.set(1);
    /// assert_eq!(reader.get(), 1);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(&self) -> Region<T, ReadOnly> {
        Region::over(self.mapped.clone())
    }

    /// Returns a descriptor of the region, to pass to another process or to be inherited by one.
    ///
    /// A region without a name (a memfd) has one from the beginning. For a region with a name or with
    /// locks, one is opened at the first call and then kept: this process's locks depend on the
    /// descriptor that such a region may already have, so that one cannot be shared.
    ///
    /// `None` for private memory, and if no descriptor can be opened, for example because the name was
    /// removed.
    #[must_use]
    pub fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.mapped.as_fd()
    }

    /// Passes the region to every child that the command starts: a memfd, or any other region except
    /// private memory. The child opens it with [`RegionOptions::passed`](crate::region::RegionOptions::passed)
    /// and the same name, which the two programs agree on.
    ///
    /// No other child gets the descriptor, even if other threads start one at the same time. The child
    /// can do with the region whatever this process can.
    ///
    /// # Errors
    /// [`Error::BadName`] if the name cannot be part of an environment variable's name. [`Error::Io`]
    /// for a region without a descriptor (see [`Region::as_fd`]), [`Error::Exhausted`] if no more can be
    /// open.
    ///
    /// ```no_run
    /// use std::process::Command;
    /// use shm_core::Region;
    ///
    /// // The parent:
    /// let hits = Region::<u64>::options().memfd("hits")?;
    /// let mut command = Command::new("./counter");
    /// hits.pass_to(&mut command, "hits")?;
    /// command.spawn()?.wait()?;
    ///
    /// // ./counter:
    /// let hits = Region::<u64>::options().passed("hits")?;
    /// hits.fetch_add(1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pass_to(&self, command: &mut Command, name: &str) -> Result<(), Error> {
        self.mapped.pass_to(command, name)
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
        Self { view: self.view, mapped: self.mapped.clone() }
    }
}

impl<T: Root + ?Sized, A: Access> fmt::Debug for Region<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
