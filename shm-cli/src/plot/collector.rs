//! Numbers out of JSON messages.

use serde_json::Value;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Live, Schema, Type, TypeKind};

use super::series::Series;
use crate::recording::selection::WHOLE;

/// The most series.
const MOST: usize = 24;

/// Collects the numbers at some paths, message by message.
pub(crate) struct Collector {
    paths: Vec<Path>,
    pub(crate) series: Vec<Series>,
    /// Whether there were more series than a chart can have.
    pub(crate) is_cut: bool,
}

impl Collector {
    pub(crate) fn new(paths: Vec<Path>) -> Self {
        Self { paths, series: Vec::new(), is_cut: false }
    }

    /// Adds the numbers of a message; those that it does not have are gaps.
    pub(crate) fn add(&mut self, time: f64, message: &Value, schema: Option<&Schema>) {
        let mut found: Vec<(Path, f64)> = Vec::new();
        for path in &self.paths {
            if let Some((value, start, rest)) = start(message, path) {
                let rest: Vec<_> = rest.segments().collect();
                numbers(value, &rest, &mut Vec::new(), &mut |indexes, number| {
                    let path = labelled(path, &start, indexes);
                    // Asked for twice, it is found once.
                    if !found.iter().any(|(known, _)| *known == path) {
                        found.push((path, number));
                    }
                });
            }
        }
        for (path, number) in &found {
            match self.series.iter().position(|series| series.path == path.as_str()) {
                Some(at) => self.series[at].push(time, *number),
                None if self.series.len() < MOST => {
                    let unit = schema.map_or("", |schema| unit(schema.root(), path));
                    let mut series = Series::new(path.as_str().to_owned(), unit.to_owned());
                    series.push(time, *number);
                    self.series.push(series);
                }
                None => self.is_cut = true,
            }
        }
        let is_missing =
            |series: &&mut Series| !found.iter().any(|(path, _)| path.as_str() == series.path);
        self.series.iter_mut().filter(is_missing).for_each(|series| series.push(time, f64::NAN));
    }

    /// Adds a moment at which there were no values.
    pub(crate) fn gap(&mut self, time: f64) {
        self.series.iter_mut().for_each(|series| series.push(time, f64::NAN));
    }

    /// The paths that had no number in any message.
    pub(crate) fn without_numbers(&self) -> Vec<&Path> {
        let has = |path: &Path| {
            let steps = path.segments().count();
            self.series.iter().any(|series| {
                let found: Path = series.path.parse().unwrap_or_default();
                let same = path
                    .segments()
                    .zip(found.segments())
                    .all(|(one, other)| one == other || matches!(one, Segment::Range { .. }));
                same && found.segments().count() >= steps
            })
        };
        self.paths.iter().filter(|path| !has(path)).collect()
    }
}

/// The value in a message that a path begins with, that start of the path, and the rest.
fn start<'m>(message: &'m Value, path: &Path) -> Option<(&'m Value, Path, Path)> {
    // The longest first.
    path.prefixes().find_map(|start| {
        let value = message.get(if start.is_empty() { WHOLE } else { start.as_str() })?;
        let rest = path.strip_prefix(&start)?;
        Some((value, start, rest))
    })
}

/// Visits the numbers at a path, with the indexes of ranges on it and of arrays at its end.
fn numbers(
    value: &Value,
    path: &[Segment<'_>],
    indexes: &mut Vec<u64>,
    found: &mut dyn FnMut(&[u64], f64),
) {
    match (path.split_first(), value) {
        (Some((Segment::Name(name), rest)), Value::Object(fields)) => {
            if let Some(value) = fields.get(*name) {
                numbers(value, rest, indexes, found);
            }
        }
        (Some((Segment::Index(index), rest)), Value::Array(list)) => {
            if let Some(value) = list.get(*index as usize) {
                numbers(value, rest, indexes, found);
            }
        }
        (Some((Segment::Range { start, end }, rest)), Value::Array(list)) => {
            let start = start.unwrap_or(0);
            let len = end.unwrap_or(u64::MAX).saturating_sub(start) as usize;
            for (index, value) in (start..).zip(list.iter().skip(start as usize).take(len)) {
                indexes.push(index);
                numbers(value, rest, indexes, found);
                indexes.pop();
            }
        }
        (None, Value::Array(list)) => {
            for (index, value) in (0..).zip(list) {
                indexes.push(index);
                numbers(value, &[], indexes, found);
                indexes.pop();
            }
        }
        (None, value) => {
            if let Some(number) = number(value) {
                found(indexes, number);
            }
        }
        _ => {}
    }
}

/// The number that a value is.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        // An integer of 128 bits, or a float that JSON does not have.
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A path with indexes in place of its ranges, and those that are left at its end. A message that has the value of a
/// start of the path has only the elements of the ranges in it, which are counted from there.
fn labelled(path: &Path, start: &Path, indexes: &[u64]) -> Path {
    let (mut left, in_message) = (indexes.iter().copied(), start.segments().count());
    let steps = path.segments().enumerate().map(|(at, step)| match step {
        Segment::Range { start, .. } => {
            let before = start.filter(|_| at < in_message).unwrap_or(0);
            left.next().map_or(step, |index| Segment::Index(before + index))
        }
        step => step,
    });
    let mut labelled: Path = steps.collect();
    left.for_each(|index| labelled.push(Segment::Index(index)));
    labelled
}

/// The unit of the number at a path, or `""`.
fn unit<'t>(root: Type<'t>, path: &Path) -> &'t str {
    let (mut ty, mut unit) = (root, "");
    for step in path.segments() {
        while let Some(inside) = ty.live().and_then(Live::value) {
            ty = inside.ty;
        }
        ty = match (step, ty.kind()) {
            (Segment::Name(name), _) => match ty.field(name) {
                Some(field) => {
                    unit = field.unit();
                    field.ty()
                }
                None => return "",
            },
            (_, TypeKind::Array { element, .. } | TypeKind::Slice { element }) => element,
            (_, TypeKind::Live { .. }) => {
                let live = ty.live();
                let inside = live.and_then(|live| live.kept().or(live.entry().map(|(_, ty)| ty)));
                match inside {
                    Some(inside) => inside,
                    None => return "",
                }
            }
            _ => return unit,
        };
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn collected(paths: &[&str], messages: &[Value]) -> Vec<(String, Vec<f64>)> {
        let paths = paths.iter().map(|path| path.parse().unwrap()).collect();
        let mut collector = Collector::new(paths);
        for (at, message) in messages.iter().enumerate() {
            collector.add(at as f64, message, None);
        }
        let series = collector.series.into_iter();
        let numbers = |series: &Series| series.points.iter().map(|(_, number)| *number).collect();
        series.map(|series| (series.path.clone(), numbers(&series))).collect()
    }

    #[test]
    fn numbers_are_found_below_the_names_of_a_message() {
        let message = json!({ "pose": { "x": 1.5 }, "samples": [1, 2, 3], "a.b": { "c": true } });
        let found = collected(&["pose.x", "samples[1]", "samples[1..]", "a.b.c"], &[message]);
        let paths: Vec<_> = found.iter().map(|(path, _)| &**path).collect();
        assert_eq!(paths, ["pose.x", "samples[1]", "samples[2]", "a.b.c"]);
        assert_eq!((&*found[1].1, &*found[3].1), (&[2.0][..], &[1.0][..]));
    }

    #[test]
    fn an_array_is_a_series_for_each_element() {
        let message = json!({ "poses": [{ "x": 1 }, { "x": 2 }], "value": [7, 8] });
        let found = collected(&["poses[..].x", ""], &[message]);
        let paths: Vec<_> = found.iter().map(|(path, _)| &**path).collect();
        assert_eq!(paths, ["poses[0].x", "poses[1].x", "[0]", "[1]"]);
    }

    #[test]
    fn what_a_message_does_not_have_is_a_gap() {
        let messages = [json!({ "x": 1 }), json!({}), json!({ "x": "NaN" }), json!({ "x": 2 })];
        let found = collected(&["x"], &messages);
        assert_eq!(found[0].1.len(), 3);
        assert!(found[0].1[1].is_nan());
    }

    #[test]
    fn paths_without_numbers_are_named() {
        let paths = ["x", "name", "list"].iter().map(|path| path.parse().unwrap()).collect();
        let mut collector = Collector::new(paths);
        collector.add(0.0, &json!({ "x": 1, "name": "a", "list": [1] }), None);
        let without: Vec<_> = collector.without_numbers().into_iter().map(Path::as_str).collect();
        assert_eq!(without, ["name"]);
    }
}
