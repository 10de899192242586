//! [`Placeable`]: the types that may be in a region by themselves.

/// A type that may be in a region by itself, and not only inside a type that keeps its parts together.
/// Regions are created only with such types.
///
/// Holds for a struct exactly when it holds for every field; for a [`Latest`](crate::Latest), a
/// [`Mutex`](crate::Mutex) and an [`RwLock`](crate::RwLock), always. It does not hold for [`Text`](crate::Text) and
/// [`Bytes`](crate::Bytes): another process could see a new length with the old contents.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a region by itself",
    label = "another process could see a part of it changed and another part unchanged",
    note = "put `Text` and `Bytes` into a `Latest` or a `Mutex`, alone or in a struct: `Latest<Text<32>>`",
    note = "an `Overlay` can have neither: use `CText` there, or `[u8; N]`"
)]
pub trait Placeable {}
