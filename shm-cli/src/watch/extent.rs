//! The extent of a value that is read: only the part that is shown.

use shm_core::schema::TypeKind;
use shm_core::{ReadOnly, dynamic::FieldPath};

/// The largest number of elements of an array that are shown.
const ELEMENTS: u64 = 8;

/// The largest number of bytes of an array that are read.
const ARRAY_BYTES: u64 = 4096;

/// The largest number of bytes of a text that are read unless it was requested.
const TEXT_BYTES: u64 = 1 << 16;

/// The extent to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// None here: fields are places of their own, or there are none.
    Fields,
    /// One value.
    Value,
    /// The first elements of many.
    First {
        /// The number shown.
        shown: u64,
        /// The number in all.
        len: u64,
    },
    /// Too much to show unless requested.
    TooMuch,
}

impl Extent {
    /// The extent of a place. If `asked` for by its own name, a text is read whatever its
    /// length.
    pub(crate) fn of(place: &FieldPath<ReadOnly>, asked: bool) -> Self {
        let ty = place.ty();
        if place.is_entry() {
            return Self::Value;
        }
        match (place.count(), ty.kind()) {
            (Some(len), _) => Self::array(len, ty.size()),
            (None, TypeKind::Array { element, len }) => Self::array(len, element.size()),
            (None, TypeKind::Struct { .. }) => Self::Fields,
            (None, TypeKind::Marker) => Self::Fields,
            _ if ty.size() > TEXT_BYTES && !asked => Self::TooMuch,
            _ => Self::Value,
        }
    }

    fn array(len: u64, element: u64) -> Self {
        let affordable = ARRAY_BYTES.checked_div(element).unwrap_or(ELEMENTS);
        match affordable.min(ELEMENTS) {
            shown if shown >= len => Self::Value,
            0 => Self::TooMuch,
            shown => Self::First { shown, len },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_array_is_read_whole_and_of_a_long_one_the_start() {
        assert_eq!(Extent::array(8, 4), Extent::Value);
        assert_eq!(Extent::array(0, 4), Extent::Value);
        assert_eq!(Extent::array(9, 4), Extent::First { shown: 8, len: 9 });
        assert_eq!(Extent::array(1 << 40, 0), Extent::First { shown: 8, len: 1 << 40 });
    }

    #[test]
    fn fewer_large_elements_are_read_or_none() {
        assert_eq!(Extent::array(100, 1000), Extent::First { shown: 4, len: 100 });
        assert_eq!(Extent::array(2, 4096), Extent::First { shown: 1, len: 2 });
        assert_eq!(Extent::array(100, 4097), Extent::TooMuch);
        assert_eq!(Extent::array(1, u64::MAX), Extent::TooMuch);
    }
}
