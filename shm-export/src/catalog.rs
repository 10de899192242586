//! The structs and enums of a layout, which need a name in another language.

use std::collections::HashMap;

use shm_schema::schema::{Held, Type, TypeKind};

use crate::error::Error;
use crate::kinds;
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
    pub(crate) ty: Type<'a>,
    pub(crate) places: Places,
}

/// Every struct and enum, parts before wholes; the root last, if it is one.
pub(crate) struct Catalog<'a> {
    pub(crate) items: Vec<Item<'a>>,
    /// The Rust name of each type.
    pub(crate) names: TypeNames<'a>,
    index: HashMap<Type<'a>, usize>,
    /// Types that were visited, with the place.
    seen: HashMap<Type<'a>, Places>,
}

impl<'a> Catalog<'a> {
    /// Walks through a layout.
    ///
    /// # Errors
    /// If a live type stands where it cannot work.
    pub(crate) fn of(root: Type<'a>) -> Result<Self, Error> {
        let (items, names) = (Vec::new(), TypeNames::of(root));
        let mut catalog = Self { items, names, index: HashMap::new(), seen: HashMap::new() };
        catalog.visit(root, Place::Shared)?;
        Ok(catalog)
    }

    fn visit(&mut self, ty: Type<'a>, place: Place) -> Result<(), Error> {
        let seen = self.seen.entry(ty).or_default();
        if seen.has(place) {
            return Ok(());
        }
        seen.add(place);
        if let Some(live) = ty.live() {
            if place == Place::Copied && live.is_meeting_place() {
                return Err(Error::LiveInCopies { ty: ty.to_string() });
            }
            let value = live.value().map(|value| (value.ty, inside(value.held, place)));
            return value.map_or(Ok(()), |(value, place)| self.visit(value, place));
        }
        match kinds::of(ty) {
            Some(TypeKind::Array { element, .. } | TypeKind::Slice { element }) => {
                self.visit(element, place)?;
            }
            Some(TypeKind::Struct { fields }) => {
                for field in fields.iter() {
                    self.visit(field.ty(), place)?;
                }
                self.add(ty, place);
            }
            Some(TypeKind::Enum { .. }) => self.add(ty, place),
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, ty: Type<'a>, place: Place) {
        let index = *self.index.entry(ty).or_insert_with(|| {
            self.items.push(Item { ty, places: Places::default() });
            self.items.len() - 1
        });
        self.items[index].places.add(place);
    }
}

/// Where the value of a live type is, of which this is the place.
fn inside(held: Held, place: Place) -> Place {
    match held {
        Held::Guarded { .. } | Held::Shared(_) => Place::Guarded,
        Held::Watched { .. } if place == Place::Guarded => Place::Guarded,
        Held::Watched { .. } => Place::Watched,
        Held::Copied(_) => Place::Copied,
    }
}
