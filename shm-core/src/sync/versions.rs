//! Versions of a [`Latest`](crate::Latest), in and out: copied directly if the value consists of words,
//! otherwise through a private copy.

use std::mem::MaybeUninit;
use std::sync::atomic::AtomicU64;

use super::latest::LatestView;
use super::slot::{Draft, Image, Slots, load_value, words_of};
use super::value::Value;
use crate::access::{Access, CanWrite};
use crate::error::{InvalidValue, LoadError};
use crate::protocol::{Hardware, ring};
use crate::registry;

impl<T: Value, const N: usize, A: Access> LatestView<T, N, A> {
    /// Writes the next version. The caller is the writer.
    #[inline]
    pub(super) fn write(&self, value: &T) -> u64
    where
        A: CanWrite,
    {
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
        ring::write::<Hardware>(&self.sequence, &Slots(&self.slots), words)
    }

    /// Copies the newest version out, and returns its number and the value.
    #[inline]
    pub(super) fn load_versioned(&self) -> Result<(u64, T), LoadError> {
        if T::LOADS_AS_WORDS {
            let mut value = MaybeUninit::uninit();
            let version = self.read_words(|words| load_value(words, &mut value))?;
            // SAFETY: a read that succeeds has copied all words, any of which are a valid value.
            return Ok((version, unsafe { value.assume_init() }));
        }
        self.read(|image| T::decode(image))
    }

    /// Has `copy` copy the words of the newest version, and returns its number.
    #[inline]
    pub(super) fn read_words(&self, copy: impl FnMut(&[AtomicU64])) -> Result<u64, LoadError> {
        ring::read::<Hardware>(&self.sequence, &Slots(&self.slots), copy)
            .map_err(|ring::Lapped| LoadError::Contended)
    }

    /// Copies the newest version and decodes the copy.
    #[inline]
    pub(super) fn read<R>(
        &self,
        decode: impl FnOnce(&Image<'_, T>) -> Result<R, InvalidValue>,
    ) -> Result<(u64, R), LoadError> {
        Draft::<T>::with(|draft| {
            let version = self.read_words(|words| draft.fill(words))?;
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
        registry::moved(error, image.address(), self.slots.as_ptr().addr())
    }
}
