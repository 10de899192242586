//! [`World`]: a region, a reader of it, and what happens to both between two operations.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::Just;
use proptest::test_runner::TestCaseError;
use shm_core::traits::Root;
use shm_core::{ReadOnly, Region};

use crate::support::{Folder, argument, second_process, wait_until};

/// An event between two operations.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Everything in the heap is looked at.
    Audit,
    /// What the dead left is taken back.
    Recover,
    /// The region is closed and opened again.
    Reopen,
    /// Another process is killed while it changes the same things, after so many microseconds.
    Death(u16),
}

/// Events; a death is rare, since it takes a process.
pub(crate) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => Just(Event::Audit),
        8 => Just(Event::Recover),
        8 => Just(Event::Reopen),
        1 => any::<u16>().prop_map(|after| Event::Death(after % 2000)),
    ]
}

pub(crate) struct World<T: Root> {
    /// Removed on drop.
    _folder: Folder,
    file: PathBuf,
    pub(crate) region: Region<T>,
    /// The same, mapped read-only.
    pub(crate) reader: Region<T, ReadOnly>,
    /// The role of a process that changes the region.
    role: &'static str,
    /// Whether one was killed since the last recovery.
    has_dead: bool,
}

impl<T: Root> World<T> {
    pub(crate) fn new(role: &'static str, create: impl FnOnce(&Path) -> Region<T>) -> Self {
        let folder = Folder::new("against-std");
        let file = folder.file("region");
        let region = create(&file);
        let reader = Region::open_read_only(&file).unwrap();
        Self { _folder: folder, file, region, reader, role, has_dead: false }
    }

    /// Lets an event happen. Returns whether another process may have changed something.
    pub(crate) fn pass(&mut self, event: &Event) -> Result<bool, TestCaseError> {
        match event {
            Event::Audit => self.audit()?,
            Event::Recover => self.recover()?,
            Event::Reopen => {
                // The first handle flushes what it has in hand.
                self.region = Region::open(&self.file).unwrap();
                self.reader = Region::open_read_only(&self.file).unwrap();
            }
            Event::Death(after) => {
                self.kill(*after);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn audit(&self) -> Result<(), TestCaseError> {
        let Some(heap) = self.reader.heap() else { return Ok(()) };
        let faults = heap.audit().faults;
        if faults.is_empty() { Ok(()) } else { Err(TestCaseError::fail(format!("{faults:?}"))) }
    }

    fn recover(&mut self) -> Result<(), TestCaseError> {
        let Some(heap) = self.region.heap() else { return Ok(()) };
        let settled = heap.recover().unwrap();
        if settled > 0 && !self.has_dead {
            return Err(TestCaseError::fail(format!("{settled} blocks, and no process had died")));
        }
        self.has_dead = false;
        Ok(())
    }

    /// Kills another process in the middle of its work.
    fn kill(&mut self, after: u16) {
        let ready = self.file.with_extension("ready");
        let mut child = second_process(self.role)
            .env("SHM_TEST_FILE", &self.file)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("the process is at work", || ready.exists());
        std::thread::sleep(std::time::Duration::from_micros(after.into()));
        child.kill().unwrap();
        child.wait().unwrap();
        std::fs::remove_file(&ready).unwrap();
        self.has_dead = true;
    }

    /// Checks at the end that nothing is in the heap any more, once everything was removed.
    pub(crate) fn end(&mut self) -> Result<(), TestCaseError> {
        self.recover()?;
        self.audit()?;
        let Some(heap) = self.region.heap() else { return Ok(()) };
        let stats = heap.stats();
        if (stats.linked, stats.owned) == (0, 0) {
            return Ok(());
        }
        Err(TestCaseError::fail(format!("left over: {stats:?}")))
    }
}

/// In the second process: opens the region, and changes it until this process is killed.
pub(crate) fn work<T: Root>(mut step: impl FnMut(&Region<T>, u64)) {
    let file = PathBuf::from(argument("SHM_TEST_FILE"));
    let region = Region::<T>::open(&file).unwrap();
    step(&region, 0);
    std::fs::write(file.with_extension("ready"), "").unwrap();
    for round in 1.. {
        step(&region, round);
    }
}
