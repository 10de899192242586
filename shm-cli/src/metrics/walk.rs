//! The numbers of a region, read part by part.

use shm_core::dynamic::DynValue;
use shm_core::errors::DynError;
use shm_core::inspect::{Holder, Liveness};
use shm_core::layout::Role;
use shm_core::schema::{Live, Type, TypeKind};
use shm_core::{DynRegion, ReadOnly};

use super::family::Families;
use super::inside::{Known, scalar};
use super::names::snake;
use super::place::Place;
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
    known: Known,
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
        Self { families, region, label, start, left: wanted.most, known: Known::default() }
    }

    /// Visits everything.
    pub(super) fn all(mut self) {
        let region = self.region;
        let labels = vec![("region".to_owned(), self.label.to_owned())];
        self.visit(&Place::whole(region.schema().root(), labels), None);
    }

    /// Visits a place, of which the value is known or is to be read.
    fn visit(&mut self, at: &Place<'_>, value: Option<&DynValue>) {
        let inside = self.known.inside(at.ty);
        if inside.numbers == 0 {
            return;
        }
        if self.left == 0 {
            let text = format!("{}: there are more numbers than --most allows", self.label);
            return self.families.leave_out(text);
        }
        match value {
            Some(value) => self.known_value(at, value),
            None if inside.is_plain && at.ty.size() <= AT_ONCE && !at.ty.has_tail() => {
                if inside.numbers > self.left as u64 {
                    return self.parts(at);
                }
                match self.region.get(&at.path) {
                    Ok(value) => self.known_value(at, &value),
                    Err(error) => self.fail(at, &error),
                }
            }
            None => self.parts(at),
        }
    }

    /// Visits the parts of a value that was read.
    fn known_value(&mut self, at: &Place<'_>, value: &DynValue) {
        match (at.ty.kind(), value) {
            (TypeKind::Struct { .. }, value) => {
                for field in at.ty.fields() {
                    // A field without a value is not a number.
                    if let Some(inside) = value.field(field.name()) {
                        self.visit(&at.field(field), Some(inside));
                    }
                }
            }
            (TypeKind::Array { element, .. }, DynValue::List(list)) => {
                for (index, value) in (0..).zip(list) {
                    self.visit(&at.element(element, index), Some(value));
                }
            }
            (TypeKind::Array { .. } | TypeKind::Slice { .. }, _) => {}
            (_, value) => self.number(at, value),
        }
    }

    /// Visits the parts of a place, each of which is read by itself.
    fn parts(&mut self, at: &Place<'_>) {
        match at.ty.kind() {
            TypeKind::Struct { .. } => {
                at.ty.fields().for_each(|field| self.visit(&at.field(field), None));
            }
            TypeKind::Array { element, len } => self.elements(at, element, len),
            TypeKind::Slice { element } => {
                let len = self.region.len().unwrap_or(0) as u64;
                self.elements(at, element, len);
            }
            TypeKind::Live { role, .. } => self.live(at, role),
            _ => {}
        }
    }

    /// Visits the elements of an array or a slice one by one, if all can be samples.
    fn elements<'t>(&mut self, at: &Place<'t>, element: Type<'t>, len: u64) {
        let numbers = self.known.inside(element).numbers.saturating_mul(len);
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

    fn live(&mut self, at: &Place<'_>, role: Role) {
        let Some(live) = at.ty.live() else { return };
        let outcome = match role {
            Role::Mutex | Role::RwLock | Role::Latest | Role::Watched => match live.value() {
                Some(inside) => self.region.get(&at.path).map(|value| {
                    self.visit(&at.inside(inside.ty), Some(&value));
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
    fn rows(&mut self, at: &Place<'_>, live: Live<'_>) -> Result<(), DynError> {
        let Some(rows) = live.rows() else { return Ok(()) };
        let value = self.region.get(&at.path)?;
        let seats = self.region.lock_state(&at.path)?.seats;
        let place = at.inside(rows.row);
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

    fn entries(&mut self, at: &Place<'_>, live: Live<'_>) -> Result<(), DynError> {
        let Some((_, ty)) = live.entry() else { return Ok(()) };
        let entries = self.region.map(&at.path)?.entries_at_most(self.left, ENTRIES)?;
        for (key, value) in entries {
            let key = match key {
                DynValue::Text(text) => text,
                other => other.to_string(),
            };
            self.visit(&at.entry(ty, &key), Some(&value));
        }
        Ok(())
    }

    fn number(&mut self, at: &Place<'_>, value: &DynValue) {
        if matches!(value, DynValue::None) || scalar(at.ty).is_none() {
            return;
        }
        self.left -= 1;
        let (about, source) = (at.about(&self.start), at.source());
        self.families.add(&about, (self.label, &source), at.labels.clone(), value.clone());
    }

    fn fail(&mut self, at: &Place<'_>, error: &DynError) {
        // What fails takes time as well: it is not tried for ever.
        self.left = self.left.saturating_sub(1);
        let (label, path) = (self.label, printable(at.path.as_str()));
        self.families.leave_out(format!("{label}: `{path}`: {error}"));
    }
}
