//! Paths: `pose.x`, `samples[3]`, `poses[1].mode`, resolved against a layout, in constants too.

use super::{FieldLayout, Kind, Layout, Role};

impl Layout {
    /// The offset in bytes of a field, found by its path: `"hits"`, `"pose.x"`, `"samples[3]"`.
    /// In a `const` a wrong path is a compile error.
    ///
    /// # Panics
    /// If the layout has no such field; [`Layout::find`] returns `None` instead.
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

    /// The field of this name, if there is one. No path: one name.
    #[must_use]
    pub const fn field(&self, name: &str) -> Option<&'static FieldLayout> {
        find_field(self.fields(), name.as_bytes(), 0, name.len())
    }

    /// The offset and the layout of what a path names, or `None`. An index may be at most the
    /// array's length less one; a run-time length is not known here, so any index resolves.
    #[must_use]
    pub const fn find(&'static self, path: &str) -> Option<(usize, &'static Layout)> {
        let path = path.as_bytes();
        let mut layout = self;
        let mut offset = 0_usize;
        let mut at = 0;
        let mut expect_name = true;
        while at < path.len() {
            if path[at] == b'[' {
                let Some((index, next)) = parse_index(path, at + 1) else { return None };
                let Some(element) = element_at(layout, index) else { return None };
                let Some(skipped) = index.checked_mul(element.size) else { return None };
                let Some(sum) = offset.checked_add(skipped) else { return None };
                (offset, layout, at, expect_name) = (sum, element, next, false);
                continue;
            }
            if !expect_name {
                if path[at] != b'.' {
                    return None;
                }
                at += 1;
            }
            let end = name_end(path, at);
            let Some(field) = find_field(layout.fields(), path, at, end) else { return None };
            (offset, layout, at, expect_name) = (offset + field.offset, field.layout, end, false);
        }
        if expect_name { None } else { Some((offset, layout)) }
    }

    /// The path of the innermost field or element that covers `offset`, such as `poses[3].mode`,
    /// with its layout. `None` if `offset` falls into padding or behind the end.
    #[must_use]
    pub fn path_at(&'static self, offset: usize) -> Option<(String, &'static Layout)> {
        let mut path = String::new();
        let (mut layout, mut rest) = (self, offset);
        loop {
            match layout.kind {
                Kind::Live { role: Role::Latest, fields: [.., slots] } if slots.offset <= rest => {
                    let slot = slots.layout.element()?;
                    // Whichever version it is: the path goes on in the value.
                    (layout, rest) =
                        (slot.fields().first()?.layout, (rest - slots.offset) % slot.size);
                }
                Kind::Struct { fields } | Kind::Live { fields, .. } => {
                    let field = fields.iter().rev().find(|f| f.offset <= rest && f.spans(rest))?;
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(field.name);
                    (layout, rest) = (field.layout, rest - field.offset);
                }
                Kind::Array { element, .. } | Kind::Slice { element } => {
                    let index = rest.checked_div(element.size)?;
                    path.push_str(&format!("[{index}]"));
                    (layout, rest) = (element, rest % element.size);
                }
                _ => return (rest < layout.size).then_some((path, layout)),
            }
        }
    }
}

impl Layout {
    /// The element of an array or slice.
    const fn element(&self) -> Option<&'static Self> {
        match self.kind {
            Kind::Array { element, .. } | Kind::Slice { element } => Some(element),
            _ => None,
        }
    }
}

impl FieldLayout {
    /// Whether the field reaches as far as `offset`, counted from the start of the struct.
    fn spans(&self, offset: usize) -> bool {
        matches!(self.layout.kind, Kind::Slice { .. }) || offset - self.offset < self.layout.size
    }
}

/// The element type of an array or slice, if `index` can be inside.
const fn element_at(layout: &'static Layout, index: usize) -> Option<&'static Layout> {
    match layout.kind {
        Kind::Array { element, len } if index < len => Some(element),
        Kind::Slice { element } => Some(element),
        _ => None,
    }
}

/// Reads `123]` at `at`; the value and the position behind the bracket.
const fn parse_index(path: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let start = at;
    let mut value = 0_usize;
    while at < path.len() && path[at].is_ascii_digit() {
        let Some(shifted) = value.checked_mul(10) else { return None };
        let Some(sum) = shifted.checked_add((path[at] - b'0') as usize) else { return None };
        (value, at) = (sum, at + 1);
    }
    if at == start || at == path.len() || path[at] != b']' {
        return None;
    }
    Some((value, at + 1))
}

const fn name_end(path: &[u8], mut at: usize) -> usize {
    while at < path.len() && path[at] != b'.' && path[at] != b'[' {
        at += 1;
    }
    at
}

const fn find_field(
    fields: &'static [FieldLayout],
    path: &[u8],
    start: usize,
    end: usize,
) -> Option<&'static FieldLayout> {
    let mut i = 0;
    while i < fields.len() {
        if bytes_equal(fields[i].name.as_bytes(), path, start, end) {
            return Some(&fields[i]);
        }
        i += 1;
    }
    None
}

const fn bytes_equal(name: &[u8], path: &[u8], start: usize, end: usize) -> bool {
    if name.len() != end - start {
        return false;
    }
    let mut i = 0;
    while i < name.len() {
        if name[i] != path[start + i] {
            return false;
        }
        i += 1;
    }
    true
}
