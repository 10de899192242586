//! The map, of which another living participant has claimed a part.

use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;

use super::map::{Model, check, check_that_all_can_go, map};
use super::mortal::die_before;
use super::world::World;
use crate::protocol::heap::map::hash;
use crate::protocol::heap::words::{Handle, LINKED, State};
use crate::protocol::heap::{Cache, NoBlock};

/// The participants: one that is at work, one that dies, and one that claims.
const ME: u32 = 0;
const DEAD: u32 = 1;
const CLAIMER: u32 = 2;

/// A map of so many entries, whose participants give up after at most fifty naps.
fn map_of(count: u8) -> (World, Model) {
    let (world, mut model, mut cache) = (World::new(100), Model::new(), Cache::new());
    world.peers.strangers.store(3, Relaxed);
    let heap = world.heap(ME);
    for number in 0..count {
        map(&world).insert(&heap, &mut cache, &[number], &[number; 9]).unwrap();
        model.insert(vec![number], vec![number; 9]);
    }
    heap.flush(&mut cache);
    (world, model)
}

/// The handle of the entry that has this key.
fn entry_of(world: &World, key: &[u8]) -> Handle {
    let mut entry = None;
    world.view().for_each_block(|page, block, found| {
        let state = State(found.state.load(Relaxed));
        if state.tag() == LINKED && world.view().payload(&found)[1].load(Relaxed) == hash(key) {
            entry = Handle::new(state.generation(), page, block);
        }
    });
    entry.expect("it is in the map")
}

/// The handle of the table, or of the next one, which `index` tells apart.
fn table_of(world: &World, index: usize) -> Handle {
    Handle::from_word(world.memory.words[1 + index].load(Relaxed)).expect("there is a table")
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Insert(u8),
    Remove(u8),
    Clear,
}
use Operation::{Clear, Insert, Remove};

impl Operation {
    fn try_on(self, world: &World, cache: &mut Cache) -> Result<(), NoBlock> {
        let (map, heap) = (map(world), world.heap(ME));
        match self {
            Insert(number) => _ = map.insert(&heap, cache, &[number], &[99; 30])?,
            Remove(number) => _ = map.remove(&heap, cache, &[number])?,
            Clear => map.clear(&heap, cache)?,
        }
        Ok(())
    }

    fn on_model(self, model: &mut Model) {
        match self {
            Insert(number) => _ = model.insert(vec![number], vec![99; 30]),
            Remove(number) => _ = model.remove(&[number][..]),
            Clear => model.clear(),
        }
    }
}

/// An operation reports that a living participant keeps a block, and leaves the map as it was; it succeeds
/// once the block was given back.
fn waits_for(world: &World, block: Handle, operation: Operation, model: &mut Model) {
    let (claim, mut cache) = (world.claim(CLAIMER, block), Cache::new());
    for _ in 0..2 {
        let naps = world.peers.naps.load(Relaxed);
        assert_eq!(operation.try_on(world, &mut cache), Err(NoBlock::Contended), "{operation:?}");
        assert!(world.peers.naps.load(Relaxed) > naps, "{operation:?} did not wait");
        check(world, model);
    }
    claim.give_back();
    operation.try_on(world, &mut cache).unwrap();
    operation.on_model(model);
    check(world, model);
    world.heap(ME).flush(&mut cache);
    // Nothing is lost: there is what the map has, and nothing else.
    let (stats, tables) = (world.view().stats(), usize::from(!matches!(operation, Clear)));
    assert_eq!((stats.linked, stats.owned), (model.len() + tables, 0), "{operation:?}");
}

#[test]
fn an_operation_on_an_entry_that_a_living_participant_keeps_reports_it_and_changes_nothing() {
    for operation in [Insert(2), Remove(2), Clear] {
        let (world, mut model) = map_of(5);
        waits_for(&world, entry_of(&world, &[2]), operation, &mut model);
        check_that_all_can_go(&world, ME);
    }
}

/// A search for a key looks at the entries of other keys, too.
#[test]
fn a_search_that_meets_an_entry_that_a_living_participant_keeps_reports_it() {
    let bucket = |number: u8| hash(&[number]) & 15;
    let before = (5..255).find(|&number| bucket(number) == bucket(2)).unwrap();
    for operation in [Insert(before), Remove(before)] {
        let (world, mut model) = map_of(5);
        waits_for(&world, entry_of(&world, &[2]), operation, &mut model);
        check_that_all_can_go(&world, ME);
    }
}

#[test]
fn a_map_that_is_to_grow_waits_for_each_entry() {
    for kept in 0..8 {
        let (world, mut model) = map_of(8);
        // Not all of them are met by the search itself.
        let table = table_of(&world, 0);
        waits_for(&world, entry_of(&world, &[kept]), Insert(50), &mut model);
        assert_ne!(table_of(&world, 0), table, "it has grown");
        check_that_all_can_go(&world, ME);
    }
}

#[test]
fn an_operation_on_a_table_that_a_living_participant_keeps_reports_it_and_changes_nothing() {
    for operation in [Insert(2), Insert(50), Remove(2), Remove(50), Clear] {
        let (world, mut model) = map_of(5);
        waits_for(&world, table_of(&world, 0), operation, &mut model);
        check_that_all_can_go(&world, ME);
    }
}

/// A map that a dead writer left in the middle of growing: `next` holds a table, and `moved` of the eight
/// entries are in it.
fn half_grown(moved: usize) -> (World, Model) {
    for store in 0.. {
        let (world, model) = map_of(8);
        let (dead, mut cache) = (world.heap(DEAD), Cache::new());
        let done = die_before(store, || map(&world).insert(&dead, &mut cache, &[50], b"never"));
        assert!(done.is_none(), "it never stops in the middle");
        world.kill(DEAD);
        world.heap(ME).recover();
        if world.memory.words[2].load(Relaxed) == 0 {
            continue;
        }
        let next = world.view().find(table_of(&world, 1)).unwrap();
        let bytes = next.at..next.at + next.size as u64;
        let mut found = 0;
        world.view().for_each_block(|_, _, entry| {
            found += usize::from(bytes.contains(&entry.place.load(Relaxed)));
        });
        if found == moved {
            check(&world, &model);
            return (world, model);
        }
    }
    unreachable!()
}

#[test]
fn a_map_that_a_death_left_half_grown_waits_for_its_tables_and_entries() {
    for moved in [0, 3] {
        for operation in [Insert(2), Insert(60), Remove(2), Clear] {
            for part in 0..10 {
                let (world, mut model) = half_grown(moved);
                let block = match part {
                    0 | 1 => table_of(&world, part),
                    _ => entry_of(&world, &[part as u8 - 2]),
                };
                // The entries that were moved are not all met again.
                let (claim, mut cache) = (world.claim(CLAIMER, block), Cache::new());
                let outcome = operation.try_on(&world, &mut cache);
                if outcome.is_ok() {
                    operation.on_model(&mut model);
                }
                assert!(part > 1 || outcome.is_err(), "{operation:?} without table {part}");
                check(&world, &model);
                claim.give_back();
                operation.try_on(&world, &mut cache).unwrap();
                operation.on_model(&mut model);
                check(&world, &model);
                world.heap(ME).flush(&mut cache);
                check_that_all_can_go(&world, ME);
            }
        }
    }
}

/// If a key had two entries, the older one would come back once the newer one is removed.
#[test]
fn a_key_whose_entry_a_living_participant_keeps_never_has_two_entries() {
    let (world, _) = map_of(5);
    let (heap, mut cache) = (world.heap(ME), Cache::new());
    let claim = world.claim(CLAIMER, entry_of(&world, &[2]));
    for value in 0..4 {
        assert!(map(&world).insert(&heap, &mut cache, &[2], &[value]).is_err());
    }
    claim.give_back();
    assert!(map(&world).insert(&heap, &mut cache, &[2], b"new").unwrap());
    assert!(map(&world).remove(&heap, &mut cache, &[2]).unwrap());
    let left: HashMap<_, _> = map(&world).entries(usize::MAX).unwrap().unwrap();
    assert!(!left.contains_key(&[2][..]), "{left:?}");
    assert_eq!(left.len(), 4);
    heap.flush(&mut cache);
    check_that_all_can_go(&world, ME);
}
