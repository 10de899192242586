//! [`Latest`]: a value that is read whole, by readers that never wait.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::guard::Lockable;
use super::publisher::Publisher;
use super::raw_lock::RawLock;
use super::slot::{Rooms, Slot, peek_value};
use super::token::Token;
use super::value::Value;
use super::versions::{SlotsLayout, Versions};
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::{LoadError, LockError};
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::shared_layout::{SharedLayout, ValidZeroed};
use crate::sys::clock::deadline;

/// In a struct: the latest version of a value of `T`, read whole. Its view is [`LatestView`].
///
/// It keeps `N` versions, and readers copy the newest. They write nothing, so they work on read-only
/// maps and do not slow each other down. They try again only if the writer came round to the version
/// that they were copying. If a writer dies, at any point, the last version stays readable; there is
/// nothing to repair, and the next writer simply continues.
///
/// `T` can be any plain data: numbers, arrays, structs with `#[derive(SharedLayout)]`,
/// [`Text`](crate::Text), `u128`. A struct with a `Latest` can derive `Debug`.
///
/// ```
/// use shm_core::{Latest, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(C)]
/// struct Pose { x: f64, y: f64, heading: f32 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Robot { pose: Latest<Pose> }
///
/// let robot = Region::<Robot>::options().private()?;
/// robot.pose.store(&Pose { x: 1.0, y: 2.0, heading: 0.5 })?;
/// assert_eq!(robot.pose.load()?, Pose { x: 1.0, y: 2.0, heading: 0.5 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A reader succeeds if fewer than `N - 1` versions were stored while it copied. Four slots are usually
/// enough. Two save memory, at the price of more attempts while a writer writes. More are for small values
/// that a writer stores all the time: 64 B can be stored every few nanoseconds, but take tens of them from
/// one processor to the other; with `Latest<T, 64>`, which takes 4 KiB, readers need no second attempt.
#[repr(C)]
pub struct Latest<T, const N: usize = 4> {
    sequence: u64,
    lock: u32,
    slots: [Slot<T>; N],
}

/// Allows a struct with a `Latest` to derive `Debug`. A `Latest` holds a value only inside a region; its
/// view, [`LatestView`], shows that.
impl<T, const N: usize> fmt::Debug for Latest<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latest").finish_non_exhaustive()
    }
}

/// The shared form of [`Latest`].
///
/// Version 0 is the content of a zeroed region before anything was stored; every store makes the next
/// version. A reader gets one whole version, never an older one than it has seen before.
///
/// | offset | bytes | |
/// | --- | --- | --- |
/// | 0 | 8 | the number of the newest version, `v` |
/// | 8 | 4 | the writers' lock, as a [`Mutex`](crate::Mutex)'s |
/// | `align` | `N` × `stride` | the slots; version `v` is in slot `v % N` |
///
/// `align` is 64, or the alignment of `T` if that is more; `stride` the size of `T` rounded up to a
/// multiple of 64. Slots are read and written as 64-bit words; padding is zero.
#[repr(C)]
pub struct LatestView<T: Value, const N: usize = 4, A: Access = ReadWrite> {
    sequence: AtomicU64,
    lock: RawLock,
    access: PhantomData<A>,
    slots: Rooms<Slot<T>, N>,
}

// SAFETY: both sides are a u64, a lock and N slots, in `repr(C)`; slots are accessed as words, through
// any schema.
unsafe impl<T: Value, const N: usize> SharedLayout for Latest<T, N> {
    type View<A: Access> = LatestView<T, N, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Latest",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live { role: Role::Latest, fields: Self::FIELDS },
    );
}

impl<T: Value, const N: usize> Latest<T, N> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("sequence", offset_of!(Self, sequence), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("slots", offset_of!(Self, slots), SlotsLayout::<T, N>::SLOTS),
    ];
}

impl<T: Value + ValidZeroed, const N: usize> ValidZeroed for Latest<T, N> {}

impl<T: Value, const N: usize> Placeable for Latest<T, N> {}

impl<T: Value, const N: usize, A: Access> LatestView<T, N, A> {
    /// Copies the newest version out; the zeroed value if none was stored yet.
    ///
    /// # Errors
    /// [`LoadError::Contended`] if a writer came round to the version during each of 1,000 attempts to
    /// copy it; [`LoadError::Invalid`] if the copy is not a valid value of `T`.
    #[inline]
    pub fn load(&self) -> Result<T, LoadError> {
        self.versions().load()
    }

    /// Copies the newest version into `out`, without a second copy on the stack, and returns its
    /// number.
    ///
    /// # Errors
    /// As [`LatestView::load`]. `out` then holds parts of various versions.
    #[inline]
    pub fn load_into(&self, out: &mut T) -> Result<u64, LoadError> {
        if T::LOADS_AS_WORDS {
            // SAFETY: only ever filled with words, any of which are a valid value.
            let out = unsafe { &mut *std::ptr::from_mut(out).cast::<MaybeUninit<T>>() };
            return self.versions().read_words(|words| peek_value(words, out));
        }
        self.versions().read(|image| T::decode_into(image, out)).map(|(version, ())| version)
    }

    /// Returns the number of the newest version: 0 if none was ever stored. A later load returns this
    /// version or a newer one.
    #[inline]
    pub fn version(&self) -> u64 {
        self.versions().newest()
    }

    /// Copies the newest version out, with its number.
    #[cfg(feature = "async")]
    pub(super) fn load_versioned(&self) -> Result<(u64, T), LoadError> {
        self.versions().load_versioned()
    }

    /// Copies the newest version out, with its number, if that is greater than `than`.
    ///
    /// # Errors
    /// As [`LatestView::load`].
    ///
    /// ```
    /// use shm_core::{Latest, Region};
    ///
    /// let speed = Region::<Latest<f64>>::options().private()?;
    /// speed.store(&1.5)?;
    ///
    /// let mut seen = 0;
    /// while let Some((version, value)) = speed.load_if_newer(seen)? {
    ///     seen = version;
    ///     assert_eq!(value, 1.5);
    /// }
    /// assert_eq!(seen, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn load_if_newer(&self, than: u64) -> Result<Option<(u64, T)>, LoadError> {
        if self.version() <= than {
            return Ok(None);
        }
        self.versions().load_versioned().map(Some)
    }

    /// Stores a value as the next version, and returns its number. Waits while another writer stores.
    ///
    /// # Errors
    /// If this thread is already the writer, or this process cannot take part in the region's locks.
    #[inline]
    pub fn store(&self, value: &T) -> Result<u64, LockError>
    where
        A: CanWrite,
    {
        let _writer = self.lock.lock_to_replace(None)?;
        Ok(self.versions().write(value))
    }

    /// As [`LatestView::store`], unless a living process is the writer.
    ///
    /// # Errors
    /// [`LockError::Busy`] if another thread or process is the writer; as [`LatestView::store`] otherwise.
    /// A writer that died is replaced.
    pub fn try_store(&self, value: &T) -> Result<u64, LockError>
    where
        A: CanWrite,
    {
        self.store_timeout(value, Duration::ZERO)
    }

    /// As [`LatestView::store`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`LatestView::try_store`], if there is another writer all the time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::{Latest, LockError, Region};
    ///
    /// let speed = Region::<Latest<f64>>::options().private()?;
    /// match speed.store_timeout(&1.5, Duration::from_millis(20)) {
    ///     Ok(version) => println!("stored as version {version}"),
    ///     Err(LockError::Busy) => println!("another process is the writer"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn store_timeout(&self, value: &T, timeout: Duration) -> Result<u64, LockError>
    where
        A: CanWrite,
    {
        let _writer = self.lock.lock_to_replace(deadline(timeout))?;
        Ok(self.versions().write(value))
    }

    /// Changes a copy of the newest version, stores it as the next one, and returns its number. No
    /// other writer stores in between. If `change` panics, nothing is stored.
    ///
    /// # Errors
    /// As [`LatestView::load`] and [`LatestView::store`]; nothing is stored then.
    ///
    /// ```
    /// use shm_core::{Latest, Region};
    ///
    /// let range = Region::<Latest<[f64; 2]>>::options().private()?;
    /// range.update(|[low, high]| {
    ///     *low -= 1.0;
    ///     *high += 1.0;
    /// })?;
    /// assert_eq!(range.load()?, [-1.0, 1.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn update(&self, change: impl FnOnce(&mut T)) -> Result<u64, LoadError>
    where
        A: CanWrite,
    {
        self.publisher()?.update(change)
    }

    /// As [`LatestView::update`], unless a living process is the writer.
    ///
    /// # Errors
    /// As [`LatestView::load`] and [`LatestView::try_store`]; nothing is stored then.
    pub fn try_update(&self, change: impl FnOnce(&mut T)) -> Result<u64, LoadError>
    where
        A: CanWrite,
    {
        self.try_publisher()?.update(change)
    }

    /// As [`LatestView::update`], waiting for at most `timeout` to become the writer.
    ///
    /// # Errors
    /// As [`LatestView::load`] and [`LatestView::store_timeout`]; nothing is stored then.
    pub fn update_timeout(
        &self,
        timeout: Duration,
        change: impl FnOnce(&mut T),
    ) -> Result<u64, LoadError>
    where
        A: CanWrite,
    {
        self.publisher_timeout(timeout)?.update(change)
    }

    /// Becomes the writer for as long as the publisher lives; other writers wait. A store then only
    /// copies.
    ///
    /// # Errors
    /// As [`LatestView::store`].
    pub fn publisher(&self) -> Result<Publisher<'_, Self>, LockError>
    where
        A: CanWrite,
    {
        let writer = self.lock.lock_to_replace(None)?;
        Ok(Publisher::new(self, writer))
    }

    /// As [`LatestView::publisher`], unless a living process is the writer.
    ///
    /// # Errors
    /// As [`LatestView::try_store`].
    ///
    /// ```
    /// use shm_core::{Latest, LockError, Region};
    ///
    /// let speed = Region::<Latest<f64>>::options().private()?;
    /// let mut publisher = speed.try_publisher()?;
    /// publisher.store(&1.5);
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| assert!(matches!(speed.try_store(&2.5), Err(LockError::Busy))));
    /// });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_publisher(&self) -> Result<Publisher<'_, Self>, LockError>
    where
        A: CanWrite,
    {
        self.publisher_timeout(Duration::ZERO)
    }

    /// As [`LatestView::publisher`], waiting for at most `timeout`.
    ///
    /// # Errors
    /// As [`LatestView::store_timeout`].
    pub fn publisher_timeout(&self, timeout: Duration) -> Result<Publisher<'_, Self>, LockError>
    where
        A: CanWrite,
    {
        let writer = self.lock.lock_to_replace(deadline(timeout))?;
        Ok(Publisher::new(self, writer))
    }

    /// Stores a value as the writer that has the token.
    ///
    /// # Panics
    /// In a child that was forked after the token was created.
    #[inline]
    pub(crate) fn publish(&self, writer: Token, value: &T) -> u64
    where
        A: CanWrite,
    {
        assert!(writer.is_ours(), "this publisher belongs to the process that forked this one");
        self.versions().write(value)
    }

    /// Changes a copy of the newest version and stores it, as the writer that has the token.
    pub(crate) fn publish_changed(
        &self,
        writer: Token,
        change: impl FnOnce(&mut T),
    ) -> Result<u64, LoadError>
    where
        A: CanWrite,
    {
        let mut value = self.load()?;
        change(&mut value);
        Ok(self.publish(writer, &value))
    }

    #[inline]
    fn versions(&self) -> Versions<'_, T, N> {
        Versions { sequence: &self.sequence, slots: &self.slots }
    }
}

impl<T: Value, const N: usize, A: Access> Lockable for LatestView<T, N, A> {
    type Token = Token;

    #[inline]
    fn release(&self, token: Token) -> bool {
        self.lock.unlock(token)
    }
}

/// Shows the newest version's number and value.
impl<T: Value, const N: usize, A: Access> fmt::Debug for LatestView<T, N, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Latest");
        let outcome = self.versions().read(|image| Ok(shown.field("value", image).finish()));
        outcome.map_or_else(|error| write!(f, "<{error}>"), |(_, shown)| shown)
    }
}
