//! Facts about types that are looked up often: fields by name, and variants by value, in types that have
//! many; whether a type has parts of any length.

use std::sync::OnceLock;

use super::model::Node;
use crate::kind::{Kind, Role};

/// For each type that was searched, its parts in search order: fields by name, variants by discriminant;
/// and the types with contents. It is made when it is first needed, and is not part of a schema's identity.
#[derive(Default)]
pub(super) struct Index {
    orders: OnceLock<Box<[OnceLock<Order>]>>,
    has_contents: OnceLock<Box<[bool]>>,
}

/// The positions of the parts of a type, sorted.
type Order = Box<[u32]>;

impl Index {
    /// Returns the positions of the parts of a type, sorted.
    pub(super) fn order(&self, nodes: &[Node], ty: u32) -> &[u32] {
        let orders = self.orders.get_or_init(|| nodes.iter().map(|_| OnceLock::new()).collect());
        orders[ty as usize].get_or_init(|| sorted(&nodes[ty as usize]))
    }

    /// Whether a text or slice of any length is a part of a type.
    pub(super) fn has_contents(&self, nodes: &[Node], ty: u32) -> bool {
        self.has_contents.get_or_init(|| with_contents(nodes))[ty as usize]
    }
}

/// For each type, whether a text or slice of any length is a part of it. Parts come before wholes.
fn with_contents(nodes: &[Node]) -> Box<[bool]> {
    let mut found: Vec<bool> = Vec::with_capacity(nodes.len());
    for node in nodes {
        found.push(match &node.kind {
            Kind::Live { role: Role::TailText | Role::TailSlice, .. } => true,
            Kind::Array { element, len } => *len > 0 && found[*element as usize],
            Kind::Struct { fields } => fields.iter().any(|field| found[field.ty as usize]),
            _ => false,
        });
    }
    found.into()
}

fn sorted(node: &Node) -> Order {
    match &node.kind {
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            let mut order: Order = (0..fields.len() as u32).collect();
            order.sort_unstable_by_key(|position| &*fields[*position as usize].name);
            order
        }
        Kind::Enum { variants, .. } => {
            let mut order: Order = (0..variants.len() as u32).collect();
            order.sort_unstable_by_key(|position| variants[*position as usize].discriminant);
            order
        }
        _ => Box::default(),
    }
}
