//! The common parts of the models of doing something once: a done word next to a modelled lock, work
//! that can be seen half done, and flawed copies of the protocol.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Relaxed, Release};

use shm_core::protocol::Word;
use shm_core::protocol::once::{self, DONE};

use crate::lock::World;
use crate::{Loom, LoomU32, World as _};

/// Something to do once: setting two words to 1.
#[derive(Debug)]
pub struct Once {
    world: World,
    done: LoomU32,
    result: [LoomU32; 2],
    /// The number of completed runs. Not explored.
    completed: AtomicU32,
    flaw: Option<Flaw>,
}

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// Marking it done is not a Release.
    DoneIsRelaxed,
    /// Checking whether it is done is not an Acquire.
    LookIsRelaxed,
    /// A process that has waited for the lock does not check again whether it is done.
    NoSecondLook,
    /// It is marked done too early.
    DoneComesFirst,
}

/// The moment at which a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// With half of the work done.
    AtWork,
    /// With the work done, but not marked.
    BeforeDone,
    /// After marking it done, with the lock.
    BeforeUnlocking,
}

/// Ends the life of a process in the middle of its work.
struct Killed;

impl Once {
    /// Nothing is done. The processes run the library's protocol, or a flawed copy.
    #[must_use]
    pub fn new(flaw: Option<Flaw>) -> Self {
        Self {
            world: World::default(),
            done: LoomU32::new(0),
            result: [LoomU32::new(0), LoomU32::new(0)],
            completed: AtomicU32::new(0),
            flaw,
        }
    }

    /// The number of completed runs.
    pub fn completed(&self) -> u32 {
        self.completed.load(Relaxed)
    }

    /// Does it, unless it is done, as the process with this slot. Then it must be done.
    ///
    /// # Panics
    /// If it is not.
    pub fn call(&self, slot: u32) {
        if !self.is_done() {
            let process = self.world.process(slot, None);
            process.lock().expect("there is no time limit");
            let lived = self.run(None).is_ok();
            assert!(lived && process.mark_consistent() && process.unlock(false));
        }
        self.find_result();
    }

    /// Like [`Once::call`], but may be killed on the way.
    ///
    /// # Panics
    /// If the lock cannot be taken.
    pub fn call_and_die(&self, slot: u32, death: Death) {
        if self.is_done() {
            return;
        }
        let process = self.world.process(slot, None);
        process.lock().expect("there is no time limit");
        let _: Result<(), Killed> = self.run(Some(death));
        process.die();
    }

    /// Looks once, and if it is done, there must be a result.
    pub fn look(&self) {
        if self.is_done() {
            self.find_result();
        }
    }

    fn find_result(&self) {
        let result = [self.result[0].load(Relaxed), self.result[1].load(Relaxed)];
        assert_eq!(result, [1, 1], "done, but not whole");
    }

    fn is_done(&self) -> bool {
        match self.flaw {
            Some(Flaw::LookIsRelaxed) => self.done.load(Relaxed) == DONE,
            _ => once::is_done::<Loom>(&self.done),
        }
    }

    /// The work under the lock.
    fn run(&self, death: Option<Death>) -> Result<(), Killed> {
        match (self.flaw, death) {
            (None, None) => once::run::<Loom>(&self.done, || self.work()),
            // The library's protocol has no way to die in the middle: this is a copy of it.
            _ => self.run_flawed(self.flaw.unwrap_or(Flaw::None), death)?,
        }
        Ok(())
    }

    fn run_flawed(&self, flaw: Flaw, death: Option<Death>) -> Result<(), Killed> {
        if flaw != Flaw::NoSecondLook && self.is_done() {
            return Ok(());
        }
        if flaw == Flaw::DoneComesFirst {
            self.done.store(DONE, Release);
        }
        if death == Some(Death::AtWork) {
            self.result[0].store(1, Relaxed);
            return Err(Killed);
        }
        self.work();
        if death == Some(Death::BeforeDone) {
            return Err(Killed);
        }
        if flaw != Flaw::DoneComesFirst {
            let order = if flaw == Flaw::DoneIsRelaxed { Relaxed } else { Release };
            self.done.store(DONE, order);
        }
        if death == Some(Death::BeforeUnlocking) { Err(Killed) } else { Ok(()) }
    }

    fn work(&self) {
        // A second run starts from the beginning.
        for word in &self.result {
            word.store(0, Relaxed);
        }
        for word in &self.result {
            word.store(1, Relaxed);
        }
        self.completed.fetch_add(1, Relaxed);
    }
}
