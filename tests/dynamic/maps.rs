//! Maps by name, with a typed view of the same region beside them.

use std::num::NonZeroU16;
use std::time::Duration;

use shm_core::dynamic::DynValue;
use shm_core::errors::{DynError, HeapError};
use shm_core::{DynRegion, LockError, Map, Mutex, Region, SharedLayout, Text};

use crate::refusal;
use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum State {
    Idle = 3,
    Busy = 7,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Job {
    state: State,
    progress: f32,
    /// Called like a part of a map.
    lock: [u16; 2],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Point {
    x: i16,
    y: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Keys {
    u8: Map<u8, u8>,
    i8: Map<i8, u8>,
    u16: Map<u16, u8>,
    i16: Map<i16, u8>,
    u32: Map<u32, u8>,
    i32: Map<i32, u8>,
    u64: Map<u64, u8>,
    i64: Map<i64, u8>,
    u128: Map<u128, u8>,
    i128: Map<i128, u8>,
    f64: Map<f64, u8>,
    bool: Map<bool, u8>,
    char: Map<char, u8>,
    id: Map<NonZeroU16, u8>,
    state: Map<State, u8>,
    label: Map<Text<12>, u8>,
    text: Map<str, u8>,
    pair: Map<[i8; 2], u8>,
    list: Map<[u32], u8>,
    point: Map<Point, u8>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    by_id: Map<u64, Job>,
    notes: Map<str, str>,
    lists: Map<Text<12>, [u16]>,
    boxes: [Map<i32, u128>; 3],
    guarded: Mutex<Desk>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    open: u32,
    letters: Map<u32, str>,
}

const JOB: Job = Job { state: State::Busy, progress: 0.5, lock: [1, 2] };

fn board(folder: &Folder) -> (Region<Board>, DynRegion) {
    let path = folder.file("board");
    let typed = Region::<Board>::options().heap_max(4 << 20).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn shown(region: &DynRegion<impl shm_core::traits::Access>, path: &str) -> String {
    region.get(path).unwrap_or_else(|error| panic!("{path}: {error}")).to_string()
}

fn job(fields: &[(&str, DynValue)]) -> DynValue {
    let field = |(name, value): &(&str, DynValue)| ((*name).to_owned(), value.clone());
    DynValue::Struct(fields.iter().map(field).collect())
}

/// Sets and gets an entry of a map by its path and compares it with the typed view; then removes it, by the
/// path that the map gives for its key.
macro_rules! key {
    ($typed:ident, $region:ident, $map:ident, $key:expr, $text:expr) => {{
        let path = format!("{}[{}]", stringify!($map), $text);
        $region.set(&path, 7).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!($typed.$map.get($key).unwrap(), Some(7), "{path}");
        assert_eq!(shown(&$region, &path), "7", "{path}");
        let map = $region.map(stringify!($map)).unwrap();
        let entries = map.entries(10).unwrap();
        assert_eq!((entries.len(), &entries[0].1), (1, &DynValue::U64(7)), "{path}");
        let canonical = map.path_of(&entries[0].0);
        assert!($region.remove(&canonical).unwrap(), "{canonical}");
        assert!(!$region.remove(&path).unwrap() && $typed.$map.is_empty().unwrap(), "{path}");
    }};
}

#[test]
fn a_key_of_every_kind_is_written_in_a_path_as_it_is_shown() {
    let folder = Folder::new("dynamic-map-keys");
    let path = folder.file("keys");
    let typed = Region::<Keys>::options().heap_max(4 << 20).create(&path).unwrap();
    let region = DynRegion::open(&path).unwrap();
    key!(typed, region, u8, &255, "255");
    key!(typed, region, i8, &-128, "-128");
    key!(typed, region, u16, &65535, "65535");
    key!(typed, region, i16, &-2, "-2");
    key!(typed, region, u32, &0, "0");
    key!(typed, region, i32, &i32::MIN, "-2147483648");
    key!(typed, region, u64, &u64::MAX, "18446744073709551615");
    key!(typed, region, i64, &i64::MIN, "-9223372036854775808");
    key!(typed, region, u128, &u128::MAX, "340282366920938463463374607431768211455");
    key!(typed, region, i128, &i128::MIN, "-170141183460469231731687303715884105728");
    key!(typed, region, f64, &-1.5, "-1.5");
    key!(typed, region, bool, &true, "true");
    key!(typed, region, char, &'ß', "ß");
    key!(typed, region, char, &'\'', r"'\''");
    key!(typed, region, id, &NonZeroU16::MAX, "65535");
    key!(typed, region, state, &State::Busy, "Busy");
    key!(typed, region, state, &State::Idle, "3");
    key!(typed, region, label, &Text::new("north").unwrap(), "north");
    key!(typed, region, label, &Text::new("").unwrap(), "\"\"");
    for (text, written) in [
        ("ann", "ann"),
        ("ann", "\"ann\""),
        ("7", "7"),
        ("7", "\"7\""),
        ("07", "\"07\""),
        ("true", "true"),
        ("größe-2.5", "größe-2.5"),
        ("a ]=[ b\"\\\n", r#""a ]=[ b\"\\\n""#),
        ("", "\"\""),
    ] {
        key!(typed, region, text, text, written);
    }
    key!(typed, region, pair, &[-1, 2], "[-1, 2]");
    key!(typed, region, list, [1, 2, 3].as_slice(), "[1,2,3]");
    key!(typed, region, list, [].as_slice(), "[]");
    key!(typed, region, point, &Point { x: -1, y: 2 }, "{ x: -1, y: 2 }");
    key!(typed, region, point, &Point { x: -1, y: 2 }, "{y:2,x:-1}");
}

#[test]
fn an_entry_is_inserted_replaced_changed_in_part_and_removed_by_its_path() {
    let folder = Folder::new("dynamic-map-entry");
    let (typed, region) = board(&folder);
    let whole = [("state", "Busy".into()), ("progress", 0.5.into()), ("lock", [1, 2].into())];
    region.set("by_id[7]", job(&whole)).unwrap();
    assert_eq!(typed.by_id.get(&7).unwrap(), Some(JOB));
    region.set("by_id[7].state", "Idle").unwrap();
    region.set("by_id[7].lock[1]", 9).unwrap();
    region.set("by_id[7]", job(&[("progress", 0.75.into())])).unwrap();
    let expected = Job { state: State::Idle, progress: 0.75, lock: [1, 9] };
    assert_eq!(typed.by_id.get(&7).unwrap(), Some(expected));
    assert_eq!(shown(&region, "by_id[7]"), "{ state: Idle, progress: 0.75, lock: [1, 9] }");
    assert_eq!(shown(&region, "by_id[7].lock"), "[1, 9]");
    assert_eq!(shown(&region, "by_id[7].lock[..]"), "[1, 9]");

    region.set("notes[Ada]", "will be late").unwrap();
    region.set("notes[Ada]", "").unwrap();
    assert_eq!(typed.notes.get("Ada").unwrap().as_deref(), Some(""));
    region.set("lists[odd]", [1_u16, 3, 5]).unwrap();
    region.set("lists[odd][1]", 4).unwrap();
    region.set("lists[odd][1..]", [7_u16, 9]).unwrap();
    region.set("lists[none]", DynValue::List(Vec::new())).unwrap();
    assert_eq!(shown(&region, "lists[odd]"), "[1, 7, 9]");
    assert_eq!(shown(&region, "lists[odd][..2]"), "[1, 7]");
    assert_eq!(shown(&region, "lists[none]"), "[]");
    region.set("boxes[2][-5]", u128::MAX).unwrap();
    assert_eq!(typed.boxes[2].get(&-5).unwrap(), Some(u128::MAX));
    assert!(typed.boxes[0].is_empty().unwrap());

    assert!(region.remove("by_id[7]").unwrap());
    assert!(!region.remove("by_id[7]").unwrap());
    assert_eq!(typed.by_id.get(&7).unwrap(), None);
    let lists = region.map("lists").unwrap();
    assert!(lists.remove("none").unwrap());
    lists.insert("few", [1_u16]).unwrap();
    assert_eq!(lists.get("few").unwrap().unwrap().to_string(), "[1]");
    assert_eq!((lists.get("none").unwrap(), lists.len().unwrap()), (None, 2));
    lists.clear().unwrap();
    assert!(typed.lists.is_empty().unwrap());
    assert!(typed.heap().unwrap().audit().faults.is_empty());
}

#[test]
fn a_resolved_path_of_an_entry_follows_it_through_changes() {
    let folder = Folder::new("dynamic-map-resolved");
    let (typed, region) = board(&folder);
    let progress = region.read_only().resolve("by_id[7].progress").unwrap();
    assert!(matches!(progress.get(), Err(DynError::NoEntry { .. })));
    for round in 0..200_u16 {
        // The map grows, and the entry goes and comes.
        typed.by_id.insert(&(1000 + u64::from(round)), &JOB).unwrap();
        typed.by_id.insert(&7, &Job { progress: round.into(), ..JOB }).unwrap();
        assert_eq!(progress.get().unwrap(), DynValue::F32(round.into()));
        typed.by_id.remove(&7).unwrap();
        assert!(matches!(progress.get(), Err(DynError::NoEntry { .. })));
    }
}

#[test]
fn an_entry_that_is_not_there_is_an_error_that_names_the_map_and_its_size() {
    let folder = Folder::new("dynamic-map-missing");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&1, &JOB).unwrap();
    for id in 8..19 {
        typed.by_id.insert(&id, &JOB).unwrap();
    }
    let message = "no entry 7 in `by_id`, which holds 12 entries";
    for error in [
        region.get("by_id[7]").unwrap_err(),
        region.get("by_id[7].state").unwrap_err(),
        region.set("by_id[7].state", "Idle").unwrap_err(),
    ] {
        assert_eq!(error.to_string(), message);
        assert!(error.help().unwrap().contains("set"));
    }
    let error = region.get(r#"notes["a b"]"#).unwrap_err();
    assert_eq!(error.to_string(), r#"no entry "a b" in `notes`, which holds 0 entries"#);
    let error = region.get("boxes[1][-2]").unwrap_err();
    assert_eq!(error.to_string(), "no entry -2 in `boxes[1]`, which holds 0 entries");
    typed.lists.insert(&Text::new("odd").unwrap(), &[1, 3]).unwrap();
    let error = region.get("lists[odd][2]").unwrap_err();
    assert_eq!(error.to_string(), "`lists[odd]` has 2 elements: there is no [2]");
    let error = region.set("by_id[7]", job(&[("state", "Idle".into())])).unwrap_err();
    assert!(error.to_string().contains("`by_id[7].progress` cannot be written"), "{error}");
    assert_eq!(typed.by_id.len().unwrap(), 12);
}

#[test]
fn keys_and_values_that_do_not_fit_are_refused_and_the_map_stays_as_it_is() {
    let folder = Folder::new("dynamic-map-refused");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&7, &JOB).unwrap();
    typed.notes.insert("Ada", "late").unwrap();
    typed.lists.insert(&Text::new("odd").unwrap(), &[1, 3]).unwrap();
    for (path, value, message) in [
        ("by_id[ann]", 1.into(), "has keys of type `u64`: [ann] is not one, as \"ann\" is not"),
        ("by_id[-1]", 1.into(), "[-1] is not one, as -1 does not fit a `u64`"),
        ("by_id[{ x: 1 }]", 1.into(), "[{ x: 1 }] is not one"),
        ("lists[a-text-too-long]", 1.into(), "has 15 bytes, there is room for 12"),
        ("notes[[1]]", "x".into(), "has keys of type `str`: [[1]] is not one"),
        ("notes['a']", "x".into(), "is not one, as text other than a word is between two `\"`"),
        ("by_id[7].state", "Lost".into(), "is not a variant; allowed: 3 (Idle), 7 (Busy)"),
        ("by_id[7]", 3.into(), "is not a struct"),
        ("by_id[8]", DynValue::None, "is not a struct"),
        ("notes[Ada]", 3.into(), "3 is not text"),
        ("notes[Ada].lock", 3.into(), "not a struct: it has no field `lock`"),
        ("notes[Ada][0]", 3.into(), "not an array"),
        ("lists[odd].lock", 3.into(), "not a struct: it has no field `lock`"),
        ("lists[odd]", "x".into(), "is not a list"),
        ("by_id[..]", 1.into(), "not an array: it has no elements"),
        ("by_id[7][8]", 1.into(), "not an array: it has no elements"),
        ("by_id[7][x]", 1.into(), "not a map: it has no entry [x]"),
        ("boxes[x]", 1.into(), "not a map: it has no entry [x]"),
        ("boxes[..][7]", 1.into(), "each element has one of its own: name one element"),
        ("by_id", DynValue::List(Vec::new()), "it is a `Map`"),
    ] {
        let error = refusal(region.set(path, value));
        assert!(error.contains(message), "{path}: {error}");
    }
    let error = region.fetch_add("by_id[7].lock[0]", 1).unwrap_err();
    assert!(error.to_string().contains("part of a value in the heap"), "{error}");
    for (path, message) in [
        ("by_id", "only a whole entry of a map can be removed"),
        ("by_id[7].state", "only a whole entry of a map can be removed"),
        ("boxes[1]", "only a whole entry of a map can be removed"),
    ] {
        let error = region.remove(path).unwrap_err().to_string();
        assert!(error.contains(message), "{path}: {error}");
    }
    for path in ["by_id[7]", "boxes", "boxes[..]", "guarded.open"] {
        assert!(region.map(path).unwrap_err().to_string().contains("not one map"), "{path}");
    }
    assert_eq!(typed.by_id.entries().unwrap(), [(7, JOB)]);
    assert_eq!(typed.notes.get("Ada").unwrap().as_deref(), Some("late"));
    assert_eq!(typed.lists.entries().unwrap().len(), 1);
}

#[test]
fn a_full_heap_refuses_an_entry_and_keeps_the_old_one() {
    let folder = Folder::new("dynamic-map-full");
    let path = folder.file("board");
    let typed = Region::<Board>::options().heap_max(64 << 10).create(&path).unwrap();
    let region = DynRegion::open(&path).unwrap();
    region.set("notes[Ada]", "short").unwrap();
    let error = region.set("notes[Ada]", "x".repeat(80_000)).unwrap_err();
    let DynError::Heap { field, cause } = &error else { panic!("{error}") };
    assert_eq!(field, "notes[Ada]");
    assert!(matches!(cause, HeapError::Full { .. } | HeapError::TooLong { .. }), "{error}");
    assert_eq!(typed.notes.get("Ada").unwrap().as_deref(), Some("short"));
}

#[test]
fn entries_are_listed_in_the_order_of_their_keys_and_bounded() {
    let folder = Folder::new("dynamic-map-entries");
    let (typed, region) = board(&folder);
    for id in [300, 1, 65536, 2, 256] {
        typed.by_id.insert(&id, &JOB).unwrap();
    }
    let by_id = region.read_only().map("by_id").unwrap();
    let keys = |most| {
        let entries = by_id.entries(most).unwrap();
        entries.into_iter().map(|(key, _)| u64::try_from(key).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(keys(10), [1, 2, 256, 300, 65536]);
    let some = keys(2);
    assert!(some.len() == 2 && some[0] < some[1], "{some:?}");
    assert_eq!((keys(0), by_id.len().unwrap()), (vec![], 5));
    let error = by_id.entries_at_most(10, 40).unwrap_err();
    assert!(matches!(error, DynError::TooLarge { .. }), "{error}");
    assert!(shown(&region, "by_id").starts_with("[{ key: 1, value: { state: Busy, "));
}

#[test]
fn a_map_behind_a_lock_is_changed_through_the_guard() {
    let folder = Folder::new("dynamic-map-guarded");
    let (typed, region) = board(&folder);
    for error in [
        region.set("guarded.letters[1]", "dear").unwrap_err(),
        region.remove("guarded.letters[1]").unwrap_err(),
        region.map("guarded.letters").unwrap().clear().unwrap_err(),
    ] {
        assert!(matches!(error, DynError::NotLocked { .. }), "{error}");
    }
    let desk = region.lock("guarded").unwrap();
    desk.set("letters[1]", "dear").unwrap();
    desk.set("letters[2]", "sir").unwrap();
    assert!(desk.remove("letters[2]").unwrap());
    let error = desk.get("letters[2]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no entry 2 in `guarded.letters`, which holds 1 entry",
        "the path is that from the start of the region"
    );
    drop(desk);
    assert_eq!(shown(&region, "guarded.letters[1]"), "\"dear\"");
    assert_eq!(typed.guarded.lock().unwrap().letters.len().unwrap(), 1);
}

#[test]
fn a_map_that_a_writer_changes_is_busy_for_a_caller_who_does_not_wait() {
    let folder = Folder::new("dynamic-map-busy");
    let (typed, region) = board(&folder);
    let mut outcomes = Vec::new();
    typed
        .notes
        .update("Ada", |_| {
            std::thread::scope(|scope| {
                let by_name = || {
                    let notes = region.map("notes").unwrap();
                    vec![
                        region.try_set("notes[Bob]", "mine").unwrap_err(),
                        region.remove_timeout("notes[Ada]", Duration::ZERO).unwrap_err(),
                        notes.clear_timeout(Duration::ZERO).unwrap_err(),
                    ]
                };
                outcomes = scope.spawn(by_name).join().unwrap();
            });
        })
        .unwrap();
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        assert!(matches!(outcome, DynError::Lock(LockError::Busy)), "{outcome}");
    }
    region.try_set("notes[Bob]", "mine").unwrap();
}

#[test]
fn two_threads_that_change_parts_of_one_entry_by_name_lose_no_change() {
    let folder = Folder::new("dynamic-map-parts");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&7, &JOB).unwrap();
    std::thread::scope(|scope| {
        for part in 0..2 {
            let region = &region;
            scope.spawn(move || {
                let path = format!("by_id[7].lock[{part}]");
                for round in 0..500_u16 {
                    region.set(&path, round).unwrap();
                    assert_eq!(region.get(&path).unwrap(), DynValue::U64(round.into()));
                }
            });
        }
    });
    assert_eq!(typed.by_id.get(&7).unwrap().unwrap().lock, [499, 499]);
}
