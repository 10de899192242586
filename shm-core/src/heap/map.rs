//! [`Map`]: values in the heap, found by their keys.

use std::fmt;
use std::mem::offset_of;

use super::content::Content;
use super::map_view::MapView;
use super::owned::Owned;
use crate::access::Access;
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::placeable::Placeable;
use crate::protocol::heap::map::{NEXT, TABLE};
use crate::shared_layout::{SharedLayout, ValidZeroed};

/// In a struct: a map from keys to values, which lies in the region's [heap](crate::heap). Its view is
/// [`MapView`].
///
/// Keys and values are plain data, as in a [`Latest`](crate::Latest), or of any length: `str` and `[T]`. They
/// are kept inline, key and value in one block, so that a value needs no place of its own.
///
/// An entry is replaced as a whole and read as a whole. Readers take no lock, write nothing and work on
/// read-only maps; they never miss a key that is always there, also while the map grows. One process at a
/// time changes the map. If it dies, anywhere, the key that it was about to change has the old value or the
/// new one, and all others are as they were. A struct with a `Map` can derive `Debug`.
///
/// ```
/// use shm_core::{Map, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(C)]
/// struct Job { state: u32, progress: f32 }
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Board { by_id: Map<u64, Job>, notes: Map<str, str> }
///
/// let board = Region::<Board>::options().heap_max(1 << 20).private()?;
/// board.by_id.insert(&7, &Job { state: 1, progress: 0.5 })?;
/// board.by_id.update(&7, |job| {
///     if let Some(job) = job {
///         job.progress = 0.75;
///     }
/// })?;
/// assert_eq!(board.by_id.get(&7)?, Some(Job { state: 1, progress: 0.75 }));
/// assert!(board.by_id.remove(&7)?);
///
/// board.notes.insert("Ada", "will be late")?;
/// assert_eq!(board.notes.get("Ada")?.as_deref(), Some("will be late"));
/// assert_eq!(board.notes.get("Charles")?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Equality of keys
///
/// Two keys are the same if their bytes are, as the region stores them; padding is zero there. So a `0.0` and
/// a `-0.0` are two keys, and a NaN is found again if it has the same bits. Texts are compared byte by byte,
/// too: no case folding, no normalisation.
///
/// # Limits
///
/// The hash of a key is the same in every process, and part of the format. Whoever chooses keys can choose
/// them so that operations take as long as there are keys.
#[repr(C)]
pub struct Map<K: Content + ?Sized, V: Content + ?Sized> {
    lock: u32,
    table: u64,
    next: u64,
    key: K::Shape,
    value: V::Shape,
}

/// So that a struct which has a `Map` can derive `Debug`. A `Map` has entries only inside of a region: its
/// view, [`MapView`], shows them.
impl<K: Content + ?Sized, V: Content + ?Sized> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map").finish_non_exhaustive()
    }
}

// SAFETY: both sides are a lock, two u64 and no elements of two arrays, in `repr(C)`; any bytes are valid.
unsafe impl<K: Content + ?Sized, V: Content + ?Sized> SharedLayout for Map<K, V> {
    type View<A: Access> = MapView<K, V, A>;
    const LAYOUT: &'static Layout = &Layout::new(
        "Map",
        size_of::<Self>(),
        align_of::<Self>(),
        Kind::Live { role: Role::Map, fields: Self::FIELDS },
    );
}

impl<K: Content + ?Sized, V: Content + ?Sized> Map<K, V> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("lock", offset_of!(Self, lock), <u32 as SharedLayout>::LAYOUT),
        FieldLayout::new("table", offset_of!(Self, table), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("next", offset_of!(Self, next), <u64 as SharedLayout>::LAYOUT),
        FieldLayout::new("key", offset_of!(Self, key), Shape::<K>::LAYOUT),
        FieldLayout::new("value", offset_of!(Self, value), Shape::<V>::LAYOUT),
    ];
}

/// The layout of no keys, or of no values.
struct Shape<T: Content + ?Sized>(std::marker::PhantomData<T>);

impl<T: Content + ?Sized> Shape<T> {
    /// Text and slices are given as no elements of what owns them elsewhere: they have no layout of their own.
    const LAYOUT: &'static Layout = match T::ROLE {
        Role::Owned => T::SHAPE_LAYOUT.expect("a plain value has one"),
        _ => &Layout::new(
            "array",
            0,
            align_of::<Owned<T>>(),
            Kind::Array { element: <Owned<T> as SharedLayout>::LAYOUT, len: 0 },
        ),
    };
}

// Where the protocol expects them.
const _: () = assert!(offset_of!(Map<u8, u8>, table) as u64 == TABLE);
const _: () = assert!(offset_of!(Map<u8, u8>, next) as u64 == NEXT);

// A zeroed map is an empty one.
impl<K: Content + ?Sized, V: Content + ?Sized> ValidZeroed for Map<K, V> {}

impl<K: Content + ?Sized, V: Content + ?Sized> Placeable for Map<K, V> {}
