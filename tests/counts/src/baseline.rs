//! The recorded counts, in a file, and the comparison of new counts with them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::callgrind::Counted;
use crate::key::Key;
use crate::trouble::Trouble;

/// Counts by the names of the cases, and what they depend on.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    key: Key,
    instructions: BTreeMap<String, u64>,
}

/// The comparison of a count with its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// Within the tolerance.
    Same,
    /// More instructions than allowed.
    Dearer,
    /// So many fewer that the baseline should be lowered: otherwise the gain could be lost unnoticed.
    Cheaper,
    /// The case has no baseline.
    New,
}

/// The tolerance of a count in percent, either way. One instruction more is too much where there are
/// fewer than fifty.
const TOLERANCE: u64 = 2;

/// The same for cases that depend on addresses: the depth of a lookup depends on how close mapped addresses
/// are, which differs between builds. A linear search would be far above it.
const BY_ADDRESS: u64 = 25;

/// Returns the tolerance of a case in percent.
pub(crate) fn tolerance(case: &str) -> u64 {
    let depends_on_addresses = case.ends_with("in turn") || case.ends_with("1 GiB");
    if depends_on_addresses { BY_ADDRESS } else { TOLERANCE }
}

/// Compares the count of a case.
pub(crate) fn judge(case: &str, before: Option<u64>, now: u64) -> Verdict {
    let Some(before) = before else { return Verdict::New };
    if now.abs_diff(before).saturating_mul(100) <= before.saturating_mul(tolerance(case)) {
        Verdict::Same
    } else if now > before {
        Verdict::Dearer
    } else {
        Verdict::Cheaper
    }
}

impl Baseline {
    /// Reads the file, if there is one.
    pub(crate) fn read(file: &Path, key: &Key) -> Result<Option<Self>, Trouble> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Trouble::File { file: file.to_owned(), source }),
        };
        let baseline: Self = serde_json::from_str(&text)
            .map_err(|source| Trouble::NotABaseline { file: file.to_owned(), source })?;
        if baseline.key != *key {
            let (found, expected) = (baseline.key.to_string(), key.to_string());
            return Err(Trouble::OtherKey { file: file.to_owned(), found, expected });
        }
        Ok(Some(baseline))
    }

    /// These counts, in place of those of the same names in `before`.
    pub(crate) fn blessed(key: Key, before: Option<Self>, counts: &[Counted<'_>]) -> Self {
        let mut instructions = before.map(|before| before.instructions).unwrap_or_default();
        let counts =
            counts.iter().map(|counted| (counted.case.name.to_owned(), counted.instructions));
        instructions.extend(counts);
        Self { key, instructions }
    }

    pub(crate) fn write(&self, file: &Path) -> Result<(), Trouble> {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers are JSON");
        text.push('\n');
        let write = || {
            file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(file, text)
        };
        write().map_err(|source| Trouble::File { file: file.to_owned(), source })
    }

    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        self.instructions.get(name).copied()
    }

    /// All names that have a count.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.instructions.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Cheaper, Dearer, New, Same};
    use super::*;

    #[test]
    fn more_than_two_percent_up_is_dearer() {
        assert_eq!(judge("field: get", Some(1000), 1020), Same);
        assert_eq!(judge("field: get", Some(1000), 1021), Dearer);
    }

    #[test]
    fn more_than_two_percent_down_is_cheaper() {
        assert_eq!(judge("field: get", Some(1000), 980), Same);
        assert_eq!(judge("field: get", Some(1000), 979), Cheaper);
    }

    #[test]
    fn one_instruction_more_is_dearer_where_there_are_few() {
        assert_eq!(judge("field: get", Some(2), 3), Dearer);
        assert_eq!(judge("field: get", Some(0), 1), Dearer);
        assert_eq!(judge("field: get", Some(2), 2), Same);
        assert_eq!(judge("field: get", Some(0), 0), Same);
    }

    #[test]
    fn without_a_baseline_nothing_is_dearer() {
        assert_eq!(judge("field: get", None, u64::MAX), New);
    }

    #[test]
    fn address_dependent_cases_have_a_wider_tolerance() {
        let case = "Mutex: lock and unlock, two regions in turn";
        assert_eq!(judge(case, Some(100), 125), Same);
        assert_eq!(judge(case, Some(100), 126), Dearer);
        assert_eq!(judge("open a region of 3 fields", Some(100), 103), Dearer);
    }
}
