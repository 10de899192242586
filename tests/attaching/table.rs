//! Slots, and names in locks that mean no slot or the reader's own.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::process::{Signal, getpid, kill_process};
use shm_core::{DynRegion, LockError, Region};

use crate::file::{Entry, entries, is_write_locked, write_entry};
use crate::forge::Forged;
use crate::support::{Folder, argument, finish, wait_until};
use crate::{A_WHILE, Ended, GENERATION_BITS, LOCK, Scene, is_held, is_reported, scene, start};

const DATA: u8 = 3;
const PARTICIPANTS: u8 = 4;

/// A holder, and the positions of its entry and the data in the file.
fn with_holder(folder: &Folder, participants: u32) -> (Region<Scene>, Ended, Forged) {
    let region = scene(folder, participants);
    let holder = start(folder, "holds", &[]);
    wait_until("it holds the lock", || region.step.get() == 1);
    let file = Forged(std::fs::read(folder.file("scene")).unwrap());
    (region, holder, file)
}

/// The entry of a living participant is right after the table, where one more slot would be.
#[test]
fn a_lock_that_names_a_slot_past_the_end_of_the_table_has_no_holder() {
    const SLOTS: u32 = 2;
    let folder = Folder::new("after");
    let (region, _holder, whole) = with_holder(&folder, SLOTS);
    let (table, data) = (whole.section(PARTICIPANTS), whole.section(DATA));
    assert_eq!(table.end, data.start, "the data start where the table ends");
    let entry = whole.0[table.start..table.start + 64].to_vec();
    let file = File::options().write(true).open(folder.file("scene")).unwrap();
    file.write_all_at(&entry, data.start as u64).unwrap();
    is_held(&region.lock);
    let seen = DynRegion::open_read_only(folder.file("scene")).unwrap();
    assert!(seen.lock_state("lock").unwrap().holder.unwrap().process.is_some());
    for slot in [SLOTS, SLOTS + 1, 1022] {
        let generation = entries(&folder.file("scene"))[0].generation;
        let name = ((slot + 1) << GENERATION_BITS) | generation;
        file.write_all_at(&name.to_ne_bytes(), (data.start + LOCK) as u64).unwrap();
        let holder = seen.lock_state("lock").unwrap().holder.unwrap();
        assert_eq!((holder.slot, holder.process), (slot, None));
        is_reported(&region.lock);
    }
}

/// Whatever the table says by then: a thread that waits for another thread of its process need not check
/// whether that process is alive.
#[test]
fn a_processs_own_name_never_counts_as_dead() {
    let folder = Folder::new("own");
    let path = folder.file("scene");
    let region = scene(&folder, 4);
    let guard = region.lock.lock().unwrap();
    let me = entries(&path)[0];
    for damaged in [
        Entry::default(),
        Entry { pid: u32::MAX, ..me },
        Entry { start_time: me.start_time + 1, ..me },
        Entry { generation: me.generation + 1, ..me },
        Entry { pid_namespace: 1, ..me },
    ] {
        write_entry(&path, 0, damaged);
        std::thread::scope(|threads| {
            threads.spawn(|| is_held(&region.lock));
        });
    }
    write_entry(&path, 0, me);
    guard.unlock().unwrap();
}

/// A process is killed while it takes the slot of a dead one: the slot then names neither.
#[test]
fn a_slot_belongs_to_no_process_while_it_changes_hands() {
    for point in ["attach: slot vacated", "attach: slot written"] {
        let folder = Folder::new("half-way");
        let path = folder.file("scene");
        let (region, first, _) = with_holder(&folder, 2);
        drop(first);
        assert_eq!((entries(&path)[0].state, entries(&path)[1].state), (1, 0));
        let mut second = start(&folder, "is killed at a point", &[("SHM_POINT", point)]);
        assert!(!finish(&mut second.0).success());
        assert_eq!(region.step.get(), 1, "it was killed before it held the lock");
        assert_eq!(entries(&path)[0].state, 0, "{point}");
        assert!(!is_write_locked(&path, 0));
        is_reported(&region.lock);
        assert_eq!((entries(&path)[0].state, entries(&path)[0].pid), (1, std::process::id()));
    }
}

/// In the second process: dies at the given point.
pub fn die_at_its_point() {
    shm_core::fault::at_each_point(|point| {
        if point == argument("SHM_POINT") {
            kill_process(getpid(), Signal::KILL).unwrap();
        }
    });
}

#[test]
fn a_slot_that_is_taken_again_has_another_generation() {
    let folder = Folder::new("generations");
    let path = folder.file("scene");
    let region = scene(&folder, 1);
    for (before, after) in [(0, 1), (7, 8), ((1 << GENERATION_BITS) - 1, 0)] {
        write_entry(&path, 0, Entry { generation: before, ..Entry::default() });
        let again = Region::<Scene>::open(&path).unwrap();
        let holder = start(&folder, "holds", &[]);
        wait_until("it holds the lock", || again.step.get() == 1);
        assert_eq!(entries(&path)[0].generation, after);
        let seen = DynRegion::open_read_only(&path).unwrap();
        let state = seen.lock_state("lock").unwrap().holder.unwrap();
        assert_eq!(state.process.unwrap().generation, after);
        drop(holder);
        region.step.set(0);
        let file = File::options().write(true).open(&path).unwrap();
        let data = Forged(std::fs::read(&path).unwrap()).section(DATA);
        file.write_all_at(&[0; 4], (data.start + LOCK) as u64).unwrap();
    }
}

/// A process that is alive keeps its slot whatever the newcomer thinks of its byte.
/// A name has 20 bits of it; a file can hold more.
#[test]
fn the_generation_of_a_slot_counts_modulo_2_to_the_20() {
    let folder = Folder::new("modulo");
    let path = folder.file("scene");
    let (region, _holder, _) = with_holder(&folder, 2);
    let it = entries(&path)[0];
    for beyond in [1 << GENERATION_BITS, 1 << 31] {
        write_entry(&path, 0, Entry { generation: it.generation + beyond, ..it });
        is_held(&region.lock);
    }
    write_entry(&path, 0, Entry { generation: it.generation + 1, ..it });
    is_reported(&region.lock);
}

/// The process table shows that it is alive, as for a process that has closed its descriptors. An id
/// from another pid namespace means nothing here: for that, only the byte counts.
#[test]
fn a_slot_with_a_free_byte_is_not_taken_from_a_living_process() {
    for (stranger, expected) in [(false, 2), (true, 1)] {
        let folder = Folder::new("unlocked");
        let path = folder.file("scene");
        let (region, holder, _) = with_holder(&folder, 4);
        let it = entries(&path)[0];
        let pid_namespace = if stranger { 1 } else { it.pid_namespace };
        write_entry(&path, 1, Entry { pid_namespace, ..it });
        assert!(is_write_locked(&path, 0) && !is_write_locked(&path, 1));
        drop(region.other.lock().unwrap());
        let found: Vec<_> = entries(&path).iter().map(|entry| entry.pid).collect();
        let position = found.iter().position(|pid| *pid == std::process::id());
        assert_eq!(position, Some(expected), "{found:?}");
        assert_eq!(found[0], holder.0.id());
        assert_eq!(is_write_locked(&path, 1), stranger, "it keeps no byte that it does not use");
    }
}

#[test]
fn every_slot_of_the_table_is_given_out_and_no_more() {
    let folder = Folder::new("every-slot");
    let path = folder.file("scene");
    let region = scene(&folder, 3);
    let mut holders = Vec::new();
    for count in 1..=3 {
        region.step.set(0);
        holders.push(start(&folder, "holds", &[]));
        if count == 1 {
            wait_until("it holds the lock", || region.step.get() == 1);
        } else {
            wait_until("it takes part", || {
                entries(&path).iter().filter(|entry| entry.state == 1).count() == count
            });
        }
    }
    let taken: Vec<_> = entries(&path).iter().map(|entry| entry.pid).collect();
    let started: Vec<_> = holders.iter().map(|holder| holder.0.id()).collect();
    assert_eq!(taken, started);
    assert!((0..3).all(|slot| is_write_locked(&path, slot)) && !is_write_locked(&path, 3));
    let refused = region.other.lock_timeout(A_WHILE).unwrap_err();
    assert!(matches!(refused, LockError::TooManyParticipants { slots: 3, .. }), "{refused}");
    // The last one first: the others wait for the first one's lock.
    while let Some(last) = holders.pop() {
        drop(last);
    }
}
