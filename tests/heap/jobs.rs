//! Values with parts of any length, for the tests of them.

use shm_core::heap::HeapValue;
use shm_core::{Map, Owned, Region, SharedLayout, Text};

use super::dice::Dice;
use super::{HEAP, Kind, Mark, text};

/// Every kind of part, each in every kind of place.
#[derive(HeapValue, Clone, Debug, Default, PartialEq)]
pub(crate) struct Job {
    pub(crate) id: u64,
    /// As its author gave it.
    pub(crate) title: String,
    pub(crate) kind: Option<std::num::NonZeroU16>,
    pub(crate) tags: Vec<u32>,
    #[shm(unit = "s")]
    pub(crate) times: [f64; 2],
    pub(crate) steps: Vec<Step>,
    pub(crate) author: Option<String>,
    pub(crate) r#final: Final,
    pub(crate) urgent: bool,
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) urgent: bool,
    pub(crate) command: Vec<String>,
    pub(crate) mark: Mark,
    pub(crate) label: Text<5>,
    pub(crate) marks: Option<Vec<Mark>>,
}

/// A tuple struct, with arrays of parts that have contents.
#[derive(HeapValue, Clone, Debug, Default, PartialEq)]
pub(crate) struct Final(pub(crate) [[String; 2]; 2], u128, pub(crate) Vec<[Vec<u8>; 2]>);

#[derive(SharedLayout, Debug)]
#[repr(C)]
pub(crate) struct Jobs {
    pub(crate) done: u64,
    pub(crate) current: Owned<Job>,
    pub(crate) by_id: Map<u64, Job>,
    pub(crate) by_name: Map<str, Step>,
    pub(crate) history: [Owned<Job>; 8],
}

pub(crate) fn jobs() -> Region<Jobs> {
    Region::<Jobs>::options().heap_max(HEAP).anonymous().unwrap()
}

fn some<T>(dice: &mut Dice, most: u64, one: impl Fn(&mut Dice) -> T) -> Vec<T> {
    let count = dice.below(most + 1);
    (0..count).map(|_| one(dice)).collect()
}

fn words(dice: &mut Dice) -> String {
    let most = [1, 10, 300][dice.below(3) as usize];
    text(dice.below(most) as usize, dice.next())
}

fn mark(dice: &mut Dice) -> Mark {
    let kind = if dice.below(2) == 0 { Kind::Plain } else { Kind::Loud };
    Mark { line: dice.next() as u32, kind, weight: dice.below(1000) as f64 / 8.0 }
}

fn step(dice: &mut Dice) -> Step {
    Step {
        urgent: dice.below(2) == 1,
        command: some(dice, 3, words),
        mark: mark(dice),
        label: Text::new(&text(dice.below(6) as usize, 1)).unwrap(),
        marks: (dice.below(3) > 0).then(|| some(dice, 4, mark)),
    }
}

impl Job {
    /// Any job.
    pub(crate) fn any(dice: &mut Dice) -> Self {
        Self {
            id: dice.next(),
            title: words(dice),
            kind: std::num::NonZeroU16::new(dice.below(3) as u16),
            tags: some(dice, 9, |dice| dice.next() as u32),
            times: [dice.below(99) as f64, -0.5],
            steps: some(dice, 4, step),
            author: (dice.below(3) > 0).then(|| words(dice)),
            r#final: Final(
                std::array::from_fn(|_| std::array::from_fn(|_| words(dice))),
                u128::from(dice.next()) << 60,
                some(dice, 3, |dice| {
                    std::array::from_fn(|_| some(dice, 5, |dice| dice.next() as u8))
                }),
            ),
            urgent: dice.below(2) == 1,
        }
    }

    /// A job of which each part says which job it is a part of.
    pub(crate) fn marked(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        Self { id: seed, ..Self::any(&mut dice) }
    }

    /// Fails unless this is one of [`Job::marked`].
    #[track_caller]
    pub(crate) fn assert_whole(&self) {
        assert!(*self == Self::marked(self.id), "torn: {self:?}");
    }
}

impl Step {
    pub(crate) fn any(dice: &mut Dice) -> Self {
        step(dice)
    }
}
