//! The heap: a `Map` and an `Owned`, whose texts are whole, and whose memory comes back.

use std::path::Path;

use shm_core::{Map, Owned, Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Entries {
    by_number: Map<u64, str>,
    title: Owned<str>,
}

pub(crate) struct Directory;

const NUMBERS: u64 = 400;
/// Places below write, the others read.
const WRITERS: usize = 3;

impl Part for Directory {
    fn name(&self) -> &'static str {
        "directory"
    }

    fn places(&self) -> usize {
        5
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Entries>::options().heap_max(16 << 20).create(path)?;
        Ok(())
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        if beat.place() >= WRITERS {
            return read(path, beat, dice);
        }
        let entries = Region::<Entries>::open(path)?;
        loop {
            let number = dice.below(NUMBERS);
            match dice.below(8) {
                0 => drop(entries.by_number.remove(&number)?),
                1 => drop(entries.title.set(&text(0, dice))?),
                _ => drop(entries.by_number.insert(&number, &text(number, dice))?),
            }
            if !beat.again() {
                return Ok(());
            }
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let entries = Region::<Entries>::open(path)?;
        let heap = entries.heap().ok_or("no heap")?;
        let settled = heap.recover()?;
        let report = heap.audit();
        insist(report.faults.is_empty(), || format!("{:?}", report.faults))?;
        for number in 0..NUMBERS {
            if let Some(text) = entries.by_number.get(&number)? {
                check(number, &text)?;
            }
            entries.by_number.remove(&number)?;
        }
        Ok(format!("sound, with {} blocks; {settled} settled", report.stats.linked))
    }
}

/// Reads until all is over.
fn read(path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
    let entries = Region::<Entries>::open_read_only(path)?;
    loop {
        let number = dice.below(NUMBERS);
        if let Some(text) = entries.by_number.get(&number)? {
            check(number, &text)?;
        }
        let title = entries.title.load()?;
        if !title.is_empty() {
            check(0, &title)?;
        }
        if !beat.again() {
            return Ok(());
        }
    }
}

/// A text that says whose it is, and how long.
fn text(number: u64, dice: &mut Dice) -> String {
    let length = if dice.below(50) == 0 { dice.below(20_000) } else { dice.below(200) };
    format!("{number} {length} {}", "x".repeat(length as usize))
}

fn check(number: u64, text: &str) -> Result<(), Fault> {
    let mut words = text.splitn(3, ' ');
    let owner = words.next().and_then(|word| word.parse().ok());
    let length = words.next().and_then(|word| word.parse().ok());
    let rest = words.next().filter(|rest| rest.bytes().all(|byte| byte == b'x'));
    let is_whole = owner == Some(number) && length.is_some() && length == rest.map(str::len);
    insist(is_whole, || format!("the text of {number} is {text:?}"))
}
