//! Faults in type texts, before the subject of the text is known.

use super::rules;
use crate::schema::{SchemaError, TypeTextFault};

/// A fault in a text, before the subject of the text is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) position: usize,
    pub(super) fault: TypeTextFault,
}

impl Fault {
    pub(super) fn new(position: usize, fault: TypeTextFault) -> Self {
        Self { position, fault }
    }

    pub(super) fn unexpected(position: usize, found: &str, expected: &'static str) -> Self {
        Self::new(position, TypeTextFault::Unexpected { found: found.to_owned(), expected })
    }

    /// A fault of the whole text.
    pub(super) fn whole(text: &str, fault: rules::Fault) -> Self {
        Self::new(0, fault.refused(text.to_owned()))
    }

    pub(super) fn in_text(self, place: &str, text: &str) -> SchemaError {
        let Self { position, fault } = self;
        SchemaError::Text { place: place.into(), text: text.into(), position, fault }
    }
}
