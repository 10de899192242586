//! [`Settings`]: the options of a region of any type, and the verbs for which each has an effect.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::interrupt;

/// Whether a new region's space is reserved at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Reserved,
    Sparse,
}

/// The default number of processes that can take part in a region's locks.
const PARTICIPANTS: u32 = 128;

/// The settings of [`RegionOptions`](super::RegionOptions), without the type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(super) mode: u32,
    pub(super) populate: bool,
    pub(super) space: Space,
    pub(super) allowed_owner: Option<u32>,
    pub(super) len: Option<usize>,
    pub(super) after_reboot: bool,
    pub(super) participants: u32,
    pub(super) capacity: Option<usize>,
    pub(super) heap_max: Option<u64>,
    pub(super) wait: Option<Duration>,
    pub(super) named_temporary: bool,
    pub(super) mirror: bool,
    /// The settings that were given.
    pub(super) given: Set,
}

/// A set of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Set(u16);

impl Set {
    pub(super) const MODE: Self = Self(1);
    pub(super) const POPULATE: Self = Self(1 << 1);
    pub(super) const SPARSE: Self = Self(1 << 2);
    pub(super) const ALLOW_OWNER: Self = Self(1 << 3);
    pub(super) const LEN: Self = Self(1 << 4);
    pub(super) const AFTER_REBOOT: Self = Self(1 << 5);
    pub(super) const PARTICIPANTS: Self = Self(1 << 6);
    pub(super) const CAPACITY: Self = Self(1 << 7);
    pub(super) const WAIT: Self = Self(1 << 8);
    pub(super) const NAMED_TEMPORARY: Self = Self(1 << 9);
    pub(super) const HEAP_MAX: Self = Self(1 << 10);
    pub(super) const MIRROR: Self = Self(1 << 11);

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns this set with the others added if `is_in`, or else removed.
    pub(super) const fn set(self, other: Self, is_in: bool) -> Self {
        if is_in { self.with(other) } else { self.without(other) }
    }
}

/// The name of each setting, and its purpose.
const NAMES: [(Set, &str, &str); 12] = [
    (Set::MODE, "mode", "it sets the permissions of a new file"),
    (Set::POPULATE, "populate", "it concerns mapping"),
    (Set::SPARSE, "sparse", "it concerns the space of a new file"),
    (Set::ALLOW_OWNER, "allow_owner", "it concerns opening a file that may be another user's"),
    (Set::LEN, "len", "it concerns types with a run-time length"),
    (Set::AFTER_REBOOT, "after_reboot", "it concerns opening a file that may lie on a disk"),
    (Set::PARTICIPANTS, "participants", "it concerns a new region that other processes can open"),
    (Set::CAPACITY, "capacity", "it concerns a new region that other programs can open"),
    (Set::WAIT, "wait", "it concerns opening a region that may not exist yet"),
    (Set::NAMED_TEMPORARY, "named_temporary", "it concerns a new file with a name"),
    (Set::HEAP_MAX, "heap_max", "it concerns a new region"),
    (Set::MIRROR, "mirror", "it concerns regions that other processes can open"),
];

/// A way to get a region, and the settings that have an effect on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verb {
    name: &'static str,
    takes: Set,
}

/// The settings of every verb that creates a region that other processes can open.
const CREATING: Set = Set::MODE
    .with(Set::POPULATE)
    .with(Set::SPARSE)
    .with(Set::LEN)
    .with(Set::PARTICIPANTS)
    .with(Set::CAPACITY)
    .with(Set::HEAP_MAX)
    .with(Set::MIRROR)
    .with(Set::NAMED_TEMPORARY);

/// The settings of every verb that opens a file.
const OPENING: Set =
    Set::POPULATE.with(Set::ALLOW_OWNER).with(Set::LEN).with(Set::AFTER_REBOOT).with(Set::MIRROR);

/// A memfd has no file in a directory.
const UNNAMED: Set = CREATING.without(Set::MODE.with(Set::NAMED_TEMPORARY));

impl Verb {
    pub(crate) const CREATE: Self = Self { name: "create", takes: CREATING };
    pub(crate) const CREATE_OR_REPLACE: Self = Self { name: "create_or_replace", takes: CREATING };
    pub(crate) const OPEN_OR_CREATE: Self =
        Self { name: "open_or_create", takes: CREATING.with(OPENING) };
    pub(crate) const MEMFD: Self = Self { name: "memfd", takes: UNNAMED };
    pub(crate) const ANONYMOUS: Self = Self { name: "anonymous", takes: UNNAMED };
    pub(crate) const PRIVATE: Self =
        Self { name: "private", takes: Set::LEN.with(Set::POPULATE).with(Set::HEAP_MAX) };
    pub(crate) const OPEN: Self = Self { name: "open", takes: OPENING.with(Set::WAIT) };
    pub(crate) const FOLLOW: Self = Self { name: "follow", takes: OPENING.with(Set::WAIT) };
    pub(crate) const PASSED: Self = Self { name: "passed", takes: OPENING };
    pub(crate) const FROM_FD: Self = Self { name: "from_fd", takes: Set::POPULATE.with(Set::LEN) };
    pub(crate) const INSPECTED: Self = Self { name: "Inspection::open", takes: OPENING };
}

impl Settings {
    /// Mode 0600, space reserved, not populated, own files only, no length, nothing from before a
    /// reboot, no waiting.
    pub(crate) const DEFAULT: Self = Self {
        mode: 0o600,
        populate: false,
        space: Space::Reserved,
        allowed_owner: None,
        len: None,
        after_reboot: false,
        participants: PARTICIPANTS,
        capacity: None,
        heap_max: None,
        wait: None,
        named_temporary: false,
        mirror: false,
        given: Set(0),
    };

    /// Returns the run-time length that was given.
    pub(crate) fn len(&self) -> Option<usize> {
        self.len
    }

    /// Checks that every given setting has an effect on this verb.
    #[inline]
    pub(crate) fn expect(&self, verb: Verb) -> Result<(), Error> {
        let unused = self.given.without(verb.takes);
        if unused == Set(0) { Ok(()) } else { Err(without_effect(unused, verb)) }
    }

    /// Calls `open` until the region exists or the time to wait is over. `name` is for the error.
    pub(crate) fn wait_for<R>(
        &self,
        name: &dyn std::fmt::Display,
        open: impl Fn() -> Result<R, Error>,
    ) -> Result<R, Error> {
        let Some(timeout) = self.wait else { return open() };
        let deadline = Instant::now().checked_add(timeout);
        let mut pause = Duration::from_millis(1);
        loop {
            let error = match open() {
                Err(error @ Error::NotFound { .. }) => error,
                other => return other,
            };
            let left =
                deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(Error::TimedOut { region: name.to_string(), source: Box::new(error) });
            }
            std::thread::sleep(pause.min(left));
            if interrupt::is_wanted(true) {
                return Err(Error::TimedOut { region: name.to_string(), source: Box::new(error) });
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

#[cold]
fn without_effect(unused: Set, verb: Verb) -> Error {
    let is_unused = |setting: Set| unused.without(setting) != unused;
    let (_, option, reason) =
        NAMES.into_iter().find(|row| is_unused(row.0)).expect("every setting has a name");
    Error::OptionWithoutEffect { verb: verb.name, option, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_name_of_its_own() {
        for (at, (set, name, _)) in NAMES.into_iter().enumerate() {
            assert_eq!(set, Set(1 << at), "{name}");
        }
    }
}
