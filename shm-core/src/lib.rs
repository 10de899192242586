//! Shared memory that is read and written by field name.
//!
//! Annotate a struct with [`#[derive(SharedLayout)]`](macro@SharedLayout) and put it into a
//! [`Region`]: any number of processes then read and write its fields by name, in place, each access
//! one instruction. Offsets come from the compiler; the layout is checked when a region is opened;
//! no value that another process wrote reaches safe code unchecked.
//!
//! ```
//! use shm_core::{Region, SharedLayout};
//!
//! #[derive(SharedLayout)]
//! #[repr(C)]
//! struct Station {
//!     /// degrees Celsius
//!     temperature: f64,
//!     hits: u64,
//!     samples: [u32; 16],
//! }
//!
//! let name = format!("shm-doc-lib-{}", std::process::id());
//! let station = Region::<Station>::create(&name)?; // process A
//! station.temperature.set(21.5);
//! station.samples[3].set(7);
//!
//! let station = Region::<Station>::open_read_only(&name)?; // process B
//! assert_eq!(station.temperature.get(), 21.5);
//! assert_eq!(station.samples[3].get(), 7);
//! # shm_core::unlink(&name)?;
//! # Ok::<(), shm_core::Error>(())
//! ```
//!
//! # The two flows
//!
//! When you compile: a struct becomes a [`Layout`](layout::Layout) and a *view*, a struct of the same
//! field names whose fields are atomics ([`Field`], [`Checked`], ..). When you run: a name becomes a
//! file, a checked header ([`format`](mod@format)), a mapping, and a [`Region`] that derefs to the view. Beside
//! that, every region carries its [`schema`], so that tools can explain it without your types.
//!
//! # What a field can be
//!
//! | in the struct | in the view | what you do with it |
//! | --- | --- | --- |
//! | `u8`..`u64`, `i8`..`i64`, `f32`, `f64`, `bool` | [`Field`] | `get`, `set`, `swap`, `compare_exchange`, `fetch_add`, .. |
//! | `char`, `NonZero*`, `Option<NonZero*>`, fieldless enums | [`Checked`] | `get` (validated), `set`, .. |
//! | `[T; N]` | an array of views | index, iterate, slice; [`Bulk`] |
//! | a struct with the derive | its view | `.pose.x.get()` |
//! | [`Be<T>`](Be), [`Le<T>`](Le) | [`OrderedField`] | `get`, `set` in native values |
//! | the types of [`byteorder`] | [`PackedField`] | `get`, `set`; alignment 1, may tear |
//! | [`CText<N>`](CText) | [`CTextField`] | `get`, `set`; may tear |
//! | `PhantomData<T>` | [`MarkerView`] | nothing |
//!
//! Between processes that change things together, a struct can hold live types, anywhere:
//!
//! | in the struct | what you do with it |
//! | --- | --- |
//! | [`Latest<T>`](Latest) | `load` gives one version whole, `store` makes the next; readers never wait |
//! | [`Mutex<T>`](Mutex) | `lock` gives a guard that derefs to the view of `T`; a dead holder is reported |
//! | [`Watched<T>`](Watched) | a value whose `set` wakes those who wait for a change |
//! | [`Event`] | something to wait for, and to notify of |
//! | [`Once`] | something that one process does for all |
//!
//! [`Text<N>`](Text) and [`Bytes<N>`](Bytes), whose length and content must agree, live inside a
//! [`Latest`] or a [`Mutex`].
//!
//! [`typecodes`] has the table for those who come from Python's `multiprocessing`.
//!
//! Without the struct, a [`DynRegion`] reads and writes the same fields by the names in the schema, and
//! a [`DynLayout`] describes, in words, a region to be created; an [`Inspection`] says what a file is and
//! who uses its locks.
//!
//! # Safety
//!
//! Every access is an atomic of the field's own width, so sharing a region between programs with the
//! same schema is sound by the documentation of [`std::sync::atomic`]. `docs/safety.md` has the trust
//! model and the numbered invariants that `SAFETY` comments cite.

// Elsewhere there is one error and nothing behind it: every item below is for Linux only.
#[cfg(not(target_os = "linux"))]
compile_error!(
    "shm-core needs Linux: memfd, O_TMPFILE, file seals and shared futexes are not elsewhere"
);

#[cfg(target_os = "linux")]
pub mod format;
#[cfg(target_os = "linux")]
pub mod layout;
#[cfg(target_os = "linux")]
pub mod schema;
#[cfg(target_os = "linux")]
pub mod typecodes;

#[doc(hidden)]
#[path = "private.rs"]
#[cfg(target_os = "linux")]
pub mod __private;
#[doc(hidden)]
#[cfg(target_os = "linux")]
pub mod fault;
#[doc(hidden)]
#[cfg(target_os = "linux")]
pub mod protocol;

#[cfg(target_os = "linux")]
mod access;
#[cfg(target_os = "linux")]
mod attach;
#[cfg(target_os = "linux")]
mod copy;
#[cfg(target_os = "linux")]
mod dynamic;
#[cfg(target_os = "linux")]
mod error;
#[cfg(target_os = "linux")]
mod field;
#[cfg(target_os = "linux")]
mod inspect;
#[cfg(target_os = "linux")]
mod judged;
#[cfg(target_os = "linux")]
mod placeable;
#[cfg(target_os = "linux")]
mod region;
#[cfg(target_os = "linux")]
mod registry;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod root;
#[cfg(target_os = "linux")]
mod scalar;
#[cfg(target_os = "linux")]
mod shared_layout;
#[cfg(target_os = "linux")]
mod sync;
#[cfg(target_os = "linux")]
mod sys;

// Generated code names this crate by its path, also inside of it.
#[cfg(target_os = "linux")]
extern crate self as shm_core;

#[cfg(target_os = "linux")]
pub use shm_derive::SharedLayout;

#[cfg(target_os = "linux")]
pub use access::{Access, CanWrite, ReadOnly, ReadWrite};
#[cfg(target_os = "linux")]
pub use attach::Liveness;
#[cfg(target_os = "linux")]
pub use dynamic::{
    DynField, DynGuard, DynLayout, DynLayoutBuilder, DynRegion, DynValue, FieldPath, Fields,
    TypeTexts,
};
#[cfg(target_os = "linux")]
pub use error::{DoesNotFit, DynError, Error, InvalidValue, LoadError, LockError};
#[cfg(target_os = "linux")]
pub use field::{
    Be, Bulk, Bytes, BytesView, CText, CTextField, Checked, Field, Le, MarkerView, Ordered,
    OrderedField, Packed, PackedField, Text, TextView, Validated,
};
#[cfg(target_os = "linux")]
pub use inspect::{Holder, Inspection, LockState, Participant};
#[cfg(target_os = "linux")]
pub use placeable::Placeable;
#[cfg(target_os = "linux")]
pub use region::{Boot, Leftover, Overlay, Projected, Region, RegionOptions, unlink};
#[cfg(target_os = "linux")]
pub use root::{PlainRoot, Root, RootValue, Tail, TailRoot, View};
#[cfg(target_os = "linux")]
pub use scalar::{ByteOrdered, Integer, Scalar};
#[cfg(target_os = "linux")]
pub use shared_layout::{Plain, PlainView, Shared, SharedLayout, ValidZeroed};
#[cfg(target_os = "linux")]
pub use sync::{
    Event, EventView, Latest, LatestView, Mutex, MutexGuard, MutexView, Once, OnceView, Publisher,
    Ticket, Value, Watched, WatchedView,
};

/// Numbers in a fixed byte order at any address, for packed foreign records: zerocopy's own.
/// In a view they are [`PackedField`]s.
#[cfg(target_os = "linux")]
pub use zerocopy::byteorder;

/// The README's program is run as a test.
#[cfg(all(doctest, target_os = "linux"))]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The programs of the page for newcomers, too.
#[cfg(all(doctest, target_os = "linux"))]
#[doc = include_str!("../../docs/coming-from.md")]
struct ComingFrom;
