//! The derive macro of `shm-core`, which re-exports it; depend on that crate, not on this one.
//!
//! One stage, one file:
//! ```text
//! tokens -> attr, model (what was written) -> check (what is legal) -> plan -> prepare -> expand -> tokens
//! ```
//! A struct or enum that breaks a rule goes to `expand::fallback` instead, which prints its errors, and
//! stand-ins for the usual output, so that no error is repeated.

mod attr;
mod check;
mod doc;
mod errors;
mod expand;
mod heap_value;
mod model;
mod plan;
mod prepare;
#[cfg(test)]
mod snapshots;

use model::{Derive, Model};
use plan::Plan;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Lets a struct or enum live in shared memory, and be used there by field name.
///
/// ```
/// use shm_core::{Region, SharedLayout, View};
///
/// /// One weather station.
/// #[derive(SharedLayout, Debug, PartialEq)]
/// #[repr(C)]
/// pub struct Station {
///     /// Outside, in the shade.
///     #[shm(unit = "°C")]
///     pub temperature: f64,
///     pub samples: [u32; 4],
///     pub mode: Mode,
/// }
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(u8)]
/// pub enum Mode { Idle, Busy }
///
/// let station = Region::<Station>::options().private()?;
/// station.temperature.set(21.5);
/// station.samples[3].set(7);
/// assert_eq!(station.mode.get()?, Mode::Idle);
///
/// // Functions take the view. This one reads, so any access mode will do:
/// fn mean(station: &StationView<impl shm_core::traits::Access>) -> u32 {
///     station.samples.iter().map(|sample| sample.get()).sum::<u32>() / 4
/// }
/// assert_eq!(mean(&station), 1);
///
/// const SAMPLES: usize = Station::LAYOUT.offset_of("samples[3]");
/// assert_eq!(SAMPLES, 20);
/// assert_eq!(Station::LAYOUT.field("temperature").unwrap().unit(), "°C");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What is generated
///
/// For a struct `Station`:
///
/// - **The view**, `StationView<A: Access = ReadWrite>`: a `repr(C)` struct with the same field names,
///   visibilities and doc comments, in which each field has its shared form. Parameters of the struct
///   come before `A`.
/// - **`SharedLayout`**, with `Station::LAYOUT`: names, offsets, sizes, doc comments and units, known at
///   compile time. Its evaluation proves that view and struct agree: each field has the same size and
///   alignment in both, so that `repr(C)` gives both the same offsets. A generic struct is proved for
///   each set of parameters, when code is generated for it: by `cargo build`, but not by `cargo check`.
/// - **`Plain`**, if every field is plain data, and with it on the view `load()`, `load_into(&mut value)`
///   and `store(&value)`, which go field by field. If a field is not, the error at the call names its type.
/// - **`ValidZeroed`**, if zero is a valid value of every field, as `Region::create` needs.
/// - **`Debug`** for the view, and `read_only()`, a view of the same memory without the methods that write.
///
/// A struct whose last field is a slice is a root with a run-time length, and cannot be part of other
/// structs:
///
/// ```
/// # use shm_core::{Region, SharedLayout};
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Frame {
///     width: u32,
///     pixels: [u8],
/// }
///
/// let frame = Region::<Frame>::options().len(64).private()?;
/// frame.pixels[63].set(0xff);
/// # Ok::<(), shm_core::Error>(())
/// ```
///
/// A fieldless enum becomes an integer that is validated each time it is read. It must be `Copy` and
/// `Debug`. It is `ValidZeroed` if a variant has the value 0, explicitly or not.
///
/// # Field types
///
/// | in the struct | in the view |
/// | --- | --- |
/// | `u8`..`u64`, `i8`..`i64`, `f32`, `f64`, `bool` | `Field`: `get`, `set`, `fetch_add`, .. |
/// | `char`, `NonZeroU8`.., `Option<NonZeroU8>`.., enums with this derive | `Checked`: `get` gives a `Result` |
/// | `[T; N]` | an array of views |
/// | a struct with this derive | its view |
/// | `Be<T>`, `Le<T>` | `OrderedField`: a number in a fixed byte order |
/// | `shm_core::field::byteorder::*` | `PackedField`: the same with alignment 1, for packed foreign records |
/// | `CText<N>` | `CTextField`: text up to a NUL |
/// | `PhantomData<T>` | nothing |
/// | `[T]`, as the last field | a slice of views |
/// | shm-core's synchronisation types | see each type |
///
/// # Attributes
///
/// | where | attribute | meaning |
/// | --- | --- | --- |
/// | struct | `#[repr(C)]`, `#[repr(C, align(N))]` | required; `N` up to 4096 |
/// | enum | `#[repr(u8)]`, another of `u8`..`u64`, `i8`..`i64` | required |
/// | struct | `#[shm(view = "Name")]` | the view's name, by default the struct's name followed by `View` |
/// | struct | `#[shm(capacity = N)]` | bytes that a region sets aside for the struct, at least its size: room for fields that later programs append |
/// | struct | `#[shm(fold = "sum")]` | implements `shm_core::sync::Fold`, as a row of a `PerProcess` needs it: each field is added |
/// | struct, enum | `#[shm(crate = "path")]` | the path of shm-core, by default `::shm_core` |
/// | field | `#[shm(unit = "text")]` | the unit, which tools show after the value |
/// | field | `#[shm(alias = "old_name")]` | an earlier name of the field, in programs that are still used; can be repeated |
/// | field | `#[shm(guarded_by = "lock")]` | the field of the same struct, a `Mutex<()>`, that guards this one, which is plain data: access by name takes it by itself. In Rust, that is by agreement |
///
/// # What is refused
///
/// Each is an error at the offending token that says what to use instead; all errors that tokens alone
/// can decide are reported at once.
///
/// | what | why |
/// | --- | --- |
/// | no `repr(C)`; `repr(packed)`, `repr(transparent)` | the layout is not fixed, or fields are where no processor accesses them in one step |
/// | enums without an integer `repr`, with `repr(C)`, with data, with parameters or without variants | the size is not fixed; another process may change the tag while the data is being read |
/// | unions, structs without fields | no record of which field is valid; nothing to store |
/// | lifetimes, references, pointers, function pointers, `dyn` | an address means nothing in another process |
/// | `String`, `Vec`, `VecDeque`, `Box`, `Rc`, `Arc` | the content is in this process's heap |
/// | `usize`, `isize` | the size depends on the machine |
/// | `u128`, `i128` | no processor reads or writes them in one step |
/// | tuples | their layout is not fixed; use a tuple struct |
/// | slices anywhere but last, `str` | only a whole region has a run-time length |
/// | an alignment above 4096 | a region starts at a page boundary |
/// | any other type without this derive, such as `Option<u32>`, `AtomicU64`, `Duration`; a type alias of one | its bytes are unknown; for types of the standard library, the error says what to use instead |
/// | a `capacity` below the struct's size, or of a struct that ends in a slice | the struct would not fit; its size is set by the run-time length |
/// | an `alias` that is not a valid name, or that is taken by a field or another alias | two fields would be treated as one |
/// | a `fold` of anything but a sum, or of a struct that ends in a slice | implement `Fold` |
/// | unknown or repeated words in `#[shm(..)]` | a typing error would go unnoticed |
///
/// Write a type of your own that is called `Vec` or `String` with a path: `self::Vec`.
///
/// An attribute macro below the derive may change the struct or enum after the derive has seen it. If
/// the result has another layout, the build fails with an error that says so: put the macro above the
/// derive.
///
/// # Doc comments
///
/// They are stored in a region as notes, including those written as `/** .. */`, without the stars, and
/// those made by a macro: `#[doc = concat!(..)]`, `#[doc = include_str!(..)]`.
#[proc_macro_derive(SharedLayout, attributes(shm))]
pub fn derive_shared_layout(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive(&input).into()
}

fn derive(input: &DeriveInput) -> TokenStream {
    let model = Model::parse(input, Derive::SharedLayout);
    match Plan::check(&model) {
        Ok(plan) => expand::expand(&plan),
        Err(errors) => expand::fallback(&model, &errors),
    }
}

/// Lets a struct be a value in the heap of a region, stored whole in one block: in an `Owned<Job>`, or in a
/// `Map<u64, Job>`.
///
/// `shm_core::heap::HeapValue` has an example, and lists the types that its fields can have. Among them are
/// `String` and `Vec<T>`, which `SharedLayout` refuses: a field of a region is accessed in place, but a value in
/// a heap is copied in and out.
///
/// # What is generated
///
/// `HeapValue` and `Part`, with the layout of the struct's fixed part, in the order of its fields as in `repr(C)`:
/// a text or a slice of any length is an offset and a length there. The struct itself may have any layout.
///
/// # What is refused
///
/// | what | why |
/// | --- | --- |
/// | enums and unions | another process could store a tag that says more than its data; derive `SharedLayout` for a fieldless enum |
/// | generic parameters and lifetimes | the layout of a value is one, and it outlives every borrow |
/// | structs without fields | nothing to store |
/// | fields of other types, `usize` and references among them | they mean nothing in another process |
#[proc_macro_derive(HeapValue, attributes(shm))]
pub fn derive_heap_value(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    heap_value::derive(&input).into()
}
