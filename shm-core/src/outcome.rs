//! [`Outcome`]: the return type of a function that fills in a new region.

use crate::error::Error;

/// The return type of a function that fills in a new region: nothing, or a `Result` with an error of the
/// program's own, which [`create_with`](crate::region::RegionOptions::create_with) and its relatives then
/// return.
///
/// That error type must also be able to hold an [`Error`], since creating itself can fail.
/// `Box<dyn Error>` and `anyhow::Error` are, as is every type with `impl From<shm_core::Error>`.
///
/// ```
/// use shm_core::{Region, View};
///
/// let name = format!("shm-doc-outcome-{}", std::process::id());
/// let hits = Region::<u64>::options().create_with(&name, |hits| hits.set(1))?; // returns nothing
/// hits.unlink()?;
///
/// fn parse(hits: &View<u64>, text: &str) -> Result<(), Box<dyn std::error::Error>> {
///     hits.set(text.parse()?);
///     Ok(())
/// }
/// let error = Region::<u64>::options().create_with(&name, |hits| parse(hits, "many")).unwrap_err();
/// assert_eq!(error.to_string(), "invalid digit found in string");
/// assert!(Region::<u64>::open(&name).is_err()); // nothing was created
/// # Ok::<(), shm_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a function that fills in a region cannot return `{Self}`",
    note = "it returns nothing, or a `Result<(), E>` where `E: From<shm_core::Error>`, such as \
            `Result<(), Box<dyn Error>>`"
)]
pub trait Outcome: Sealed {
    /// The error of the whole operation: [`Error`] if filling in cannot fail.
    type Error: From<Error>;

    /// Converts the outcome for the region of that name.
    #[doc(hidden)]
    fn into_result(self, region: &str) -> Result<(), Self::Error>;
}

/// Seals [`Outcome`].
pub trait Sealed {}

impl Sealed for () {}

impl Outcome for () {
    type Error = Error;

    #[inline]
    fn into_result(self, _: &str) -> Result<(), Error> {
        Ok(())
    }
}

impl<E> Sealed for Result<(), E> {}

impl<E: From<Error>> Outcome for Result<(), E> {
    type Error = E;

    #[inline]
    fn into_result(self, _: &str) -> Self {
        self
    }
}
