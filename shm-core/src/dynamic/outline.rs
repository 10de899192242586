//! The contents of a region in a few lines: for `Debug`.

use std::fmt;

use super::at_place;
use super::region::DynRegion;
use super::resolve::{self, Start};
use super::value::DynValue;
use crate::access::Access;
use crate::error::DynError;
use crate::path::Path;
use crate::schema::{Type, TypeKind};

/// A value that takes no more memory than this is shown whole.
const WHOLE: u64 = 8 << 10;
static WHOLE_PATH: Path = Path::new();
/// A field of a larger one that takes no more than this is shown whole.
const PART: u64 = 1 << 10;
/// The number of fields or elements of a larger value that are shown.
const SHOWN: usize = 16;

/// A value where paths start. Its text has a bounded length, is made from a bounded part of the value,
/// and marks omissions.
pub(super) struct Outline<'r, A: Access> {
    region: &'r DynRegion<A>,
    start: Start,
    /// The path of the start, for errors.
    path: &'r Path,
}

impl<'r, A: Access> Outline<'r, A> {
    pub(super) fn of(region: &'r DynRegion<A>) -> Self {
        Self { region, start: region.start(), path: &WHOLE_PATH }
    }

    pub(super) fn at(region: &'r DynRegion<A>, start: &Start, path: &'r Path) -> Self {
        Self { region, start: start.clone(), path }
    }

    fn read(&self, path: &str, limit: u64) -> Result<DynValue, DynError> {
        let place = resolve::resolve(self.region.schema(), self.region, self.start.clone(), path)?;
        at_place::read_at_most(self.region, &place, &at_place::inside(self.path, path), limit)
    }

    /// The type of the value inside any lock.
    fn ty(&self) -> Option<Type<'r>> {
        let schema = self.region.schema();
        let place = resolve::resolve(schema, self.region, self.start.clone(), "").ok()?;
        place.runs.is_empty().then(|| schema.at(place.ty))
    }

    fn fields(&self, f: &mut fmt::Formatter<'_>, ty: Type<'_>) -> fmt::Result {
        f.write_str("{ ")?;
        for field in ty.fields().take(SHOWN) {
            write!(f, "{}: ", field.name())?;
            match self.read(field.name(), PART) {
                Ok(value) => write!(f, "{value}, ")?,
                Err(DynError::TooLarge { .. }) => {
                    write!(f, "<{} of {} bytes>, ", field.ty(), field.ty().size())?;
                }
                Err(error) => write!(f, "<{error}>, ")?,
            }
        }
        match ty.fields().len().saturating_sub(SHOWN) {
            0 => f.write_str(".. }"),
            more => write!(f, ".. {more} more fields }}"),
        }
    }

    fn elements(&self, f: &mut fmt::Formatter<'_>, len: u64) -> fmt::Result {
        let shown = len.min(SHOWN as u64);
        match self.read(&format!("[..{shown}]"), WHOLE) {
            Ok(DynValue::List(elements)) => {
                f.write_str("[")?;
                elements.iter().try_for_each(|element| write!(f, "{element}, "))?;
                write!(f, ".. {} more]", len - shown)
            }
            _ => write!(f, "[.. {len} elements]"),
        }
    }
}

impl<A: Access> fmt::Display for Outline<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.read("", WHOLE) {
            Ok(value) => write!(f, "{value}"),
            Err(DynError::TooLarge { .. }) => match self.ty().map(|ty| (ty, ty.kind())) {
                Some((ty, TypeKind::Struct { .. })) => self.fields(f, ty),
                Some((_, TypeKind::Array { len, .. })) => self.elements(f, len),
                None => self.elements(f, self.region.tail_len()),
                Some((ty, _)) => write!(f, "<{ty} of {} bytes>", ty.size()),
            },
            Err(error) => write!(f, "<{error}>"),
        }
    }
}
