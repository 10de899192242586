//! [`Field`]: a scalar in a region.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{Ordering, fence};

use crate::access::{Access, CanWrite, ReadWrite};
use crate::scalar::{Integer, Scalar};
use crate::shared_layout::{Plain, PlainView, SharedLayout};

/// A scalar that other processes may read and write at any time.
///
/// `get` and `set` are one instruction each on x86-64. `get` is an Acquire load and `set` a Release
/// store: a process that `get`s a value also sees everything that the writer wrote before its `set`.
/// There is no order between different fields beyond that and no snapshot of several fields (see
/// `Latest` for that), and a protocol in which two processes each set a flag and then read the other's
/// needs `store(.., SeqCst)` and `load(SeqCst)`.
///
/// ```
/// use shm_core::Region;
///
/// let hits = Region::<u64>::options().private()?;
/// hits.set(41);
/// assert_eq!(hits.fetch_add(1), 41);
/// assert_eq!(hits.get(), 42);
/// # Ok::<(), shm_core::Error>(())
/// ```
#[repr(transparent)]
pub struct Field<T: Scalar, A: Access = ReadWrite> {
    cell: T::Cell,
    access: PhantomData<A>,
}

impl<T: Scalar, A: Access> Field<T, A> {
    /// Reads the value: an Acquire load.
    #[inline]
    pub fn get(&self) -> T {
        self.load(Acquire)
    }

    /// Reads the value without ordering anything else.
    #[inline]
    pub fn get_relaxed(&self) -> T {
        T::load(&self.cell, Relaxed)
    }

    /// Reads the value with an explicit ordering.
    ///
    /// On a read-only view the load is Relaxed, followed by a fence of the requested ordering: this is
    /// what [`std::sync::atomic`] guarantees to work on read-only memory.
    ///
    /// # Panics
    /// If `order` is `Release` or `AcqRel`, as [`std::sync::atomic::AtomicU64::load`] does.
    #[inline]
    #[track_caller]
    pub fn load(&self, order: Ordering) -> T {
        if A::WRITABLE {
            return T::load(&self.cell, order);
        }
        match order {
            Relaxed => T::load(&self.cell, Relaxed),
            Acquire => {
                let value = T::load(&self.cell, Relaxed);
                fence(Acquire);
                value
            }
            SeqCst => {
                fence(SeqCst);
                let value = T::load(&self.cell, Relaxed);
                fence(SeqCst);
                value
            }
            other => panic!("a load cannot be {other:?}"),
        }
    }

    /// Writes the value: a Release store.
    #[inline]
    pub fn set(&self, value: T)
    where
        A: CanWrite,
    {
        T::store(&self.cell, value, Release);
    }

    /// Writes the value without ordering anything else.
    #[inline]
    pub fn set_relaxed(&self, value: T)
    where
        A: CanWrite,
    {
        T::store(&self.cell, value, Relaxed);
    }

    /// Writes the value with an explicit ordering.
    ///
    /// # Panics
    /// If `order` is `Acquire` or `AcqRel`, as [`std::sync::atomic::AtomicU64::store`] does.
    #[inline]
    #[track_caller]
    pub fn store(&self, value: T, order: Ordering)
    where
        A: CanWrite,
    {
        T::store(&self.cell, value, order);
    }

    /// Writes the value and returns the previous one, in one step (`AcqRel`).
    #[inline]
    pub fn swap(&self, value: T) -> T
    where
        A: CanWrite,
    {
        T::swap(&self.cell, value, AcqRel)
    }

    /// Writes `new` if the value is `current`, in one step (`AcqRel`, on failure `Acquire`). Floats
    /// are compared by their bits.
    ///
    /// # Errors
    /// The value that was found instead of `current`.
    #[inline]
    pub fn compare_exchange(&self, current: T, new: T) -> Result<T, T>
    where
        A: CanWrite,
    {
        T::compare_exchange(&self.cell, current, new, AcqRel, Acquire)
    }

    /// Replaces the value by `update(value)`, retrying if another process or thread wrote in between;
    /// returns the previous value. If `update` returns `None`, the field is left unchanged.
    ///
    /// # Errors
    /// The value for which `update` returned `None`.
    ///
    /// ```
    /// # let stock = shm_core::Region::<u32>::options().private()?;
    /// stock.set(1);
    /// assert_eq!(stock.fetch_update(|left| left.checked_sub(1)), Ok(1));
    /// assert_eq!(stock.fetch_update(|left| left.checked_sub(1)), Err(0));
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[inline]
    pub fn fetch_update(&self, mut update: impl FnMut(T) -> Option<T>) -> Result<T, T>
    where
        A: CanWrite,
    {
        let mut current = self.get();
        while let Some(new) = update(current) {
            match self.compare_exchange(current, new) {
                Ok(before) => return Ok(before),
                Err(found) => current = found,
            }
        }
        Err(current)
    }

    /// Replaces the value by `update(value)`, retrying if another process or thread wrote in between;
    /// returns the previous value. No update is lost, whatever other processes do.
    ///
    /// ```
    /// # let total = shm_core::Region::<f64>::options().private()?;
    /// total.update(|sum| sum + 0.5);
    /// assert_eq!(total.get(), 0.5);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    #[inline]
    pub fn update(&self, mut update: impl FnMut(T) -> T) -> T
    where
        A: CanWrite,
    {
        let mut current = self.get();
        loop {
            match self.compare_exchange(current, update(current)) {
                Ok(before) => return before,
                Err(found) => current = found,
            }
        }
    }
}

macro_rules! read_modify_writes {
    ($($(#[$doc:meta])* $name:ident $step:ident;)*) => {
        impl<T: Integer, A: Access> Field<T, A> {$(
            $(#[$doc])*
            /// One step that no other process can interrupt (`AcqRel`).
            #[inline]
            pub fn $name(&self, value: T) -> T
            where
                A: CanWrite,
            {
                T::$step(&self.cell, value, AcqRel)
            }
        )*}
    };
}

read_modify_writes! {
    /// Adds, wrapping around at the type's limit; returns the previous value.
    fetch_add add;
    /// Subtracts, wrapping around at the type's limit; returns the previous value.
    fetch_sub sub;
    /// Bitwise and; returns the previous value.
    fetch_and and;
    /// Bitwise or; returns the previous value.
    fetch_or or;
    /// Bitwise exclusive or; returns the previous value.
    fetch_xor xor;
    /// Keeps the greater of the two; returns the previous value.
    fetch_max max;
    /// Keeps the lesser of the two; returns the previous value.
    fetch_min min;
}

/// The integer operations that a `bool` has as well. As everywhere, any byte but zero is `true`.
///
/// ```
/// # let paused = shm_core::Region::<bool>::options().private()?;
/// assert!(!paused.fetch_or(true)); // this call set it
/// assert!(paused.fetch_xor(true)); // and this one flipped it back
/// assert!(!paused.get());
/// # Ok::<(), shm_core::Error>(())
/// ```
impl<A: Access> Field<bool, A> {
    /// Logical and; returns the previous value. One step that no other process can interrupt (`AcqRel`).
    #[inline]
    pub fn fetch_and(&self, value: bool) -> bool
    where
        A: CanWrite,
    {
        // All ones preserve the byte, whichever `true` it is.
        let mask = if value { u8::MAX } else { 0 };
        self.cell.fetch_and(mask, AcqRel) != 0
    }

    /// Logical or; returns the previous value. One step that no other process can interrupt (`AcqRel`).
    #[inline]
    pub fn fetch_or(&self, value: bool) -> bool
    where
        A: CanWrite,
    {
        self.cell.fetch_or(u8::from(value), AcqRel) != 0
    }

    /// Logical exclusive or; returns the previous value. No update is lost, but unlike the other two
    /// this is a loop: a program in another language may have stored a `true` that remains `true` when
    /// one bit is flipped.
    #[inline]
    pub fn fetch_xor(&self, value: bool) -> bool
    where
        A: CanWrite,
    {
        self.update(|before| before ^ value)
    }
}

/// Formats the value, read as by [`Field::get`].
///
/// ```
/// # let temperature = shm_core::Region::<f64>::options().private()?;
/// temperature.set(21.46);
/// assert_eq!(format!("{temperature:.1} °C"), "21.5 °C");
/// # Ok::<(), shm_core::Error>(())
/// ```
impl<T: Scalar + fmt::Display, A: Access> fmt::Display for Field<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

impl<T: Scalar, A: Access> fmt::Debug for Field<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

impl<T: Scalar + Plain, A: Access> PlainView for Field<T, A>
where
    T: SharedLayout<View<A> = Self>,
{
    type Value = T;
    type Mode = A;
}
