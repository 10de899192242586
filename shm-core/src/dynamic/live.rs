//! Live types on the way of a path.

use crate::error::DynError;
use crate::layout::Role;
use crate::schema::Type;

pub(super) use shm_schema::live::{Live, Ring};

/// What a type is as a live one; `at` is the path of it, for the error.
pub(super) fn of<'s>(ty: Type<'s>, at: &str) -> Result<Live<'s>, DynError> {
    shm_schema::live::of(ty).ok_or_else(|| malformed(ty, at))
}

#[cold]
fn malformed(ty: Type<'_>, at: &str) -> DynError {
    DynError::Malformed { at: at.to_owned(), role: ty.role().map_or("struct", Role::name) }
}
