//! `path=value` and `path+=number`.

use std::str::FromStr;

use shm_core::path::{Path, Steps};
use shm_core::{
    DynRegion,
    dynamic::{DynValue, FieldPath},
};

use crate::failure::Failure;

/// An assignment as written on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    path: String,
    value: String,
    adds: bool,
}

impl FromStr for Assignment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "expected PATH=VALUE, or PATH+=NUMBER to add";
        let (path, value) = split(text).ok_or(expected)?;
        let (path, adds) = path.strip_suffix('+').map_or((path, false), |path| (path, true));
        Ok(Self { path: path.trim().to_owned(), value: value.to_owned(), adds })
    }
}

/// Splits a text at the first `=` after a path, in whose keys there may be others; of a text that does not
/// begin with a path, at the first one.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut steps = Steps::of(text);
    while let Ok(Some(_)) = steps.next() {}
    let after = steps.walked().len();
    let rest = text[after..].trim_start();
    if rest.starts_with('=') || rest.starts_with("+=") {
        let at = after + text[after..].find('=')?;
        return Some((&text[..at], &text[at + 1..]));
    }
    text.split_once('=')
}

/// A checked assignment.
pub(crate) struct Step {
    pub(crate) place: FieldPath,
    pub(crate) value: DynValue,
    pub(crate) adds: bool,
}

impl Assignment {
    /// Writes a value to a field.
    pub(crate) fn of(path: &str, value: &str) -> Self {
        Self { path: path.to_owned(), value: value.to_owned(), adds: false }
    }

    /// Looks up the path in a region, and checks whether the value fits there.
    ///
    /// # Errors
    /// If there is no such field, or the value is not valid for it.
    pub(crate) fn check(&self, region: &DynRegion) -> Result<Step, Failure> {
        let path: Path = self.path.parse()?;
        let place = region.resolve(&path)?;
        let value = place.value_of(&self.value)?;
        if self.adds {
            place.check_add(&value)?;
        } else {
            place.check(&value)?;
        }
        Ok(Step { place, value, adds: self.adds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, String, bool)> {
        let Assignment { path, value, adds } = text.parse().ok()?;
        Some((path, value, adds))
    }

    #[test]
    fn the_first_equals_sign_ends_the_path() {
        assert_eq!(parsed("a.b[1]=-3"), Some(("a.b[1]".into(), "-3".into(), false)));
        assert_eq!(parsed("label=a=b"), Some(("label".into(), "a=b".into(), false)));
        assert_eq!(parsed("hits+=1"), Some(("hits".into(), "1".into(), true)));
        assert_eq!(parsed("=1"), Some((String::new(), "1".into(), false)));
        assert_eq!(parsed("hits"), None);
        assert_eq!(parsed("a [1=2"), Some(("a [1".into(), "2".into(), false)));
    }

    #[test]
    fn an_equals_sign_in_a_key_does_not_end_the_path() {
        let path = r#"ages["a=b"].x[{ text: "+=" }]"#;
        for (text, adds) in [("=1=2", false), (" = 1=2", false), ("+=1=2", true)] {
            let value = text.split_once('=').unwrap().1;
            assert_eq!(parsed(&format!("{path}{text}")), Some((path.into(), value.into(), adds)));
        }
    }
}
