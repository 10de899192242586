//! Regions that are replaced, opened by programs of two versions, and grow.

use std::path::Path;
use std::time::Duration;

use shm_core::{Latest, Mutex, Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 1024)]
struct Old {
    number: u64,
    pair: Latest<[u64; 2]>,
}

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 1024)]
struct New {
    number: u64,
    pair: Latest<[u64; 2]>,
    more: Mutex<[u64; 2]>,
    changes: u64,
}

pub(crate) struct Growing;

impl Part for Growing {
    fn name(&self) -> &'static str {
        "growing"
    }

    /// One replaces the region, two are old, two are new.
    fn places(&self) -> usize {
        5
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        replace(path, 1)
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        loop {
            match beat.place() {
                0 => {
                    replace(path, dice.below(1 << 40) + 1)?;
                    std::thread::sleep(Duration::from_millis(dice.below(20)));
                }
                1 | 2 => be_old(path, dice)?,
                _ => be_new(path)?,
            }
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        be_new(path)?;
        let region = Region::<New>::open(path)?;
        let changes = region.changes.get();
        Ok(format!("old and new programs share the last region; {changes} changes there"))
    }
}

fn replace(path: &Path, number: u64) -> Result<(), Fault> {
    Region::<Old>::options().create_or_replace_with(path, |region| {
        region.number.set(number);
        region.pair.store(&[number, !number])?;
        Ok::<(), Fault>(())
    })?;
    Ok(())
}

/// A program that does not know the new fields.
fn be_old(path: &Path, dice: &mut Dice) -> Result<(), Fault> {
    let region = Region::<Old>::open(path)?;
    let next = dice.below(1 << 40);
    for _ in 0..20 {
        region.pair.store(&[next, !next])?;
        let [left, right] = region.pair.load()?;
        insist(left == !right, || format!("a torn pair: {left}, {right}"))?;
    }
    insist(region.number.get() != 0, || "a region that was not filled in".to_owned())
}

/// A program that adds fields, or finds them.
fn be_new(path: &Path) -> Result<(), Fault> {
    let region = Region::<New>::open(path)?;
    for _ in 0..20 {
        let more = region.more.lock_or_repair(|more| more[1].set(more[0].get()))?;
        let (first, second) = (more[0].get(), more[1].get());
        insist(first == second, || format!("{first} and {second} under the lock"))?;
        more[0].set(first + 1);
        more[1].set(first + 1);
        more.unlock()?;
        region.changes.fetch_add(1);
    }
    let [left, right] = region.pair.load()?;
    insist(left == !right, || format!("a torn pair: {left}, {right}"))
}
