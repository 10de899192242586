//! A slot that another process has after a death: what the dead one claimed in the heap is still the dead one's.

use std::os::unix::process::ExitStatusExt;

use shm_core::inspect::{Inspection, Liveness};
use shm_core::{DynRegion, Mutex, Owned, Region, SharedLayout};

use crate::support::{Folder, argument, finish, second_process, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Shelf {
    gate: Mutex<()>,
    text: Owned<str>,
    /// The second process has the slot.
    is_there: u32,
    /// It is to take blocks and an object as well.
    may_take: u32,
    has_taken: u32,
    go: u32,
}

/// This process and one more: there is one slot for all others.
const SLOTS: u32 = 2;

#[test]
fn a_process_in_the_slot_of_a_dead_one_does_not_make_its_claims_on_the_heap_look_alive() {
    let folder = Folder::new("heap-slots");
    let path = folder.file("shelf");
    let shelf =
        Region::<Shelf>::options().participants(SLOTS).heap_max(1 << 20).create(&path).unwrap();
    drop(shelf.gate.lock().unwrap());
    let heap = shelf.heap().unwrap();
    let slot = || {
        let participants = Inspection::of(&path).unwrap().participants().unwrap();
        let other = participants.into_iter().find(|other| other.pid != std::process::id()).unwrap();
        (other.slot, other.generation)
    };

    let mut dying = second_process("dies with blocks");
    let mut dying = dying.env("SHM_PATH", &path).spawn().unwrap();
    assert_eq!(finish(&mut dying).signal(), Some(libc::SIGKILL));
    let (first, stats) = (slot(), heap.stats());
    assert!(stats.owned > 0 && stats.removed_objects == 1, "it died with both: {stats:?}");

    let mut heir = second_process("takes a slot").env("SHM_PATH", &path).spawn().unwrap();
    wait_until("another process has a slot", || shelf.is_there.get() == 1);
    let second = slot();
    assert_eq!((second.0, second.1), (first.0, first.1 + 1), "it is the slot of the dead");
    let state = DynRegion::open(&path).unwrap().heap_state().unwrap();
    assert!(state.holders.iter().all(|holder| holder.liveness() == Liveness::Dead), "{state:?}");

    // All that the dead one had, though its slot is that of a living process.
    assert_eq!(heap.recover().unwrap(), stats.owned);
    let recovered = heap.stats();
    assert_eq!((recovered.owned, recovered.removed_objects), (0, 0), "{recovered:?}");

    // And nothing of that process.
    shelf.may_take.set(1);
    wait_until("it has blocks and an object", || shelf.has_taken.get() == 1);
    let taken = heap.stats();
    assert!(taken.owned > 0 && taken.removed_objects == 1, "{taken:?}");
    assert_eq!(heap.recover().unwrap(), 0, "the living keep theirs");
    assert_eq!(heap.stats().removed_objects, 1, "the living keep theirs");
    assert_eq!(heap.audit().faults, []);
    shelf.go.set(1);
    assert!(finish(&mut heir).success());
    assert_eq!(heap.stats().owned, 0, "it gave its blocks back");
    heap.recover().unwrap();
    assert_eq!(heap.stats().removed_objects, 0, "no process holds the object");
}

/// Has blocks in its cache, and an object whose name it removed.
fn take(shelf: &Region<Shelf>) -> shm_core::heap::Named<Mutex<u64>> {
    let heap = shelf.heap().unwrap();
    shelf.text.set("some text").unwrap();
    shelf.text.clear().unwrap();
    let object = heap.named::<Mutex<u64>>("counter").unwrap();
    heap.remove("counter").unwrap();
    object
}

pub(crate) fn die_with_blocks() {
    let shelf = Region::<Shelf>::open(argument("SHM_PATH")).unwrap();
    let _object = take(&shelf);
    // SAFETY: a signal to this process.
    unsafe { libc::raise(libc::SIGKILL) };
}

pub(crate) fn take_a_slot() {
    let shelf = Region::<Shelf>::open(argument("SHM_PATH")).unwrap();
    drop(shelf.gate.lock().unwrap());
    shelf.is_there.set(1);
    wait_until("it may take", || shelf.may_take.get() == 1);
    let object = take(&shelf);
    shelf.has_taken.set(1);
    wait_until("it may end", || shelf.go.get() == 1);
    drop(object);
}
