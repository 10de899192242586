//! `Owned<str>` and `Owned<[T]>` against `String` and `Vec`.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use shm_core::heap::HeapError;
use shm_core::{Owned, Region, SharedLayout};

use crate::config;
use crate::world::{self, Event, World, events};

const HEAP: u64 = 64 << 10;
const PLACES: usize = 4;

#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Places {
    texts: [Owned<str>; PLACES],
    lists: [Owned<[u32]>; PLACES],
    /// Changed only by processes that are killed.
    theirs: [Owned<str>; 2],
}

/// What std has. A place without a value is one with an empty value.
#[derive(Clone, Debug, Default)]
struct Model {
    texts: [String; PLACES],
    lists: [Vec<u32>; PLACES],
}

#[derive(Clone, Debug)]
enum Step {
    SetText(usize, String),
    PushText(usize, String),
    ClearText(usize),
    TakeText(usize),
    MoveText(usize, usize),
    SetList(usize, Vec<u32>),
    ExtendList(usize, Vec<u32>),
    SortList(usize),
    TakeList(usize),
    MoveList(usize, usize),
    Load(usize),
    Happens(Event),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (place, other) = (|| 0..PLACES, || 0..PLACES);
    let texts = || prop_oneof!["[a-z]{0,40}", "(ü|🦀|x){0,600}", "y{4000,9000}"];
    let lists = || prop_oneof![4 => vec(any::<u32>(), 0..20), 1 => vec(any::<u32>(), 0..3000)];
    let step = prop_oneof![
        8 => (place(), texts()).prop_map(|(at, text)| Step::SetText(at, text)),
        4 => (place(), texts()).prop_map(|(at, text)| Step::PushText(at, text)),
        2 => place().prop_map(Step::ClearText),
        2 => place().prop_map(Step::TakeText),
        3 => (place(), other()).prop_map(|(from, to)| Step::MoveText(from, to)),
        8 => (place(), lists()).prop_map(|(at, list)| Step::SetList(at, list)),
        4 => (place(), lists()).prop_map(|(at, list)| Step::ExtendList(at, list)),
        2 => place().prop_map(Step::SortList),
        2 => place().prop_map(Step::TakeList),
        3 => (place(), other()).prop_map(|(from, to)| Step::MoveList(from, to)),
        6 => place().prop_map(Step::Load),
        4 => events().prop_map(Step::Happens),
    ];
    vec(step, 1..120)
}

/// Whether a change was made; one for which there is no memory changes nothing.
fn is_done(outcome: Result<(), HeapError>) -> Result<bool, TestCaseError> {
    match outcome {
        Ok(()) => Ok(true),
        Err(HeapError::Full { .. } | HeapError::TooLong { .. }) => Ok(false),
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

fn take_step(
    world: &mut World<Places>,
    model: &mut Model,
    step: Step,
) -> Result<(), TestCaseError> {
    let PlacesView { texts, lists, .. } = &*world.region;
    match step {
        Step::SetText(at, text) => {
            if is_done(texts[at].set(&text))? {
                model.texts[at] = text;
            }
        }
        Step::PushText(at, more) => {
            if is_done(texts[at].update(|text| text.push_str(&more)))? {
                model.texts[at].push_str(&more);
            }
        }
        Step::ClearText(at) => {
            texts[at].clear().unwrap();
            model.texts[at].clear();
            assert!(texts[at].is_empty());
        }
        Step::TakeText(at) => {
            prop_assert_eq!(texts[at].take().unwrap(), std::mem::take(&mut model.texts[at]));
        }
        Step::MoveText(from, to) => {
            texts[from].move_to(&texts[to]).unwrap();
            move_value(&mut model.texts, from, to);
        }
        Step::SetList(at, list) => {
            if is_done(lists[at].set(&list))? {
                model.lists[at] = list;
            }
        }
        Step::ExtendList(at, more) => {
            if is_done(lists[at].update(|list| list.extend(&more)))? {
                model.lists[at].extend(more);
            }
        }
        Step::SortList(at) => {
            if is_done(lists[at].update(|list| list.sort_unstable()))? {
                model.lists[at].sort_unstable();
            }
        }
        Step::TakeList(at) => {
            prop_assert_eq!(lists[at].take().unwrap(), std::mem::take(&mut model.lists[at]));
        }
        Step::MoveList(from, to) => {
            lists[from].move_to(&lists[to]).unwrap();
            move_value(&mut model.lists, from, to);
        }
        Step::Load(at) => assert_loaded(world, model, at)?,
        Step::Happens(event) => _ = world.pass(&event)?,
    }
    Ok(())
}

/// An empty place has nothing to move, and leaves the other one as it was.
fn move_value<T: Default + PartialEq>(values: &mut [T], from: usize, to: usize) {
    if values[from] != T::default() {
        values[to] = std::mem::take(&mut values[from]);
    }
}

fn assert_loaded(world: &World<Places>, model: &Model, at: usize) -> Result<(), TestCaseError> {
    let reader = &world.reader;
    let expected = (model.texts[at].clone(), model.lists[at].clone());
    let are_empty = (reader.texts[at].is_empty(), reader.lists[at].is_empty());
    prop_assert_eq!(are_empty, (expected.0.is_empty(), expected.1.is_empty()));
    let loaded = (reader.texts[at].load().unwrap(), reader.lists[at].load().unwrap());
    prop_assert_eq!(&loaded, &expected);
    let (mut text, mut list) = ("before".to_owned(), vec![1; 7]);
    world.region.texts[at].load_into(&mut text).unwrap();
    world.region.lists[at].load_into(&mut list).unwrap();
    prop_assert_eq!((text, list), expected);
    Ok(())
}

/// In a process that is killed: changes places of its own, with memory of the same heap.
pub(crate) fn change() {
    world::work::<Places>(|places, round| {
        let [one, other] = &places.theirs;
        let text = "z".repeat((round * 37 % 5000) as usize);
        for outcome in [one.set(&text), one.move_to(other), other.clear()] {
            assert!(matches!(outcome, Ok(()) | Err(HeapError::Full { .. })), "{outcome:?}");
        }
    });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_place_of_text_is_a_string_and_one_of_elements_a_vec(steps in steps()) {
        let mut world = World::<Places>::new("changes places", |file| {
            Region::options().heap_max(HEAP).create(file).unwrap()
        });
        let mut model = Model::default();
        for step in steps {
            take_step(&mut world, &mut model, step)?;
        }
        (0..PLACES).try_for_each(|at| assert_loaded(&world, &model, at))?;
        world.region.texts.iter().for_each(|text| text.clear().unwrap());
        world.region.lists.iter().for_each(|list| list.clear().unwrap());
        world.region.theirs.iter().for_each(|text| text.clear().unwrap());
        world.end()?;
    }
}
