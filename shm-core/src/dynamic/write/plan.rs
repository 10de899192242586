//! [`Plan`]: the writes that put a value at a place, each checked.

use super::Write;
use crate::dynamic::convert::{Unfit, unsuitable};
use crate::dynamic::fit::{c_text, fitting, non_zero, variant_bits};
use crate::dynamic::malformed::expect_made;
use crate::dynamic::resolve::{Run, word_of};
use crate::dynamic::scalars;
use crate::dynamic::source::{native, native_bytes, reorder};
use crate::dynamic::trail::Trail;
use crate::dynamic::value::DynValue;
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::path::Segment;
use crate::schema::{Counted, Field, Type, TypeKind};

pub(super) struct Plan<'p> {
    pub(super) trail: Trail<'p, 'p>,
    pub(super) writes: Vec<Write<'p>>,
    /// The offsets of the locks beside the fields that are written.
    pub(super) locks: Vec<usize>,
    /// The one that is held already.
    pub(super) held: Option<usize>,
    /// Set if the writes go to a private copy.
    pub(super) private: bool,
    pub(super) rest: Rest,
    /// The first field that is missing, if those are noted.
    pub(super) missing: Option<String>,
    /// Where the contents end that are planned, in a value with contents.
    pub(super) end: Option<u64>,
}

/// The fields of a struct that a value does not give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// They keep their values.
    AsItIs,
    /// The same; the first is noted.
    Noted,
    /// There must be none, for a reason that follows in a sentence: they would have no value.
    None(&'static str),
}

impl<'p> Plan<'p> {
    /// Returns a plan of nothing, in a region; fields that are not given keep their values.
    pub(super) fn of(trail: Trail<'p, 'p>) -> Self {
        let (writes, locks) = (Vec::new(), Vec::new());
        let (private, rest) = (false, Rest::AsItIs);
        Self { trail, writes, locks, held: None, private, rest, missing: None, end: None }
    }

    pub(super) fn value(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        match ty.scalar() {
            // The most frequent case.
            Some(scalar) => self.word(ty, offset, scalars::bits(scalar, value)),
            None => self.parts(ty, offset, value),
        }
    }

    pub(super) fn parts(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        match ty.kind() {
            TypeKind::Scalar(scalar) => self.word(ty, offset, scalars::bits(scalar, value)),
            TypeKind::NonZero { scalar, optional } => {
                self.word(ty, offset, non_zero(scalar, optional, value))
            }
            TypeKind::Enum { repr, variants } => {
                self.word(ty, offset, variant_bits(repr, variants, value))
            }
            TypeKind::Ordered { scalar, order, packed } => {
                let bits =
                    scalars::bits(scalar, value).map_err(|source| self.unsuitable(source))?;
                let mut bytes = native_bytes(bits, scalar.size());
                reorder(&mut bytes, order);
                if !packed {
                    return self.word(ty, offset, Ok(native(&bytes)));
                }
                self.writes.push(Write::bytes(offset, bytes));
                Ok(())
            }
            TypeKind::CText { capacity } => {
                let bytes = c_text(value, capacity).map_err(|source| self.unsuitable(source))?;
                self.writes.push(Write::Bytes { offset, bytes, room: capacity as usize });
                Ok(())
            }
            TypeKind::Array { element, len } => self.list(element, offset, len, value),
            TypeKind::Struct { .. } => self.fields(ty, offset, value),
            TypeKind::Live { role, .. } => match ty.live().map(|live| (live, live.counted())) {
                Some((_, Some(bytes))) => self.counted(role, offset, bytes, value),
                Some((live, None)) if live.contents().is_some() && self.end.is_some() => {
                    let contents = live.contents().expect("it has some");
                    self.contents(contents, offset, value)
                }
                Some((live, None)) if live.handle().is_some() && !self.private => {
                    self.kept(live, offset, value)
                }
                _ => {
                    let help = match role {
                        Role::Map => "set its entries by their keys, as in `map[7]`",
                        _ => "name one of its elements, or its value, by itself",
                    };
                    let fault = format!("it is a `{}`", role.name());
                    Err(self.not_writable(fault, Some(help)))
                }
            },
            TypeKind::Marker => Ok(()),
            TypeKind::Slice { .. } | TypeKind::Unknown(_) => {
                expect_made(ty, self.trail.path().as_str())?;
                Err(self.not_writable(format!("it is `{ty}`"), Some("write its parts")))
            }
        }
    }

    pub(super) fn word(
        &mut self,
        ty: Type<'_>,
        offset: usize,
        bits: Result<u128, Unfit>,
    ) -> Result<(), DynError> {
        let (bits, width) = (bits.map_err(|source| self.unsuitable(source))?, ty.size() as usize);
        if width > 8 && !self.private {
            return Err(self.not_writable(format!("no processor writes `{ty}` in one step"), None));
        }
        self.writes.push(Write::Word { offset, width, bits });
        Ok(())
    }

    /// Plans the elements of each range on the way: a value for each, in a list, or one value for all of them.
    #[inline(never)]
    pub(super) fn runs(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        runs: &[Run],
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let Some((run, inner)) = runs.split_first() else { return self.value(ty, offset, value) };
        if run.after.is_some() && is_one(ty, value) {
            return self.all(ty, offset, (run, inner), value);
        }
        let of = if inner.is_empty() { "values" } else { "lists of values" };
        let is_dense = inner.is_empty() && run.stride as u64 == ty.size();
        let Some(elements) = self.elements(ty, run.count, of, is_dense, value)? else {
            return self.bytes(offset, value);
        };
        for (index, value) in elements.iter().enumerate() {
            self.trail.enter(run.first + index as u64);
            self.runs(ty, offset + index * run.stride, inner, value)?;
            self.trail.leave();
        }
        Ok(())
    }

    /// Plans one value for all elements of a range: once, if that is the same for each.
    #[inline(never)]
    fn all(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        (run, inner): (&Run, &[Run]),
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let (first, locks) = (self.writes.len(), self.locks.len());
        for index in 0..run.count {
            self.trail.enter(run.first + index);
            self.runs(ty, offset + index as usize * run.stride, inner, value)?;
            self.trail.leave();
            let is_same = |write: &Write<'_>| !matches!(write, Write::Kept { .. });
            if self.locks.len() == locks && self.writes[first..].iter().all(is_same) {
                let (writes, stride, count) = (self.writes.split_off(first), run.stride, run.count);
                self.writes.push(Write::Repeat { writes, shift: 0, stride, count });
                break;
            }
        }
        Ok(())
    }

    #[inline(never)]
    pub(super) fn list(
        &mut self,
        element: Type<'p>,
        offset: usize,
        count: u64,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let Some(elements) = self.elements(element, count, "values", true, value)? else {
            return self.bytes(offset, value);
        };
        for (index, value) in elements.iter().enumerate() {
            let at = offset + index * element.size() as usize;
            self.trail.push(Segment::Index(index as u64));
            self.value(element, at, value)?;
            self.trail.pop();
        }
        Ok(())
    }

    /// The elements of a list of `count`; `None` for bytes, which can be given for elements that are bytes
    /// and lie side by side.
    pub(super) fn elements(
        &self,
        ty: Type<'_>,
        count: u64,
        of: &str,
        is_dense: bool,
        value: &'p DynValue,
    ) -> Result<Option<&'p [DynValue]>, DynError> {
        let are_bytes = is_dense && matches!(ty.kind(), TypeKind::Scalar(ScalarKind::U8));
        let (given, elements) = match value {
            DynValue::List(elements) => (elements.len(), Some(elements.as_slice())),
            DynValue::Bytes(bytes) if are_bytes => (bytes.len(), None),
            _ => {
                let fault = format!("is not a list of {count} {of} of type `{ty}`");
                return Err(self.unsuitable(unsuitable(value, fault)));
            }
        };
        if given as u64 == count {
            return Ok(elements);
        }
        let fault = format!(
            "has {given} elements, there are {count}: write all of them, or a part, as in `[2..8]`"
        );
        Err(self.unsuitable(unsuitable(value, fault)))
    }

    pub(super) fn bytes(&mut self, offset: usize, value: &DynValue) -> Result<(), DynError> {
        if let DynValue::Bytes(bytes) = value {
            self.writes.push(Write::bytes(offset, bytes.clone()));
        }
        Ok(())
    }

    /// Plans the fields that are named.
    pub(super) fn fields(
        &mut self,
        ty: Type<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        let DynValue::Struct(fields) = value else {
            return Err(self.unsuitable(unsuitable(value, "is not a struct: fields with names")));
        };
        if let Some(missing) = self.first_missing(ty, fields) {
            match self.rest {
                Rest::AsItIs => {}
                Rest::Noted => {
                    let path = self.trail.path().with(Segment::Name(missing));
                    self.missing.get_or_insert_with(|| path.into());
                }
                Rest::None(whole) => {
                    let fault = format!("has no field `{missing}`, and {whole}");
                    return Err(self.unsuitable(unsuitable(value, fault)));
                }
            }
        }
        if self.end.is_some() {
            return self.fields_in_order(ty, offset, fields);
        }
        for (name, value) in fields {
            let Some(field) = ty.field(name) else {
                return Err(DynError::no_field(self.trail.path().as_str(), name, ty));
            };
            if !self.private {
                self.note_lock(ty, field, offset);
            }
            self.field(field, offset, value)?;
        }
        Ok(())
    }

    /// Notes the lock that guards a field of a struct that starts at an offset.
    pub(super) fn note_lock(&mut self, ty: Type<'p>, field: Field<'p>, offset: usize) {
        let word = ty.lock_of(field).and_then(|lock| word_of(offset, lock));
        self.locks.extend(word.filter(|word| self.held != Some(*word)));
    }

    pub(super) fn field(
        &mut self,
        field: Field<'p>,
        offset: usize,
        value: &'p DynValue,
    ) -> Result<(), DynError> {
        self.trail.push(Segment::Name(field.name()));
        self.value(field.ty(), offset + field.offset() as usize, value)?;
        self.trail.pop();
        Ok(())
    }

    /// The first field that is not given, if that matters.
    pub(super) fn first_missing(
        &self,
        ty: Type<'p>,
        given: &[(String, DynValue)],
    ) -> Option<&'p str> {
        if self.rest == Rest::AsItIs {
            return None;
        }
        let is_given = |name: &str| given.iter().any(|(given, _)| given == name);
        let mut needed = ty.fields().filter(|field| field.ty().size() > 0);
        needed.find(|field| !is_given(field.name())).map(Field::name)
    }

    pub(super) fn counted(
        &mut self,
        role: Role,
        offset: usize,
        Counted { bytes, capacity }: Counted,
        value: &DynValue,
    ) -> Result<(), DynError> {
        let (bytes, capacity) = (bytes as usize, capacity as usize);
        let content = match (role, value) {
            (_, DynValue::Text(text)) => text.as_bytes(),
            (Role::Bytes, DynValue::Bytes(bytes)) => bytes,
            (Role::Text, _) => {
                return Err(self.unsuitable(unsuitable(value, "is not text")));
            }
            _ => return Err(self.unsuitable(unsuitable(value, "is neither bytes nor text"))),
        };
        let found = fitting(value, content, capacity).map_err(|source| self.unsuitable(source))?;
        self.writes.push(Write::Word { offset, width: 4, bits: content.len() as u128 });
        self.writes.push(Write::Bytes { offset: offset + bytes, bytes: found, room: capacity });
        Ok(())
    }

    pub(super) fn unsuitable(&self, source: Unfit) -> DynError {
        source.at(self.trail.path().into())
    }

    pub(super) fn not_writable(&self, fault: String, help: Option<&'static str>) -> DynError {
        DynError::NotWritable { field: self.trail.path().into(), fault, help }
    }
}

/// Whether a value for a range is one for all elements of that type, and not a list of one for each.
fn is_one(ty: Type<'_>, value: &DynValue) -> bool {
    let are_bytes = matches!(ty.kind(), TypeKind::Scalar(ScalarKind::U8));
    match value {
        DynValue::List(_) => false,
        DynValue::Bytes(_) => !are_bytes,
        _ => true,
    }
}
