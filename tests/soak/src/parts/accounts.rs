//! `Mutex`: money moves between two accounts, and none is lost or made.

use std::path::Path;

use shm_core::{Mutex, Region, SharedLayout, View};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

const TOTAL: u64 = 1000;

#[derive(SharedLayout)]
#[repr(C)]
struct Pair {
    left: u64,
    right: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    pair: Mutex<Pair>,
    repairs: u64,
}

pub(crate) struct Accounts;

impl Part for Accounts {
    fn name(&self) -> &'static str {
        "accounts"
    }

    fn places(&self) -> usize {
        3
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        let bank = Region::<Bank>::create(path)?;
        bank.pair.lock()?.left.set(TOTAL);
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        let bank = Region::<Bank>::open(path)?;
        loop {
            let pair = bank.pair.lock_or_repair(|pair| repair(&bank, pair))?;
            let (left, right) = (pair.left.get(), pair.right.get());
            insist(left + right == TOTAL, || format!("{left} + {right} under the lock"))?;
            let moved = dice.below(left + 1);
            pair.left.set(left - moved);
            pair.right.set(right + moved);
            if right > TOTAL / 2 {
                pair.right.set(0);
                pair.left.set(TOTAL);
            }
            pair.unlock()?;
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let bank = Region::<Bank>::open(path)?;
        let pair = bank.pair.lock_or_repair(|pair| repair(&bank, pair))?;
        let sum = pair.left.get() + pair.right.get();
        insist(sum == TOTAL, || format!("{sum} instead of {TOTAL}"))?;
        Ok(format!("nothing lost; {} repairs", bank.repairs.get()))
    }
}

/// Puts back what a dead owner had in its hands.
fn repair(bank: &View<Bank>, pair: &View<Pair>) {
    bank.repairs.fetch_add(1);
    pair.left.set(pair.left.get().min(TOTAL));
    pair.right.set(TOTAL - pair.left.get());
}
