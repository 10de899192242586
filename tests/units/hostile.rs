//! Changes from elsewhere are hostile input: all of them are checked before the first byte is written.

use shm_core::dynamic::units::{Change, UnitKind, UnitsError};

use crate::equal::Dice;
use crate::world::{offset, origin, replica_of, scan, values};

const fn change(kind: UnitKind, offset: u64, bytes: &[u8]) -> Change<'_> {
    Change { kind, offset, version: 1, owner_died: false, bytes }
}

#[test]
fn a_change_that_is_not_one_of_the_region_is_refused_and_nothing_is_written() {
    let (_, by_name) = origin();
    let replica = replica_of(&by_name);
    let units = replica.units().unwrap();
    let at = |path: &str| offset(&by_name, path);
    let of = |kind: UnitKind| units.iter().find(|unit| unit.kind() == kind).unwrap();
    let (wide, guarded) = (at("wide"), of(UnitKind::Guarded));
    let (latest, event, once) = (of(UnitKind::Latest), of(UnitKind::Notified), of(UnitKind::Done));
    let zeros = vec![1; 1 << 16];
    let bad = [
        ("half of a leaf", change(UnitKind::Leaves, wide, &zeros[..4])),
        ("the other half", change(UnitKind::Leaves, wide + 4, &zeros[..4])),
        (
            "from the middle of one leaf to the next",
            change(UnitKind::Leaves, wide + 4, &zeros[..5]),
        ),
        ("no bytes", change(UnitKind::Leaves, wide, &[])),
        ("padding", change(UnitKind::Leaves, 1, &zeros[..1])),
        ("two units", change(UnitKind::Leaves, at("numbers"), &zeros[..1400])),
        ("more than everything", change(UnitKind::Leaves, 0, &zeros)),
        ("past the end", change(UnitKind::Leaves, by_name.data().len() as u64, &zeros[..4])),
        ("the largest offset", change(UnitKind::Leaves, u64::MAX, &zeros[..8])),
        ("an end that overflows", change(UnitKind::Leaves, u64::MAX - 3, &zeros[..8])),
        ("a lock's word", change(UnitKind::Leaves, at("account"), &zeros[..4])),
        ("a guarded value as leaves", change(UnitKind::Leaves, guarded.offset(), &zeros[..8])),
        ("a part of a guarded value", change(UnitKind::Guarded, guarded.offset(), &zeros[..8])),
        ("leaves as a guarded value", change(UnitKind::Guarded, wide, &zeros[..8])),
        ("a version's sequence", change(UnitKind::Leaves, latest.offset(), &zeros[..8])),
        ("a short version", change(UnitKind::Latest, latest.offset(), &zeros[..8])),
        ("a version somewhere else", change(UnitKind::Latest, latest.offset() + 64, &zeros[..16])),
        ("a notification with bytes", change(UnitKind::Notified, event.offset(), &zeros[..4])),
        ("a notification of a number", change(UnitKind::Notified, wide, &[])),
        ("something between done and not", change(UnitKind::Done, once.offset(), &[2])),
        ("nothing about a once", change(UnitKind::Done, once.offset(), &[])),
        ("a part that is not mirrored", change(UnitKind::NotMirrored(None), wide, &zeros[..8])),
    ];
    let before = values(&replica);
    for (what, bad) in bad {
        // In front of it is one that could be applied.
        let small = change(UnitKind::Leaves, at("small"), &[9]);
        let error = units.apply(&[small, bad]).expect_err(what);
        assert!(matches!(error, UnitsError::Misplaced { .. }), "{what}: {error}");
        assert_eq!(values(&replica), before, "{what}");
        assert_eq!(units.check(&[small]).unwrap(), [0]);
    }
}

#[test]
fn changes_that_overlap_or_are_out_of_order_are_refused() {
    let (_, by_name) = origin();
    let replica = replica_of(&by_name);
    let units = replica.units().unwrap();
    let at = |path: &str| offset(&by_name, path);
    let small = change(UnitKind::Leaves, at("small"), &[9]);
    let wide = change(UnitKind::Leaves, at("wide"), &[9; 8]);
    let tail = change(UnitKind::Leaves, at("tail") + 4 * 200, &[9; 4]);
    let bell = change(UnitKind::Notified, at("bell"), &[]);
    let before = values(&replica);
    for wrong in [[small, small], [wide, small], [tail, small], [bell, tail], [bell, bell]] {
        units.apply(&wrong).expect_err("the wrong order");
        assert_eq!(values(&replica), before);
    }
    units.apply(&[small, tail, bell]).unwrap();
    assert_ne!(values(&replica), before);
}

/// Whatever the bytes of a message are, it is refused or changes values, and nothing else: no lock, no version's number,
/// no count.
#[test]
fn changes_at_random_never_reach_locks_and_numbers() {
    let (origin, by_name) = origin();
    let replica = replica_of(&by_name);
    let (from, units) = (by_name.units().unwrap(), replica.units().unwrap());
    let mut shadow = from.shadow();
    let mut dice = Dice(99);
    for _ in 0..100 {
        dice.write(&origin);
    }
    let good = scan(&from, &mut shadow).1;
    let mut applied = 0;
    for _ in 0..20_000 {
        let (mut head, mut bytes) = good[dice.roll(good.len() as u64) as usize].clone();
        match dice.roll(4) {
            0 => head.offset = head.offset.wrapping_add(dice.roll(64)).wrapping_sub(32),
            1 => bytes.truncate(dice.roll(bytes.len() as u64 + 1) as usize),
            2 => bytes.resize(dice.roll(3000) as usize, 0xAA),
            _ => head.kind = good[dice.roll(good.len() as u64) as usize].0.kind,
        }
        applied += u32::from(units.apply(&[head.with_bytes(&bytes)]).is_ok());
    }
    assert!(applied > 100, "some are still changes of the region: {applied}");
    // Each lock is free, and whole.
    for path in ["account", "note", "table", "nested", "lock"] {
        drop(replica.try_lock(path).unwrap_or_else(|error| panic!("{path}: {error}")));
    }
}
