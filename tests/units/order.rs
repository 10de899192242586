//! No process hears of a change before it is there.

use std::time::Duration;

use shm_core::dynamic::units::{Bell, UnitKind};
use shm_core::{DynRegion, Event, Once, Region, SharedLayout};

use crate::support::{Folder, argument, finish, second_process, wait_until};
use crate::world::{apply, scan};

/// The last field is behind what announces it.
#[derive(SharedLayout)]
#[repr(C)]
struct Announced {
    first: u64,
    bell: Event,
    filled: Once,
    last: u64,
}

fn opened(typed: &Region<Announced>) -> DynRegion {
    let fd = typed.as_fd().unwrap().try_clone_to_owned().unwrap();
    DynRegion::options().from_fd(fd).unwrap()
}

/// A writer that acts while a scan is in its middle: after the first field was looked at.
#[test]
fn a_notification_is_reported_by_a_scan_that_began_after_it() {
    let typed = Region::<Announced>::options().memfd("announced").unwrap();
    let region = opened(&typed);
    let units = region.units().unwrap();
    let mut shadow = units.shadow();
    scan(&units, &mut shadow);

    typed.last.set(1);
    let mut kinds = Vec::new();
    units.scan(&mut shadow, |_, change| {
        kinds.push(change.kind);
        if kinds.len() == 1 {
            typed.first.set(2);
            typed.bell.notify_all();
            typed.filled.call_once(|| typed.first.set(3)).unwrap();
        }
    });
    assert_eq!(kinds, [UnitKind::Leaves], "the change of `first` came too late for this scan");

    let (_, message) = scan(&units, &mut shadow);
    let kinds: Vec<_> = message.iter().map(|(change, _)| change.kind).collect();
    assert_eq!(kinds, [UnitKind::Leaves, UnitKind::Notified, UnitKind::Done]);
    assert_eq!(scan(&units, &mut shadow).0.changes, 0, "once");
}

#[test]
fn announcements_come_after_all_values() {
    let typed = Region::<Announced>::options().memfd("announced").unwrap();
    let region = opened(&typed);
    let units = region.units().unwrap();
    let kinds: Vec<_> = units.iter().map(|unit| unit.kind()).collect();
    let (leaves, notified, done) = (UnitKind::Leaves, UnitKind::Notified, UnitKind::Done);
    assert_eq!(kinds, [leaves, leaves, notified, done], "not in the order of their offsets");
}

/// A process that may only read sleeps until the replica is notified, and then sees the value.
pub fn wait_for_a_notification() {
    let region = Region::<Announced>::open_read_only(argument("SHM_TEST_REGION")).unwrap();
    let found = region.bell.wait_until_timeout(Duration::from_secs(60), || region.last.get() == 7);
    assert!(found && region.filled.is_done());
}

#[test]
fn a_process_that_only_reads_the_replica_is_woken_when_the_value_is_there() {
    let folder = Folder::new("units");
    let origin = Region::<Announced>::options().memfd("announced").unwrap();
    let replica = Region::<Announced>::create(folder.file("replica")).unwrap();
    let mut child =
        second_process("waiter").env("SHM_TEST_REGION", folder.file("replica")).spawn().unwrap();

    let by_name = DynRegion::open(folder.file("replica")).unwrap();
    let (from, to) = (opened(&origin).units().unwrap(), by_name.units().unwrap());
    let mut shadow = from.shadow();
    origin.filled.call_once(|| origin.last.set(7)).unwrap();
    origin.bell.notify_all();
    apply(&to, &scan(&from, &mut shadow).1).unwrap();
    assert_eq!(replica.last.get(), 7);
    wait_until("the reader has seen it", || child.try_wait().unwrap().is_some());
    assert!(finish(&mut child).success());
}

/// A change is sent at once, and not at the next look.
#[test]
fn a_bell_ends_a_wait_when_an_event_is_notified_or_it_is_rung() {
    let typed = Region::<Announced>::options().memfd("announced").unwrap();
    let region = opened(&typed);
    let units = region.units().unwrap();
    let (mut shadow, bell, long) = (units.shadow(), Bell::default(), Duration::from_secs(60));
    scan(&units, &mut shadow);
    assert!(!bell.wait(bell.rung(), [(&units, &shadow)], Duration::from_millis(5)));

    // Before the wait: the scan has not seen it.
    typed.bell.notify_all();
    assert!(bell.wait(bell.rung(), [(&units, &shadow)], long));
    scan(&units, &mut shadow);
    let rung = bell.rung();
    bell.ring();
    assert!(bell.wait(rung, [(&units, &shadow)], long));

    // During it: a wait ends after a second in any case, and then says that nothing happened.
    let rung = bell.rung();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            typed.bell.notify_all();
        });
        wait_until("it is woken", || bell.wait(rung, [(&units, &shadow)], long));
    });
    assert_eq!(scan(&units, &mut shadow).1.len(), 1);
}
