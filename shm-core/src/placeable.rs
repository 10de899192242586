//! [`Placeable`]: what may stand in a region by itself.

/// A type that may stand in a region by itself, and not only inside of something that keeps its parts
/// together. Regions are created with such types only.
///
/// Holds for a struct exactly when it holds for every field; for a [`Latest`](crate::Latest) and a
/// [`Mutex`](crate::Mutex), whatever is inside. [`Text`](crate::Text) and [`Bytes`](crate::Bytes) are the ones for which it
/// does not hold: another process could see a new length with the old content.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a region by itself",
    label = "another process could see a part of it changed and a part not",
    note = "put `Text` and `Bytes` into a `Latest` or a `Mutex`, alone or in a struct: `Latest<Text<32>>`",
    note = "an `Overlay` can have neither: use `CText` there, or `[u8; N]`"
)]
pub trait Placeable {}
