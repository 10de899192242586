//! A form of files, as the sampler uses it.

use std::time::SystemTime;

use shm_core::dynamic::DynValue;
use shm_core::inspect::Inspection;
use shm_core::{DynRegion, ReadOnly};

use super::selection::Selection;
use super::summary::Summary;
use crate::failure::Failure;

/// A region whose values are recorded from now on.
pub(crate) struct Beginning<'a> {
    /// The name, as it was given.
    pub(crate) name: &'a str,
    pub(crate) region: &'a DynRegion<ReadOnly>,
    pub(crate) inspection: &'a Inspection,
    pub(crate) selection: &'a Selection,
}

/// The values of one moment: `None` for a field that could not be read.
pub(crate) struct Moment<'a> {
    pub(crate) time: SystemTime,
    pub(crate) selection: &'a Selection,
    pub(crate) values: &'a [Option<DynValue>],
    /// All of them as a JSON object.
    pub(crate) json: &'a str,
}

/// The outcome of writing a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrote {
    Done,
    /// Not written: the file would be larger than it may be.
    Full,
}

/// A form of files.
pub(crate) trait Sink {
    /// Begins with a region, or with one that has replaced another.
    fn begin(&mut self, beginning: &Beginning<'_>) -> Result<(), Failure>;

    /// Writes a sample.
    fn write(&mut self, moment: &Moment<'_>) -> Result<Wrote, Failure>;

    /// Makes what was written so far readable even if this process is killed; called again and again.
    fn settle(&mut self) -> Result<(), Failure>;

    /// Ends the file; returns its size.
    fn finish(&mut self, summary: &Summary) -> Result<u64, Failure>;
}
