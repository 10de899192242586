//! Values with contents, in the heap: they are changed as a whole.

use super::super::budget::MAX_VALUE;
use super::super::convert::unsuitable;
use super::super::memory::{Copied, Memory};
use super::super::read;
use super::super::trail::Trail;
use super::super::value::DynValue;
use super::kept::{bytes_of, no_value};
use super::{Plan, Rest, Write};
use crate::access::Access;
use crate::error::DynError;
use crate::path::{Path, Segment};
use crate::schema::{Contents, Type, TypeKind};

/// A change of a value with contents: of all of it, or of the part to which some steps lead.
pub(super) struct Change<'p> {
    pub(super) ty: Type<'p>,
    pub(super) steps: Path,
    pub(super) value: &'p DynValue,
}

impl Change<'_> {
    /// The bytes of the value that follows `old`; `path` names the value.
    pub(super) fn bytes<A: Access>(
        &self,
        memory: Memory<'_, A>,
        old: Option<&Copied>,
        path: &str,
    ) -> Result<Vec<u8>, DynError> {
        let old = old.map(|old| read::kept_whole(memory, self.ty, path, old));
        let value = match old {
            Some(Ok(old)) => {
                let steps: Vec<_> = self.steps.segments().collect();
                changed(self.ty, old, &steps, self.value, path)?
            }
            // An invalid value can be replaced, but not changed.
            Some(Err(error)) if !self.steps.is_empty() => return Err(error),
            _ => self.value.clone(),
        };
        bytes(self.ty, path, &value)
    }
}

/// The bytes of a whole value with contents, in the order in which Rust programs write them.
pub(super) fn bytes(ty: Type<'_>, path: &str, value: &DynValue) -> Result<Vec<u8>, DynError> {
    let trail = Trail::of(path, &[]);
    let end = Some(ty.size());
    let mut plan = Plan { private: true, rest: Rest::Noted, end, ..Plan::of(trail) };
    plan.value(ty, 0, value)?;
    if let Some(field) = plan.missing {
        return Err(no_value(&field));
    }
    let len = plan.end.unwrap_or_default() as usize;
    let mut words = vec![0; len.div_ceil(8)];
    plan.writes.iter().for_each(|write| write.to_words(&mut words));
    Ok(bytes_of(&words, len))
}

/// A value of which the part at the end of some steps was changed.
fn changed(
    ty: Type<'_>,
    old: DynValue,
    steps: &[Segment<'_>],
    new: &DynValue,
    path: &str,
) -> Result<DynValue, DynError> {
    let Some((step, rest)) = steps.split_first() else { return Ok(over(ty, old, new)) };
    match (*step, old) {
        (Segment::Name(name), DynValue::Struct(mut fields)) => {
            let part = ty.field(name).zip(fields.iter_mut().find(|(field, _)| field == name));
            let Some((part, (_, value))) = part else {
                return Err(DynError::no_field(path, name, ty));
            };
            let old = std::mem::replace(value, DynValue::None);
            *value = changed(part.ty(), old, rest, new, path)?;
            Ok(DynValue::Struct(fields))
        }
        (step @ (Segment::Index(_) | Segment::Range { .. }), old) => {
            let mut all = match old {
                DynValue::List(all) => all,
                _ => Vec::new(),
            };
            let (range, new) = match (step, new) {
                (Segment::Index(index), new) => {
                    (index..index.saturating_add(1), std::slice::from_ref(new))
                }
                (Segment::Range { start, end }, DynValue::List(new)) => {
                    (start.unwrap_or(0)..end.unwrap_or(all.len() as u64), &new[..])
                }
                _ => return Err(unsuitable(new, "is not a list of values").at(path.to_owned())),
            };
            let len = all.len() as u64;
            let places = all.get_mut(range.start as usize..range.end as usize);
            let (Some(element), Some(places)) = (element(ty), places) else {
                let (at, index) = (path.to_owned(), range.start.to_string());
                return Err(DynError::OutOfBounds { at, index, len });
            };
            for (place, new) in places.iter_mut().zip(new) {
                let old = std::mem::replace(place, DynValue::None);
                *place = changed(element, old, rest, new, path)?;
            }
            Ok(DynValue::List(all))
        }
        (Segment::Name(name), _) => Err(DynError::no_field(path, name, ty)),
        (Segment::Key(key), _) => {
            let (at, key, found) = (path.to_owned(), key.to_owned(), ty.to_string());
            Err(DynError::NotAMap { at, key, found })
        }
    }
}

/// A value over another one: fields that it does not give are as before. A slice is replaced as a whole.
fn over(ty: Type<'_>, old: DynValue, new: &DynValue) -> DynValue {
    match (ty.kind(), old, new) {
        (TypeKind::Struct { .. }, DynValue::Struct(mut fields), DynValue::Struct(given)) => {
            for (name, new) in given {
                let old = fields.iter_mut().find(|(field, _)| field == name);
                if let (Some((_, value)), Some(field)) = (old, ty.field(name)) {
                    let old = std::mem::replace(value, DynValue::None);
                    *value = over(field.ty(), old, new);
                }
            }
            DynValue::Struct(fields)
        }
        (TypeKind::Array { element, .. }, DynValue::List(all), DynValue::List(given)) => {
            let all = all.into_iter().zip(given);
            DynValue::List(all.map(|(old, new)| over(element, old, new)).collect())
        }
        _ => new.clone(),
    }
}

fn element(ty: Type<'_>) -> Option<Type<'_>> {
    match ty.kind() {
        TypeKind::Array { element, .. } => Some(element),
        _ => ty.live()?.contents()?.element,
    }
}

impl<'p> Plan<'p> {
    /// Plans the contents of a text or a slice at an offset, after those that are planned already.
    pub(super) fn contents(
        &mut self,
        contents: Contents<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let (size, align) =
            contents.element.map_or((1, 1), |element| (element.size(), element.align()));
        let len = match (value, contents.element) {
            (DynValue::None, _) => return Ok(()),
            (DynValue::Text(text), None) => text.len(),
            (DynValue::List(all), Some(_)) => all.len(),
            (DynValue::Bytes(bytes), Some(_)) => bytes.len(),
            (_, None) => return Err(self.unsuitable(unsuitable(value, "is not text"))),
            (_, Some(element)) => {
                let fault = format!("is not a list of values of type `{element}`");
                return Err(self.unsuitable(unsuitable(value, fault)));
            }
        } as u64;
        let start = self.end.unwrap_or_default().next_multiple_of(align.into());
        let end = start.saturating_add(len.saturating_mul(size));
        self.affordable(end)?;
        self.end = Some(end);
        for (part, bits) in [(contents.offset, start), (contents.len, len)] {
            let offset = offset + part as usize;
            self.writes.push(Write::Word { offset, width: 8, bits: bits.into() });
        }
        match (value, contents.element) {
            (_, Some(element)) => {
                let whole = Rest::None("elements in the heap are stored whole");
                let rest = std::mem::replace(&mut self.rest, whole);
                let planned = self.list(element, start as usize, len, value);
                self.rest = rest;
                planned
            }
            (DynValue::Text(text), None) => {
                self.writes.push(Write::bytes(start as usize, text.clone().into()));
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    /// Plans the fields that are given, in the order of their declaration, as their contents follow each other:
    /// equal values, which may be keys of a map, have equal bytes.
    pub(super) fn fields_in_order(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        given: &'p [(String, DynValue)],
    ) -> Result<(), DynError> {
        if let Some((name, _)) = given.iter().find(|(name, _)| ty.field(name).is_none()) {
            return Err(DynError::no_field(self.trail.path().as_str(), name, ty));
        }
        for field in ty.fields() {
            // Of a field that is given twice, the last one counts.
            let last = given.iter().rfind(|(name, _)| name == field.name());
            if let Some((_, value)) = last {
                self.field(field, offset, value)?;
            }
        }
        Ok(())
    }

    /// Checks a value of a type with contents, and notes the first field that is missing.
    pub(super) fn checked(&mut self, ty: Type<'p>, value: &'p DynValue) -> Result<(), DynError> {
        self.end = Some(ty.size().min(MAX_VALUE));
        let planned = self.value(ty, 0, value);
        self.end = None;
        planned
    }
}
