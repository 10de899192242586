//! A replica equals its origin.

use std::num::NonZero;

use shm_core::dynamic::units::UnitKind;
use shm_core::{Region, Text};

use crate::world::{Everything, Mode, Pose, TAIL, apply, origin, replica_of, scan, typed, values};

/// Numbers that look random, from a seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }

    fn pose(&mut self) -> Pose {
        Pose { x: self.roll(1 << 40) as f64, kind: self.roll(256) as u8, y: self.roll(99) as f32 }
    }

    /// Changes one field.
    pub fn write(&mut self, region: &Region<Everything>) {
        let n = self.roll(1 << 50);
        match self.roll(20) {
            0 => region.small.set(n as u8),
            1 => region.wide.set(n),
            2 => region.flag.set(n.is_multiple_of(2)),
            3 => region.letter.set(char::from(b'a' + (n % 26) as u8)),
            4 => region.mode.set([Mode::Idle, Mode::Running, Mode::Failed][n as usize % 3]),
            5 => region.maybe.set(NonZero::new(n as u32 % 3)),
            6 => region.numbers[self.roll(700) as usize].set(n as u16),
            7 => region.poses[self.roll(40) as usize].store(&self.pose()),
            8 => region.path.set(&"x".repeat(n as usize % 20)).unwrap(),
            9 => {
                region.version.store(&self.pose()).unwrap();
            }
            10 => {
                region.label.store(&Text::new(&n.to_string()).unwrap()).unwrap();
            }
            11 => {
                region.long.store(&u128::from(n).pow(2)).unwrap();
            }
            12 => region.account.lock().unwrap().store(&self.pose()),
            13 => region.note.lock().unwrap().set(&(n % 1000).to_string()).unwrap(),
            14 => region.table.write().unwrap()[self.roll(8) as usize].set(n as u32),
            15 => drop(region.nested.lock().unwrap().store(&(n as u32))),
            16 => region.watched.set(self.pose()),
            17 => region.bell.notify_all(),
            18 => {
                let _held = region.lock.lock().unwrap();
                region.low.set(n as f64);
                region.high.set(n as f64 + 1.0);
            }
            _ => region.tail[self.roll(TAIL as u64) as usize].set(n as i32),
        }
    }
}

#[test]
fn a_replica_equals_its_origin_after_random_writes_of_every_kind_of_field() {
    let (origin, by_name) = origin();
    let replica = replica_of(&by_name);
    let (from, to) = (by_name.units().unwrap(), replica.units().unwrap());
    let mut shadow = from.shadow();
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    for round in 0..400 {
        for _ in 0..dice.roll(12) {
            dice.write(&origin);
        }
        if round == 200 {
            origin.filled.call_once(|| ()).unwrap();
        }
        let (result, message) = scan(&from, &mut shadow);
        assert_eq!(result.busy, 0);
        apply(&to, &message).unwrap();
        assert_eq!(values(&replica), values(&by_name), "after round {round}");
    }
    let (again, message) = scan(&from, &mut shadow);
    assert_eq!((again.changes, message.len()), (0, 0), "nothing has changed");
    let (mine, theirs) = (typed(&replica), &origin);
    assert_eq!(mine.version.load().unwrap(), theirs.version.load().unwrap());
    assert!(mine.filled.is_done());
}

#[test]
fn only_what_changed_is_reported() {
    let (origin, by_name) = origin();
    let units = by_name.units().unwrap();
    let mut shadow = units.shadow();
    let everything = scan(&units, &mut shadow).1;
    let mirrored = units.iter().filter(|unit| unit.reason().is_none()).count();
    assert_eq!(everything.len(), mirrored, "the first scan reports each unit");
    origin.numbers[300].set(7);
    origin.numbers[302].set(9);
    let (_, message) = scan(&units, &mut shadow);
    let [(change, bytes)] = &message[..] else { panic!("{message:?}") };
    let offset = by_name.spot("numbers[300]").unwrap().offset() as u64;
    assert_eq!((change.kind, change.offset), (UnitKind::Leaves, offset));
    assert_eq!(bytes[..], [7_u16, 0, 9].map(u16::to_ne_bytes).concat());

    origin.account.lock().unwrap().kind.set(3);
    let (_, message) = scan(&units, &mut shadow);
    let [(change, bytes)] = &message[..] else { panic!("{message:?}") };
    assert_eq!((change.kind, bytes.len()), (UnitKind::Guarded, 16), "a guarded value goes whole");

    for _ in 0..5 {
        origin.version.store(&Pose::default()).unwrap();
    }
    let (_, message) = scan(&units, &mut shadow);
    let [(change, _)] = &message[..] else { panic!("{message:?}") };
    assert_eq!((change.kind, change.version), (UnitKind::Latest, 5), "the newest of five");
}

/// What a shadow has is a copy for one who begins to follow later.
#[test]
fn a_replica_that_begins_later_gets_everything_from_the_shadow() {
    let (origin, by_name) = origin();
    let from = by_name.units().unwrap();
    let mut shadow = from.shadow();
    let mut dice = Dice(77);
    for _ in 0..50 {
        dice.write(&origin);
        scan(&from, &mut shadow);
    }
    origin.filled.call_once(|| ()).unwrap();
    scan(&from, &mut shadow);
    let changes: Vec<_> =
        (0..from.len()).filter_map(|unit| from.last_reported(&shadow, unit)).collect();
    let replica = replica_of(&by_name);
    replica.units().unwrap().apply(&changes).unwrap();
    assert_eq!(values(&replica), values(&by_name));
    assert!(from.last_reported(&from.shadow(), 0).is_none(), "an empty shadow has nothing");
}

#[test]
fn a_value_whose_lock_is_held_is_reported_by_a_later_scan() {
    let (origin, by_name) = origin();
    let units = by_name.units().unwrap();
    let mut shadow = units.shadow();
    scan(&units, &mut shadow);
    let held = origin.account.lock().unwrap();
    held.x.set(1.0);
    // Held by another thread: the one that scans would not wait for its own lock.
    let during = std::thread::scope(|scope| scope.spawn(|| scan(&units, &mut shadow)).join());
    let (result, message) = during.unwrap();
    assert_eq!((result.busy, message.len()), (1, 0));
    held.x.set(2.0);
    drop(held);
    let (result, message) = scan(&units, &mut shadow);
    assert_eq!((result.busy, result.changes), (0, 1));
    assert_eq!(message[0].1[..8], 2.0_f64.to_ne_bytes());
}

#[test]
fn a_replica_counts_its_own_versions() {
    let (origin, by_name) = origin();
    let replica = replica_of(&by_name);
    let (from, to) = (by_name.units().unwrap(), replica.units().unwrap());
    let (mut shadow, mine) = (from.shadow(), typed(&replica));
    for (last, burst) in (0..).zip([1, 3, 100, 4, 1]) {
        for n in 0..burst {
            origin.version.store(&Pose { x: f64::from(n), ..Pose::default() }).unwrap();
        }
        apply(&to, &scan(&from, &mut shadow).1).unwrap();
        assert_eq!(mine.version.version(), last + 1, "after {burst} versions at the origin");
        assert_eq!(mine.version.load().unwrap(), origin.version.load().unwrap());
    }
    assert_eq!(origin.version.version(), 109);
}
