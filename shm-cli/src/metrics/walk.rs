//! The numbers of a region, with their names and labels.

use std::collections::HashMap;

use shm_core::dynamic::DynValue;
use shm_core::errors::DynError;
use shm_core::inspect::{Holder, Liveness};
use shm_core::layout::{Role, ScalarKind};
use shm_core::path::{Path, Segment};
use shm_core::schema::{Field, Live, Type, TypeKind};
use shm_core::{DynRegion, ReadOnly};

use super::family::{About, Families, Kind, Labels};
use super::names::{begun, snake, unit, word};
use super::{Wanted, state_name};
use crate::printable::printable;
use crate::processes::State;

/// The largest plain value that is read at once, in bytes; and the most memory for the entries of a map.
const AT_ONCE: u64 = 64 << 10;
const ENTRIES: u64 = 8 << 20;

/// A visit of all numbers of a region.
pub(super) struct Walk<'a> {
    families: &'a mut Families,
    region: &'a DynRegion<ReadOnly>,
    /// The name of the region.
    label: &'a str,
    /// The start of every name.
    start: String,
    /// The number of samples that can still be added.
    left: usize,
    /// Facts about types, by their indexes: a schema can have more paths than could be visited.
    known: HashMap<u32, Facts>,
}

/// What a type has inside.
#[derive(Clone, Copy)]
struct Facts {
    /// The number of its numbers, at least; those of maps and slices are not counted.
    numbers: u64,
    /// Whether nothing in it is live, so that it is read at once.
    is_plain: bool,
}

/// A place that is visited.
#[derive(Clone)]
struct At<'t> {
    ty: Type<'t>,
    path: Path,
    /// The path without indexes.
    names: Vec<&'t str>,
    labels: Labels,
    /// The field that it is, or is an element of.
    field: Option<Field<'t>>,
    counts: bool,
    indexes: usize,
    keys: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        families: &'a mut Families,
        region: &'a DynRegion<ReadOnly>,
        label: &'a str,
        wanted: &Wanted,
    ) -> Self {
        let (root, prefix) = (region.schema().root(), &wanted.prefix);
        let name = if root.is_plain_struct() { snake(root.name()) } else { String::new() };
        let start = if name.is_empty() { prefix.clone() } else { format!("{prefix}{name}_") };
        let known = HashMap::new();
        Self { families, region, label, start, left: wanted.most, known }
    }

    /// Visits everything.
    pub(super) fn all(mut self) {
        let region = self.region;
        let root = At {
            ty: region.schema().root(),
            path: Path::new(),
            names: Vec::new(),
            labels: vec![("region".to_owned(), self.label.to_owned())],
            field: None,
            counts: false,
            indexes: 0,
            keys: 0,
        };
        self.visit(&root, None);
    }

    /// Visits a place, of which the value is known or is to be read.
    fn visit(&mut self, at: &At<'_>, value: Option<&DynValue>) {
        let facts = facts(at.ty, &mut self.known);
        if facts.numbers == 0 {
            return;
        }
        if self.left == 0 {
            let text = format!("{}: there are more numbers than --most allows", self.label);
            return self.families.leave_out(text);
        }
        if value.is_none() && facts.is_plain && at.ty.size() <= AT_ONCE && !is_slice(at.ty) {
            if facts.numbers > self.left as u64 {
                return self.descend(at);
            }
            return match self.region.get(&at.path) {
                Ok(value) => self.visit(at, Some(&value)),
                Err(error) => self.fail(at, &error),
            };
        }
        match (at.ty.kind(), value) {
            (TypeKind::Struct { .. }, value) => self.fields(at, value),
            (TypeKind::Array { element, .. }, Some(DynValue::List(list))) => {
                for (index, value) in (0..).zip(list) {
                    self.visit(&at.element(element, index), Some(value));
                }
            }
            (TypeKind::Array { .. } | TypeKind::Slice { .. }, _) => self.elements(at),
            (TypeKind::Live { role, .. }, None) => self.live(at, role),
            (_, Some(value)) => self.number(at, value),
            _ => {}
        }
    }

    /// Visits the parts of a value of which not all numbers can be samples.
    fn descend(&mut self, at: &At<'_>) {
        match at.ty.kind() {
            TypeKind::Struct { .. } => self.fields(at, None),
            _ => self.elements(at),
        }
    }

    fn fields(&mut self, at: &At<'_>, value: Option<&DynValue>) {
        for field in at.ty.fields() {
            let inside = value.map(|value| value.field(field.name()));
            // A field without a value is not a number.
            if inside == Some(None) {
                continue;
            }
            self.visit(&at.field(field), inside.flatten());
        }
    }

    /// Visits the elements of an array or a slice one by one, if all can be samples.
    fn elements(&mut self, at: &At<'_>) {
        let (element, len) = match at.ty.kind() {
            TypeKind::Array { element, len } => (element, len),
            TypeKind::Slice { element } => (element, self.region.len().unwrap_or(0) as u64),
            _ => return,
        };
        let numbers = facts(element, &mut self.known).numbers.saturating_mul(len);
        if numbers > self.left as u64 {
            let text = format!(
                "{}: `{}` has more numbers than the samples that are left for the region: see --most",
                self.label,
                printable(at.path.as_str())
            );
            return self.families.leave_out(text);
        }
        for index in 0..len {
            self.visit(&at.element(element, index), None);
        }
    }

    fn live(&mut self, at: &At<'_>, role: Role) {
        let Some(live) = at.ty.live() else { return };
        let outcome = match role {
            Role::Mutex | Role::RwLock | Role::Latest | Role::Watched => match live.value() {
                Some(inside) => self.region.get(&at.path).map(|value| {
                    self.visit(&At { ty: inside.ty, ..at.clone() }, Some(&value));
                }),
                None => Ok(()),
            },
            Role::PerProcess => self.rows(at, live),
            Role::Map => self.entries(at, live),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.fail(at, &error);
        }
    }

    /// Visits the row of each process, and the sum of those of past ones.
    fn rows(&mut self, at: &At<'_>, live: Live<'_>) -> Result<(), DynError> {
        let Some(rows) = live.rows() else { return Ok(()) };
        let value = self.region.get(&at.path)?;
        let seats = self.region.lock_state(&at.path)?.seats;
        let place = At { ty: rows.row, ..at.clone() };
        if let Some(retired) = value.field("retired") {
            self.visit(&place.labelled(&[("state", "retired")]), Some(retired));
        }
        let Some(DynValue::List(used)) = value.field("rows") else { return Ok(()) };
        for row in used {
            let Some((index, value)) = row.field("row").zip(row.field("value")) else { continue };
            let index = u64::try_from(index.clone()).unwrap_or_default();
            let holder = seats.get(index as usize).and_then(Option::as_ref);
            let process = holder.and_then(|holder| holder.process.as_ref());
            let state = holder.map_or(Liveness::Dead, Holder::liveness);
            let pid = process.and_then(|process| process.pid_here);
            let labels = [
                ("row", &*index.to_string()),
                ("state", state_name(State::from(state))),
                ("process", process.map_or("", |process| &process.name)),
                ("pid", &pid.map_or_else(String::new, |pid| pid.to_string())),
            ];
            self.visit(&place.labelled(&labels), Some(value));
        }
        Ok(())
    }

    fn entries(&mut self, at: &At<'_>, live: Live<'_>) -> Result<(), DynError> {
        let Some((_, ty)) = live.entry() else { return Ok(()) };
        let entries = self.region.map(&at.path)?.entries_at_most(self.left, ENTRIES)?;
        let name = numbered("key", at.keys);
        for (key, value) in entries {
            let key = match key {
                DynValue::Text(text) => text,
                other => other.to_string(),
            };
            let place = At { ty, keys: at.keys + 1, ..at.labelled(&[(&*name, &*key)]) };
            self.visit(&place, Some(&value));
        }
        Ok(())
    }

    fn number(&mut self, at: &At<'_>, value: &DynValue) {
        if matches!(value, DynValue::None) || scalar(at.ty).is_none() {
            return;
        }
        self.left -= 1;
        let about = self.about(at);
        let path = at.names.join(".");
        self.families.add(&about, (self.label, &path), at.labels.clone(), value.clone());
    }

    /// The family of a number.
    fn about(&self, at: &At<'_>) -> About {
        let written = at.field.map_or("", Field::unit);
        let known = unit(written);
        let counts = at.counts && scalar(at.ty).is_some_and(ScalarKind::can_count);
        let name = if at.names.is_empty() { "value".to_owned() } else { word(&at.names.join("_")) };
        let name = if counts { name.trim_end_matches("_total") } else { &name };
        let mut name = format!("{}{name}", self.start);
        if let Some(unit) = &known
            && !name.ends_with(&format!("_{unit}"))
        {
            name = format!("{name}_{unit}");
        }
        let doc = at.field.map_or("", Field::doc);
        let doc = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let help = match (&known, written) {
            (Some(_), _) | (None, "") => doc,
            (None, unit) if doc.is_empty() => format!("In {unit}."),
            (None, unit) => format!("{doc} (in {unit})"),
        };
        let kind = if counts { Kind::Counter } else { Kind::Gauge };
        About { name: begun(name), kind, unit: known.unwrap_or_default(), help }
    }

    fn fail(&mut self, at: &At<'_>, error: &DynError) {
        // What fails takes time as well: it is not tried for ever.
        self.left = self.left.saturating_sub(1);
        let (label, path) = (self.label, printable(at.path.as_str()));
        self.families.leave_out(format!("{label}: `{path}`: {error}"));
    }
}

impl<'t> At<'t> {
    fn field(&self, field: Field<'t>) -> Self {
        let mut place = self.clone();
        place.path = self.path.with(Segment::Name(field.name()));
        place.names.push(field.name());
        (place.ty, place.field) = (field.ty(), Some(field));
        place.counts |= field.is_counter();
        place
    }

    fn element(&self, element: Type<'t>, index: u64) -> Self {
        let name = numbered("index", self.indexes);
        let mut place = self.labelled(&[(&*name, &*index.to_string())]);
        place.path = self.path.with(Segment::Index(index));
        (place.ty, place.indexes) = (element, self.indexes + 1);
        place
    }

    fn labelled(&self, labels: &[(&str, &str)]) -> Self {
        let mut place = self.clone();
        let new = labels.iter().filter(|(_, value)| !value.is_empty());
        place
            .labels
            .extend(new.map(|(name, value)| ((*name).to_owned(), printable(value).into_owned())));
        place
    }
}

/// `index`, then `index_2`, for an array in an array.
fn numbered(name: &str, before: usize) -> String {
    if before == 0 { name.to_owned() } else { format!("{name}_{}", before + 1) }
}

fn is_slice(ty: Type<'_>) -> bool {
    ty.has_tail()
}

/// The scalar that a number is.
fn scalar(ty: Type<'_>) -> Option<ScalarKind> {
    match ty.kind() {
        TypeKind::Scalar(scalar)
        | TypeKind::NonZero { scalar, .. }
        | TypeKind::Ordered { scalar, .. } => Some(scalar).filter(|kind| *kind != ScalarKind::Char),
        _ => None,
    }
}

fn facts(ty: Type<'_>, known: &mut HashMap<u32, Facts>) -> Facts {
    if let Some(known) = known.get(&ty.index()) {
        return *known;
    }
    let found = match ty.kind() {
        TypeKind::Struct { .. } => ty.fields().map(|field| facts(field.ty(), known)).fold(
            Facts { numbers: 0, is_plain: true },
            |all, one| Facts {
                numbers: all.numbers.saturating_add(one.numbers),
                is_plain: all.is_plain && one.is_plain,
            },
        ),
        TypeKind::Array { element, len } => {
            let one = facts(element, known);
            Facts { numbers: one.numbers.saturating_mul(len), ..one }
        }
        TypeKind::Slice { element } => facts(element, known),
        TypeKind::Live { role, .. } => {
            let live = ty.live();
            let inside = match role {
                Role::PerProcess => live.and_then(Live::rows).map(|rows| rows.row),
                Role::Map => live.and_then(Live::entry).map(|(_, value)| value),
                _ => live.and_then(Live::value).map(|value| value.ty),
            };
            let numbers = inside.map_or(0, |inside| facts(inside, known).numbers);
            Facts { numbers, is_plain: false }
        }
        _ => Facts { numbers: u64::from(scalar(ty).is_some()), is_plain: true },
    };
    known.insert(ty.index(), found);
    found
}
