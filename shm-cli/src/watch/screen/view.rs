//! [`View`]: the contents of the window.

use std::time::Duration;

use super::places::{Place, Places};
use super::state::State;
use super::theme::Theme;
use crate::watch::Watching;

/// Everything that is shown.
pub(crate) struct View<'a> {
    pub(crate) watching: &'a Watching,
    pub(crate) state: &'a State,
    pub(crate) places: &'a Places,
    pub(crate) theme: Theme,
    /// The time since the start; while the table is paused, it stands still.
    pub(crate) now: Duration,
    pub(crate) type_name: &'a str,
    /// The number of processes that use the locks, alive and dead.
    pub(crate) participants: Option<(usize, usize)>,
}

impl View<'_> {
    /// The selected line.
    pub(crate) fn selected(&self) -> Option<Place> {
        self.places.at(self.state.selected)
    }
}
