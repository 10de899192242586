//! [`OwnedView`]: reading and replacing a value in the heap.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::HeapError;
use super::content::{Content, Unfit};
use super::writer::Writer;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::protocol::Hardware;
use crate::protocol::heap::Place;
use crate::registry::{self, Ground};
use crate::shared_layout::Plain;
use crate::sync::RawLock;
use crate::sys::clock::deadline;

/// The shared form of [`Owned`](super::Owned).
///
/// | offset | bytes | |
/// | --- | --- | --- |
/// | 0 | 4 | the writers' lock, as a [`Mutex`](crate::Mutex)'s |
/// | 8 | 8 | the handle of the block that has the value; 0 if there is none |
///
/// In the block: the length of the value in bytes, as one word, then its bytes. A move that a death cut short
/// may leave a second handle, which counts as none: a block names the place that owns it.
///
/// Each call that writes has three forms: it waits for another writer of the same place, or not
/// (`try_`), or for a time (`_timeout`). A writer is busy for microseconds; if it is stopped, others wait as
/// for any lock. Readers never wait.
#[repr(C)]
pub struct OwnedView<T: Content + ?Sized, A: Access = ReadWrite> {
    pub(super) lock: RawLock,
    pub(super) handle: AtomicU64,
    shape: T::Shape,
    access: PhantomData<A>,
}

// SAFETY: made of atomics; the shape is an array without elements.
unsafe impl<T: Content + ?Sized, A: Access> Send for OwnedView<T, A> {}
// SAFETY: as above.
unsafe impl<T: Content + ?Sized, A: Access> Sync for OwnedView<T, A> {}

impl<T: Content + ?Sized, A: Access> OwnedView<T, A> {
    /// Copies the value out.
    ///
    /// # Errors
    /// [`HeapError::Contended`] if the value was replaced during each of 1,000 attempts to copy it;
    /// [`HeapError::Invalid`] if the bytes are not a value of `T`; [`HeapError::NoHeap`] outside of a region.
    #[inline]
    pub fn load(&self) -> Result<T::Loaded, HeapError> {
        self.load_within(usize::MAX)
    }

    /// Copies the value out, if it has at most `limit` bytes.
    ///
    /// The memory that a load takes is never more than the region's heap has. This is for a reader that
    /// has less, or does not trust the writers.
    ///
    /// # Errors
    /// [`HeapError::TooLong`] if it has more; as [`OwnedView::load`] otherwise.
    ///
    /// ```
    /// use shm_core::{heap::HeapError, Owned, Region};
    ///
    /// let note = Region::<Owned<str>>::options().private()?;
    /// note.set("rather long")?;
    /// assert!(matches!(note.load_within(5), Err(HeapError::TooLong { len: 11, limit: 5 })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn load_within(&self, limit: usize) -> Result<T::Loaded, HeapError> {
        let mut loaded = T::Loaded::default();
        if self.read(limit, &mut loaded)? { Ok(loaded) } else { Ok(T::Loaded::default()) }
    }

    /// Copies the value over `out`, whose memory is used again.
    ///
    /// # Errors
    /// As [`OwnedView::load`]; `out` then has any value.
    #[inline]
    pub fn load_into(&self, out: &mut T::Loaded) -> Result<(), HeapError> {
        if !self.read(usize::MAX, out)? {
            *out = T::Loaded::default();
        }
        Ok(())
    }

    /// Returns whether the place owns no value. If another process is replacing it at this moment, it does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        if self.handle.load(Relaxed) == 0 {
            return true;
        }
        let Some(arena) = registry::ground(&self.handle).and_then(Ground::arena) else {
            return true;
        };
        matches!(arena.view().read(self.place(arena.offset_of(&self.handle)), |_| ()), Ok(None))
    }

    /// Replaces the value: processes that read it get the old one or the new one, whole. Waits while another
    /// writer replaces it.
    ///
    /// # Errors
    /// [`HeapError::Full`] or [`HeapError::TooLong`] if there is no room; [`HeapError::Lock`] if this process
    /// cannot take part in the region's locks. The old value is then still in place.
    #[inline]
    pub fn set(&self, value: &T) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.replace(value, None)
    }

    /// As [`OwnedView::set`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`OwnedView::set`] otherwise.
    pub fn try_set(&self, value: &T) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.set_timeout(value, Duration::ZERO)
    }

    /// As [`OwnedView::set`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`OwnedView::try_set`], if another writer is busy all the time.
    pub fn set_timeout(&self, value: &T, timeout: Duration) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.replace(value, deadline(timeout))
    }

    /// Empties the place. Waits while another writer replaces the value.
    ///
    /// # Errors
    /// [`HeapError::Lock`] if this process cannot take part in the region's locks.
    pub fn clear(&self) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, None)?.clear(self)
    }

    /// As [`OwnedView::clear`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`OwnedView::clear`] otherwise.
    pub fn try_clear(&self) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.clear_timeout(Duration::ZERO)
    }

    /// As [`OwnedView::clear`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`OwnedView::try_clear`], if another writer is busy all the time.
    pub fn clear_timeout(&self, timeout: Duration) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, deadline(timeout))?.clear(self)
    }

    /// Copies the value out and empties the place: of any number of takers, one gets the value.
    ///
    /// # Errors
    /// As [`OwnedView::load`] and [`OwnedView::clear`]; the value is then still in place.
    ///
    /// ```
    /// use shm_core::{Owned, Region};
    ///
    /// let letter = Region::<Owned<[u16]>>::options().private()?;
    /// letter.set(&[1, 2, 3])?;
    /// assert_eq!(letter.take()?, [1, 2, 3]);
    /// assert!(letter.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take(&self) -> Result<T::Loaded, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, None)?.take(self)
    }

    /// As [`OwnedView::take`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`OwnedView::take`] otherwise.
    pub fn try_take(&self) -> Result<T::Loaded, HeapError>
    where
        A: CanWrite,
    {
        self.take_timeout(Duration::ZERO)
    }

    /// As [`OwnedView::take`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`OwnedView::try_take`], if another writer is busy all the time.
    pub fn take_timeout(&self, timeout: Duration) -> Result<T::Loaded, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, deadline(timeout))?.take(self)
    }

    /// Replaces the value by what `change` makes of it. No other writer replaces it in between. If `change`
    /// panics, the old value stays.
    ///
    /// # Errors
    /// As [`OwnedView::load`] and [`OwnedView::set`]; the old value is then still in place.
    ///
    /// ```
    /// use shm_core::{Owned, Region};
    ///
    /// let log = Region::<Owned<str>>::options().private()?;
    /// log.update(|text| text.push_str("one line\n"))?;
    /// log.update(|text| text.push_str("and another\n"))?;
    /// assert_eq!(log.load()?, "one line\nand another\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn update(&self, change: impl FnOnce(&mut T::Loaded)) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, None)?.update(self, change)
    }

    /// As [`OwnedView::update`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`OwnedView::update`] otherwise.
    pub fn try_update(&self, change: impl FnOnce(&mut T::Loaded)) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.update_timeout(Duration::ZERO, change)
    }

    /// As [`OwnedView::update`], waiting at most for `timeout` for other writers.
    ///
    /// # Errors
    /// As [`OwnedView::try_update`], if another writer is busy all the time.
    pub fn update_timeout(
        &self,
        timeout: Duration,
        change: impl FnOnce(&mut T::Loaded),
    ) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, deadline(timeout))?.update(self, change)
    }

    /// Moves the value to another place of the same region, whose value is dropped; nothing is copied. An
    /// empty place has nothing to move: `to` is then as it was.
    ///
    /// A reader of both may see the value in both for a moment, or a death may; then this place counts as
    /// empty from the moment on at which `to` owns the value.
    ///
    /// # Errors
    /// [`HeapError::OtherRegion`] if the other place is in another region, or was reached through another
    /// handle's mapping; [`HeapError::Lock`] as for [`OwnedView::clear`].
    ///
    /// ```
    /// use shm_core::{Owned, Region};
    ///
    /// let notes = Region::<[Owned<str>; 2]>::options().private()?;
    /// notes[0].set("to do")?;
    /// notes[0].move_to(&notes[1])?;
    /// assert!(notes[0].is_empty());
    /// assert_eq!(notes[1].load()?, "to do");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn move_to(&self, to: &Self) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, None)?.move_to(self, to)
    }

    /// As [`OwnedView::move_to`], unless a living process is at one of the places.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`OwnedView::move_to`] otherwise.
    pub fn try_move_to(&self, to: &Self) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.move_to_timeout(to, Duration::ZERO)
    }

    /// As [`OwnedView::move_to`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`OwnedView::try_move_to`], if another writer is busy all the time.
    pub fn move_to_timeout(&self, to: &Self, timeout: Duration) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, deadline(timeout))?.move_to(self, to)
    }

    #[inline]
    fn replace(&self, value: &T, deadline: Option<Instant>) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.handle, deadline)?.set(self, value)
    }

    /// This place, which is at that offset in its region.
    #[inline]
    pub(super) fn place(&self, at: u64) -> Place<'_, Hardware> {
        Place::new(at, &self.handle)
    }

    /// Copies the value over `out`; `false` if there is none, and `out` is what an attempt left there that
    /// another writer disturbed.
    #[inline]
    pub(super) fn read(&self, limit: usize, out: &mut T::Loaded) -> Result<bool, HeapError> {
        let arena = registry::ground(&self.handle).and_then(Ground::arena);
        let arena = arena.ok_or(HeapError::NoHeap)?;
        let place = self.place(arena.offset_of(&self.handle));
        let copied = arena.view().read(place, |words| copy::<T>(words, limit, out));
        match copied {
            Ok(Some(Ok(()))) => Ok(true),
            Ok(None) => Ok(false),
            Ok(Some(Err(fault))) => Err(self.fault(fault, limit)),
            Err(_) => Err(HeapError::Contended),
        }
    }

    #[cold]
    fn fault(&self, fault: CopyFault, limit: usize) -> HeapError {
        match fault {
            CopyFault::Long(len) => HeapError::TooLong { len, limit: limit as u64 },
            CopyFault::Unfit(unfit) => unfit.at(std::ptr::from_ref(self).addr()).into(),
        }
    }
}

/// The reason why the words of a block were not copied.
enum CopyFault {
    Long(u64),
    Unfit(Unfit),
}

/// Copies a value out of the words of its block. Its length is hostile until it was compared with them.
#[inline]
fn copy<T: Content + ?Sized>(
    words: &[AtomicU64],
    limit: usize,
    out: &mut T::Loaded,
) -> Result<(), CopyFault> {
    let Some((len, bytes)) = words.split_first() else { return Err(CopyFault::Long(0)) };
    let len = len.load(Relaxed);
    let most = size_of_val(bytes) as u64;
    if len > most || len > limit as u64 {
        return Err(CopyFault::Long(len));
    }
    T::load(bytes, len as usize, out).map_err(CopyFault::Unfit)
}

impl<A: Access> OwnedView<str, A> {
    /// Returns the length of the text in bytes; 0 if there is none.
    ///
    /// # Errors
    /// As [`OwnedView::load`].
    pub fn len(&self) -> Result<usize, HeapError> {
        self.byte_len()
    }
}

impl<T: Plain, A: Access> OwnedView<[T], A> {
    /// Returns the number of elements; 0 if there is no slice.
    ///
    /// # Errors
    /// As [`OwnedView::load`].
    pub fn len(&self) -> Result<usize, HeapError> {
        Ok(self.byte_len()? / size_of::<T>())
    }
}

impl<T: Content + ?Sized, A: Access> OwnedView<T, A> {
    fn byte_len(&self) -> Result<usize, HeapError> {
        let arena = registry::ground(&self.handle).and_then(Ground::arena);
        let arena = arena.ok_or(HeapError::NoHeap)?;
        let place = self.place(arena.offset_of(&self.handle));
        let len = |words: &[AtomicU64]| {
            let (len, bytes) = words.split_first()?;
            usize::try_from(len.load(Relaxed)).ok().filter(|len| *len <= size_of_val(bytes))
        };
        match arena.view().read(place, len) {
            Ok(None) => Ok(0),
            Ok(Some(Some(len))) => Ok(len),
            Ok(Some(None)) => {
                let fault = Unfit::Length {
                    type_name: "length",
                    len: usize::MAX,
                    allowed: "what its block has",
                };
                Err(self.fault(CopyFault::Unfit(fault), 0))
            }
            Err(_) => Err(HeapError::Contended),
        }
    }
}

/// The value.
impl<T: Content + ?Sized, A: Access> fmt::Debug for OwnedView<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.load() {
            Ok(value) => match T::copied(value) {
                Some(value) => value.borrow().show(f),
                None => f.write_str("None"),
            },
            Err(error) => write!(f, "<{error}>"),
        }
    }
}
