//! The table: rows and their reading, for every kind of output.

use std::collections::HashMap;
use std::rc::Rc;

use shm_core::layout::Role;
use shm_core::path::Path;
use shm_core::{
    DynRegion, ReadOnly,
    dynamic::{DynValue, FieldPath},
    errors::DynError,
    inspect::Inspection,
};

use super::counter::Counter;
use super::history::Moment;
use super::reading::Reading;
use super::rows::{self, Ranges, Row, Target};
use super::tracker::Room;
use crate::failure::Failure;
use crate::printable::printable;

/// The watched values of a region.
pub(crate) struct LiveTable {
    pub(crate) rows: Vec<Row>,
    /// Whether the region has more values than a table has rows.
    pub(crate) cut: bool,
    counters: Vec<Counter>,
    region: DynRegion<ReadOnly>,
    /// The region's file, in which changes are tracked; `None` without a second look.
    file: Option<Rc<Inspection>>,
    /// The most memory for the value of a row, in bytes.
    limit: u64,
}

/// The most memory for the values of all rows, in bytes.
const VALUES: u64 = 32 << 20;
/// The memory that the value of a row may always take.
const LEAST: u64 = 4096;

impl LiveTable {
    /// A table of these paths; without paths, of everything. Each path is resolved only here.
    ///
    /// # Errors
    /// If a path names nothing.
    pub(crate) fn of(
        region: &DynRegion<ReadOnly>,
        paths: &[Path],
        ranges: Ranges,
    ) -> Result<Self, Failure> {
        Self::new(region, paths, ranges, Err)
    }

    /// As [`LiveTable::of`], for a region that replaced another one: a path that it does not have
    /// gives a row with that error.
    pub(crate) fn again(
        region: &DynRegion<ReadOnly>,
        paths: &[Path],
        ranges: Ranges,
    ) -> Result<Self, Failure> {
        Self::new(region, paths, ranges, Ok)
    }

    fn new(
        region: &DynRegion<ReadOnly>,
        paths: &[Path],
        ranges: Ranges,
        missing: impl Fn(Failure) -> Result<Failure, Failure>,
    ) -> Result<Self, Failure> {
        let (mut rows, mut cut) = (Vec::new(), false);
        if paths.is_empty() {
            (rows, cut) = rows::all(region)?;
        }
        for path in paths {
            match rows::named(region, path, ranges) {
                Ok(found) => rows.extend(found),
                Err(failure) => rows.push(Row::missing(path, &missing(failure)?)),
            }
        }
        let limit = (VALUES / rows.len().max(1) as u64).max(LEAST);
        let (counters, region) = (Vec::new(), region.clone());
        let mut table = Self { rows, cut, counters, region, file: None, limit };
        table.find_counters();
        Ok(table)
    }

    /// The same table, which also reports changes in the parts of values that are not shown, and which entries
    /// of maps change.
    pub(crate) fn tracking(mut self, file: Rc<Inspection>) -> Self {
        let mut room = Room::for_places(self.rows.iter().filter(|row| row.needs_tracker()).count());
        for row in self.rows.iter_mut().filter(|row| row.needs_tracker()) {
            row.track(&self.region, &mut room);
        }
        self.file = Some(file);
        self
    }

    fn find_counters(&mut self) {
        let Self { rows, counters, region, limit, .. } = self;
        if !Counter::is_in(region.schema()) {
            return;
        }
        let mut known: HashMap<Path, usize> = HashMap::new();
        for row in rows {
            let Target::There(place) = &row.place else { continue };
            let Some(counter) = Counter::of(region, place.path()) else { continue };
            row.counter = Some(*known.entry(counter.path.clone()).or_insert_with(|| {
                counters.push(counter);
                counters.len() - 1
            }));
        }
        let limit = (VALUES / counters.len().max(1) as u64).max(*limit);
        counters.iter_mut().for_each(|counter| counter.limit = limit);
    }

    /// Reads some rows.
    pub(crate) fn sample(&mut self, which: impl IntoIterator<Item = usize>, moment: Moment) {
        self.read(which, moment, |_| true);
    }

    /// Reads those of the rows that were never read.
    pub(crate) fn sample_unread(&mut self, which: impl IntoIterator<Item = usize>, moment: Moment) {
        self.read(which, moment, |row| row.history.reading().is_none());
    }

    /// Reads the elements in some lines of a row that is an array of structs; those that were read before only if `again`.
    pub(crate) fn sample_elements(
        &mut self,
        row: usize,
        lines: impl Iterator<Item = u64>,
        moment: Moment,
        again: bool,
    ) {
        if let Some(sheet) = self.rows.get_mut(row).and_then(|row| row.sheet.as_mut()) {
            if again {
                sheet.look(&self.region);
            }
            let elements: Vec<_> = lines.map(|line| sheet.index(line)).collect();
            sheet.sample(&self.region, elements.into_iter(), moment, again);
        }
    }

    /// Opens or closes an array of structs.
    pub(crate) fn toggle(&mut self, row: usize) {
        let Some(row) = self.rows.get_mut(row) else { return };
        match &mut row.sheet {
            Some(sheet) if sheet.is_open => sheet.is_open = false,
            _ => row.open(&self.region),
        }
    }

    fn read(
        &mut self,
        which: impl IntoIterator<Item = usize>,
        moment: Moment,
        wanted: impl Fn(&Row) -> bool,
    ) {
        let Self { rows, counters, region, file, limit, .. } = self;
        let is_wanted = |index: &usize| rows.get(*index).is_some_and(&wanted);
        let which: Vec<_> = which.into_iter().filter(is_wanted).collect();
        let mut counted = Counted::of(counters, which.iter().map(|index| &rows[*index]));
        for index in which {
            let row = &mut rows[index];
            let count = row.counter.and_then(|counter| counted.count(counter));
            let reading = reading(row, &mut counted, *limit);
            row.look(region, file.as_deref());
            if let Some(sheet) = &mut row.sheet {
                sheet.look(region);
            }
            row.history.record(moment, reading, row.elided, count, !row.changes.is_empty());
        }
    }

    /// Whether the sample of that number was the first, and not all of the region is in the table.
    pub(crate) fn begins_cut(&self, number: u64) -> bool {
        self.cut && self.rows.first().is_some_and(|row| row.history.is_first(number))
    }

    /// The counter of a row's changes, and its count when the row was last read.
    pub(crate) fn count(&self, row: &Row) -> Option<(&str, u64)> {
        Some((self.counters[row.counter?].path.as_str(), row.history.count()?))
    }
}

fn reading(row: &Row, counted: &mut Counted<'_>, limit: u64) -> Reading {
    match &row.place {
        Target::TooMuch(text) => Reading::Unread(text.clone()),
        Target::Missing(text) => Reading::Fault(text.clone()),
        Target::There(place) => {
            let part = row.counter.and_then(|counter| counted.part(counter, place.path()));
            part.map_or_else(|| read(place, row, limit), Reading::Value)
        }
    }
}

fn read(place: &FieldPath<ReadOnly>, row: &Row, limit: u64) -> Reading {
    match place.get_at_most(limit) {
        Ok((value, _)) => Reading::Value(value),
        Err(DynError::TooLarge { .. }) => {
            let (ty, size) = (&row.notes.ty, place.ty().size());
            if place.ty().role().is_some_and(Role::needs_heap) {
                return Reading::Unread(format!("{ty}: too large to show among others"));
            }
            let size = size.saturating_mul(place.count().unwrap_or(1));
            Reading::Unread(format!("{ty}, {size} bytes: too large to show among others"))
        }
        Err(error) => Reading::of(Err(error), &row.path),
    }
}

/// Values that are read once for all rows of a sample: rows of a `Latest` show one version.
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

    fn part(&self, counter: usize, path: &Path) -> Option<DynValue> {
        let whole = self.read[counter].as_ref()?.whole.as_ref()?;
        self.counters[counter].part(whole, path)
    }
}

/// The name of a region's type, for people.
pub(crate) fn type_name(region: &DynRegion<ReadOnly>) -> String {
    match region.field("") {
        Ok(whole) => printable(&whole.type_name()).into_owned(),
        Err(_) => region.schema().root().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shm_core::{Latest, Region, SharedLayout, Watched};

    use super::*;

    #[derive(SharedLayout, Clone, Copy)]
    #[repr(C)]
    struct Pose {
        x: f64,
        lock: u32,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Robot {
        hits: u64,
        mode: Watched<u32>,
        poses: [Latest<Pose>; 2],
        large: [[u8; 5000]; 2],
    }

    /// A region, and the table of these paths.
    fn table(purpose: &str, paths: &[&str]) -> (Region<Robot>, LiveTable) {
        let name = format!("shm-cli-table-{purpose}-{}", std::process::id());
        let robot = Region::<Robot>::options().create_or_replace(&name).unwrap();
        let region = DynRegion::open_read_only(&name).unwrap();
        robot.unlink().unwrap();
        let paths: Vec<_> = paths.iter().map(|path| path.parse().unwrap()).collect();
        (robot, LiveTable::of(&region, &paths, Ranges::Apart).unwrap())
    }

    fn moment(number: u64) -> Moment {
        Moment { number, at: Duration::from_secs(number) }
    }

    fn texts(table: &LiveTable) -> Vec<&str> {
        table.rows.iter().map(|row| row.history.text()).collect()
    }

    #[test]
    fn only_rows_that_are_asked_for_are_read() {
        let (_robot, mut table) = table("visible", &[]);
        table.sample(1..2, moment(1));
        let read = |table: &LiveTable| -> Vec<bool> {
            table.rows.iter().map(|row| row.history.reading().is_some()).collect()
        };
        assert_eq!(read(&table), [false, true, false, false]);
        table.sample_unread(0..2, moment(1));
        assert_eq!(read(&table), [true, true, false, false]);
    }

    #[test]
    fn a_value_that_is_too_large_is_not_read_unless_requested() {
        let (_robot, mut table) = table("large", &["large", "large[1]"]);
        table.sample(0..2, moment(1));
        let expected =
            ["[[u8; 5000]; 2] of 10000 bytes: not read", "[0, 0, 0, 0, 0, 0, 0, 0, .. 4992 more]"];
        assert_eq!(texts(&table), expected);
    }

    #[test]
    fn rows_of_one_latest_are_read_by_their_own_paths_or_whole() {
        let paths = ["poses[1].slots[..].value.x", "poses[1].slots[..].value.lock", "poses[0]"];
        let (robot, mut table) = table("latest", &paths);
        robot.poses[1].store(&Pose { x: 1.5, lock: 7 }).unwrap();
        // Each separately, and then all from one copy.
        for (number, rows) in (1..).zip([0..1, 1..2, 2..4, 0..4]) {
            table.sample(rows, moment(number));
            let expected = if number < 2 { ["1.5", "", "", ""] } else { ["1.5", "7", "", ""] };
            let expected = if number < 3 { expected } else { ["1.5", "7", "0.0", "0"] };
            assert_eq!(texts(&table), expected);
        }
    }

    #[test]
    fn writers_who_count_say_how_often_something_changed() {
        let (robot, mut table) = table("counts", &["mode", "poses[1]", "hits"]);
        for round in 1..=3 {
            table.sample(0..4, moment(round));
            for step in 0..10 {
                robot.mode.set(step);
                robot.poses[1].store(&Pose { x: 0.0, lock: 0 }).unwrap();
                robot.hits.fetch_add(1);
            }
        }
        let rates = table.rows.iter().map(|row| row.history.rate().unwrap().to_string());
        assert_eq!(rates.collect::<Vec<_>>(), ["10/s", "10/s", "10/s", "≥1.0/s"]);
        assert_eq!(table.count(&table.rows[1]), Some(("poses[1]", 20)));
        assert_eq!(table.count(&table.rows[3]), None);
    }
}
