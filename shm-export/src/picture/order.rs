//! The bytes that another order of fields would save.

use serde::Serialize;
use shm_schema::schema::{Field, Schema, Type, TypeKind};

use crate::type_names::TypeNames;

/// A struct that is smaller with its fields in another order.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    /// The struct.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Its size in that order, with the types of its fields unchanged.
    pub(crate) best_size: u64,
    /// The names of its fields in that order.
    pub(crate) fields: Vec<String>,
}

/// Every struct of a schema that another order makes smaller. Live types have the order that they
/// need.
pub(crate) fn better(names: &TypeNames<'_>) -> Vec<Order> {
    let better = names.named().filter_map(|(name, ty)| {
        let fields = best_order(ty)?;
        let best_size = size(ty, fields.iter().copied(), &|part| part.size());
        let fields = fields.iter().map(|field| field.name().to_owned()).collect();
        let order = Order { ty: name.to_owned(), size: ty.size(), best_size, fields };
        (best_size < ty.size()).then_some(order)
    });
    better.collect()
}

/// The size of the whole with every struct in its best order.
pub(crate) fn best_size(schema: &Schema) -> u64 {
    let mut best: Vec<u64> = Vec::new();
    for ty in schema.types() {
        let known = |part: Type<'_>| best[part.index() as usize];
        let size = match ty.kind() {
            TypeKind::Array { element, len } => known(element).saturating_mul(len),
            TypeKind::Struct { .. } | TypeKind::Live { .. } => match best_order(ty) {
                Some(fields) => size(ty, fields.into_iter(), &known).min(ty.size()),
                None => size(ty, ty.fields(), &known).min(ty.size()),
            },
            _ => ty.size(),
        };
        best.push(size);
    }
    best.last().copied().unwrap_or_default()
}

/// The fields by falling alignment. Every size is a multiple of its alignment, so this leaves no
/// holes, and padding only where every order needs it. `None` if that is the order that they
/// have, or if the struct needs the one that it has.
fn best_order(ty: Type<'_>) -> Option<Vec<Field<'_>>> {
    let mut fields: Vec<Field<'_>> = ty.fields().collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    // A part whose length is known only at run time stays at the end.
    let sized = fields.len() - usize::from(ty.has_tail());
    fields[..sized].sort_by_key(|field| std::cmp::Reverse(field.ty().align()));
    let moved = fields.iter().map(|field| field.name()).ne(names);
    (moved && ty.is_plain_struct()).then_some(fields)
}

/// The size of a struct as C lays it out, with parts of these sizes.
fn size<'a>(
    ty: Type<'_>,
    fields: impl Iterator<Item = Field<'a>>,
    size_of: &dyn Fn(Type<'a>) -> u64,
) -> u64 {
    let up = |end: u64, align: u32| end.checked_next_multiple_of(u64::from(align)).unwrap_or(end);
    let end = fields
        .fold(0, |end: u64, field| up(end, field.ty().align()).saturating_add(size_of(field.ty())));
    up(end, ty.align())
}
