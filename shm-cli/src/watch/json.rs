//! JSON lines: an object for each sample in which something changed.
//!
//! ```json
//! {"time": "..", "values": {"temperature": 21.5}, "unlocked": ["account.balance"], "counts": {"pose": 7}}
//! ```

use std::io::{self, BufWriter, Write};
use std::time::SystemTime;

use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;

use super::changes;
use super::history::Moment;
use super::notice::{timestamp, too_many};
use super::reading::Reading;
use super::source::{Change, Source, Standing};
use super::table::LiveTable;
use crate::printable::PrintableJson;
use crate::value_json::ValueJson;

/// The changes since the previous object; in the first one, everything.
#[derive(Debug, Serialize)]
struct Sample<'a> {
    /// RFC 3339.
    time: String,
    /// Only the first elements of a long array, under a path that says so.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    values: Entries<'a, ValueJson<'a>>,
    /// The reasons for missing values.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    errors: Entries<'a, &'a str>,
    /// Changed values that are too large to read, with a remark.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    changed: Entries<'a, &'a str>,
    /// The number of changed elements of an array that are not among the values.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    more_changed: Entries<'a, u64>,
    /// The values that were read without the lock that guards them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unlocked: Vec<&'a str>,
    /// The versions of `Latest`s, and the numbers of changes of `Watched`s.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    counts: Entries<'a, u64>,
}

/// An object, by its entries. Of entries with the same key the last one counts, as usual in JSON.
#[derive(Debug)]
struct Entries<'a, T>(Vec<(&'a str, T)>);

impl<T> Entries<'_, T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A change of the region's name.
#[derive(Debug, Serialize)]
struct Event<'a> {
    time: String,
    /// `replaced`, `removed`, `unusable`, `restored` or `followed`; `cut` if not all is watched.
    event: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

pub(crate) fn sample(
    out: &mut dyn Write,
    table: &LiveTable,
    moment: Moment,
    now: SystemTime,
) -> io::Result<()> {
    let mut object = Sample {
        time: timestamp(now),
        values: Entries(Vec::new()),
        errors: Entries(Vec::new()),
        changed: Entries(Vec::new()),
        more_changed: Entries(Vec::new()),
        unlocked: Vec::new(),
        counts: Entries(Vec::new()),
    };
    let news = table.rows.iter().filter(|row| row.history.is_news(moment.number));
    for row in news {
        if let Some(reading) = row.history.reading().filter(|_| row.tells_reading(moment.number)) {
            match reading {
                Reading::Value(value) => {
                    object.value(row.read_path().as_str(), value, row.is_unlocked());
                }
                _ => object.errors.0.push((row.read_path().as_str(), row.history.text())),
            }
        }
        for changes::Change { path, reading, unlocked } in &row.changes.values {
            let path = path.as_str();
            match reading {
                Reading::Value(value) => object.value(path, value, *unlocked),
                Reading::Fault(text) => object.errors.0.push((path, text)),
                Reading::Unread(text) => object.changed.0.push((path, text)),
            }
        }
        let more = Some(row.changes.more).filter(|more| *more > 0);
        object.more_changed.0.extend(more.map(|more| (row.path.as_str(), more)));
        let count = table.count(row);
        object.counts.0.extend(count.filter(|count| !object.counts.0.contains(count)));
    }
    let parts = [object.values.0.len(), object.errors.0.len(), object.changed.0.len()];
    if parts.iter().any(|len| *len > 0) {
        line(out, &object)?;
    }
    if table.begins_cut(moment.number) {
        let (time, region, message) = (timestamp(now), String::new(), Some(too_many()));
        line(out, &Event { time, event: "cut", region, message })?;
    }
    Ok(())
}

impl<'a> Sample<'a> {
    fn value(&mut self, path: &'a str, value: &'a DynValue, unlocked: bool) {
        self.values.0.push((path, ValueJson(value)));
        if unlocked {
            self.unlocked.push(path);
        }
    }
}

pub(crate) fn change(
    out: &mut dyn Write,
    source: &Source,
    change: Change,
    now: SystemTime,
) -> io::Result<()> {
    let event = match (change, source.standing()) {
        (Change::Followed, _) => "followed",
        (Change::Restored, _) | (_, Standing::Current) => "restored",
        (Change::Lost, Standing::Replaced) => "replaced",
        (Change::Lost, Standing::Removed) => "removed",
        (Change::Lost, Standing::Unusable(_)) => "unusable",
    };
    let (time, region) = (timestamp(now), source.name());
    line(out, &Event { time, event, region, message: source.notice() })
}

fn line(out: &mut dyn Write, object: &impl Serialize) -> io::Result<()> {
    let mut out = BufWriter::new(PrintableJson::new(out));
    serde_json::to_writer(&mut out, object)?;
    writeln!(out)?;
    out.flush()
}
