//! [`DynOutcome`]: the result of a function that fills in a region by name.

use crate::error::DynError;
use crate::error::Error;
use crate::outcome::Sealed;

/// A result of a function that fills in a new region by name: any
/// [`Outcome`](crate::region::Outcome), or a `Result<(), DynError>`, as writing by name returns.
///
/// Since a [`DynError`] cannot hold an [`Error`], creating then fails with
/// [`Error::NotInitialised`], whose source is the reason.
///
/// ```
/// use shm_core::{dynamic::DynLayout, DynRegion, Error};
///
/// let name = format!("shm-doc-dyn-outcome-{}", std::process::id());
/// let layout = DynLayout::of("u8")?;
/// let error = DynRegion::options().create_with(&name, &layout, |new| new.set("", 300)).unwrap_err();
/// assert!(matches!(error, Error::NotInitialised { .. }));
/// assert!(format!("{error:?}").ends_with("300 does not fit a `u8`, which holds 0 to 255"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a function that fills in a region by name cannot return `{Self}`",
    note = "it returns nothing, a `Result<(), DynError>`, or a `Result<(), E>` where \
            `E: From<shm_core::Error>`, such as `Result<(), Box<dyn Error>>`"
)]
pub trait DynOutcome: Sealed {
    /// The error of creating the region.
    type Error: From<Error>;

    /// The outcome for the region of that name.
    #[doc(hidden)]
    fn into_result(self, region: &str) -> Result<(), Self::Error>;
}

impl DynOutcome for () {
    type Error = Error;

    fn into_result(self, _: &str) -> Result<(), Error> {
        Ok(())
    }
}

impl DynOutcome for Result<(), DynError> {
    type Error = Error;

    fn into_result(self, region: &str) -> Result<(), Error> {
        self.map_err(|source| Error::NotInitialised {
            region: region.to_owned(),
            source: Box::new(source),
        })
    }
}

impl<E: From<Error>> DynOutcome for Result<(), E> {
    type Error = E;

    fn into_result(self, _: &str) -> Self {
        self
    }
}
