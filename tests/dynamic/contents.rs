//! Whole values with all that is in them: read, taken apart, and filled in.

use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::layout::Role;
use shm_core::{DynRegion, Mutex, PerProcess, Queue, Region, Ring, SharedLayout};

use crate::random_types::{self, Random, Type};
use crate::refusal;
use crate::support::Folder;

/// A region that is created with a value.
fn filled(layout: &DynLayout, value: &str) -> DynRegion {
    let options = DynRegion::options().len(3).heap_max(4 << 20);
    let made = options.memfd_with("filled", layout, |new| {
        let value = DynValue::of_text(value, new.schema().root())?;
        new.fill(&value)
    });
    made.unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
}

/// Random structs with every type of field: what is read from one fills in another, which then reads the same.
#[test]
fn every_value_that_is_read_whole_fills_in_another_region() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let mut fields = random.fields();
        let mut builder = DynLayout::builder("Filled");
        for (name, ty) in &fields {
            builder = builder.field(name, &random_types::text(ty));
        }
        let layout = builder.field("tail", "[u16]").build().unwrap_or_else(|error| {
            panic!(
                "{error}: {:?}",
                fields.iter().map(|field| random_types::text(&field.1)).collect::<Vec<_>>()
            )
        });
        let mut value: Vec<_> =
            fields.drain(..).map(|(name, ty)| format!("{name}: {}", random.value(&ty))).collect();
        value.push("tail: [1, 2, 65535]".to_owned());
        let value = format!("{{ {} }}", value.join(", "));
        let one = filled(&layout, &value);
        let contents = one.contents("").unwrap();
        let other = filled(&layout, &contents.to_string());
        // `NaN` differs from itself.
        assert_eq!(format!("{contents:?}"), format!("{:?}", other.contents("").unwrap()), "{seed}");
        let given = DynValue::of_text(&value, layout.schema().root()).unwrap();
        for (name, ty) in random_fields(seed) {
            let (given, found) = (given.field(&name).unwrap(), contents.field(&name).unwrap());
            let stored = one.resolve(&name).unwrap().stored(given);
            match (&ty, stored, given, found) {
                (Type::Fresh(_), ..) => {}
                (
                    Type::Map(..) | Type::List(..),
                    _,
                    DynValue::List(given),
                    DynValue::List(found),
                ) => {
                    assert_eq!(given.len(), found.len(), "{seed}: {name}");
                }
                (_, stored, given, found) => {
                    let stored = stored.unwrap_or_else(|_| given.clone());
                    assert_eq!(format!("{stored:?}"), format!("{found:?}"), "{seed}: {name}");
                }
            }
        }
    }
}

fn random_fields(seed: u64) -> Vec<(String, Type)> {
    Random(seed).fields()
}

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counts {
    hits: u8,
    seconds: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    jobs: Queue<u32, 4>,
    events: Ring<[u8; 3], 4>,
    counts: PerProcess<Counts, 3>,
    gates: [Mutex<u16>; 2],
}

#[test]
fn the_values_in_a_queue_and_a_ring_are_read_and_none_is_taken() {
    let folder = Folder::new("dynamic-contents");
    let typed = Region::<Board>::create(folder.file("board")).unwrap();
    for number in 0..6 {
        typed.events.push(&[number; 3]).unwrap();
        if number > 1 {
            typed.jobs.push(number.into()).unwrap();
        }
    }
    let reader = DynRegion::open_read_only(folder.file("board")).unwrap();
    assert_eq!(reader.contents("jobs").unwrap().to_string(), "[2, 3, 4, 5]");
    // The slot after the newest one is the next to be written.
    assert_eq!(reader.contents("events").unwrap().to_string(), "[[3, 3, 3], [4, 4, 4], [5, 5, 5]]");
    assert_eq!(typed.jobs.pop().unwrap(), Some(2));
    assert_eq!(reader.contents("jobs").unwrap().to_string(), "[3, 4, 5]");
    let whole = reader.contents("").unwrap().to_string();
    assert!(whole.starts_with("{ jobs: [3, 4, 5], events: [[3, 3, 3], "), "{whole}");
}

#[test]
fn the_counts_of_all_rows_are_filled_in_as_the_retired_value() {
    let folder = Folder::new("dynamic-retired");
    let typed = Region::<Board>::create(folder.file("board")).unwrap();
    let (one, other) = (typed.counts.claim().unwrap(), typed.counts.claim().unwrap());
    one.hits.set(200);
    other.hits.set(100);
    other.seconds.set(1.5);
    let contents = DynRegion::open(folder.file("board")).unwrap().contents("").unwrap();
    let layout = DynLayout::from_schema(shm_core::schema::Schema::of(Board::LAYOUT).unwrap());
    let copy = DynRegion::options()
        .create_with(folder.file("copy"), &layout.unwrap(), |new| new.fill(&contents));
    let read = copy.unwrap().get("counts").unwrap().to_string();
    assert_eq!(read, "{ retired: { hits: 44, seconds: 1.5 }, rows: [] }");
    let totals = Region::<Board>::open(folder.file("copy")).unwrap().counts.totals().unwrap();
    assert_eq!(totals, Counts { hits: 44, seconds: 1.5 });
}

#[test]
fn a_value_is_taken_apart_into_what_one_call_writes_and_the_containers() {
    let folder = Folder::new("dynamic-pieces");
    let _typed = Region::<Board>::create(folder.file("board")).unwrap();
    let board = DynRegion::open(folder.file("board")).unwrap();
    let value = DynValue::of_text("{ gates: [1, 2], jobs: [] }", board.schema().root()).unwrap();
    let pieces = board.pieces("", &value).unwrap();
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| (piece.path.as_str(), piece.role, piece.value.to_string()))
        .collect();
    let expected = [
        ("gates[0]", None, "1".to_owned()),
        ("gates[1]", None, "2".to_owned()),
        ("jobs", Some(Role::Queue), "[]".to_owned()),
    ];
    assert_eq!(pieces, expected);
    let nothing = DynValue::Struct(vec![("gate".into(), 1.into())]);
    assert!(refusal(board.pieces("", &nothing)).contains("has no field `gate`"));
    assert!(refusal(board.pieces("", &1.into())).contains("is not a struct"));
}

#[test]
fn a_region_in_use_is_not_filled_in() {
    let folder = Folder::new("dynamic-fill-late");
    let board = Region::<Board>::create(folder.file("board")).unwrap();
    let by_name = DynRegion::open(folder.file("board")).unwrap();
    let contents = by_name.contents("").unwrap();
    assert!(refusal(by_name.fill(&contents)).contains("while it is being created"));
    drop(board);
}

#[test]
fn an_object_is_made_by_its_description_once_and_read_by_type() {
    let folder = Folder::new("dynamic-create-object");
    let typed = Region::<u64>::options().heap_max(1 << 20).create(folder.file("region")).unwrap();
    let region = DynRegion::open(folder.file("region")).unwrap();
    let layout = DynLayout::of("{ ready: Once, level: NonZero<u8>, jobs: Queue<u16, 2> }").unwrap();
    let value =
        DynValue::of_text("{ ready: true, level: 3, jobs: [4] }", layout.schema().root()).unwrap();
    let make = |value: &DynValue| region.create_object("pump", &layout, 0, |pump| pump.fill(value));
    // Without a level, which cannot be zero, there is no object.
    assert!(make(&DynValue::Struct(Vec::new())).is_err());
    assert!(region.object("pump").unwrap().is_none());
    let pump = make(&value).unwrap().unwrap();
    assert_eq!(pump.contents("").unwrap().to_string(), "{ ready: true, level: 3, jobs: [4] }");
    assert!(make(&value).unwrap().is_none());
    assert!(pump.fill(&value).is_err());
    // Its memory, which was not zero, becomes another object of the same type.
    drop(pump);
    assert!(typed.heap().unwrap().remove("pump").unwrap());
    let level = DynValue::Struct(vec![("level".into(), 1.into())]);
    let again = make(&level).unwrap().unwrap();
    assert_eq!(again.contents("").unwrap().to_string(), "{ ready: false, level: 1, jobs: [] }");
    let owned = DynLayout::of("Owned<str>").unwrap();
    let refused = region.create_object("title", &owned, 0, |_| {}).unwrap_err();
    assert!(refused.to_string().contains("owns values in the heap"), "{refused}");
}
