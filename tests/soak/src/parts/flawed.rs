//! Parts with a flaw, which the soak must catch: `--only` runs them, and the tests do.

use std::path::Path;
use std::time::Duration;

use shm_core::{Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Counts {
    left: u64,
    right: u64,
}

#[derive(Clone, Copy)]
pub(crate) enum Flawed {
    /// Adds to two fields without a lock, and insists that they are equal.
    Torn,
    /// Stops after a few rounds, without an end.
    Hangs,
    /// Loses what a killed process had counted, which the audit notices.
    Loses,
}

pub(crate) const ALL: [Flawed; 3] = [Flawed::Torn, Flawed::Hangs, Flawed::Loses];

impl Part for Flawed {
    fn name(&self) -> &'static str {
        match self {
            Self::Torn => "flawed-torn",
            Self::Hangs => "flawed-hangs",
            Self::Loses => "flawed-loses",
        }
    }

    fn places(&self) -> usize {
        2
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Counts>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, _dice: &mut Dice) -> Result<(), Fault> {
        let counts = Region::<Counts>::open(path)?;
        loop {
            counts.left.fetch_add(1);
            // Long enough to be killed here.
            std::thread::sleep(Duration::from_millis(1));
            counts.right.fetch_add(1);
            if matches!(self, Self::Torn) {
                check(&counts)?;
            }
            while matches!(self, Self::Hangs) && counts.left.get() > 50 && !beat.is_over() {
                std::thread::sleep(Duration::from_millis(5));
            }
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        if matches!(self, Self::Loses) {
            let counts = Region::<Counts>::open_read_only(path)?;
            check(&counts)?;
        }
        Ok("nothing to check".to_owned())
    }
}

fn check<A: shm_core::traits::Access>(counts: &CountsView<A>) -> Result<(), Fault> {
    let (left, right) = (counts.left.get(), counts.right.get());
    insist(left == right, || format!("{left} is not {right}"))
}
