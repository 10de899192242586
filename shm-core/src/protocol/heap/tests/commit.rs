//! Growing, with and without memory to be had.

use std::sync::atomic::Ordering::Relaxed;

use super::world::{World, set};
use crate::protocol::heap::{Cache, NoBlock};

#[test]
fn a_heap_that_gets_no_memory_stays_as_it_was() {
    let world = World::new(4096);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    world.memory.left.store(0, Relaxed);
    assert_eq!(heap.alloc(&mut cache, 10).unwrap_err(), NoBlock::Full);
    assert_eq!(world.audit().frontier, 0);
    world.memory.left.store(u64::MAX, Relaxed);
    set(&heap, &mut cache, world.place(0), b"here").unwrap();
    for left in [0, 1000, 1055, 1056 * 2, 1056 * 40] {
        world.memory.left.store(left, Relaxed);
        heap.tidy(&mut cache).unwrap();
        let before = world.audit();
        assert_eq!(heap.alloc(&mut cache, 100_000).unwrap_err(), NoBlock::Full);
        assert_eq!(world.audit(), before);
        assert_eq!(world.load(0).unwrap(), b"here");
    }
    world.memory.left.store(u64::MAX, Relaxed);
    let block = heap.alloc(&mut cache, 100_000).unwrap();
    assert!(heap.free(&mut cache, block));
}

/// It grows by more than is asked for; where there is not that much, by what is asked for.
#[test]
fn a_heap_that_gets_little_memory_takes_little() {
    let world = World::new(4096);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    world.memory.left.store(6 * 1024, Relaxed);
    let block = heap.alloc(&mut cache, 5000).unwrap();
    assert_eq!(world.audit().frontier, 5);
    assert!(heap.free(&mut cache, block));
}

#[test]
fn a_heap_takes_memory_as_it_is_used() {
    let world = World::new(4096);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let block = heap.alloc(&mut cache, 10).unwrap();
    assert!(heap.free(&mut cache, block));
    assert_eq!(world.audit().frontier, 32);
    for _ in 0..10_000 {
        let block = heap.alloc(&mut cache, 20_000).unwrap();
        assert!(heap.free(&mut cache, block));
    }
    assert_eq!(world.audit().frontier, 32, "freed pages are used again");
}
