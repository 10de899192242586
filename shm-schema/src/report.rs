//! `Debug` of errors, here and in shm-core: for `main`s that return one, `unwrap`, and failed assertions.

use std::error::Error;
use std::fmt;

/// Writes an error's message, then its sources, then its help.
pub fn debug(error: &dyn Error, help: Option<String>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut source = error.source();
    if source.is_some() {
        f.write_str("\n\nCaused by:")?;
    }
    while let Some(error) = source {
        write!(f, "\n    {error}")?;
        source = error.source();
    }
    help.map_or(Ok(()), |help| write!(f, "\n\nhelp: {help}"))
}

/// Implements `Debug` for errors as [`debug`] writes it.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_as_displayed {
    ($($error:ty),+) => {$(
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::report::debug(self, self.help(), f)
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

pub(crate) use variant_name;
