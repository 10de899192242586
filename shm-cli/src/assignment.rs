//! `path=value` and `path+=number`.

use std::str::FromStr;

use shm_core::path::Path;
use shm_core::{
    DynRegion,
    dynamic::{DynValue, FieldPath},
};

use crate::failure::Failure;
use crate::literal;

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
        let (path, value) =
            text.split_once('=').ok_or("expected PATH=VALUE, or PATH+=NUMBER to add")?;
        let (path, adds) = path.strip_suffix('+').map_or((path, false), |path| (path, true));
        Ok(Self { path: path.trim().to_owned(), value: value.to_owned(), adds })
    }
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
        let value = literal::value(&self.value, &place)?;
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
    }
}
