//! A peer that writes anything anywhere: wrong values are allowed, panics and endless loops are not.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::mortal::Mortal;
use super::world::{Numbers, PLACES, SECTION, World};
use crate::protocol::heap::section::FRONTIER;
use crate::protocol::heap::{Cache, Contended, value};

const PAGES: u64 = 256;

/// Writes something somewhere: more often where much depends on it.
fn spoil(world: &World, numbers: &mut Numbers) {
    let words = &world.memory.words;
    let bound = match numbers.below(4) {
        0 => words.len(),
        1 => (SECTION as usize + 4096 + 64 * 32) / 8,
        _ => (world.section.page(0) as usize + 32 * 1024) / 8,
    };
    let word = &words[numbers.below(bound)];
    let value = match numbers.below(7) {
        0 => numbers.next(),
        1 => 0,
        2 => u64::MAX,
        3 => word.load(Relaxed) ^ 1 << numbers.below(64),
        4 => words[numbers.below(bound)].load(Relaxed),
        5 => word.load(Relaxed).wrapping_add(numbers.below(3) as u64).wrapping_sub(1),
        _ => numbers.next() >> numbers.below(64),
    };
    word.store(value, Relaxed);
    match numbers.below(40) {
        0 => {
            let header = [0, 8, 16, 24][numbers.below(4)] + SECTION as usize;
            words[header / 8].store(value, Relaxed);
        }
        1 => world.memory.locks[SECTION as usize / 8].store(value as u32, Relaxed),
        _ => {}
    }
}

/// Does one of everything.
fn operate(world: &World, number: u32, cache: &mut Cache, numbers: &mut Numbers) {
    let (heap, place) = (world.heap(number), world.place(numbers.below(PLACES)));
    match numbers.below(10) {
        0..=2 => {
            let value = vec![7; numbers.below(5000)];
            if let Ok(block) = heap.alloc(cache, value.len() + 8) {
                value::write::<Mortal>(heap.payload(&block), &value);
                match heap.claimed(place) {
                    Ok(old) => {
                        heap.put(place, block);
                        old.map(|old| heap.free(cache, old));
                    }
                    Err(Contended) => drop(heap.free(cache, block)),
                }
            }
        }
        3 => {
            if let Ok(old) = heap.claimed(place) {
                heap.vacate(place);
                old.map(|old| heap.free(cache, old));
            }
        }
        4 => {
            let to = world.place(numbers.below(PLACES));
            if let Ok(Some(old)) = heap.move_to(place, to) {
                heap.free(cache, old);
            }
        }
        5 => {
            let mut out = Vec::new();
            let _ = world.view().read(place, |words| {
                let _ = value::read::<Mortal>(words, 1 << 16, &mut out);
            });
            assert!(out.len() <= 1 << 16);
        }
        6 => drop(heap.alloc(cache, numbers.below(300_000)).map(|block| heap.free(cache, block))),
        7 if numbers.below(10) == 0 => drop(heap.recover()),
        8 if numbers.below(10) == 0 => drop(heap.tidy(cache)),
        9 if numbers.below(10) == 0 => {
            assert!(world.view().audit().faults.len() <= 100);
            world.view().visit(|_, blocks| assert!(blocks.count() <= 64));
        }
        _ => drop(world.view().is_empty(place)),
    }
}

#[test]
fn garbage_between_operations_makes_none_of_them_fail_badly() {
    for seed in 0..30 {
        let world = World::with(PAGES, false);
        world.peers.strangers.store(3, Relaxed);
        let mut numbers = Numbers::new(seed);
        let mut caches = [Cache::new(), Cache::new()];
        for round in 0..1000 {
            let number = numbers.below(2);
            operate(&world, number as u32, &mut caches[number], &mut numbers);
            if round > 100 && numbers.below(1 + seed as usize % 20) == 0 {
                spoil(&world, &mut numbers);
            }
        }
    }
}

#[test]
fn garbage_during_operations_makes_none_of_them_fail_badly() {
    for seed in 0..6 {
        let world = World::with(PAGES, false);
        world.peers.strangers.store(3, Relaxed);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (world, done) = (&world, &done);
            scope.spawn(move || {
                let mut numbers = Numbers::new(seed + 1000);
                while !done.load(Relaxed) {
                    spoil(world, &mut numbers);
                    for _ in 0..numbers.below(2000) {
                        std::hint::spin_loop();
                    }
                }
            });
            let workers = [0, 1].map(|number| {
                scope.spawn(move || {
                    let mut numbers = Numbers::new(seed * 2 + u64::from(number));
                    let mut cache = Cache::new();
                    for _ in 0..2500 {
                        operate(world, number, &mut cache, &mut numbers);
                    }
                })
            });
            // Panics of a worker are passed on when the scope ends.
            let ended = workers.map(|worker| worker.join().is_ok());
            done.store(true, Relaxed);
            assert_eq!(ended, [true; 2]);
        });
    }
}

/// A peer can move the frontier back between the search for free pages and the growth.
#[test]
fn free_pages_after_a_frontier_that_was_moved_back_are_no_overflow() {
    let world = World::new(PAGES);
    let (heap, mut cache) = (world.heap(0), Cache::new());
    let block = heap.alloc(&mut cache, 100).unwrap();
    let frontier = world.view().frontier();
    world.memory.words[(SECTION + FRONTIER) as usize / 8].store(frontier as u64 / 2, Relaxed);
    let _ = heap.make_room(&mut cache, 1, frontier);
    assert!(heap.alloc(&mut cache, 100).is_ok());
    let _ = heap.free(&mut cache, block);
}
