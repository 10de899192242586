//! From a field of a struct to the values in it, through arrays and live types.

use super::naming::Naming;
use super::storage::declare;
use crate::error::Error;
use crate::noted::{Noted, NotedField};
use crate::shape::{self, Ring, Shape};

/// The number of elements that an index chooses from.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Known(u64),
    /// As many as the region has: a parameter `len`.
    AtRunTime,
}

/// A place inside a struct, and the path to it.
#[derive(Clone)]
pub(super) struct Spot<'a> {
    /// The expression; `@c@` stands for `const ` in readers.
    pub(super) expression: String,
    pub(super) bounds: Vec<Bound>,
    pub(super) guarded: bool,
    pub(super) writable: bool,
    pub(super) value: Noted<'a>,
}

/// The kind of value at a place.
pub(super) enum Stop<'a> {
    /// A value without parts.
    Leaf(Spot<'a>, Shape<'a>),
    /// A struct with functions of its own.
    Record(Spot<'a>),
    /// An element of a run-time length without a name in C, which gets one.
    Unnamed(Spot<'a>, Noted<'a>),
    Latest(Spot<'a>, Ring<'a>),
    /// The number that counts the changes of a `Watched`, on the way to its value.
    Changes(Spot<'a>),
}

/// The names of index parameters.
pub(super) fn index(depth: usize) -> String {
    ["i", "j", "k"].get(depth).map_or_else(|| format!("i{depth}"), |name| (*name).to_owned())
}

impl<'a> Spot<'a> {
    /// A field of the struct that `self` points to.
    pub(super) fn field(
        member: &str,
        part: &NotedField<'a>,
        guarded: bool,
        writable: bool,
    ) -> Self {
        Self {
            expression: format!("self->{member}"),
            bounds: Vec::new(),
            guarded,
            writable,
            value: part.ty,
        }
    }

    fn into(mut self, member: &str, value: Noted<'a>) -> Self {
        self.expression.push_str(&format!(".{member}"));
        self.value = value;
        self
    }

    fn element(mut self, bound: Bound, value: Noted<'a>) -> Self {
        self.expression.push_str(&format!("[{}]", index(self.bounds.len())));
        self.bounds.push(bound);
        self.value = value;
        self
    }
}

/// Returns every place from here inwards where there is something to read.
pub(super) fn stops<'a>(
    naming: &Naming,
    spot: Spot<'a>,
    offset: u64,
) -> Result<Vec<Stop<'a>>, Error> {
    Ok(match shape::of(spot.value)? {
        Shape::Nothing | Shape::Unknown => Vec::new(),
        Shape::Array { element, len } => {
            stops(naming, spot.element(Bound::Known(len), element), offset)?
        }
        Shape::Slice { element } if element.ty.size() == 0 => Vec::new(),
        Shape::Slice { element } => slice(naming, spot, element, offset)?,
        Shape::Struct => vec![Stop::Record(spot)],
        Shape::Mutex { value } => {
            let inside = spot.into(value.name, value.ty);
            stops(naming, Spot { guarded: true, writable: false, ..inside }, offset)?
        }
        Shape::Watched { value } => {
            let mut found = vec![Stop::Changes(spot.clone())];
            let inside = spot.into(value.name, value.ty);
            found.extend(stops(naming, Spot { writable: false, ..inside }, offset)?);
            found
        }
        Shape::Latest(ring) => vec![Stop::Latest(spot, ring)],
        shape => vec![Stop::Leaf(spot, shape)],
    })
}

/// A slice is not a member: C++ has no flexible arrays. Its elements lie after the struct, or in its final
/// padding.
fn slice<'a>(
    naming: &Naming,
    mut spot: Spot<'a>,
    element: Noted<'a>,
    offset: u64,
) -> Result<Vec<Stop<'a>>, Error> {
    let declaration = declare(naming, element, spot.guarded, 0)?;
    let at =
        |name: &str| format!("((@c@{name} *)(@c@void *)((@c@unsigned char *)self + {offset}))");
    match declaration.name() {
        Some(name) => {
            spot.expression = at(name);
            stops(naming, spot.element(Bound::AtRunTime, element), offset)
        }
        None => {
            spot.expression = at("@element@");
            Ok(vec![Stop::Unnamed(spot.element(Bound::AtRunTime, element), element)])
        }
    }
}
