//! Objects with names: deaths before each store, holders, and the memory that they share with blocks.

use super::mortal::{Mortal, die_before};
use super::world::{Access, PLACES, World, set};
use crate::protocol::heap::objects::{Naming, Object, Phase, Shape};
use crate::protocol::heap::{Cache, NoBlock};

const PAIR: Shape<'_> =
    Shape { schema: b"a pair of numbers", notes: b"", size: 16, len: 0, align: 8 };
const PAGE: Shape<'_> =
    Shape { schema: b"a page", notes: b"noted", size: 4096, len: 4, align: 4096 };

type Found<'m> = Object<'m, Mortal>;

/// Makes an object with a name, holds it, and returns it.
fn make<'m>(
    heap: &Access<'m>,
    shape: &Shape<'_>,
    name: &[u8],
) -> Result<(Found<'m>, u32), NoBlock> {
    if let Some((object, generation)) = heap.view().find_object(name) {
        assert!(heap.hold_object(&object, generation, &[Phase::Named])?);
        return Ok((object, generation));
    }
    let (object, made) = heap.take_object(shape)?;
    match heap.name_object(&object, made, name)? {
        Naming::Done => Ok((object, made.generation)),
        Naming::Taken => unreachable!("no other participant is at work"),
    }
}

/// The named, removed and free objects of a world in which nothing contradicts anything.
fn objects(world: &World) -> [usize; 3] {
    let stats = world.audit();
    assert_eq!(stats.made_objects, 0);
    [stats.objects, stats.removed_objects, stats.free_objects]
}

#[test]
fn whoever_dies_before_any_store_leaves_the_name_or_not_and_loses_no_memory() {
    for shape in [PAIR, PAGE] {
        for earlier in [false, true] {
            let (mut store, mut is_over) = (0, false);
            while !is_over {
                let world = World::new(100);
                let heir = world.heap(2);
                if earlier {
                    let (object, _) = make(&heir, &shape, b"earlier").unwrap();
                    heir.let_go(&object);
                    assert!(heir.remove_object(b"earlier").unwrap());
                }
                let victim = world.heap(1);
                let mut done = [false; 2];
                is_over = die_before(store, || {
                    let (object, _) = make(&victim, &shape, b"name").unwrap();
                    done[0] = true;
                    assert!(victim.remove_object(b"name").unwrap());
                    done[1] = true;
                    victim.let_go(&object);
                })
                .is_some();
                world.kill(1);
                let is_there = heir.view().find_object(b"name").is_some();
                assert!(is_there || !done[0] || done[1] || !is_over, "store {store}");
                heir.settle_objects().unwrap();
                let [named, removed, free] = objects(&world);
                assert_eq!((named, removed), (usize::from(is_there), 0), "store {store}");
                assert!(named + free <= 1, "store {store}");
                // An heir has the name at once, in the same memory.
                let (object, generation) = make(&heir, &shape, b"name").unwrap();
                assert!(object.is_named(generation), "store {store}");
                assert_eq!(objects(&world), [1, 0, 0], "store {store}");
                store += 1;
            }
            assert!(store > if earlier { 15 } else { 20 }, "{store} stores");
        }
    }
}

#[test]
fn an_object_is_free_once_no_living_participant_holds_it() {
    let world = World::new(100);
    let heaps = [1, 2, 3, 4].map(|number| world.heap(number));
    let (object, generation) = make(&heaps[0], &PAIR, b"name").unwrap();
    for heap in &heaps[1..] {
        assert_eq!(make(heap, &PAIR, b"name").unwrap().0.page, object.page);
    }
    assert_eq!(object.holders().count(), 4);
    assert!(heaps[0].remove_object(b"name").unwrap());
    assert!(!heaps[0].hold_object(&object, generation, &[Phase::Named]).unwrap());
    let left = |expected: [usize; 3]| {
        heaps[0].settle_objects().unwrap();
        assert_eq!(objects(&world), expected);
    };
    heaps[1].let_go(&object);
    heaps[1].let_go(&object);
    world.kill(3);
    left([0, 1, 0]);
    heaps[0].let_go(&object);
    left([0, 1, 0]);
    assert_ne!(make(&heaps[0], &PAIR, b"name").unwrap().0.page, object.page);
    heaps[3].let_go(&object);
    left([1, 0, 1]);
    // Another type does not get the memory, and the same does, with a new generation.
    let other = Shape { schema: b"a pair of strings", ..PAIR };
    assert_ne!(make(&heaps[1], &other, b"other").unwrap().0.page, object.page);
    let longer = Shape { len: 1, ..PAIR };
    assert_ne!(make(&heaps[1], &longer, b"longer").unwrap().0.page, object.page);
    let (again, later) = make(&heaps[1], &PAIR, b"again").unwrap();
    assert!(again.page == object.page && later > generation);
    assert!(!object.is_named(generation) && again.name().unwrap().0 == b"again");
    assert_eq!((again.schema(), again.notes()), (PAIR.schema.to_vec(), vec![]));
    assert_eq!(objects(&world), [4, 0, 0]);
}

#[test]
fn blocks_and_objects_meet_in_the_middle_and_neither_takes_a_page_of_the_other() {
    for objects_first in [true, false] {
        let world = World::new(100);
        let (heap, mut cache) = (world.heap(1), Cache::new());
        let fill = |cache: &mut Cache| {
            (0..PLACES)
                .take_while(|&place| set(&heap, cache, world.place(place), &[7; 900]).is_ok())
                .count()
        };
        let make_all =
            || (0_u32..).take_while(|n| make(&heap, &PAGE, &n.to_ne_bytes()).is_ok()).count();
        let (blocks, made) = if objects_first {
            let made = make_all();
            (fill(&mut cache), made)
        } else {
            set(&heap, &mut cache, world.place(0), &[7; 20_000]).unwrap();
            let made = make_all();
            (fill(&mut cache), made)
        };
        let stats = world.audit();
        assert!(stats.frontier + stats.object_pages <= stats.capacity, "{stats:?}");
        assert!(made > 3 && stats.objects == made && stats.linked == blocks, "{stats:?}");
        assert_eq!(make(&heap, &PAGE, b"more").unwrap_err(), NoBlock::Full);
        for object in heap.view().objects() {
            assert!(object.value % 4096 == 0 && object.size == 4096 && object.len == 4);
        }
        let huge = Shape { size: 1 << 40, ..PAIR };
        assert!(matches!(heap.take_object(&huge), Err(NoBlock::TooLong { .. })));
    }
}

#[test]
fn an_object_takes_pages_before_the_frontier_only_if_no_block_ever_had_them() {
    let world = World::new(30);
    let (heap, mut cache) = (world.heap(1), Cache::new());
    // The heap grows by as many pages as it has, though one is needed.
    set(&heap, &mut cache, world.place(0), &[7; 900]).unwrap();
    assert_eq!(world.audit().frontier, 30);
    for store in 0..300 {
        if let Some(made) = die_before(store, || world.heap(3).take_object(&PAIR).is_ok()) {
            assert!(made && store > 20);
            break;
        }
        // The dead one may have left the heap's lock.
        world.kill(3);
        assert_eq!(world.view().audit().faults, []);
        assert_eq!(world.load(0), Some(vec![7; 900]));
    }
    world.kill(3);
    let (object, _) = make(&heap, &PAIR, b"name").unwrap();
    let stats = world.audit();
    assert_eq!((stats.frontier, object.page), (30 - stats.object_pages, stats.frontier));
    // All other pages were a block's once.
    set(&heap, &mut cache, world.place(1), &[8; 15 << 10]).unwrap();
    assert!(super::world::clear(&heap, &mut cache, world.place(1)));
    heap.tidy(&mut cache).unwrap();
    let mut made = 0_u32;
    while make(&heap, &PAIR, &made.to_ne_bytes()).is_ok() {
        made += 1;
    }
    let stats = world.audit();
    assert!(stats.free_pages >= 15, "{stats:?}");
    assert_eq!(world.load(0), Some(vec![7; 900]));
    set(&heap, &mut cache, world.place(1), &[8; 14 << 10]).unwrap();
}

#[test]
fn without_memory_an_object_is_refused_and_nothing_has_changed() {
    let world = World::new(100);
    world.memory.left.store(2 << 10, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(make(&world.heap(1), &PAGE, b"name").unwrap_err(), NoBlock::Full);
    assert_eq!((objects(&world), world.audit().object_pages), ([0, 0, 0], 0));
}
