//! Parts of named objects: handles and guards of their own, and their names in errors.

use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shm_core::{LockError, Mutex, Region, SharedLayout};

use super::Kind;
use super::named::audited;
use crate::support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Machine {
    speed: f64,
    limits: Limits,
    totals: [Mutex<i64>; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Limits {
    most: u32,
    kind: Kind,
}

fn region(folder: &Folder) -> Region<u64> {
    Region::<u64>::options().heap_max(1 << 20).create(folder.file("board")).unwrap()
}

#[test]
fn a_projected_part_keeps_the_object_as_it_is_and_the_region_mapped() {
    let folder = Folder::new("named-parts");
    let board = region(&folder);
    let heap = board.heap().unwrap();
    let machine = heap.named::<Machine>("machine").unwrap();
    let limits = machine.project(|machine| &machine.limits);
    let most = limits.project(|limits| &limits.most);
    most.set(7);
    assert_eq!(machine.limits.most.get(), 7);
    drop((machine, limits));
    assert!(heap.remove("machine").unwrap());
    let other = heap.named::<Machine>("machine").unwrap();
    assert_eq!(other.limits.most.get(), 0);
    assert_eq!(audited(&heap), [1, 1, 0], "the part holds the old object");
    drop(board);
    let thread = std::thread::spawn(move || most.fetch_add(1));
    assert_eq!(thread.join().unwrap(), 7);
    let again = Region::<u64>::open(folder.file("board")).unwrap();
    assert_eq!(audited(&again.heap().unwrap()), [1, 0, 1], "its last handle was dropped");
}

#[test]
fn an_owned_guard_of_an_object_holds_the_lock_and_the_object_until_it_is_dropped() {
    let folder = Folder::new("named-owned");
    let board = region(&folder);
    let heap = board.heap().unwrap();
    let machine = heap.named::<Machine>("machine").unwrap();
    let total = machine.own(|machine| machine.totals[1].lock()).unwrap();
    let first = machine.project(|machine| &machine.totals[0]).own(|total| total.lock()).unwrap();
    total.set(5);
    drop(machine);
    let again = heap.find::<Machine>("machine").unwrap().unwrap();
    assert!(again.totals.iter().all(|total| total.try_lock().is_err()));
    heap.remove("machine").unwrap();
    drop(again);
    assert_eq!(audited(&heap), [0, 1, 0], "the guards hold it");
    drop((total, first));
    assert_eq!(audited(&heap), [0, 0, 1]);
}

#[test]
fn a_guard_of_another_object_is_refused_and_unlocked() {
    let folder = Folder::new("named-mixed-up");
    let board = region(&folder);
    let heap = board.heap().unwrap();
    let [one, other] = ["one", "other"].map(|name| heap.named::<Machine>(name).unwrap());
    let mix_up = || one.own(|_| other.totals[0].lock());
    let message = catch_unwind(AssertUnwindSafe(mix_up)).unwrap_err();
    let message = message.downcast_ref::<&str>().unwrap();
    assert_eq!(*message, "this guard belongs to another region or object");
    // The panic unlocked it, and marked it as a panic does.
    assert!(matches!(other.totals[0].try_lock(), Err(LockError::OwnerDied)));
}

#[test]
fn an_invalid_value_in_an_object_is_reported_with_the_names_of_the_object_and_the_field() {
    let folder = Folder::new("named-invalid");
    let (board, path) = (region(&folder), folder.file("board"));
    let heap = board.heap().unwrap();
    let machines = ["first", "second"].map(|name| heap.named::<Machine>(name).unwrap());
    // The field after a number that is found nowhere else.
    machines[1].limits.most.set(0x1357_9bdf);
    let bytes = std::fs::read(&path).unwrap();
    let most = 0x1357_9bdf_u32.to_ne_bytes();
    let at = bytes.windows(4).position(|window| window == most).unwrap() as u64;
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.write_all_at(&[99], at + 4).unwrap();
    let message = machines[1].limits.kind.get().unwrap_err().to_string();
    assert!(message.contains("board@second") && message.contains("`limits.kind`"), "{message}");
    assert_eq!(machines[0].limits.kind.get().unwrap(), Kind::Plain);
    // A handle that finds the object says the same, and one of memory that was used again the new name.
    let reader = Region::<u64>::open_read_only(&path).unwrap();
    let found = reader.heap().unwrap().find::<Machine>("second").unwrap().unwrap();
    let message = found.limits.kind.get().unwrap_err().to_string();
    assert!(message.contains("board@second") && message.contains("`limits.kind`"), "{message}");
    drop(machines);
    heap.remove("second").unwrap();
    let third = heap.named::<Machine>("third").unwrap();
    file.write_all_at(&[99], at + 4).unwrap();
    let message = third.limits.kind.get().unwrap_err().to_string();
    assert!(message.contains("board@third"), "{message}");
}
