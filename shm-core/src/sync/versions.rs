//! [`Versions`]: the ring of a [`Latest`](crate::Latest) or a [`Ring`](crate::Ring). Values are copied
//! directly if they consist of words, otherwise through a private copy.

use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;

use super::slot::{Draft, Image, Rooms, Slot, peek_value, words_of};
use super::value::Value;
use crate::error::{FollowError, InvalidValue, LoadError};
use crate::layout::{FieldLayout, Kind, Layout};
use crate::protocol::ring::Missed;
use crate::protocol::{Hardware, ring};
use crate::registry;

/// The parts of a view that is a ring of versions.
pub(super) struct Versions<'a, T, const N: usize> {
    pub(super) sequence: &'a AtomicU64,
    pub(super) slots: &'a Rooms<Slot<T>, N>,
}

/// Values up to this size can be in registers, if no number is beside them.
const IN_REGISTERS: usize = 128;

/// The layout of the slots of a ring.
pub(super) struct SlotsLayout<T, const N: usize>([Slot<T>; N]);

impl<T: Value, const N: usize> SlotsLayout<T, N> {
    pub(super) const SLOTS: &'static Layout = &Layout::new(
        "array",
        size_of::<[Slot<T>; N]>(),
        align_of::<Slot<T>>(),
        Kind::Array { element: Self::SLOT, len: Self::CHECKED_LEN },
    );

    const SLOT: &'static Layout = &Layout::new(
        "Slot",
        size_of::<Slot<T>>(),
        align_of::<Slot<T>>(),
        Kind::Struct { fields: &[FieldLayout::new("value", 0, T::VALUE_LAYOUT)] },
    );

    const CHECKED_LEN: usize = {
        assert!(N >= 2, "a `Latest` or `Ring` needs two slots or more: one to read, one to write");
        N
    };
}

impl<T: Value, const N: usize> Versions<'_, T, N> {
    /// Writes the next version. The caller is the writer, through a view that can write.
    #[inline]
    pub(super) fn write(&self, value: &T) -> u64 {
        if T::STORES_AS_WORDS {
            return self.write_words(words_of(value));
        }
        Draft::with(|draft| {
            let mut image = draft.zero();
            value.encode(&mut image);
            self.write_words(image.words())
        })
    }

    #[inline]
    fn write_words(&self, words: &[u64]) -> u64 {
        ring::write::<Hardware>(self.sequence, self.slots, words)
    }

    /// The number of the newest version.
    #[inline]
    pub(super) fn newest(&self) -> u64 {
        ring::version::<Hardware>(self.sequence)
    }

    /// Copies the newest version out.
    #[inline]
    pub(super) fn load(&self) -> Result<T, LoadError> {
        // Not for larger values, which the compiler moves once more then.
        if T::LOADS_AS_WORDS && size_of::<T>() <= IN_REGISTERS {
            let mut value = MaybeUninit::uninit();
            let read = self.read_words(|words| peek_value(words, &mut value));
            // SAFETY: a read that succeeds has copied all words, any of which are a valid value.
            return read.map(|_version| unsafe { value.assume_init() });
        }
        self.load_versioned().map(|(_version, value)| value)
    }

    /// Copies the newest version out, and returns its number and the value.
    #[inline]
    pub(super) fn load_versioned(&self) -> Result<(u64, T), LoadError> {
        if T::LOADS_AS_WORDS {
            let mut value = MaybeUninit::uninit();
            let version = self.read_words(|words| peek_value(words, &mut value))?;
            // SAFETY: a read that succeeds has copied all words, any of which are a valid value.
            return Ok((version, unsafe { value.assume_init() }));
        }
        self.read(|image| T::decode(image))
    }

    /// Has `copy` copy the words of the newest version, and returns its number.
    #[inline]
    pub(super) fn read_words(&self, copy: impl FnMut(&[AtomicU64])) -> Result<u64, LoadError> {
        ring::read::<Hardware>(self.sequence, self.slots, copy)
            .map_err(|ring::Lapped| LoadError::Contended)
    }

    /// Copies the version after `position` out, and moves `position` to it.
    #[inline]
    pub(super) fn next(&self, position: &mut u64) -> Option<Result<T, FollowError>> {
        if T::LOADS_AS_WORDS {
            let mut value = MaybeUninit::uninit();
            let next = self.next_words(position, |words| peek_value(words, &mut value))?;
            // SAFETY: a read that succeeds has copied all words, of which any are a value.
            return Some(next.map(|()| unsafe { value.assume_init() }));
        }
        Draft::<T>::with(|draft| {
            let next = self.next_words(position, |words| draft.peek(words))?;
            Some(next.and_then(|()| {
                // SAFETY: a read that succeeds has filled the draft with a slot's words.
                let image = unsafe { draft.filled() };
                T::decode(&image)
                    .map_err(|error| FollowError::Invalid(self.at_home(&error, &image)))
            }))
        })
    }

    #[inline]
    fn next_words(
        &self,
        position: &mut u64,
        copy: impl FnMut(&[AtomicU64]),
    ) -> Option<Result<(), FollowError>> {
        let next = ring::next::<Hardware>(self.sequence, self.slots, position, copy)?;
        Some(next.map_err(|Missed(count)| FollowError::Missed(count)))
    }

    /// Copies the newest version and decodes the copy.
    #[inline]
    pub(super) fn read<R>(
        &self,
        decode: impl FnOnce(&Image<'_, T>) -> Result<R, InvalidValue>,
    ) -> Result<(u64, R), LoadError> {
        Draft::<T>::with(|draft| {
            let version = self.read_words(|words| draft.peek(words))?;
            // SAFETY: a read that succeeds has filled the draft with a slot's words.
            let image = unsafe { draft.filled() };
            match decode(&image) {
                Ok(value) => Ok((version, value)),
                Err(error) => Err(self.at_home(&error, &image).into()),
            }
        })
    }

    /// Turns an error for a field of a private copy into one for the original field.
    #[cold]
    fn at_home(&self, error: &InvalidValue, image: &Image<'_, T>) -> InvalidValue {
        registry::moved(error, image.address(), self.slots.address(0))
    }
}
