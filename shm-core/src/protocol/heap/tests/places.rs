//! Places: what they own, and what they do not.

use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

use super::mortal::Mortal;
use super::world::{Claim, World, clear, move_to, owner, set, store};
use crate::protocol::heap::words::{Handle, State};
use crate::protocol::heap::{Cache, Contended, value};

#[test]
fn a_place_at_an_odd_offset_or_outside_is_not_a_place() {
    let world = World::new(4);
    assert!(world.view().place(12).is_none());
    assert!(world.view().place(world.memory.words.len() as u64 * 8).is_none());
    assert!(world.view().place(u64::MAX - 7).is_none());
    assert_eq!(world.view().place(16).unwrap().at(), 16);
}

#[test]
fn a_value_is_replaced_and_the_old_block_is_freed() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    for len in [0, 10, 5000, 3, 70_000, 8] {
        let value = vec![len as u8; len];
        set(&heap, &mut cache, world.place(3), &value).unwrap();
        assert_eq!(world.load(3), Some(value));
        assert_eq!(world.audit().linked, 1);
    }
    clear(&heap, &mut cache, world.place(3));
    assert_eq!(world.load(3), None);
    assert_eq!(world.word(3).load(Relaxed), 0);
}

#[test]
fn a_value_moves_over_another_and_onto_itself() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    set(&heap, &mut cache, world.place(0), b"one").unwrap();
    set(&heap, &mut cache, world.place(1), b"two").unwrap();
    assert!(!move_to(&heap, &mut cache, world.place(0), world.place(0)));
    assert_eq!(world.load(0).unwrap(), b"one");
    assert!(move_to(&heap, &mut cache, world.place(0), world.place(1)));
    assert_eq!((world.load(0), world.load(1).as_deref()), (None, Some(&b"one"[..])));
    assert!(!move_to(&heap, &mut cache, world.place(0), world.place(1)), "nothing moves nothing");
    assert_eq!(world.load(1).unwrap(), b"one");
}

/// A move that a death cut short leaves the handle in two places: one of them owns the block.
#[test]
fn a_claim_through_a_place_that_does_not_own_the_block_is_undone() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    set(&heap, &mut cache, world.place(0), b"kept").unwrap();
    let handle = world.word(0).load(Relaxed);
    for attempt in 0..3 {
        world.word(1).store(handle, Relaxed);
        assert_eq!(world.load(1), None, "a copy of a handle counts as empty");
        match attempt {
            0 => assert!(!clear(&heap, &mut cache, world.place(1))),
            1 => set(&heap, &mut cache, world.place(1), b"new").unwrap(),
            _ => {
                clear(&heap, &mut cache, world.place(2));
                assert!(!move_to(&heap, &mut cache, world.place(1), world.place(2)));
            }
        }
        assert_eq!(world.load(0).as_deref(), Some(&b"kept"[..]));
        world.audit();
        clear(&heap, &mut cache, world.place(1));
    }
}

#[test]
fn a_stale_handle_names_nothing_even_if_its_block_is_used_again() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    set(&heap, &mut cache, world.place(0), b"old").unwrap();
    let stale = world.word(0).load(Relaxed);
    clear(&heap, &mut cache, world.place(0));
    set(&heap, &mut cache, world.place(1), b"new").unwrap();
    let (old, new) = (Handle::from_word(stale).unwrap(), world.word(1).load(Relaxed));
    let new = Handle::from_word(new).unwrap();
    assert_eq!((old.page(), old.block()), (new.page(), new.block()), "the same block");
    world.word(0).store(stale, Relaxed);
    assert_eq!(world.load(0), None);
    assert!(!clear(&heap, &mut cache, world.place(0)));
    assert_eq!(world.load(1).unwrap(), b"new");
}

#[test]
fn a_block_is_freed_once() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    for size in [64, 10_000] {
        let block = heap.alloc(&mut cache, size).unwrap();
        // An heir that judged this participant dead has settled the block.
        let state = heap.view().find(block.handle()).unwrap().state;
        let settled = State::new(block.handle().generation() + 1, 0);
        state.store(settled.0, Relaxed);
        assert!(!heap.free(&mut cache, block));
        assert_eq!(state.load(Relaxed), settled.0);
    }
    // Blocks that the cache still has are not believed in either.
    let block = heap.alloc(&mut cache, 64).unwrap();
    let (handle, state) = (block.handle(), heap.view().find(block.handle()).unwrap().state);
    assert!(heap.free(&mut cache, block));
    state.store(State::new(handle.generation() + 1, owner(2)).0, Relaxed);
    let other = heap.alloc(&mut cache, 64).unwrap();
    assert_ne!(other.handle().block(), handle.block());
}

#[test]
fn a_reader_whose_value_is_replaced_while_it_copies_copies_again() {
    let world = World::new(100);
    let (heap, cache) = (world.heap(1), Cache::new());
    let cache = std::cell::RefCell::new(cache);
    set(&heap, &mut cache.borrow_mut(), world.place(0), b"first").unwrap();
    let (copies, mut out) = (Cell::new(0), Vec::new());
    let read = world.view().read(world.place(0), |words| {
        copies.set(copies.get() + 1);
        let read = value::read::<Mortal>(words, 100, &mut out);
        if copies.get() < 3 {
            // Freed, and used again.
            for _ in 0..2 {
                set(&heap, &mut cache.borrow_mut(), world.place(0), b"second").unwrap();
            }
        }
        read
    });
    assert_eq!(read, Ok(Some(Ok(()))));
    assert_eq!((out.as_slice(), copies.get()), (&b"second"[..], 3));
}

#[test]
fn a_reader_that_is_overtaken_each_time_gives_up() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    set(&heap, &mut cache, world.place(0), b"first").unwrap();
    let read = world.view().read(world.place(0), |_| {
        set(&heap, &mut cache, world.place(0), b"next").unwrap();
    });
    assert_eq!(read, Err(Contended));
}

/// Sets the value of place 0, and lets participant 2 claim its block.
fn claimed_by_another(world: &World) -> Claim<'_> {
    let (heap, mut cache) = (world.heap(1), Cache::new());
    set(&heap, &mut cache, world.place(0), b"value").unwrap();
    heap.flush(&mut cache);
    world.claim(2, Handle::from_word(world.word(0).load(Relaxed)).unwrap())
}

#[test]
fn a_block_that_another_living_participant_has_claimed_is_not_taken_from_it() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let claim = claimed_by_another(&world);
    assert_eq!(world.load(0).unwrap(), b"value", "readers still find it");
    assert_eq!(heap.claimed(world.place(0)).unwrap_err(), Contended);
    set(&heap, &mut cache, world.place(1), b"other").unwrap();
    for (from, to) in [(0, 1), (1, 0)] {
        assert_eq!(heap.move_to(world.place(from), world.place(to)).unwrap_err(), Contended);
        assert_eq!(world.load(0).unwrap(), b"value");
        assert_eq!(world.load(1).unwrap(), b"other");
    }
    claim.give_back();
}

#[test]
fn a_block_is_waited_for_until_the_living_participant_that_claimed_it_gives_it_back() {
    let world = World::new(100);
    let claim = claimed_by_another(&world);
    let handle = Handle::from_word(world.word(0).load(Relaxed)).unwrap();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            world.heap(1).claimed(world.place(0)).map(|block| {
                let block = block.expect("the place owns it");
                assert_eq!(block.handle(), handle);
                world.heap(1).put(world.place(0), block);
            })
        });
        // It does not run for a while.
        while world.peers.naps.load(Relaxed) < 500 {
            std::thread::yield_now();
        }
        claim.give_back();
        waiter.join().unwrap().unwrap();
    });
    assert_eq!(world.load(0).unwrap(), b"value");
    assert_eq!(world.audit().linked, 1);
}

#[test]
fn a_block_that_a_living_participant_keeps_is_waited_for_until_the_time_is_up() {
    let world = World::new(100);
    let heap = world.heap(1);
    let claim = claimed_by_another(&world);
    // Participant 2 is alive, and the time is up after the 49th nap.
    world.peers.strangers.store(3, Relaxed);
    assert_eq!(heap.claimed(world.place(0)).unwrap_err(), Contended);
    assert!(world.peers.naps.load(Relaxed) <= 50);
    assert_eq!(world.load(0).unwrap(), b"value", "the place owns it as before");
    claim.give_back();
}

#[test]
fn a_block_that_a_participant_claimed_is_claimed_after_its_death() {
    let world = World::new(100);
    let heap = world.heap(1);
    let _claim = claimed_by_another(&world);
    world.kill(2);
    let block = heap.claimed(world.place(0)).unwrap().expect("its heir links it again");
    assert_eq!(world.peers.naps.load(Relaxed), 0, "the dead are not waited for");
    heap.put(world.place(0), block);
    assert_eq!(world.load(0).unwrap(), b"value");
}

#[test]
fn threads_that_set_and_read_one_place_see_whole_values() {
    let world = World::new(1000);
    let lock = std::sync::Mutex::new(());
    std::thread::scope(|scope| {
        for number in 0..2 {
            let (world, lock) = (&world, &lock);
            scope.spawn(move || {
                let (heap, mut cache) = (world.heap(number), Cache::new());
                for round in 0..3000_usize {
                    let len = (round * 37) % 3000;
                    let block = store(&heap, &mut cache, &vec![len as u8; len]).unwrap();
                    let old = {
                        let _held = lock.lock().unwrap();
                        let old = heap.claimed(world.place(0)).unwrap();
                        heap.put(world.place(0), block);
                        old
                    };
                    old.map(|old| heap.free(&mut cache, old));
                }
                heap.flush(&mut cache);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let mut out = Vec::new();
                for _ in 0..3000 {
                    let read = world
                        .view()
                        .read(world.place(0), |words| value::read::<Mortal>(words, 3000, &mut out));
                    if let Ok(Some(read)) = read {
                        read.unwrap();
                        assert!(out.iter().all(|&byte| byte == out.len() as u8), "torn");
                    }
                }
            });
        }
    });
    assert_eq!(world.audit().linked, 1);
}
