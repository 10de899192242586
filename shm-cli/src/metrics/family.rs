//! Families of samples, and their text.

use std::collections::HashMap;
use std::fmt::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;

use crate::value_json;

/// The content type of the text.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The number of things left out that are named; the others are counted.
const SAID: usize = 50;

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Whether numbers go up and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Gauge,
    /// They only grow.
    Counter,
}

/// The facts about a family.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct About {
    /// Without the `_total` of the samples of a counter.
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    /// The end of the name, if there is a unit.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) help: String,
}

/// Labels, in the order in which they are written.
pub(crate) type Labels = Vec<(String, String)>;

#[derive(Debug, Serialize)]
struct Sample {
    #[serde(serialize_with = "as_map")]
    labels: Labels,
    #[serde(serialize_with = "value_json::serialize")]
    value: DynValue,
}

fn as_map<S: Serializer>(labels: &Labels, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(labels.len()))?;
    labels.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
    map.end()
}

#[derive(Debug, Serialize)]
struct Family {
    #[serde(flatten)]
    about: About,
    samples: Vec<Sample>,
    /// The region and the path of the last sample.
    #[serde(skip)]
    source: (String, String),
}

/// All families, in the order of their first samples.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Families {
    metrics: Vec<Family>,
    /// What has no sample, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) left_out: Vec<String>,
    /// How much else, if that is a lot.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) more_left_out: u64,
    /// The families by every name that they reserve.
    #[serde(skip)]
    names: HashMap<String, usize>,
}

impl Families {
    /// Adds a sample of a place: a region, and a path in it without indexes. It is left out if its family is of another
    /// kind or unit, or has samples of another place of that region.
    pub(crate) fn add(
        &mut self,
        about: &About,
        (region, path): (&str, &str),
        labels: Labels,
        value: DynValue,
    ) {
        let Some(index) = self.index(about) else {
            self.leave_out(format!(
                "{region}: `{path}` would be in the family `{}`, which has samples of another kind, unit or name",
                about.name
            ));
            return;
        };
        let Some(value) = number(value, about.kind) else {
            self.leave_out(format!(
                "{region}: `{path}` is marked as a counter, and is negative or not a number"
            ));
            return;
        };
        let family = &mut self.metrics[index];
        let (last_region, last_path) = &family.source;
        if last_region == region && last_path != path {
            let text = format!(
                "{region}: `{path}` and `{last_path}` would be in one family, `{}`",
                about.name
            );
            self.leave_out(text);
            return;
        }
        family.source = (region.to_owned(), path.to_owned());
        family.samples.push(Sample { labels, value });
    }

    /// Notes that something has no sample, once.
    pub(crate) fn leave_out(&mut self, text: String) {
        if self.left_out.len() >= SAID {
            self.more_left_out += 1;
        } else if !self.left_out.contains(&text) {
            self.left_out.push(text);
        }
    }

    /// The family of this name, new or of the same kind and unit.
    fn index(&mut self, about: &About) -> Option<usize> {
        if let Some(index) = self.names.get(&about.name) {
            let known = &self.metrics[*index].about;
            let is_same =
                (&known.name, known.kind, &known.unit) == (&about.name, about.kind, &about.unit);
            return is_same.then_some(*index);
        }
        let reserved = reserved(about);
        if reserved.iter().any(|name| self.names.contains_key(name)) {
            return None;
        }
        let index = self.metrics.len();
        self.names.extend(reserved.into_iter().map(|name| (name, index)));
        let (samples, source) = (Vec::new(), Default::default());
        self.metrics.push(Family { about: about.clone(), samples, source });
        Some(index)
    }

    /// The text of OpenMetrics 1.0.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for Family { about, samples, .. } in
            self.metrics.iter().filter(|one| !one.samples.is_empty())
        {
            // Writing to a text cannot fail.
            let _ = about.write(&mut text);
            for sample in samples {
                let _ = sample.write(about, &mut text);
            }
        }
        text + "# EOF\n"
    }
}

/// The names that no other family can have.
fn reserved(about: &About) -> Vec<String> {
    let ends: &[&str] = match about.kind {
        Kind::Gauge => &[""],
        Kind::Counter => &["", "_total", "_created"],
    };
    ends.iter().map(|end| format!("{}{end}", about.name)).collect()
}

/// A number that a sample can have.
fn number(value: DynValue, kind: Kind) -> Option<DynValue> {
    let value = match value {
        DynValue::Bool(value) => DynValue::U64(u64::from(value)),
        other => other,
    };
    let counts = match &value {
        DynValue::I64(value) => *value >= 0,
        DynValue::I128(value) => *value >= 0,
        DynValue::F32(value) => *value >= 0.0,
        DynValue::F64(value) => *value >= 0.0,
        _ => true,
    };
    (counts || kind == Kind::Gauge).then_some(value)
}

impl About {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { name, kind, unit, help } = self;
        let kind = match kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        writeln!(text, "# TYPE {name} {kind}")?;
        if !unit.is_empty() {
            writeln!(text, "# UNIT {name} {unit}")?;
        }
        if !help.is_empty() {
            writeln!(text, "# HELP {name} {}", escaped(help))?;
        }
        Ok(())
    }
}

impl Sample {
    fn write(&self, about: &About, text: &mut String) -> std::fmt::Result {
        let end = if about.kind == Kind::Counter { "_total" } else { "" };
        write!(text, "{}{end}", about.name)?;
        for (at, (name, value)) in self.labels.iter().enumerate() {
            let sign = if at == 0 { '{' } else { ',' };
            write!(text, "{sign}{name}=\"{}\"", escaped(value))?;
        }
        text.push_str(if self.labels.is_empty() { " " } else { "} " });
        match &self.value {
            DynValue::F32(value) => float(f64::from(*value), &value.to_string(), text),
            DynValue::F64(value) => float(*value, &value.to_string(), text),
            value => text.push_str(&value.to_string()),
        }
        text.push('\n');
        Ok(())
    }
}

/// A float in the digits that identify it, which differ between the two widths.
fn float(value: f64, digits: &str, text: &mut String) {
    text.push_str(match value {
        value if value.is_nan() => "NaN",
        f64::INFINITY => "+Inf",
        f64::NEG_INFINITY => "-Inf",
        _ => digits,
    });
}

/// A text in a label or in a help line.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(name: &str, kind: Kind, unit: &str) -> About {
        About { name: name.to_owned(), kind, unit: unit.to_owned(), help: String::new() }
    }

    #[test]
    fn a_family_has_one_kind_and_one_unit() {
        let mut families = Families::default();
        let add = |families: &mut Families, about: &About, place| {
            families.add(about, place, Vec::new(), DynValue::U64(1));
        };
        add(&mut families, &about("hits", Kind::Counter, ""), ("a", "hits"));
        add(&mut families, &about("hits", Kind::Gauge, ""), ("b", "hits"));
        add(&mut families, &about("hits_total", Kind::Gauge, ""), ("b", "hits_total"));
        add(&mut families, &about("hits", Kind::Counter, "bytes"), ("b", "hits"));
        assert_eq!(families.text(), "# TYPE hits counter\nhits_total 1\n# EOF\n");
        assert_eq!(families.left_out.len(), 2, "{:?}", families.left_out);
    }

    #[test]
    fn two_paths_of_a_region_are_never_one_family() {
        let mut families = Families::default();
        for path in ["a.b", "a.b", "a_b"] {
            let labels = vec![("region".to_owned(), "r".to_owned())];
            families.add(&about("a_b", Kind::Gauge, ""), ("r", path), labels, DynValue::U64(1));
        }
        assert_eq!(families.text().matches("region=\"r\"").count(), 2);
        assert_eq!(families.left_out, ["r: `a_b` and `a.b` would be in one family, `a_b`"]);
    }

    #[test]
    fn numbers_are_written_as_openmetrics_has_them() {
        let written = |value: DynValue| {
            let mut families = Families::default();
            families.add(&about("x", Kind::Gauge, ""), ("r", "x"), Vec::new(), value);
            families.text().lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(written(DynValue::F32(0.1)), "x 0.1");
        assert_eq!(written(DynValue::F64(f64::NAN)), "x NaN");
        assert_eq!(written(DynValue::F64(f64::NEG_INFINITY)), "x -Inf");
        assert_eq!(written(DynValue::U64(u64::MAX)), "x 18446744073709551615");
        assert_eq!(written(DynValue::Bool(true)), "x 1");
    }

    #[test]
    fn a_counter_is_never_negative() {
        let mut families = Families::default();
        for value in [DynValue::F64(f64::NAN), DynValue::F64(-1.0), DynValue::I64(-1)] {
            families.add(&about("x", Kind::Counter, ""), ("r", "x"), Vec::new(), value);
        }
        assert_eq!((&*families.text(), families.left_out.len()), ("# EOF\n", 1));
    }

    #[test]
    fn labels_and_help_cannot_break_a_line() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
