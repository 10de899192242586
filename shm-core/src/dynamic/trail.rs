//! The position of the value that is being read or written, for errors.

use super::resolve::Run;
use crate::path::{Path, Segment};

/// A path, and the position below it: the elements of its ranges, and the steps inside those.
pub(super) struct Trail<'p, 't> {
    path: &'p str,
    runs: &'p [Run],
    /// The number of ranges that were entered, outermost first.
    entered: usize,
    /// An index for each of these, and the steps from there.
    steps: Vec<Step<'t>>,
}

/// A step below the path.
enum Step<'t> {
    Segment(Segment<'t>),
    /// To the entry of a map with this key.
    Key(String),
}

impl<'p, 't> Trail<'p, 't> {
    /// Starts at a valid path, which leads through these ranges.
    pub(super) fn of(path: &'p str, runs: &'p [Run]) -> Self {
        Self { path, runs, entered: 0, steps: Vec::new() }
    }

    /// The path at which it starts.
    pub(super) fn start(&self) -> &'p str {
        self.path
    }

    /// Goes to an element of the next range.
    pub(super) fn enter(&mut self, index: u64) {
        self.entered += 1;
        self.push(Segment::Index(index));
    }

    /// Comes back from it.
    pub(super) fn leave(&mut self) {
        self.entered -= 1;
        self.steps.pop();
    }

    /// Goes to a part.
    pub(super) fn push(&mut self, segment: Segment<'t>) {
        self.steps.push(Step::Segment(segment));
    }

    /// Goes to an entry of a map, given the text of its key.
    pub(super) fn push_key(&mut self, key: String) {
        self.steps.push(Step::Key(key));
    }

    /// Comes back from it.
    pub(super) fn pop(&mut self) {
        self.steps.pop();
    }

    /// The path of the current value.
    #[cold]
    pub(super) fn path(&self) -> Path {
        // It was followed before, so it is valid.
        let path = self.path.parse().unwrap_or_default();
        let steps = self.steps.iter().map(|step| match step {
            Step::Segment(segment) => *segment,
            Step::Key(key) => Segment::of_key(key),
        });
        let indexes: Vec<_> = steps.clone().take(self.entered).collect();
        let mut path = at(&path, self.runs, &indexes);
        path.extend(steps.skip(self.entered));
        path
    }
}

/// The path of an element: `path` with the indexes in place of its first ranges.
pub(super) fn at(path: &Path, runs: &[Run], indexes: &[Segment<'_>]) -> Path {
    let known: Vec<_> = runs.iter().zip(indexes).collect();
    let mut after = path.segments().count();
    let mut found: Path = path
        .segments()
        .map(|segment| {
            after -= 1;
            let run = known.iter().find(|(run, _)| run.after == Some(after));
            run.map_or(segment, |(_, index)| **index)
        })
        .collect();
    // A slice that was named whole.
    let unwritten = known.iter().filter(|(run, _)| run.after.is_none());
    found.extend(unwritten.map(|(_, index)| **index));
    found
}
