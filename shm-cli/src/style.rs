//! The colours: what they mean, in one place.

use anstyle::{AnsiColor, Style};

/// What went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What an answer is about.
pub(crate) const TITLE: Style = Style::new().bold();
/// The heads of columns.
pub(crate) const HEAD: Style = Style::new().underline();
/// The type of a field.
pub(crate) const TYPE: Style = AnsiColor::Cyan.on_default();
/// What is said beside the answer.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Processes that live.
pub(crate) const ALIVE: Style = AnsiColor::Green.on_default();
/// What wants to be looked at: dead processes, locks that they left.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// Bytes that are lost, and what else might be done better.
pub(crate) const LOST: Style = AnsiColor::Yellow.on_default();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
