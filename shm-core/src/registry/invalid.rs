//! Invalid values, named by the region and the field that their address belongs to.

use super::locate;
use crate::error::{Found, InvalidValue};

/// The error for the field at `address`, which holds `bits` of `width` bytes.
pub(crate) fn invalid_value(
    address: usize,
    type_name: &'static str,
    bits: u64,
    width: usize,
    allowed: &'static str,
) -> InvalidValue {
    let found = Found {
        region: None,
        field: None,
        type_name: type_name.into(),
        bits,
        width,
        allowed: allowed.into(),
        address,
    };
    located(found)
}

/// The same error, found in a private copy at `from`, for the original at `to`.
pub(crate) fn moved(error: &InvalidValue, from: usize, to: usize) -> InvalidValue {
    let mut found = error.found().clone();
    found.address = found.address - from + to;
    located(found)
}

fn located(mut found: Found) -> InvalidValue {
    let place = locate(found.address);
    (found.region, found.field) = place.map_or((None, None), |p| (Some(p.region), Some(p.field)));
    InvalidValue::new(found)
}
