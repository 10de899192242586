//! [`Difference`]: where two schemas differ, and the two side by side, for people.

use std::collections::{HashMap, VecDeque};

use super::model::{Node, NodeKind, Schema, Variant};
use super::types::{Field, Type, TypeKind};

/// Equal rows shown before the first difference.
const BEFORE: usize = 4;
/// Rows shown after the first difference.
const AFTER: usize = 10;

/// The first difference between two layouts, with the rows around it.
///
/// Its `Display` form is a table with the first difference marked:
///
/// ```text
///     in the region               in this program
///          0  f64  temperature         0  f64  temperature
///   >      8  u32  hits                8  u64  hits
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub(super) rows: Vec<Row>,
    pub(super) first: usize,
    pub(super) hidden_before: usize,
    pub(super) more_after: bool,
}

/// One line of the comparison: a place in both layouts, or in the one that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub(super) found: Option<Cell>,
    pub(super) expected: Option<Cell>,
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) offset: u64,
    pub(super) ty: String,
    pub(super) path: String,
    /// The type without names, which are not part of a layout.
    bare: String,
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        (self.offset, &self.bare, &self.path) == (other.offset, &other.bare, &other.path)
    }
}

impl Eq for Cell {}

impl Difference {
    /// Compares the schema of a region with the one that a program expects; `None` if they agree.
    #[must_use]
    pub fn between(found: &Schema, expected: &Schema) -> Option<Self> {
        (found != expected).then(|| Self::of_unequal(found, expected))
    }

    /// Compares two schemas that are known to differ.
    pub fn of_unequal(found: &Schema, expected: &Schema) -> Self {
        let mut comparison = Comparison::new(found, expected);
        comparison.compare("", (found.root(), 0), (expected.root(), 0));
        let Comparison { rows, first, hidden, full, .. } = comparison;
        Self {
            // Types of unknown kinds may differ in bytes that no row shows: mark the last row.
            first: first.unwrap_or(rows.len().saturating_sub(1)),
            rows: rows.into(),
            hidden_before: hidden,
            more_after: full,
        }
    }

    /// Returns the path of the first field that differs, such as `pose.heading`; empty if the whole value
    /// differs.
    #[must_use]
    pub fn path(&self) -> &str {
        self.first().path()
    }

    /// Returns the rows that its `Display` form shows: some that are equal, the first difference, and what follows it.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the row of the first difference.
    #[must_use]
    pub fn first(&self) -> &Row {
        &self.rows[self.first]
    }
}

impl Row {
    /// Whether the two layouts differ here: in offset, type or name, or because one of them has nothing
    /// here.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.found != self.expected
    }

    /// Returns the path of the place; where the two sides have different names, the region's.
    #[must_use]
    pub fn path(&self) -> &str {
        self.found.as_ref().or(self.expected.as_ref()).map_or("", |cell| &cell.path)
    }

    /// Returns the offset and the type that the region has here, if it has anything.
    #[must_use]
    pub fn found(&self) -> Option<(u64, &str)> {
        self.found.as_ref().map(|cell| (cell.offset, cell.ty.as_str()))
    }

    /// Returns the offset and the type that the program has here, if it has anything.
    #[must_use]
    pub fn expected(&self) -> Option<(u64, &str)> {
        self.expected.as_ref().map(|cell| (cell.offset, cell.ty.as_str()))
    }
}

/// A type at an offset from the start of the whole value.
type Placed<'a> = (Type<'a>, u64);

/// Walks two schemas together, descending only where they differ, until enough rows follow the first
/// difference. The work is bounded by the fields up to there, however often types repeat.
struct Comparison {
    /// For each type of both schemas, a number that is equal for equal structures.
    identity: [Vec<u32>; 2],
    rows: VecDeque<Row>,
    first: Option<usize>,
    hidden: usize,
    full: bool,
}

impl Comparison {
    fn new(found: &Schema, expected: &Schema) -> Self {
        let mut known = HashMap::new();
        let identity = [number(found, &mut known), number(expected, &mut known)];
        Self { identity, rows: VecDeque::new(), first: None, hidden: 0, full: false }
    }

    fn same(&self, found: Type<'_>, expected: Type<'_>) -> bool {
        let [left, right] = &self.identity;
        left[found.index() as usize] == right[expected.index() as usize]
    }

    fn push(&mut self, found: Option<Cell>, expected: Option<Cell>) {
        if self.first.is_some_and(|first| self.rows.len() > first + AFTER) {
            self.full = true;
            return;
        }
        let differs = found != expected;
        self.rows.push_back(Row { found, expected });
        if self.first.is_some() {
            return;
        }
        if self.rows.len() > BEFORE + 1 {
            self.rows.pop_front();
            self.hidden += 1;
        }
        if differs {
            self.first = Some(self.rows.len() - 1);
        }
    }

    fn compare(&mut self, path: &str, found: Placed<'_>, expected: Placed<'_>) {
        let same_root = path.is_empty() && alike_structs(found.0, expected.0);
        if !same_root {
            self.push(Some(Cell::of(path, found)), Some(Cell::of(path, expected)));
        }
        if self.full || self.same(found.0, expected.0) {
            return;
        }
        match (found.0.kind(), expected.0.kind()) {
            (
                TypeKind::Struct { .. } | TypeKind::Live { .. },
                TypeKind::Struct { .. } | TypeKind::Live { .. },
            ) => self.structs(path, found, expected),
            (TypeKind::Enum { variants: left, .. }, TypeKind::Enum { variants: right, .. }) => {
                self.enums(path, (left, found.1), (right, expected.1));
            }
            (
                TypeKind::Array { element: left, .. } | TypeKind::Slice { element: left },
                TypeKind::Array { element: right, .. } | TypeKind::Slice { element: right },
            ) if !self.same(left, right) => {
                self.compare(&format!("{path}[_]"), (left, found.1), (right, expected.1));
            }
            _ => {}
        }
    }

    /// Compares the fields of two structs: by name if both have it, or else by position.
    fn structs(&mut self, path: &str, found: Placed<'_>, expected: Placed<'_>) {
        let left: Vec<Field<'_>> = found.0.fields().collect();
        let right: Vec<Field<'_>> = expected.0.fields().collect();
        let left_names = positions(left.iter().map(|field| field.name()));
        let right_names = positions(right.iter().map(|field| field.name()));
        let (mut l, mut r) = (0, 0);
        while !self.full && (l < left.len() || r < right.len()) {
            let step = step(
                left.get(l).map(|field| is_ahead(&right_names, field.name(), r)),
                right.get(r).map(|field| is_ahead(&left_names, field.name(), l)),
            );
            let a = step.found.then(|| left[l]);
            let b = step.expected.then(|| right[r]);
            self.fields(path, (a, found.1), (b, expected.1));
            l += usize::from(step.found);
            r += usize::from(step.expected);
        }
        let end = |(ty, at): Placed<'_>| {
            let text = format!("end, align {}", ty.align());
            Cell::with_text(path.to_owned(), at.saturating_add(ty.size()), text)
        };
        self.push(Some(end(found)), Some(end(expected)));
    }

    fn fields(
        &mut self,
        path: &str,
        (found, found_at): (Option<Field<'_>>, u64),
        (expected, expected_at): (Option<Field<'_>>, u64),
    ) {
        let place = |field: Field<'_>, at: u64| {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{}", field.name());
            let offset = at.saturating_add(field.offset());
            (path, offset)
        };
        if let (Some(a), Some(b)) = (found, expected) {
            if a.name() == b.name() {
                let ((path, left), (_, right)) = (place(a, found_at), place(b, expected_at));
                return self.compare(&path, (a.ty(), left), (b.ty(), right));
            }
        }
        let cell = |field: Option<Field<'_>>, at| {
            field.map(|field| {
                let (path, offset) = place(field, at);
                Cell::of(&path, (field.ty(), offset))
            })
        };
        self.push(cell(found, found_at), cell(expected, expected_at));
    }

    fn enums(&mut self, path: &str, found: (&[Variant], u64), expected: (&[Variant], u64)) {
        for position in 0..found.0.len().max(expected.0.len()) {
            if self.full {
                return;
            }
            let cell = |(variants, offset): (&[Variant], u64)| {
                variants.get(position).map(|variant| {
                    let text = format!("= {}", variant.discriminant());
                    Cell::with_text(format!("{path}::{}", variant.name()), offset, text)
                })
            };
            self.push(cell(found), cell(expected));
        }
    }
}

/// The sides that advance by a field.
struct Step {
    found: bool,
    expected: bool,
}

/// `Some(true)`: the other side also has this side's next field, at or after its position.
fn step(found_is_ahead: Option<bool>, expected_is_ahead: Option<bool>) -> Step {
    match (found_is_ahead, expected_is_ahead) {
        // Only this side has it, and this side has the other one's next field later.
        (Some(false), Some(true)) | (Some(_), None) => Step { found: true, expected: false },
        (Some(true), Some(false)) | (None, _) => Step { found: false, expected: true },
        // The same field, a renamed one, or two that were swapped.
        (Some(_), Some(_)) => Step { found: true, expected: true },
    }
}

fn positions<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    names.enumerate().map(|(position, name)| (name, position)).collect()
}

fn is_ahead(positions: &HashMap<&str, usize>, name: &str, from: usize) -> bool {
    positions.get(name).is_some_and(|&position| position >= from)
}

/// Whether both are structs, either plain or with the same role.
fn alike_structs(found: Type<'_>, expected: Type<'_>) -> bool {
    match (found.kind(), expected.kind()) {
        (TypeKind::Struct { .. }, TypeKind::Struct { .. }) => true,
        (TypeKind::Live { role: found, .. }, TypeKind::Live { role: expected, .. }) => {
            found == expected
        }
        _ => false,
    }
}

/// Numbers the types of a schema so that equal structures, of any schema, have equal numbers.
pub(super) fn number(schema: &Schema, known: &mut HashMap<Node, u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = Vec::with_capacity(schema.nodes.len());
    for node in &schema.nodes {
        let next = known.len() as u32;
        let number = *known.entry(with_children(node, &numbers)).or_insert(next);
        numbers.push(number);
    }
    numbers
}

fn with_children(node: &Node, numbers: &[u32]) -> Node {
    let number = |index: u32| numbers[index as usize];
    let mut node = node.clone();
    if let NodeKind::Array { element, .. } | NodeKind::Slice { element } = &mut node.kind {
        *element = number(*element);
    }
    node.kind.fields_mut().iter_mut().for_each(|field| field.ty = number(field.ty));
    node
}

impl Cell {
    fn of(path: &str, (ty, offset): Placed<'_>) -> Self {
        let (bare, ty) = (ty.without_notes().to_string(), ty.to_string());
        Self { offset, ty, path: path.to_owned(), bare }
    }

    /// A line that is not about a type.
    fn with_text(path: String, offset: u64, text: String) -> Self {
        Self { offset, bare: text.clone(), ty: text, path }
    }
}
