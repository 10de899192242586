//! `Watched`: two processes take turns, each of which waits for the other's; no wake-up is lost.

use std::path::Path;
use std::time::Duration;

use shm_core::{Region, SharedLayout, Watched};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Game {
    turn: Watched<u64>,
}

pub(crate) struct Turns;

impl Part for Turns {
    fn name(&self) -> &'static str {
        "turns"
    }

    fn places(&self) -> usize {
        2
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Game>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, _dice: &mut Dice) -> Result<(), Fault> {
        let game = Region::<Game>::open(path)?;
        let (mine, mut last) = (beat.place() as u64, 0);
        while !beat.is_over() {
            let patience = Duration::from_millis(500);
            // It may end with the last turn of the other one, which has gone.
            let Some(turn) = game.turn.wait_until_timeout(patience, |turn| turn % 2 == mine)?
            else {
                continue;
            };
            insist(turn >= last, || format!("turn {turn} after {last}"))?;
            last = turn + 1;
            game.turn.set(last);
            beat.again();
        }
        Ok(())
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let turns = Region::<Game>::open_read_only(path)?.turn.get()?;
        Ok(format!("{turns} turns"))
    }
}
