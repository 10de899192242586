//! Maps: compared with std's, between processes, after deaths, and with garbage in the region.

use std::collections::HashMap;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use shm_core::heap::{HeapError, MapView};
use shm_core::{DynRegion, LockError, Map, Region, SharedLayout, Text, format};

use super::dice::Dice;
use super::{HEAP, Kind, Mark, assert_whole, text};
use crate::support::{Folder, argument, finish, second_process, wait_until};

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Directory {
    hits: u64,
    marks: Map<u64, Mark>,
    notes: Map<str, str>,
    lists: Map<Text<12>, [u16]>,
    wide: Map<u128, u8>,
    by_mark: Map<Mark, [u8]>,
}

fn directory() -> Region<Directory> {
    Region::<Directory>::options().heap_max(HEAP).anonymous().unwrap()
}

fn sorted(map: &MapView<str, str>) -> Vec<(String, String)> {
    let mut all = map.entries().unwrap();
    all.sort();
    all
}

#[test]
fn a_map_of_a_region_behaves_like_the_map_of_std() {
    for (seed, keys) in [(1, 12), (2, 100), (3, 2000)] {
        let directory = directory();
        let (map, mut model, mut dice) = (&directory.notes, HashMap::new(), Dice(seed));
        for round in 0..6000 {
            let number = dice.below(keys);
            let key = text((number % 40) as usize, number);
            let value = text(dice.below(if number == 3 { 9000 } else { 70 }) as usize, round);
            match dice.below(9) {
                0..4 => {
                    let had = map.insert(&key, &value).unwrap();
                    assert_eq!(had, model.insert(key, value).is_some());
                }
                4 => assert_eq!(map.remove(&key).unwrap(), model.remove(&key).is_some()),
                5 => assert_eq!(map.take(&key).unwrap(), model.remove(&key)),
                6 => {
                    let change = |old: &mut Option<String>| match old {
                        Some(old) if old.len() % 3 == 0 => old.push('!'),
                        Some(_) => *old = None,
                        None => *old = Some(value.clone()),
                    };
                    map.update(&key, change).unwrap();
                    let mut old = model.remove(&key);
                    change(&mut old);
                    model.extend(old.map(|new| (key, new)));
                }
                7 => assert_eq!(map.contains_key(&key).unwrap(), model.contains_key(&key)),
                _ => assert_eq!(map.get(&key).unwrap().as_ref(), model.get(&key)),
            }
            if round % 1000 == 0 {
                assert_eq!(map.len().unwrap(), model.len());
                assert!(directory.heap().unwrap().audit().faults.is_empty());
            }
        }
        let mut expected: Vec<_> = model.into_iter().collect();
        expected.sort();
        assert_eq!(sorted(map), expected);
        map.clear().unwrap();
        assert!(map.is_empty().unwrap());
        let heap = directory.heap().unwrap();
        heap.recover().unwrap();
        let stats = heap.stats();
        assert_eq!((stats.blocks, stats.free_pages), (0, stats.frontier), "{stats:?}");
    }
}

#[test]
fn keys_and_values_are_any_plain_data_texts_and_slices() {
    let directory = directory();
    let mark = |line| Mark { line, kind: Kind::Loud, weight: 0.5 };
    assert!(!directory.marks.insert(&7, &mark(1)).unwrap());
    assert!(directory.marks.insert(&7, &mark(2)).unwrap());
    assert_eq!(directory.marks.get(&7).unwrap(), Some(mark(2)));
    assert_eq!(directory.marks.get(&8).unwrap(), None);
    let name = |name| Text::<12>::try_from(name).unwrap();
    directory.lists.insert(&name("primes"), &[2, 3, 5, 7]).unwrap();
    directory.lists.insert(&name(""), &[]).unwrap();
    assert_eq!(directory.lists.get(&name("primes")).unwrap(), Some(vec![2, 3, 5, 7]));
    assert_eq!(directory.lists.get(&name("")).unwrap(), Some(vec![]));
    assert_eq!(directory.lists.get(&name("prime")).unwrap(), None);
    directory.wide.insert(&u128::MAX, &9).unwrap();
    assert_eq!(directory.wide.get(&u128::MAX).unwrap(), Some(9));
    assert_eq!(directory.wide.get(&u128::from(u64::MAX)).unwrap(), None);
    directory.notes.insert("", "no name").unwrap();
    assert_eq!(directory.notes.get("").unwrap().as_deref(), Some("no name"));
    let mut out = "old".to_owned();
    assert!(!directory.notes.get_into("x", &mut out).unwrap());
    assert_eq!(out, "");
    let shown = format!("{:?}", *directory);
    assert!(shown.contains(r#"notes: {"": "no name"}"#), "{shown}");
    assert!(shown.contains("marks: {7: Mark { line: 2, kind: Loud, weight: 0.5 }}"), "{shown}");
}

#[test]
fn keys_are_the_same_if_their_bytes_are() {
    let map = Region::<Map<[f64; 2], u8>>::options().private().unwrap();
    let odd = f64::from_bits(0x7ff8_0000_0000_0001);
    map.insert(&[0.0, 1.0], &1).unwrap();
    map.insert(&[-0.0, 1.0], &2).unwrap();
    map.insert(&[odd, 1.0], &3).unwrap();
    assert_eq!(map.get(&[0.0, 1.0]).unwrap(), Some(1));
    assert_eq!(map.get(&[-0.0, 1.0]).unwrap(), Some(2));
    assert_eq!(map.get(&[odd, 1.0]).unwrap(), Some(3));
    assert_eq!(map.get(&[f64::NAN, 1.0]).unwrap(), None);
    // Padding is zero, whatever it was in the key.
    let directory = directory();
    let mut places = [const { std::mem::MaybeUninit::<Mark>::uninit() }; 2];
    for (place, byte) in places.iter_mut().zip([0x00, 0xff]) {
        // SAFETY: there is room for one.
        unsafe { std::ptr::from_mut(place).write_bytes(byte, 1) };
        let mark = place.write(Mark { line: 3, kind: Kind::Loud, weight: 1.5 });
        directory.by_mark.insert(mark, &[byte]).unwrap();
    }
    assert_eq!(directory.by_mark.len().unwrap(), 1);
}

#[test]
fn a_change_that_panics_or_uses_the_same_map_leaves_it_as_it_was() {
    let directory = directory();
    directory.notes.insert("a", "old").unwrap();
    let change = std::panic::AssertUnwindSafe(|| {
        directory.notes.update("a", |value| {
            *value = None;
            panic!("in the middle");
        })
    });
    assert!(std::panic::catch_unwind(change).is_err());
    assert_eq!(directory.notes.get("a").unwrap().as_deref(), Some("old"));
    directory
        .notes
        .update("a", |value| {
            // Reading is not a change, and other maps have their own locks.
            assert_eq!(directory.notes.get("a").unwrap(), *value);
            directory.marks.remove(&1).unwrap();
            let error = directory.notes.insert("b", "new").unwrap_err();
            assert!(matches!(error, HeapError::Lock(LockError::WouldDeadlock)), "{error}");
            value.as_mut().unwrap().push('!');
        })
        .unwrap();
    assert_eq!(sorted(&directory.notes), [("a".to_owned(), "old!".to_owned())]);
}

#[test]
fn a_heap_without_room_is_an_error_and_leaves_the_map_as_it_was() {
    let map = Region::<Map<u64, [u8]>>::options().heap_max(256 << 10).private().unwrap();
    let mut count = 0;
    let error = loop {
        match map.insert(&count, &[7; 500]) {
            Ok(had) => assert!(!had),
            Err(error) => break error,
        }
        count += 1;
    };
    assert!(matches!(error, HeapError::Full { needed: 508, .. }), "{error}");
    assert!((300..512).contains(&count), "{count}");
    assert!(matches!(map.insert(&0, &[1; 1 << 20]), Err(HeapError::TooLong { .. })));
    assert_eq!(map.len().unwrap(), count as usize);
    assert!((0..count).all(|key| map.get(&key).unwrap() == Some(vec![7; 500])));
    assert!(map.remove(&9).unwrap());
    assert!(!map.insert(&count, &[8; 500]).unwrap());
    assert!(map.heap().unwrap().audit().faults.is_empty());
}

#[test]
fn a_map_outside_of_a_region_with_a_heap_is_an_error() {
    let map = Region::<Map<u64, u64>>::options().private().unwrap();
    map.insert(&1, &2).unwrap();
    // SAFETY: a map of zeros is an empty one; nothing else uses these bytes.
    let zeros = Box::new([0_u64; 8]);
    let outside = unsafe { &*zeros.as_ptr().cast::<MapView<u64, u64>>() };
    assert!(matches!(outside.get(&1), Err(HeapError::NoHeap)));
    assert!(matches!(outside.insert(&1, &1), Err(HeapError::NoHeap)));
    assert!(matches!(outside.entries(), Err(HeapError::NoHeap)));
}

/// A map that another process changes, while a reader looks for keys that are always there.
const ALWAYS: u64 = 50;

pub(crate) fn grow() {
    let directory = Region::<Directory>::open(argument("SHM_PATH")).unwrap();
    let mut round = 0;
    while directory.hits.get() == 0 {
        // Grows, collects tombstones, and is rebuilt; meanwhile, the permanent entries are replaced.
        for number in 0..600 {
            directory.notes.insert(&format!("now and then {number}"), "x").unwrap();
            let always = (round + number) % ALWAYS;
            let value = text((number % 200) as usize, round);
            directory.notes.insert(&format!("always {always}"), &value).unwrap();
        }
        for number in 0..600 {
            assert!(directory.notes.remove(&format!("now and then {number}")).unwrap());
        }
        round += 1;
    }
    assert!(round > 1, "nothing grew while the reader was there");
}

#[test]
fn a_read_only_process_never_misses_a_key_that_is_always_there_while_the_map_grows() {
    let folder = Folder::new("map-grows");
    let path = folder.file("directory");
    let directory = Region::<Directory>::options().heap_max(HEAP).create(&path).unwrap();
    let keys: Vec<_> = (0..ALWAYS).map(|always| format!("always {always}")).collect();
    for key in &keys {
        directory.notes.insert(key, "").unwrap();
    }
    let mut writer = second_process("grows").env("SHM_PATH", &path).spawn().unwrap();
    let reader = Region::<Directory>::open_read_only(&path).unwrap();
    wait_until("the map is changed", || reader.notes.len().unwrap() as u64 > ALWAYS);
    let (mut value, mut sizes) = (String::new(), std::collections::HashSet::new());
    for round in 0..3000 {
        for key in &keys {
            assert!(reader.notes.get_into(key, &mut value).unwrap(), "{key}, round {round}");
            assert_whole(&value);
        }
        if round % 10 == 0 {
            let all: HashMap<_, _> = reader.notes.entries().unwrap().into_iter().collect();
            for key in &keys {
                assert_whole(all.get(key).unwrap_or_else(|| panic!("{key}, round {round}")));
            }
            sizes.insert(all.len());
        }
    }
    assert!(sizes.len() > 5, "the map changed meanwhile: {sizes:?}");
    directory.hits.set(1);
    assert!(finish(&mut writer).success());
    assert!(directory.heap().unwrap().audit().faults.is_empty());
}

/// Runs every operation, whatever the result.
fn use_all(directory: &Region<Directory>, seed: u64) {
    let (key, value) = (text((seed % 40) as usize, seed % 9), text((seed % 3000) as usize, seed));
    let brief = Duration::from_millis(2);
    let _ = directory.notes.insert_timeout(&key, &value, brief);
    let _ = directory.notes.get(&key);
    let _ = directory.notes.contains_key(&key);
    let _ = directory.notes.try_take(&key);
    let _ = directory.notes.try_insert(&text((seed % 11) as usize, seed), &value);
    let mark = Mark { line: 1, kind: Kind::Plain, weight: 1.0 };
    for number in 0..3 {
        let _ = directory.marks.try_insert(&(seed % 30 + number), &mark);
        let _ = directory.marks.get(&(seed % 29 + number));
    }
    let _ = directory.marks.try_remove(&(seed % 31));
    let _ = directory.marks.try_update(&(seed % 30), |mark| *mark = None);
    let _ = directory.marks.entries();
    let _ = directory.notes.entries();
    let _ = directory.notes.len();
    if seed.is_multiple_of(50) {
        let _ = directory.notes.try_clear();
    }
    let heap = directory.heap().unwrap();
    let _ = (heap.stats(), heap.audit());
}

#[test]
fn garbage_in_a_map_and_in_its_tables_and_entries_crashes_nothing() {
    let folder = Folder::new("map-garbage");
    let path = folder.file("directory");
    let mut dice = Dice(0x0123_4567_89AB_CDEF);
    for _ in 0..40 {
        let options = Region::<Directory>::options().heap_max(256 << 10);
        let directory = options.create_or_replace(&path).unwrap();
        (1..30).for_each(|seed| use_all(&directory, seed));
        let file = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
        let (heap, heap_len) = header.heap().unwrap().unwrap();
        let data = header.data_offset();
        let words: Vec<u64> = std::fs::read(&path).unwrap()[data as usize..]
            .as_chunks::<8>()
            .0
            .iter()
            .map(|word| u64::from_ne_bytes(*word))
            .filter(|word| *word != 0)
            .collect();
        for _ in 0..40 {
            // The places of the maps, the heads of spans, tables and entries.
            let places = [
                (data + 8, header.data_len() - 8),
                (heap + 4096, 8 << 10),
                (heap + 4096 + 8192, 32 << 10),
                (heap + 4096, heap_len - 4096),
            ];
            let (start, span) = places[dice.below(4) as usize];
            let at = start + dice.below(span / 8) * 8;
            let word = match dice.below(6) {
                0 => dice.next(),
                1 => dice.below(64),
                2 => u64::MAX,
                3 => 1 << dice.below(64),
                // A word that is right elsewhere: a handle, a mask, a hash.
                _ => words[dice.below(words.len() as u64) as usize],
            };
            file.write_all_at(&word.to_ne_bytes(), at).unwrap();
            use_all(&directory, dice.next());
        }
        let reader = Region::<Directory>::open_read_only(&path).unwrap();
        let _ = (reader.notes.entries(), reader.marks.get(&3), format!("{:?}", *reader));
        let _ = DynRegion::open_read_only(&path).unwrap().get("");
    }
}

#[test]
fn a_value_that_is_invalid_is_an_error_that_names_the_map() {
    let folder = Folder::new("map-invalid");
    let path = folder.file("directory");
    let directory = Region::<Directory>::options().heap_max(HEAP).create(&path).unwrap();
    directory.notes.insert("key", "some text that is easy to find").unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let found = bytes.windows(30).position(|part| part == b"some text that is easy to find");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(&[0xff], found.unwrap() as u64 + 2).unwrap();
    for error in [
        directory.notes.get("key").unwrap_err(),
        directory.notes.take("key").unwrap_err(),
        directory.notes.entries().unwrap_err(),
    ] {
        let HeapError::Invalid(invalid) = &error else { panic!("{error}") };
        assert_eq!(invalid.field(), Some("notes"), "{error}");
        assert!(error.to_string().contains("UTF-8"), "{error}");
    }
    assert!(directory.notes.remove("key").unwrap());
    assert_eq!(directory.notes.get("key").unwrap(), None);
}

#[test]
fn a_map_is_read_by_name() {
    let folder = Folder::new("map-named");
    let path = folder.file("directory");
    let directory = Region::<Directory>::options().heap_max(HEAP).create(&path).unwrap();
    directory.notes.insert("Ada", "will be late").unwrap();
    directory.notes.insert("Bob", "").unwrap();
    directory.marks.insert(&7, &Mark { line: 1, kind: Kind::Loud, weight: 0.5 }).unwrap();
    directory.lists.insert(&Text::try_from("odd").unwrap(), &[1, 3]).unwrap();
    let by_name = DynRegion::open_read_only(&path).unwrap();
    for (field, expected) in [
        ("notes", r#"[{ key: "Ada", value: "will be late" }, { key: "Bob", value: "" }]"#),
        ("marks", "[{ key: 7, value: { line: 1, kind: Loud, weight: 0.5 } }]"),
        ("lists", r#"[{ key: "odd", value: [1, 3] }]"#),
        ("wide", "[]"),
    ] {
        assert_eq!(by_name.get(field).unwrap().to_string(), expected);
    }
    let writable = DynRegion::open(&path).unwrap();
    let error = writable.set("notes", shm_core::dynamic::DynValue::List(Vec::new())).unwrap_err();
    assert!(error.to_string().contains("it is a `Map`"), "{error}");
    assert!(error.help().unwrap().contains("by their keys"), "{:?}", error.help());
    assert_eq!(directory.notes.len().unwrap(), 2);
}
