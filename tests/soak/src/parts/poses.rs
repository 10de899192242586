//! `Latest`: versions are whole, and never go backwards.

use std::path::Path;

use shm_core::errors::LoadError;
use shm_core::{Latest, Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

const WORDS: usize = 31;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    number: u64,
    words: [u64; WORDS],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    pose: Latest<Pose>,
}

pub(crate) struct Poses;

/// Places below write, the others read.
const WRITERS: usize = 2;

impl Part for Poses {
    fn name(&self) -> &'static str {
        "poses"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Robot>::create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, _dice: &mut Dice) -> Result<(), Fault> {
        if beat.place() < WRITERS {
            let robot = Region::<Robot>::open(path)?;
            loop {
                robot.pose.update(|pose| {
                    pose.number += 1;
                    pose.words = [pose.number; WORDS];
                })?;
                if !beat.again() {
                    return Ok(());
                }
            }
        }
        let robot = Region::<Robot>::open_read_only(path)?;
        let mut last = 0;
        loop {
            match robot.pose.load() {
                Ok(pose) => {
                    check(&pose)?;
                    let number = pose.number;
                    insist(number >= last, || format!("{number} after {last}"))?;
                    last = number;
                }
                Err(LoadError::Contended) => beat.meet(),
                Err(error) => return Err(error.into()),
            }
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let pose = Region::<Robot>::open_read_only(path)?.pose.load()?;
        check(&pose)?;
        Ok(format!("whole, version {}", pose.number))
    }
}

fn check(pose: &Pose) -> Result<(), Fault> {
    let is_whole = pose.words.iter().all(|word| *word == pose.number);
    insist(is_whole, || format!("a torn pose: {} and {:?}", pose.number, pose.words))
}
