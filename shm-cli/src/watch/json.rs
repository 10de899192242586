//! JSON lines: an object for each sample in which something changed.
//!
//! ```json
//! {"time": "..", "values": {"temperature": 21.5}, "unlocked": ["account.balance"], "counts": {"pose": 7}}
//! ```

use std::io::{self, Write};
use std::time::SystemTime;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

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
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "object")]
    values: Vec<(String, ValueJson<'a>)>,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Map::is_empty")]
    errors: Map<String, Value>,
    /// Which of the values were read without the lock that guards them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unlocked: Vec<String>,
    /// The versions of `Latest`s, and how often `Watched`s were changed.
    #[serde(skip_serializing_if = "Map::is_empty")]
    counts: Map<String, Value>,
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
    let (values, unlocked, errors, counts) = (Vec::new(), Vec::new(), Map::new(), Map::new());
    let mut object = Sample { time: timestamp(now), values, errors, unlocked, counts };
    let news = table.rows.iter().filter(|row| row.history.is_news(moment.number));
    for row in news {
        let path = row.read_path().to_owned();
        match row.history.reading() {
            Some(Reading::Value(value)) => {
                if row.is_unlocked() {
                    object.unlocked.push(path.clone());
                }
                object.values.push((path, ValueJson(value)));
            }
            _ => {
                object.errors.insert(path, row.history.text().into());
            }
        }
        if let Some((counter, count)) = table.count(row) {
            object.counts.insert(counter.to_owned(), count.into());
        }
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

/// Pairs as an object.
fn object<S: Serializer>(
    pairs: &[(String, ValueJson<'_>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(path, value)| (path, value)))
}
