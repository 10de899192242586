//! The workers as processes: started, killed, and accounted for.

use std::collections::HashSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use shm_core::Region;

use super::super::dice::Dice;
use super::items;
use super::shared;
use super::stage::{LEDGER, Stage, WORKERS};
use crate::support::{second_process, wait_until};

struct Worker {
    process: Child,
    /// The number of operations at its desk when it was started.
    before: u64,
}

pub(super) struct Crew<'a> {
    path: &'a Path,
    stage: &'a Region<Stage>,
    workers: Vec<Worker>,
    started: u64,
    dice: Dice,
    pub(super) kills: u64,
    pub(super) audits: u64,
    /// The items that were lost in all.
    pub(super) lost: u64,
    /// Those that died between taking an item and entering it, since the last audit.
    hands: u64,
    /// Items of which their dead producers did not say whether they were pushed.
    unsure: HashSet<(usize, u64)>,
}

impl<'a> Crew<'a> {
    pub(super) fn start(path: &'a Path, stage: &'a Region<Stage>) -> Self {
        let mut crew = Self {
            path,
            stage,
            workers: Vec::new(),
            started: 0,
            dice: Dice(0x9E37_79B9_7F4A_7C15),
            kills: 0,
            audits: 0,
            lost: 0,
            hands: 0,
            unsure: HashSet::new(),
        };
        crew.restart();
        crew
    }

    fn worker(&mut self, slot: usize) -> Worker {
        self.started += 1;
        let mut command = second_process("works");
        command
            .env("SHM_PATH", self.path)
            .env("SHM_SLOT", slot.to_string())
            .env("SHM_SEED", self.started.to_string());
        let before = self.stage.desks[slot].acts.get();
        Worker { process: command.spawn().expect("starting a worker"), before }
    }

    /// Starts a worker at each desk; all are dead.
    pub(super) fn restart(&mut self) {
        self.workers = (0..WORKERS).map(|slot| self.worker(slot)).collect();
    }

    /// The workers that work: others are still being started.
    fn at_work(&self) -> Vec<usize> {
        let works =
            |&slot: &usize| self.stage.desks[slot].acts.get() > self.workers[slot].before + 2;
        (0..WORKERS).filter(works).collect()
    }

    /// Kills any worker that works, at any moment, and starts another in its place.
    pub(super) fn kill_one(&mut self) {
        wait_until("a worker works", || !self.at_work().is_empty());
        std::thread::sleep(Duration::from_micros(500 + self.dice.below(3000)));
        let at_work = self.at_work();
        let slot = at_work[self.dice.below(at_work.len() as u64) as usize];
        self.kill(slot);
        self.workers[slot] = self.worker(slot);
    }

    pub(super) fn kill_all(&mut self) {
        (0..WORKERS).for_each(|slot| self.kill(slot));
    }

    fn kill(&mut self, slot: usize) {
        let worker = &mut self.workers[slot].process;
        worker.kill().unwrap();
        let status = worker.wait().unwrap();
        assert_eq!(status.signal(), Some(libc::SIGKILL), "a worker failed: {status}");
        assert_eq!(self.stage.failed.get(), 0, "a worker failed");
        self.kills += 1;
        let desk = &self.stage.desks[slot];
        if desk.popping.swap(0) == 1 {
            self.hands += 1;
        }
        let (begun, done) = (desk.sent.begun.get(), desk.sent.done.get());
        if begun != done {
            assert_eq!(begun, done + 1);
            self.unsure.insert((slot, begun));
            desk.sent.done.set(begun);
        }
    }

    /// Takes stock. All workers are dead.
    pub(super) fn audit(&mut self) {
        shared::expect_intact(self.stage);
        self.account_for_items();
        self.audits += 1;
    }

    /// Each item that was pushed was taken, is still in the queue, or was in the hands of a dead worker.
    fn account_for_items(&mut self) {
        let mut newest = [0; WORKERS];
        while let Some(item) = self.stage.items.pop().unwrap() {
            items::enter(self.stage, &item, &mut newest);
        }
        let mut lost = 0;
        for (slot, desk) in self.stage.desks.iter().enumerate() {
            let (first, last) = (desk.settled.get() + 1, desk.sent.done.get());
            for number in first..=last {
                let is_there = desk.ledger[number as usize % LEDGER].get() == number;
                lost += u64::from(!is_there && !self.unsure.contains(&(slot, number)));
            }
            desk.settled.set(last);
        }
        assert!(lost <= self.hands, "{lost} items are lost, {} hands are dead", self.hands);
        self.lost += lost;
        self.hands = 0;
        self.unsure.clear();
    }
}
