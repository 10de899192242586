//! [`Owned`]: a place in a struct that owns a value of any length.

use std::fmt;
use std::mem::offset_of;

use super::content::Content;
use super::view::OwnedView;
use crate::access::Access;
use crate::layout::{FieldLayout, Kind, Layout};
use crate::placeable::Placeable;
use crate::shared_layout::{SharedLayout, ValidZeroed};

/// In a struct: a value of any length, which lies in the region's [heap](crate::heap). Its view is
/// [`OwnedView`].
///
/// | | `load` gives | an empty place |
/// | --- | --- | --- |
/// | `Owned<str>` | a `String` | the empty text |
/// | `Owned<[T]>`, `T` plain | a `Vec<T>` | the empty slice |
/// | `Owned<T>`, `T` as in a [`Latest`](crate::Latest) | an `Option<T>` | `None` |
///
/// The value is replaced as a whole and read as a whole. Readers take no lock, write nothing and work on
/// read-only maps. A writer that dies, anywhere, leaves the old value or the new one, and blocks no other
/// process. A struct with an `Owned` can derive `Debug`.
///
/// ```
/// use shm_core::{Owned, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Note { author: Owned<str>, marks: Owned<[u32]> }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { notes: [Note; 10] }
///
/// let board = Region::<Board>::options().heap_max(1 << 20).private()?;
/// board.notes[3].author.set("Ada")?;
/// board.notes[3].marks.update(|marks| marks.extend([1, 2, 3]))?;
/// assert_eq!(board.notes[3].author.load()?, "Ada");
/// assert_eq!(board.notes[3].marks.load()?, [1, 2, 3]);
/// assert!(board.notes[4].author.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(C)]
pub struct Owned<T: Content + ?Sized> {
    lock: u32,
    handle: u64,
    value: T::Shape,
}

/// So that a struct which has an `Owned` can derive `Debug`. An `Owned` holds a value only inside of a region:
/// its view, [`OwnedView`], shows that.
impl<T: Content + ?Sized> fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owned").finish_non_exhaustive()
    }
}

// SAFETY: both sides are a lock, a u64 and no elements of an array, in `repr(C)`; any bytes are valid.
unsafe impl<T: Content + ?Sized> SharedLayout for Owned<T> {
    type View<A: Access> = OwnedView<T, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Owned",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live { role: T::ROLE, fields: Self::FIELDS },
    );
}

impl<T: Content + ?Sized> Owned<T> {
    const FIELDS: &'static [FieldLayout] = match T::SHAPE_LAYOUT {
        Some(_) => &[Self::LOCK, Self::HANDLE, Self::VALUE],
        None => &[Self::LOCK, Self::HANDLE],
    };
    const LOCK: FieldLayout =
        FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT);
    const HANDLE: FieldLayout =
        FieldLayout::new("handle", offset_of!(Self, handle), <u64 as SharedLayout>::LAYOUT);
    /// So that the schema says what is kept.
    const VALUE: FieldLayout = match T::SHAPE_LAYOUT {
        Some(layout) => FieldLayout::new("value", offset_of!(Self, value), layout),
        None => Self::HANDLE,
    };
}

// A zeroed place is an empty one.
impl<T: Content + ?Sized> ValidZeroed for Owned<T> {}

impl<T: Content + ?Sized> Placeable for Owned<T> {}
