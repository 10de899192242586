//! Reading a whole region: what is too large for one value is read in parts.

use serde_json::value::RawValue;
use shm_core::errors::DynError;
use shm_core::layout::Role;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Live, Type, TypeKind};
use shm_core::{DynRegion, ReadOnly};

use super::{raw, shown, write, write_name};
use crate::failure::Failure;

/// The number of elements that are read at once, of an array that is too large for that.
const AT_ONCE: u64 = 1 << 16;

/// Values as JSON, and what there is to say about them.
#[derive(Default)]
pub(crate) struct Reading {
    pub(super) versions: serde_json::Map<String, serde_json::Value>,
    pub(super) unlocked: Vec<String>,
}

impl Reading {
    /// The value of a region or an object, which is called `object` in paths.
    ///
    /// # Errors
    /// If a part cannot be read.
    pub(crate) fn whole(
        &mut self,
        region: &DynRegion<ReadOnly>,
        object: &str,
    ) -> Result<Box<RawValue>, Failure> {
        let (mut text, root) = (String::new(), Path::new());
        let ty = region.schema().root();
        value(region, ty, &root, &mut text)?;
        self.note(region, object, ty, &root)?;
        raw(text)
    }

    /// Notes the versions of `Latest`s, and the values that locks guard.
    fn note(
        &mut self,
        region: &DynRegion<ReadOnly>,
        object: &str,
        ty: Type<'_>,
        path: &Path,
    ) -> Result<(), Failure> {
        match ty.kind() {
            TypeKind::Struct { .. } => ty.fields().try_for_each(|field| {
                let path = path.with(Segment::Name(field.name()));
                if !field.guarded_by().is_empty() {
                    self.unlocked.push(shown(object, &path));
                }
                self.note(region, object, field.ty(), &path)
            }),
            TypeKind::Array { element, len } if has_notes(element) => {
                (0..len).try_for_each(|index| {
                    self.note(region, object, element, &path.with(Segment::Index(index)))
                })
            }
            TypeKind::Live { role: Role::Mutex | Role::RwLock, .. } => {
                let inside = ty.live().and_then(Live::value);
                // A lock that guards fields beside it has no value.
                if inside.is_some_and(|inside| inside.ty.size() > 0) {
                    self.unlocked.push(shown(object, path));
                }
                Ok(())
            }
            TypeKind::Live { role: Role::Latest, .. } => {
                let version = region.get(path.with(Segment::Name("sequence")))?;
                let version = u64::try_from(version)?;
                self.versions.insert(shown(object, path), version.into());
                Ok(())
            }
            TypeKind::Live { role: Role::Watched, .. } => match ty.live().and_then(Live::value) {
                Some(inside) => self.note(region, object, inside.ty, &path.join(&inside.way())),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Whether there may be something to say about a value.
fn has_notes(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::Struct { .. } => {
            ty.has_guards() || ty.fields().any(|field| has_notes(field.ty()))
        }
        TypeKind::Array { element, .. } => has_notes(element),
        TypeKind::Live { .. } => true,
        _ => false,
    }
}

/// Adds the value at a path: at once or, if it is too large, its parts one after the other.
fn value(
    region: &DynRegion<ReadOnly>,
    ty: Type<'_>,
    path: &Path,
    text: &mut String,
) -> Result<(), Failure> {
    let too_large = match region.contents(path) {
        Ok(value) => {
            write(text, &value);
            return Ok(());
        }
        Err(error @ DynError::TooLarge { .. }) => error,
        Err(error) => return Err(error.into()),
    };
    match ty.kind() {
        TypeKind::Struct { .. } => {
            text.push('{');
            for (at, field) in ty.fields().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                write_name(text, field.name());
                value(region, field.ty(), &path.with(Segment::Name(field.name())), text)?;
            }
            text.push('}');
            Ok(())
        }
        TypeKind::Array { element, len } => elements(region, (element, len), path, text),
        TypeKind::Slice { element } => {
            let len = region.len().unwrap_or_default() as u64;
            elements(region, (element, len), path, text)
        }
        TypeKind::Live { role: Role::Mutex | Role::RwLock | Role::Watched, .. } => {
            match ty.live().and_then(Live::value) {
                Some(inside) => value(region, inside.ty, &path.join(&inside.way()), text),
                None => Err(too_large.into()),
            }
        }
        _ => Err(too_large.into()),
    }
}

/// Adds elements, as many at once as can be read.
fn elements(
    region: &DynRegion<ReadOnly>,
    (element, len): (Type<'_>, u64),
    path: &Path,
    text: &mut String,
) -> Result<(), Failure> {
    let mut step = AT_ONCE;
    let mut start = 0;
    text.push('[');
    while start < len {
        let end = len.min(start + step);
        let range = Segment::Range { start: Some(start), end: Some(end) };
        text.push_str(if start > 0 { "," } else { "" });
        match region.contents(path.with(range)) {
            Ok(shm_core::dynamic::DynValue::List(values)) => {
                for (at, value) in values.iter().enumerate() {
                    text.push_str(if at > 0 { "," } else { "" });
                    write(text, value);
                }
            }
            Err(DynError::TooLarge { .. }) if step > 1 => {
                text.truncate(text.len() - usize::from(start > 0));
                step = (step / 16).max(1);
                continue;
            }
            _ => value(region, element, &path.with(Segment::Index(start)), text)?,
        }
        start = end;
    }
    text.push(']');
    Ok(())
}
