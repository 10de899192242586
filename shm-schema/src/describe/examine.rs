//! Whether a region can be created with a schema that came from elsewhere.

use super::rules::{self, Facts};
use crate::live::{self, Live};
use crate::path::{Path, Segment};
use crate::schema::{Schema, SchemaError, Type, TypeKind};

const FROM_LATER: rules::Fault = rules::Fault {
    cause: "is known to later versions of this library only",
    help: "update this program",
};
const MALFORMED: rules::Fault = rules::Fault {
    cause: "is not made as that type is",
    help: "the program that wrote this schema has a bug",
};

/// Applies to a schema the rules that hold for types described in words.
pub(super) fn examine(schema: &Schema) -> Result<(), SchemaError> {
    let mut examination = Examination { known: vec![None; schema.types().len()] };
    let root = schema.root();
    let facts = examination.look(root, &Path::new())?;
    facts.expect_root().map_err(|fault| unsuitable(root, &Path::new(), fault))
}

struct Examination {
    /// What is known of each type, by its index: a type used twice on each of many levels is looked
    /// at once.
    known: Vec<Option<Facts>>,
}

impl Examination {
    /// What a type can be used for; recursion is bounded, as schemas are not deep.
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
            TypeKind::Struct => self.structure(ty, path)?,
            TypeKind::Marker | TypeKind::CText { .. } => Facts::LEAF,
            TypeKind::Unknown { .. } => {
                return Err(unsuitable(ty, path, FROM_LATER));
            }
            TypeKind::Ordered { packed: true, .. } => Facts::LEAF,
            _ if ty.size() > 8 => Facts::WIDE,
            _ => Facts::LEAF,
        };
        self.known[index] = Some(facts);
        Ok(facts)
    }

    fn structure(&mut self, ty: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        let live = live::of(ty).ok_or_else(|| unsuitable(ty, path, MALFORMED))?;
        let (value, facts) = match live {
            Live::Plain => return self.fields(ty, path),
            Live::Counted { .. } => return Ok(Facts::COUNTED),
            Live::Event | Live::Once { .. } => return Ok(Facts::LIVE),
            Live::Mutex { value, .. } => (value.ty(), self.look(value.ty(), path)?.mutex()),
            Live::Watched { value, .. } => (value.ty(), self.look(value.ty(), path)?.watched()),
            Live::Latest(_, value) => (value, self.look(value, path)?.latest()),
        };
        facts.map_err(|fault| unsuitable(value, path, fault))
    }

    fn fields(&mut self, ty: Type<'_>, path: &Path) -> Result<Facts, SchemaError> {
        let mut facts = Facts::LEAF;
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
    let rules::Fault { cause: fault, help } = fault;
    SchemaError::Unsuitable { path: path.to_string(), found: ty.to_string(), fault, help }
}
