//! Families of samples: each has one kind, one unit, and at most one place of a region.

use std::collections::HashMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use shm_core::dynamic::DynValue;

use crate::value_json;

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

/// A number, and where it is from.
#[derive(Debug, Serialize)]
pub(super) struct Sample {
    #[serde(serialize_with = "as_map")]
    pub(super) labels: Labels,
    #[serde(serialize_with = "value_json::serialize")]
    pub(super) value: DynValue,
}

fn as_map<S: Serializer>(labels: &Labels, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(labels.len()))?;
    labels.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
    map.end()
}

/// The samples of one name.
#[derive(Debug, Serialize)]
pub(super) struct Family {
    #[serde(flatten)]
    pub(super) about: About,
    pub(super) samples: Vec<Sample>,
    /// The region and the path of the last sample.
    #[serde(skip)]
    source: (String, String),
}

/// All families, in the order of their first samples.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Families {
    pub(super) metrics: Vec<Family>,
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
    fn a_counter_is_never_negative() {
        let mut families = Families::default();
        for value in [DynValue::F64(f64::NAN), DynValue::F64(-1.0), DynValue::I64(-1)] {
            families.add(&about("x", Kind::Counter, ""), ("r", "x"), Vec::new(), value);
        }
        assert_eq!((&*families.text(), families.left_out.len()), ("# EOF\n", 1));
    }
}
