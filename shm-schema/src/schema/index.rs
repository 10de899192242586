//! Finds fields by name, and variants by value, in types that have many.

use std::sync::OnceLock;

use super::model::Node;
use crate::kind::Kind;

/// For each type that was searched, its parts in search order: fields by name, variants by discriminant.
/// It is made when it is first needed, and is not part of a schema's identity.
#[derive(Default)]
pub(super) struct Index {
    orders: OnceLock<Box<[OnceLock<Order>]>>,
}

/// The positions of the parts of a type, sorted.
type Order = Box<[u32]>;

impl Index {
    /// Returns the positions of the parts of a type, sorted.
    pub(super) fn order(&self, nodes: &[Node], ty: u32) -> &[u32] {
        let orders = self.orders.get_or_init(|| nodes.iter().map(|_| OnceLock::new()).collect());
        orders[ty as usize].get_or_init(|| sorted(&nodes[ty as usize]))
    }
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
