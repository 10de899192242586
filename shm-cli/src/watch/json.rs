//! JSON lines: an object for each sample in which something changed.
//!
//! ```json
//! {"time": "..", "values": {"temperature": 21.5}, "unlocked": ["account.balance"], "counts": {"pose": 7}}
//! ```

use std::io::{self, Write};
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use super::history::Moment;
use super::lines::timestamp;
use super::reading::Reading;
use super::source::{Change, Source, Standing};
use super::table::Table;
use crate::printable::printable_json;
use crate::value_json::ValueJson;

/// What changed since the object before; in the first one, everything.
#[derive(Debug, Serialize)]
struct Sample<'a> {
    /// RFC 3339.
    time: String,
    /// Of an array that is too long, the first elements, under a path that says so.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    values: Entries<'a, ValueJson<'a>>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    errors: Entries<'a, &'a str>,
    /// Which of the values were read without the lock that guards them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unlocked: Vec<&'a str>,
    /// The versions of `Latest`s, and how often `Watched`s were changed.
    #[serde(skip_serializing_if = "Entries::is_empty")]
    counts: Entries<'a, u64>,
}

/// An object, by its entries. Of those with one key the last one counts, as everywhere in JSON.
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

/// What became of the region's name.
#[derive(Debug, Serialize)]
struct Event<'a> {
    time: String,
    /// `replaced`, `removed`, `unusable`, `restored` or `followed`.
    event: &'a str,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

pub(crate) fn sample(
    out: &mut dyn Write,
    table: &Table,
    moment: Moment,
    now: SystemTime,
) -> io::Result<()> {
    let mut object = Sample {
        time: timestamp(now),
        values: Entries(Vec::new()),
        errors: Entries(Vec::new()),
        unlocked: Vec::new(),
        counts: Entries(Vec::new()),
    };
    let news = table.rows.iter().filter(|row| row.history.is_news(moment.number));
    for row in news {
        let path = row.read_path();
        match row.history.reading() {
            Some(Reading::Value(value)) => {
                object.values.0.push((path, ValueJson(value)));
                if row.is_unlocked() {
                    object.unlocked.push(path);
                }
            }
            _ => object.errors.0.push((path, row.history.text())),
        }
        let count = table.count(row);
        object.counts.0.extend(count.filter(|count| !object.counts.0.contains(count)));
    }
    if object.values.is_empty() && object.errors.is_empty() {
        return Ok(());
    }
    line(out, &object)
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
    let text = serde_json::to_string(object)?;
    writeln!(out, "{}", printable_json(&text))
}
