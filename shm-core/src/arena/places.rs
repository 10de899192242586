//! [`Places`]: which words of a value may be handles.

use std::sync::Arc;

use crate::layout::Layout;
use crate::schema::Schema;

/// The layout by which this process accesses the value of a region.
#[derive(Clone, Debug)]
pub(crate) enum Places {
    /// That of a type in this program.
    Layout(&'static Layout),
    /// The region's own.
    Schema(Arc<Schema>),
}

impl Places {
    /// Returns whether this process may access the 8 bytes at an offset in the value as one word: whether
    /// they are a handle by the layout, or after everything that the layout has. What comes after it are
    /// fields that only other programs have, and which this one accesses in no other way.
    pub(super) fn has_handle_at(&self, offset: u64) -> bool {
        match self {
            Self::Layout(layout) => {
                let is_after = !layout.has_tail() && offset >= layout.size() as u64;
                is_after || layout.has_handle_at(offset as usize)
            }
            Self::Schema(schema) => {
                let root = schema.root();
                let is_after = !root.has_tail() && offset >= root.size();
                is_after || root.has_handle_at(offset)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Owned, SharedLayout};

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Note {
        number: u32,
        text: Owned<str>,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Board {
        hits: u64,
        title: Owned<str>,
        notes: [Note; 3],
        last: u64,
        number: Owned<u8>,
    }

    #[test]
    fn only_handles_and_what_other_programs_have_are_words_of_eight_bytes() {
        let layout = Board::LAYOUT;
        let offset = |path: &str| layout.offset_of(path) as u64;
        let mut handles = vec![offset("title.handle"), offset("number.handle")];
        handles.extend((0..3).map(|note| offset(&format!("notes[{note}].text.handle"))));
        let schema = Arc::new(Schema::of(layout).unwrap());
        for places in [Places::Layout(layout), Places::Schema(schema)] {
            for at in (0..layout.size() as u64 + 64).step_by(8) {
                let expected = handles.contains(&at) || at >= layout.size() as u64;
                assert_eq!(places.has_handle_at(at), expected, "at {at}");
            }
        }
    }

    #[test]
    fn handles_in_a_slice_are_found_at_any_length() {
        let layout = <[Note] as crate::traits::Root>::ROOT_LAYOUT;
        let schema = Arc::new(Schema::of(layout).unwrap());
        for places in [Places::Layout(layout), Places::Schema(schema)] {
            for at in (0..5 * size_of::<Note>() as u64).step_by(8) {
                let expected = at % size_of::<Note>() as u64 == 16;
                assert_eq!(places.has_handle_at(at), expected, "at {at}");
            }
        }
    }
}
