//! The fields of a region with their values, as `shm show` lists them. No lock is taken, so that a notebook shows
//! a region whatever other processes do.

use shm_core::dynamic::{DynField, DynRegion};
use shm_core::errors::DynError;
use shm_core::inspect::{Holder, Liveness};
use shm_core::schema::{Live, Type, TypeKind};
use shm_core::traits::Access;

use crate::mapped::{Handle, Inner};

/// Offset, type, depth, name, value, unit, remarks.
pub(crate) type Row = (u64, String, usize, String, String, String, String);

/// The most rows.
const ROWS: usize = 500;
/// The most elements of an array, in a value or as rows of their own.
const ELEMENTS: u64 = 8;
/// The most bytes of a value.
const BYTES: u64 = 1 << 16;

/// The rows of the value at a path: one for each field, before those inside it.
pub(crate) fn rows(inner: &Inner, path: &str) -> Result<Vec<Row>, DynError> {
    match &inner.handle {
        Handle::Writes(region) => Lister::list(&region.read_only(), path),
        Handle::Reads(region) => Lister::list(region, path),
    }
}

struct Lister<'r, A: Access> {
    region: &'r DynRegion<A>,
    rows: Vec<Row>,
}

impl<'r, A: Access> Lister<'r, A> {
    fn list(region: &'r DynRegion<A>, path: &str) -> Result<Vec<Row>, DynError> {
        let whole = region.field(path)?;
        let mut lister = Self { region, rows: Vec::new() };
        if whole.ty().is_plain_struct() {
            lister.inside(&whole, 0);
        } else {
            lister.visit(&whole, 0);
        }
        Ok(lister.rows)
    }

    fn visit(&mut self, field: &DynField<'_>, depth: usize) {
        if self.rows.len() >= ROWS {
            return;
        }
        let elements = self.elements(field);
        let structs = elements.filter(|(element, _)| element.is_plain_struct());
        let has_parts = structs.is_some() || field.fields().next().is_some();
        self.push(field, depth, elements.map(|(_, len)| len), !has_parts);
        let Some((_, len)) = structs else { return self.inside(field, depth + 1) };
        for index in 0..len.min(ELEMENTS) {
            if let Ok(element) = self.region.field(format!("{}[{index}]", field.path())) {
                self.visit(&element, depth + 1);
            }
        }
        if len > ELEMENTS {
            let name = format!(".. {} more", len - ELEMENTS);
            let none = String::new;
            self.rows.push((field.offset(), none(), depth + 1, name, none(), none(), none()));
        }
    }

    /// Visits the fields inside one.
    fn inside(&mut self, field: &DynField<'_>, depth: usize) {
        let mut fields = field.fields();
        while let Some(inner) = fields.next() {
            fields.skip_inside();
            self.visit(&inner, depth);
        }
    }

    /// The element of an array or a slice, and how many there are.
    fn elements<'t>(&self, field: &DynField<'t>) -> Option<(Type<'t>, u64)> {
        match field.ty().kind() {
            TypeKind::Array { element, len } => Some((element, len)),
            TypeKind::Slice { element } => Some((element, self.region.len().unwrap_or(0) as u64)),
            _ => None,
        }
    }

    fn push(&mut self, field: &DynField<'_>, depth: usize, len: Option<u64>, has_value: bool) {
        let value = match has_value {
            true => self.value(field, len).unwrap_or_else(|error| format!("<{error}>")),
            false => String::new(),
        };
        let name =
            field.path().last().map_or_else(|| "(the whole)".to_owned(), |last| last.to_string());
        let unit = if value.is_empty() { "" } else { field.unit() };
        let (unit, about) = (unit.to_owned(), self.about(field));
        self.rows.push((field.offset(), field.type_name(), depth, name, value, unit, about));
    }

    fn value(&self, field: &DynField<'_>, len: Option<u64>) -> Result<String, DynError> {
        let more = len.map_or(0, |len| len.saturating_sub(ELEMENTS));
        let range = if more > 0 { format!("[0..{ELEMENTS}]") } else { String::new() };
        let place = self.region.resolve(format!("{}{range}", field.path()))?;
        let text = place.get_at_most(BYTES)?.0.to_string();
        Ok(match text.strip_suffix(']').filter(|_| more > 0) {
            Some(start) => format!("{start}, .. {more} more]"),
            None => text,
        })
    }

    /// Remarks: the version, the lock, the doc comment.
    fn about(&self, field: &DynField<'_>) -> String {
        let mut parts = Vec::new();
        let path = field.path().as_str();
        let live = field.ty().live();
        if live.is_some() {
            let version = self.region.resolve(path).ok().and_then(|place| place.version());
            parts.extend(version.map(|version| format!("version {version}")));
        }
        let is_locked = live.and_then(Live::value).is_some();
        if let Ok(state) = self.region.lock_state(path) {
            if is_locked {
                if let Some(holder) = &state.holder {
                    parts.push(about_holder(holder));
                }
                if state.is_poisoned {
                    parts.push("its last holder died or panicked".to_owned());
                }
            }
        }
        if !field.guarded_by().is_empty() {
            parts.push(format!("guarded by {}", field.guarded_by()));
        }
        let doc = field.doc().split("\n\n").next().unwrap_or_default().replace('\n', " ");
        parts.extend((!doc.is_empty()).then_some(doc));
        parts.join("; ")
    }
}

fn about_holder(holder: &Holder) -> String {
    let state = match holder.liveness() {
        Liveness::Alive => "alive",
        Liveness::Dead => "dead",
        _ => "perhaps alive",
    };
    match &holder.process {
        Some(process) => format!("locked by process {} {}, {state}", process.pid, process.name),
        None => format!("locked by a process that is {state}"),
    }
}
