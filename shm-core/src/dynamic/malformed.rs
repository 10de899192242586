//! Live types that are not made as their role requires, or are where they cannot be.

use crate::error::DynError;
use crate::layout::Role;
use crate::schema::Type;

/// A type that is not made as its role requires, or is where it cannot be.
#[cold]
pub(super) fn malformed(at: &str, role: Role) -> DynError {
    DynError::Malformed { at: at.to_owned(), role: role.name() }
}

/// Refuses a type whose record claims a role that its parts do not match.
pub(super) fn expect_made(ty: Type<'_>, at: &str) -> Result<(), DynError> {
    match ty.unknown().and_then(|unknown| unknown.role) {
        Some(role) => Err(malformed(at, role)),
        None => Ok(()),
    }
}
