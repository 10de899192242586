//! A whole value with all that is in it, and the pieces that are written one after the other.

use super::at_place;
use super::convert::unsuitable;
use super::region::DynRegion;
use super::value::DynValue;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::path::{Path, Segment};
use crate::schema::{Live, Type, TypeKind};

/// A part of a whole value that is written by itself; from [`DynRegion::pieces`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Piece {
    /// The path of the piece.
    pub path: Path,
    /// The role of a container of values, a `Map`, `Queue`, `Ring` or `PerProcess`, or of a type without a value: an
    /// `Event`, `Once`, `Semaphore` or `Barrier`. `None` if [`DynRegion::set`] writes the piece, perhaps under the lock
    /// that guards it.
    pub role: Option<Role>,
    /// The value.
    pub value: DynValue,
}

impl<A: Access> DynRegion<A> {
    /// Reads a value with all that is in it: as [`DynRegion::get`], except that a `Queue` and a `Ring` give a list of
    /// the values that are in them, the oldest first. None is taken, and locks around values are not, either.
    ///
    /// # Errors
    /// As [`DynRegion::get`].
    ///
    /// ```
    /// use shm_core::{DynRegion, Queue, Region};
    ///
    /// let name = format!("shm-doc-contents-{}", std::process::id());
    /// let jobs = Region::<Queue<u32, 8>>::create(&name)?;
    /// jobs.push(7)?;
    /// jobs.push(8)?;
    /// let by_name = DynRegion::open_read_only(&name)?;
    /// assert_eq!(by_name.contents("")?.to_string(), "[7, 8]");
    /// assert_eq!(by_name.get("")?.to_string(), "{ len: 2, capacity: 8 }");
    /// # jobs.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn contents(&self, path: impl AsRef<str>) -> Result<DynValue, DynError> {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        let mut reader = at_place::reader(self, &place, path).with_items();
        match place.stream().filter(|stream| stream.ty == place.ty.index() && stream.outer == 0) {
            // The path of a ring is that of its newest item.
            Some(stream) => reader.items_of(self.schema(), stream),
            None => reader.read(self.schema()),
        }
    }

    /// Takes a value for a path, such as one of [`DynRegion::contents`], apart into the pieces that are written one
    /// after the other: largest first, values that one [`DynRegion::set`] can write, and the containers in it. Nothing
    /// is read or written, and whether the pieces fit is not checked.
    ///
    /// # Errors
    /// If the path leads nowhere, or the value has another form than its type.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Mutex, Queue, Region, SharedLayout};
    /// # use shm_core::layout::Role;
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Board { hits: Mutex<u64>, jobs: Queue<u32, 8> }
    ///
    /// let name = format!("shm-doc-pieces-{}", std::process::id());
    /// # let typed = Region::<Board>::create(&name)?;
    /// let board = DynRegion::open(&name)?;
    /// let pieces = board.pieces("", &board.contents("")?)?;
    /// let listed: Vec<_> = pieces.iter().map(|piece| (piece.path.as_str(), piece.role)).collect();
    /// assert_eq!(listed, [("hits", None), ("jobs", Some(Role::Queue))]);
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pieces(&self, path: impl AsRef<str>, value: &DynValue) -> Result<Vec<Piece>, DynError> {
        let path: Path = path.as_ref().parse()?;
        let field = self.field(&path)?;
        let mut pieces = Vec::new();
        split(field.ty(), path, value, &mut pieces)?;
        Ok(pieces)
    }
}

/// Adds the pieces of a value of a type at a path.
fn split(
    ty: Type<'_>,
    path: Path,
    value: &DynValue,
    pieces: &mut Vec<Piece>,
) -> Result<(), DynError> {
    if !has_container(ty) {
        // The value of a lock that is only a lock.
        if ty.size() > 0 || ty.has_tail() {
            pieces.push(Piece { path, role: None, value: value.clone() });
        }
        return Ok(());
    }
    match ty.kind() {
        TypeKind::Struct { .. } => split_fields(ty, &path, value, pieces),
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => {
            let DynValue::List(elements) = value else {
                let fault = format!("is not a list of values of type `{element}`");
                return Err(unsuitable(value, fault).at(path.into()));
            };
            (0..).zip(elements).try_for_each(|(index, value)| {
                split(element, path.with(Segment::Index(index)), value, pieces)
            })
        }
        TypeKind::Live { role, .. } => {
            match ty.live().and_then(Live::value).filter(|_| role != Role::Ring) {
                // A value that is written whole is named as if nothing were around it.
                Some(inside) if has_container(inside.ty) => {
                    split(inside.ty, path.join(&inside.way()), value, pieces)
                }
                Some(inside) => split(inside.ty, path, value, pieces),
                None => {
                    pieces.push(Piece { path, role: Some(role), value: value.clone() });
                    Ok(())
                }
            }
        }
        _ => Ok(()),
    }
}

fn split_fields(
    ty: Type<'_>,
    path: &Path,
    value: &DynValue,
    pieces: &mut Vec<Piece>,
) -> Result<(), DynError> {
    let DynValue::Struct(fields) = value else {
        return Err(
            unsuitable(value, "is not a struct: fields with names").at(path.as_str().to_owned())
        );
    };
    fields.iter().try_for_each(|(name, value)| {
        let field = ty.field(name).ok_or_else(|| DynError::no_field(path.as_str(), name, ty))?;
        split(field.ty(), path.with(Segment::Name(name)), value, pieces)
    })
}

/// Whether a type has a part that is not written together with the rest.
fn has_container(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::Struct { fields } => fields.iter().any(|field| has_container(field.ty())),
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => has_container(element),
        TypeKind::Live { .. } => {
            ty.live().is_some_and(|live| live.is_meeting_place() && live.handle().is_none())
        }
        _ => false,
    }
}
