//! From a schema to rows: each field, what is inside it, and the gaps between.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;

use serde::{Serialize, Serializer};
use shm_schema::layout::Role;
use shm_schema::schema::TypeKind;

use crate::noted::{Identity, Noted};
use crate::path;
use crate::type_names::TypeNames;

/// One line of the picture: some bytes, and what they are.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    pub(crate) what: What,
    /// How many structs it is inside of.
    pub(crate) depth: usize,
    pub(crate) offset: u64,
    /// Of a slice: 0.
    pub(crate) size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// From the start of the whole: `pose.slots[0].value.x`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) ty: Option<Text>,
    /// Of an array: how many elements it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
    /// Of an array or a slice: the type of what it has, arrays in arrays looked through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) element: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<&'a str>,
    /// Whether rows about its parts follow, and of what.
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

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// A field.
    Field,
    /// Unused, between two fields of a struct.
    Hole,
    /// Unused, behind the last field of a struct.
    Padding,
    /// Unused, between or behind the working parts of a live type: it keeps apart what different
    /// processes write.
    Spacing,
}

/// What the rows about the parts of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Inside {
    /// There are none: it has no parts.
    Nothing,
    /// Its own parts follow.
    Parts,
    /// The parts of its first element follow.
    FirstElement,
    /// It is of a type whose parts were shown before.
    AsBefore,
}

/// Every row about `root`, in the order of the bytes. A type's parts are shown where it first occurs:
/// that bounds the rows by the fields in the schema, however often its types are used.
pub(crate) fn rows<'a>(root: Noted<'a>, names: &TypeNames<'_>) -> Vec<Row<'a>> {
    let (seen, texts) = (HashSet::new(), HashMap::new());
    let mut walk = Walk { names, seen, texts, rows: Vec::new() };
    let at = Place { offset: 0, depth: 0, path: String::new(), working: false };
    if matches!(root.ty.kind(), TypeKind::Struct) {
        walk.structure(root, &at);
    } else {
        walk.value(root, "", None, &at);
    }
    walk.rows
}

/// The field of a `Latest` whose elements keep apart what is in them.
pub(super) const SLOTS: &str = "slots";

struct Walk<'n, 't, 'a> {
    names: &'n TypeNames<'t>,
    seen: HashSet<Identity>,
    texts: HashMap<Identity, Text>,
    rows: Vec<Row<'a>>,
}

/// Where a value stands.
struct Place {
    offset: u64,
    depth: usize,
    path: String,
    /// Whether it is a working part of a live type: a slot.
    working: bool,
}

impl<'a> Walk<'_, '_, 'a> {
    fn text(&mut self, noted: Noted<'a>) -> Text {
        let text = || Text(self.names.text(noted).into());
        self.texts.entry(noted.identity()).or_insert_with(text).clone()
    }

    /// The fields of a struct, and the gaps between them.
    fn structure(&mut self, noted: Noted<'a>, at: &Place) {
        let working = at.working || noted.ty.role().is_some();
        let (hole, padding) =
            if working { (What::Spacing, What::Spacing) } else { (What::Hole, What::Padding) };
        let mut end = 0;
        for part in noted.fields() {
            let (name, start) = (part.name, part.offset);
            self.gap(hole, end, start, at);
            let place = Place {
                offset: at.offset.saturating_add(start),
                depth: at.depth,
                path: path::of_part(&at.path, name),
                working: noted.ty.role() == Some(Role::Latest) && name == SLOTS,
            };
            let unit = Some(part.unit()).filter(|unit| !unit.is_empty());
            self.value(part.ty, name, unit, &place);
            end = start.saturating_add(part.ty.ty.size());
        }
        self.gap(padding, end, noted.ty.size(), at);
    }

    fn gap(&mut self, what: What, from: u64, to: u64, at: &Place) {
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
            inside: Inside::Nothing,
        });
    }

    /// A row, and those about what is inside.
    fn value(&mut self, noted: Noted<'a>, name: &'a str, unit: Option<&'a str>, at: &Place) {
        let (element, index) = innermost(noted);
        let structure = element.filter(|ty| matches!(ty.ty.kind(), TypeKind::Struct));
        let inside = match structure {
            None => Inside::Nothing,
            Some(ty) if ty.fields().len() == 0 => Inside::Nothing,
            Some(ty) if self.seen.contains(&ty.identity()) => Inside::AsBefore,
            Some(_) if index.is_empty() => Inside::Parts,
            Some(_) => Inside::FirstElement,
        };
        let count = match noted.ty.kind() {
            TypeKind::Array { len, .. } => Some(len),
            _ => None,
        };
        let ty = self.text(noted);
        let of_elements = element.filter(|_| !index.is_empty()).map(|ty| self.text(ty));
        self.rows.push(Row {
            what: What::Field,
            depth: at.depth,
            offset: at.offset,
            size: noted.ty.size(),
            name: Some(name),
            path: Some(at.path.clone()),
            ty: Some(ty),
            count,
            element: of_elements,
            unit,
            inside,
        });
        if let (Some(ty), Inside::Parts | Inside::FirstElement) = (structure, inside) {
            self.seen.insert(ty.identity());
            let path = format!("{}{index}", at.path);
            let place = Place { depth: at.depth + 1, path, ..*at };
            self.structure(ty, &place);
        }
    }
}

/// What an array, or an array of arrays, has as its first element of all, and the index of it; the
/// type itself if it is no array. `None` for an array without elements.
fn innermost(noted: Noted<'_>) -> (Option<Noted<'_>>, String) {
    let (mut ty, mut index) = (noted, String::new());
    while let Some(element) = ty.element() {
        if matches!(ty.ty.kind(), TypeKind::Array { len: 0, .. }) {
            return (None, index);
        }
        index.push_str("[0]");
        ty = element;
    }
    (Some(ty), index)
}
