//! A place on the walk through a region: where it is, and what its numbers are called.

use shm_core::layout::ScalarKind;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Field, Type};

use super::family::{About, Kind, Labels};
use super::inside::scalar;
use super::names::{begun, unit, word};
use crate::printable::printable;

/// A place that is visited.
#[derive(Clone)]
pub(super) struct Place<'t> {
    pub(super) ty: Type<'t>,
    pub(super) path: Path,
    pub(super) labels: Labels,
    /// The path without indexes.
    names: Vec<&'t str>,
    /// The field that it is, or is an element of.
    field: Option<Field<'t>>,
    counts: bool,
    indexes: usize,
    keys: usize,
}

impl<'t> Place<'t> {
    /// The whole of a region.
    pub(super) fn whole(ty: Type<'t>, labels: Labels) -> Self {
        let (path, names) = (Path::new(), Vec::new());
        Self { ty, path, labels, names, field: None, counts: false, indexes: 0, keys: 0 }
    }

    pub(super) fn field(&self, field: Field<'t>) -> Self {
        let mut place = self.clone();
        place.path = self.path.with(Segment::Name(field.name()));
        place.names.push(field.name());
        (place.ty, place.field) = (field.ty(), Some(field));
        place.counts |= field.is_counter();
        place
    }

    pub(super) fn element(&self, element: Type<'t>, index: u64) -> Self {
        let name = numbered("index", self.indexes);
        let mut place = self.labelled(&[(&*name, &*index.to_string())]);
        place.path = self.path.with(Segment::Index(index));
        (place.ty, place.indexes) = (element, self.indexes + 1);
        place
    }

    /// The value of an entry of a map.
    pub(super) fn entry(&self, value: Type<'t>, key: &str) -> Self {
        let name = numbered("key", self.keys);
        Self { ty: value, keys: self.keys + 1, ..self.labelled(&[(&*name, key)]) }
    }

    /// What is inside of a live type, under the same path.
    pub(super) fn inside(&self, ty: Type<'t>) -> Self {
        Self { ty, ..self.clone() }
    }

    pub(super) fn labelled(&self, labels: &[(&str, &str)]) -> Self {
        let mut place = self.clone();
        let new = labels.iter().filter(|(_, value)| !value.is_empty());
        let new = new.map(|(name, value)| ((*name).to_owned(), printable(value).into_owned()));
        place.labels.extend(new);
        place
    }

    /// The path without indexes, by which two samples are of the same place.
    pub(super) fn source(&self) -> String {
        self.names.join(".")
    }

    /// The family of the number that is here; `start` begins every name of the region.
    pub(super) fn about(&self, start: &str) -> About {
        let unit = unit(self.unit());
        let counts = self.counts && scalar(self.ty).is_some_and(ScalarKind::can_count);
        let name = match self.names.is_empty() {
            true => "value".to_owned(),
            false => word(&self.names.join("_")),
        };
        let name = if counts { name.trim_end_matches("_total") } else { &name };
        let mut name = format!("{start}{name}");
        if let Some(unit) = &unit
            && !name.ends_with(&format!("_{unit}"))
        {
            name = format!("{name}_{unit}");
        }
        let help = self.help(unit.is_some());
        let kind = if counts { Kind::Counter } else { Kind::Gauge };
        About { name: begun(name), kind, unit: unit.unwrap_or_default(), help }
    }

    fn unit(&self) -> &'t str {
        self.field.map_or("", Field::unit)
    }

    /// The first paragraph of the doc comment, and the unit if the name does not have it.
    fn help(&self, is_named: bool) -> String {
        let doc = self.field.map_or("", Field::doc);
        let doc = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        match self.unit() {
            "" => doc,
            _ if is_named => doc,
            unit if doc.is_empty() => format!("In {unit}."),
            unit => format!("{doc} (in {unit})"),
        }
    }
}

/// `index`, then `index_2`, for an array in an array.
fn numbered(name: &str, before: usize) -> String {
    if before == 0 { name.to_owned() } else { format!("{name}_{}", before + 1) }
}
