//! A live type that a path names, to be used by calls.

use super::malformed::expect_made;
use super::region::DynRegion;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::schema::{Live, TypeRef};

/// A live type in a region: not in a copy, and not one of several.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfRole {
    ty: TypeRef,
    /// Counted from the start of the mapping's data.
    pub(super) offset: usize,
}

impl OfRole {
    /// Its parts.
    pub(super) fn live<'r, A: Access>(&self, region: &'r DynRegion<A>) -> Live<'r> {
        region.schema().at(self.ty).live().expect("it was found by its role")
    }
}

impl<A: Access> DynRegion<A> {
    /// The live type of a role at a path; `expected` is what errors call it.
    pub(super) fn of_role(
        &self,
        path: &str,
        role: Role,
        expected: &'static str,
    ) -> Result<OfRole, DynError> {
        let place = self.place(path)?;
        let ty = self.schema().at(place.ty);
        expect_made(ty, path)?;
        let is_copy = place.latest.is_some() || place.kept.is_some();
        if ty.role() != Some(role) || is_copy || !place.runs.is_empty() {
            let (field, found) = (path.to_owned(), ty.to_string());
            return Err(DynError::NotA { field, found, expected });
        }
        Ok(OfRole { ty: place.ty, offset: place.offset })
    }
}
