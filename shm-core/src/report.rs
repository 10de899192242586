//! How errors show themselves to whoever prints them with `{:?}`: a `main` that returns one, `unwrap`, and
//! a failed assertion. They say what `Display` says, and then what is behind it.

use std::error::Error;
use std::fmt;

/// What an error says, and a line for each error behind it.
pub(crate) fn debug(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut behind = error.source();
    while let Some(error) = behind {
        write!(f, "\ncaused by: {error}")?;
        behind = error.source();
    }
    Ok(())
}

/// `Debug` for errors, as [`debug`] has it.
macro_rules! debug_as_displayed {
    ($($error:ty),+) => {$(
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::report::debug(self, f)
            }
        }
    )+};
}

/// The name of an enum's variant, for `kind()` methods.
macro_rules! variant_name {
    ($value:expr, $($variant:ident),+ $(,)?) => {
        match $value {
            $(Self::$variant { .. } => stringify!($variant),)+
        }
    };
}

pub(crate) use {debug_as_displayed, variant_name};
