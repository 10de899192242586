//! Access modes: what a view may do, as a type.
//!
//! The mode flows through nested views and arrays: a field of a read-only view is read-only. Every
//! writing method asks for [`CanWrite`], so that the error is "this view is read-only" at the method
//! that the user called, even in generic code.

use std::fmt::Debug;

mod sealed {
    pub trait Sealed {}
}

/// A view's access to its region: [`ReadWrite`] or [`ReadOnly`]. Sealed.
///
/// Functions that only read can take `&StationView<impl Access>`, and so accept both kinds.
pub trait Access: sealed::Sealed + Copy + Debug + Send + Sync + 'static {
    /// Whether the view's mapping is writable.
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
