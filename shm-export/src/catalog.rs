//! The structs and enums of a layout, which need a name in another language.

use std::collections::HashMap;

use crate::error::Error;
use crate::noted::{Identity, Noted};
use crate::shape::{self, Shape};
use crate::type_names::TypeNames;

/// The places where values of a type are found, which decide what may be done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Read and written in place.
    Shared = 1,
    /// Read in place: a writer would have to wake the waiters.
    Watched = 2,
    /// Behind a lock.
    Guarded = 4,
    /// In private copies.
    Copied = 8,
}

/// A set of [`Place`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places(u8);

impl Places {
    fn add(&mut self, place: Place) {
        self.0 |= place as u8;
    }

    pub(crate) fn has(self, place: Place) -> bool {
        self.0 & place as u8 != 0
    }

    /// Returns whether values are also found outside locks.
    pub(crate) fn has_unguarded(self) -> bool {
        self.0 & !(Place::Guarded as u8) != 0
    }
}

/// A struct that is not a live type, or an enum.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) noted: Noted<'a>,
    pub(crate) shape: Shape<'a>,
    pub(crate) places: Places,
}

/// Every struct and enum, parts before wholes; the root last, if it is one.
pub(crate) struct Catalog<'a> {
    pub(crate) items: Vec<Item<'a>>,
    /// The names of the types in Rust.
    pub(crate) names: TypeNames<'a>,
    index: HashMap<Identity, usize>,
    /// Types that were visited, with the place.
    seen: HashMap<Identity, Places>,
}

impl<'a> Catalog<'a> {
    /// Walks through a layout.
    ///
    /// # Errors
    /// If a live type does not have its parts, or is at a place where it cannot work.
    pub(crate) fn of(root: Noted<'a>) -> Result<Self, Error> {
        let (items, names) = (Vec::new(), TypeNames::of(root));
        let mut catalog = Self { items, names, index: HashMap::new(), seen: HashMap::new() };
        catalog.visit(root, Place::Shared)?;
        Ok(catalog)
    }

    fn visit(&mut self, noted: Noted<'a>, place: Place) -> Result<(), Error> {
        let seen = self.seen.entry(noted.identity()).or_default();
        if seen.has(place) {
            return Ok(());
        }
        seen.add(place);
        let shape = shape::of(noted)?;
        if place == Place::Copied && is_live(&shape) {
            return Err(Error::LiveInCopies { ty: noted.ty.to_string() });
        }
        match shape {
            Shape::Array { element, .. } | Shape::Slice { element } => {
                self.visit(element, place)?;
            }
            Shape::Mutex { value } => self.visit(value.ty, Place::Guarded)?,
            Shape::Watched { value } if place == Place::Guarded => {
                self.visit(value.ty, place)?;
            }
            Shape::Watched { value } => self.visit(value.ty, Place::Watched)?,
            Shape::Latest(ring) => self.visit(ring.value, Place::Copied)?,
            Shape::Struct => {
                for part in noted.fields() {
                    self.visit(part.ty, place)?;
                }
                self.add(noted, shape, place);
            }
            Shape::Enum { .. } => self.add(noted, shape, place),
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, noted: Noted<'a>, shape: Shape<'a>, place: Place) {
        let index = *self.index.entry(noted.identity()).or_insert_with(|| {
            self.items.push(Item { noted, shape, places: Places::default() });
            self.items.len() - 1
        });
        self.items[index].places.add(place);
    }
}

fn is_live(shape: &Shape<'_>) -> bool {
    matches!(
        shape,
        Shape::Mutex { .. }
            | Shape::Watched { .. }
            | Shape::Latest(_)
            | Shape::Event
            | Shape::Once { .. }
    )
}
