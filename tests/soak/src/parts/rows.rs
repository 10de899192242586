//! `PerProcess`: each count is in the total once, and totals never go backwards.

use std::path::Path;

use shm_core::errors::LoadError;
use shm_core::{PerProcess, Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Metrics {
    hits: PerProcess<u64, 16>,
    /// counted before the row, and after it
    begun: u64,
    ended: u64,
}

pub(crate) struct Rows;

/// Places below count, the others read totals.
const COUNTERS: usize = 3;

impl Part for Rows {
    fn name(&self) -> &'static str {
        "rows"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Metrics>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, _dice: &mut Dice) -> Result<(), Fault> {
        let metrics = Region::<Metrics>::open(path)?;
        if beat.place() < COUNTERS {
            loop {
                let row = metrics.hits.claim()?;
                for _ in 0..100 {
                    metrics.begun.fetch_add(1);
                    row.fetch_add(1);
                    metrics.ended.fetch_add(1);
                }
                drop(row);
                if !beat.again() {
                    return Ok(());
                }
            }
        }
        let mut last = 0;
        loop {
            match total(&metrics) {
                Ok(total) => {
                    insist(total >= last, || format!("{total} after {last}"))?;
                    last = total;
                }
                Err(error) if error.is::<LoadError>() => beat.meet(),
                Err(error) => return Err(error),
            }
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let metrics = Region::<Metrics>::open(path)?;
        metrics.hits.fold_dead()?;
        Ok(format!("{} counted, each once", total(&metrics)?))
    }
}

/// The total, which lies between what was begun and what was ended.
fn total(metrics: &Region<Metrics>) -> Result<u64, Fault> {
    let ended = metrics.ended.get();
    let total = metrics.hits.totals()?;
    let begun = metrics.begun.get();
    insist((ended..=begun).contains(&total), || format!("{total}, of {ended} to {begun}"))?;
    Ok(total)
}
