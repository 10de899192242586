//! The derive macro of `shm-core`, which re-exports it; depend on that crate, not on this one.
//!
//! One stage, one file:
//! ```text
//! tokens -> attr, model (what was written) -> check (what is legal) -> plan -> prepare -> expand -> tokens
//! ```
//! A struct or enum that breaks a rule goes to `expand::fallback` instead: its errors, and stand-ins
//! for what would have been generated, so that nothing complains a second time.

mod attr;
mod check;
mod doc;
mod errors;
mod expand;
mod model;
mod plan;
mod prepare;
#[cfg(test)]
mod snapshots;

use model::Model;
use plan::Plan;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Makes a struct or enum one that can live in shared memory, and be used there by field name.
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
/// fn mean(station: &StationView<impl shm_core::Access>) -> u32 {
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
///   visibilities and doc comments, in which each field stands in its shared form. Parameters of the
///   struct come before `A`.
/// - **`SharedLayout`**, with `Station::LAYOUT`: names, offsets, sizes, doc comments and units, known at
///   compile time. Its evaluation proves that view and struct agree: each field has the same size and
///   alignment in both, so that `repr(C)` gives both the same offsets. For a generic struct the proof is
///   made for each set of parameters, when code is generated for it: `cargo build` makes it, `cargo check`
///   does not.
/// - **`Plain`**, if every field is plain data, and with it on the view `load()`, `load_into(&mut value)`
///   and `store(&value)`, which go field by field. If one is not, the call says which type it is.
/// - **`ValidZeroed`**, if zero is a value of every field: what `Region::create` needs.
/// - **`Debug`** for the view, and `read_only()`, the same memory with the writing taken away.
///
/// A struct whose last field is a slice is a root with a run-time length, and no part of other structs:
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
/// A fieldless enum becomes an integer that is validated each time it is read. It has to be `Copy` and
/// `Debug`. It is `ValidZeroed` if a variant has the value 0, however that is written.
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
/// | `shm_core::byteorder::*` | `PackedField`: the same with alignment 1, for packed foreign records |
/// | `CText<N>` | `CTextField`: text up to a NUL |
/// | `PhantomData<T>` | nothing |
/// | `[T]`, as the last field | a slice of views |
/// | shm-core's synchronisation types | as each says |
///
/// # Attributes
///
/// | where | attribute | meaning |
/// | --- | --- | --- |
/// | struct | `#[repr(C)]`, `#[repr(C, align(N))]` | required; `N` up to 4096 |
/// | enum | `#[repr(u8)]`, another of `u8`..`u64`, `i8`..`i64` | required |
/// | struct | `#[shm(view = "Name")]` | the view's name, else the struct's with `View` behind |
/// | struct | `#[shm(capacity = N)]` | bytes that a region sets aside for the struct, at least its size: room for fields that later programs append |
/// | struct, enum | `#[shm(crate = "path")]` | where shm-core is, else `::shm_core` |
/// | field | `#[shm(unit = "text")]` | the unit, which tools show beside the value |
/// | field | `#[shm(alias = "old_name")]` | a name that the field had before, in programs that are still used; any number of them |
///
/// # What is refused
///
/// Each with an error at the token in question that says what to use instead; all that tokens can tell is
/// told at once.
///
/// | what | why |
/// | --- | --- |
/// | no `repr(C)`; `repr(packed)`, `repr(transparent)` | the layout is not fixed, or fields are where no processor accesses them in one step |
/// | enums without an integer `repr`, with `repr(C)`, with data, with parameters or without variants | the size is not fixed; another process may change the tag while the data is looked at |
/// | unions, structs without fields | nothing says what is there; nothing is |
/// | lifetimes, references, pointers, function pointers, `dyn` | an address means nothing in another process |
/// | `String`, `Vec`, `VecDeque`, `Box`, `Rc`, `Arc` | the content is in this process's heap |
/// | `usize`, `isize` | the size depends on the machine |
/// | `u128`, `i128` | no processor reads or writes them in one step |
/// | tuples | their layout is not fixed; use a tuple struct |
/// | slices anywhere but last, `str` | only a whole region has a run-time length |
/// | an alignment above 4096 | a region starts at a page boundary |
/// | any other type without this derive, such as `Option<u32>`, `AtomicU64`, `Duration`; a type alias of one | nothing is known about its bytes; for those of the standard library the error says what to use instead |
/// | a `capacity` below the struct's size, or of a struct that ends in a slice | there would be no room at all; the run-time length says how large it is |
/// | an `alias` that is no name, or that is taken by a field or another alias | it would say of two fields that they are one |
/// | unknown or repeated words in `#[shm(..)]` | a typing error would pass unseen |
///
/// A type of your own that is called `Vec` or `String` is told apart by a path: write `self::Vec`.
///
/// An attribute macro below the derive may change the struct or enum after the derive has seen it. If what it
/// makes has another layout, the build fails and says so: put it above the derive.
///
/// # Doc comments
///
/// They travel with a region as notes, also those that are written as `/** .. */`, without its stars, and those
/// that a macro makes: `#[doc = concat!(..)]`, `#[doc = include_str!(..)]`.
#[proc_macro_derive(SharedLayout, attributes(shm))]
pub fn derive_shared_layout(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive(&input).into()
}

fn derive(input: &DeriveInput) -> TokenStream {
    let model = Model::parse(input);
    match Plan::check(&model) {
        Ok(plan) => expand::expand(&plan),
        Err(errors) => expand::fallback(&model, &errors),
    }
}
