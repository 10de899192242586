//! Reading only the part of a field that is shown.

use std::cell::Cell;

use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Type, TypeKind};
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynField, DynValue, FieldPath},
    errors::DynError,
};

use super::heap::elements_in_heap;
use super::report::FieldReport;
use super::{AT_ONCE, Shape, Source, is_in_one_line};
use crate::shown::{ELEMENTS, INNER_ELEMENTS, ROWS, Shown};

/// The largest array that is read whole, in bytes: a page.
const SMALL: u64 = 4096;
/// The largest `Latest` that is read whole, in bytes, to show one version of it; and the room for the
/// largest text that is read to show its start.
const ONE_VERSION: u64 = 1 << 16;

/// Reads the value in the field's own line; returns the source of its parts.
pub(super) fn from_region(
    report: &mut FieldReport<'_>,
    region: &DynRegion<ReadOnly>,
    field: &DynField<'_>,
    shape: &Shape<'_>,
    room: &Cell<u64>,
) -> Source {
    let place = match region.resolve(field.path()) {
        Ok(place) => place,
        Err(error) => {
            report.fail(&error);
            return Source::None;
        }
    };
    if place.ty().role() == Some(Role::OwnedSlice) {
        report.unlocked = place.is_guarded();
        match shown_of_heap(region, field.path()) {
            Ok(shown) => report.show(shown),
            Err(error) => report.fail(&error),
        }
        return Source::None;
    }
    let in_one_line = is_in_one_line(shape);
    let size = match shape {
        Shape::Array { element, len } => element.size().saturating_mul(*len),
        _ => place.ty().size(),
    };
    // Small values are not counted.
    let affordable = size <= SMALL || size <= ONE_VERSION && take(room, size);
    if place.is_versioned() && affordable && !in_one_line {
        return one_version(report, &place);
    }
    if !in_one_line {
        report.mixed = place.is_versioned();
        return Source::Region;
    }
    match shape {
        Shape::Leaf if !affordable => {
            (report.too_large, report.elided) = (true, true);
        }
        Shape::Array { element, len } if size > SMALL => {
            match first(region, field.path(), *element, *len, ELEMENTS) {
                Ok((shown, version)) => {
                    report.version = version;
                    report.show(shown);
                }
                Err(error) => report.fail(&error),
            }
        }
        Shape::Leaf if place.ty().role() == Some(Role::OwnedText) => report.read_text(&place),
        _ => report.read(&place, ELEMENTS),
    }
    Source::None
}

/// Takes that much of the remaining room; `false` if there is not enough.
fn take(room: &Cell<u64>, size: u64) -> bool {
    let left = room.get().checked_sub(size);
    room.set(left.unwrap_or(room.get()));
    left.is_some()
}

/// Copies one version of a `Latest`, from which its fields are then read.
fn one_version(report: &mut FieldReport<'_>, place: &FieldPath<ReadOnly>) -> Source {
    match place.get_at_most(AT_ONCE) {
        Ok((value, version)) => {
            report.version = version;
            Source::Copy(value)
        }
        Err(error) => {
            report.fail(&error);
            Source::None
        }
    }
}

/// The paths and values of entries of a map, all of them or any so many. Sets how many there are, or why they
/// cannot be read.
pub(super) fn entries(
    report: &mut FieldReport<'_>,
    region: &DynRegion<ReadOnly>,
    most: usize,
) -> Vec<(Path, DynValue)> {
    let found = region.map(&report.path).and_then(|map| {
        report.entries = Some(map.len()?);
        let entries = map.entries_at_most(most, AT_ONCE)?.into_iter();
        Ok(entries.map(|(key, value)| (map.path_of(&key), value)).collect())
    });
    match found {
        Ok(entries) => return entries,
        Err(DynError::TooLarge { .. }) => (report.too_large, report.elided) = (true, true),
        Err(error) => report.fail(&error),
    }
    Vec::new()
}

/// The first elements that an `Owned` owns, in one line.
fn shown_of_heap(region: &DynRegion<ReadOnly>, path: &Path) -> Result<Shown, DynError> {
    let (list, len) = elements_in_heap(region, path, ELEMENTS as u64)?;
    let more = len.saturating_sub(list.len() as u64);
    let list = list.into_iter().map(|value| Shown::of(value, INNER_ELEMENTS));
    Ok(Shown::List(list.collect(), more))
}

/// The first elements of a large array, and their version.
fn first(
    region: &DynRegion<ReadOnly>,
    path: &Path,
    element: Type<'_>,
    len: u64,
    count: usize,
) -> Result<(Shown, Option<u64>), DynError> {
    let is_matrix = matches!(element.kind(), TypeKind::Array { .. });
    let shown = len.min(if is_matrix { ROWS } else { count } as u64);
    if element.size() * shown <= SMALL {
        let range = Segment::Range { start: Some(0), end: Some(shown) };
        let (value, version) = region.resolve(path.with(range))?.get_at_most(AT_ONCE)?;
        let DynValue::List(list) = value else { return Ok((Shown::of(value, count), version)) };
        let list = list.into_iter().map(|value| Shown::of(value, INNER_ELEMENTS)).collect();
        return Ok((Shown::List(list, len - shown), version));
    }
    let (mut list, mut version) = (Vec::new(), None);
    for index in 0..shown {
        let path = path.with(Segment::Index(index));
        let found = match element.kind() {
            TypeKind::Array { element, len } => first(region, &path, element, len, INNER_ELEMENTS)?,
            _ => {
                let (value, version) = region.resolve(&path)?.get_at_most(AT_ONCE)?;
                (Shown::of(value, count), version)
            }
        };
        list.push(found.0);
        // Each was read separately: they may be of different versions.
        version = found.1.filter(|_| index == 0 || version == found.1);
    }
    Ok((Shown::List(list, len - shown), version))
}
