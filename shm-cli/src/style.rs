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
/// What one should know, though nothing went wrong.
pub(crate) const NOTICE: Style = AnsiColor::Magenta.on_default().bold();
/// What needs no attention.
pub(crate) const PLAIN: Style = Style::new();
/// A key that one can press.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();
/// The course of a number.
pub(crate) const CHART: Style = AnsiColor::Green.on_default();
/// A value that has just changed.
pub(crate) const FRESH: Style = AnsiColor::Yellow.on_default().bold().invert();
/// A value that changed a moment ago.
pub(crate) const RECENT: Style = AnsiColor::Yellow.on_default().bold();
/// A value that changed some time ago.
pub(crate) const FADING: Style = AnsiColor::Yellow.on_default();
