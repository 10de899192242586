//! Checks whether a region can be created with a schema from elsewhere.

use super::rules::{self, Facts};
use crate::layout::Role;
use crate::path::{Path, Segment};
use crate::schema::{Held, Live, Schema, SchemaError, Type, TypeKind, Unknown};

const FROM_LATER: rules::Fault = rules::Fault {
    cause: "is defined only by later versions of this library",
    help: "update this program",
};
const MALFORMED: rules::Fault = rules::Fault {
    cause: "does not have the parts of that type",
    help: "the program that wrote this schema has a bug",
};

/// Applies the rules for types described in words to a schema.
pub(super) fn examine(schema: &Schema) -> Result<(), SchemaError> {
    let mut examination = Examination { known: vec![None; schema.types().len()] };
    let root = schema.root();
    let facts = examination.look(root, &Path::new())?;
    facts.expect_root().map_err(|fault| unsuitable(root, &Path::new(), fault))
}

struct Examination {
    /// The known facts about each type, by its index: a type used twice on each of many levels is
    /// examined once.
    known: Vec<Option<Facts>>,
}

impl Examination {
    /// Returns the allowed uses of a type. Recursion is bounded: the depth of a schema is.
    fn look(&mut self, ty: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        let index = ty.index() as usize;
        if let Some(facts) = self.known[index] {
            return Ok(facts);
        }
        let facts = match ty.kind() {
            TypeKind::Array { element, .. } => {
                let path = path.with(Segment::ALL);
                let facts = self.look(element, &path)?.array();
                facts.map_err(|fault| unsuitable(element, &path, fault))?
            }
            TypeKind::Slice { element } => {
                let path = path.with(Segment::ALL);
                let facts = self.look(element, &path)?.slice();
                facts.map_err(|fault| unsuitable(element, &path, fault))?
            }
            TypeKind::Struct { .. } => self.fields(ty, path)?,
            TypeKind::Live { .. } => self.live(ty, path)?,
            TypeKind::Marker | TypeKind::CText { .. } => Facts::LEAF,
            TypeKind::Unknown(Unknown { role: Some(role), .. }) => {
                return Err(refused(role.name(), path, MALFORMED));
            }
            TypeKind::Unknown(Unknown { role: None, .. }) => {
                return Err(unsuitable(ty, path, FROM_LATER));
            }
            TypeKind::Ordered { packed: true, .. } => Facts::LEAF,
            _ if ty.size() > 8 => Facts::WIDE,
            _ => Facts::LEAF,
        };
        self.known[index] = Some(facts);
        Ok(facts)
    }

    fn live(&mut self, ty: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        if ty.live().and_then(Live::counted).is_some() {
            return Ok(Facts::COUNTED);
        }
        if let Some(contents) = ty.live().and_then(Live::contents) {
            let Some(element) = contents.element else { return Ok(Facts::CONTENTS) };
            let inside = self.look(element, path)?.vector();
            return inside.map_err(|fault| unsuitable(element, path, fault));
        }
        if let Some(queue) = ty.live().and_then(Live::queue) {
            let inside = self.look(queue.value, path)?.queue();
            return inside.map_err(|fault| unsuitable(queue.value, path, fault));
        }
        if let Some(rows) = ty.live().and_then(Live::rows) {
            let inside = self.look(rows.row, path)?.rows();
            return inside.map_err(|fault| unsuitable(rows.row, path, fault));
        }
        if let Some((key, value)) = ty.live().and_then(Live::entry) {
            return self.part(key, path).and_then(|_| self.part(value, path));
        }
        if let Some(kept) = ty.live().and_then(Live::kept) {
            return self.kept(ty, kept, path);
        }
        let Some(value) = ty.live().and_then(Live::value) else { return Ok(Facts::LIVE) };
        let inside = self.look(value.ty, path)?;
        let facts = match value.held {
            Held::Guarded { .. } | Held::Shared(_) => inside.mutex(),
            Held::Watched { .. } => inside.watched(),
            Held::Copied(_) => inside.versioned(),
        };
        facts.map_err(|fault| unsuitable(value.ty, path, fault))
    }

    /// The keys or the values of a map: texts and slices are given as what owns them elsewhere.
    fn part(&mut self, part: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        match part.role() {
            Some(Role::OwnedText | Role::OwnedSlice) => self.look(part, path),
            _ => self.kept(part, part, path),
        }
    }

    /// An `Owned` of values of a type.
    fn kept(&mut self, ty: Type<'_>, kept: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        let mut inside = self.look(kept, path)?;
        if ty.role() == Some(Role::OwnedSlice) {
            inside = inside.slice().map_err(|fault| unsuitable(kept, path, fault))?;
        }
        if kept.size() == 0 {
            return Err(unsuitable(kept, path, rules::NO_VALUE));
        }
        inside.owned().map_err(|fault| unsuitable(kept, path, fault))
    }

    fn fields(&mut self, ty: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        let mut facts = if ty.has_contents() { Facts::WHOLE } else { Facts::LEAF };
        for field in ty.fields() {
            let path = path.with(Segment::Name(field.name()));
            let part = self.look(field.ty(), &path)?;
            let sum = facts.with_field(part);
            facts = sum.map_err(|fault| unsuitable(field.ty(), &path, fault))?;
        }
        Ok(facts)
    }
}

fn unsuitable(ty: Type<'_>, path: &Path, fault: rules::Fault) -> SchemaError {
    refused(&ty.to_string(), path, fault)
}

fn refused(found: &str, path: &Path, fault: rules::Fault) -> SchemaError {
    let rules::Fault { cause: fault, help } = fault;
    SchemaError::Unsuitable { path: path.to_string(), found: found.to_owned(), fault, help }
}
