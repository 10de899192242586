//! Access modes: what a view may do, as a type.
//!
//! The mode flows through nested views and arrays: a field of a read-only view is read-only. Every
//! writing method asks for [`CanWrite`], so that the refusal reads "this view is read-only" at the
//! method the user called, in generic code too.

use std::fmt::Debug;

mod sealed {
    pub trait Sealed {}
}

/// How a view may touch its region: [`ReadWrite`] or [`ReadOnly`]. Sealed.
///
/// Write functions that only read against `&StationView<impl Access>`: they then take both kinds.
pub trait Access: sealed::Sealed + Copy + Debug + Send + Sync + 'static {
    /// Whether the mapping behind the view is writable.
    const WRITABLE: bool;
}

/// An access mode that may write; only [`ReadWrite`] does.
#[diagnostic::on_unimplemented(
    message = "this view is read-only",
    label = "writing needs a read-write view",
    note = "open the region with `Region::open` to write; in generic code ask for `A: CanWrite`"
)]
pub trait CanWrite: Access {}

/// The mode of a region opened for reading and writing; the default of every view.
#[derive(Clone, Copy, Debug)]
pub enum ReadWrite {}

/// The mode of a region opened with `O_RDONLY` and mapped `PROT_READ`.
#[derive(Clone, Copy, Debug)]
pub enum ReadOnly {}

impl sealed::Sealed for ReadWrite {}
impl sealed::Sealed for ReadOnly {}

impl Access for ReadWrite {
    const WRITABLE: bool = true;
}
impl Access for ReadOnly {
    const WRITABLE: bool = false;
}
impl CanWrite for ReadWrite {}
