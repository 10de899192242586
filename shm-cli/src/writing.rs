//! Writing fields of a region, with the locks that guard them.

use std::time::Duration;

use serde::Serialize;
use shm_core::path::{Path, Segment};
use shm_core::schema::{Type, TypeKind};
use shm_core::{
    DynRegion, LockError,
    dynamic::{DynGuard, DynValue, FieldPath},
    errors::DynError,
    inspect::{Liveness, LockState},
};

use crate::changes::{Change, Step};
use crate::failure::Failure;
use crate::processes;

/// The value written to a field.
#[derive(Debug, Serialize)]
pub(crate) struct WrittenValue {
    #[serde(serialize_with = "crate::value_json::path")]
    path: Path,
    /// The new value: the one written, in its stored form, or the sum.
    #[serde(serialize_with = "crate::value_json::serialize")]
    value: DynValue,
    /// The value before, if something was added to it.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional")]
    before: Option<DynValue>,
}

fn optional<S: serde::Serializer>(
    value: &Option<DynValue>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    crate::value_json::serialize(value.as_ref().unwrap_or(&DynValue::None), serializer)
}

/// Options for writing values.
pub(crate) struct Writing {
    /// The time to wait for a lock that a living process holds.
    pub(crate) wait: Duration,
    /// Whether to write even if the holder of a lock died.
    pub(crate) repair: bool,
}

impl Writing {
    /// Writes values that were checked: takes every lock that guards one of them, and writes one after the other.
    ///
    /// # Errors
    /// If a lock cannot be taken as usual, or a value cannot be written in time, or has no room; values before that one
    /// may be written, which the error then says.
    pub(crate) fn write(
        &self,
        region: &DynRegion,
        steps: &[Step],
    ) -> Result<Vec<WrittenValue>, Failure> {
        let guards = self.lock_all(region, steps)?;
        let mut written: Vec<WrittenValue> = Vec::new();
        for step in steps {
            let guard = guards.iter().find(|(lock, _)| step.place.guarded_by() == Some(lock));
            match self.write_step(region, guard.map(|(_, guard)| guard), step) {
                Ok(value) => written.push(value),
                Err(failure) => return Err(after(&written, failure)),
            }
        }
        guards.iter().for_each(|(_, guard)| guard.mark_consistent());
        Ok(written)
    }

    fn write_step(
        &self,
        region: &DynRegion,
        guard: Option<&DynGuard<'_>>,
        step: &Step,
    ) -> Result<WrittenValue, Failure> {
        let (place, path) = (&step.place, step.place.path());
        let before = match (guard, &step.change) {
            (Some(guard), _) => self.write_guarded(guard, path, step)?,
            (None, Change::Add(value)) => Some(place.fetch_add(value.clone())?),
            (None, Change::Remove) => {
                let removed = region.remove_timeout(path, self.wait);
                removed.map_err(|error| not_written(path, self.wait, error))?;
                None
            }
            (None, Change::Set(value)) => {
                self.write_free(region, place, value)?;
                None
            }
        };
        let value = match (&before, &step.change) {
            (Some(before), Change::Add(added)) => place.sum(before, added)?,
            (_, Change::Set(value)) => place.stored(value)?,
            _ => DynValue::None,
        };
        Ok(WrittenValue { path: path.clone(), value, before })
    }

    /// Writes a value that no lock is around or beside. Locks beside fields in it are taken by the write itself;
    /// those that a dead process left are taken over before, if they should be repaired.
    fn write_free(
        &self,
        region: &DynRegion,
        place: &FieldPath,
        value: &DynValue,
    ) -> Result<(), Failure> {
        let (path, locks) = (place.path(), locks_beside(region, place, value)?);
        for lock in &locks {
            self.look(lock, &region.lock_state(lock)?)?;
            if self.repair {
                self.take(region, lock)?.mark_consistent();
            }
        }
        let Err(error) = place.set_timeout(value.clone(), self.wait) else {
            return Ok(());
        };
        let is_held =
            |lock: &&Path| region.lock_state(lock).is_ok_and(|state| state.holder.is_some());
        match (&error, locks.iter().find(is_held)) {
            (DynError::Lock(LockError::Busy), Some(lock)) => {
                Err(busy(lock, &region.lock_state(lock)?, self.wait))
            }
            _ => Err(not_written(path, self.wait, error)),
        }
    }

    /// Removes an entry of a map; returns whether it was there.
    ///
    /// # Errors
    /// If there is no map there, or a lock cannot be taken as usual.
    pub(crate) fn remove(&self, region: &DynRegion, path: &Path) -> Result<bool, Failure> {
        let guard = self.guard(region, &region.resolve(path)?)?;
        let outcome = match &guard {
            Some(guard) => guard.remove_timeout(guard.inside(path).unwrap_or_default(), self.wait),
            None => region.remove_timeout(path, self.wait),
        };
        outcome.map_err(|error| not_written(path, self.wait, error))
    }

    /// Removes all entries of a map; returns whether it had any.
    ///
    /// # Errors
    /// If there is no map there, or a lock cannot be taken as usual.
    pub(crate) fn clear(&self, region: &DynRegion, path: &Path) -> Result<bool, Failure> {
        let map = region.map(path)?;
        let had = map.len()? > 0;
        let guard = self.guard(region, &region.resolve(path)?)?;
        let outcome = match &guard {
            Some(guard) => guard.clear_timeout(guard.inside(path).unwrap_or_default(), self.wait),
            None => map.clear_timeout(self.wait),
        };
        outcome.map_err(|error| not_written(path, self.wait, error))?;
        Ok(had)
    }

    /// Takes the lock that guards a place, if there is one.
    fn guard<'r>(
        &self,
        region: &'r DynRegion,
        place: &FieldPath,
    ) -> Result<Option<DynGuard<'r>>, Failure> {
        let Some(path) = place.guarded_by() else { return Ok(None) };
        self.look(path, &region.lock_state(path)?)?;
        self.take(region, path).map(Some)
    }

    /// Takes every lock that guards one of the places, always in the same order.
    fn lock_all<'r>(
        &self,
        region: &'r DynRegion,
        steps: &[Step],
    ) -> Result<Vec<(Path, DynGuard<'r>)>, Failure> {
        let mut paths: Vec<_> = steps.iter().filter_map(|step| step.place.guarded_by()).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut guards = Vec::new();
        for path in paths {
            self.look(path, &region.lock_state(path)?)?;
            let guard = self.take(region, path)?;
            guards.push((path.clone(), guard));
        }
        Ok(guards)
    }

    /// Refuses a lock that a dead process left, unless it should be repaired.
    fn look(&self, path: &Path, state: &LockState) -> Result<(), Failure> {
        let dead = state.holder.as_ref().is_some_and(|holder| holder.liveness() == Liveness::Dead);
        if !self.repair && (dead || state.is_poisoned && state.holder.is_none()) {
            return Err(owner_died(path, state));
        }
        Ok(())
    }

    fn take<'r>(&self, region: &'r DynRegion, path: &Path) -> Result<DynGuard<'r>, Failure> {
        match region.lock_timeout_as_found(path, self.wait) {
            Ok(guard) if guard.owner_died() && !self.repair => {
                drop(guard);
                Err(owner_died(path, &region.lock_state(path)?))
            }
            Ok(guard) => Ok(guard),
            Err(DynError::Lock(LockError::Busy)) => {
                Err(busy(path, &region.lock_state(path)?, self.wait))
            }
            Err(DynError::Lock(error)) => Err(not_taken(&shown(path), &error)),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a value that a lock guards; takes a second lock if that guards it as well.
    fn write_guarded(
        &self,
        guard: &DynGuard<'_>,
        path: &Path,
        step: &Step,
    ) -> Result<Option<DynValue>, Failure> {
        let inside = guard.inside(path).unwrap_or_default();
        let outcome = match &step.change {
            Change::Add(value) => guard.fetch_add(&inside, value.clone()).map(Some),
            Change::Set(value) => {
                guard.set_timeout(&inside, value.clone(), self.wait).map(|()| None)
            }
            Change::Remove => guard.remove_timeout(&inside, self.wait).map(|_| None),
        };
        let Err(DynError::NotLocked { mutex, .. }) = outcome else {
            return outcome.map_err(|error| not_written(path, self.wait, error));
        };
        let inner = match guard.lock_timeout_as_found(&inside, self.wait) {
            Ok(inner) if inner.owner_died() && !self.repair => {
                return Err(not_taken(&format!("`{mutex}`"), &LockError::OwnerDied));
            }
            Ok(inner) => inner,
            Err(DynError::Lock(error)) => return Err(not_taken(&format!("`{mutex}`"), &error)),
            Err(error) => return Err(error.into()),
        };
        let before = self.write_guarded(&inner, &guard.path().join(&inside), step)?;
        inner.mark_consistent();
        Ok(before)
    }
}

/// Returns the paths of the locks beside the fields that are to be written, if there are several.
fn locks_beside(
    region: &DynRegion,
    place: &FieldPath,
    value: &DynValue,
) -> Result<Vec<Path>, Failure> {
    let (path, mut locks) = (place.path(), Vec::new());
    if !region.schema().has_guards() {
        return Ok(locks);
    }
    if place.has_range() {
        for element in place.elements() {
            locks.extend(region.resolve(&element)?.guarded_by().cloned());
        }
    } else {
        locks_in(path, region.field(path)?.ty(), value, &mut locks);
    }
    Ok(locks)
}

/// Adds the paths of the locks beside the fields that a value gives, of a type at a path.
fn locks_in(path: &Path, ty: Type<'_>, value: &DynValue, locks: &mut Vec<Path>) {
    match (value, ty.kind()) {
        (DynValue::Struct(fields), _) => {
            for (name, value) in fields {
                let Some(field) = ty.field(name) else { continue };
                match field.guarded_by() {
                    "" => locks_in(&path.with(Segment::Name(name)), field.ty(), value, locks),
                    lock => locks.push(path.with(Segment::Name(lock))),
                }
            }
        }
        (DynValue::List(values), TypeKind::Array { element, .. }) => {
            for (index, value) in (0..).zip(values) {
                locks_in(&path.with(Segment::Index(index)), element, value, locks);
            }
        }
        _ => {}
    }
    locks.dedup();
}

/// The failure to write a value after others were written.
fn after(written: &[WrittenValue], failure: Failure) -> Failure {
    let paths: Vec<_> = written.iter().map(|value| named(&value.path)).collect();
    let listed = match &paths[..] {
        [] => return failure,
        [.., _] if paths.len() > LISTED => format!("{} values", paths.len()),
        paths => paths.join(", "),
    };
    let (code, help) = (failure.code(), failure.help());
    Failure::Custom { code, cause: format!("{failure}; written before that: {listed}"), help }
}

/// The largest number of paths that a message lists.
const LISTED: usize = 8;

fn not_taken(lock: &str, error: &LockError) -> Failure {
    let help = match error {
        LockError::OwnerDied => Some(REPAIR.to_owned()),
        other => other.help(),
    };
    let cause = format!("the lock {lock} cannot be taken: {error}");
    Failure::Custom { code: 7, cause, help }
}

const REPAIR: &str =
    "`shm show` shows it; set the right values with --repair, which marks them as repaired";
const PATIENCE: &str = "try again, or wait longer with --wait";

fn owner_died(path: &Path, state: &LockState) -> Failure {
    let cause = format!(
        "{} died or panicked while holding the lock {}, and what it guards may be half written; nothing \
         was written",
        who(state),
        shown(path)
    );
    Failure::busy(cause, REPAIR)
}

fn busy(path: &Path, state: &LockState, wait: Duration) -> Failure {
    let cause = format!(
        "{} holds the lock {}, and did not release it within {}; nothing was written",
        who(state),
        shown(path),
        humantime::format_duration(wait)
    );
    Failure::busy(cause, PATIENCE)
}

/// The failure to write; with the path if it was the writer's lock of a `Latest`.
fn not_written(path: &Path, wait: Duration, error: DynError) -> Failure {
    let DynError::Lock(LockError::Busy) = error else { return error.into() };
    let cause = format!(
        "{} already has a writer, which did not finish within {}",
        named(path),
        humantime::format_duration(wait)
    );
    Failure::busy(cause, PATIENCE)
}

/// The current or former holder of a lock.
fn who(state: &LockState) -> String {
    let process = state.holder.as_ref().and_then(|holder| holder.process.as_ref());
    process.map_or_else(
        || "a process".to_owned(),
        |process| processes::named(process.pid_here, &process.name),
    )
}

fn named(path: &Path) -> String {
    if path.is_empty() { "the whole value".to_owned() } else { format!("`{path}`") }
}

fn shown(path: &Path) -> String {
    if path.is_empty() { "of the whole value".to_owned() } else { format!("`{path}`") }
}
