//! [`TextOptions`]: the options of a picture as text.

use anstyle::Style;

/// Options for writing a picture as text. By default long runs of fields that are alike are shortened, and
/// nothing is coloured.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextOptions {
    /// Whether each field of a long run of fields that are alike is shown.
    pub full: bool,
    /// The type of the whole, and other titles.
    pub title: Style,
    /// The heads of columns.
    pub head: Style,
    /// The types of fields.
    pub ty: Style,
    /// Remarks, and bytes that are unused on purpose.
    pub dim: Style,
    /// Bytes that are lost, and other advice.
    pub lost: Style,
}
