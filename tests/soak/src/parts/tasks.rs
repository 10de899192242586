//! `Queue`: each task is taken once, and lost is only what died in a worker's hands.

use std::path::Path;
use std::time::Duration;

use shm_core::errors::PushError;
use shm_core::{Queue, Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Task {
    number: u64,
    /// the number, in other words
    check: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    tasks: Queue<Task, 64>,
    /// counted before a push, after it, and after a pop
    begun: u64,
    pushed: u64,
    popped: u64,
}

pub(crate) struct Tasks;

/// Places below push, the others pop.
const PRODUCERS: usize = 2;
const NAP: Duration = Duration::from_millis(50);

impl Part for Tasks {
    fn name(&self) -> &'static str {
        "tasks"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Board>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        let board = Region::<Board>::open(path)?;
        while !beat.is_over() {
            if beat.place() < PRODUCERS {
                let number = dice.below(u64::MAX);
                board.begun.fetch_add(1);
                match board.tasks.push_timeout(Task { number, check: !number }, NAP) {
                    Ok(()) => drop(board.pushed.fetch_add(1)),
                    // It was not pushed, after all.
                    Err(PushError::Full(_)) => drop(board.begun.fetch_sub(1)),
                    Err(error) => return Err(error.to_string().into()),
                }
            } else if let Some(task) = board.tasks.pop_timeout(NAP)? {
                board.popped.fetch_add(1);
                check(&task)?;
            }
            beat.again();
        }
        Ok(())
    }

    fn audit(&self, path: &Path, past: &Past) -> Result<String, Fault> {
        let board = Region::<Board>::open(path)?;
        while let Some(task) = board.tasks.pop()? {
            check(&task)?;
            board.popped.fetch_add(1);
        }
        let (begun, pushed, popped) = (board.begun.get(), board.pushed.get(), board.popped.get());
        let counts = || format!("{begun} begun, {pushed} pushed, {popped} popped");
        insist(popped <= begun, || format!("taken twice: {}", counts()))?;
        let lost = pushed.saturating_sub(popped);
        insist(lost <= past.kills, || format!("lost: {}, {} kills", counts(), past.kills))?;
        Ok(format!("{popped} taken, {lost} died with a process"))
    }
}

fn check(task: &Task) -> Result<(), Fault> {
    insist(task.check == !task.number, || format!("a torn task: {:x}", task.number))
}
