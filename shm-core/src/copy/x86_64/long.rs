//! Copies that are too long, or not aligned well enough, to be made in line. None is generic: they are
//! here once, whatever is copied in however many crates.

use super::cursor::Cursor;
use super::processor::{has_fast_strings, is_known_to_have_avx};
use super::ways::{Fill, Load, Pattern, Store, Write};
use super::{blocks, portable, steps, strings};

/// From this length on a store has a choice: its processor's own loop, or to align the shared side for
/// what it stores 32 bytes at a time. Shorter ones go straight on.
const MUCH: usize = 512;
/// From this length on stores of elements of several bytes are left to the processor's own loop. It
/// stores whole lines; nothing else here that is documented not to tear stores more than 16 bytes.
const STRING: usize = 1536;
/// The same for what we do 32 bytes at a time: stores of bytes, and loads.
const STRING_OF_HALF_LINES: usize = 4096;

/// Defines a copy for each width of elements, and the choice among them.
macro_rules! widths {
    (
        $copy:ident($($argument:ident: $type:ty),*) by $generic:ident;
        $one:ident $two:ident $four:ident $eight:ident
    ) => {
        /// # Safety
        /// As for its namesake in the module above, of elements of `ELEMENT` bytes.
        #[inline(always)]
        pub(super) unsafe fn $copy<const ELEMENT: usize>($($argument: $type),*) {
            let copy = match ELEMENT {
                1 => $one,
                2 => $two,
                4 => $four,
                _ => $eight,
            };
            // SAFETY: the caller's.
            unsafe { copy($($argument),*) };
        }

        widths! { @ 1 $one($($argument: $type),*) $generic }
        widths! { @ 2 $two($($argument: $type),*) $generic }
        widths! { @ 4 $four($($argument: $type),*) $generic }
        widths! { @ 8 $eight($($argument: $type),*) $generic }
    };
    (@ $width:literal $name:ident($($argument:ident: $type:ty),*) $generic:ident) => {
        /// # Safety
        /// As for the choice.
        #[inline(never)]
        unsafe fn $name($($argument: $type),*) {
            // SAFETY: the caller's.
            unsafe { $generic::<$width>($($argument),*) }
        }
    };
}

widths! {
    load(shared: *const u8, private: *mut u8, len: usize) by load_any;
    load_1 load_2 load_4 load_8
}
widths! {
    store(shared: *mut u8, private: *const u8, len: usize) by store_any;
    store_1 store_2 store_4 store_8
}
widths! {
    fill(shared: *mut u8, private: Pattern, len: usize) by fill_any;
    fill_1 fill_2 fill_4 fill_8
}

/// # Safety
/// As for [`load`].
#[inline(always)]
unsafe fn load_any<const ELEMENT: usize>(shared: *const u8, private: *mut u8, len: usize) {
    if !is_known_to_have_avx() {
        // SAFETY: the caller's.
        return unsafe { unsure::load::<ELEMENT>(shared, private, len) };
    }
    if ELEMENT == 1 {
        // SAFETY: the caller's; there is AVX.
        return unsafe { load_bytes(shared, private, len) };
    }
    if len >= STRING_OF_HALF_LINES {
        // SAFETY: the caller's; there is AVX.
        return unsafe { load_much::<ELEMENT>(shared, private, len) };
    }
    if shared.addr().is_multiple_of(16) {
        // SAFETY: the caller's; there is AVX.
        unsafe { load_from_boundary::<ELEMENT>(shared, private, len) };
    } else {
        // SAFETY: the caller's; there is AVX.
        unsafe { load_from_anywhere::<ELEMENT>(shared, private, len) };
    }
}

/// # Safety
/// As for [`load`]. The processor has AVX.
#[inline(never)]
unsafe fn load_much<const ELEMENT: usize>(shared: *const u8, private: *mut u8, len: usize) {
    // If the sides are never aligned at once, each second write of 32 bytes concerns two lines.
    let never_aligned = !shared.addr().wrapping_sub(private.addr()).is_multiple_of(16);
    if never_aligned && has_fast_strings() && !strings::would_collide(shared, private) {
        // SAFETY: the caller's.
        return unsafe { strings::copy::<ELEMENT>(shared, private, len / ELEMENT) };
    }
    // SAFETY: the caller's.
    unsafe { load_from_anywhere::<ELEMENT>(shared, private, len) };
}

/// # Safety
/// As for [`load`]. The processor has AVX.
#[inline(never)]
unsafe fn load_from_anywhere<const ELEMENT: usize>(
    shared: *const u8,
    private: *mut u8,
    len: usize,
) {
    // SAFETY: the caller's, and there is AVX.
    let mut cursor = unsafe { Cursor::<ELEMENT, Load>::new(shared.cast_mut(), private, len) };
    cursor.align();
    if cursor.left < 16 {
        cursor.finish();
    } else {
        // SAFETY: the caller's, of what is left, which is more than to the next boundary; there is AVX.
        unsafe { load_from_boundary::<ELEMENT>(cursor.shared, cursor.private, cursor.left) };
    }
}

/// # Safety
/// As for [`load`]. `shared` is aligned to 16. The processor has AVX.
#[inline(always)]
unsafe fn load_from_boundary<const ELEMENT: usize>(
    shared: *const u8,
    private: *mut u8,
    len: usize,
) {
    let whole = len & !15;
    if whole < 64 {
        // SAFETY: the caller's.
        return unsafe { load_little::<ELEMENT>(shared, private, len) };
    }
    let (shared_end, private_end) = (shared.wrapping_add(whole), private.wrapping_add(whole));
    // SAFETY: the caller's, of the last bytes; there is AVX.
    unsafe { Cursor::<ELEMENT, Load>::new(shared_end.cast_mut(), private_end, len - whole) }
        .finish_narrow();
    // SAFETY: the caller's, of all others; there is AVX.
    unsafe { blocks::load(shared, private, whole) };
}

/// # Safety
/// As for [`load_from_boundary`].
#[inline(never)]
unsafe fn load_little<const ELEMENT: usize>(shared: *const u8, private: *mut u8, len: usize) {
    // SAFETY: the caller's, and there is AVX.
    unsafe { Cursor::<ELEMENT, Load>::new(shared.cast_mut(), private, len) }.finish();
}

/// # Safety
/// As for [`load`] of bytes. The processor has AVX.
#[inline(always)]
unsafe fn load_bytes(shared: *const u8, private: *mut u8, len: usize) {
    match len {
        // SAFETY: the caller's.
        64.. => unsafe { blocks::load_bytes(shared, private, len) },
        // SAFETY: the caller's.
        32.. => unsafe { load_ends::<32>(shared, private, len) },
        // SAFETY: the caller's.
        16.. => unsafe { load_ends::<16>(shared, private, len) },
        // SAFETY: the caller's.
        8.. => unsafe { load_ends::<8>(shared, private, len) },
        // SAFETY: the caller's.
        _ => unsafe { portable::load::<u8>(shared, private, len) },
    }
}

/// The first `WIDTH` bytes and the last, which are all, and some of them both.
///
/// # Safety
/// As for [`load_bytes`]; `len` is `WIDTH` to twice that.
#[inline(always)]
unsafe fn load_ends<const WIDTH: usize>(shared: *const u8, private: *mut u8, len: usize) {
    let rest = len - WIDTH;
    // SAFETY: the caller's.
    unsafe { steps::load_bytes::<WIDTH>(shared, private) };
    // SAFETY: the caller's.
    unsafe { steps::load_bytes::<WIDTH>(shared.wrapping_add(rest), private.wrapping_add(rest)) };
}

/// # Safety
/// As for [`store`].
#[inline(always)]
unsafe fn store_any<const ELEMENT: usize>(shared: *mut u8, private: *const u8, len: usize) {
    if !is_known_to_have_avx() {
        // SAFETY: the caller's.
        return unsafe { unsure::store::<ELEMENT>(shared, private, len) };
    }
    // SAFETY: the caller's; there is AVX.
    unsafe { write::<ELEMENT, Store>(shared, private, len) };
}

/// # Safety
/// As for [`fill`].
#[inline(always)]
unsafe fn fill_any<const ELEMENT: usize>(shared: *mut u8, pattern: Pattern, len: usize) {
    if !is_known_to_have_avx() {
        // SAFETY: the caller's.
        return unsafe { unsure::fill::<ELEMENT>(shared, pattern, len) };
    }
    // SAFETY: the caller's; there is AVX.
    unsafe { write::<ELEMENT, Fill>(shared, pattern, len) };
}

/// A store or a fill.
///
/// # Safety
/// As for [`store`] or [`fill`], whichever way `W` goes. The processor has AVX.
#[inline(always)]
unsafe fn write<const ELEMENT: usize, W: Write>(shared: *mut u8, private: W::Private, len: usize) {
    if shared.addr().is_multiple_of(16) {
        // SAFETY: the caller's.
        unsafe { write_from_boundary::<ELEMENT, W>(shared, private, len) };
    } else {
        // SAFETY: the caller's.
        unsafe { write_from_anywhere::<ELEMENT, W>(shared, private, len) };
    }
}

/// # Safety
/// As for [`write`].
#[inline(never)]
unsafe fn write_from_anywhere<const ELEMENT: usize, W: Write>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    // SAFETY: the caller's.
    let mut cursor = unsafe { Cursor::<ELEMENT, W>::new(shared, private, len) };
    cursor.align();
    if cursor.left < 16 {
        cursor.finish();
    } else {
        // SAFETY: the caller's, of what is left, which is more than to the next boundary.
        unsafe { write_from_boundary::<ELEMENT, W>(cursor.shared, cursor.private, cursor.left) };
    }
}

/// # Safety
/// As for [`write`]. `shared` is aligned to 16.
#[inline(always)]
unsafe fn write_from_boundary<const ELEMENT: usize, W: Write>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    if len >= MUCH {
        // SAFETY: the caller's.
        return unsafe { write_much::<ELEMENT, W>(shared, private, len) };
    }
    // SAFETY: the caller's.
    unsafe { write_blocks::<ELEMENT, W>(shared, private, len) };
}

/// # Safety
/// As for [`write_from_boundary`].
#[inline(always)]
unsafe fn write_blocks<const ELEMENT: usize, W: Write>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    // SAFETY: the caller's.
    let mut cursor = unsafe { Cursor::<ELEMENT, W>::new(shared, private, len) };
    let Cursor { shared, private, left } = &mut cursor;
    // SAFETY: the caller's.
    unsafe { W::blocks::<ELEMENT>(shared, private, left) };
    if cursor.left != 0 {
        cursor.finish();
    }
}

/// # Safety
/// As for [`write_from_boundary`]; `len` is a line or more.
#[inline(never)]
unsafe fn write_much<const ELEMENT: usize, W: Write>(
    shared: *mut u8,
    private: W::Private,
    len: usize,
) {
    // SAFETY: the caller's.
    let mut cursor = unsafe { Cursor::<ELEMENT, W>::new(shared, private, len) };
    if is_string::<ELEMENT>(len) && !W::would_collide(shared, private) {
        cursor.align_by::<16>();
        cursor.align_by::<32>();
        let elements = cursor.left / ELEMENT;
        // SAFETY: the caller's, of what is left, which begins with a line.
        unsafe { W::string::<ELEMENT>(cursor.shared, cursor.private, elements) };
        return;
    }
    if ELEMENT == 1 {
        cursor.align_by::<16>();
    }
    // SAFETY: the caller's, of what is left.
    unsafe { write_blocks::<ELEMENT, W>(cursor.shared, cursor.private, cursor.left) };
}

#[inline(always)]
fn is_string<const ELEMENT: usize>(len: usize) -> bool {
    len >= if ELEMENT == 1 { STRING_OF_HALF_LINES } else { STRING } && has_fast_strings()
}

/// The first copies of a process, and all copies of a processor without AVX: these are the loops that
/// are meant.
mod unsure {
    use super::super::processor::has_avx;
    use super::{Pattern, fill_any, load_any, portable, store_any};

    /// # Safety
    /// As for [`load`](super::load).
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn load<const ELEMENT: usize>(
        shared: *const u8,
        private: *mut u8,
        len: usize,
    ) {
        let load = match ELEMENT {
            _ if has_avx() => load_any::<ELEMENT>,
            1 => portable::load::<u8>,
            2 => portable::load::<u16>,
            4 => portable::load::<u32>,
            _ => portable::load::<u64>,
        };
        // SAFETY: the caller's.
        unsafe { load(shared, private, len) };
    }

    /// # Safety
    /// As for [`store`](super::store).
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn store<const ELEMENT: usize>(
        shared: *mut u8,
        private: *const u8,
        len: usize,
    ) {
        let store = match ELEMENT {
            _ if has_avx() => store_any::<ELEMENT>,
            1 => portable::store::<u8>,
            2 => portable::store::<u16>,
            4 => portable::store::<u32>,
            _ => portable::store::<u64>,
        };
        // SAFETY: the caller's.
        unsafe { store(shared, private, len) };
    }

    /// # Safety
    /// As for [`fill`](super::fill).
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn fill<const ELEMENT: usize>(shared: *mut u8, pattern: Pattern, len: usize) {
        if has_avx() {
            // SAFETY: the caller's.
            return unsafe { fill_any::<ELEMENT>(shared, pattern, len) };
        }
        match ELEMENT {
            // SAFETY: the caller's. The lowest bits of the pattern are an element, here and below.
            1 => unsafe { portable::fill(shared, pattern.word as u8, len) },
            // SAFETY: the caller's.
            2 => unsafe { portable::fill(shared, pattern.word as u16, len) },
            // SAFETY: the caller's.
            4 => unsafe { portable::fill(shared, pattern.word as u32, len) },
            // SAFETY: the caller's.
            _ => unsafe { portable::fill(shared, pattern.word, len) },
        }
    }
}
