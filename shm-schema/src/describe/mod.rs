//! [`DynLayout`]: a layout described at run time.
//!
//! ```text
//! text -> token -> parse, arguments, items -> SchemaBuilder -> DynLayout
//! Schema -> examine ----------------------------------------> DynLayout
//! ```
//! The module `rules` decides where a type can be used, as Rust's traits do for a Rust struct.

mod arguments;
mod attributes;
mod builder;
mod error;
mod examine;
mod items;
mod names;
mod parse;
mod rules;
mod texts;
mod token;
pub mod typecodes;

pub use builder::DynLayoutBuilder;
pub use texts::TypeTexts;

use std::fmt;

use crate::fields::Fields;
use crate::format::Description;
use crate::schema::{Schema, SchemaError};

/// The contents of a future region, described at run time: for regions that `DynRegion::create` of
/// shm-core creates without a Rust struct.
///
/// It equals the layout that the derive gives the same struct in Rust, so that programs that have the
/// struct open the region by its type. There are four ways to make one: field by field
/// ([`builder`](Self::builder)), from the text of one type ([`of`](Self::of)), from definitions as in
/// a Rust source ([`defined`](Self::defined)), and from a schema ([`from_schema`](Self::from_schema)).
///
/// # Types as text
///
/// | you write | it means |
/// | --- | --- |
/// | `u8`..`u64`, `i8`..`i64`, `f32`, `f64`, `bool`, `char` | that type |
/// | `i`, `d`, `c_int`, `c_double`, .. | a typecode of CPython (`B` is a `u8`), or a type of `ctypes`: `shm_core::field::typecodes` |
/// | `NonZero<u32>` or `NonZeroU32`, `Option<NonZero<u32>>` | that type |
/// | `Be<u32>`, `Le<f64>`; `U32<BE>`, `F64<LE>` | a fixed byte order; the same, packed |
/// | `[T; 16]`, `[T]` | an array; a slice, alone or as the last field |
/// | `CText<32>` | text up to a NUL |
/// | `Latest<T>`, `Latest<T, 8>`, `Ring<T, 8>`, `Mutex<T>`, `RwLock<T>`, `RwLock<T, 4>`, `Semaphore<3>`, `Barrier<3>`, `PerProcess<T, 64>`, `Watched<T>`, `Event`, `Once` | that type |
/// | `Map<u64, T>`, `Map<str, [T]>` | that type: values in the region's heap, found by keys |
/// | `Queue<T, 256>` | that type, with room for so many values |
/// | `Owned<str>`, `Owned<[T]>`, `Owned<T>` | that type: a value in the region's heap |
/// | `String`, `Vec<T>` | text and elements of any length, in a struct inside an `Owned` or a `Map` only; so are `Option<String>` and `Option<Vec<T>>` |
/// | `Text<32>`, `Bytes<32>` | that type, inside a `Latest`, a `Ring`, a `Queue`, a `Mutex` or an `RwLock` only |
/// | `u128`, `i128` | that type, inside a `Latest`, a `Ring` or a `Queue` only |
/// | `{ x: f64, y: f64 }`, `enum u8 { Idle = 0, Busy }` | a struct, an enum |
/// | `Pose` | the type defined under that name |
///
/// ```
/// use shm_core::{dynamic::DynLayout, DynRegion, Latest, Region, SharedLayout};
///
/// let layout = DynLayout::builder("Station")
///     .define("struct Pose { x: f64, y: f64, heading: f32 }")
///     .field("temperature", "f64").doc("In the shade.").unit("°C")
///     .field("mode", "enum u8 { Idle = 0, Busy = 1 }")
///     .field("samples", "[u32; 16]")
///     .field("pose", "Latest<Pose>")
///     .build()?;
/// let name = format!("shm-doc-dyn-layout-{}", std::process::id());
/// let station = DynRegion::create(&name, &layout)?; // a program that has no struct
/// station.set("mode", "Busy")?;
/// station.set("pose.heading", 0.5)?;
///
/// #[derive(SharedLayout, Clone, Copy)]
/// #[repr(C)]
/// struct Pose { x: f64, y: f64, heading: f32 }
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(u8)]
/// enum Mode { Idle, Busy }
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station { temperature: f64, mode: Mode, samples: [u32; 16], pose: Latest<Pose> }
///
/// let typed = Region::<Station>::open(&name)?; // another program, which has it
/// assert_eq!((typed.mode.get()?, typed.pose.load()?.heading), (Mode::Busy, 0.5));
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DynLayout {
    schema: Schema,
    description: Description,
}

impl DynLayout {
    /// Starts a struct, to which fields are then added one by one.
    pub fn builder(name: &str) -> DynLayoutBuilder {
        DynLayoutBuilder::new(name)
    }

    /// Returns the layout of one type: `f64` for a `Region<f64>`, `[i32]` for a `Region<[i32]>`.
    ///
    /// # Errors
    /// The position of the mistake in the text, what was found there and what was expected.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region};
    ///
    /// let layout = DynLayout::of("[i]")?; // CPython's `Array('i', 10)`
    /// let name = format!("shm-doc-layout-of-{}", std::process::id());
    /// let numbers = DynRegion::options().len(10).create(&name, &layout)?;
    /// numbers.set("[2]", -4)?;
    /// assert_eq!(Region::<[i32]>::open(&name)?[2].get(), -4);
    /// # shm_core::region::unlink(&name)?;
    ///
    /// let error = DynLayout::of("Latest<f46>").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the type, in `Latest<f46>` at byte 7: there is no type `f46`"
    /// );
    /// assert_eq!(error.help().as_deref(), Some("did you mean `f64`?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(ty: &str) -> Result<Self, SchemaError> {
        builder::of_type(ty, &mut parse::Types::default())
    }

    /// Returns the layout of the type `root`, which can use the structs and enums that `definitions`
    /// contains, written as in Rust.
    ///
    /// `#[repr(C, align(64))]` on a struct, `#[repr(u8)]` or `: u8` on an enum, `#[shm(unit = "..")]`,
    /// `alias` and `guarded_by` on a field and doc comments mean what they mean to the derive; `#[derive(..)]` and
    /// `pub` are skipped.
    ///
    /// # Errors
    /// The position of the mistake in the text, what was found there and what was expected.
    ///
    /// ```
    /// use shm_core::dynamic::DynLayout;
    ///
    /// let layout = DynLayout::defined(
    ///     "
    ///     enum Mode: i8 { Idle, Busy = 3, Lost = -1 }
    ///     /// Where a robot is.
    ///     struct Pose { x: f64, y: f64, mode: Mode }
    ///     ",
    ///     "[Pose; 4]",
    /// )?;
    /// assert_eq!(layout.schema().root().size(), 96);
    /// # Ok::<(), shm_core::schema::SchemaError>(())
    /// ```
    pub fn defined(definitions: &str, root: &str) -> Result<Self, SchemaError> {
        let mut types = parse::Types::default();
        builder::define(definitions, &mut types)?;
        builder::of_type(root, &mut types)
    }

    /// Returns the layout of a schema: that of an existing region, or one made with a
    /// [`SchemaBuilder`](crate::schema::SchemaBuilder).
    ///
    /// # Errors
    /// If no region can be created with it: this version does not know one of its parts, or a part cannot
    /// be where it is.
    ///
    /// ```
    /// use shm_core::{dynamic::DynLayout, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-from-schema-{}", std::process::id());
    /// let first = Region::<[f64; 3]>::create_from(&name, &[1.0, 2.0, 3.0])?;
    ///
    /// let found = DynRegion::open_read_only(&name)?;
    /// let layout = DynLayout::from_schema(found.schema().clone())?;
    /// let second = DynRegion::options().create_with(format!("{name}-2"), &layout, |second| {
    ///     second.set("", found.get("")?)
    /// })?;
    /// assert_eq!(second.get("[2]")?.to_string(), "3.0");
    /// # first.unlink()?;
    /// # shm_core::region::unlink(format!("{name}-2"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_schema(schema: Schema) -> Result<Self, SchemaError> {
        examine::examine(&schema)?;
        Ok(Self::of_examined(schema))
    }

    /// Makes a layout of a schema that was examined.
    fn of_examined(schema: Schema) -> Self {
        let name = match schema.root().name() {
            "" => schema.root().to_string(),
            name => name.to_owned(),
        };
        let description = Description::of_schema(&name, &schema)
            .expect("a type of unknown kind was refused before");
        Self { schema, description }
    }

    /// Returns the name of the type: the struct's or, for a type without a name, its description.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// Returns the types, with their notes.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns every field, each before those inside it, in the order of the schema.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields::of(&self.schema)
    }

    /// Returns the layout as the header of a region describes it.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }
}

impl fmt::Debug for DynLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynLayout").field("schema", &self.schema).finish_non_exhaustive()
    }
}
