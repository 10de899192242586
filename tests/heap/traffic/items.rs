//! The queue: each item is taken once, in the order of its producer, and none is lost but in dead hands.

use std::sync::atomic::Ordering::Release;
use std::sync::atomic::fence;
use std::time::Duration;

use shm_core::errors::PushError;
use shm_core::{LockError, Region};

use super::super::dice::Dice;
use super::stage::{Item, LEDGER, Op, Stage, WORKERS};

const BRIEFLY: Duration = Duration::from_micros(50);

fn item(producer: usize, number: u64) -> Item {
    let mix = ((producer as u64) << 48 | number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    [producer as u64, number, mix, !mix]
}

pub(super) fn push(stage: &Region<Stage>, slot: usize, dice: &mut Dice, count: impl Fn(Op)) {
    let (desk, sent) = (&stage.desks[slot], &stage.desks[slot].sent);
    let number = sent.begun.get() + 1;
    if number - desk.settled.get() >= LEDGER as u64 {
        return;
    }
    sent.begun.set(number);
    fence(Release);
    let value = item(slot, number);
    let outcome = match dice.below(8) {
        0 => stage.items.push_timeout(value, BRIEFLY),
        1 => stage.items.producer().unwrap().push(value),
        _ => stage.items.push(value),
    };
    match outcome {
        Ok(()) => {
            sent.done.set(number);
            count(Op::Push);
        }
        // The number is the next one's.
        Err(PushError::Full(back) | PushError::Lock { value: back, error: LockError::Busy }) => {
            assert_eq!(back, value);
            sent.begun.set(number - 1);
        }
        Err(error) => panic!("{error:?}"),
    }
}

pub(super) fn pop(
    stage: &Region<Stage>,
    slot: usize,
    newest: &mut [u64; WORKERS],
    dice: &mut Dice,
    count: impl Fn(Op),
) {
    stage.desks[slot].popping.set(1);
    fence(Release);
    let taken = if dice.below(8) == 0 {
        stage.items.pop_timeout(BRIEFLY).unwrap()
    } else {
        stage.items.pop().unwrap()
    };
    if let Some(taken) = taken {
        enter(stage, &taken, newest);
        count(Op::Pop);
    }
    stage.desks[slot].popping.set(0);
}

/// Enters an item that was taken into the ledger of its producer.
pub(super) fn enter(stage: &Region<Stage>, taken: &Item, newest: &mut [u64; WORKERS]) {
    let (producer, number) = (taken[0] as usize, taken[1]);
    assert_eq!(*taken, item(producer, number), "torn");
    let before = std::mem::replace(&mut newest[producer], number);
    assert!(before < number, "{number} of {producer} after {before}");
    let before = stage.desks[producer].ledger[number as usize % LEDGER].swap(number);
    assert!(before < number, "{number} of {producer} was taken twice, or after {before}");
}
