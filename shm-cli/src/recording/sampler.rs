//! Reading a region again and again, at its times.

use std::io;
use std::num::NonZeroU64;
use std::time::{Duration, Instant, SystemTime};

use shm_core::dynamic::DynValue;
use shm_core::path::Path;

use super::announced::Announced;
use super::selection::{LONGEST, Selection};
use super::sink::{Beginning, Moment, Sink, Wrote};
use super::stop::{Stop, Woken};
use super::summary::{Ended, Summary};
use crate::failure::Failure;
use crate::value_json::ValueJson;
use crate::watch::source::{Change, Source, Standing};

/// When to read, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    /// The time between two looks.
    pub(crate) every: Duration,
    /// Whether to write only values that differ from the last ones, and to look at once when a change is announced.
    pub(crate) on_change: bool,
    /// The least time between two looks.
    pub(crate) least: Duration,
    pub(crate) duration: Option<Duration>,
    /// The number of samples to stop after.
    pub(crate) count: Option<NonZeroU64>,
}

/// The time between two looks whether the region is still there, if every change is announced.
const NAME: Duration = Duration::from_millis(100);

/// Something that reads a region at its times.
pub(crate) struct Sampler {
    /// The name of the region, as it was given.
    name: String,
    source: Source,
    /// The requested paths; empty for all.
    paths: Vec<Path>,
    schedule: Schedule,
    stop: Stop,
    announced: Announced,
}

impl Sampler {
    /// A recording of fields of a source, named as the user did.
    pub(crate) fn new(
        name: String,
        source: Source,
        paths: Vec<Path>,
        schedule: Schedule,
        stop: Stop,
    ) -> Self {
        Self { name, source, paths, schedule, stop, announced: Announced::default() }
    }

    /// Records until the schedule or a signal ends it.
    ///
    /// # Errors
    /// If the region does not have the fields, or the file cannot be written.
    pub(crate) fn run(mut self, sink: &mut dyn Sink) -> Result<Summary, Failure> {
        let mut selection = Selection::of(self.source.region(), &self.paths)?;
        self.begin(&selection, sink)?;
        let (mut summary, start) = (Summary::default(), Instant::now());
        self.listen(&selection, &mut summary);
        summary.ended = match self.all(&mut selection, sink, &mut summary, start) {
            Err(Failure::Io { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => {
                Ended::Reader
            }
            outcome => outcome?,
        };
        summary.milliseconds = start.elapsed().as_millis() as u64;
        summary.bytes = sink.finish(&summary)?;
        Ok(summary)
    }

    fn begin(&self, selection: &Selection, sink: &mut dyn Sink) -> Result<(), Failure> {
        let (region, inspection) = (self.source.region(), self.source.inspection());
        sink.begin(&Beginning { name: &self.name, region, inspection: &inspection, selection })
    }

    fn all(
        &mut self,
        selection: &mut Selection,
        sink: &mut dyn Sink,
        summary: &mut Summary,
        start: Instant,
    ) -> Result<Ended, Failure> {
        let end = self.schedule.duration.map(|duration| start + duration);
        let (mut next, mut least, mut last) = (start, start, None);
        loop {
            if let Some(ended) = self.wait([least, next], end) {
                return Ok(ended);
            }
            least = Instant::now() + self.schedule.least;
            self.announced.clear();
            if self.look(selection, sink, summary)? {
                let wrote = self.sample(selection, sink, summary, &mut last)?;
                if wrote == Wrote::Full {
                    return Ok(Ended::Size);
                }
            }
            sink.settle()?;
            if self.schedule.count.is_some_and(|count| summary.messages >= count.get()) {
                return Ok(Ended::Count);
            }
            next = self.after(next, summary);
        }
    }

    /// Waits until it is time for a look, or a change is announced, though not before `least`. Returns what ends the
    /// recording.
    fn wait(&self, [least, next]: [Instant; 2], end: Option<Instant>) -> Option<Ended> {
        let until = |time: Instant| end.map_or(time, |end| time.min(end));
        let bells = self.announced.descriptors();
        let mut woken = Woken::Time;
        if !bells.is_empty() {
            woken = self.stop.wait(until(least.min(next)), &[]);
        }
        if woken == Woken::Time {
            woken = self.stop.wait(until(next), &bells);
        }
        match woken {
            Woken::Signal => Some(Ended::Signal),
            _ => end.filter(|end| Instant::now() >= *end).map(|_| Ended::Duration),
        }
    }

    /// Listens for the changes of those fields that announce them.
    fn listen(&mut self, selection: &Selection, summary: &mut Summary) {
        if self.schedule.on_change {
            self.announced = Announced::of(self.source.region(), selection);
            summary.waited_for.clone_from(&self.announced.waited_for);
            summary.polled.clone_from(&self.announced.polled);
        }
    }

    /// The time of the look after that one; those before now are left out.
    fn after(&self, look: Instant, summary: &mut Summary) -> Instant {
        let now = Instant::now();
        if self.schedule.on_change && self.announced.polled.is_empty() {
            return now + NAME;
        }
        // A change was announced in between.
        if look > now {
            return look;
        }
        let every = self.schedule.every;
        let passed = now.saturating_duration_since(look + every);
        let late = passed.as_nanos() / every.as_nanos().max(1);
        let late = u32::try_from(late).unwrap_or(u32::MAX - 1);
        summary.missed.late += u64::from(late);
        look + every * (late + 1)
    }

    /// Whether there is a region; one that has replaced another is the one that is recorded from now on.
    fn look(
        &mut self,
        selection: &mut Selection,
        sink: &mut dyn Sink,
        summary: &mut Summary,
    ) -> Result<bool, Failure> {
        if self.source.look() == Some(Change::Followed) {
            *selection = Selection::again(self.source.region(), &self.paths);
            summary.replaced += 1;
            self.begin(selection, sink)?;
            self.listen(selection, summary);
        }
        let is_there = *self.source.standing() == Standing::Current;
        summary.missed.absent += u64::from(!is_there);
        Ok(is_there)
    }

    fn sample(
        &self,
        selection: &mut Selection,
        sink: &mut dyn Sink,
        summary: &mut Summary,
        last: &mut Option<String>,
    ) -> Result<Wrote, Failure> {
        let (time, region) = (SystemTime::now(), self.source.region());
        let (mut values, mut json) = (Vec::new(), String::from("{"));
        for field in &mut selection.fields {
            let sample = field.read(region);
            let value = sample.value.filter(|value| add(&mut json, &field.key, value));
            summary.missed.versions += sample.skipped;
            summary.missed.unreadable += u64::from(value.is_none());
            values.push(value);
        }
        json.push('}');
        summary.missed.unreadable += selection.missing;
        let is_news = last.as_ref() != Some(&json);
        if values.iter().all(Option::is_none) || self.schedule.on_change && !is_news {
            return Ok(Wrote::Done);
        }
        let wrote = sink.write(&Moment { time, selection, values: &values, json: &json })?;
        summary.messages += u64::from(wrote == Wrote::Done);
        *last = Some(json);
        Ok(wrote)
    }
}

/// Adds a field to a JSON object, unless that would be too long.
fn add(json: &mut String, key: &str, value: &DynValue) -> bool {
    let value = serde_json::to_string(&ValueJson(value)).unwrap_or_default();
    let fits = !value.is_empty() && json.len() + key.len() + value.len() < LONGEST;
    if fits {
        json.push_str(if json.len() > 1 { "," } else { "" });
        json.push_str(&serde_json::Value::from(key).to_string());
        json.push(':');
        json.push_str(&value);
    }
    fits
}
