//! The entries of a map, from look to look.

use std::collections::BTreeMap;

use shm_core::dynamic::{DynMap, DynValue};
use shm_core::path::Path;
use shm_core::{ReadOnly, errors::DynError};

use super::changes::{Change, Changes};
use super::leaves::NAMED;
use super::reading::Reading;

/// A map, and its entries at the last look.
pub(super) struct Entries {
    map: DynMap<ReadOnly>,
    /// The most memory for the entries, in bytes.
    limit: u64,
    seen: Seen,
}

/// The entries at the last look.
enum Seen {
    /// There was no look yet.
    Nothing,
    All(BTreeMap<Path, DynValue>),
    /// There were that many, too large to be kept.
    Count(u64),
}

impl Entries {
    pub(super) fn of(map: DynMap<ReadOnly>, limit: u64) -> Self {
        Self { map, limit, seen: Seen::Nothing }
    }

    /// Returns the entries that are new, changed or removed since the last look; none at the first one.
    pub(super) fn look(&mut self) -> Result<Changes, DynError> {
        let now = match self.map.entries_at_most(usize::MAX, self.limit) {
            Ok(entries) => {
                let entry = |(key, value): (DynValue, _)| (self.map.path_of(&key), value);
                Seen::All(entries.into_iter().map(entry).collect())
            }
            Err(DynError::TooLarge { .. }) => Seen::Count(self.map.len()?),
            Err(error) => return Err(error),
        };
        let changes = match (&self.seen, &now) {
            (Seen::Nothing, _) => Changes::default(),
            (Seen::All(before), Seen::All(now)) => differences(before, now),
            (Seen::Count(before), Seen::Count(now)) if before == now => Changes::default(),
            (_, Seen::Count(now)) => self.only(&format!("{now} entries: too large to be compared")),
            (Seen::Count(_), _) => self.only("it is small enough to be compared again"),
            (_, Seen::Nothing) => Changes::default(),
        };
        self.seen = now;
        Ok(changes)
    }

    fn only(&self, text: &str) -> Changes {
        Changes::one(self.map.path(), Reading::Unread(text.to_owned()))
    }
}

/// The entries that differ: the first ones, and the number of the others.
fn differences(before: &BTreeMap<Path, DynValue>, now: &BTreeMap<Path, DynValue>) -> Changes {
    let differs = |(path, value): &(&Path, &DynValue)| {
        let new = Reading::Value((*value).clone());
        before.get(*path).is_none_or(|old| new.differs(&Reading::Value(old.clone())))
    };
    let set = now.iter().filter(differs).map(|(path, value)| (path, Some(value)));
    let removed = before.keys().filter(|path| !now.contains_key(*path)).map(|path| (path, None));
    let mut changes = Changes::default();
    for (path, value) in set.chain(removed) {
        if changes.values.len() == NAMED {
            changes.more += 1;
            continue;
        }
        let removed = || Reading::Unread("removed".to_owned());
        let reading = value.map_or_else(removed, |value| Reading::Value(value.clone()));
        changes.values.push(Change::new(path.clone(), reading));
    }
    changes
}
