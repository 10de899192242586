//! Live types that are not made as their role must be, or stand where they cannot be.

use crate::error::DynError;
use crate::layout::Role;
use crate::schema::Type;

/// What is at a path is not made as its role must be, or is where that cannot be.
#[cold]
pub(super) fn malformed(at: &str, role: Role) -> DynError {
    DynError::Malformed { at: at.to_owned(), role: role.name() }
}

/// Refuses a type that has a role by its record, and does not have the parts of it.
pub(super) fn expect_made(ty: Type<'_>, at: &str) -> Result<(), DynError> {
    match ty.unknown().and_then(|unknown| unknown.role) {
        Some(role) => Err(malformed(at, role)),
        None => Ok(()),
    }
}
