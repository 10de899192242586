//! `path=value`, `path+=number` and `path-=number`; values as they are written, or in files.

use std::path::PathBuf;
use std::str::FromStr;

use shm_core::DynRegion;
use shm_core::dynamic::DynValue;
use shm_core::dynamic::FieldPath;
use shm_core::layout::{Role, ScalarKind};
use shm_core::path::{Path, Steps};
use shm_core::schema::{Live, Type, TypeKind};

use crate::changes::Changes;
use crate::failure::Failure;
use crate::input;
use crate::printable::printable;
use crate::proposal;

/// An assignment as written on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    path: String,
    value: Source,
    operation: Operation,
}

/// The text of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Here(String),
    /// The contents of a file, or of standard input: `@-`.
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Set,
    Add,
    Subtract,
}

impl FromStr for Assignment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected PATH=VALUE, or PATH+=NUMBER to add, PATH-=NUMBER to subtract";
        let (path, value) = split(text).ok_or(expected)?;
        let (path, operation) = if let Some(path) = path.strip_suffix('+') {
            (path, Operation::Add)
        } else if let Some(path) = path.strip_suffix('-') {
            (path, Operation::Subtract)
        } else {
            (path, Operation::Set)
        };
        Ok(Self { path: path.trim().to_owned(), value: Source::of(value), operation })
    }
}

impl Source {
    fn of(value: &str) -> Self {
        match value.strip_prefix('@') {
            Some(file) => Self::File(file.into()),
            None => Self::Here(value.to_owned()),
        }
    }

    /// The value for a place.
    fn value(&self, place: &FieldPath) -> Result<DynValue, Failure> {
        let file = match self {
            Self::Here(text) => return Ok(place.value_of(text)?),
            Self::File(file) => file,
        };
        if takes_bytes(place.ty(), place.count().is_some()) {
            return Ok(DynValue::Bytes(input::bytes(file)?));
        }
        let text = input::text(file)?;
        // As a shell does with the output of a command.
        Ok(place.value_of(text.strip_suffix('\n').unwrap_or(&text))?)
    }
}

/// Whether the bytes of a file are the value, as they are: of a `Bytes`, or of a list of `u8`.
fn takes_bytes(ty: Type<'_>, is_list: bool) -> bool {
    let is_byte = |ty: Type<'_>| matches!(ty.kind(), TypeKind::Scalar(ScalarKind::U8));
    match ty.kind() {
        TypeKind::Scalar(_) => is_list && is_byte(ty),
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => is_byte(element),
        TypeKind::Live { role: Role::Bytes, .. } => true,
        TypeKind::Live { role: Role::OwnedSlice, .. } => {
            ty.live().and_then(Live::kept).is_some_and(is_byte)
        }
        _ => false,
    }
}

/// Splits a text at the first `=` after a path, in whose keys there may be others; of a text that does not
/// begin with a path, at the first one.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut steps = Steps::of(text);
    while let Ok(Some(_)) = steps.next() {}
    let after = steps.walked().len();
    let rest = text[after..].trim_start();
    if ["=", "+=", "-="].iter().any(|sign| rest.starts_with(sign)) {
        let at = after + text[after..].find('=')?;
        return Some((&text[..at], &text[at + 1..]));
    }
    text.split_once('=')
}

impl Assignment {
    /// The assignment as it is written.
    ///
    /// # Errors
    /// If its value is in a file.
    pub(crate) fn word(&self) -> Result<String, Failure> {
        let sign = match self.operation {
            Operation::Set => "=",
            Operation::Add => "+=",
            Operation::Subtract => "-=",
        };
        let path = printable(&self.path);
        match &self.value {
            Source::Here(_) if self.operation == Operation::Subtract => {
                Err(Failure::Usage(format!(
                    "`{path}-=..`: a region of another host can only be added to, a negative number if its type has those: \
                 `{path}+=-1`"
                )))
            }
            Source::Here(text) => Ok(format!("{}{sign}{text}", self.path)),
            Source::File(_) => Err(Failure::Usage(format!(
                "`{path}{sign}@..`: values in files are for regions of this host, write the value itself"
            ))),
        }
    }

    /// Writes a value to a field.
    pub(crate) fn of(path: &str, value: &str) -> Self {
        Self { path: path.to_owned(), value: Source::of(value), operation: Operation::Set }
    }

    /// Whether its value comes from standard input.
    pub(crate) fn reads_standard_input(&self) -> bool {
        self.value == Source::File("-".into())
    }

    /// Looks up the path in a region, checks whether the value fits there, and adds what is to be done.
    ///
    /// # Errors
    /// If there is no such field, or the value is not valid for it.
    pub(crate) fn plan(&self, region: &DynRegion, changes: &mut Changes) -> Result<(), Failure> {
        let path: Path = self.path.parse()?;
        let place = region.resolve(&path).map_err(|error| proposal::of_field(region, error))?;
        let value = self.value.value(&place)?;
        match self.operation {
            Operation::Set if place.has_range() => changes.set_all(region, place, &value),
            Operation::Set => changes.write(region, &path, value),
            Operation::Add => changes.add_to_all(region, place, &value, |_, value| value.clone()),
            Operation::Subtract => changes.add_to_all(region, place, &value, |ty, value| {
                negative(ty, value).unwrap_or_else(|| value.clone())
            }),
        }
    }
}

/// The number that subtracts another one when it is added, wrapping around.
fn negative(ty: Type<'_>, value: &DynValue) -> Option<DynValue> {
    let (scalar, number) = (ty.scalar()?, i128::try_from(value.clone()).ok()?);
    let spare = 64 - 8 * scalar.size() as u32;
    let bits = (-number) as u64;
    Some(match scalar.is_signed() {
        true => (((bits << spare).cast_signed()) >> spare).into(),
        false => ((bits << spare) >> spare).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, Source, Operation)> {
        let Assignment { path, value, operation } = text.parse().ok()?;
        Some((path, value, operation))
    }

    fn here(path: &str, value: &str, operation: Operation) -> Option<(String, Source, Operation)> {
        Some((path.to_owned(), Source::Here(value.to_owned()), operation))
    }

    #[test]
    fn the_first_equals_sign_ends_the_path() {
        assert_eq!(parsed("a.b[1]=-3"), here("a.b[1]", "-3", Operation::Set));
        assert_eq!(parsed("label=a=b"), here("label", "a=b", Operation::Set));
        assert_eq!(parsed("hits+=1"), here("hits", "1", Operation::Add));
        assert_eq!(parsed("hits -= 1"), here("hits", " 1", Operation::Subtract));
        assert_eq!(parsed("=1"), here("", "1", Operation::Set));
        assert_eq!(parsed("hits"), None);
        assert_eq!(parsed("a [1=2"), here("a [1", "2", Operation::Set));
        let file = Source::File("-".into());
        assert_eq!(parsed("label=@-"), Some(("label".to_owned(), file, Operation::Set)));
    }

    #[test]
    fn an_equals_sign_in_a_key_does_not_end_the_path() {
        let path = r#"ages["a=b"].x[{ text: "+=" }]"#;
        for (text, operation) in
            [("=1=2", Operation::Set), (" = 1=2", Operation::Set), ("+=1=2", Operation::Add)]
        {
            let value = text.split_once('=').unwrap().1;
            assert_eq!(parsed(&format!("{path}{text}")), here(path, value, operation));
        }
    }
}
