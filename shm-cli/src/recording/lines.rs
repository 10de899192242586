//! A recording as lines of JSON.

use super::bounded::Bounded;
use super::sink::{Beginning, Moment, Sink, Wrote};
use super::summary::Summary;
use crate::failure::Failure;
use crate::printable::printable_json;

/// Lines, each with the time and the values of a sample.
pub(super) struct Lines(Bounded);

impl Lines {
    pub(super) fn new(out: Bounded) -> Self {
        Self(out)
    }
}

impl Sink for Lines {
    fn begin(&mut self, _: &Beginning<'_>) -> Result<(), Failure> {
        Ok(())
    }

    fn write(&mut self, moment: &Moment<'_>) -> Result<Wrote, Failure> {
        let time = humantime::format_rfc3339_nanos(moment.time);
        let values = printable_json(moment.json);
        self.0.line(&format!("{{\"time\":\"{time}\",\"values\":{values}}}\n"))
    }

    fn settle(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> Result<u64, Failure> {
        Ok(self.0.written())
    }
}
