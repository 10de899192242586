//! Checks types: each alone, all together, and their canonical order.

use std::collections::{HashMap, HashSet};

use super::error::{SchemaError, TypeFault};
use super::model::{Member, Node, NodeKind, Variant};
use crate::kind::ScalarKind;
use crate::limits::{MAX_ALIGN, MAX_DEPTH, MAX_PARTS, MAX_PATH_LEN};

/// Checks every type, then their order.
pub(super) fn all(nodes: &[Node]) -> Result<(), SchemaError> {
    let found = nodes.iter().map(parts).sum();
    if found > u64::from(MAX_PARTS) {
        return Err(SchemaError::PartCount { found, limit: u64::from(MAX_PARTS) });
    }
    let mut extents: Vec<Extent> = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let seen = Seen { nodes: &nodes[..index], is_root: index + 1 == nodes.len() };
        let checked = seen.check(node).and_then(|()| Extent::of(node, &extents));
        extents.push(checked.map_err(|fault| SchemaError::in_type(index as u32, fault))?);
    }
    each_once(nodes)?;
    in_order(nodes)
}

/// The types before the one that is being checked.
struct Seen<'a> {
    nodes: &'a [Node],
    is_root: bool,
}

impl Seen<'_> {
    fn child(&self, index: u32) -> Result<&Node, TypeFault> {
        self.nodes.get(index as usize).ok_or(TypeFault::Child { found: index })
    }

    /// A child of known size.
    fn sized_child(&self, index: u32) -> Result<&Node, TypeFault> {
        let child = self.child(index)?;
        if is_slice(child) { Err(TypeFault::SliceInside) } else { Ok(child) }
    }

    fn check(&self, node: &Node) -> Result<(), TypeFault> {
        if !node.align.is_power_of_two() || node.align > MAX_ALIGN {
            return Err(TypeFault::Align { found: node.align, expected: None });
        }
        let whole = node.size % u64::from(node.align) == 0 && i64::try_from(node.size).is_ok();
        if !whole && !matches!(node.kind, NodeKind::Slice { .. }) {
            return Err(TypeFault::Size { found: node.size, expected: None });
        }
        match &node.kind {
            NodeKind::Scalar(scalar) => natural(node, *scalar),
            NodeKind::NonZero { scalar, .. } => {
                is_integer(*scalar)?;
                natural(node, *scalar)
            }
            NodeKind::Enum { repr, variants } => {
                is_integer(*repr)?;
                natural(node, *repr)?;
                check_variants(variants, *repr)
            }
            NodeKind::Ordered { scalar, packed, .. } => {
                is_number(*scalar)?;
                if *packed {
                    exactly(node, scalar.size() as u64, 1)
                } else {
                    natural(node, *scalar)
                }
            }
            NodeKind::CText { capacity } => exactly(node, *capacity, 1),
            NodeKind::Array { element, len } => self.check_array(node, *element, *len),
            NodeKind::Slice { element } => exactly(node, 0, self.sized_child(*element)?.align),
            NodeKind::Struct { fields } | NodeKind::Live { fields, .. } => {
                self.check_struct(node, fields)
            }
            NodeKind::Marker => exactly(node, 0, 1),
            NodeKind::Unknown(_) => Ok(()),
        }
    }

    fn check_array(&self, node: &Node, element: u32, len: u64) -> Result<(), TypeFault> {
        let element = self.sized_child(element)?;
        let Some(size) = element.size.checked_mul(len) else {
            return Err(TypeFault::Size { found: node.size, expected: None });
        };
        exactly(node, size, element.align)
    }

    fn check_struct(&self, node: &Node, fields: &[Member]) -> Result<(), TypeFault> {
        let mut names = HashSet::new();
        let mut free_from = 0;
        for (position, field) in fields.iter().enumerate() {
            if !names.insert(&*field.name) {
                return Err(TypeFault::NameTwice { name: field.name.to_string() });
            }
            let last_of_root = self.is_root && position + 1 == fields.len();
            free_from = self.check_field(node, field, free_from, last_of_root)?;
        }
        Ok(())
    }

    /// Checks one field, and returns the offset from which the next one may start.
    fn check_field(
        &self,
        node: &Node,
        field: &Member,
        free_from: u64,
        may_be_slice: bool,
    ) -> Result<u64, TypeFault> {
        let ty = self.child(field.ty)?;
        if is_slice(ty) && !may_be_slice {
            return Err(TypeFault::SliceInside);
        }
        let end = field.offset.checked_add(ty.size);
        let why = match end {
            _ if field.offset < free_from => "it overlaps the field before it",
            _ if field.offset % u64::from(ty.align) != 0 => {
                "it is not aligned as its type requires"
            }
            _ if ty.align > node.align => "its type has a larger alignment than the struct",
            Some(end) if end <= node.size => return Ok(end),
            _ => "it is not inside the struct",
        };
        Err(TypeFault::FieldPlace { name: field.name.to_string(), offset: field.offset, why })
    }
}

/// Whether the size of a type depends on a run-time length. A struct that ends with a slice is the
/// root, and so never a child of another type.
fn is_slice(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Slice { .. })
}

fn exactly(node: &Node, size: u64, align: u32) -> Result<(), TypeFault> {
    if node.size != size {
        return Err(TypeFault::Size { found: node.size, expected: Some(size) });
    }
    if node.align != align {
        return Err(TypeFault::Align { found: node.align, expected: Some(align) });
    }
    Ok(())
}

/// Checks that a scalar is aligned to its size; one of 16 bytes may be aligned to 8, as some compilers do.
fn natural(node: &Node, scalar: ScalarKind) -> Result<(), TypeFault> {
    let size = scalar.size() as u32;
    let align = if size == 16 && node.align == 8 { 8 } else { size };
    exactly(node, u64::from(size), align)
}

fn is_integer(scalar: ScalarKind) -> Result<(), TypeFault> {
    use ScalarKind::{Bool, Char, F32, F64};
    match scalar {
        Bool | Char | F32 | F64 => Err(wrong_scalar(scalar)),
        _ => Ok(()),
    }
}

fn is_number(scalar: ScalarKind) -> Result<(), TypeFault> {
    match scalar {
        ScalarKind::Bool | ScalarKind::Char => Err(wrong_scalar(scalar)),
        _ => Ok(()),
    }
}

fn wrong_scalar(scalar: ScalarKind) -> TypeFault {
    TypeFault::Head { what: "detail", found: u32::from(scalar.code()) }
}

fn check_variants(variants: &[Variant], repr: ScalarKind) -> Result<(), TypeFault> {
    if repr.size() > 8 {
        return Err(wrong_scalar(repr));
    }
    if variants.is_empty() {
        return Err(TypeFault::Head { what: "count", found: 0 });
    }
    let (mut names, mut values) = (HashSet::new(), HashSet::new());
    for variant in variants {
        let name = || variant.name.to_string();
        if !names.insert(&*variant.name) {
            return Err(TypeFault::NameTwice { name: name() });
        }
        if !fits(variant.discriminant, repr) {
            return Err(TypeFault::Discriminant { name: name() });
        }
        if !values.insert(variant.discriminant) {
            return Err(TypeFault::DiscriminantTwice { name: name() });
        }
    }
    Ok(())
}

/// Whether an enum stored as that integer can have a variant with that value.
pub fn fits(discriminant: i128, repr: ScalarKind) -> bool {
    let bits = repr.size() * 8;
    if repr.is_signed() {
        let half = 1_i128 << (bits - 1);
        (-half..half).contains(&discriminant)
    } else {
        (0..1_i128 << bits).contains(&discriminant)
    }
}

/// Returns the number of fields or variants of a type.
fn parts(node: &Node) -> u64 {
    match &node.kind {
        NodeKind::Enum { variants, .. } => variants.len() as u64,
        NodeKind::Struct { fields } | NodeKind::Live { fields, .. } => fields.len() as u64,
        _ => 0,
    }
}

/// The depth of a type, and the length of its paths.
#[derive(Clone, Copy, Default)]
struct Extent {
    /// One more than the depth of its deepest part.
    depth: u32,
    /// The length of the longest path inside it.
    path: u32,
}

impl Extent {
    fn of(node: &Node, known: &[Self]) -> Result<Self, TypeFault> {
        let deepest = children(node).map(|child| known[child as usize].depth).max().unwrap_or(0);
        let found = deepest + 1;
        if found > MAX_DEPTH {
            return Err(TypeFault::Depth { found, limit: MAX_DEPTH });
        }
        let path = longest_path(node, known);
        match u32::try_from(path) {
            Ok(path) if path <= MAX_PATH_LEN => Ok(Self { depth: found, path }),
            _ => Err(TypeFault::PathLength { found: path, limit: u64::from(MAX_PATH_LEN) }),
        }
    }
}

/// Returns the length of the longest path inside a type, as `docs/format.md` counts it.
fn longest_path(node: &Node, known: &[Extent]) -> u64 {
    let inside = |part: u32| u64::from(known[part as usize].path);
    match &node.kind {
        NodeKind::Array { element, len } => {
            let last = len.saturating_sub(1).checked_ilog10().unwrap_or(0);
            inside(*element) + u64::from(last) + 3
        }
        NodeKind::Slice { element } => inside(*element) + LONGEST_INDEX,
        NodeKind::Struct { fields } | NodeKind::Live { fields, .. } => {
            let paths = fields.iter().map(|field| inside(field.ty) + field.name.len() as u64 + 1);
            paths.max().unwrap_or(0)
        }
        _ => 0,
    }
}

/// The length of `[18446744073709551615]`.
const LONGEST_INDEX: u64 = 22;

/// Returns the types that a type contains.
pub(super) fn children(node: &Node) -> impl Iterator<Item = u32> {
    let element = match node.kind {
        NodeKind::Array { element, .. } | NodeKind::Slice { element } => Some(element),
        _ => None,
    };
    element.into_iter().chain(node.kind.fields().iter().map(|field| field.ty))
}

/// Checks that each structure occurs once. As the same holds for children, which are indexes, equal
/// structures have equal records.
fn each_once(nodes: &[Node]) -> Result<(), SchemaError> {
    let mut first = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        if let Some(first) = first.insert(node, index as u32) {
            return Err(SchemaError::SameTwice { first, second: index as u32 });
        }
    }
    Ok(())
}

/// Checks that the types are in the order in which a depth-first walk from the root completes them, and
/// that it reaches all of them. The parts of a type of an unknown kind cannot be reached; with such a type
/// the order is not checked.
fn in_order(nodes: &[Node]) -> Result<(), SchemaError> {
    if nodes.iter().any(|node| matches!(node.kind, NodeKind::Unknown(_))) {
        return Ok(());
    }
    // The root is completed last; if a type was not reached, that is too early for its index.
    OrderCheck { nodes, completed: 0 }.visit(nodes.len() as u32 - 1)
}

struct OrderCheck<'a> {
    nodes: &'a [Node],
    /// Types completed so far: in canonical order these are exactly the ones of lower index.
    completed: u32,
}

impl OrderCheck<'_> {
    /// Completes a type. Recursion is bounded: depths were checked.
    fn visit(&mut self, index: u32) -> Result<(), SchemaError> {
        if index < self.completed {
            return Ok(());
        }
        for child in children(&self.nodes[index as usize]) {
            self.visit(child)?;
        }
        if index != self.completed {
            return Err(SchemaError::Order { index: self.completed });
        }
        self.completed += 1;
        Ok(())
    }
}
