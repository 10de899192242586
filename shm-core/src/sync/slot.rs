//! Slots: values as words, in a region and in private copies.

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;

use super::value::Value;
use crate::access::Access;
use crate::copy;
use crate::limits::CACHE_LINE;
use crate::protocol::{Hardware, ring};
use crate::shared_layout::SharedLayout;

/// Room for a `T` in whole cache lines, so that a writer to one slot does not disturb the readers of
/// the others. In a region it is words; no process reads or writes a part of a word.
#[repr(C, align(64))]
pub(crate) struct Slot<T>(MaybeUninit<T>);

const _: () = assert!(align_of::<Slot<u8>>() == CACHE_LINE as usize);

/// Room for a `T` in whole words, close to the next: for values that only one process at a time writes
/// or reads.
#[repr(C)]
pub(super) struct Item<T> {
    words: [u64; 0],
    value: MaybeUninit<T>,
}

/// Private copies up to this size live on the stack.
const STACK: usize = 4096;

/// Returns the number of words of a `T`. They lie inside the slot, whose size is a multiple of 64.
const fn word_count<T>() -> usize {
    size_of::<T>().div_ceil(size_of::<u64>())
}

/// Memory whose first words hold a value: a [`Slot`] or an [`Item`].
pub(super) trait Room {
    /// The number of those words. They are 8-aligned and lie inside the room.
    const WORDS: usize;
}

impl<T> Room for Slot<T> {
    const WORDS: usize = word_count::<T>();
}

impl<T> Room for Item<T> {
    const WORDS: usize = word_count::<T>();
}

/// The rooms of a view in a region.
///
/// `UnsafeCell` is outside the room, so that it covers the padding as well.
#[repr(transparent)]
pub(super) struct Rooms<R, const N: usize>([UnsafeCell<R>; N]);

// SAFETY: the bytes of rooms are accessed as atomic words only, and values are made from copies of them.
unsafe impl<R: Room, const N: usize> Send for Rooms<R, N> {}
// SAFETY: as above.
unsafe impl<R: Room, const N: usize> Sync for Rooms<R, N> {}

impl<R: Room, const N: usize> ring::Slots<Hardware> for Rooms<R, N> {
    #[inline]
    fn count(&self) -> u64 {
        N as u64
    }

    #[inline]
    fn words(&self, slot: u64) -> &[AtomicU64] {
        let first = self.0[slot as usize].get().cast::<AtomicU64>();
        // SAFETY: the words lie inside the room, are 8-aligned there and initialised (I2), and are
        // only ever accessed as these atomics (I1).
        unsafe { std::slice::from_raw_parts(first, R::WORDS) }
    }
}

impl<R: Room, const N: usize> Rooms<R, N> {
    /// Returns the address of a room.
    pub(super) fn address(&self, slot: usize) -> usize {
        self.0[slot].get().addr()
    }
}

/// Copies words into private memory, each by a relaxed load.
#[inline]
fn load_words(words: &[AtomicU64], private: &mut [MaybeUninit<u64>]) {
    let len = size_of_val(private).min(size_of_val(words));
    // SAFETY: both slices have at least that many bytes; the words are atomics of 8 bytes.
    unsafe { copy::load::<u64>(words.as_ptr().cast(), private.as_mut_ptr().cast(), len) };
}

/// The same, for a caller that discards the copy if they may have been written meanwhile.
#[inline]
fn peek_words(words: &[AtomicU64], private: &mut [MaybeUninit<u64>]) {
    let len = size_of_val(private).min(size_of_val(words));
    // SAFETY: as in `load_words`.
    unsafe { copy::peek(words.as_ptr().cast(), private.as_mut_ptr().cast(), len) };
}

/// Returns the memory of a value for which any words are valid, as words.
#[inline]
fn room_of<T: Value>(value: &mut MaybeUninit<T>) -> &mut [MaybeUninit<u64>] {
    assert!(T::LOADS_AS_WORDS, "the type decides this at compile time");
    let first = value.as_mut_ptr().cast::<MaybeUninit<u64>>();
    // SAFETY: a value of words has that many, aligned; they need not be initialised.
    unsafe { std::slice::from_raw_parts_mut(first, word_count::<T>()) }
}

/// Copies a slot's words into a value for which any words are valid.
#[inline]
pub(crate) fn load_value<T: Value>(words: &[AtomicU64], value: &mut MaybeUninit<T>) {
    load_words(words, room_of(value));
}

/// The same, for a caller that discards the value if the words may have been written meanwhile.
#[inline]
pub(super) fn peek_value<T: Value>(words: &[AtomicU64], value: &mut MaybeUninit<T>) {
    peek_words(words, room_of(value));
}

/// Returns the words of a value that consists of words, without padding.
#[inline]
pub(crate) fn words_of<T: Value>(value: &T) -> &[u64] {
    assert!(T::STORES_AS_WORDS, "the type decides this at compile time");
    // SAFETY: a value of words has that many, aligned, and no padding.
    unsafe { std::slice::from_raw_parts(std::ptr::from_ref(value).cast(), word_count::<T>()) }
}

/// Returns the bytes of values without padding.
#[inline]
pub(crate) fn bytes_of<T: Value>(values: &[T]) -> &[u8] {
    assert!(T::STORES_AS_BYTES, "the type decides this at compile time");
    // SAFETY: the bytes of the values, all of them initialised, as none is padding.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// Returns the value of bytes, any of which are one.
///
/// # Panics
/// If there are too few or too many.
#[inline]
pub(crate) fn value_of<T: Value>(bytes: &[u8]) -> T {
    assert!(T::LOADS_AS_BYTES, "the type decides this at compile time");
    assert_eq!(bytes.len(), size_of::<T>(), "the bytes of one value");
    // SAFETY: as many bytes as a value has, of which any are one; they need not be aligned.
    unsafe { bytes.as_ptr().cast::<T>().read_unaligned() }
}

/// Returns the values of bytes, any of which are some; of bytes that are no whole value, nothing.
pub(crate) fn values_of<T: Value>(bytes: &[u8]) -> Vec<T> {
    assert!(T::LOADS_AS_BYTES, "the type decides this at compile time");
    let count = bytes.len().checked_div(size_of::<T>()).unwrap_or(0);
    let mut values = Vec::<T>::with_capacity(count);
    // SAFETY: there is room for that many values, apart from the bytes, which have as many.
    unsafe {
        bytes.as_ptr().copy_to_nonoverlapping(values.as_mut_ptr().cast(), count * size_of::<T>());
    };
    // SAFETY: that many were copied, and any bytes are a value.
    unsafe { values.set_len(count) };
    values
}

/// Private memory for a slot's words.
pub(crate) struct Draft<T>(UnsafeCell<Slot<T>>);

impl<T> Draft<T> {
    /// Creates uninitialised memory for `work`, on the heap if it is large.
    #[inline]
    pub(crate) fn with<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        if size_of::<Self>() <= STACK { Self::on_the_stack(work) } else { Self::on_the_heap(work) }
    }

    #[inline]
    fn on_the_stack<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        work(&mut Self(UnsafeCell::new(Slot(MaybeUninit::uninit()))))
    }

    fn on_the_heap<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        // SAFETY: a draft consists only of memory that may be uninitialised.
        let mut draft = unsafe { Box::<Self>::new_uninit().assume_init() };
        work(&mut draft)
    }

    /// Copies a slot's words, each by a relaxed load.
    #[inline]
    pub(crate) fn fill(&mut self, words: &[AtomicU64]) {
        load_words(words, self.room());
    }

    /// The same, for a caller that discards them if they may have been written meanwhile.
    #[inline]
    pub(super) fn peek(&mut self, words: &[AtomicU64]) {
        peek_words(words, self.room());
    }

    #[inline]
    fn room(&mut self) -> &mut [MaybeUninit<u64>] {
        let first = self.0.get().cast::<MaybeUninit<u64>>();
        // SAFETY: the words lie inside the draft and are 8-aligned there; `self` is borrowed
        // mutably, and they need not be initialised.
        unsafe { std::slice::from_raw_parts_mut(first, word_count::<T>()) }
    }

    /// Zeroes the draft.
    #[inline]
    pub(crate) fn zero(&mut self) -> Image<'_, T> {
        let first = self.0.get_mut();
        // SAFETY: memory that may be uninitialised can hold zeros.
        unsafe { std::ptr::from_mut(first).write_bytes(0, 1) };
        Image { draft: self.0.get(), lifetime: PhantomData }
    }

    /// Returns the draft with a copy of the bytes of a value.
    ///
    /// # Panics
    /// If there are too few or too many.
    #[inline]
    pub(crate) fn copy_of(&mut self, bytes: &[u8]) -> Image<'_, T> {
        assert_eq!(bytes.len(), size_of::<T>(), "the bytes of one value");
        let image = self.zero();
        // SAFETY: the draft has room for a value, apart from the bytes, and no view of it is alive.
        unsafe { bytes.as_ptr().copy_to_nonoverlapping(image.draft.cast(), bytes.len()) };
        image
    }

    /// Returns the filled draft.
    ///
    /// # Safety
    /// It was filled with all words of a slot.
    #[inline]
    pub(crate) unsafe fn filled(&mut self) -> Image<'_, T> {
        Image { draft: self.0.get(), lifetime: PhantomData }
    }
}

/// The initialised words of a value in private memory.
pub struct Image<'a, T> {
    draft: *mut Slot<T>,
    lifetime: PhantomData<&'a mut Draft<T>>,
}

impl<T> Image<'_, T> {
    /// Returns the address of the private memory.
    pub(crate) fn address(&self) -> usize {
        self.draft.addr()
    }

    /// Returns the words.
    #[inline]
    pub(crate) fn words(&mut self) -> &[u64] {
        // SAFETY: the words lie inside the draft, are 8-aligned there and initialised; through
        // `&mut self` no view of them is alive.
        unsafe { std::slice::from_raw_parts(self.draft.cast(), word_count::<T>()) }
    }

    /// Returns the bytes of the value.
    #[inline]
    pub(crate) fn bytes(&mut self) -> &[u8] {
        let bytes = self.draft.cast();
        // SAFETY: the bytes lie inside the draft and are initialised; through `&mut self` no view of them
        // is alive.
        unsafe { std::slice::from_raw_parts(bytes, size_of::<T>()) }
    }

    /// Returns the value, if any bytes are valid for it.
    ///
    /// # Safety
    /// Any bytes are a valid `T`.
    #[inline]
    pub(super) unsafe fn read(&self) -> T {
        // SAFETY: guaranteed by the caller; the draft is initialised and aligned for a `T`.
        unsafe { self.draft.cast::<T>().read() }
    }

    /// Writes the value, all of whose bytes are initialised.
    ///
    /// # Safety
    /// `T` has no padding.
    #[inline]
    pub(super) unsafe fn write(&mut self, value: T) {
        // SAFETY: the draft has room for a `T` and is aligned for it; the rest is guaranteed by the
        // caller.
        unsafe { self.draft.cast::<T>().write(value) };
    }
}

impl<T: Value> fmt::Debug for Image<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::debug(self, f)
    }
}

impl<T: SharedLayout> Image<'_, T> {
    /// Returns the value's shared form, in private memory.
    #[inline]
    pub(super) fn view<A: Access>(&self) -> &T::View<A> {
        // SAFETY: the draft is initialised, has the size and the alignment of a `T` and so of its view,
        // for which any bytes are valid (I1); only such views refer to it.
        unsafe { &*self.draft.cast::<T::View<A>>() }
    }
}
