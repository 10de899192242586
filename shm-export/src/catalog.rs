//! The structs and enums of a layout, which need a name in another language.

use std::collections::HashMap;

use shm_schema::layout::Role;
use shm_schema::schema::{Field, Held, Type, TypeKind};

use crate::error::Error;
use crate::kinds;
use crate::type_names::TypeNames;

/// The contexts where values of a type are found, which decide what may be done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// Read and written in place.
    Shared = 1,
    /// Read in place: a writer would have to wake the waiters.
    Watched = 2,
    /// Behind a lock, or in a field that a lock beside it guards.
    Guarded = 4,
    /// In private copies.
    Copied = 8,
}

/// A set of [`Context`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contexts(u8);

impl Contexts {
    fn add(&mut self, context: Context) {
        self.0 |= context as u8;
    }

    pub(crate) fn has(self, context: Context) -> bool {
        self.0 & context as u8 != 0
    }

    /// Returns whether values are also found outside locks.
    pub(crate) fn has_unguarded(self) -> bool {
        self.0 & !(Context::Guarded as u8) != 0
    }
}

/// A struct that is not a live type, or an enum.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) ty: Type<'a>,
    pub(crate) contexts: Contexts,
}

/// Every struct and enum, parts before wholes; the root last, if it is one.
pub(crate) struct Catalog<'a> {
    pub(crate) items: Vec<Item<'a>>,
    /// The Rust name of each type.
    pub(crate) names: TypeNames<'a>,
    index: HashMap<Type<'a>, usize>,
    /// Types that were visited, with their contexts.
    seen: HashMap<Type<'a>, Contexts>,
}

impl<'a> Catalog<'a> {
    /// Walks through a layout.
    ///
    /// # Errors
    /// If a live type is where it cannot work.
    pub(crate) fn of(root: Type<'a>) -> Result<Self, Error> {
        let (items, names) = (Vec::new(), TypeNames::of(root));
        let mut catalog = Self { items, names, index: HashMap::new(), seen: HashMap::new() };
        catalog.visit(root, Context::Shared)?;
        Ok(catalog)
    }

    fn visit(&mut self, ty: Type<'a>, context: Context) -> Result<(), Error> {
        let seen = self.seen.entry(ty).or_default();
        if seen.has(context) {
            return Ok(());
        }
        seen.add(context);
        if let Some(live) = ty.live() {
            if context == Context::Copied && live.is_meeting_place() {
                return Err(Error::LiveInCopies { ty: ty.to_string() });
            }
            // The values that it owns are copied out.
            for content in live.entry().into_iter().flat_map(|(key, value)| [key, value]) {
                self.visit_content(content)?;
            }
            let element = live.contents().and_then(|contents| contents.element);
            let kept = live.kept().or(element).map(|kept| (kept, Context::Copied));
            let row = live.rows().map(|rows| (rows.row, context));
            let value = live.value().map(|value| (value.ty, inside(value.held, context)));
            let value = value.or(kept).or(row);
            return value.map_or(Ok(()), |(value, context)| self.visit(value, context));
        }
        match kinds::of(ty) {
            Some(TypeKind::Array { element, .. } | TypeKind::Slice { element }) => {
                self.visit(element, context)?;
            }
            Some(TypeKind::Struct { fields }) => {
                for field in fields.iter() {
                    self.visit(field.ty(), of_field(field, context))?;
                }
                self.add(ty, context);
            }
            Some(TypeKind::Enum { .. }) => self.add(ty, context),
            _ => {}
        }
        Ok(())
    }

    /// Visits a key or a value of a map: text and elements are given as what owns them elsewhere.
    fn visit_content(&mut self, ty: Type<'a>) -> Result<(), Error> {
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => Ok(()),
            Some((Role::OwnedSlice, Some(element))) => self.visit(element, Context::Copied),
            _ => self.visit(ty, Context::Copied),
        }
    }

    fn add(&mut self, ty: Type<'a>, context: Context) {
        let index = *self.index.entry(ty).or_insert_with(|| {
            self.items.push(Item { ty, contexts: Contexts::default() });
            self.items.len() - 1
        });
        self.items[index].contexts.add(context);
    }
}

/// Returns the context of a field of a struct with this context.
fn of_field(field: Field<'_>, context: Context) -> Context {
    if field.guarded_by().is_empty() { context } else { Context::Guarded }
}

/// Returns the context of the value in a live type with this context.
fn inside(held: Held, context: Context) -> Context {
    match held {
        Held::Guarded { .. } | Held::Shared(_) => Context::Guarded,
        Held::Watched { .. } if context == Context::Guarded => Context::Guarded,
        Held::Watched { .. } => Context::Watched,
        Held::Copied(_) => Context::Copied,
    }
}
