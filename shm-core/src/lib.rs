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
//! # Which one when
//!
//! Each field alone can be read and written by any process at any time. For more than that there are live
//! types, which can stand anywhere in a struct. If two rows fit, take the upper one:
//!
//! | you need | use | one operation | a process that dies in the middle leaves |
//! | --- | --- | --- | --- |
//! | one number or flag, a counter that many change | a plain field: `get`, `set`, `fetch_add`, `update` | 2 to 3 instructions | each field whole |
//! | several fields seen together, written as one value | [`Latest<T>`](Latest): readers copy one version whole, and never wait | `load` of 64 bytes: 50 instructions | the version before; nothing to repair |
//! | several fields changed together, in place | [`Mutex<T>`](Mutex): the guard derefs to the view of `T` | lock and unlock: 78 instructions | an error for the next owner, which repairs |
//! | to wait until a value is what you want | [`Watched<T>`](Watched): `set` wakes those who wait | `set`: 9 instructions | waiters that look again within a second |
//! | to wait for anything else | [`Event`], beside the fields that it is about | notify: 3 instructions | waiters that look again within a second |
//! | something set up by whichever process comes first | [`Once`], beside what it sets up | `is_done`: 3 instructions | work that the next one does again |
//!
//! `docs/which-one.md` has the same at length: who may write, who waits, what a read-only view can do.
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
//! | `[T; N]` | an array of views | index, iterate, slice; `load`, `store` of [`PlainView`]; [`Bulk`] |
//! | a struct with the derive | its view | `.pose.x.get()` |
//! | [`Be<T>`](Be), [`Le<T>`](Le) | [`OrderedField`] | `get`, `set` in native values |
//! | the types of [`byteorder`] | [`PackedField`] | `get`, `set`; alignment 1, may tear |
//! | [`CText<N>`](CText) | [`CTextField`] | `get`, `set`; may tear |
//! | `PhantomData<T>` | [`MarkerView`] | nothing |
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
//! # Features
//!
//! - `serde`: `Serialize` and `Deserialize` for [`Text`], [`CText`], [`Bytes`], [`Be`] and [`Le`], and
//!   `shm_core::as_number` for the types of [`byteorder`]. Your own structs derive both beside
//!   `SharedLayout`; what is serialized is the value, `station.load()?`, not the region.
//! - `portable`: copies element by element, without inline assembly.
//!
//! # Safety
//!
//! Every access is an atomic of the field's own width, so sharing a region between programs with the
//! same schema is sound by the documentation of [`std::sync::atomic`]. `docs/safety.md` has the trust
//! model and the numbered invariants that `SAFETY` comments cite.

pub mod typecodes;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
#[doc(hidden)]
pub mod fault;
#[doc(hidden)]
pub mod protocol;

mod access;
mod attach;
mod copy;
mod dynamic;
mod error;
mod field;
mod inspect;
mod placeable;
mod region;
mod registry;
mod root;
mod scalar;
mod shared_layout;
mod sync;
mod sys;

// Generated code names this crate by its path, also inside of it.
extern crate self as shm_core;

pub use shm_derive::SharedLayout;
pub use shm_schema::describe::{DynLayout, DynLayoutBuilder, TypeTexts};
pub use shm_schema::fields::{DynField, Fields};
pub use shm_schema::{format, layout, limits, path, schema};

pub use access::{Access, CanWrite, ReadOnly, ReadWrite};
pub use attach::Liveness;
pub use dynamic::{DynGuard, DynOutcome, DynRegion, DynValue, FieldPath};
pub use error::{DoesNotFit, DynError, Error, InvalidValue, LoadError, LockError};
pub use field::{
    Be, Bulk, Bytes, BytesView, CText, CTextField, Checked, Field, Le, MarkerView, Ordered,
    OrderedField, Packed, PackedField, Text, TextView, Validated,
};
pub use inspect::{Holder, Inspection, LockState, Participant};
pub use placeable::Placeable;
pub use region::{
    Boot, Follow, Leftover, Outcome, Overlay, Owned, Projected, Region, RegionOptions,
    RemoveOnDrop, unlink,
};
pub use root::{PlainRoot, Root, RootValue, Tail, TailRoot, View};
pub use scalar::{ByteOrdered, Integer, Scalar};
pub use shared_layout::{Plain, PlainView, Shared, SharedLayout, ValidZeroed};
pub use sync::{
    Event, EventView, Latest, LatestView, Mutex, MutexGuard, MutexView, Once, OnceView, Publisher,
    Ticket, Value, Watched, WatchedView,
};

#[cfg(feature = "serde")]
pub use field::as_number;

/// Numbers in a fixed byte order at any address, for packed foreign records: zerocopy's own.
/// In a view they are [`PackedField`]s.
pub use zerocopy::byteorder;

/// The README's program is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The programs of the page for newcomers, too.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from.md")]
struct ComingFrom;

/// And the one of the page on the live types.
#[cfg(doctest)]
#[doc = include_str!("../../docs/which-one.md")]
struct WhichOne;
