//! [`Named`]: a handle to a named object.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

use super::hold::Hold;
use crate::access::{Access, ReadWrite};
use crate::root::Root;

/// A value in a region's heap that has a name: a number, a `Mutex`, a struct, an array. Derefs to the view of
/// `T`, as a [`Region`](crate::Region) does. From [`Heap::named`](super::Heap::named).
///
/// Every process of the region that asks for the name gets the same value, in place: what one process sets,
/// the others see. A handle keeps the region mapped, and the value as it is: even if its name is removed,
/// and given to another value, this one stays until the last process that has a handle drops it or dies.
///
/// The copy that a forked child has of its parent's handle is the parent's: it works as long as the
/// parent has its own. A clone that the child makes is the child's. A read-only handle keeps the region mapped, but
/// not the value: once its name is removed, the memory may become another value of the same type, which
/// [`is_current`](Self::is_current) tells.
///
/// ```
/// use shm_core::{Mutex, Region};
///
/// let region = Region::<u64>::options().heap_max(1 << 20).private()?;
/// let heap = region.heap().expect("it was made with one");
/// let total = heap.named::<Mutex<i64>>("total")?;
/// total.lock()?.fetch_add(5);
/// assert_eq!(heap.named::<Mutex<i64>>("total")?.lock()?.get(), 5); // usually in another process
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Named<T: Root + ?Sized, A: Access = ReadWrite> {
    view: NonNull<T::RootView<A>>,
    hold: Hold,
    constructed: bool,
}

// SAFETY: a handle is a shared reference to a view, which is Sync (`Root`), and a share in an object.
unsafe impl<T: Root + ?Sized, A: Access> Send for Named<T, A> {}
// SAFETY: as above.
unsafe impl<T: Root + ?Sized, A: Access> Sync for Named<T, A> {}

impl<T: Root + ?Sized, A: Access> Named<T, A> {
    /// The handle to a `T` of `len` elements at an address in the mapping that `hold` keeps (I2), writable if
    /// `A` writes (I3), where this process accesses a `T` only (I16).
    pub(super) fn over(at: *mut u8, len: usize, hold: Hold, constructed: bool) -> Self {
        let view = T::view_ptr::<A>(at, len).cast_mut();
        let view = NonNull::new(view).expect("a mapping never starts at address 0");
        Self { view, hold, constructed }
    }

    /// This process's share in the object.
    pub(crate) fn hold(&self) -> &Hold {
        &self.hold
    }

    /// The name by which it was found.
    #[must_use]
    pub fn name(&self) -> &str {
        self.hold.name()
    }

    /// Whether this handle, or the one it was cloned from, constructed the value.
    #[must_use]
    pub fn constructed(&self) -> bool {
        self.constructed
    }

    /// Whether the name still means this value. `false` after it was removed.
    ///
    /// ```
    /// # use shm_core::Region;
    /// # let region = Region::<u64>::options().heap_max(1 << 20).private()?;
    /// let heap = region.heap().expect("it was made with one");
    /// let old = heap.named::<f64>("speed")?;
    /// heap.remove("speed")?;
    /// let new = heap.named::<f64>("speed")?;
    /// old.set(1.5);
    /// assert!(!old.is_current() && new.is_current());
    /// assert_eq!((old.get(), new.get()), (1.5, 0.0));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.hold.is_current()
    }
}

impl<T: Root + ?Sized, A: Access> Deref for Named<T, A> {
    type Target = T::RootView<A>;

    #[inline]
    fn deref(&self) -> &T::RootView<A> {
        // SAFETY: the view lies inside a mapping that `self` keeps alive, and holds a `T` (see `over`), made of
        // atomics (I1), so that a reference may exist while others write.
        unsafe { self.view.as_ref() }
    }
}

impl<T: Root + ?Sized, A: Access> Clone for Named<T, A> {
    fn clone(&self) -> Self {
        Self { view: self.view, hold: self.hold.clone(), constructed: self.constructed }
    }
}

impl<T: Root + ?Sized, A: Access> fmt::Debug for Named<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
