//! Values in a region's heap by name, with typed places beside them.

use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::errors::{DynError, HeapError};
use shm_core::{DynRegion, LockError, Mutex, Owned, Region, SharedLayout};

use crate::refusal;
use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    mode: Mode,
    value: u16,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle = 3,
    Busy = 7,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Note {
    number: u32,
    text: Owned<str>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    title: Owned<str>,
    samples: Owned<[f32]>,
    bytes: Owned<[u8]>,
    poses: Owned<[Pose]>,
    pose: Owned<Pose>,
    wide: Owned<[u128; 2]>,
    notes: [Note; 3],
    guarded: Mutex<Note>,
}

const FIRST: Pose = Pose { x: 1.5, mode: Mode::Busy, value: 4 };
const SECOND: Pose = Pose { x: -2.0, mode: Mode::Idle, value: 5 };

fn board(folder: &Folder) -> (Region<Board>, DynRegion) {
    let path = folder.file("board");
    let typed = Region::<Board>::options().heap_max(4 << 20).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn shown(region: &DynRegion<impl shm_core::traits::Access>, path: &str) -> String {
    region.get(path).unwrap_or_else(|error| panic!("{path}: {error}")).to_string()
}

/// Checks that the heap is consistent, and that this many blocks are linked.
fn whole(region: &Region<Board>, linked: usize) {
    let report = region.heap().unwrap().audit();
    assert_eq!(report.faults, []);
    assert_eq!(report.stats.linked, linked);
}

#[test]
fn values_of_every_kind_are_set_by_name_and_loaded_by_type() {
    let folder = Folder::new("dynamic-heap-set");
    let (typed, region) = board(&folder);
    region.set("title", "today, for a title that takes more than a line").unwrap();
    region.set("samples", DynValue::List(vec![0.5.into(), 2.into()])).unwrap();
    region.set("bytes", DynValue::Bytes(vec![1, 2, 255])).unwrap();
    let pose = DynValue::Struct(vec![
        ("x".into(), 1.5.into()),
        ("mode".into(), "Busy".into()),
        ("value".into(), 4.into()),
    ]);
    region.set("pose", pose.clone()).unwrap();
    region.set("poses", DynValue::List(vec![pose; 3])).unwrap();
    region.set("wide", DynValue::List(vec![u128::MAX.into(), 7.into()])).unwrap();
    region.set("notes[1].text", "a note").unwrap();
    assert_eq!(typed.title.load().unwrap(), "today, for a title that takes more than a line");
    assert_eq!(typed.samples.load().unwrap(), [0.5, 2.0]);
    assert_eq!(typed.bytes.load().unwrap(), [1, 2, 255]);
    assert_eq!(typed.pose.load().unwrap(), Some(FIRST));
    assert_eq!(typed.poses.load().unwrap(), [FIRST; 3]);
    assert_eq!(typed.wide.load().unwrap(), Some([u128::MAX, 7]));
    assert_eq!(typed.notes[1].text.load().unwrap(), "a note");
    whole(&typed, 7);
}

#[test]
fn values_of_every_kind_are_set_by_type_and_read_by_name_also_through_a_read_only_map() {
    let folder = Folder::new("dynamic-heap-get");
    let (typed, _) = board(&folder);
    let reader = DynRegion::open_read_only(folder.file("board")).unwrap();
    for (path, empty) in [("title", "\"\""), ("samples", "[]"), ("poses", "[]"), ("pose", "None")] {
        assert_eq!(shown(&reader, path), empty);
    }
    typed.title.set("grün").unwrap();
    typed.samples.set(&[1.0, 2.0, 3.0]).unwrap();
    typed.poses.set(&[FIRST, SECOND]).unwrap();
    typed.pose.set(&SECOND).unwrap();
    assert_eq!(shown(&reader, "title"), "\"grün\"");
    assert_eq!(shown(&reader, "samples"), "[1.0, 2.0, 3.0]");
    assert_eq!(shown(&reader, "pose"), "{ x: -2.0, mode: Idle, value: 5 }");
    assert_eq!(shown(&reader, "poses[0]"), "{ x: 1.5, mode: Busy, value: 4 }");
}

#[test]
fn a_path_leads_into_a_value_and_sets_a_part_of_it() {
    let folder = Folder::new("dynamic-heap-parts");
    let (typed, region) = board(&folder);
    typed.samples.set(&[0.0, 1.0, 2.0, 3.0, 4.0]).unwrap();
    typed.poses.set(&[FIRST, SECOND]).unwrap();
    typed.pose.set(&FIRST).unwrap();
    for (path, value) in [
        ("samples[2]", "2.0"),
        ("samples[1..4]", "[1.0, 2.0, 3.0]"),
        ("samples[3..]", "[3.0, 4.0]"),
        ("samples[..]", "[0.0, 1.0, 2.0, 3.0, 4.0]"),
        ("samples.value[4]", "4.0"),
        ("pose.x", "1.5"),
        ("pose.value.value", "4"),
        ("poses[1].mode", "Idle"),
        ("poses[..].value", "[4, 5]"),
    ] {
        assert_eq!(shown(&region, path), value, "{path}");
    }
    region.set("samples[1..3]", [8, 9]).unwrap();
    region.set("pose.x", 7.25).unwrap();
    region.set("poses[1].mode", "Busy").unwrap();
    region.set("pose", DynValue::Struct(vec![("value".into(), 9.into())])).unwrap();
    assert_eq!(typed.samples.load().unwrap(), [0.0, 8.0, 9.0, 3.0, 4.0]);
    assert_eq!(typed.pose.load().unwrap(), Some(Pose { x: 7.25, mode: Mode::Busy, value: 9 }));
    assert_eq!(typed.poses.load().unwrap(), [FIRST, Pose { mode: Mode::Busy, ..SECOND }]);
    whole(&typed, 3);
}

#[test]
fn a_part_that_is_not_there_is_refused_and_the_value_stays() {
    let folder = Folder::new("dynamic-heap-outside");
    let (typed, region) = board(&folder);
    assert_eq!(refusal(region.get("samples[0]")), "`samples` has 0 elements: there is no [0]");
    assert_eq!(refusal(region.get("pose.x")), "`pose` is `Owned`, which owns no value");
    assert_eq!(refusal(region.set("pose.x", 1.0)), "`pose` is `Owned`, which owns no value");
    typed.samples.set(&[1.0, 2.0, 3.0]).unwrap();
    for index in ["3", "2..4", "4.."] {
        let refused = region.get(format!("samples[{index}]"));
        assert!(matches!(refused, Err(DynError::OutOfBounds { len: 3, .. })), "{index}");
    }
    assert!(region.get("samples[18446744073709551615]").is_err());
    let refused = refusal(region.set("samples[3]", 0));
    assert_eq!(refused, "`samples` has 3 elements: there is no [3]");
    assert_eq!(
        refusal(region.get("notes[..].text[0]")),
        "`notes[..].text` is `OwnedText`, not an array: it has no elements"
    );
    assert!(matches!(region.get("title.len"), Err(DynError::NoField { .. })));
    assert_eq!(typed.samples.load().unwrap(), [1.0, 2.0, 3.0]);
}

#[test]
fn none_empties_a_place_as_an_empty_text_and_an_empty_list_do() {
    let folder = Folder::new("dynamic-heap-clear");
    let (typed, region) = board(&folder);
    let fill = || {
        typed.title.set("x").unwrap();
        typed.samples.set(&[1.0]).unwrap();
        typed.pose.set(&FIRST).unwrap();
        whole(&typed, 3);
    };
    fill();
    for path in ["title", "samples", "pose"] {
        region.set(path, DynValue::None).unwrap();
    }
    whole(&typed, 0);
    fill();
    region.set("title", "").unwrap();
    region.set("samples", DynValue::List(Vec::new())).unwrap();
    region.set("pose", DynValue::None).unwrap();
    whole(&typed, 0);
    assert!(typed.title.is_empty() && typed.samples.is_empty() && typed.pose.is_empty());
}

#[test]
fn a_value_that_does_not_fit_is_refused_before_anything_is_stored() {
    let folder = Folder::new("dynamic-heap-unfit");
    let (typed, region) = board(&folder);
    typed.title.set("old").unwrap();
    for (path, value) in [
        ("title", DynValue::from(5)),
        ("samples", "text".into()),
        ("samples", DynValue::List(vec!["x".into()])),
        ("pose", DynValue::Struct(vec![("z".into(), 1.into())])),
        // The place is empty, so all fields are needed.
        ("pose", DynValue::Struct(vec![("x".into(), 1.into())])),
        ("poses", DynValue::List(vec![DynValue::Struct(vec![("x".into(), 1.into())])])),
        ("title.handle", 5.into()),
    ] {
        assert!(region.set(path, value.clone()).is_err(), "{path}: {value}");
    }
    let fault = region.set("title", "x".repeat(5 << 20)).unwrap_err();
    let is_too_long =
        matches!(fault, DynError::Heap { cause: HeapError::TooLong { len: 0x50_0000, .. }, .. });
    assert!(is_too_long, "{fault}");
    assert!(matches!(region.fetch_add("bytes[0]", 1), Err(DynError::NotWritable { .. })));
    assert_eq!(typed.title.load().unwrap(), "old");
    whole(&typed, 1);
}

#[test]
fn a_full_heap_refuses_a_value_and_keeps_the_old_one() {
    let folder = Folder::new("dynamic-heap-full");
    let (typed, region) = board(&folder);
    region.set("title", "x".repeat(3 << 20)).unwrap();
    let fault = region.set("bytes", DynValue::Bytes(vec![7; 2 << 20])).unwrap_err();
    assert!(matches!(fault, DynError::Heap { cause: HeapError::Full { .. }, .. }), "{fault}");
    assert_eq!(typed.title.load().unwrap().len(), 3 << 20);
    assert!(typed.bytes.is_empty());
}

/// Values for a title and for bytes, in that order.
fn title_and_bytes(title: &str, bytes: usize) -> DynValue {
    let bytes = DynValue::Bytes(vec![7; bytes]);
    DynValue::Struct(vec![("title".into(), title.into()), ("bytes".into(), bytes)])
}

#[test]
fn several_values_leave_every_place_unchanged_if_one_finds_no_room() {
    let folder = Folder::new("dynamic-heap-all-or-none");
    let (typed, region) = board(&folder);
    region.set("", title_and_bytes("old", 3)).unwrap();
    let long = "x".repeat(3 << 20);
    let fault = region.set("", title_and_bytes(&long, 2 << 20)).unwrap_err();
    assert!(matches!(fault, DynError::Heap { cause: HeapError::Full { .. }, .. }), "{fault}");
    let fault = region.set("", title_and_bytes("new", 5 << 20)).unwrap_err();
    assert!(matches!(fault, DynError::Heap { cause: HeapError::TooLong { .. }, .. }), "{fault}");
    assert_eq!(typed.title.load().unwrap(), "old");
    assert_eq!(typed.bytes.load().unwrap(), [7; 3]);
    whole(&typed, 2);
    // The blocks for the values that were not set are free again.
    typed.heap().unwrap().recover().unwrap();
    assert_eq!(typed.heap().unwrap().audit().stats.owned, 0);
    region.set("", title_and_bytes(&long, 4)).unwrap();
    assert_eq!(typed.title.load().unwrap(), long);
}

#[test]
fn several_values_leave_every_place_unchanged_if_one_place_is_busy() {
    let folder = Folder::new("dynamic-heap-one-busy");
    let (typed, region) = board(&folder);
    region.set("", title_and_bytes("old", 3)).unwrap();
    let all = region.resolve("").unwrap();
    let mut outcome = None;
    let busy = |_: &mut Vec<u8>| {
        let set = || all.try_set(title_and_bytes("new", 5));
        outcome = Some(std::thread::scope(|scope| scope.spawn(set).join().unwrap()));
    };
    typed.bytes.update(busy).unwrap();
    assert!(matches!(outcome, Some(Err(DynError::Lock(LockError::Busy)))), "{outcome:?}");
    assert_eq!(typed.title.load().unwrap(), "old");
    all.try_set(title_and_bytes("new", 5)).unwrap();
    assert_eq!(
        (typed.title.load().unwrap().as_str(), typed.bytes.load().unwrap().len()),
        ("new", 5)
    );
    whole(&typed, 2);
}

#[test]
fn writers_that_name_the_same_places_in_opposite_orders_do_not_deadlock() {
    let folder = Folder::new("dynamic-heap-orders");
    let (typed, region) = board(&folder);
    let DynValue::Struct(mut fields) = title_and_bytes("one", 3) else { unreachable!() };
    fields.reverse();
    let reversed = DynValue::Struct(fields);
    std::thread::scope(|scope| {
        for value in [title_and_bytes("other", 5), reversed] {
            let region = &region;
            scope.spawn(move || (0..2000).for_each(|_| region.set("", value.clone()).unwrap()));
        }
    });
    let both = (typed.title.load().unwrap(), typed.bytes.load().unwrap().len());
    assert!([("one".to_owned(), 3), ("other".to_owned(), 5)].contains(&both), "{both:?}");
    whole(&typed, 2);
}

#[test]
fn a_place_that_is_given_two_values_has_the_last_one() {
    let folder = Folder::new("dynamic-heap-twice");
    let (typed, region) = board(&folder);
    let twice = ["first", "second"].map(|text| ("title".to_owned(), text.into()));
    region.set("", DynValue::Struct(twice.into())).unwrap();
    assert_eq!(typed.title.load().unwrap(), "second");
    whole(&typed, 1);
}

#[test]
fn a_reader_takes_no_more_memory_than_its_limit() {
    let folder = Folder::new("dynamic-heap-limit");
    let (typed, region) = board(&folder);
    typed.title.set(&"x".repeat(10_000)).unwrap();
    typed.samples.set(&[1.0; 5000]).unwrap();
    for path in ["title", "samples", "samples[..4000]"] {
        let refused = region.resolve(path).unwrap().get_at_most(8000);
        assert!(matches!(refused, Err(DynError::TooLarge { .. })), "{path}: {refused:?}");
    }
    assert!(region.resolve("samples[4990..]").unwrap().get_at_most(8000).is_ok());
    assert!(region.resolve("title").unwrap().get_at_most(1 << 20).is_ok());
}

#[test]
fn a_struct_with_places_is_read_and_written_whole() {
    let folder = Folder::new("dynamic-heap-struct");
    let (typed, region) = board(&folder);
    let note = |number: u64, text: &str| {
        DynValue::Struct(vec![("number".into(), number.into()), ("text".into(), text.into())])
    };
    region.set("notes[0]", note(3, "three")).unwrap();
    region.set("notes[1..]", DynValue::List(vec![note(4, ""), note(5, "five")])).unwrap();
    assert_eq!(typed.notes[0].text.load().unwrap(), "three");
    assert_eq!(typed.notes[2].text.load().unwrap(), "five");
    assert_eq!(
        shown(&region, "notes"),
        "[{ number: 3, text: \"three\" }, { number: 4, text: \"\" }, { number: 5, text: \"five\" }]"
    );
    assert_eq!(shown(&region, "notes[..].text"), "[\"three\", \"\", \"five\"]");
    whole(&typed, 2);
}

#[test]
fn a_place_behind_a_lock_is_set_through_the_guard() {
    let folder = Folder::new("dynamic-heap-guard");
    let (typed, region) = board(&folder);
    assert!(matches!(region.set("guarded.text", "x"), Err(DynError::NotLocked { .. })));
    let guard = region.lock("guarded").unwrap();
    guard.set("text", "locked").unwrap();
    assert_eq!(guard.get("text").unwrap().to_string(), "\"locked\"");
    drop(guard);
    assert_eq!(typed.guarded.lock().unwrap().text.load().unwrap(), "locked");
    assert_eq!(shown(&region, "guarded.text"), "\"locked\"");
}

#[test]
fn a_place_that_a_writer_holds_is_busy_for_a_caller_who_does_not_wait() {
    let folder = Folder::new("dynamic-heap-busy");
    let (typed, region) = board(&folder);
    let place = region.resolve("title").unwrap();
    let mut outcome = None;
    typed
        .title
        .update(|_| {
            outcome = Some(std::thread::scope(|scope| {
                scope.spawn(|| place.try_set("mine")).join().unwrap()
            }));
        })
        .unwrap();
    assert!(matches!(outcome, Some(Err(DynError::Lock(LockError::Busy)))), "{outcome:?}");
    place.try_set("mine").unwrap();
    assert_eq!(typed.title.load().unwrap(), "mine");
}

#[test]
fn a_region_with_a_heap_is_created_from_a_text_and_opened_by_its_type() {
    let folder = Folder::new("dynamic-heap-create");
    let path = folder.file("made");
    let layout = DynLayout::builder("Note")
        .field("number", "u32")
        .field("text", "Owned<str>")
        .build()
        .unwrap();
    let made = DynRegion::options()
        .heap_max(1 << 20)
        .create_with(&path, &layout, |made| made.set("text", "from the first moment"))
        .unwrap();
    let typed = Region::<Note>::open(&path).unwrap();
    assert_eq!(typed.text.load().unwrap(), "from the first moment");
    typed.text.set("and after").unwrap();
    assert_eq!(shown(&made, "text"), "\"and after\"");
}

#[test]
fn live_types_and_slices_in_slices_are_not_kept_in_a_heap() {
    for text in [
        "Owned<Mutex<u8>>",
        "Owned<[Event]>",
        "Owned<[[u8]]>",
        "Owned<Owned<str>>",
        "Owned<()>",
        "Owned<[u128]>",
        "Owned<[[u8; 0]]>",
        "Latest<Owned<str>>",
        "Owned<>",
        "Owned<str, 3>",
    ] {
        assert!(DynLayout::of(text).is_err(), "{text}");
    }
}
