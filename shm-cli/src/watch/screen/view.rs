//! [`View`]: what the window shows.

use std::time::Duration;

use super::state::State;
use super::theme::Theme;
use crate::watch::Watching;

/// All that is shown.
pub(crate) struct View<'a> {
    pub(crate) watching: &'a Watching,
    pub(crate) state: &'a State,
    pub(crate) theme: Theme,
    /// The time since the start; while the table is paused, it stands still.
    pub(crate) now: Duration,
    pub(crate) type_name: &'a str,
    /// How many processes take part in the locks, alive and dead.
    pub(crate) participants: Option<(usize, usize)>,
}
