//! One reading of one place.

use shm_core::path::Path;
use shm_core::{dynamic::DynValue, errors::DynError};

use crate::printable::printable;
use crate::shown::{ELEMENTS, Shown};

/// A value, or the reason why it is missing.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    /// The value.
    Value(DynValue),
    /// The reason why the value is invalid or could not be read.
    Fault(String),
    /// Too large to read unless requested; the text describes it.
    Unread(String),
}

impl Reading {
    /// The result of reading the field at that path.
    pub(crate) fn of(outcome: Result<DynValue, DynError>, path: &Path) -> Self {
        match outcome {
            Ok(value) => Self::Value(value),
            Err(error) => Self::Fault(printable(&fault(&error, path)).into_owned()),
        }
    }

    /// The text, on one line and safe to print. With `of`, the value is only the first of that
    /// many elements; long lists are cut.
    pub(crate) fn text(&self, of: Option<u64>) -> String {
        match self {
            Self::Value(DynValue::List(elements)) => list(elements, elements.len(), of),
            Self::Value(value) => printable(&value.to_string()).into_owned(),
            Self::Fault(text) | Self::Unread(text) => text.clone(),
        }
    }

    /// As [`Reading::text`], but with only as many elements of a list as fit. The text may still be too
    /// long.
    pub(crate) fn text_that_fits(&self, of: Option<u64>, fits: impl Fn(&str) -> bool) -> String {
        let Self::Value(DynValue::List(elements)) = self else { return self.text(of) };
        let mut shorter = (1..=elements.len()).rev().map(|count| list(elements, count, of));
        shorter.find(|text| fits(text)).unwrap_or_else(|| self.text(of))
    }

    /// Returns whether the two readings differ.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        match (self, other) {
            // Compares texts: a NaN is not equal to itself.
            (Self::Value(one), Self::Value(other)) => {
                one != other && one.to_string() != other.to_string()
            }
            (Self::Fault(one), Self::Fault(other)) | (Self::Unread(one), Self::Unread(other)) => {
                one != other
            }
            _ => true,
        }
    }

    /// The number, if it is one that can be drawn.
    pub(crate) fn number(&self) -> Option<f64> {
        let Self::Value(value) = self else { return None };
        match *value {
            DynValue::Bool(value) => Some(f64::from(u8::from(value))),
            DynValue::U64(value) => Some(value as f64),
            DynValue::I64(value) => Some(value as f64),
            DynValue::U128(value) => Some(value as f64),
            DynValue::I128(value) => Some(value as f64),
            DynValue::F32(value) => Some(value.into()),
            DynValue::F64(value) => Some(value),
            _ => None,
        }
    }
}

/// The first elements of a list, of all that were read, or of that many.
fn list(elements: &[DynValue], count: usize, of: Option<u64>) -> String {
    let len = of.unwrap_or(elements.len() as u64);
    let count = count.min(ELEMENTS);
    let first = DynValue::List(elements[..count].to_vec());
    let shown = match Shown::of(first, ELEMENTS) {
        Shown::List(list, more) => {
            let more = more + len.saturating_sub(count as u64);
            Shown::List(list, more)
        }
        other => other,
    };
    printable(&shown.to_string()).into_owned()
}

/// The text of an error, without the field and the region, which are shown beside it.
fn fault(error: &DynError, path: &Path) -> String {
    match error {
        DynError::Invalid(invalid) => {
            let (bits, ty, allowed) = (invalid.bits(), invalid.type_name(), invalid.allowed());
            let part = match invalid.field().unwrap_or_default() {
                field if path == field => String::new(),
                field => format!("{field}: "),
            };
            format!("{part}{bits:#x} is not a valid `{ty}`; allowed: {allowed}")
        }
        // Their number changes more often.
        DynError::NoEntry { .. } => "no such entry".to_owned(),
        DynError::Contended { .. } => "overwritten during each attempt to copy it".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_elements_are_shown_with_the_number_of_the_others() {
        let first = Reading::Value([1, 2].into());
        assert_eq!(first.text(Some(16)), "[1, 2, .. 14 more]");
        assert_eq!(first.text(None), "[1, 2]");
    }

    #[test]
    fn as_many_elements_of_a_list_are_shown_as_fit() {
        let list = Reading::Value([10, 20, 30].into());
        let fitting = |of, width| list.text_that_fits(of, |text| text.len() <= width);
        assert_eq!(fitting(None, 12), "[10, 20, 30]");
        assert_eq!(fitting(None, 11), "[10, 20, 30]");
        assert_eq!(fitting(Some(16), 20), "[10, 20, .. 14 more]");
        assert_eq!(fitting(Some(16), 19), "[10, .. 15 more]");
        assert_eq!(fitting(Some(16), 5), "[10, 20, 30, .. 13 more]");
        assert_eq!(Reading::Value("long".into()).text_that_fits(None, |_| false), "\"long\"");
    }

    #[test]
    fn a_difference_after_the_shown_part_counts() {
        let rows =
            |last: u8| Reading::Value(DynValue::from([[0; 9], [0, 0, 0, 0, 0, 0, 0, 0, last]]));
        assert_eq!(rows(0).text(None), rows(1).text(None));
        assert!(rows(0).differs(&rows(1)) && !rows(1).differs(&rows(1)));
        let number = |number: f64| Reading::Value(number.into());
        assert!(!number(f64::NAN).differs(&number(f64::NAN)));
        assert!(number(0.0).differs(&Reading::Fault("0.0".to_owned())));
    }

    #[test]
    fn numbers_can_be_drawn_and_nothing_else() {
        let number = |value: DynValue| Reading::Value(value).number();
        assert_eq!(number(true.into()), Some(1.0));
        assert_eq!(number((-3).into()), Some(-3.0));
        assert_eq!(number(0.5_f32.into()), Some(0.5));
        assert_eq!(number("7".into()), None);
        assert_eq!(Reading::Fault("7".to_owned()).number(), None);
    }

    #[test]
    fn the_text_of_a_fault_is_safe_to_print() {
        let field = "x\x1b[2J".to_owned();
        let Reading::Fault(text) =
            Reading::of(Err(DynError::TooLarge { field, needed: 2, limit: 1 }), &Path::new())
        else {
            panic!("an error is a fault")
        };
        assert!(!text.contains('\x1b'), "{text:?}");
    }
}
