//! Overlays of memory that the program already has.

use std::ptr::NonNull;

use super::Overlay;
use super::extent::{self, Extent, Length, Room, bad};
use super::memory::{Backing, Memory};
use crate::access::{Access, ReadOnly};
use crate::error::Error;
use crate::placeable::Placeable;
use crate::root::PlainRoot;

/// Overlays of existing memory, for example mapped by a C library.
impl<T: PlainRoot + ?Sized> Overlay<T> {
    /// Lays a `T` over the `len` bytes at `start`, for reading and writing. The memory remains the
    /// caller's: dropping the overlay does not free it.
    ///
    /// If `T` has a run-time length, it gets as many whole elements as fit, counting the padding at the
    /// end of a struct.
    ///
    /// # Safety
    /// For as long as the overlay or a clone of it lives,
    /// - the `len` bytes at `start` must stay allocated and writable, and `start` must be valid for all
    ///   of them; an overlay has no lifetime that the compiler could check;
    /// - nothing in this process may access these bytes other than through overlays in which each byte
    ///   belongs to a field of the same width; in particular, there must be no reference to them.
    ///
    /// # Errors
    /// [`Error::BadOverlay`] if `start` is null or not a multiple of `T`'s alignment, or `len` is too small.
    ///
    /// ```
    /// use shm_core::{Overlay, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Message {
    ///     len: u32,
    ///     bytes: [u8],
    /// }
    ///
    /// let mut buffer = [0_u32; 5]; // in place of a C library's
    /// let start = buffer.as_mut_ptr().cast::<u8>();
    /// // SAFETY: the buffer outlives the overlay, and is not used meanwhile.
    /// let message = unsafe { Overlay::<Message>::from_raw(start, 20)? };
    /// message.len.set(message.bytes.len() as u32);
    /// drop(message);
    /// assert_eq!(buffer[0], 16);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn from_raw(start: *mut u8, len: usize) -> Result<Self, Error>
    where
        T: Placeable,
    {
        lay(start, len)
    }

    /// Like [`Overlay::from_raw`], for reading only.
    ///
    /// # Safety
    /// As [`Overlay::from_raw`]; the bytes need not be writable.
    ///
    /// # Errors
    /// As [`Overlay::from_raw`].
    ///
    /// ```
    /// # use shm_core::Overlay;
    /// static NUMBERS: [u64; 3] = [1, 1, 2];
    /// // SAFETY: these numbers never change and live for ever.
    /// let numbers =
    ///     unsafe { Overlay::<[u64]>::from_raw_read_only(NUMBERS.as_ptr().cast(), 24)? };
    /// assert_eq!(numbers[2].get(), 2);
    /// # Ok::<(), shm_core::Error>(())
    /// ```
    pub unsafe fn from_raw_read_only(
        start: *const u8,
        len: usize,
    ) -> Result<Overlay<T, ReadOnly>, Error>
    where
        T: Placeable,
    {
        lay(start.cast_mut(), len)
    }
}

fn lay<T: PlainRoot + ?Sized, A: Access>(
    start: *mut u8,
    len: usize,
) -> Result<Overlay<T, A>, Error> {
    let label = format!("memory at {start:p}");
    let extent = extent_at::<T>(start, len).map_err(|fault| bad::<T>(&label, 0, fault))?;
    let Some(start) = NonNull::new(start) else {
        return Err(bad::<T>(&label, 0, "that is the null pointer".to_owned()));
    };
    let memory = Memory::alone(Backing::Foreign(start), 0, true);
    Ok(Overlay::over(memory, 0, extent, label))
}

fn extent_at<T: PlainRoot + ?Sized>(start: *mut u8, len: usize) -> Result<Extent, String> {
    let align = T::ROOT_LAYOUT.align();
    if start.addr() % align != 0 {
        return Err(format!(
            "its alignment is {align}; give an address that is a multiple of that"
        ));
    }
    extent::of::<T>(Length::ToTheEnd, Room::Exactly(len))
}
