//! [`InvalidValue`]: bytes in a region that are not a value of their type.

use std::borrow::Cow;
use std::fmt;

/// A field holds bytes that are not a value of its type.
///
/// The message names the region, the field, the bytes and what is allowed there:
/// ``field `poses[3].mode` of /dev/shm/robot holds 0x07, which is not a valid `Mode`; allowed: 0 (Idle), 1 (Busy)``.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidValue(Box<Found>);

/// The value found, and its place.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) region: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) type_name: Cow<'static, str>,
    pub(crate) bits: u64,
    /// The width of the bits, in bytes.
    pub(crate) width: usize,
    pub(crate) allowed: Cow<'static, str>,
    /// The field's address in this process, if it was found through a typed view.
    pub(crate) address: usize,
}

impl InvalidValue {
    pub(crate) fn new(found: Found) -> Self {
        Self(Box::new(found))
    }

    pub(crate) fn found(&self) -> &Found {
        &self.0
    }

    /// The same error, in a part of the field, if that is known.
    pub(crate) fn inside(mut self, path: &str) -> Self {
        if let Some(field) = &mut self.0.field {
            let is_step = !field.is_empty() && !path.is_empty() && !path.starts_with('[');
            field.push_str(if is_step { "." } else { "" });
            field.push_str(path);
        }
        self
    }

    /// The path of the field inside its region, such as `poses[3].mode`; empty for a root that is
    /// one value, `None` if the view is not part of a mapped region.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The region's name, if the view is part of a mapped region.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The bytes that were found, as an unsigned number.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.0.bits
    }

    /// The field's type.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }

    /// The values allowed in this field, in words.
    #[must_use]
    pub fn allowed(&self) -> &str {
        &self.0.allowed
    }

    /// Returns `None`: no advice holds for every program.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        None
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found { region, field, type_name, bits, width, allowed, .. } = &*self.0;
        match field.as_deref() {
            Some("") => f.write_str("the value")?,
            Some(path) => write!(f, "field `{path}`")?,
            None => f.write_str("a field")?,
        }
        if let Some(region) = region {
            write!(f, " of {region}")?;
        }
        let digits = 2 + 2 * width;
        write!(
            f,
            " holds {bits:#0digits$x}, which is not a valid `{type_name}`; allowed: {allowed}"
        )
    }
}

impl std::error::Error for InvalidValue {}

shm_schema::debug_as_displayed!(InvalidValue);
