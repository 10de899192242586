//! `Ring`: every item in order, and what was missed is counted exactly.

use std::path::Path;
use std::time::Duration;

use shm_core::errors::FollowError;
use shm_core::{Region, Ring, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Item {
    /// 1 for the first
    number: u64,
    words: [u64; 7],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Device {
    items: Ring<Item, 256>,
}

pub(crate) struct Stream;

/// Places below push, the others follow.
const PUBLISHERS: usize = 2;

impl Part for Stream {
    fn name(&self) -> &'static str {
        "stream"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Device>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        if beat.place() < PUBLISHERS {
            let device = Region::<Device>::open(path)?;
            loop {
                let mut publisher = device.items.publisher()?;
                let number = device.items.pushed() + 1;
                publisher.push(&Item { number, words: [number; 7] });
                drop(publisher);
                std::thread::sleep(Duration::from_micros(dice.below(50)));
                if !beat.again() {
                    return Ok(());
                }
            }
        }
        let device = Region::<Device>::open_read_only(path)?;
        let mut follower = device.items.follow_from_oldest();
        let (mut place, mut missed) = (follower.cursor(), 0);
        while !beat.is_over() {
            match follower.next_timeout(Duration::from_millis(50)) {
                Some(Ok(item)) => {
                    place += 1 + missed;
                    missed = 0;
                    let is_whole = item.words == [item.number; 7];
                    insist(is_whole, || format!("torn: {} and {:?}", item.number, item.words))?;
                    let number = item.number;
                    insist(number == place, || format!("item {number} in place {place}"))?;
                    beat.again();
                }
                None => {}
                Some(Err(FollowError::Missed(count))) => {
                    missed += count;
                    beat.meet();
                }
                Some(Err(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let device = Region::<Device>::open_read_only(path)?;
        let pushed = device.items.pushed();
        if let Some((_, item)) = device.items.newest()? {
            insist(item.number == pushed, || format!("{} is newest of {pushed}", item.number))?;
        }
        Ok(format!("{pushed} items in order"))
    }
}
