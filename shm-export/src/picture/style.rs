//! The colours of a picture as text.

use anstyle::{AnsiColor, Style};

/// The type of the whole.
pub(super) const TITLE: Style = Style::new().bold();
/// The heads of columns.
pub(super) const HEAD: Style = Style::new().underline();
/// The type of a field.
pub(super) const TYPE: Style = AnsiColor::Cyan.on_default();
/// Remarks.
pub(super) const DIM: Style = Style::new().dimmed();
/// Bytes that are lost.
pub(super) const LOST: Style = AnsiColor::Yellow.on_default();
