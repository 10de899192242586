//! The map, compared with std's.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::mortal::{Mortal, die_before};
use super::world::{Numbers, Words, World, owner};
use crate::protocol::heap::map::{self, Map};
use crate::protocol::heap::value::read_bytes;
use crate::protocol::heap::words::State;
use crate::protocol::heap::{Cache, NoBlock};

pub(super) type Model = HashMap<Vec<u8>, Vec<u8>>;

/// The map at the offset of the first place.
pub(super) fn map(world: &World) -> Map<'_, Words> {
    Map::new(world.view(), 0).unwrap()
}

fn get(world: &World, key: &[u8]) -> Option<Vec<u8>> {
    let read = map(world).get(key, |words, len| {
        let mut value = vec![0; len];
        read_bytes::<Mortal>(words, &mut value);
        value
    });
    read.expect("no writer is at work")
}

fn entries(world: &World) -> Model {
    map(world).entries(usize::MAX).expect("no writer is at work").expect("no limit")
}

pub(super) fn check(world: &World, model: &Model) {
    assert_eq!(map(world).count().unwrap(), model.len());
    assert_eq!(entries(world), *model);
    for (key, value) in model {
        assert_eq!(get(world, key).as_ref(), Some(value), "{key:?}");
    }
    assert_eq!(world.view().audit().faults, []);
}

/// A key of any length: few of them, so that they meet again.
fn key(numbers: &mut Numbers, count: usize) -> Vec<u8> {
    let number = numbers.below(count);
    let len = number % 23;
    (0..len).map(|at| (number >> (at % 8)) as u8).chain((number as u32).to_le_bytes()).collect()
}

fn value(numbers: &mut Numbers) -> Vec<u8> {
    let len = numbers.below(60);
    (0..len).map(|_| numbers.next() as u8).collect()
}

/// Removes all, and checks that nothing is left.
pub(super) fn check_that_all_can_go(world: &World, number: u32) {
    let (heap, mut cache) = (world.heap(number), Cache::new());
    heap.recover();
    map(world).clear(&heap, &mut cache).unwrap();
    assert_eq!(entries(world), HashMap::new());
    heap.tidy(&mut cache).unwrap();
    let stats = world.view().stats();
    assert_eq!((stats.linked, stats.owned), (0, 0));
    assert_eq!(stats.free_pages, stats.frontier);
}

#[test]
fn the_hash_of_a_key_is_the_same_in_every_build() {
    assert_eq!(map::hash(b""), 0);
    assert_eq!(map::hash(&7_u64.to_le_bytes()), HASH_OF_7);
    assert_eq!(map::hash(b"a key of 21 bytes ..."), HASH_OF_TEXT);
    assert_ne!(map::hash(b"a"), map::hash(b"a\0"));
}

const HASH_OF_7: u64 = 8062580853397403736;
const HASH_OF_TEXT: u64 = 6469219410957473548;

#[test]
fn a_map_does_as_stds_does() {
    for (seed, keys) in [(1, 20), (2, 300), (3, 3000)] {
        let world = World::new(4000);
        let (mut numbers, mut model) = (Numbers::new(seed), Model::new());
        let mut caches = [Cache::new(), Cache::new()];
        for round in 0..6000 {
            let number = numbers.below(2);
            let (heap, cache) = (world.heap(number as u32), &mut caches[number]);
            let key = key(&mut numbers, keys);
            match numbers.below(4) {
                0 => {
                    let removed = map(&world).remove(&heap, cache, &key).unwrap();
                    assert_eq!(removed, model.remove(&key).is_some());
                }
                1 => assert_eq!(get(&world, &key).as_ref(), model.get(&key)),
                _ => {
                    let value = value(&mut numbers);
                    let had = map(&world).insert(&heap, cache, &key, &value).unwrap();
                    assert_eq!(had, model.insert(key, value).is_some());
                }
            }
            if round % 1500 == 0 {
                check(&world, &model);
            }
        }
        check(&world, &model);
        for (number, cache) in caches.iter_mut().enumerate() {
            world.heap(number as u32).flush(cache);
        }
        check_that_all_can_go(&world, 0);
    }
}

#[test]
fn a_map_whose_keys_come_and_go_does_not_grow_without_end() {
    let world = World::new(4000);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    for round in 0..8000_u64 {
        map(&world).insert(&heap, &mut cache, &round.to_le_bytes(), b"here").unwrap();
        if round >= 10 {
            assert!(map(&world).remove(&heap, &mut cache, &(round - 10).to_le_bytes()).unwrap());
        }
    }
    assert!(world.view().frontier() <= 64);
    heap.flush(&mut cache);
    check_that_all_can_go(&world, 1);
}

#[test]
fn an_insertion_that_finds_no_memory_leaves_the_map_as_it_was() {
    let world = World::new(24);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let mut model = Model::new();
    for number in 0..10_000_u64 {
        let key = number.to_le_bytes();
        match map(&world).insert(&heap, &mut cache, &key, &[7; 40]) {
            Ok(had) => {
                assert!(!had);
                model.insert(key.to_vec(), vec![7; 40]);
            }
            Err(error) => {
                assert_eq!(error, NoBlock::Full);
                break;
            }
        }
    }
    assert!(model.len() > 50 && model.len() < 1000, "{}", model.len());
    check(&world, &model);
    let gone = model.keys().next().unwrap().clone();
    assert!(map(&world).remove(&heap, &mut cache, &gone).unwrap());
    assert!(!map(&world).insert(&heap, &mut cache, &gone, &[8; 40]).unwrap());
    model.insert(gone, vec![8; 40]);
    check(&world, &model);
    heap.flush(&mut cache);
    check_that_all_can_go(&world, 1);
}

/// Three writers that die between any two operations, with entries in hand; the next finds all there.
#[test]
fn a_map_loses_nothing_to_writers_that_die_between_operations() {
    let world = World::new(4000);
    let (mut numbers, mut model) = (Numbers::new(5), Model::new());
    let (mut number, mut cache) = (1, Cache::new());
    for round in 0..10_000 {
        let heap = world.heap(number);
        let key = key(&mut numbers, 500);
        if numbers.below(3) == 0 {
            let removed = map(&world).remove(&heap, &mut cache, &key).unwrap();
            assert_eq!(removed, model.remove(&key).is_some());
        } else {
            let value = value(&mut numbers);
            map(&world).insert(&heap, &mut cache, &key, &value).unwrap();
            model.insert(key, value);
        }
        if numbers.below(20) == 0 {
            let _in_hand = heap.alloc(&mut cache, numbers.below(500)).unwrap();
            world.kill(number);
            (number, cache) = ((number + 1) % 1000, Cache::new());
            world.peers.revive(number);
            if numbers.below(5) == 0 {
                world.heap(number).recover();
            }
        }
        if round % 2000 == 0 {
            check(&world, &model);
        }
    }
    check(&world, &model);
    world.kill(number);
    check_that_all_can_go(&world, 1001);
}

/// What a dead writer was doing to an entry of a map that is then grown.
#[test]
fn a_map_that_grows_keeps_the_entries_that_a_dead_writer_had_claimed() {
    let world = World::new(400);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let mut model = Model::new();
    for number in 0..5_u8 {
        map(&world).insert(&heap, &mut cache, &[number], &[number; 9]).unwrap();
        model.insert(vec![number], vec![number; 9]);
    }
    // It died between claiming each of them and freeing it.
    world.view().for_each_block(|_, _, found| {
        let state = State(found.state.load(Relaxed));
        if state.tag() != 0 && state.participant().is_none() {
            found.state.store(State::new(state.generation(), owner(1)).0, Relaxed);
        }
    });
    world.kill(1);
    check(&world, &model);
    let (heir, mut cache) = (world.heap(2), Cache::new());
    for number in 5..100_u8 {
        map(&world).insert(&heir, &mut cache, &[number], &[number; 9]).unwrap();
        model.insert(vec![number], vec![number; 9]);
        check(&world, &model);
    }
    heir.flush(&mut cache);
    check_that_all_can_go(&world, 2);
}

/// A writer dies before any store of an operation on a map of so many entries; its heir finds the map as
/// it was, or as it was to be, and goes on.
fn dies_anywhere(count: u8, operation: impl Fn(&World, &mut Cache, &mut Model)) {
    for store in 0.. {
        let world = World::new(60);
        let (heap, mut cache, mut before) = (world.heap(1), Cache::new(), Model::new());
        for number in 0..count {
            map(&world).insert(&heap, &mut cache, &[number], &[number; 9]).unwrap();
            before.insert(vec![number], vec![number; 9]);
        }
        let mut after = before.clone();
        let done = die_before(store, || operation(&world, &mut cache, &mut Model::new()));
        operation_on_model(&operation, &mut after);
        world.kill(1);
        let mut found = entries(&world);
        assert!(found == before || found == after, "{found:?}");
        let (heir, mut cache) = (world.heap(2), Cache::new());
        if store % 2 == 0 {
            heir.recover();
        }
        for number in 100..120_u8 {
            map(&world).insert(&heir, &mut cache, &[number], &[number; 20]).unwrap();
            found.insert(vec![number], vec![number; 20]);
            check(&world, &found);
        }
        for number in 0..110_u8 {
            let removed = map(&world).remove(&heir, &mut cache, &[number]).unwrap();
            assert_eq!(removed, found.remove(&[number][..]).is_some());
        }
        check(&world, &found);
        heir.flush(&mut cache);
        check_that_all_can_go(&world, 2);
        if done.is_some() {
            break;
        }
    }
}

fn operation_on_model(operation: &impl Fn(&World, &mut Cache, &mut Model), model: &mut Model) {
    operation(&World::new(60), &mut Cache::new(), model);
}

/// Gives a key a value in the map and in the model.
fn inserts(number: u8) -> impl Fn(&World, &mut Cache, &mut Model) {
    move |world, cache, model| {
        map(world).insert(&world.heap(1), cache, &[number], &[99; 30]).unwrap();
        model.insert(vec![number], vec![99; 30]);
    }
}

#[test]
fn a_writer_may_die_before_any_store_of_an_insertion() {
    dies_anywhere(0, inserts(50));
    dies_anywhere(3, inserts(50));
}

#[test]
fn a_writer_may_die_before_any_store_of_an_insertion_that_makes_the_map_grow() {
    dies_anywhere(6, inserts(50));
    dies_anywhere(12, inserts(50));
}

#[test]
fn a_writer_may_die_before_any_store_of_an_update() {
    dies_anywhere(5, inserts(2));
}

#[test]
fn a_writer_may_die_before_any_store_of_a_removal() {
    dies_anywhere(5, |world, cache, model| {
        map(world).remove(&world.heap(1), cache, &[2]).unwrap();
        model.remove(&[2][..]);
    });
}

#[test]
fn readers_never_miss_a_key_that_is_always_there_while_the_map_grows() {
    let world = World::new(4000);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let always: Vec<[u8; 2]> = (0..7).map(|number| [number, 255]).collect();
    for key in &always {
        map(&world).insert(&heap, &mut cache, key, &[1; 8]).unwrap();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    for key in &always {
                        let read = map(&world).get(key, |words, len| (words[0].load(Relaxed), len));
                        if let Ok(read) = read {
                            assert_eq!(read, Some((u64::from_ne_bytes([1; 8]), 8)), "{key:?}");
                        }
                    }
                }
            });
        }
        let ended = scope
            .spawn(|| {
                for _ in 0..60 {
                    // Grows, and is left with tombstones; then it is made anew, smaller.
                    for number in 0..200_u8 {
                        map(&world).insert(&heap, &mut cache, &[number], &[2; 20]).unwrap();
                    }
                    for number in 0..200_u8 {
                        assert!(map(&world).remove(&heap, &mut cache, &[number]).unwrap());
                    }
                }
            })
            .join();
        done.store(true, Relaxed);
        assert!(ended.is_ok());
    });
}

/// An entry is freed once its successor is there, and its block is used for the next: a reader that is at
/// it then has seen the wrong one.
#[test]
fn readers_never_miss_a_key_that_is_always_there_while_it_is_replaced() {
    let world = World::new(4000);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    let always: Vec<[u8; 2]> = (0..3).map(|number| [number, 255]).collect();
    for key in &always {
        map(&world).insert(&heap, &mut cache, key, &[1; 8]).unwrap();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let find_each = || {
            for key in always.iter().cycle().take_while(|_| !done.load(Relaxed)) {
                let read = map(&world).get(key, |_, len| len);
                assert!(matches!(read, Ok(Some(8)) | Err(_)), "{key:?}: {read:?}");
            }
        };
        let find_all = || {
            while !done.load(Relaxed) {
                if let Ok(all) = map(&world).entries(1 << 20) {
                    assert!(always.iter().all(|key| all.as_ref().unwrap().contains_key(&key[..])));
                }
            }
        };
        let readers = [scope.spawn(find_each), scope.spawn(find_all)];
        for round in 0..60_000 {
            let (key, value) = (always[round % 3], [round as u8; 8]);
            assert!(map(&world).insert(&heap, &mut cache, &key, &value).unwrap());
            // What the block of the old entry becomes.
            map(&world).insert(&heap, &mut cache, &[9; 2], &value).unwrap();
            map(&world).remove(&heap, &mut cache, &[9; 2]).unwrap();
        }
        done.store(true, Relaxed);
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
}

#[test]
fn garbage_in_a_map_makes_no_operation_fail_badly() {
    for seed in 0..20 {
        let world = World::with(64, false);
        world.peers.strangers.store(3, Relaxed);
        let (heap, mut cache, mut numbers) = (world.heap(1), Cache::new(), Numbers::new(seed));
        let words = &world.memory.words;
        for _ in 0..600 {
            let key = key(&mut numbers, 60);
            match numbers.below(4) {
                0 => _ = map(&world).remove(&heap, &mut cache, &key),
                1 => drop(map(&world).get(&key, |words, len| assert!(len <= 8 * words.len()))),
                2 if numbers.below(20) == 0 => drop(map(&world).entries(1 << 20)),
                _ => drop(map(&world).insert(&heap, &mut cache, &key, &value(&mut numbers))),
            }
            let at = match numbers.below(4) {
                0 => numbers.below(4),
                1 => numbers.below(words.len()),
                _ => world.section.page(0) as usize / 8 + numbers.below(1024),
            };
            let value = match numbers.below(4) {
                0 => numbers.next(),
                1 => words[numbers.below(words.len())].load(Relaxed),
                2 => words[at].load(Relaxed) ^ 1 << numbers.below(64),
                _ => numbers.next() >> numbers.below(64),
            };
            words[at].store(value, Relaxed);
        }
    }
}
