//! Origins that are written all the time, and followers that are killed.

use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use shm_core::dynamic::DynLayout;
use shm_core::fault::{LATEST_POINTS, UNITS_POINTS, at_each_point};
use shm_core::{DynRegion, Latest, Mutex, ReadWrite, Region, RwLock, SharedLayout};

use crate::support::{Folder, argument, finish, second_process, wait_until};
use crate::world::{apply, scan};

/// Numbers whose bytes are all the same, and values of numbers that are all the same.
#[derive(SharedLayout)]
#[repr(C)]
struct Whole {
    narrow: u16,
    wide: u64,
    many: [u32; 300],
    version: Latest<[u64; 20]>,
    locked: Mutex<[u64; 20]>,
    shared: RwLock<[u64; 20]>,
}

impl Whole {
    fn write(region: &Region<Self>, n: u64) {
        let byte = n as u8;
        region.narrow.set(u16::from_ne_bytes([byte; 2]));
        region.wide.set(u64::from_ne_bytes([byte; 8]));
        region.many[n as usize % 300].set(u32::from_ne_bytes([byte; 4]));
        region.version.store(&[n; 20]).unwrap();
        region.locked.lock().unwrap().iter().for_each(|part| part.set(n));
        region.shared.write().unwrap().iter().for_each(|part| part.set(n));
    }
}

fn is_even<const N: usize>(bytes: [u8; N]) -> bool {
    bytes.iter().all(|byte| *byte == bytes[0])
}

/// Writes until it is killed.
pub fn write() {
    let region = Region::<Whole>::open(argument("SHM_TEST_REGION")).unwrap();
    for n in 1.. {
        Whole::write(&region, n);
    }
}

#[test]
fn no_leaf_version_or_guarded_value_of_a_replica_is_torn_while_its_origin_is_written() {
    let folder = Folder::new("units");
    let origin = Region::<Whole>::create(folder.file("origin")).unwrap();
    let mut writer =
        second_process("writer").env("SHM_TEST_REGION", folder.file("origin")).spawn().unwrap();
    let by_name = DynRegion::open(folder.file("origin")).unwrap();
    let layout = DynLayout::from_schema(by_name.schema().clone()).unwrap();
    let replica = DynRegion::create(folder.file("replica"), &layout).unwrap();
    let reader = Region::<Whole>::open_read_only(folder.file("replica")).unwrap();
    wait_until("the writer writes", || origin.wide.get() != 0);

    let end = Instant::now() + Duration::from_millis(1500);
    std::thread::scope(|scope| {
        // Readers of versions race with the follower as well.
        let looks = scope.spawn(|| {
            let mut last = 0;
            while Instant::now() < end {
                let version = reader.version.load().unwrap();
                assert!(version.iter().all(|part| *part == version[0]), "{version:?}");
                let number = reader.version.version();
                assert!(number >= last, "{number} after {last}");
                last = number;
            }
            last
        });
        let (from, to) = (by_name.units().unwrap(), replica.units().unwrap());
        let mut shadow = from.shadow();
        let mut rounds = 0;
        while Instant::now() < end {
            apply(&to, &scan(&from, &mut shadow).1).unwrap();
            rounds += 1;
            assert!(is_even(reader.narrow.get().to_ne_bytes()));
            assert!(is_even(reader.wide.get().to_ne_bytes()));
            assert!(reader.many.iter().all(|part| is_even(part.get().to_ne_bytes())));
            for value in [reader.locked.unlocked(), reader.shared.unlocked()] {
                let first = value[0].get();
                assert!(value.iter().all(|part| part.get() == first), "after {rounds} rounds");
            }
        }
        let versions = looks.join().unwrap();
        assert!(versions > 10 && versions <= rounds, "{versions} versions in {rounds} rounds");
    });
    writer.kill().unwrap();
    writer.wait().unwrap();
}

/// The twin: a follower that takes over the origin's number of a version writes into the slot that a reader copies, and
/// nothing tells the reader.
#[test]
fn a_replica_that_jumps_to_the_origins_version_is_torn() {
    let jumping = Region::<Latest<[u64; 20], 4>>::options().memfd("jumps").unwrap();
    jumping.store(&[1; 20]).unwrap();
    // By its bytes: the sequence, the lock, then slots of 192 bytes from 64 on.
    let fd = jumping.as_fd().unwrap().try_clone_to_owned().unwrap();
    let by_name: DynRegion<ReadWrite> = DynRegion::options().from_fd(fd).unwrap();
    let slot_of = |version: usize| 64 + version % 4 * 192;
    // Version 5 of the origin comes after version 1 here: it goes into the same slot, which is half written now.
    for part in 0..10 {
        let word = by_name.data().cast::<u8>().wrapping_add(slot_of(5) + 8 * part).cast::<u64>();
        // SAFETY: inside the region's data and aligned; a slot is words, each accessed as one atomic.
        let word = unsafe { AtomicU64::from_ptr(word) };
        word.store(5, Ordering::Relaxed);
    }
    let torn = jumping.load().unwrap();
    assert!(torn.contains(&5) && torn.contains(&1), "no attempt was noticed: {torn:?}");
}

/// Follows until it is killed at a point.
pub fn follow() {
    let open = |name| DynRegion::open(argument(name)).unwrap();
    let (origin, replica) = (open("SHM_TEST_ORIGIN"), open("SHM_TEST_REPLICA"));
    let (from, to) = (origin.units().unwrap(), replica.units().unwrap());
    let message = scan(&from, &mut from.shadow()).1;
    static PASSES: AtomicU32 = AtomicU32::new(0);
    PASSES.store(argument("SHM_TEST_PASSES").parse().unwrap(), Ordering::Relaxed);
    at_each_point(|point| {
        if point == argument("SHM_TEST_POINT") && PASSES.fetch_sub(1, Ordering::Relaxed) == 0 {
            let signal = rustix::process::Signal::KILL;
            rustix::process::kill_process(rustix::process::getpid(), signal).unwrap();
        }
    });
    apply(&to, &message).unwrap();
}

/// Whatever a follower leaves that dies while it applies changes, its successor makes whole; and readers see whole versions
/// all the time.
#[test]
fn a_follower_that_is_killed_while_it_applies_leaves_nothing_that_its_successor_does_not_repair() {
    let folder = Folder::new("units");
    let origin = Region::<Whole>::create(folder.file("origin")).unwrap();
    let by_name = DynRegion::open(folder.file("origin")).unwrap();
    let layout = DynLayout::from_schema(by_name.schema().clone()).unwrap();
    let replica = DynRegion::create(folder.file("replica"), &layout).unwrap();
    let reader = Region::<Whole>::open_read_only(folder.file("replica")).unwrap();
    let [before, locked, applied] = UNITS_POINTS;
    let mut points = vec![(before, 1), (before, 4), (locked, 0), (locked, 1), (applied, 0)];
    points.extend(LATEST_POINTS.map(|point| (point, 0)));
    for (n, (point, passes)) in (1..).zip(points) {
        Whole::write(&origin, n);
        let mut follower = second_process("follower")
            .env("SHM_TEST_ORIGIN", folder.file("origin"))
            .env("SHM_TEST_REPLICA", folder.file("replica"))
            .env("SHM_TEST_POINT", point)
            .env("SHM_TEST_PASSES", passes.to_string())
            .spawn()
            .unwrap();
        assert_eq!(finish(&mut follower).signal(), Some(9), "{point}");
        let version = reader.version.load().unwrap();
        assert!(version.iter().all(|part| *part == version[0]), "{point}: {version:?}");

        let (from, to) = (by_name.units().unwrap(), replica.units().unwrap());
        apply(&to, &scan(&from, &mut from.shadow()).1).unwrap();
        assert_eq!(reader.version.load().unwrap(), [n; 20], "{point}");
        for path in ["locked", "shared"] {
            let held =
                replica.try_lock(path).unwrap_or_else(|error| panic!("{point}: {path}: {error}"));
            assert_eq!(held.get("[19]").unwrap().to_string(), n.to_string(), "{point}: {path}");
        }
    }
}
