//! A recording as a table: CSV, as RFC 4180 describes it, with line feeds.

use shm_core::dynamic::DynValue;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Live, Type, TypeKind};

use super::bounded::Bounded;
use super::selection::Selected;
use super::sink::{Beginning, Moment, Sink, Wrote};
use super::summary::Summary;
use crate::failure::Failure;
use crate::value_json::ValueJson;

/// The most columns.
const MOST: usize = 4096;

/// The most parts of a region that are looked at.
const VISITED: usize = 100_000;

/// A table whose columns are those of the first region.
pub(super) struct Table {
    out: Bounded,
    /// The column of each part: the key of its field, and the way from there.
    columns: Vec<Column>,
    is_full: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    key: String,
    way: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Element(usize),
}

impl Table {
    pub(super) fn new(out: Bounded) -> Self {
        Self { out, columns: Vec::new(), is_full: false }
    }
}

impl Sink for Table {
    fn begin(&mut self, beginning: &Beginning<'_>) -> Result<(), Failure> {
        if !self.columns.is_empty() {
            return Ok(());
        }
        let mut search = Search::default();
        if beginning.selection.fields.iter().any(|field| search.field(field)) {
            let cause = format!(
                "the region has more than the {MOST} columns that a table can have: name paths"
            );
            return Err(Failure::Usage(cause));
        }
        self.columns = search.found;
        let mut head = String::from("time");
        for column in &self.columns {
            head.push(',');
            head.push_str(&quoted(&column.name()));
        }
        head.push('\n');
        self.is_full = self.out.line(&head)? == Wrote::Full;
        Ok(())
    }

    fn write(&mut self, moment: &Moment<'_>) -> Result<Wrote, Failure> {
        if self.is_full {
            return Ok(Wrote::Full);
        }
        let mut line = humantime::format_rfc3339_nanos(moment.time).to_string();
        for Column { key, way } in &self.columns {
            line.push(',');
            let mut fields = moment.selection.fields.iter().zip(moment.values);
            let value = fields.find(|(field, _)| field.key == *key);
            let value = value.and_then(|(_, value)| value.as_ref());
            if let Some(value) = value.and_then(|value| part(value, way)) {
                line.push_str(&cell(value));
            }
        }
        line.push('\n');
        self.out.line(&line)
    }

    fn settle(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> Result<u64, Failure> {
        Ok(self.out.written())
    }
}

impl Column {
    fn name(&self) -> String {
        let start: Path = self.key.parse().unwrap_or_default();
        let way = self.way.iter().map(|step| match step {
            Step::Field(name) => Segment::Name(name),
            Step::Element(index) => Segment::Index(*index as u64),
        });
        way.fold(start, |path, step| path.with(step)).as_str().to_owned()
    }
}

/// The search for the columns of a region.
#[derive(Default)]
struct Search {
    found: Vec<Column>,
    way: Vec<Step>,
    /// The number of parts that were looked at: nested structs can be any number without a single value.
    visited: usize,
}

impl Search {
    /// Adds the columns of a field; returns whether there are too many.
    fn field(&mut self, field: &Selected) -> bool {
        match field.count() {
            Some(count) => self.elements(&field.key, field.ty(), count),
            None => self.parts(&field.key, field.ty()),
        }
    }

    fn parts(&mut self, key: &str, ty: Type<'_>) -> bool {
        self.visited += 1;
        if self.visited > VISITED {
            return true;
        }
        match ty.kind() {
            TypeKind::Struct { .. } => ty
                .fields()
                .any(|field| self.inside(Step::Field(field.name().to_owned()), key, field.ty())),
            TypeKind::Array { element, len } => self.elements(key, element, len),
            TypeKind::Live { .. } => match ty.live().and_then(Live::value) {
                Some(inside) => self.parts(key, inside.ty),
                None => self.leaf(key),
            },
            TypeKind::Marker => false,
            _ => self.leaf(key),
        }
    }

    fn elements(&mut self, key: &str, element: Type<'_>, len: u64) -> bool {
        (0..len as usize).any(|index| self.inside(Step::Element(index), key, element))
    }

    fn inside(&mut self, step: Step, key: &str, ty: Type<'_>) -> bool {
        self.way.push(step);
        let too_many = self.parts(key, ty);
        self.way.pop();
        too_many
    }

    fn leaf(&mut self, key: &str) -> bool {
        self.found.push(Column { key: key.to_owned(), way: self.way.clone() });
        self.found.len() > MOST
    }
}

fn part<'v>(value: &'v DynValue, way: &[Step]) -> Option<&'v DynValue> {
    way.iter().try_fold(value, |value, step| match (step, value) {
        (Step::Field(name), value) => value.field(name),
        (Step::Element(index), DynValue::List(list)) => list.get(*index),
        _ => None,
    })
}

/// A value in a table: text as it is, everything else as JSON.
fn cell(value: &DynValue) -> String {
    match value {
        DynValue::None => String::new(),
        DynValue::Text(text) => quoted(text),
        DynValue::Variant { name, .. } => quoted(name),
        DynValue::Char(character) => quoted(&character.to_string()),
        DynValue::F32(value) if !value.is_finite() => value.to_string(),
        DynValue::F64(value) if !value.is_finite() => value.to_string(),
        other => quoted(&serde_json::to_string(&ValueJson(other)).unwrap_or_default()),
    }
}

/// A text, in quotation marks if it needs them.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_only_if_they_must_be() {
        assert_eq!(cell(&DynValue::Text("north".to_owned())), "north");
        assert_eq!(cell(&DynValue::Text("a \"b\",\nc".to_owned())), "\"a \"\"b\"\",\nc\"");
        assert_eq!(cell(&DynValue::F64(f64::NAN)), "NaN");
        assert_eq!(cell(&DynValue::from([1, 2])), "\"[1,2]\"");
        assert_eq!(cell(&DynValue::None), "");
    }
}
