//! A checked command, executed: all locks first, then step by step.

use std::time::{Duration, Instant};

use serde_json::value::RawValue;
use shm_core::dynamic::{DynGuard, DynValue};
use shm_core::errors::DynError;
use shm_core::path::Path;
use shm_core::{DynRegion, LockError, ReadOnly};

use super::answer::{Refusal, RefusalKind};
use super::command::raw;
use super::plan::{Planned, What, refused};

/// The most bytes of values, as JSON, in one answer.
const MOST_BYTES: usize = 64 << 20;

/// A region on which steps are executed.
pub(super) struct Executor<'r> {
    pub(super) region: &'r DynRegion,
    /// The same, for reading without locks.
    pub(super) reading: &'r DynRegion<ReadOnly>,
    /// When waiting for locks ends.
    pub(super) deadline: Instant,
}

impl Executor<'_> {
    /// Executes all steps. Locks that guard a value are held from the first step to the last, so that the value is whole.
    pub(super) fn run(&self, steps: &[Planned]) -> Result<Vec<Box<RawValue>>, Refusal> {
        let guards = self.lock_all(steps)?;
        let (mut results, mut bytes, mut written) = (Vec::new(), 0, 0);
        for (index, step) in steps.iter().enumerate() {
            let outcome = self.step(&guards, step).and_then(|value| {
                let result = raw(&value);
                bytes += result.get().len();
                if bytes > MOST_BYTES { Err(too_large()) } else { Ok(result) }
            });
            match outcome {
                Ok(result) => results.push(result),
                Err(refusal) => return Err(Refusal { written, ..refusal.at(index) }),
            }
            if !matches!(step.what, What::Get) {
                written = index + 1;
            }
        }
        Ok(results)
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Takes every lock that guards one of the places, always in the same order.
    fn lock_all(&self, steps: &[Planned]) -> Result<Vec<(Path, DynGuard<'_>)>, Refusal> {
        let mut paths: Vec<_> = steps.iter().filter_map(|step| step.place.guarded_by()).collect();
        paths.sort_unstable();
        paths.dedup();
        let taken = paths.into_iter().map(|path| {
            let guard = self.region.lock_timeout_as_found(path, self.left());
            let guard = guard.map_err(|error| self.not_taken(path, &error))?;
            if guard.owner_died() {
                return Err(self.not_taken(path, &LockError::OwnerDied.into()));
            }
            Ok((path.clone(), guard))
        });
        taken.collect()
    }

    fn step(&self, guards: &[(Path, DynGuard<'_>)], step: &Planned) -> Result<DynValue, Refusal> {
        let (place, path) = (&step.place, step.place.path());
        let guard = guards.iter().find(|(lock, _)| place.guarded_by() == Some(lock));
        let outcome = match (guard, &step.what) {
            (Some((_, guard)), what) => {
                self.guarded(guard, &guard.inside(path).unwrap_or_default(), what)
            }
            (None, What::Get) => self.reading.get(path),
            (None, What::Set(value)) => {
                place.set_timeout(value.clone(), self.left()).map(|()| DynValue::None)
            }
            (None, What::Add(value)) => place.fetch_add(value.clone()),
        };
        outcome.map_err(|error| self.not_taken(path, &error))
    }

    /// A step in the value that a lock guards; another lock may be around it there.
    fn guarded(
        &self,
        guard: &DynGuard<'_>,
        inside: &Path,
        what: &What,
    ) -> Result<DynValue, DynError> {
        let outcome = match what {
            What::Get => guard.get(inside),
            What::Set(value) => {
                guard.set_timeout(inside, value.clone(), self.left()).map(|()| DynValue::None)
            }
            What::Add(value) => guard.fetch_add(inside, value.clone()),
        };
        let Err(DynError::NotLocked { .. }) = outcome else { return outcome };
        let inner = guard.lock_timeout(inside, self.left())?;
        let path = guard.path().join(inside);
        self.guarded(&inner, &inner.inside(&path).unwrap_or_default(), what)
    }

    /// The reason why a place was not accessed; of a lock, with its path.
    fn not_taken(&self, path: &Path, error: &DynError) -> Refusal {
        let path = shm_core::path::shown(path.as_str());
        match error {
            DynError::Lock(LockError::Busy) => Refusal::new(
                RefusalKind::Busy,
                format!("{path} is locked by another thread or process, which did not release it in time"),
            )
            .help(Some("try again, or wait longer".to_owned())),
            DynError::Lock(LockError::OwnerDied) => Refusal::new(
                RefusalKind::OwnerDied,
                format!("a process died or panicked while it held the lock of {path}, which may be half written"),
            )
            .help(Some("repair it on its own host: `shm set --repair`".to_owned())),
            error => refused(self.region, error),
        }
    }
}

fn too_large() -> Refusal {
    let message = format!("the values take more than {} MiB as JSON", MOST_BYTES >> 20);
    Refusal::new(RefusalKind::TooLarge, message).help(Some("ask for fewer at a time".to_owned()))
}
