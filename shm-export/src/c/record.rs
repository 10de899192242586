//! The structs of a header: their definitions, and the assertions that prove their layout.

use shm_schema::schema::{Type, TypeKind};

use super::naming::{Naming, members};
use super::storage::{cells, lines, slots_in_words};
use super::write::comment;
use crate::catalog::{Catalog, Context, Item};
use crate::kinds;
use crate::part::Part;
use crate::type_names::TypeNames;

/// A struct with a name in C.
pub(super) struct Record<'a> {
    pub(super) name: String,
    /// Its type in Rust, and its documentation.
    title: String,
    fields: Vec<Part<'a>>,
    /// The comments of the fields that have bytes.
    comments: Vec<String>,
    size: u64,
    align: u32,
    /// Whether it is the variant behind locks.
    pub(super) guarded: bool,
    /// Whether its fields may be written in place.
    pub(super) writable: bool,
    /// Whether it occurs only in private copies.
    pub(super) copied: bool,
}

/// Returns the structs of a catalog, parts before wholes, the root last: if that is not a struct, it is
/// wrapped in one, as the field `value`.
pub(super) fn all<'a>(
    root: Type<'a>,
    catalog: &Catalog<'a>,
    naming: &mut Naming<'_>,
) -> Vec<Record<'a>> {
    let mut records = Vec::new();
    for item in &catalog.items {
        if matches!(item.ty.kind(), TypeKind::Enum { .. }) {
            continue;
        }
        for guarded in [false, true] {
            let needed = if guarded {
                item.contexts.has(Context::Guarded)
            } else {
                item.contexts.has_unguarded()
            };
            if needed {
                let name = naming.ty(item.ty, guarded).to_owned();
                records.push(Record::of_item(item, name, guarded, &catalog.names));
            }
        }
    }
    if !root.is_plain_struct() {
        let mut whole = Record::wrapping(
            root,
            naming.prefix.clone(),
            "the contents of the region",
            &catalog.names,
        );
        whole.writable = true;
        records.push(whole);
    }
    records
}

impl<'a> Record<'a> {
    fn of_item(item: &Item<'a>, name: String, guarded: bool, names: &TypeNames<'_>) -> Self {
        let ty = item.ty;
        let doc = ty.doc();
        Self {
            name,
            title: if doc.is_empty() { names.text(ty) } else { doc.to_owned() },
            comments: comments(Part::all(ty), names),
            fields: Part::all(ty).collect(),
            size: ty.size(),
            align: ty.align(),
            guarded,
            writable: !guarded && item.contexts.has(Context::Shared),
            copied: !guarded
                && !item.contexts.has(Context::Shared)
                && !item.contexts.has(Context::Watched)
                && item.contexts.has(Context::Copied),
        }
    }

    /// A struct of one field, `value`, for a type without a name in C.
    pub(super) fn wrapping(
        value: Type<'a>,
        name: String,
        what: &str,
        names: &TypeNames<'_>,
    ) -> Self {
        let field = Part::alone("value", value);
        Self {
            name,
            title: format!("{what}: {}", names.text(value)),
            comments: comments([field].into_iter(), names),
            fields: vec![field],
            size: value.size(),
            align: value.align(),
            guarded: false,
            writable: false,
            copied: false,
        }
    }

    /// The fields and the names of their members.
    pub(super) fn members(&self) -> Vec<(String, Part<'a>)> {
        let names = members(self.fields.iter().map(|part| part.name));
        names.into_iter().zip(self.fields.iter().copied()).collect()
    }

    /// The definition, and a proof of each offset.
    pub(super) fn definition(&self, naming: &Naming<'_>) -> String {
        let name = &self.name;
        if self.size == 0 {
            // C has no struct without members: an incomplete type is enough to point to.
            return format!("{}typedef struct {name} {name};\n\n", comment(0, &self.title));
        }
        let with_room: Vec<&Part<'a>> =
            self.fields.iter().filter(|part| part.ty.size() > 0).collect();
        let cells = cells(naming, &self.fields, self.guarded, 4);
        let mut text = comment(0, &self.title);
        text.push_str(&format!(
            "typedef struct {name} {{\n{}}} {name};\n\n",
            lines(&cells, &self.comments, self.size, self.align, 4)
        ));
        let mut assert = |fact: &str| {
            text.push_str(&naming.fill(&format!("@P@_ASSERT_({fact}, \"layout\");\n")));
        };
        assert(&format!("sizeof({name}) == {}", self.size));
        assert(&format!("alignof({name}) == {}", self.align));
        for (cell, part) in cells.iter().zip(with_room) {
            let (member, offset, size) = (&cell.name, cell.offset, part.ty.size());
            assert(&format!("offsetof({name}, {member}) == {offset}"));
            assert(&format!("sizeof((({name} *)0)->{member}) == {size}"));
            for (path, offset) in inner(part.ty) {
                let offset = part.offset + offset;
                assert(&format!("offsetof({name}, {}{path}) == {offset}", cell.name));
            }
        }
        text.push('\n');
        text
    }
}

/// The comments of the fields that have bytes.
fn comments<'a>(fields: impl Iterator<Item = Part<'a>>, names: &TypeNames<'_>) -> Vec<String> {
    let with_room = fields.filter(|field| field.ty.size() > 0);
    with_room.map(|field| comment(4, &names.about(&field))).collect()
}

/// The parts of a live type, which is a struct without a name: how to reach them, and their offsets.
fn inner(ty: Type<'_>) -> Vec<(String, u64)> {
    let (mut element, mut path) = (ty, String::new());
    while let Some(TypeKind::Array { element: inside, .. }) = kinds::of(element) {
        element = inside;
        path.push_str("[0]");
    }
    if element.live().is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in Part::all(element).filter(|part| part.ty.size() > 0) {
        let here = format!("{path}.{}", part.name);
        found.push((here.clone(), part.offset));
        // Slots are words, whatever they contain.
        if slots_in_words(element, part.name).is_none() {
            let deeper = inner(part.ty).into_iter();
            found.extend(deeper.map(|(path, offset)| (here.clone() + &path, part.offset + offset)));
        }
    }
    found
}
