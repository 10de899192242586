//! `Semaphore`: a permit has one holder at a time, and none is lost with a holder.

use std::path::Path;
use std::time::Duration;

use shm_core::{Region, Semaphore, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Hall {
    machines: Semaphore<2>,
    inherited: u64,
}

pub(crate) struct Machines;

impl Part for Machines {
    fn name(&self) -> &'static str {
        "machines"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Hall>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        let hall = Region::<Hall>::open(path)?;
        loop {
            let machine = hall.machines.acquire()?;
            if machine.inherited() {
                hall.inherited.fetch_add(1);
            }
            std::thread::sleep(Duration::from_micros(dice.below(100)));
            machine.release()?;
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let hall = Region::<Hall>::open(path)?;
        let first = hall.machines.acquire_timeout(Duration::from_secs(10))?;
        let second = hall.machines.acquire_timeout(Duration::from_secs(10))?;
        let is_third = hall.machines.try_acquire().is_ok();
        insist(!is_third, || "three permits of two".to_owned())?;
        drop((first, second));
        Ok(format!("both permits free; {} inherited", hall.inherited.get()))
    }
}
