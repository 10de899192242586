//! From a schema to rows: each field, its parts, and the gaps between.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;

use serde::{Serialize, Serializer};
use shm_schema::layout::Role;
use shm_schema::schema::{Type, TypeKind};

use crate::kinds;
use crate::path;
use crate::type_names::TypeNames;

/// One line of the picture: some bytes, and their meaning.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) what: Meaning,
    /// The number of structs that it is inside.
    pub(crate) depth: usize,
    pub(crate) offset: u64,
    /// 0 for a slice.
    pub(crate) size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// From the start of the whole: `pose.slots[0].value.x`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) ty: Option<Text>,
    /// The number of elements of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
    /// The type of the elements of an array or a slice; of nested arrays, that of the innermost elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) element: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<&'a str>,
    /// The field beside it whose lock guards it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guarded_by: Option<&'a str>,
    /// The rows about its parts that follow, if any.
    pub(crate) inside: Inside,
}

/// The text of a type, one for all rows that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(Rc<str>);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// The meaning of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Meaning {
    /// A field.
    Field,
    /// Unused, between two fields of a struct.
    Hole,
    /// Unused, after the last field of a struct.
    Padding,
    /// Unused, between or after the working parts of a live type: it separates words that different
    /// processes write.
    Spacing,
}

/// The rows about the parts of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Inside {
    /// No rows: it has no parts.
    Nothing,
    /// Its own parts follow.
    Parts,
    /// The parts of its first element follow.
    FirstElement,
    /// No rows: the parts of its type were shown before.
    AsBefore,
}

/// Returns every row about `root`, in the order of the bytes. A type's parts are shown where it first occurs:
/// that bounds the rows by the fields in the schema, however often its types are used.
pub(crate) fn rows<'a>(root: Type<'a>, names: &TypeNames<'_>) -> Vec<Row<'a>> {
    let (seen, texts) = (HashSet::new(), HashMap::new());
    let mut walk = RowWalk { names, seen, texts, rows: Vec::new() };
    let at = Position { offset: 0, depth: 0, path: String::new(), working: false };
    if matches!(root.kind(), TypeKind::Struct { .. } | TypeKind::Live { .. }) {
        walk.structure(root, &at);
    } else {
        walk.value(root, "", (None, None), &at);
    }
    walk.rows
}

/// Whether a part of a live type is its slots, whose padding is the library's.
pub(super) fn is_slots(ty: Type<'_>, part: &str) -> bool {
    match ty.role() {
        Some(Role::Latest | Role::Ring | Role::Queue) => part == "slots",
        Some(Role::PerProcess) => matches!(part, "retired" | "rows"),
        _ => false,
    }
}

struct RowWalk<'n, 't, 'a> {
    names: &'n TypeNames<'t>,
    seen: HashSet<Type<'a>>,
    texts: HashMap<Type<'a>, Text>,
    rows: Vec<Row<'a>>,
}

/// The place of a value.
struct Position {
    offset: u64,
    depth: usize,
    path: String,
    /// Whether it is a working part of a live type: a slot.
    working: bool,
}

impl<'a> RowWalk<'_, '_, 'a> {
    fn text(&mut self, ty: Type<'a>) -> Text {
        let text = || Text(self.names.text(ty).into());
        self.texts.entry(ty).or_insert_with(text).clone()
    }

    /// The fields of a struct, and the gaps between them.
    fn structure(&mut self, ty: Type<'a>, at: &Position) {
        let working = at.working || ty.role().is_some();
        let (hole, padding) = if working {
            (Meaning::Spacing, Meaning::Spacing)
        } else {
            (Meaning::Hole, Meaning::Padding)
        };
        let mut end = 0;
        for part in ty.fields() {
            let (name, start) = (part.name(), part.offset());
            self.gap(hole, end, start, at);
            let place = Position {
                offset: at.offset.saturating_add(start),
                depth: at.depth,
                path: path::of_part(&at.path, name),
                working: is_slots(ty, name),
            };
            let note = |text: &'a str| Some(text).filter(|text| !text.is_empty());
            self.value(part.ty(), name, (note(part.unit()), note(part.guarded_by())), &place);
            end = start.saturating_add(part.ty().size());
        }
        self.gap(padding, end, ty.size(), at);
    }

    fn gap(&mut self, what: Meaning, from: u64, to: u64, at: &Position) {
        if from >= to {
            return;
        }
        self.rows.push(Row {
            what,
            depth: at.depth,
            offset: at.offset.saturating_add(from),
            size: to - from,
            name: None,
            path: None,
            ty: None,
            count: None,
            element: None,
            unit: None,
            guarded_by: None,
            inside: Inside::Nothing,
        });
    }

    /// A row, with the unit and the lock of the field, and those about what is inside.
    fn value(
        &mut self,
        ty: Type<'a>,
        name: &'a str,
        (unit, guarded_by): (Option<&'a str>, Option<&'a str>),
        at: &Position,
    ) {
        let (element, index) = innermost(ty);
        let structure = element.filter(|ty| ty.is_plain_struct() || ty.live().is_some());
        let inside = match structure {
            None => Inside::Nothing,
            Some(ty) if ty.fields().len() == 0 => Inside::Nothing,
            Some(ty) if self.seen.contains(&ty) => Inside::AsBefore,
            Some(_) if index.is_empty() => Inside::Parts,
            Some(_) => Inside::FirstElement,
        };
        let count = match ty.kind() {
            TypeKind::Array { len, .. } => Some(len),
            _ => None,
        };
        let text = self.text(ty);
        let of_elements = element.filter(|_| !index.is_empty()).map(|ty| self.text(ty));
        self.rows.push(Row {
            what: Meaning::Field,
            depth: at.depth,
            offset: at.offset,
            size: ty.size(),
            name: Some(name),
            path: Some(at.path.clone()),
            ty: Some(text),
            count,
            element: of_elements,
            unit,
            guarded_by,
            inside,
        });
        if let (Some(ty), Inside::Parts | Inside::FirstElement) = (structure, inside) {
            self.seen.insert(ty);
            let path = format!("{}{index}", at.path);
            let place = Position { depth: at.depth + 1, path, ..*at };
            self.structure(ty, &place);
        }
    }
}

/// Returns the first innermost element of an array, or of nested arrays, and its index; the type itself
/// if it is not an array. `None` for an array without elements.
fn innermost(ty: Type<'_>) -> (Option<Type<'_>>, String) {
    let (mut ty, mut index) = (ty, String::new());
    while let Some(element) = kinds::element(ty) {
        if matches!(ty.kind(), TypeKind::Array { len: 0, .. }) {
            return (None, index);
        }
        index.push_str("[0]");
        ty = element;
    }
    (Some(ty), index)
}
