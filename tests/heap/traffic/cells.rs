//! Values that one worker changes and all read: each version follows from its number, so a reader knows what
//! may be there.

use std::sync::atomic::Ordering::Release;
use std::sync::atomic::fence;

use shm_core::Region;
use shm_core::heap::{MapView, OwnedView};

use super::super::text;
use super::stage::{OWN, Op, Stage, WindowView};

enum Where<'a> {
    Place(&'a OwnedView<str>),
    Key(&'a MapView<u64, str>, u64),
}

/// A place or a key of one worker.
pub(super) struct Cell<'a> {
    /// Different for each, below 256.
    id: u64,
    at: Where<'a>,
    /// Whether a value is there all the time.
    always: bool,
    versions: &'a WindowView,
}

/// The cells of a worker: places, keys that come and go, keys that are always there.
pub(super) fn of(stage: &Region<Stage>, slot: usize) -> impl Iterator<Item = Cell<'_>> {
    let desk = &stage.desks[slot];
    desk.versions.iter().enumerate().map(move |(at, versions)| {
        let id = (slot * 3 * OWN + at) as u64;
        let place = desk.texts.get(at).map(Where::Place);
        let at_key = || Where::Key(&stage.directory, id);
        Cell { id, at: place.unwrap_or_else(at_key), always: at >= 2 * OWN, versions }
    })
}

impl Cell<'_> {
    /// What is there in a version.
    fn content(&self, version: u64) -> Option<String> {
        if !self.always && (version == 0 || version % 7 == 3) {
            return None;
        }
        let mix = (version << 8 | self.id).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let most = [40, 40, 300, 300, 300, 3000, 3000, 20_000][mix as usize % 8];
        Some(text(30 + (mix >> 3) as usize % most, version << 8 | self.id))
    }

    /// The version that a text is.
    fn version_of(text: &str) -> u64 {
        let (_, rest) = text.split_once('/').expect("a text of a cell");
        rest.split_once(':').expect("a text of a cell").0.parse::<u64>().unwrap() >> 8
    }

    fn get(&self) -> Option<String> {
        match self.at {
            Where::Place(place) => {
                let text = place.load().unwrap();
                (!text.is_empty()).then_some(text)
            }
            Where::Key(map, key) => map.get(&key).unwrap(),
        }
    }

    pub(super) fn furnish(&self) {
        if let (Where::Key(map, key), Some(first)) = (&self.at, self.content(0)) {
            map.insert(key, &first).unwrap();
        }
    }

    /// The version that the dead worker left: the one that it was about to make, or the one before.
    pub(super) fn inherit(&self) -> u64 {
        let (begun, done) = (self.versions.begun.get(), self.versions.done.get());
        let found = self.get();
        let version = if found == self.content(begun) { begun } else { done };
        assert!(found == self.content(version), "neither {done} nor {begun} but {found:.40?}");
        self.versions.begun.set(version);
        self.versions.done.set(version);
        version
    }

    /// Makes the next version.
    pub(super) fn advance(&self, version: &mut u64, count: impl Fn(Op)) {
        let (old, next) = (self.content(*version), *version + 1);
        self.versions.begun.set(next);
        // A reader that sees any of the next version also sees that it had begun.
        fence(Release);
        match self.at {
            Where::Place(place) => set(place, old, self.content(next), next, count),
            Where::Key(map, key) => insert(map, key, old, self.content(next), next, count),
        }
        self.versions.done.set(next);
        *version = next;
    }

    /// Reads, and compares.
    pub(super) fn check(&self, count: impl Fn(Op)) {
        count(if matches!(self.at, Where::Place(_)) { Op::Load } else { Op::Get });
        let oldest = self.versions.done.get();
        let found = self.get();
        let newest = self.versions.begun.get();
        let fits = match &found {
            Some(text) => {
                let version = Self::version_of(text);
                (oldest..=newest).contains(&version) && found == self.content(version)
            }
            None => (oldest..=newest).take(7).any(|version| self.content(version).is_none()),
        };
        assert!(fits, "cell {}: {found:.40?} is not of {oldest} to {newest}", self.id);
    }
}

fn set(
    place: &OwnedView<str>,
    old: Option<String>,
    new: Option<String>,
    version: u64,
    count: impl Fn(Op),
) {
    let old = old.unwrap_or_default();
    match new {
        Some(new) if version.is_multiple_of(3) => {
            count(Op::Update);
            let change = |value: &mut String| {
                assert!(*value == old, "{value:.40} and not {old:.40}");
                *value = new;
            };
            place.update(change).unwrap();
        }
        Some(new) => {
            count(Op::Set);
            place.set(&new).unwrap();
        }
        None if version.is_multiple_of(2) => {
            count(Op::Take);
            let taken = place.take().unwrap();
            assert!(taken == old, "{taken:.40} and not {old:.40}");
        }
        None => {
            count(Op::Clear);
            place.clear().unwrap();
        }
    }
}

fn insert(
    map: &MapView<u64, str>,
    key: u64,
    old: Option<String>,
    new: Option<String>,
    version: u64,
    count: impl Fn(Op),
) {
    match new {
        Some(new) if version.is_multiple_of(3) => {
            count(Op::Update);
            let change = |value: &mut Option<String>| {
                assert!(*value == old, "{value:.40?} and not {old:.40?}");
                *value = Some(new);
            };
            map.update(&key, change).unwrap();
        }
        Some(new) => {
            count(Op::Insert);
            assert_eq!(map.insert(&key, &new).unwrap(), old.is_some());
        }
        None if version.is_multiple_of(2) => {
            count(Op::Take);
            let taken = map.take(&key).unwrap();
            assert!(taken == old, "{taken:.40?} and not {old:.40?}");
        }
        None => {
            count(Op::Remove);
            assert_eq!(map.remove(&key).unwrap(), old.is_some());
        }
    }
}
