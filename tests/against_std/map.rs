//! `Map` against `HashMap`.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use shm_core::heap::{Content, HeapError, HeapValue, MapView};
use shm_core::{Map, SharedLayout, traits::Access};

use crate::config;
use crate::world::{self, Event, World, events};

/// Small, so that it is full at times.
const HEAP: u64 = 40 << 10;
/// A key that only processes which are killed change.
const THEIRS: u16 = 9999;

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Maps {
    by_number: Map<u16, Job>,
    by_text: Map<str, u64>,
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
pub(crate) struct Job {
    title: String,
    tags: Vec<u16>,
    urgent: bool,
}

#[derive(Clone, Debug)]
enum Step<K, V> {
    Insert(K, V),
    Update(K, Option<V>),
    Remove(K),
    Take(K),
    Get(K),
    Clear,
    Happens(Event),
}

fn steps<K: Clone + Debug + 'static, V: Clone + Debug + 'static>(
    keys: impl Strategy<Value = K> + Clone + 'static,
    values: impl Strategy<Value = V> + Clone + 'static,
) -> impl Strategy<Value = Vec<Step<K, V>>> {
    let maybe = proptest::option::weighted(0.8, values.clone());
    let step = prop_oneof![
        30 => (keys.clone(), values).prop_map(|(key, value)| Step::Insert(key, value)),
        10 => (keys.clone(), maybe).prop_map(|(key, value)| Step::Update(key, value)),
        12 => keys.clone().prop_map(Step::Remove),
        6 => keys.clone().prop_map(Step::Take),
        20 => keys.prop_map(Step::Get),
        1 => Just(Step::Clear),
        5 => events().prop_map(Step::Happens),
    ];
    vec(step, 1..200)
}

fn jobs() -> impl Strategy<Value = Job> + Clone {
    // Most are short; some take pages.
    let tags = prop_oneof![9 => vec(any::<u16>(), 0..8), 1 => vec(any::<u16>(), 0..4000)];
    ("[a-z]{0,12}|ü{1,300}", tags, any::<bool>()).prop_map(|(title, tags, urgent)| Job {
        title,
        tags,
        urgent,
    })
}

/// Looks up a key, in both ways.
fn assert_has<K, V, A: Access>(
    map: &MapView<K, V, A>,
    key: &K,
    expected: Option<&V::Copied>,
) -> Result<(), TestCaseError>
where
    K: Content + ?Sized,
    V: Content + ?Sized,
    V::Copied: Debug + PartialEq,
{
    let found = map.get(key).unwrap();
    prop_assert_eq!(found.as_ref(), expected);
    prop_assert_eq!(map.contains_key(key).unwrap(), expected.is_some());
    Ok(())
}

/// A change that may fail for want of memory, in which case nothing has changed.
fn unless_full<R>(outcome: Result<R, HeapError>) -> Result<Option<R>, TestCaseError> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(HeapError::Full { .. }) => Ok(None),
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

/// A map of the region, and that of std.
struct Pair<K: Content + ?Sized, V: Content> {
    region: fn(&MapsView) -> &MapView<K, V>,
    reader: fn(&MapsView<shm_core::ReadOnly>) -> &MapView<K, V, shm_core::ReadOnly>,
    /// The key of the processes that are killed, if this is the map that they change.
    theirs: Option<K::Copied>,
    model: HashMap<K::Copied, V>,
}

impl<K, V> Pair<K, V>
where
    K: Content + ?Sized,
    K::Copied: Eq + Hash + Clone + Debug,
    V: Content<Copied = V> + Clone + Debug + PartialEq,
{
    fn expected(&self, key: &K::Copied) -> Option<&V> {
        self.model.get::<K::Copied>(key)
    }

    fn take_step(
        &mut self,
        world: &mut World<Maps>,
        step: Step<K::Copied, V>,
    ) -> Result<(), TestCaseError> {
        let map = (self.region)(&world.region);
        match step {
            Step::Insert(key, value) => {
                let was_there = unless_full(map.insert(key.borrow(), &value))?;
                if let Some(was_there) = was_there {
                    prop_assert_eq!(was_there, self.model.insert(key.clone(), value).is_some());
                }
                assert_has(map, key.borrow(), self.expected(&key))?;
            }
            Step::Update(key, value) => {
                let mut seen = None;
                let change =
                    |current: &mut Option<V>| seen = std::mem::replace(current, value.clone());
                let done = unless_full(map.update(key.borrow(), change))?;
                prop_assert_eq!(seen.as_ref(), self.expected(&key));
                match (done, value) {
                    (None, _) => {}
                    (Some(()), Some(value)) => _ = self.model.insert(key.clone(), value),
                    (Some(()), None) => _ = self.model.remove::<K::Copied>(&key),
                }
                assert_has(map, key.borrow(), self.expected(&key))?;
            }
            Step::Remove(key) => {
                let removed = map.remove(key.borrow()).unwrap();
                prop_assert_eq!(removed, self.model.remove::<K::Copied>(&key).is_some());
                assert_has(map, key.borrow(), None)?;
            }
            Step::Take(key) => {
                prop_assert_eq!(
                    map.take(key.borrow()).unwrap(),
                    self.model.remove::<K::Copied>(&key)
                );
            }
            Step::Get(key) => {
                let reader = (self.reader)(&world.reader);
                assert_has(reader, key.borrow(), self.expected(&key))?;
            }
            Step::Clear => {
                map.clear().unwrap();
                self.model.clear();
            }
            Step::Happens(event) => {
                if world.pass(&event)?
                    && let Some(theirs) = &self.theirs
                {
                    (self.region)(&world.region).remove(theirs.borrow()).unwrap();
                }
            }
        }
        Ok(())
    }

    /// Compares everything, one by one and listed.
    fn assert_equal(&self, world: &World<Maps>) -> Result<(), TestCaseError> {
        let map = (self.reader)(&world.reader);
        for (key, value) in &self.model {
            assert_has(map, key.borrow(), Some(value))?;
        }
        let listed = map.entries().unwrap();
        prop_assert_eq!(listed.len(), self.model.len(), "no key twice");
        prop_assert_eq!(map.len().unwrap(), self.model.len());
        let listed: HashMap<_, _> = listed.into_iter().collect();
        prop_assert!(listed == self.model, "{listed:?}");
        Ok(())
    }

    fn run(mut self, steps: Vec<Step<K::Copied, V>>) -> Result<(), TestCaseError> {
        let mut world = World::<Maps>::new("changes a map", |file| {
            shm_core::Region::options().heap_max(HEAP).create(file).unwrap()
        });
        for step in steps {
            self.take_step(&mut world, step)?;
        }
        self.assert_equal(&world)?;
        world.region.by_number.clear().unwrap();
        world.region.by_text.clear().unwrap();
        self.model.clear();
        self.assert_equal(&world)?;
        world.end()
    }
}

/// In a process that is killed: changes a key that no test has, so that the map grows now and then, and gets
/// everything else again.
pub(crate) fn change() {
    world::work::<Maps>(|maps, round| {
        let job =
            Job { title: "theirs".into(), tags: vec![1; round as usize % 900], urgent: false };
        for outcome in [
            maps.by_number.insert(&THEIRS, &job).map(drop),
            maps.by_number.update(&THEIRS, |job| *job = None),
        ] {
            assert!(matches!(outcome, Ok(()) | Err(HeapError::Full { .. })), "{outcome:?}");
        }
    });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_map_of_values_of_any_length_is_a_hash_map(steps in steps(0..40_u16, jobs())) {
        let model = HashMap::new();
        Pair { region: |it| &it.by_number, reader: |it| &it.by_number, theirs: Some(THEIRS), model }
            .run(steps)?;
    }

    #[test]
    fn a_map_with_keys_of_any_length_is_a_hash_map(
        steps in steps("[ab]{0,3}|[a-c]{30}|x{900,1100}", any::<u64>())
    ) {
        let model = HashMap::new();
        Pair::<str, u64> { region: |it| &it.by_text, reader: |it| &it.by_text, theirs: None, model }
            .run(steps)?;
    }
}
