//! Entries of maps with parts of any length, by name: whole and in parts.

use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::errors::DynError;
use shm_core::{DynRegion, Map, Mutex, Owned, Region, SharedLayout};

use crate::support::Folder;
use crate::values::{Corner, Job, SHOWN, State, job, shown};

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    by_id: Map<u64, Job>,
    by_name: Map<str, Corner>,
    corner: Owned<Corner>,
    guarded: Mutex<Desk>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    by_id: Map<u64, Job>,
}

fn board(folder: &Folder) -> (Region<Board>, DynRegion) {
    let path = folder.file("board");
    let typed = Region::<Board>::options().heap_max(4 << 20).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

#[test]
fn an_entry_with_parts_is_read_whole_and_in_parts_by_its_key() {
    let folder = Folder::new("dynamic-map-values-get");
    let (typed, _) = board(&folder);
    let reader = DynRegion::open_read_only(folder.file("board")).unwrap();
    typed.by_id.insert(&7, &job()).unwrap();
    typed.by_name.insert("a b", &Corner { name: "north".into(), value: [1, 2, 3] }).unwrap();
    for (path, value) in [
        ("by_id[7]", SHOWN),
        ("by_id[7].title", "\"build\""),
        ("by_id[7].state", "Waiting"),
        ("by_id[7].tags", "[4, 5, 6]"),
        ("by_id[7].tags[1]", "5"),
        ("by_id[7].tags[1..]", "[5, 6]"),
        ("by_id[7].steps[0].command", "[\"make\", \"-j8\", \"all\"]"),
        ("by_id[7].steps[0].command[2]", "\"all\""),
        ("by_id[7].steps[..].title", "[\"make\", \"test\"]"),
        ("by_id[7].corners[0].name", "\"north\""),
        ("by_id[7].author", "\"Ada\""),
        ("by_name[\"a b\"]", "{ name: \"north\", value: [1, 2, 3] }"),
        ("by_name[\"a b\"].value", "[1, 2, 3]"),
        ("by_name[\"a b\"].value[1]", "2"),
    ] {
        assert_eq!(shown(&reader, path), value, "{path}");
    }
    let entries = reader.map("by_id").unwrap().entries(10).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].1.to_string(), SHOWN);
}

#[test]
fn a_part_of_an_entry_that_is_not_there_is_an_error_that_names_it() {
    let folder = Folder::new("dynamic-map-values-missing");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&7, &job()).unwrap();
    for path in ["by_id[8]", "by_id[8].title", "by_id[8].tags[0]", "by_id[8].tags[..]"] {
        let error = region.get(path).unwrap_err().to_string();
        assert_eq!(error, "no entry 8 in `by_id`, which holds 1 entry", "{path}");
    }
    let error = region.set("by_id[8].title", "x").unwrap_err().to_string();
    assert_eq!(error, "no entry 8 in `by_id`, which holds 1 entry");
    for (path, part, wrong, count) in [
        ("by_id[7].tags[3]", "by_id[7].tags", "3", 3),
        ("by_id[7].tags[1..4]", "by_id[7].tags", "1..4", 3),
        ("by_id[7].steps[2].title", "by_id[7].steps", "2", 2),
        ("by_id[7].steps[1].command[0]", "by_id[7].steps[1].command", "0", 0),
    ] {
        match region.get(path) {
            Err(DynError::OutOfBounds { at, index, len }) => {
                assert_eq!((&*at, &*index, len), (part, wrong, count), "{path}");
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    for path in ["by_id[7].titel", "by_id[7].steps.title", "by_id[7].title.x", "by_id[7].tags[x]"] {
        assert!(region.get(path).is_err(), "{path}");
        assert!(region.set(path, 1).is_err(), "{path}");
    }
    assert_eq!(typed.by_id.get(&7).unwrap(), Some(job()));
}

#[test]
fn setting_a_part_of_an_entry_replaces_its_value_and_leaves_all_else() {
    let folder = Folder::new("dynamic-map-values-set");
    let (typed, region) = board(&folder);
    let mut expected = job();
    typed.by_id.insert(&7, &expected).unwrap();
    typed.by_id.insert(&8, &job()).unwrap();
    let mut set = |path: &str, value: DynValue, change: &dyn Fn(&mut Job)| {
        region.set(path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
        change(&mut expected);
        assert_eq!(typed.by_id.get(&7).unwrap().as_ref(), Some(&expected), "{path}");
        assert_eq!(typed.by_id.get(&8).unwrap(), Some(job()), "{path}");
    };
    let long = "a title that is much longer than the one before, so that the value moves";
    set("by_id[7].title", long.into(), &|job| job.title = long.into());
    set("by_id[7].state", "Done".into(), &|job| job.state = State::Done);
    set("by_id[7].tags", vec![1_u16; 40].into(), &|job| job.tags = vec![1; 40]);
    set("by_id[7].tags[39]", 2.into(), &|job| job.tags[39] = 2);
    set("by_id[7].tags[1..3]", vec![8, 9].into(), &|job| job.tags[1..3].copy_from_slice(&[8, 9]));
    set("by_id[7].steps[0].command[2]", "none".into(), &|job| {
        job.steps[0].command[2] = "none".into();
    });
    set("by_id[7].steps[..].title", vec!["x", "y"].into(), &|job| {
        job.steps[0].title = "x".into();
        job.steps[1].title = "y".into();
    });
    set("by_id[7].author", DynValue::None, &|job| job.author = None);
    set("by_id[7].corners[1].value[2]", 7.into(), &|job| job.corners[1].value[2] = 7);
    // A struct replaces the fields that it gives.
    let some = DynValue::Struct(vec![("tags".into(), DynValue::List(Vec::new()))]);
    set("by_id[7]", some, &|job| job.tags.clear());
    let audit = typed.heap().unwrap().audit();
    assert!(audit.faults.is_empty(), "{:?}", audit.faults);
}

#[test]
fn a_field_called_value_is_the_field_in_an_entry_and_in_an_owned() {
    let folder = Folder::new("dynamic-map-values-value");
    let (typed, region) = board(&folder);
    let corner = Corner { name: "north".into(), value: [1, 2, 3] };
    typed.by_name.insert("x", &corner).unwrap();
    typed.corner.set(&corner).unwrap();
    region.set("by_name[x].value", vec![4, 5, 6]).unwrap();
    region.set("by_name[x].value[0]", 9).unwrap();
    assert_eq!(typed.by_name.get("x").unwrap().unwrap().value, [9, 5, 6]);
    // Of an `Owned`, `value` is all that it owns.
    region.set("corner.value.value[0]", 9).unwrap();
    assert_eq!(typed.corner.load().unwrap().unwrap().value, [9, 2, 3]);
}

#[test]
fn a_whole_entry_with_parts_is_inserted_replaced_and_removed_by_its_key() {
    let folder = Folder::new("dynamic-map-values-whole");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&7, &job()).unwrap();
    let value = region.get("by_id[7]").unwrap();
    region.set("by_id[8]", value.clone()).unwrap();
    region.map("by_id").unwrap().insert(9, value).unwrap();
    assert_eq!(typed.by_id.get(&8).unwrap(), Some(job()));
    assert_eq!(typed.by_id.get(&9).unwrap(), Some(job()));
    // A new entry needs all fields.
    let half = DynValue::Struct(vec![("title".into(), "x".into())]);
    let error = region.set("by_id[10]", half.clone()).unwrap_err().to_string();
    assert!(error.contains("`by_id[10].id`"), "{error}");
    assert_eq!(typed.by_id.len().unwrap(), 3);
    region.set("by_id[9]", half).unwrap();
    assert_eq!(typed.by_id.get(&9).unwrap(), Some(Job { title: "x".into(), ..job() }));
    for (path, value, part) in [
        ("by_id[9].title", 7.into(), "`by_id[9].title`"),
        ("by_id[9].tags[1]", (-1).into(), "`by_id[9].tags[1]`"),
        ("by_id[9]", DynValue::Struct(vec![("tags".into(), "x".into())]), "`by_id[9].tags`"),
        ("by_id[9]", DynValue::Struct(vec![("titel".into(), "x".into())]), "titel"),
    ] {
        let error = region.set(path, value).unwrap_err();
        assert!(error.to_string().contains(part), "{path}: {error}");
    }
    assert_eq!(typed.by_id.get(&9).unwrap(), Some(Job { title: "x".into(), ..job() }));
    assert!(region.remove("by_id[9]").unwrap());
    assert!(!region.remove("by_id[9]").unwrap());
    let error = region.remove("by_id[8].title").unwrap_err().to_string();
    assert!(error.contains("only a whole entry"), "{error}");
    assert_eq!(typed.by_id.len().unwrap(), 2);
}

#[test]
fn an_entry_with_parts_behind_a_lock_is_changed_through_the_guard() {
    let folder = Folder::new("dynamic-map-values-guarded");
    let (typed, region) = board(&folder);
    typed.guarded.lock().unwrap().by_id.insert(&7, &job()).unwrap();
    let error = region.set("guarded.by_id[7].title", "x").unwrap_err();
    assert!(matches!(error, DynError::NotLocked { .. }), "{error}");
    let desk = region.lock("guarded").unwrap();
    desk.set("by_id[7].title", "x").unwrap();
    desk.set("by_id[7].steps[1].command", vec!["ls"]).unwrap();
    assert_eq!(desk.get("by_id[7].title").unwrap(), "x".into());
    let error = desk.get("by_id[7].tags[3]").unwrap_err().to_string();
    assert!(error.contains("`guarded.by_id[7].tags`"), "{error}");
    drop(desk);
    let mut expected = Job { title: "x".into(), ..job() };
    expected.steps[1].command = vec!["ls".into()];
    assert_eq!(typed.guarded.lock().unwrap().by_id.get(&7).unwrap(), Some(expected));
}

#[test]
fn two_threads_that_change_parts_of_one_entry_of_any_length_lose_no_change() {
    let folder = Folder::new("dynamic-map-values-threads");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&7, &job()).unwrap();
    std::thread::scope(|scope| {
        for path in ["by_id[7].title", "by_id[7].author"] {
            let region = &region;
            scope.spawn(move || {
                for round in 0..300 {
                    let text = "x".repeat(round);
                    region.set(path, text.as_str()).unwrap();
                    assert_eq!(region.get(path).unwrap(), text.as_str().into());
                }
            });
        }
    });
    let text = "x".repeat(299);
    let expected = Job { title: text.clone(), author: Some(text), ..job() };
    assert_eq!(typed.by_id.get(&7).unwrap(), Some(expected));
}

#[test]
fn a_key_with_parts_of_any_length_is_written_in_a_path_as_it_is_shown() {
    let layout = DynLayout::of("Map<{ name: String, parts: Vec<u8> }, u32>").unwrap();
    let folder = Folder::new("dynamic-map-values-keys");
    let region = DynRegion::create(folder.file("map"), &layout).unwrap();
    region.set("[{ name: \"ab\", parts: [1, 2] }]", 5).unwrap();
    region.set("[{ name: \"a\", parts: [1, 2] }]", 6).unwrap();
    region.set("[{ parts: [1, 2], name: \"ab\" }]", 7).unwrap();
    let map = region.map("").unwrap();
    let entries = map.entries(10).unwrap();
    assert_eq!(entries.len(), 2);
    for (key, value) in entries {
        assert_eq!(region.get(map.path_of(&key)).unwrap(), value);
    }
    assert_eq!(shown(&region, "[{ name: \"ab\", parts: [1, 2] }]"), "7");
    let error = region.get("[{ name: \"ab\" }]").unwrap_err().to_string();
    assert!(error.contains("parts") && error.contains("is not given"), "{error}");
}

#[test]
fn fields_in_any_order_have_the_bytes_of_the_declared_order() {
    let folder = Folder::new("dynamic-map-values-order");
    let (typed, region) = board(&folder);
    typed.by_id.insert(&1, &job()).unwrap();
    let DynValue::Struct(mut fields) = region.get("by_id[1]").unwrap() else { panic!("a struct") };
    fields.reverse();
    region.set("by_id[2]", DynValue::Struct(fields)).unwrap();
    assert_eq!(typed.by_id.get(&2).unwrap(), Some(job()));
    let bytes = std::fs::read(folder.file("board")).unwrap();
    let is_start = |at: &usize| {
        let (id, offset, len) = (&bytes[*at..at + 8], bytes[at + 8], bytes[at + 16]);
        id == [3, 0, 0, 0, 0, 0, 0, 0] && offset == 128 && len == 5
    };
    let starts = (0..bytes.len() - 100).step_by(8).filter(is_start);
    // The title comes first among the contents, and the author last.
    let titles: Vec<_> = starts.map(|at| &bytes[at + 128..at + 133]).collect();
    assert_eq!(titles, [b"build"; 2]);
}
