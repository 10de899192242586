//! Blocks and spans tile the heap. After CPython's `_TestHeap.test_heap`.

use std::collections::HashMap;

use super::mortal::Mortal;
use super::world::{Numbers, World, clear, move_to, set, store};
use crate::protocol::heap::audit::{BlockInfo, Span};
use crate::protocol::heap::classes::{self, CLASSES, PAGE, SIZES};
use crate::protocol::heap::value;
use crate::protocol::heap::words::{Handle, PageWord, State};
use crate::protocol::heap::{Block, Cache, NoBlock};

#[test]
fn blocks_of_a_span_tile_it_after_their_heads() {
    for (kind, class) in CLASSES.iter().enumerate().skip(1) {
        let heads = 16 * class.blocks;
        assert_eq!(class.size, SIZES[(kind - 1) % SIZES.len()]);
        assert!((1..=64).contains(&class.blocks), "kind {kind}");
        assert!(class.data >= heads && class.data < heads + 64 && class.data % 64 == 0);
        assert!(class.data + class.blocks * class.size <= class.pages * PAGE as u32);
        assert_eq!(class.size % 16, 0, "kind {kind}: words, aligned like malloc's");
    }
}

#[test]
fn each_size_gets_the_smallest_block_that_holds_it() {
    for bytes in 0..=classes::SMALL_MAX {
        let index = classes::size_index(bytes).unwrap();
        assert!(SIZES[index] as usize >= bytes);
        assert!(index == 0 || (SIZES[index - 1] as usize) < bytes);
    }
    assert_eq!(classes::size_index(classes::SMALL_MAX + 1), None);
    assert_eq!(classes::size_index(usize::MAX), None);
}

#[test]
fn words_keep_what_is_packed_into_them() {
    for generation in [0, 1, 0x1234_5678, u32::MAX] {
        let word = PageWord::new(generation, 0xABC_DEF, 254);
        assert_eq!((word.floor(), word.count(), word.kind()), (generation, 0xABC_DEF, 254));
        let state = State::new(generation, 0x8000_0001);
        assert_eq!((state.generation(), state.tag()), (generation, 0x8000_0001));
        let handle = Handle::new(generation, (1 << 26) - 1, 63).unwrap();
        assert_eq!(handle.generation(), generation);
        assert_eq!((handle.page(), handle.block()), ((1 << 26) - 1, 63));
    }
    assert_eq!(Handle::new(0, 0, 0), None);
}

/// Checks that spans and free pages tile the frontier, and that blocks lie in their spans, apart from
/// each other. Returns the blocks by their offset.
fn check_tiles(world: &World) -> HashMap<u64, BlockInfo> {
    let stats = world.audit();
    let (mut end, mut pages, mut all) = (0, 0, HashMap::new());
    world.view().visit(|span, blocks| {
        assert!(span.page >= end, "spans overlap");
        end = span.page + span.pages;
        pages += span.pages;
        check_blocks(world, span, blocks, &mut all);
    });
    assert!(end <= stats.frontier);
    assert_eq!(pages + stats.free_pages, stats.frontier, "free and used are all there is");
    assert_eq!(all.len(), stats.blocks);
    all
}

fn check_blocks(
    world: &World,
    span: Span,
    blocks: &mut dyn Iterator<Item = BlockInfo>,
    all: &mut HashMap<u64, BlockInfo>,
) {
    let first = world.section.page(span.page);
    let (mut end, mut count) = (first, 0);
    for block in blocks {
        assert!(block.at >= end, "blocks overlap");
        assert_eq!((block.size, block.at % 16), (span.block_size, 0));
        end = block.at + block.size as u64;
        count += 1;
        all.insert(block.at, block);
    }
    assert_eq!(count, span.blocks);
    assert!(end <= first + (span.pages * PAGE) as u64, "a block leaves its span");
}

/// CPython's: 5,000 blocks of log-normal sizes, about 50 at a time, freed in any order.
#[test]
fn blocks_of_log_normal_sizes_tile_the_heap_and_all_of_it_is_free_at_the_end() {
    let world = World::new(4096);
    let heap = world.heap(1);
    let (mut cache, mut numbers, mut blocks) = (Cache::new(), Numbers::new(7), Vec::new());
    for round in 0..5000 {
        let size = (numbers.log_normal() * 1000.0) as usize;
        let block = heap.alloc(&mut cache, size).unwrap();
        assert!(block.size() >= size && heap.payload(&block).len() * 8 == block.size());
        blocks.push((size, block));
        if blocks.len() > 50 {
            let (_, block) = blocks.swap_remove(numbers.below(50));
            assert!(heap.free(&mut cache, block));
        }
        if round % 100 == 0 {
            let tiles = check_tiles(&world);
            for (_, block) in &blocks {
                assert_eq!(tiles[&block.offset()].size, block.size());
            }
        }
    }
    for (_, block) in blocks {
        assert!(heap.free(&mut cache, block));
    }
    heap.tidy(&mut cache).unwrap();
    check_tiles(&world);
    let stats = world.audit();
    assert_eq!((stats.free_pages, stats.spans), (stats.frontier, 0));
    assert!(stats.frontier > 0);
}

/// Places are set, moved and emptied at random by three participants, and compared with a model.
fn random_trace(seed: u64, pages: u64, longest: usize) {
    let world = World::new(pages);
    let mut numbers = Numbers::new(seed);
    let mut caches: Vec<Cache> = (0..3).map(|_| Cache::new()).collect();
    let mut model: HashMap<usize, Vec<u8>> = HashMap::new();
    let mut full = 0;
    for round in 0..3000 {
        let number = numbers.below(3);
        let (heap, cache) = (world.heap(number as u32), &mut caches[number]);
        let index = numbers.below(40);
        match numbers.below(8) {
            0 => {
                clear(&heap, cache, world.place(index));
                model.remove(&index);
            }
            1 => {
                let to = numbers.below(40);
                move_to(&heap, cache, world.place(index), world.place(to));
                if let Some(value) = model.remove(&index) {
                    model.insert(to, value);
                }
            }
            2 => assert_eq!(world.load(index), model.get(&index).cloned()),
            _ => {
                let len = numbers.below(longest);
                let value: Vec<u8> = (0..len).map(|_| numbers.next() as u8).collect();
                match set(&heap, cache, world.place(index), &value) {
                    Ok(()) => drop(model.insert(index, value)),
                    Err(NoBlock::Full) => full += 1,
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
        if round % 500 == 0 {
            check_tiles(&world);
            assert_eq!(world.audit().linked, model.len());
        }
    }
    for index in 0..40 {
        assert_eq!(world.load(index), model.remove(&index), "place {index}");
        clear(&world.heap(0), &mut caches[0], world.place(index));
    }
    for (number, cache) in caches.iter_mut().enumerate() {
        world.heap(number as u32).tidy(cache).unwrap();
    }
    let stats = world.audit();
    assert_eq!(stats.free_pages, stats.frontier);
    assert!(pages > 1000 || full > 0, "the small heap was full at times");
}

#[test]
fn places_hold_what_was_put_into_them() {
    random_trace(1, 4096, 5000);
    random_trace(2, 4096, 300);
}

#[test]
fn places_hold_what_was_put_into_them_in_a_heap_that_is_too_small() {
    random_trace(3, 70, 5000);
    random_trace(4, 9, 300);
}

#[test]
fn a_full_heap_gives_as_many_blocks_again_once_it_is_emptied() {
    let world = World::new(300);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    for size in [16, 64, 100, 1000, 1024, 3584, 5000, 70_000] {
        let mut counts = Vec::new();
        for _ in 0..3 {
            let mut blocks = Vec::new();
            loop {
                match heap.alloc(&mut cache, size) {
                    Ok(block) => blocks.push(block),
                    Err(error) => break assert_eq!(error, NoBlock::Full),
                }
            }
            counts.push(blocks.len());
            blocks.into_iter().for_each(|block| assert!(heap.free(&mut cache, block)));
        }
        assert!(counts[0] * (size + 16) > 300 * 1024 * 3 / 4, "{size}: {counts:?}");
        assert_eq!(counts, [counts[0]; 3], "{size}");
    }
}

#[test]
fn what_no_heap_could_hold_is_too_long_and_the_whole_heap_is_not() {
    let world = World::new(100);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let limit = 100 * PAGE;
    let too_long = NoBlock::TooLong { limit: limit as u64 };
    assert_eq!(heap.alloc(&mut cache, limit + 1).unwrap_err(), too_long);
    assert_eq!(heap.alloc(&mut cache, usize::MAX).unwrap_err(), too_long);
    let whole = heap.alloc(&mut cache, limit).unwrap();
    assert_eq!(whole.size(), limit);
    assert_eq!(heap.alloc(&mut cache, 1).unwrap_err(), NoBlock::Full);
    assert!(heap.free(&mut cache, whole));
    let _one = heap.alloc(&mut cache, 1).unwrap();
}

/// Most small blocks go; then blocks of a page fit into the holes, wherever a single page is free.
#[test]
fn blocks_of_a_page_fit_into_single_free_pages() {
    let world = World::new(400);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let (mut kept, mut others): (Vec<Block<'_, Mortal>>, Vec<_>) = Default::default();
    while let Ok(block) = heap.alloc(&mut cache, 900) {
        // One of every other span stays.
        let page = block.handle().page();
        let last = kept.last().or(others.last());
        if last.is_none_or(|last| last.handle().page() != page) && page % 3 != 0 {
            kept.push(block);
        } else {
            others.push(block);
        }
    }
    others.into_iter().for_each(|block| assert!(heap.free(&mut cache, block)));
    heap.tidy(&mut cache).unwrap();
    let free = world.audit().free_pages;
    assert!(free > 30, "{free}");
    let mut count = 0;
    while let Ok(_block) = heap.alloc(&mut cache, 1024) {
        count += 1;
    }
    assert!(count >= free * 7 / 8, "{count} blocks in {free} pages");
}

#[test]
fn a_payload_is_as_large_as_was_asked_for() {
    let world = World::new(1000);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    for len in (0..5000).step_by(7) {
        let block = store(&heap, &mut cache, &vec![3; len]).unwrap();
        assert!(block.size() >= value::payload_len(len).unwrap());
        assert!(heap.free(&mut cache, block));
    }
}

/// Sizes whose shortest spans have two pages: a page for each block would waste most of a small heap.
#[test]
fn blocks_of_one_size_share_the_pages_of_a_small_heap() {
    for size in [192, 256, 384, 640] {
        let world = World::new(100);
        let (heap, mut cache) = (world.heap(1), Cache::new());
        let mut bytes = 0;
        while heap.alloc(&mut cache, size).is_ok() {
            bytes += size;
        }
        assert!(bytes * 5 > 100 * 1024 * 4, "{size}: {bytes}");
    }
}
