//! The number of available bytes that an overlay takes.

use super::map::Wanted;
use crate::error::Error;
use crate::layout::Kind;
use crate::root::{Root, Tail};
use crate::schema::{Schema, TypeKind};

/// The length of the part that has a run-time length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// As many whole elements as fit; none, for a type without such a part.
    ToTheEnd,
    /// This many elements.
    Elements(usize),
}

/// The number of bytes from the start of the overlay on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// This many. The bytes after them up to the next multiple of the alignment are also memory: they
    /// are in the same page.
    InPages(u64),
    /// This many, and not a byte more may be touched.
    Exactly(usize),
    /// Unknown until the kernel maps them.
    Unknown,
}

/// The type that is laid over the bytes, as far as the extent depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    size: usize,
    align: usize,
    tail: Option<Tail>,
}

impl Shape {
    fn of<T: Root + ?Sized>() -> Self {
        Self { size: T::ROOT_LAYOUT.size(), align: T::ROOT_LAYOUT.align(), tail: T::TAIL }
    }

    /// The shape of the value that a schema describes; `None` if no memory can hold it.
    pub(super) fn described(schema: &Schema) -> Option<Self> {
        let root = schema.root();
        let (size, align) = (usize::try_from(root.size()).ok()?, root.align() as usize);
        let last = root.fields().next_back();
        let (offset, slice) = last.map_or((0, root), |last| (last.offset(), last.ty()));
        let tail = match slice.kind() {
            TypeKind::Slice { element } => Some(Tail {
                offset: usize::try_from(offset).ok()?,
                stride: usize::try_from(element.size()).ok()?,
                align,
            }),
            _ => None,
        };
        Some(Self { size, align, tail })
    }
}

/// The size of an overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes, including the padding at the end.
    pub(super) size: usize,
    /// Elements of the part with a run-time length.
    pub(super) tail_len: usize,
}

/// The part of a file or segment that an overlay is to take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) offset: u64,
    pub(super) length: Length,
    pub(super) writable: bool,
}

impl Request {
    /// The extent of a `T` there, if it fits; `label` is for the error.
    pub(super) fn extent<T: Root + ?Sized>(
        self,
        label: &str,
        room: impl FnOnce() -> Result<Room, String>,
    ) -> Result<Extent, Error> {
        let extent = self.extent_of(Shape::of::<T>(), room);
        extent.map_err(|fault| bad::<T>(label, self.offset, fault))
    }

    /// The extent of a type of that shape there, if it fits; the error describes the fault.
    pub(super) fn extent_of(
        self,
        shape: Shape,
        room: impl FnOnce() -> Result<Room, String>,
    ) -> Result<Extent, String> {
        let align = shape.align as u64;
        if self.offset % align != 0 {
            return Err(format!("its alignment is {align}; give a multiple of that"));
        }
        shape.extent(self.length, room()?)
    }

    pub(super) fn wanted(self, extent: Extent) -> Wanted {
        Wanted { offset: self.offset, size: extent.size, writable: self.writable }
    }
}

/// The extent of an overlay of `T`; the error describes the fault.
pub(super) fn of<T: Root + ?Sized>(length: Length, room: Room) -> Result<Extent, String> {
    Shape::of::<T>().extent(length, room)
}

impl Shape {
    fn extent(self, length: Length, room: Room) -> Result<Extent, String> {
        let Some(tail) = self.tail else {
            expect_room(self.size, room)?;
            return Ok(Extent { size: self.size, tail_len: 0 });
        };
        let tail_len = match length {
            Length::Elements(len) => len,
            Length::ToTheEnd => elements(tail, room)?,
        };
        let size = tail.size_for(tail_len);
        let size =
            size.ok_or_else(|| format!("{tail_len} elements are more than memory can hold"))?;
        // Cannot overflow: padding was added above.
        let used = tail.offset + tail_len * tail.stride;
        expect_room(if matches!(room, Room::InPages(_)) { used } else { size }, room)?;
        Ok(Extent { size, tail_len })
    }
}

fn expect_room(needed: usize, room: Room) -> Result<(), String> {
    let found = match room {
        Room::InPages(found) => found,
        Room::Exactly(found) => found as u64,
        Room::Unknown => return Ok(()),
    };
    if needed as u64 <= found {
        return Ok(());
    }
    Err(format!("it needs {needed} bytes, found {found}"))
}

/// The number of whole elements that fit.
fn elements(tail: Tail, room: Room) -> Result<usize, String> {
    let found = match room {
        Room::InPages(found) => usize::try_from(found).unwrap_or(usize::MAX),
        // Excluding the padding, which must fit as well.
        Room::Exactly(found) => found - found % tail.align,
        Room::Unknown => {
            return Err(
                "the number of available bytes is unknown: give a length, with the function \
                 whose name ends in `_with_len`"
                    .to_owned(),
            );
        }
    };
    let rest = found.checked_sub(tail.offset);
    let rest = rest.ok_or_else(|| {
        format!("it needs {} bytes before its first element, found {found}", tail.offset)
    })?;
    rest.checked_div(tail.stride).ok_or_else(|| {
        "its elements have no size, so any number of them would fit: give a length".to_owned()
    })
}

/// The error for a `T` that does not fit at `offset`.
pub(super) fn bad<T: Root + ?Sized>(region: &str, offset: u64, fault: String) -> Error {
    let type_name = match T::ROOT_LAYOUT.kind() {
        Kind::Slice { element } => format!("[{}]", element.name()),
        _ => T::ROOT_LAYOUT.name().to_owned(),
    };
    Error::BadOverlay { region: region.to_owned(), type_name, offset, fault }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SharedLayout;

    /// 12 bytes before the first element, aligned to 8.
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Message {
        time: u64,
        len: u32,
        bytes: [u16],
    }

    fn len_of(room: Room) -> Option<usize> {
        of::<Message>(Length::ToTheEnd, room).ok().map(|extent| extent.tail_len)
    }

    #[test]
    fn an_overlay_takes_whole_elements_and_leaves_the_rest() {
        let lens = [11, 12, 13, 14, 15, 16, 17].map(|found| len_of(Room::InPages(found)));
        assert_eq!(lens, [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]);
    }

    #[test]
    fn the_callers_memory_is_not_touched_past_its_end_not_even_as_padding() {
        let lens = [15, 16, 23, 24].map(|found| len_of(Room::Exactly(found)));
        assert_eq!(lens, [None, Some(2), Some(2), Some(6)]);
        for found in 0..100 {
            let extent = of::<Message>(Length::ToTheEnd, Room::Exactly(found));
            assert!(extent.is_err() || extent.is_ok_and(|extent| extent.size <= found));
        }
    }

    #[test]
    fn a_requested_length_must_fit() {
        let asked = |len, room| of::<Message>(Length::Elements(len), room).map(|e| e.size);
        assert_eq!(asked(1, Room::InPages(14)), Ok(16));
        assert!(asked(2, Room::InPages(15)).unwrap_err().contains("needs 16 bytes, found 15"));
        assert!(asked(1, Room::Exactly(14)).unwrap_err().contains("needs 16 bytes, found 14"));
        assert_eq!(asked(1000, Room::Unknown), Ok(2016));
        assert!(asked(usize::MAX / 2, Room::Unknown).unwrap_err().contains("more than memory"));
    }

    #[test]
    fn a_size_that_determines_no_length_asks_for_one() {
        let empty =
            of::<[std::marker::PhantomData<u8>]>(Length::ToTheEnd, Room::InPages(8)).unwrap_err();
        assert!(empty.contains("give a length"), "{empty}");
        let unknown = of::<[u8]>(Length::ToTheEnd, Room::Unknown).unwrap_err();
        assert!(unknown.contains("`_with_len`"), "{unknown}");
        assert_eq!(of::<u32>(Length::ToTheEnd, Room::Unknown).map(|e| e.size), Ok(4));
    }
}
