//! [`InvalidValue`]: bytes in a region that are no value of their type.

use std::fmt;

use crate::registry::locate;

/// A field holds bytes that are no value of its type.
///
/// The message names the region, the field, the bytes and what is allowed there:
/// `field "poses[3].mode" of /dev/shm/robot holds 0x07, which is no Mode; allowed: 0 (Idle), 1 (Busy)`.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidValue(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    address: usize,
    region: Option<String>,
    field: Option<String>,
    type_name: &'static str,
    bits: u64,
    width: usize,
    allowed: &'static str,
}

impl InvalidValue {
    /// Builds the error for the field at `address`; the field's name is looked up among the mapped
    /// regions.
    pub(crate) fn new(
        address: usize,
        type_name: &'static str,
        bits: u64,
        width: usize,
        allowed: &'static str,
    ) -> Self {
        let place = locate(address);
        let (region, field) = place.map_or((None, None), |p| (Some(p.region), Some(p.field)));
        Self(Box::new(Details { address, region, field, type_name, bits, width, allowed }))
    }

    /// The same error, found in a private copy at `from`, for the original at `to`.
    pub(crate) fn moved(&self, from: usize, to: usize) -> Self {
        let Details { address, type_name, bits, width, allowed, .. } = *self.0;
        Self::new(address - from + to, type_name, bits, width, allowed)
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

    /// What is allowed in this field, in words.
    #[must_use]
    pub fn allowed(&self) -> &str {
        self.0.allowed
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { region, field, type_name, bits, width, allowed, .. } = &*self.0;
        match field.as_deref() {
            Some("") => f.write_str("the value")?,
            Some(path) => write!(f, "field `{path}`")?,
            None => f.write_str("a field")?,
        }
        if let Some(region) = region {
            write!(f, " of {region}")?;
        }
        let digits = 2 + 2 * width;
        write!(f, " holds {bits:#0digits$x}, which is no `{type_name}`; allowed: {allowed}")
    }
}

impl fmt::Debug for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvalidValue({self})")
    }
}

impl std::error::Error for InvalidValue {}
