//! Copies that are too long, or not aligned well enough, to be made inline. None is generic over the
//! element type, so they exist once, however many crates copy.

use super::Word;
use super::processor::{has_avx, has_fast_strings, is_known_to_have_avx};
use super::run::Run;
use super::ways::{Fill, Load, Pattern, Store, Way};

/// From this length on a store has a choice: the processor's own loop, or aligning the shared side for
/// stores of 32 bytes at a time. Shorter ones skip the choice.
const MUCH: usize = 512;
/// From this length on, stores of elements of several bytes are left to the processor's own loop. It
/// stores whole lines; nothing else here that is documented not to tear stores more than 16 bytes.
const STRING: usize = 1536;
/// The same for stores of bytes, which we store 32 at a time.
const STRING_OF_BYTES: usize = 4096;

/// A way with long copies.
pub(super) trait Long: Way {
    /// Story: [`Way::step`]'s, for `len` bytes, whatever their number and wherever they begin.
    ///
    /// # Safety
    /// See the module [`copy`](crate::copy), for elements of `ELEMENT` bytes.
    unsafe fn long<const ELEMENT: usize>(shared: *mut u8, private: Self::Private, len: usize);
}

/// Defines a copy for each element width, and the choice among them.
macro_rules! widths {
    ($way:ident($private:ty): $one:ident $two:ident $four:ident $eight:ident) => {
        impl Long for $way {
            #[inline(always)]
            unsafe fn long<const ELEMENT: usize>(shared: *mut u8, private: $private, len: usize) {
                let copy = match ELEMENT {
                    1 => $one,
                    2 => $two,
                    4 => $four,
                    _ => $eight,
                };
                // SAFETY: guaranteed by the caller.
                unsafe { copy(shared, private, len) };
            }
        }

        widths! { @ 1 u8 $one($private) $way }
        widths! { @ 2 u16 $two($private) $way }
        widths! { @ 4 u32 $four($private) $way }
        widths! { @ 8 u64 $eight($private) $way }
    };
    (@ $width:literal $element:ident $name:ident($private:ty) $way:ident) => {
        /// # Safety
        /// As for the choice.
        #[inline(never)]
        unsafe fn $name(shared: *mut u8, private: $private, len: usize) {
            if !is_known_to_have_avx() {
                // SAFETY: guaranteed by the caller.
                return unsafe { unsure::<$element, $width, $way>(shared, private, len) };
            }
            // SAFETY: guaranteed by the caller; AVX is available.
            unsafe { Run::<$width, $way>::new(shared, private, len) }.long();
        }
    };
}

widths! { Load(*mut u8): load_1 load_2 load_4 load_8 }
widths! { Store(*const u8): store_1 store_2 store_4 store_8 }
widths! { Fill(Pattern): fill_1 fill_2 fill_4 fill_8 }

/// The first copies of a process, and all copies on a processor without AVX: the loops that define them.
///
/// # Safety
/// See the module [`copy`](crate::copy), for `T`s, which are `ELEMENT` bytes wide.
#[cold]
#[inline(never)]
unsafe fn unsure<T: Word + Copy, const ELEMENT: usize, W: Long>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    if has_avx() {
        // SAFETY: guaranteed by the caller. AVX is known from now on.
        return unsafe { W::long::<ELEMENT>(shared, private, len) };
    }
    // SAFETY: guaranteed by the caller.
    unsafe { W::one_by_one::<T>(shared, private, len) };
}

impl<const ELEMENT: usize> Run<ELEMENT, Load> {
    #[inline(always)]
    fn long(mut self) {
        if ELEMENT == 1 {
            return self.bytes();
        }
        if !self.is_aligned() {
            self.align();
            if self.left < 16 {
                return self.finish();
            }
        }
        let whole = self.left & !15;
        if whole < 64 {
            return self.finish();
        }
        self.split_off(whole).finish_narrow();
        self.blocks();
    }

    #[inline(always)]
    fn bytes(self) {
        match self.left {
            64.. => self.blocks_of_bytes(),
            32.. => self.ends::<32>(),
            16.. => self.ends::<16>(),
            8.. => self.ends::<8>(),
            _ => self.finish_narrow(),
        }
    }

    /// Copies the first `WIDTH` bytes and the last, which may overlap and together are the whole range.
    #[inline(always)]
    fn ends<const WIDTH: usize>(mut self) {
        self.copy_here::<WIDTH>();
        self.advance(self.left - WIDTH);
        self.copy_here::<WIDTH>();
    }
}

impl<const ELEMENT: usize> Run<ELEMENT, Store> {
    #[inline(always)]
    fn long(mut self) {
        if !self.is_aligned() {
            self.align();
            if self.left < 16 {
                return self.finish();
            }
        }
        if self.left >= MUCH {
            if self.is_string() {
                self.align_by::<16>();
                self.align_by::<32>();
                return self.string();
            }
            if ELEMENT == 1 {
                self.align_by::<16>();
            }
        }
        self.blocks();
        if self.left != 0 {
            self.finish();
        }
    }

    #[inline(always)]
    fn is_string(&self) -> bool {
        let least = if ELEMENT == 1 { STRING_OF_BYTES } else { STRING };
        self.left >= least && has_fast_strings() && !self.would_collide()
    }
}

impl<const ELEMENT: usize> Run<ELEMENT, Fill> {
    #[inline(always)]
    fn long(mut self) {
        self.align();
        self.finish();
    }
}
