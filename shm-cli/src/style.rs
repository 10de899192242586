//! The colours and their meanings, in one place.

use anstyle::{AnsiColor, Style};

/// Errors.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The subject of a report.
pub(crate) const TITLE: Style = Style::new().bold();
/// The heads of columns.
pub(crate) const HEAD: Style = Style::new().underline();
/// The type of a field.
pub(crate) const TYPE: Style = AnsiColor::Cyan.on_default();
/// Remarks.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Processes that are alive.
pub(crate) const ALIVE: Style = AnsiColor::Green.on_default();
/// Things that need attention: dead processes, locks that they left.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// Bytes that are lost, and other advice.
pub(crate) const LOST: Style = AnsiColor::Yellow.on_default();
/// Things in order.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Notices that are not errors.
pub(crate) const NOTICE: Style = AnsiColor::Magenta.on_default().bold();
/// Things that need no attention.
pub(crate) const PLAIN: Style = Style::new();
/// A key to press.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();
/// The course of a number.
pub(crate) const CHART: Style = AnsiColor::Green.on_default();
/// A value that has just changed.
pub(crate) const FRESH: Style = AnsiColor::Yellow.on_default().bold().invert();
/// A value that changed a moment ago.
pub(crate) const RECENT: Style = AnsiColor::Yellow.on_default().bold();
/// A value that changed some time ago.
pub(crate) const FADING: Style = AnsiColor::Yellow.on_default();
