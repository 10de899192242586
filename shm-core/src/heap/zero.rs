//! Fills a value with zeros, in place.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64};

use crate::layout::{FieldLayout, Kind, Layout, Role};

/// Stores zero into every word of a value, each at the width at which every process accesses it. `len` is
/// the number of elements of the part whose length is known at run time.
///
/// # Safety
/// A value of this layout and length lies at `at`, in writable memory (I2, I3), and is accessed by other
/// threads as such only (I5).
pub(super) unsafe fn zero(layout: &'static Layout, at: *mut u8, len: usize) {
    let elements = |element: &'static Layout, count: usize| {
        for index in 0..count {
            // SAFETY: an element of the value; as for the caller.
            unsafe { zero(element, at.wrapping_add(index * element.size()), 0) };
        }
    };
    match *layout.kind() {
        Kind::Scalar(_)
        | Kind::NonZero { .. }
        | Kind::Enum { .. }
        | Kind::Ordered { packed: false, .. } => {
            // SAFETY: a part of one atomic of that width; as for the caller.
            unsafe { words(at, layout.size(), layout.size().min(8)) };
        }
        Kind::Ordered { packed: true, .. } | Kind::CText { .. } => {
            // SAFETY: a part of atomics of one byte; as for the caller.
            unsafe { words(at, layout.size(), 1) };
        }
        Kind::Array { element, len } => elements(element, len),
        Kind::Slice { element } => elements(element, len),
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            for field in fields {
                let part = at.wrapping_add(field.offset());
                if is_words(layout, field) {
                    // SAFETY: slots, which are accessed in words of 8 bytes; as for the caller.
                    unsafe { words(part, field.layout().size(), 8) };
                } else {
                    // SAFETY: a part of the value; as for the caller.
                    unsafe { zero(field.layout(), part, len) };
                }
            }
        }
        Kind::Marker => {}
        Kind::Unknown(unknown) => match unknown {},
    }
}

/// Whether this is the slots of a type that moves values in and out as words of 8 bytes.
fn is_words(layout: &Layout, field: &FieldLayout) -> bool {
    let role = match layout.kind() {
        Kind::Live { role, .. } => role,
        _ => return false,
    };
    matches!(role, Role::Latest | Role::Ring | Role::Queue) && field.name() == "slots"
}

/// Stores zeros into `size` bytes, in words of `width`.
///
/// # Safety
/// The bytes are atomics of that width, in writable memory.
unsafe fn words(at: *mut u8, size: usize, width: usize) {
    for offset in (0..size).step_by(width.max(1)) {
        let at = at.wrapping_add(offset);
        // SAFETY: guaranteed by the caller.
        let word = || unsafe { AtomicU8::from_ptr(at) };
        match width {
            1 => word().store(0, Relaxed),
            // SAFETY: as above; a field is aligned to its width.
            2 => unsafe { AtomicU16::from_ptr(at.cast()) }.store(0, Relaxed),
            // SAFETY: as above.
            4 => unsafe { AtomicU32::from_ptr(at.cast()) }.store(0, Relaxed),
            // SAFETY: as above.
            _ => unsafe { AtomicU64::from_ptr(at.cast()) }.store(0, Relaxed),
        }
    }
}
