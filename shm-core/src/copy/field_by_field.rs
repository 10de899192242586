//! Where there is no faster way for structs: what is meant is field by field, and callers know the
//! fields.

/// See [`super::load_structs`].
///
/// # Safety
/// None.
#[inline]
pub(super) unsafe fn load_structs(_: *const u8, _: *mut u8, _: usize, _: usize) -> bool {
    false
}

/// See [`super::store_structs`].
///
/// # Safety
/// None.
#[inline]
pub(super) unsafe fn store_structs(_: *mut u8, _: *const u8, _: usize, _: usize) -> bool {
    false
}
