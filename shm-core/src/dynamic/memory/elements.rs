//! Copies of many words at once.

use super::Memory;
use crate::access::{Access, CanWrite};
use crate::copy;
use crate::dynamic::spans::Span;
use crate::scalar::Scalar;

impl<A: Access> Memory<'_, A> {
    /// Copies words out, each by a relaxed load. `to` is as long as the span.
    pub(in super::super) fn load_elements(self, span: Span, to: &mut [u8]) {
        match span.width {
            1 => self.load_of::<u8>(span, to),
            2 => self.load_of::<u16>(span, to),
            4 => self.load_of::<u32>(span, to),
            _ => self.load_of::<u64>(span, to),
        }
    }

    fn load_of<T: Scalar>(self, Span { offset, width, len }: Span, to: &mut [u8]) {
        assert!(width == size_of::<T>() && to.len() == len, "as many bytes as there are");
        let first = self.at::<T>(offset, len / width);
        // SAFETY: inside the mapping (I2) and aligned, as `at` has checked; words of the width that the schema, and so
        // every process, uses here (I5), copied one by one (I12) to as many bytes.
        unsafe { copy::load::<T>(first.cast(), to.as_mut_ptr(), len) };
    }
}

impl<A: CanWrite> Memory<'_, A> {
    /// Copies words in, each by a relaxed store. `from` is as long as the span.
    pub(in super::super) fn store_elements(self, span: Span, from: &[u8]) {
        match span.width {
            1 => self.store_of::<u8>(span, from),
            2 => self.store_of::<u16>(span, from),
            4 => self.store_of::<u32>(span, from),
            _ => self.store_of::<u64>(span, from),
        }
    }

    fn store_of<T: Scalar>(self, Span { offset, width, len }: Span, from: &[u8]) {
        assert!(width == size_of::<T>() && from.len() == len, "as many bytes as there are");
        let first = self.at::<T>(offset, len / width);
        // SAFETY: as in `load_of`, writable as `A` is (I3). The span has no padding (I6).
        unsafe { copy::store::<T>(first.cast_mut().cast(), from.as_ptr(), len) };
    }
}
