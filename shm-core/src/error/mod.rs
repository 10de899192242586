//! What can go wrong: each failure its own variant, with what was found and what was expected.

mod invalid_value;

pub use invalid_value::InvalidValue;
