//! The regions and other files in a folder that need attention.

use std::collections::HashMap;
use std::path::Path;

use shm_core::inspect::{Inspection, Liveness};
use shm_core::path::{Path as FieldPath, Segment};
use shm_core::region::{Boot, Leftover};
use shm_core::schema::{Type, TypeKind};
use shm_core::{DynRegion, ReadOnly};

use super::report::Check;
use crate::failure::Failure;
use crate::files;
use crate::opening::Trust;
use crate::processes::{Mappers, Process, RegionFile, State, named};
use crate::quantity::grouped;

/// The number of locks of one region that are looked at.
const LOCKS: usize = 10_000;

/// Examines every file of a folder.
pub(super) fn found(folder: &Path) -> Result<Vec<Check>, Failure> {
    let (mut checks, mut regions) = (Vec::new(), Vec::new());
    for path in files::files(folder)? {
        let shown = files::name(&path);
        if let Some(leftover) = Leftover::at(&path) {
            checks.push(left_over(leftover).of(&shown));
            continue;
        }
        match Inspection::of(&path) {
            Ok(region) => regions.push(region),
            Err(error) if files::is_of_a_region(&error) => {
                let advice = format!(
                    "the program that creates it should create it again; {}",
                    remove(&shown)
                );
                checks.push(Check::todo("damaged", files::reason(&error), advice).of(&shown));
            }
            Err(_) => {}
        }
    }
    let files: Vec<_> = regions.iter().map(RegionFile::of).collect();
    let mappers = Mappers::of(&files);
    for (region, file) in regions.iter().zip(&files) {
        let users = region.participants().map(|found| mappers.users(file, &found));
        let shown = files::name(region.path());
        let about = About { region, users: users.unwrap_or_default(), shown: &shown };
        checks.extend(about.checks().into_iter().map(|check| check.of(&shown)));
    }
    Ok(checks)
}

fn left_over(leftover: Leftover) -> Check {
    match leftover {
        Leftover::BeingMade => Check::ok("leftover", "a region that a process is creating"),
        Leftover::Abandoned => Check::todo(
            "leftover",
            "left by a process that was killed while it created or removed a region",
            "`shm rm --dead` with the folder removes it, and so does the next region that is created here",
        ),
        Leftover::Displaced => Check::todo(
            "leftover",
            "a region that lost its name when the one before it was removed",
            "rename it, or remove it by its name",
        ),
        _ => Check::note(
            "leftover",
            "a file under a temporary name",
            "perhaps an unfinished region of another user, or from another machine or namespace",
        ),
    }
}

fn remove(shown: &str) -> String {
    format!("`shm rm {shown}` removes it")
}

/// A region, and the processes that use it.
struct About<'a> {
    region: &'a Inspection,
    users: Vec<Process>,
    shown: &'a str,
}

impl About<'_> {
    fn checks(&self) -> Vec<Check> {
        if self.region.boot() == Boot::Earlier {
            let advice = format!(
                "parts of it may be missing: {}, and `--after-reboot` reads what is there",
                remove(self.shown)
            );
            return vec![Check::todo(
                "earlier_boot",
                "created before this machine last started",
                advice,
            )];
        }
        if !self.region.header().is_ready() {
            let advice = format!(
                "if its creator is not at work any more, it never will be: {}",
                remove(self.shown)
            );
            return vec![Check::todo("not_ready", "its creator has not finished it", advice)];
        }
        let mut checks: Vec<_> = self.dead_participants().into_iter().collect();
        checks.extend(self.full());
        if let Ok(region) = Trust::default().read_seen(self.region) {
            checks.extend(self.locks(&region));
            checks.extend(self.heap(&region));
        }
        checks
    }

    fn dead_participants(&self) -> Option<Check> {
        let (dead, others): (Vec<_>, Vec<_>) =
            self.users.iter().partition(|user| user.state == State::Dead);
        let last = dead.last()?;
        let which = named(last.pid, &last.name);
        let found = match dead.len() {
            1 => format!("{which} died without closing it"),
            many => format!("{many} processes died without closing it, {which} among them"),
        };
        Some(if others.is_empty() {
            let advice = format!(
                "no process uses it: {}, if it is not meant to stay; otherwise the next one that opens it \
                 takes their places",
                remove(self.shown)
            );
            Check::todo("dead_participants", found, advice)
        } else {
            let advice = "the next process that opens it takes their places";
            Check::note("dead_participants", format!("{found}; {} use it", others.len()), advice)
        })
    }

    /// Whether no further process can use the locks.
    fn full(&self) -> Option<Check> {
        let (_, places) = self.region.header().participants().ok()??;
        let taken =
            self.users.iter().filter(|user| user.slot.is_some() && user.state != State::Dead);
        let taken = taken.count();
        (taken >= places as usize).then(|| {
            let found = format!("all {places} places for processes that use its locks are taken");
            let advice = "the next one is refused: create the region with more `participants`";
            Check::todo("full", found, advice)
        })
    }

    fn heap(&self, region: &DynRegion<ReadOnly>) -> Option<Check> {
        let state = region.heap_state()?;
        let dead = state.holders.iter().filter(|holder| holder.liveness() == Liveness::Dead);
        let bytes: u64 = dead.map(|holder| holder.bytes).sum();
        (bytes > 0).then(|| {
            let found = format!("{} bytes of its heap are held by dead processes", grouped(bytes));
            let advice = format!(
                "they are taken back when the heap is short of memory, or by `shm heap {} --settle`",
                self.shown
            );
            Check::note("heap", found, advice)
        })
    }

    /// The locks that a dead process left, and the values that it left marked.
    fn locks(&self, region: &DynRegion<ReadOnly>) -> Vec<Check> {
        let known = HashMap::new();
        let mut search = Search { region, left: LOCKS, known, found: Vec::new() };
        search.look(region.schema().root(), &FieldPath::new());
        let Some(first) = search.found.first() else { return Vec::new() };
        let more = search.found.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let found = format!("a process died that held the lock `{first}`{more}");
        let advice = format!(
            "the value may be half changed: `shm show {0}` shows it, and `shm set {0} .. --repair` writes the right \
             values, as the next program can that takes the lock",
            self.shown
        );
        vec![Check::todo("lock", found, advice)]
    }
}

/// The search for locks that dead processes left.
struct Search<'r> {
    region: &'r DynRegion<ReadOnly>,
    /// The number of locks that are still looked at.
    left: usize,
    /// Whether there is a lock in a type, by its index: a schema can have more paths than could be visited.
    known: HashMap<u32, bool>,
    found: Vec<FieldPath>,
}

impl Search<'_> {
    fn look(&mut self, ty: Type<'_>, path: &FieldPath) {
        if self.left == 0 || !has_locks(ty, &mut self.known) {
            return;
        }
        match ty.kind() {
            TypeKind::Struct { .. } => {
                for field in ty.fields() {
                    self.look(field.ty(), &path.with(Segment::Name(field.name())));
                }
            }
            TypeKind::Array { element, len } => self.elements(element, len, path),
            TypeKind::Slice { element } => {
                let len = self.region.len().unwrap_or_default() as u64;
                self.elements(element, len, path);
            }
            TypeKind::Live { .. } => self.lock(path),
            _ => {}
        }
    }

    fn elements(&mut self, element: Type<'_>, len: u64, path: &FieldPath) {
        for index in (0..len).take(self.left) {
            self.look(element, &path.with(Segment::Index(index)));
        }
    }

    fn lock(&mut self, path: &FieldPath) {
        self.left -= 1;
        let Ok(state) = self.region.lock_state(path) else { return };
        let dead = state.holder.is_some_and(|holder| holder.liveness() == Liveness::Dead);
        if dead || state.is_poisoned {
            self.found.push(path.clone());
        }
    }
}

/// Whether there is a lock in a type. Those inside of a `Watched` are not looked for.
fn has_locks(ty: Type<'_>, known: &mut HashMap<u32, bool>) -> bool {
    if let Some(known) = known.get(&ty.index()) {
        return *known;
    }
    let found = match ty.kind() {
        TypeKind::Struct { .. } => ty.fields().any(|field| has_locks(field.ty(), known)),
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => has_locks(element, known),
        TypeKind::Live { role, .. } => role.has_lock(),
        _ => false,
    };
    known.insert(ty.index(), found);
    found
}
