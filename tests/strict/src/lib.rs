//! A library with every lint that a user may have. The derive's output triggers none of them.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unused,
    nonstandard_style,
    future_incompatible,
    let_underscore,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unreachable_pub,
    unnameable_types,
    missing_debug_implementations,
    missing_copy_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    unused_import_braces,
    unused_braces,
    unit_bindings,
    explicit_outlives_requirements,
    elided_lifetimes_in_paths,
    meta_variable_misuse,
    redundant_imports,
    redundant_lifetimes,
    variant_size_differences,
    unexpected_cfgs,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo,
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::big_endian_bytes,
    clippy::default_numeric_fallback,
    clippy::disallowed_script_idents,
    clippy::else_if_without_else,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::field_scoped_visibility_modifiers,
    clippy::impl_trait_in_params,
    clippy::implicit_return,
    clippy::indexing_slicing,
    clippy::inline_asm_x86_att_syntax,
    clippy::integer_division,
    clippy::let_underscore_untyped,
    clippy::min_ident_chars,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::missing_trait_methods,
    clippy::mod_module_files,
    clippy::module_name_repetitions,
    clippy::multiple_inherent_impl,
    clippy::multiple_unsafe_ops_per_block,
    clippy::panic,
    clippy::partial_pub_fields,
    clippy::pattern_type_mismatch,
    clippy::pub_use,
    clippy::pub_with_shorthand,
    clippy::question_mark_used,
    clippy::renamed_function_params,
    clippy::same_name_method,
    clippy::semicolon_inside_block,
    clippy::separated_literal_suffix,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::single_char_lifetime_names,
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::alloc_instead_of_core,
    clippy::str_to_string,
    clippy::tests_outside_test_module,
    clippy::type_repetition_in_bounds,
    clippy::undocumented_unsafe_blocks,
    clippy::unnecessary_safety_comment,
    clippy::unneeded_field_pattern,
    clippy::unreachable,
    clippy::unseparated_literal_suffix,
    clippy::unwrap_used,
    clippy::use_debug,
    clippy::wildcard_enum_match_arm
)]
#![allow(
    clippy::blanket_clippy_restriction_lints,
    clippy::cargo_common_metadata,
    clippy::multiple_crate_versions,
    reason = "about the workspace, not about the derive"
)]

use core::fmt::Debug;
use core::marker::PhantomData;
use core::num::NonZeroU32;

use shm_core::{CText, Event, Latest, Mutex, Once, SharedLayout, Text, Watched, field::Be};

/// Writes a type.
macro_rules! word {
    () => {
        u32
    };
}

/// The length of a name.
pub const NAME: usize = 8;

/// The activity of a robot.
#[expect(clippy::exhaustive_enums, reason = "about this enum")]
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Mode {
    /// It waits.
    Idle,
    /// It moves.
    Busy = 7,
}

/// A level that has no zero.
#[expect(clippy::exhaustive_enums, reason = "about this enum")]
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i64)]
pub enum Level {
    /// Below.
    Low = -1,
    /// Above.
    High = 1,
}

/// The position of a robot.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Pose {
    /// To the east.
    #[shm(unit = "m")]
    pub east: f64,
    /// Its activity there.
    pub mode: Mode,
    /// Its previous activity.
    pub modes: [Mode; 3],
}

/// Everything at once.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[derive(SharedLayout, Debug)]
#[repr(C, align(64))]
#[shm(capacity = 4096)]
pub struct Robot {
    /// The newest pose.
    pub pose: Latest<Pose>,
    /// The name.
    pub name: Latest<Text<16>>,
    /// The guarded value.
    pub account: Mutex<Pose>,
    /// The watched value.
    pub mode: Watched<Mode>,
    /// An event.
    pub changed: Event,
    /// A setup that happens once.
    pub begun: Once,
    /// A port, in the order of the network.
    #[shm(alias = "socket")]
    pub port: Be<u16>,
    /// The operator.
    pub next: Option<NonZeroU32>,
    /// The number of bits.
    pub bits: word!(),
    /// Above or below.
    pub level: Level,
}

/// A ring of anything.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
pub struct Ring<Item: Copy + Debug, const LEN: usize>
where
    [Item; LEN]: Debug,
{
    /// The elements.
    pub items: [Item; LEN],
    /// The previous position.
    pub pose: Pose,
    /// The kind of element.
    pub of: PhantomData<Item>,
}

/// A pair without names.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
#[shm(view = "Both")]
pub struct Pair(
    /// The first.
    pub u8,
    /// The second.
    pub Pose,
);

/// Braces that need not be.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[expect(unused_braces, unused_parens, reason = "they are what is tested")]
#[expect(missing_copy_implementations, reason = "what `Clone` prints sets off the same lints")]
#[derive(SharedLayout, Debug)]
#[repr(C)]
#[shm(capacity = { 64 })]
pub struct Braced {
    /// The length of a name.
    pub bytes: [u8; { NAME }],
    /// A length in braces.
    pub words: [u32; { 4 }],
    /// A name.
    pub name: CText<{ NAME }>,
    /// In parentheses.
    pub hits: (u64),
}

/// A picture.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[derive(SharedLayout, Debug)]
#[repr(C)]
pub struct Frame {
    /// The width.
    pub width: u64,
    /// The pixels.
    pub pixels: [Pose],
}

/// A picture of anything.
#[expect(clippy::exhaustive_structs, reason = "about this struct, not about its view")]
#[derive(SharedLayout, Debug)]
#[repr(C)]
pub struct Picture<Pixel> {
    /// The width.
    pub width: u32,
    /// The pixels.
    pub pixels: [Pixel],
}

/// A private struct without any use.
#[derive(SharedLayout)]
#[repr(C)]
struct Unused {
    /// Is never read.
    hits: u64,
}

/// Public items here are not visible outside.
mod inner {
    use shm_core::SharedLayout;

    /// A struct that says so itself.
    #[expect(unreachable_pub, reason = "the test is that the view repeats it")]
    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Hidden {
        /// Is never read.
        pub hits: u64,
    }
}
