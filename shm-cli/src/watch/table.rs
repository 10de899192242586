//! The table: rows, and how they are read, whoever shows them.

use std::ops::Range;

use shm_core::{DynRegion, DynValue, ReadOnly};

use super::counter::Counter;
use super::history::Moment;
use super::reading::Reading;
use super::rows::{self, Place, Row};
use crate::failure::Failure;
use crate::printable::printable;

/// What is watched in a region.
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// Whether the region has more values than a table has rows.
    pub(crate) cut: bool,
    counters: Vec<Counter>,
}

impl Table {
    /// What the paths name; of no paths, everything. Each path is looked up here, and never again.
    ///
    /// # Errors
    /// If a path names nothing.
    pub(crate) fn of(region: &DynRegion<ReadOnly>, paths: &[String]) -> Result<Self, Failure> {
        Self::new(region, paths, Err)
    }

    /// As [`Table::of`], of a region that took the place of another one: what it does not have is a
    /// row that says so.
    pub(crate) fn again(region: &DynRegion<ReadOnly>, paths: &[String]) -> Result<Self, Failure> {
        Self::new(region, paths, Ok)
    }

    fn new(
        region: &DynRegion<ReadOnly>,
        paths: &[String],
        missing: impl Fn(Failure) -> Result<Failure, Failure>,
    ) -> Result<Self, Failure> {
        let (mut rows, mut cut) = (Vec::new(), false);
        if paths.is_empty() {
            (rows, cut) = rows::all(region)?;
        }
        for path in paths {
            match rows::named(region, path) {
                Ok(found) => rows.extend(found),
                Err(failure) => rows.push(Row::missing(path, &missing(failure)?)),
            }
        }
        let mut table = Self { rows, cut, counters: Vec::new() };
        table.find_counters(region);
        Ok(table)
    }

    fn find_counters(&mut self, region: &DynRegion<ReadOnly>) {
        for row in &mut self.rows {
            let Place::There(place) = &row.place else { continue };
            let Some(counter) = Counter::of(region, place.path()) else { continue };
            let known = self.counters.iter().position(|known| known.path == counter.path);
            row.counter = Some(known.unwrap_or_else(|| {
                self.counters.push(counter);
                self.counters.len() - 1
            }));
        }
    }

    /// Reads some rows.
    pub(crate) fn sample(&mut self, which: Range<usize>, moment: Moment) {
        self.read(which, moment, |_| true);
    }

    /// Reads those of the rows that were never read.
    pub(crate) fn sample_unread(&mut self, which: Range<usize>, moment: Moment) {
        self.read(which, moment, |row| row.history.reading().is_none());
    }

    fn read(&mut self, which: Range<usize>, moment: Moment, wanted: impl Fn(&Row) -> bool) {
        let Self { rows, counters, .. } = self;
        let Some(rows) = rows.get_mut(which) else { return };
        let mut counted = Counted::of(counters, rows.iter().filter(|row| wanted(row)));
        for row in rows.iter_mut().filter(|row| wanted(row)) {
            let count = row.counter.and_then(|counter| counted.count(counter));
            let reading = reading(row, &mut counted);
            row.history.record(moment, reading, row.elided, count);
        }
    }

    /// What counts the changes of a row, and what it said when the row was last read.
    pub(crate) fn count(&self, row: &Row) -> Option<(&str, u64)> {
        Some((&self.counters[row.counter?].path, row.history.count()?))
    }
}

fn reading(row: &Row, counted: &mut Counted<'_>) -> Reading {
    match &row.place {
        Place::TooMuch(text) => Reading::Unread(text.clone()),
        Place::Missing(text) => Reading::Fault(text.clone()),
        Place::There(place) => {
            let part = row.counter.and_then(|counter| counted.part(counter, place.path()));
            part.map_or_else(|| Reading::of(place.get(), &row.path), Reading::Value)
        }
    }
}

/// What is read once for all rows of a sample: of one `Latest` they show one version.
struct Counted<'a> {
    counters: &'a [Counter],
    /// One for each counter, if it has rows.
    read: Vec<Option<Read>>,
}

#[derive(Default)]
struct Read {
    rows: u32,
    count: Option<u64>,
    whole: Option<DynValue>,
}

impl<'a> Counted<'a> {
    fn of<'r>(counters: &'a [Counter], rows: impl Iterator<Item = &'r Row>) -> Self {
        let mut read: Vec<Option<Read>> = Vec::new();
        read.resize_with(counters.len(), || None);
        for index in rows.filter_map(|row| row.counter) {
            read[index].get_or_insert_default().rows += 1;
        }
        for (counter, read) in counters.iter().zip(&mut read) {
            let Some(read) = read else { continue };
            read.count = counter.read();
            // A single row reads no more than its part.
            read.whole = if read.rows > 1 { counter.read_whole() } else { None };
        }
        Self { counters, read }
    }

    fn count(&self, counter: usize) -> Option<u64> {
        self.read[counter].as_ref()?.count
    }

    fn part(&self, counter: usize, path: &str) -> Option<DynValue> {
        let whole = self.read[counter].as_ref()?.whole.as_ref()?;
        self.counters[counter].part(whole, path)
    }
}

/// What people call the type of a region.
pub(crate) fn type_name(region: &DynRegion<ReadOnly>) -> String {
    match region.field("") {
        Ok(whole) => printable(&whole.type_name()).into_owned(),
        Err(_) => region.schema().root().to_string(),
    }
}
