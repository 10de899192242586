//! The same layout as a dtype of numpy: `np.dtype({"names": .., "formats": .., "offsets": ..,
//! "itemsize": ..})`.

use serde_json::{Value, json};
use shm_schema::layout::{Endian, ScalarKind};
use shm_schema::schema::{Field, Schema, Type, TypeKind};

use super::model::{ByteOrder, Tail};
use crate::tail;

/// A struct with more entries than this, those inside it included, is given as bytes: types can be
/// nested so that writing each out where it occurs would exhaust memory.
const MAX_ENTRIES: u64 = 10_000;

/// The dtype of the whole, up to the part whose length is known at run time; `None` if there is nothing else.
pub(super) fn fixed(schema: &Schema, order: ByteOrder) -> Option<Value> {
    let root = schema.root();
    let slice = matches!(root.kind(), TypeKind::Slice { .. });
    (!slice).then(|| Dtypes::of(schema, order).dtype(root))
}

/// The part whose length is known at run time: its start, and its elements.
pub(super) fn tail(schema: &Schema, order: ByteOrder) -> Option<Tail> {
    let (offset, element) = tail::of(schema.root())?;
    Some(Tail { offset, dtype: Dtypes::of(schema, order).dtype(element) })
}

struct Dtypes {
    /// `<` or `>`.
    native: char,
    /// The number of entries of each type when written out.
    entries: Vec<u64>,
}

impl Dtypes {
    fn of(schema: &Schema, order: ByteOrder) -> Self {
        let mut entries: Vec<u64> = Vec::new();
        for ty in schema.types() {
            let of = |part: Type<'_>| entries[part.index() as usize];
            let inside = match ty.kind() {
                TypeKind::Array { element, .. } | TypeKind::Slice { element } => of(element),
                _ => ty.fields().fold(0, |sum: u64, field| sum.saturating_add(of(field.ty()))),
            };
            entries.push(inside.saturating_add(1));
        }
        Self { native: if order == ByteOrder::Big { '>' } else { '<' }, entries }
    }

    fn dtype(&self, ty: Type<'_>) -> Value {
        match ty.kind() {
            TypeKind::Struct { .. } | TypeKind::Live { .. }
                if self.entries[ty.index() as usize] <= MAX_ENTRIES =>
            {
                self.structure(ty)
            }
            TypeKind::Array { .. } => self.array(ty),
            TypeKind::Scalar(scalar)
            | TypeKind::NonZero { scalar, .. }
            | TypeKind::Enum { repr: scalar, .. } => json!(scalar_text(scalar, self.native)),
            TypeKind::Ordered { scalar, order, .. } => {
                json!(scalar_text(scalar, if order == Endian::Big { '>' } else { '<' }))
            }
            TypeKind::CText { capacity } => json!(format!("S{capacity}")),
            _ => json!(format!("V{}", ty.size())),
        }
    }

    /// Fields of no bytes are left out: numpy has none.
    fn structure(&self, ty: Type<'_>) -> Value {
        let fields = || ty.fields().filter(|field| field.ty().size() > 0);
        json!({
            "names": fields().map(Field::name).collect::<Vec<_>>(),
            "formats": fields().map(|field| self.dtype(field.ty())).collect::<Vec<_>>(),
            "offsets": fields().map(Field::offset).collect::<Vec<_>>(),
            "itemsize": ty.size(),
        })
    }

    /// `(2, 3)<f4`; with elements that have no text form, the pair of element and shape.
    fn array(&self, ty: Type<'_>) -> Value {
        let (mut shape, mut element) = (Vec::new(), ty);
        while let TypeKind::Array { element: inner, len } = element.kind() {
            shape.push(len);
            element = inner;
        }
        match self.dtype(element) {
            Value::String(text) => {
                let last = if shape.len() == 1 { "," } else { "" };
                let shape: Vec<String> = shape.iter().map(u64::to_string).collect();
                json!(format!("({}{last}){text}", shape.join(", ")))
            }
            element => json!([element, shape]),
        }
    }
}

fn scalar_text(scalar: ScalarKind, order: char) -> String {
    match scalar {
        ScalarKind::Bool => "|b1".to_owned(),
        // A numpy character is four bytes of UCS-4.
        ScalarKind::Char => format!("{order}U1"),
        ScalarKind::U128 | ScalarKind::I128 => "V16".to_owned(),
        _ => {
            let letter = match scalar {
                ScalarKind::F32 | ScalarKind::F64 => 'f',
                _ if scalar.is_signed() => 'i',
                _ => 'u',
            };
            let order = if scalar.size() == 1 { '|' } else { order };
            format!("{order}{letter}{}", scalar.size())
        }
    }
}
