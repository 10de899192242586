//! Tracks changes in a value of which only the start, or nothing, is shown.

use std::ops::Range;

use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::TypeKind;
use shm_core::{DynRegion, ReadOnly, dynamic::FieldPath, errors::DynError, inspect::Inspection};

use super::changes::{Change, Changes};
use super::counter::Counter;
use super::entries::Entries;
use super::leaves::{self, Differences};
use super::raw::{Difference, Raw};
use super::reading::Reading;
use crate::grid::array_of;
use crate::printable::printable;

/// The most memory for a value that is printed because it changed, in bytes.
const VALUE: u64 = 16 << 10;

/// The most memory for the entries of a map that are compared, in bytes.
const MAP: u64 = 4 << 20;

/// The number of attempts to print a `Latest` from the same version that was compared.
const ATTEMPTS: usize = 4;

/// A place, and its state at the last look.
pub(crate) struct Tracker {
    place: FieldPath<ReadOnly>,
    seen: Seen,
    /// The reason why it could not be compared at the last look, if so.
    fault: Option<String>,
}

enum Seen {
    Raw(Raw),
    Entries(Entries),
    /// For a `Latest`: the last version that was read, and its bytes, if they fit.
    Version {
        last: Option<(u64, Vec<u8>)>,
        limit: u64,
        /// The counter of its versions, and its count.
        counter: Option<Box<Counter>>,
        count: Option<u64>,
    },
}

/// The memory that all trackers of a table may use.
pub(crate) struct Room {
    /// Bytes of values.
    bytes: u64,
    /// The number of sums of blocks, for each place whose bytes do not fit.
    sums: u64,
}

impl Room {
    /// Divides the memory among that many places.
    pub(crate) fn for_places(count: usize) -> Self {
        Self { bytes: 16 << 20, sums: ((1 << 20) / count.max(1) as u64).max(16) }
    }

    /// The memory for the entries of a map.
    fn take_rest(&mut self) -> u64 {
        let taken = self.bytes.min(MAP);
        self.bytes -= taken;
        taken
    }

    fn take(&mut self, bytes: u64) -> bool {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.unwrap_or(self.bytes);
        left.is_some()
    }
}

impl Tracker {
    /// A tracker of the place at a path; `None` if the path is no longer valid.
    pub(crate) fn of(region: &DynRegion<ReadOnly>, path: &Path, room: &mut Room) -> Option<Self> {
        let (place, field) = (region.resolve(path).ok()?, region.field(path).ok()?);
        if place.ty().role() == Some(Role::Map) {
            let seen = Seen::Entries(Entries::of(region.map(path).ok()?, room.take_rest()));
            return Some(Self { place, seen, fault: None });
        }
        let size = place.ty().size().checked_mul(place.count().unwrap_or(1))?;
        let fits = room.take(size);
        let seen = if place.is_versioned() {
            let limit = if fits { size.next_multiple_of(8) + 8 } else { 0 };
            let counter = Counter::of(region, path).map(Box::new);
            Seen::Version { last: None, limit, counter, count: None }
        } else if let Some(handle) = place.handle_in_heap() {
            // A value in the heap is replaced as a whole, and its handle with it.
            Seen::Raw(Raw::kept(handle, 8))
        } else if fits {
            Seen::Raw(Raw::kept(field.offset(), size))
        } else {
            Seen::Raw(Raw::summed(field.offset(), size, room.sums))
        };
        Some(Self { place, seen, fault: None })
    }

    /// Returns the changes since the last look; none at the first one.
    pub(crate) fn look(&mut self, region: &DynRegion<ReadOnly>, file: &Inspection) -> Changes {
        let found = match &mut self.seen {
            Seen::Raw(raw) => match raw.look(file) {
                Ok(difference) => Ok(of_bytes(region, &self.place, raw, difference)),
                Err(error) => Err(error.to_string()),
            },
            Seen::Entries(entries) => match entries.look() {
                Ok(mut changes) => {
                    let unlocked = self.place.is_guarded();
                    changes.values.iter_mut().for_each(|change| change.unlocked = unlocked);
                    Ok(changes)
                }
                Err(error) => Err(Reading::of(Err(error), self.place.path()).text(None)),
            },
            Seen::Version { last, limit, counter, count } => {
                match of_versions(region, &self.place, last, *limit) {
                    Err(DynError::TooLarge { .. }) => {
                        let now = counter.as_ref().and_then(|counter| counter.read());
                        let before = std::mem::replace(count, now);
                        Ok(of_counts(&self.place, before, now))
                    }
                    Ok(changes) => Ok(changes),
                    Err(error) => Err(Reading::of(Err(error), self.place.path()).text(None)),
                }
            }
        };
        match found {
            Ok(changes) => {
                self.fault = None;
                changes
            }
            // Reported once, not at every look.
            Err(fault) if self.fault.as_ref() == Some(&fault) => Changes::default(),
            Err(fault) => {
                self.fault = Some(fault.clone());
                Changes::one(self.place.path(), Reading::Fault(printable(&fault).into_owned()))
            }
        }
    }
}

fn of_bytes(
    region: &DynRegion<ReadOnly>,
    place: &FieldPath<ReadOnly>,
    raw: &Raw,
    difference: Difference,
) -> Changes {
    match difference {
        Difference::Nothing => Changes::default(),
        Difference::Bytes(_) if place.handle_in_heap().is_some() => {
            read(region, &Differences { paths: vec![place.path().clone()], more: 0 }).0
        }
        Difference::Bytes(before) => {
            let both = [before.as_slice(), raw.bytes()];
            read(region, &differences(place, both)).0
        }
        Difference::Blocks(blocks) => {
            let named = blocks.iter().take(leaves::NAMED);
            let unread = || Reading::Unread("a part of it changed".to_owned());
            let path = |block: &Range<u64>| part(place, block.start, block.end);
            let values: Vec<_> = named.map(|block| Change::new(path(block), unread())).collect();
            let more = (blocks.len() - values.len()) as u64;
            Changes { values, more }
        }
    }
}

fn differences(place: &FieldPath<ReadOnly>, both: [&[u8]; 2]) -> Differences {
    let (array, start) = array_of(place);
    leaves::differences((&array, start), place.ty(), place.count(), both)
}

/// The path of the elements of a place that have bytes in a part of it.
fn part(place: &FieldPath<ReadOnly>, from: u64, to: u64) -> Path {
    let (element, count) = match (place.count(), place.ty().kind()) {
        (Some(count), _) => (place.ty(), count),
        (None, TypeKind::Array { element, len }) => (element, len),
        _ => return place.path().clone(),
    };
    let size = element.size().max(1);
    let (array, first) = array_of(place);
    let (start, end) = (Some(first + from / size), Some(first + to.div_ceil(size).min(count)));
    array.with(Segment::Range { start, end })
}

/// Returns the changes from one version of a `Latest` to the newest.
fn of_versions(
    region: &DynRegion<ReadOnly>,
    place: &FieldPath<ReadOnly>,
    last: &mut Option<(u64, Vec<u8>)>,
    limit: u64,
) -> Result<Changes, DynError> {
    let mut attempts = 1..=ATTEMPTS;
    while let Some((bytes, version)) = place.version_bytes(limit)? {
        let Some((_, before)) = last.as_ref().filter(|(known, _)| *known != version) else {
            last.get_or_insert((version, bytes));
            break;
        };
        let both = [before.as_slice(), &bytes];
        let found = differences(place, both);
        let (changes, versions) = read(region, &found);
        if versions.iter().all(|read| *read == Some(version)) || attempts.next().is_none() {
            *last = Some((version, bytes));
            return Ok(changes);
        }
    }
    Ok(Changes::default())
}

fn of_counts(place: &FieldPath<ReadOnly>, before: Option<u64>, now: Option<u64>) -> Changes {
    match (before, now) {
        (Some(before), Some(now)) if before != now => {
            let text = format!("version {now}: too large to compare");
            Changes::one(place.path(), Reading::Unread(text))
        }
        _ => Changes::default(),
    }
}

/// Reads the changed values, and their versions.
fn read(region: &DynRegion<ReadOnly>, found: &Differences) -> (Changes, Vec<Option<u64>>) {
    let (mut values, mut versions) = (Vec::new(), Vec::new());
    for path in &found.paths {
        let place = region.resolve(path);
        let unlocked = place.as_ref().is_ok_and(FieldPath::is_guarded);
        let read = place.and_then(|place| place.get_at_most(VALUE));
        let reading = match read {
            Ok((value, version)) => {
                versions.push(version);
                Reading::Value(value)
            }
            Err(DynError::TooLarge { .. }) => {
                Reading::Unread("it changed, and is too large to show".to_owned())
            }
            Err(error) => Reading::of(Err(error), path),
        };
        values.push(Change { unlocked, ..Change::new(path.clone(), reading) });
    }
    (Changes { values, more: found.more }, versions)
}
