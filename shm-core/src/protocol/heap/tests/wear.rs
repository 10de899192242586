//! Generations that are used up.

use std::sync::atomic::Ordering::Relaxed;

use super::world::{World, set};
use crate::protocol::heap::words::{FREE, Handle, LINKED, PageWord, State, WORN};
use crate::protocol::heap::{Cache, NoBlock};

/// Ages every free block of the heap to this generation.
fn age(world: &World, generation: u32) {
    world.view().for_each_block(|_, _, found| {
        if State(found.state.load(Relaxed)).tag() == 0 {
            found.state.store(State::new(generation, 0).0, Relaxed);
        }
    });
}

#[test]
fn the_last_generation_is_never_issued() {
    for size in [64, 3000, 10_000] {
        // So large that blocks of 3000 bytes share a span.
        let world = World::new(2048);
        let (heap, mut cache) = (world.heap(1), Cache::new());
        let block = heap.alloc(&mut cache, size).unwrap();
        let page = block.handle().page();
        assert!(heap.free(&mut cache, block));
        heap.flush(&mut cache);
        if size > 4000 {
            let floor = PageWord::new(WORN - 3, 0, FREE);
            world.view().page(page).unwrap().store(floor.0, Relaxed);
        } else {
            age(&world, WORN - 3);
        }
        let mut issued = Vec::new();
        for _ in 0..1000 {
            let Ok(block) = heap.alloc(&mut cache, size) else { break };
            issued.push((block.handle().page(), block.handle().block(), block.handle()));
            assert!(heap.free(&mut cache, block));
        }
        assert!(issued.iter().all(|(.., handle)| handle.generation() < WORN));
        assert!(issued.iter().any(|(.., handle)| handle.generation() == WORN - 1));
        let count = issued.len();
        issued.sort_by_key(|(.., handle)| handle.word());
        issued.dedup();
        assert_eq!(issued.len(), count, "a handle is issued once");
    }
}

#[test]
fn a_heap_whose_generations_are_used_up_is_full() {
    let world = World::new(8);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let mut blocks = Vec::new();
    while let Ok(block) = heap.alloc(&mut cache, 64) {
        blocks.push(block);
    }
    let count = blocks.len();
    for block in blocks {
        let found = heap.view().find(block.handle()).unwrap();
        found.state.store(State::new(WORN, 0).0, Relaxed);
    }
    assert_eq!(heap.alloc(&mut cache, 64).unwrap_err(), NoBlock::Full);
    assert_eq!(world.audit().worn, count);
}

/// Only its first page is lost with a large block.
#[test]
fn the_pages_of_a_large_block_that_is_worn_out_are_used_again() {
    let world = World::new(10);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let block = heap.alloc(&mut cache, 10 * 1024).unwrap();
    assert!(heap.free(&mut cache, block));
    world.view().page(0).unwrap().store(PageWord::new(WORN - 1, 0, FREE).0, Relaxed);
    let block = heap.alloc(&mut cache, 10 * 1024).unwrap();
    assert_eq!(block.handle().generation(), WORN - 1);
    assert!(heap.free(&mut cache, block));
    assert_eq!(heap.alloc(&mut cache, 10 * 1024).unwrap_err(), NoBlock::Full);
    let block = heap.alloc(&mut cache, 9 * 1024).unwrap();
    assert_eq!(block.handle().page(), 1);
    assert!(heap.free(&mut cache, block));
}

#[test]
fn a_floor_outlives_every_span_over_its_page() {
    let world = World::new(16);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let mut last: std::collections::HashMap<(usize, usize), u32> = Default::default();
    let mut note = |handle: Handle| {
        let seen = last.insert((handle.page(), handle.block()), handle.generation());
        assert!(seen.is_none_or(|seen| seen < handle.generation()), "{handle:?} was issued before");
    };
    for round in 0..300 {
        let sizes: &[usize] = [&[64; 20][..], &[5000; 3], &[1024; 6], &[16_384]][round % 4];
        let mut blocks = Vec::new();
        for &size in sizes {
            let block = heap.alloc(&mut cache, size).unwrap();
            note(block.handle());
            blocks.push(block);
        }
        blocks.into_iter().for_each(|block| assert!(heap.free(&mut cache, block)));
        heap.tidy(&mut cache).unwrap();
    }
}

#[test]
fn settling_a_block_of_the_last_generation_does_not_begin_again() {
    let world = World::new(16);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    set(&heap, &mut cache, world.place(0), b"value").unwrap();
    let handle = Handle::from_word(world.word(0).load(Relaxed)).unwrap();
    let found = heap.view().find(handle).unwrap();
    world.word(0).store(0, Relaxed);
    let forged = State::new(WORN, super::world::owner(9));
    found.state.store(forged.0, Relaxed);
    world.kill(9);
    assert_eq!(heap.recover(), 1);
    assert_eq!(found.state.load(Relaxed), State::new(WORN, 0).0);
    assert_ne!(found.state.load(Relaxed) as u32, LINKED);
}
