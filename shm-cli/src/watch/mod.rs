//! Watching a region: the values of its fields, again and again.
//!
//! ```text
//! source -> rows -> table: readings, histories -> screen, or lines, or JSON lines
//! ```
//! [`source`] has the region and notices when its name means another one, [`rows`] are the places that
//! are watched and [`extent`] the part of each that is read, [`table`] reads them, of a `Latest` one version
//! for all rows ([`counter`]). A [`reading`] goes into a row's [`history`], which gives the
//! [`sparkline`] and the [`rate`]. For a place that is not read whole, a [`tracker`] compares all [`raw`]
//! bytes from look to look, and names the [`leaves`] that changed; of a map, it compares the [`entries`]. On a screen, an
//! array of structs opens to a [`sheet`] of its elements. All this is independent of terminals:
//! [`screen`] shows it on one, [`lines`] and [`json`] print it. Truncation of the file ([`truncated`]) is an
//! ordinary error.

mod changes;
pub(crate) mod counter;
mod entries;
mod extent;
mod history;
mod json;
mod leaves;
pub(crate) mod lines;
mod notice;
mod pause;
mod rate;
mod raw;
mod reading;
pub(crate) mod rows;
pub(crate) mod screen;
mod sheet;
pub(crate) mod source;
mod sparkline;
pub(crate) mod table;
mod tracker;
pub(crate) mod truncated;

use std::num::NonZeroU64;
use std::time::Duration;

use self::rows::Ranges;
use self::source::{Change, Source};
use self::table::LiveTable;
use crate::failure::Failure;

/// The options of a watch.
pub(crate) struct Watching {
    pub(crate) source: Source,
    pub(crate) table: LiveTable,
    /// The requested paths; empty for all.
    pub(crate) paths: Vec<shm_core::path::Path>,
    pub(crate) ranges: Ranges,
    /// The time between samples.
    pub(crate) interval: Duration,
    /// The number of samples to stop after.
    pub(crate) count: Option<NonZeroU64>,
}

impl Watching {
    /// Checks whether the name still means the region; follows it to a new one, if requested.
    fn look(&mut self) -> Result<Option<Change>, Failure> {
        let change = self.source.look();
        if change == Some(Change::Followed) {
            let table = LiveTable::again(self.source.region(), &self.paths, self.ranges)?;
            self.table = table.tracking(self.source.inspection());
        }
        Ok(change)
    }
}
