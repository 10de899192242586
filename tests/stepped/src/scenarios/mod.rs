//! The scenarios, one file for each thing that a region has.

mod mutex;
mod raw;

use crate::scenario::Case;

/// All scenarios.
pub(crate) const ALL: &[Case] = &[mutex::UNCONTENDED, mutex::WOKEN, mutex::WAITING, mutex::REPAIR];
