//! [`Place`]: the target of a path.

use super::kept::Kept;
use super::lock::{Beside, Lock};
use crate::layout::Role;
use crate::schema::{Ring, Schema, Type, TypeRef};

/// The target of a path: one value or, by way of ranges, a list of values or of lists.
///
/// It is moved several times while a path is resolved, so the parts that few places have are boxed.
#[derive(Clone, Debug)]
pub(in super::super) struct Place {
    /// The offset of the first value, from the start of the data; with a `latest`, from the start of its
    /// value.
    pub(in super::super) offset: usize,
    /// The type of each value.
    pub(in super::super) ty: TypeRef,
    /// The ranges on the way, outermost first.
    pub(in super::super) runs: Vec<Run>,
    /// The `Latest` that the place lies in.
    pub(in super::super) latest: Option<Versions>,
    /// The `Owned` or the entry of a map whose value the place lies in; `offset` counts from the start of that
    /// value.
    pub(in super::super) kept: Option<Box<Kept>>,
    /// The outermost lock that guards the place and is not held.
    pub(in super::super) lock: Option<Box<Lock>>,
    /// The offset of the lock beside fields that is held where the path starts.
    pub(in super::super) held: Option<usize>,
    /// The events of the `Watched`s that the place lies in, outermost first.
    pub(in super::super) watched: Vec<usize>,
    /// The live type that the place is a working part of: only the library may write there.
    pub(in super::super) part_of: Option<Role>,
    /// The live type, if each element of a range has one of its own.
    pub(in super::super) apart: Option<Role>,
}

/// A range, or a slice that was named whole.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Run {
    /// The first index.
    pub(in super::super) first: u64,
    pub(in super::super) count: u64,
    /// Bytes from one element to the next.
    pub(in super::super) stride: usize,
    /// The number of steps of the path that follow; `None` if the path does not have the range.
    pub(in super::super) after: Option<usize>,
}

/// A `Latest` or `Ring` on the way.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Versions {
    /// Its offset, or that of the first of several.
    pub(in super::super) at: usize,
    pub(in super::super) ring: Ring,
    /// The number of ranges outside of it; unless that is 0, there are several.
    pub(in super::super) outer: usize,
    /// The index of the type of its value.
    pub(in super::super) ty: u32,
}

/// The start of paths.
#[derive(Clone, Debug)]
pub(in super::super) struct Start {
    pub(in super::super) offset: usize,
    pub(in super::super) ty: TypeRef,
    pub(in super::super) watched: Vec<usize>,
    /// The offset of the lock beside fields that is held.
    pub(in super::super) held: Option<usize>,
}

impl Start {
    /// The start of a value.
    pub(in super::super) fn of(offset: usize, ty: Type<'_>) -> Self {
        Self { offset, ty: ty.to_ref(), watched: Vec::new(), held: None }
    }
}

impl Place {
    /// The number of bytes from the first value's start to the last one's end, in one version of a
    /// `Latest` or in the region.
    pub(in super::super) fn span(&self, schema: &Schema) -> u64 {
        let (size, runs) = (schema.at(self.ty).size(), self.inner_runs());
        if runs.iter().any(|run| run.count == 0) {
            return 0;
        }
        // Inside the array, whose size fits.
        runs.iter().fold(size, |size, run| size + (run.count - 1) * run.stride as u64)
    }

    /// The ranges that lie inside one version of a `Latest`, or inside the region.
    pub(in super::super) fn inner_runs(&self) -> &[Run] {
        &self.runs[self.latest.map_or(0, |latest| latest.outer)..]
    }

    /// The `Ring`, if the place is its newest item or a part of that. The innermost of the events is then
    /// the ring's own.
    pub(in super::super) fn stream(&self) -> Option<Versions> {
        self.latest.filter(|_| self.part_of == Some(Role::Ring))
    }

    /// The lock beside a field that the place is in, which access by name takes by itself.
    #[inline]
    pub(in super::super) fn beside(&self) -> Option<Beside> {
        self.lock.as_ref()?.beside
    }

    /// Whether the place is in a field that a lock beside it guards.
    #[inline(always)]
    pub(in super::super) fn is_beside_a_lock(&self) -> bool {
        self.lock.is_some() && self.beside().is_some()
    }

    /// Returns whether the path has a range.
    pub(in super::super) fn has_range(&self) -> bool {
        self.runs.iter().any(|run| run.after.is_some())
    }

    /// A value by itself.
    pub(in super::super) fn of(ty: Type<'_>) -> Self {
        Self::at(Start::of(0, ty))
    }

    #[inline]
    pub(super) fn at(start: Start) -> Self {
        Self {
            offset: start.offset,
            ty: start.ty,
            runs: Vec::new(),
            latest: None,
            kept: None,
            lock: None,
            held: start.held,
            watched: start.watched,
            part_of: None,
            apart: None,
        }
    }
}
