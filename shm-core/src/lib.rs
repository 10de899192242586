//! Shared memory that is read and written by field name.
//!
//! Annotate a struct with [`#[derive(SharedLayout)]`](macro@SharedLayout) and put it into a
//! [`Region`]: any number of processes then read and write its fields by name, in place, each access
//! one instruction. Offsets come from the compiler; the layout is checked when a region is opened;
//! no value written by another process reaches safe code unchecked.
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
//! # shm_core::region::unlink(&name)?;
//! # Ok::<(), shm_core::Error>(())
//! ```
//!
//! # Which one when
//!
//! Any process can read and write each single field at any time. For more than that there are live
//! types, which can be anywhere in a struct. If two rows fit, use the upper one:
//!
//! | you need | use | one operation | a process that dies in the middle leaves |
//! | --- | --- | --- | --- |
//! | one number or flag, a counter changed by many processes | a plain field: `get`, `set`, `fetch_add`, `update` | 2 to 3 instructions | each field whole |
//! | several fields seen together, written as one value | [`Latest<T>`](Latest): readers copy one version whole, and never wait | `load` of 64 bytes: 40 instructions | the version before; nothing to repair |
//! | several fields changed together, in place | [`Mutex<T>`](Mutex): the guard derefs to the view of `T` | lock and unlock: 78 instructions | an error for the next owner, which repairs the contents |
//! | the same, with several readers at a time | [`RwLock<T>`](RwLock): `read` and `write` | read and unlock: 89 instructions | of a writer: an error for the next ones, of which a writer repairs |
//! | at most N processes at something | [`Semaphore<N>`](Semaphore): a permit has an owner | acquire and release: 56 instructions | a permit that the next one inherits |
//! | N processes that wait for each other | [`Barrier<N>`](Barrier): members wait until all have arrived | the last to arrive: 96 instructions | an error for all members, until one resets it |
//! | values handed on, each to one process | [`Queue<T, N>`](Queue): many producers, many consumers, waiting or not | push and pop of 8 bytes: 153 instructions | the value pushed or not, taken or not; nothing to repair |
//! | every item of a stream, read by any number of processes | [`Ring<T, N>`](Ring): each reader has its own place, and is told what it missed | `next` of 64 bytes: 41 instructions | every item that was pushed; nothing to repair |
//! | to wait until a value meets a condition | [`Watched<T>`](Watched): `set` wakes the waiters | `set`: 9 instructions | waiters that look again within a second |
//! | to wait for anything else | [`Event`], next to the fields that it is about | notify: 3 instructions | waiters that look again within a second |
//! | text or a list of any length | [`Owned<str>`](Owned), `Owned<[T]>`, in the region's [`heap`] | see `tests/counts` | the value before, or the new one; nothing to repair |
//! | many values, found by a key; they come and go | [`Map<K, V>`](Map), in the region's [`heap`] | see `tests/counts` | for each key the value before, or the new one; nothing to repair |
//! | something set up by the first process | [`Once`], next to the fields that it sets up | `is_done`: 3 instructions | work that the next process repeats |
//!
//! `docs/which-one.md` has the details: who may write, who waits, what a read-only view can do.
//!
//! # The two flows
//!
//! At compile time, a struct becomes a [`Layout`](layout::Layout) and a *view*, a struct with the same
//! field names whose fields are atomics ([`Field`], [`Checked`](field::Checked), ..). At run time, a name becomes a
//! file, a checked header ([`format`](mod@format)), a mapping, and a [`Region`] that derefs to the view.
//! Every region also carries its [`schema`], so that tools can explain it without your types.
//!
//! # What a field can be
//!
//! | in the struct | in the view | what you do with it |
//! | --- | --- | --- |
//! | `u8`..`u64`, `i8`..`i64`, `f32`, `f64`, `bool` | [`Field`] | `get`, `set`, `swap`, `compare_exchange`, `fetch_add`, .. |
//! | `char`, `NonZero*`, `Option<NonZero*>`, fieldless enums | [`Checked`](field::Checked) | `get` (validated), `set`, .. |
//! | `[T; N]` | an array of views | index, iterate, slice; `load`, `store` of [`PlainView`](traits::PlainView); [`Bulk`] |
//! | a struct with the derive | its view | `.pose.x.get()` |
//! | [`Be<T>`](field::Be), [`Le<T>`](field::Le) | [`OrderedField`](field::OrderedField) | `get`, `set` in native values |
//! | the types of [`byteorder`](field::byteorder) | [`PackedField`](field::PackedField) | `get`, `set`; alignment 1, may tear |
//! | [`CText<N>`](CText) | [`CTextField`](field::CTextField) | `get`, `set`; may tear |
//! | `PhantomData<T>` | [`MarkerView`](field::MarkerView) | nothing |
//!
//! [`Text<N>`](Text) and [`Bytes<N>`](Bytes), whose length and content must agree, live inside a
//! [`Latest`], a [`Queue`] or a [`Mutex`].
//!
//! [`field::typecodes`] has the table for users of Python's `multiprocessing`.
//!
//! Without the struct, a [`DynRegion`] reads and writes the same fields by the names in the schema, and
//! a [`DynLayout`](dynamic::DynLayout) describes, as text, a region to create; an [`Inspection`](inspect::Inspection) reports what a file is and
//! which processes use its locks.
//!
//! # Features
//!
//! - `async`: futures beside the calls that wait for an [`Event`], a [`Watched`], a [`Queue`] or a [`Ring`], for any
//!   executor, and descriptors for event loops ([`sync`]).
//! - `serde`: `Serialize` and `Deserialize` for [`Text`], [`CText`], [`Bytes`], [`Be`](field::Be) and [`Le`](field::Le), and
//!   `shm_core::field::as_number` for the types of [`byteorder`](field::byteorder), and for
//!   [`DynValue`](dynamic::DynValue) as JSON has values. Your own structs derive both along with
//!   `SharedLayout`; the value is serialized, `station.load()?`, not the region.
//! - `portable`: copies element by element, without inline assembly.
//!
//! # Safety
//!
//! Every access is an atomic of the field's own width, so sharing a region between programs with the
//! same schema is sound by the documentation of [`std::sync::atomic`]. `docs/safety.md` has the trust
//! model and the numbered invariants that `SAFETY` comments cite.

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
#[doc(hidden)]
pub mod fault;
#[doc(hidden)]
pub mod protocol;

mod access;
mod arena;
mod attach;
#[cfg(feature = "async")]
mod awaiting;
mod copy;
pub mod dynamic;
mod error;
pub mod field;
pub mod heap;
pub mod inspect;
mod interrupt;
mod outcome;
mod placeable;
pub mod region;
mod registry;
mod root;
mod scalar;
mod shared_layout;
pub mod sync;
mod sys;

// Generated code names this crate by its path, even inside it.
extern crate self as shm_core;

pub use shm_derive::SharedLayout;
pub use shm_schema::{format, layout, limits, path, schema};

pub use access::{ReadOnly, ReadWrite};
pub use dynamic::DynRegion;
pub use error::{Error, LockError};
pub use field::{Bulk, Bytes, CText, Field, Text};
pub use heap::{Map, Owned};
pub use region::{Overlay, Region};
pub use root::View;
pub use shared_layout::SharedLayout;
pub use sync::{
    Barrier, Event, Latest, Mutex, Once, PerProcess, Queue, Ring, RwLock, Semaphore, Watched,
};

/// Every error type of this crate.
pub mod errors {
    pub use crate::dynamic::units::UnitsError;
    pub use crate::error::{
        DoesNotFit, DynError, Error, ErrorKind, FollowError, HeapError, InvalidValue, LoadError,
        LockError, PushError,
    };
    pub use crate::format::FormatError;
    pub use crate::path::InvalidPath;
    pub use crate::region::mirror::Stale;
    pub use crate::schema::{Incompatible, SchemaError};
}

/// The traits that say what can be a region or a field, and what can be done with it. The derive
/// implements them; programs name them in bounds.
pub mod traits {
    pub use crate::access::{Access, CanWrite};
    pub use crate::placeable::Placeable;
    pub use crate::root::{PlainRoot, Root, RootValue, Tail, TailRoot};
    pub use crate::scalar::{ByteOrdered, Integer, Scalar};
    pub use crate::shared_layout::{Plain, PlainView, Shared, SharedLayout, ValidZeroed};
}

/// Runs the README's program as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Runs the programs of the page for newcomers.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from.md")]
struct ComingFrom;

/// Runs the program of the page on the live types.
#[cfg(doctest)]
#[doc = include_str!("../../docs/which-one.md")]
struct WhichOne;
