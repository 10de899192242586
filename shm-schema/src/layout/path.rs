//! Follows paths through a layout, also in constants.

use super::{FieldLayout, Kind, Layout, Role};
use crate::path::{Cursor, Path, Segment, Step};

/// The target of a path: its distance from the start, and its layout.
type Target = (usize, &'static Layout);

impl Layout {
    /// Returns the offset in bytes of the target of a path: `"hits"`, `"pose.x"`, `"samples[3]"`,
    /// `"poses[2..].y"`; see [`Layout::find`]. In a `const` a wrong path is a compile error.
    ///
    /// # Panics
    /// If the path has no target; [`Layout::find`] returns `None` instead.
    ///
    /// ```
    /// # use shm_core::SharedLayout;
    /// # #[derive(SharedLayout)] #[repr(C)] struct Pose { x: f64, y: f64 }
    /// # #[derive(SharedLayout)] #[repr(C)] struct Robot { id: u32, poses: [Pose; 4] }
    /// const Y2: usize = Robot::LAYOUT.offset_of("poses[2].y");
    /// assert_eq!(Y2, 8 + 2 * 16 + 8);
    /// ```
    #[must_use]
    pub const fn offset_of(&'static self, path: &str) -> usize {
        match self.find(path) {
            Some((offset, _)) => offset,
            None => panic!("the layout has no field of this name"),
        }
    }

    /// Returns the field with this name, if there is one. A name, not a path.
    #[must_use]
    pub const fn field(&self, name: &str) -> Option<&'static FieldLayout> {
        find_field(self.fields(), name)
    }

    /// Returns the offset and the layout of the target of a path, or `None`. The [grammar](crate::path) and
    /// the meaning of a path are the same as for access by name:
    ///
    /// - `""` is the whole value.
    /// - The value in a `Mutex`, an `RwLock`, a `Watched`, a `Latest` or a `Ring` is named as if it were there directly; for
    ///   the last two that is the value in the first slot.
    /// - A range names several elements: the offset is that of the first, the layout that of each.
    /// - An index is less than the array's length. A run-time length is not known here, so any index
    ///   resolves.
    ///
    /// A layout is about memory, not values, so the slots of a `Latest` or `Ring` have paths of their own
    /// here: `pose.slots[1].value`.
    #[must_use]
    pub const fn find(&'static self, path: &str) -> Option<(usize, &'static Layout)> {
        let (mut target, mut cursor) = ((0, self), Cursor::of(path));
        loop {
            let (segment, rest) = match cursor.next() {
                Step::End => return Some(target),
                Step::Segment(segment, rest) => (segment, rest),
                Step::Wrong(..) => return None,
            };
            cursor = rest;
            let found = match segment {
                Segment::Name(wanted) => match newest(target.1, wanted, cursor) {
                    Some(rest) => {
                        cursor = rest;
                        enter(target)
                    }
                    None => name(target, wanted),
                },
                Segment::Index(index) => element(target, index, index, false),
                // An entry of a map lies in the heap.
                Segment::Key(_) => return None,
                Segment::Range { start, end } => {
                    let start = match start {
                        Some(start) => start,
                        None => 0,
                    };
                    match end {
                        Some(end) => element(target, start, end, true),
                        None => element(target, start, start, true),
                    }
                }
            };
            let Some(found) = found else { return None };
            target = found;
        }
    }

    /// Returns the path of the innermost field or element that covers `offset`, such as `poses[3].mode`,
    /// with its layout. `None` if `offset` falls into padding or after the end.
    #[must_use]
    pub fn path_at(&'static self, offset: usize) -> Option<(Path, &'static Layout)> {
        let mut path = Path::new();
        let (mut layout, mut rest) = (self, offset);
        loop {
            match layout.kind {
                Kind::Live { role: Role::Latest | Role::Ring, fields: [.., slots] }
                    if slots.offset <= rest =>
                {
                    let slot = slots.layout.element()?;
                    // The path continues in the value, whatever the version.
                    (layout, rest) =
                        (slot.fields().first()?.layout, (rest - slots.offset) % slot.size);
                }
                // What it keeps is elsewhere: it is one field, to which an error about the value belongs.
                Kind::Live { role, .. } if role.needs_heap() => {
                    return (rest < layout.size).then_some((path, layout));
                }
                Kind::Struct { fields } | Kind::Live { fields, .. } => {
                    let field = fields.iter().rev().find(|f| f.offset <= rest && f.spans(rest))?;
                    path.push(Segment::Name(field.name));
                    (layout, rest) = (field.layout, rest - field.offset);
                }
                Kind::Array { element, .. } | Kind::Slice { element } => {
                    let index = rest.checked_div(element.size)?;
                    path.push(Segment::Index(index as u64));
                    (layout, rest) = (element, rest % element.size);
                }
                _ => return (rest < layout.size).then_some((path, layout)),
            }
        }
    }
}

impl Layout {
    /// Whether the word at `offset` is a handle, by which something in the value owns a block of the heap.
    #[must_use]
    pub fn has_handle_at(&self, offset: usize) -> bool {
        let (mut layout, mut rest) = (self, offset);
        loop {
            match layout.kind {
                Kind::Live { role, fields } if role.needs_heap() => {
                    let mut parts = role.parts().iter().zip(fields);
                    return parts.any(|((_, kind), part)| kind.is_place() && part.offset == rest);
                }
                Kind::Struct { fields } | Kind::Live { fields, .. } => {
                    let within = |f: &&FieldLayout| f.offset <= rest && f.spans(rest);
                    let Some(field) = fields.iter().rev().find(within) else { return false };
                    (layout, rest) = (field.layout, rest - field.offset);
                }
                Kind::Array { .. } if rest >= layout.size => return false,
                Kind::Array { element, .. } | Kind::Slice { element } => {
                    let Some(within) = rest.checked_rem(element.size) else { return false };
                    (layout, rest) = (element, within);
                }
                _ => return false,
            }
        }
    }

    /// Returns the element of an array or slice.
    const fn element(&self) -> Option<&'static Self> {
        match self.kind {
            Kind::Array { element, .. } | Kind::Slice { element } => Some(element),
            _ => None,
        }
    }
}

impl FieldLayout {
    /// Whether the field covers `offset`, counted from the start of the struct.
    fn spans(&self, offset: usize) -> bool {
        matches!(self.layout.kind, Kind::Slice { .. }) || offset - self.offset < self.layout.size
    }
}

/// Returns the rest after `slots[..].value`, the path from a `Latest` or `Ring` to its newest value.
const fn newest<'p>(layout: &Layout, name: &str, cursor: Cursor<'p>) -> Option<Cursor<'p>> {
    let Kind::Live { role: Role::Latest | Role::Ring, .. } = layout.kind else { return None };
    if !equal(name.as_bytes(), b"slots") {
        return None;
    }
    let Step::Segment(Segment::Range { start: None, end: None }, rest) = cursor.next() else {
        return None;
    };
    match rest.next() {
        Step::Segment(Segment::Name(name), rest) if equal(name.as_bytes(), b"value") => Some(rest),
        _ => None,
    }
}

/// Returns the field with this name: a part of a live type or, if it has no such part, of its value.
const fn name(mut target: Target, wanted: &str) -> Option<Target> {
    loop {
        if let Some(field) = find_field(target.1.fields(), wanted) {
            return Some((target.0 + field.offset, field.layout));
        }
        match enter(target) {
            Some(value) => target = value,
            None => return None,
        }
    }
}

/// Returns the element at `start` of an array or slice, if it and all up to `end` can exist.
const fn element(mut target: Target, start: u64, end: u64, is_range: bool) -> Option<Target> {
    loop {
        match target.1.kind {
            Kind::Array { element, len } => {
                let fits = start < len as u64 || is_range && start == len as u64;
                return match fits && start <= end && end <= len as u64 {
                    true => at(target.0, element, start),
                    false => None,
                };
            }
            Kind::Slice { element } if start <= end => return at(target.0, element, start),
            Kind::Live { .. } => match enter(target) {
                Some(value) => target = value,
                None => return None,
            },
            _ => return None,
        }
    }
}

/// Returns the element with that index, of those that start at `offset`.
const fn at(offset: usize, element: &'static Layout, index: u64) -> Option<Target> {
    if index > usize::MAX as u64 {
        return None;
    }
    let Some(skipped) = (index as usize).checked_mul(element.size) else { return None };
    match offset.checked_add(skipped) {
        Some(offset) => Some((offset, element)),
        None => None,
    }
}

/// Returns the value in a live type, if it has one.
const fn enter((offset, layout): Target) -> Option<Target> {
    let Kind::Live { role, fields } = layout.kind else { return None };
    let (Role::Mutex | Role::RwLock | Role::Watched | Role::Latest | Role::Ring, [.., part]) =
        (role, fields)
    else {
        return None;
    };
    let offset = offset + part.offset;
    match (role, part.layout.element()) {
        (Role::Latest | Role::Ring, Some(slot)) => match slot.fields() {
            [value, ..] => Some((offset + value.offset, value.layout)),
            [] => None,
        },
        (Role::Latest | Role::Ring, None) => None,
        _ => Some((offset, part.layout)),
    }
}

const fn find_field(fields: &'static [FieldLayout], name: &str) -> Option<&'static FieldLayout> {
    let mut i = 0;
    while i < fields.len() {
        if equal(fields[i].name.as_bytes(), name.as_bytes()) {
            return Some(&fields[i]);
        }
        i += 1;
    }
    None
}

const fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}
