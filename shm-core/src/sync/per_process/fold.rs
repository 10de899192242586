//! [`Fold`]: what two rows add up to.

use crate::placeable::Placeable;
use crate::shared_layout::{Plain, ValidZeroed};

/// What two rows of a [`PerProcess`](crate::PerProcess) add up to. For a struct of counters,
/// `#[shm(fold = "sum")]` next to its `#[derive(SharedLayout)]` implements it: each field is added.
///
/// It is a property of the type, so that all programs that share a region mean the same by a total, and so
/// that a row counts in it in the same way before and after its process is gone.
///
/// ```
/// use shm_core::sync::Fold;
/// use shm_core::{PerProcess, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy)]
/// #[repr(C)]
/// struct Load { requests: u64, longest: f64 }
///
/// impl Fold for Load {
///     fn fold(&mut self, row: &Self) {
///         self.requests += row.requests;
///         self.longest = self.longest.max(row.longest);
///     }
/// }
///
/// let load = Region::<PerProcess<Load, 4>>::options().private()?;
/// for longest in [0.5, 1.5, 1.0] {
///     let row = load.claim()?;
///     row.requests.fetch_add(1);
///     row.longest.set(longest);
/// }
/// let totals = load.totals()?;
/// assert_eq!((totals.requests, totals.longest), (3, 1.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "it is not known what two rows of `{Self}` add up to",
    label = "does not implement `Fold`",
    note = "add `#[shm(fold = \"sum\")]` to a struct of numbers; for anything but a sum, implement `shm_core::sync::Fold`",
    note = "a row of a `PerProcess` consists of numbers: locks and other live types, `bool`, enums and text go beside it"
)]
pub trait Fold: Plain + Placeable + ValidZeroed {
    /// Whether [`fold`](Self::fold) adds up, number by number, as `#[shm(fold = "sum")]` does. A region that a program
    /// creates says so to those that know it by its description alone: they add up as well or, if this is `false`, leave
    /// folding to the programs that have this code.
    const IS_SUM: bool = false;

    /// Adds what was counted in `row` to `self`.
    ///
    /// Retired values and rows are all zero at first. The order in which rows are added is not
    /// specified. If this panics, nothing is added, and the row stays with its dead process.
    fn fold(&mut self, row: &Self);
}

macro_rules! sums {
    ($($scalar:ty => |$sum:ident, $row:ident| $add:expr;)*) => {$(
        /// The sum.
        impl Fold for $scalar {
            const IS_SUM: bool = true;

            #[inline]
            fn fold(&mut self, row: &Self) {
                let ($sum, $row) = (*self, *row);
                *self = $add;
            }
        }
    )*};
}

// Wrapping, as `fetch_add` does.
sums! {
    u8 => |sum, row| sum.wrapping_add(row);
    u16 => |sum, row| sum.wrapping_add(row);
    u32 => |sum, row| sum.wrapping_add(row);
    u64 => |sum, row| sum.wrapping_add(row);
    i8 => |sum, row| sum.wrapping_add(row);
    i16 => |sum, row| sum.wrapping_add(row);
    i32 => |sum, row| sum.wrapping_add(row);
    i64 => |sum, row| sum.wrapping_add(row);
    f32 => |sum, row| sum + row;
    f64 => |sum, row| sum + row;
}

/// Each element by itself.
impl<T: Fold, const N: usize> Fold for [T; N]
where
    Self: Plain + Placeable + ValidZeroed,
{
    const IS_SUM: bool = T::IS_SUM;

    fn fold(&mut self, row: &Self) {
        for (sum, row) in self.iter_mut().zip(row) {
            sum.fold(row);
        }
    }
}
