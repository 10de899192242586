//! The map: a key that is always there is never missed, a value is whole, and whoever dies leaves each key
//! as it was or as it was to be.

use loom::sync::Arc;
use loom::thread;
use shm_models::map::{Region, key};
use shm_models::map_copy::{Copy, Flaw, Scenario};
use shm_models::{check_long, is_caught, spawn_deep};

/// Two keys whose searches begin at the same bucket, and others.
fn keys() -> [u64; 6] {
    [key(2, 0), key(2, 1), key(5, 0), key(6, 0), key(0, 0), key(1, 0)]
}

/// A map of two keys, with values 10 and 20.
fn two_keys() -> (Region, shm_core::protocol::heap::Cache) {
    let region = Region::default();
    let mut cache = region.fill(1, 1, 4);
    let [first, second, ..] = keys();
    assert!(!region.insert(1, &mut cache, first, 10));
    assert!(!region.insert(1, &mut cache, second, 20));
    (region, cache)
}

/// The same, crowded by tombstones: the next key makes the map anew.
fn crowded() -> (Region, shm_core::protocol::heap::Cache) {
    let region = Region::default();
    let mut cache = region.fill(1, 2, 4);
    let [first, second, third, fourth, ..] = keys();
    for (key, value) in [(first, 10), (second, 20), (third, 30), (fourth, 40)] {
        assert!(!region.insert(1, &mut cache, key, value));
    }
    assert!(region.remove(1, &mut cache, third));
    assert!(region.remove(1, &mut cache, fourth));
    (region, cache)
}

/// Runs a reader beside a writer.
fn beside<T: Send + 'static>(
    region: Region,
    reader: impl FnOnce(&Region) -> T + Send + 'static,
    writer: impl FnOnce(&Region),
) -> (Arc<Region>, T) {
    let region = Arc::new(region);
    let shared = Arc::clone(&region);
    let reader = spawn_deep(move || reader(&shared));
    writer(&region);
    let read = reader.join().unwrap();
    (region, read)
}

fn unwrapped(region: Arc<Region>) -> Region {
    Arc::try_unwrap(region).expect("the reader has ended")
}

fn insert(preemptions: usize) {
    check_long(preemptions, || {
        let ((region, mut cache), [first, second, third, ..]) = (two_keys(), keys());
        let read = move |region: &Region| (region.get(third), region.get(second));
        let (region, (new, old)) = beside(region, read, |region| {
            assert!(!region.insert(1, &mut cache, third, 30));
        });
        assert!(matches!(new, None | Some(30)) && old == Some(20), "{new:?}, {old:?}");
        unwrapped(region).check(vec![(1, cache)], &[(first, 10), (second, 20), (third, 30)]);
    });
}

fn update(preemptions: usize) {
    check_long(preemptions, || {
        let ((region, mut cache), [first, second, ..]) = (two_keys(), keys());
        let (region, value) = beside(
            region,
            move |region| region.get(first),
            |region| {
                assert!(region.insert(1, &mut cache, first, 11));
                // Its block is used again.
                assert!(region.insert(1, &mut cache, second, 21));
            },
        );
        assert!(matches!(value, Some(10 | 11)), "{value:?}");
        unwrapped(region).check(vec![(1, cache)], &[(first, 11), (second, 21)]);
    });
}

/// The block of the old value is given up and taken once more, under the heap's lock.
fn update_and_take(preemptions: usize) {
    check_long(preemptions, || {
        let ((region, mut cache), [first, second, ..]) = (two_keys(), keys());
        let (region, value) = beside(
            region,
            move |region| region.get(first),
            |region| {
                assert!(region.insert(1, &mut cache, first, 11));
                region.flush(1, &mut cache);
                cache = region.fill(1, 0, 1);
            },
        );
        assert!(matches!(value, Some(10 | 11)), "{value:?}");
        unwrapped(region).check(vec![(1, cache)], &[(first, 11), (second, 20)]);
    });
}

fn remove(preemptions: usize) {
    check_long(preemptions, || {
        let ((region, mut cache), [first, second, ..]) = (two_keys(), keys());
        let read = move |region: &Region| (region.get(first), region.get(second));
        let (region, (value, always)) = beside(region, read, |region| {
            assert!(region.remove(1, &mut cache, first));
            // In the same bucket and the same block.
            let other = key(2, 2);
            assert!(!region.insert(1, &mut cache, other, 30));
        });
        assert!(matches!(value, None | Some(10)), "{value:?}");
        assert_eq!(always, Some(20), "it is behind the one that goes");
        unwrapped(region).check(vec![(1, cache)], &[(second, 20), (key(2, 2), 30)]);
    });
}

fn grow(preemptions: usize) {
    check_long(preemptions, || {
        let ((region, mut cache), [first, second, .., fifth, _]) = (crowded(), keys());
        let (region, value) = beside(
            region,
            move |region| region.get(second),
            |region| {
                assert!(!region.insert(1, &mut cache, fifth, 50));
            },
        );
        assert_eq!(value, Some(20), "it is always there");
        unwrapped(region).check(vec![(1, cache)], &[(first, 10), (second, 20), (fifth, 50)]);
    });
}

/// As `grow`; the reader lists all keys, and so looks at both tables from the start.
fn list(preemptions: usize) {
    check_long(preemptions, || {
        let ((region, mut cache), [first, second, .., fifth, _]) = (crowded(), keys());
        let (region, listed) = beside(region, Region::listed, |region| {
            assert!(!region.insert(1, &mut cache, fifth, 50));
        });
        let has = |key| listed.iter().filter(|(listed, _)| *listed == key).count();
        assert_eq!((has(first), has(second)), (1, 1), "they are always there: {listed:?}");
        assert!(has(fifth) <= 1 && listed.len() == 2 + has(fifth), "{listed:?}");
        unwrapped(region).check(vec![(1, cache)], &[(first, 10), (second, 20), (fifth, 50)]);
    });
}

#[test]
fn a_reader_beside_an_insertion_finds_all_keys_and_the_new_one_or_not() {
    insert(2);
}

#[test]
fn a_reader_beside_an_update_gets_the_old_value_or_the_new_one() {
    update(2);
}

#[test]
fn a_reader_that_sees_only_who_took_the_block_of_the_old_value_finds_the_new_one() {
    update_and_take(2);
}

#[test]
fn a_reader_beside_a_removal_gets_the_value_or_nothing_and_never_another_keys() {
    remove(1);
}

#[test]
fn a_reader_finds_a_key_that_is_always_there_while_the_map_grows() {
    grow(1);
}

#[test]
fn a_reader_that_lists_the_map_while_it_grows_finds_each_key_that_is_always_there_once() {
    list(1);
}

/// Makes a test of each of these models.
macro_rules! in_more_executions {
    ($($name:ident: $model:ident($preemptions:literal);)*) => {
        $(
            #[test]
            fn $name() {
                $model($preemptions);
            }
        )*
    };
}

in_more_executions! {
    a_reader_beside_an_insertion_in_more_executions: insert(3);
    a_reader_beside_an_update_in_more_executions: update(3);
    a_reader_of_a_block_that_is_taken_again_in_more_executions: update_and_take(3);
    a_reader_beside_a_removal_in_more_executions: remove(2);
    a_reader_beside_a_growing_map_in_more_executions: grow(2);
}

#[test]
#[ignore = "takes minutes; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn a_reader_that_lists_a_growing_map_in_more_executions() {
    list(2);
}

/// Two writers, which exclude each other, and a reader.
fn two_writers(preemptions: usize) {
    check_long(preemptions, || {
        let (region, cache) = two_keys();
        let [first, second, ..] = keys();
        let mut other_cache = region.fill(2, 0, 1);
        let (region, lock) = (Arc::new(region), Arc::new(loom::sync::Mutex::new(cache)));
        let (shared, shared_lock) = (Arc::clone(&region), Arc::clone(&lock));
        let other = spawn_deep(move || {
            let held = shared_lock.lock().unwrap();
            shared.insert(2, &mut other_cache, first, 12);
            drop(held);
            other_cache
        });
        let shared = Arc::clone(&region);
        let reader = spawn_deep(move || shared.get(first));
        let mut cache = lock.lock().unwrap();
        region.insert(1, &mut cache, first, 11);
        drop(cache);
        let other_cache = other.join().unwrap();
        let read = reader.join().unwrap();
        assert!(matches!(read, Some(10..=12)), "{read:?}");
        let cache = std::mem::take(&mut *lock.lock().unwrap());
        let last = region.get(first).expect("it is there");
        assert!(matches!(last, 11 | 12));
        unwrapped(region).check(vec![(1, cache), (2, other_cache)], &[(first, last), (second, 20)]);
    });
}

#[test]
fn two_writers_of_one_key_leave_the_value_of_one_and_lose_nothing() {
    two_writers(1);
}

#[test]
fn two_writers_of_one_key_in_more_executions() {
    two_writers(2);
}

/// A writer dies before one of its stores; an heir changes another key, beside a reader. Returns whether it
/// died.
fn dies(
    store: u64,
    preemptions: usize,
    start: fn() -> (Region, shm_core::protocol::heap::Cache),
    operation: fn(&Region, u32, &mut shm_core::protocol::heap::Cache),
    outcomes: &'static [Option<u64>],
    of: u64,
) -> bool {
    let died = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let noticed = std::sync::Arc::clone(&died);
    check_long(preemptions, move || {
        let (region, cache) = start();
        let [first, second, .., last] = keys();
        let mut dead_cache = region.fill(shm_models::heap::DEAD, 1, 1);
        let mut heirs_cache = region.fill(2, 0, 1);
        let mut operation = Some(operation);
        let death = region.dies_before(store, |number| {
            operation.take().expect("it is done once")(&region, number, &mut dead_cache);
        });
        noticed.store(death, std::sync::atomic::Ordering::Relaxed);
        if !death {
            return;
        }
        let read = move |region: &Region| (region.get(second), region.get(of));
        let (region, (always, seen)) = beside(region, read, |region| {
            assert!(!region.insert(2, &mut heirs_cache, last, 60));
        });
        assert_eq!(always, Some(20), "it is always there");
        assert!(outcomes.contains(&seen), "{seen:?}");
        let outcome = region.get(of);
        assert!(outcomes.contains(&outcome), "{outcome:?}");
        let mut expected = vec![(second, 20), (last, 60)];
        expected.extend(outcome.map(|value| (of, value)));
        if of != first {
            expected.push((first, 10));
        }
        unwrapped(region).check(vec![(1, cache), (2, heirs_cache)], &expected);
    });
    died.load(std::sync::atomic::Ordering::Relaxed)
}

/// A writer dies before every `step`th store of its operation, which has at least so many stores.
fn deaths(step: usize, least: usize, dies: impl Fn(u64) -> bool) {
    let count = (0..).step_by(step).take_while(|&store| dies(store)).count();
    assert!(count * step >= least, "{count}");
}

fn deaths_in_an_update(preemptions: usize, step: usize) {
    let update = |region: &Region, number: u32, cache: &mut _| {
        region.insert(number, cache, keys()[0], 11);
    };
    deaths(step, 3, |store| {
        dies(store, preemptions, two_keys, update, &[Some(10), Some(11)], keys()[0])
    });
}

fn deaths_in_a_removal(preemptions: usize, step: usize) {
    let remove = |region: &Region, number: u32, cache: &mut _| {
        region.remove(number, cache, keys()[0]);
    };
    deaths(step, 2, |store| {
        dies(store, preemptions, two_keys, remove, &[Some(10), None], keys()[0])
    });
}

fn deaths_in_growing(preemptions: usize, step: usize) {
    let grow = |region: &Region, number: u32, cache: &mut _| {
        region.insert(number, cache, keys()[4], 50);
    };
    deaths(step, 20, |store| dies(store, preemptions, crowded, grow, &[None, Some(50)], keys()[4]));
}

#[test]
fn a_writer_that_dies_leaves_each_key_as_it_was_or_was_to_be_and_an_heir_goes_on() {
    deaths_in_an_update(0, 6);
    deaths_in_a_removal(0, 6);
    deaths_in_growing(0, 6);
}

#[test]
fn a_writer_that_dies_in_an_update_beside_a_reader_and_an_heir_in_more_executions() {
    deaths_in_an_update(1, 1);
}

#[test]
fn a_writer_that_dies_in_a_removal_beside_a_reader_and_an_heir_in_more_executions() {
    deaths_in_a_removal(1, 1);
}

#[test]
#[ignore = "takes minutes; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn a_writer_that_dies_growing_the_map_beside_a_reader_and_an_heir_in_more_executions() {
    deaths_in_growing(1, 1);
}

/// A reader of key 1 beside the writer of a scenario, by a copy of the protocol.
fn copied(flaw: Flaw, scenario: Scenario) -> impl Fn() + Send + Sync + 'static {
    move || {
        let copy = Arc::new(Copy::new(flaw, scenario));
        let shared = Arc::clone(&copy);
        let reader = thread::spawn(move || shared.read());
        copy.write(scenario);
        let read = reader.join().unwrap();
        if matches!(scenario, Scenario::Update | Scenario::Grow) {
            assert_ne!(read, Some(None), "it is always there");
        }
        let expected = (scenario != Scenario::Reuse).then_some(());
        assert_eq!(copy.read().expect("no writer is there").map(|_| ()), expected);
    }
}

/// An heir makes a map anew in which a dead writer had claimed the entry.
fn copied_heir(flaw: Flaw) -> impl Fn() + Send + Sync + 'static {
    move || {
        let copy = Copy::claimed(flaw);
        copy.write(Scenario::Grow);
        assert_eq!(copy.read(), Some(Some(11)), "it is always there");
    }
}

const SCENARIOS: [Scenario; 4] =
    [Scenario::Insert, Scenario::Update, Scenario::Reuse, Scenario::Grow];

#[test]
fn the_copy_of_the_protocol_without_a_flaw_is_true() {
    for scenario in SCENARIOS {
        shm_models::check(3, copied(Flaw::None, scenario));
    }
    shm_models::check(3, copied_heir(Flaw::None));
}

#[test]
fn each_flaw_of_a_writer_is_caught() {
    for (flaw, scenario) in [
        (Flaw::TakingIsRelaxed, Scenario::Update),
        (Flaw::BucketIsLinkedRelaxed, Scenario::Insert),
        (Flaw::EntryMovesRelaxed, Scenario::Grow),
        (Flaw::TakeoverComesFirst, Scenario::Grow),
        (Flaw::EntryMovesFirst, Scenario::Grow),
        (Flaw::RemovalKeepsTheGeneration, Scenario::Reuse),
    ] {
        assert!(is_caught(3, copied(flaw, scenario)), "{flaw:?}");
    }
}

#[test]
fn an_heir_that_does_not_move_what_a_dead_writer_had_claimed_is_caught() {
    assert!(is_caught(3, copied_heir(Flaw::ClaimedEntryStays)));
}

#[test]
fn each_flaw_of_a_reader_is_caught() {
    for (flaw, scenario) in [
        (Flaw::ReaderDoesNotLookBack, Scenario::Grow),
        (Flaw::ReaderLooksInNextFirst, Scenario::Grow),
        (Flaw::ReaderLoadsBothAtOnce, Scenario::Grow),
        (Flaw::ReaderMissesTheTakeover, Scenario::Grow),
        (Flaw::ReaderBelievesItsCopy, Scenario::Update),
    ] {
        assert!(is_caught(3, copied(flaw, scenario)), "{flaw:?}");
    }
}
