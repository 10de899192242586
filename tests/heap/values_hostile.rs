//! Garbage in the block of a value with parts leads to errors and wrong values, and to nothing else.

use std::os::unix::fs::FileExt;
use std::path::Path;

use shm_core::heap::{HeapError, HeapValue};
use shm_core::{DynRegion, Map, Owned, Region, SharedLayout};

use super::HEAP;
use super::dice::Dice;
use super::jobs::{Job, Jobs};
use crate::support::Folder;

/// The offset in a file at which some bytes are.
fn find(path: &Path, what: &[u8]) -> u64 {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(what.len()).position(|part| part == what).expect("the bytes are there") as u64
}

fn to_write(path: &Path) -> std::fs::File {
    std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap()
}

#[test]
fn garbage_in_each_word_of_a_value_is_an_error_or_another_value() {
    let folder = Folder::new("values-garbage");
    let path = folder.file("jobs");
    let jobs = Region::<Jobs>::options().heap_max(HEAP).create(&path).unwrap();
    let by_name = DynRegion::open_read_only(&path).unwrap();
    let (mut errors, mut dice) = (0, Dice(4711));
    for round in 0..6_u64 {
        let job = Job { id: 0xabcd_ef01_2345_6789, ..Job::marked(round) };
        jobs.current.set(&job).unwrap();
        jobs.by_id.insert(&1, &job).unwrap();
        let file = to_write(&path);
        let start = find(&path, &job.id.to_ne_bytes());
        let mut len = [0; 8];
        file.read_exact_at(&mut len, start - 8).unwrap();
        let len = u64::from_ne_bytes(len);
        for at in (0..len / 8).map(|word| start + 8 * word) {
            let mut before = [0; 8];
            file.read_exact_at(&mut before, at).unwrap();
            let number = u64::from_ne_bytes(before);
            let garbage = [
                0,
                u64::MAX,
                number ^ (1 << dice.below(64)),
                number.wrapping_add(1),
                number.wrapping_add(len),
                len,
                len - 1,
                dice.below(len),
                dice.next(),
                1 << 63,
            ];
            for garbage in garbage {
                file.write_all_at(&garbage.to_ne_bytes(), at).unwrap();
                errors += u32::from(jobs.current.load().is_err());
                let _ = by_name.get("current");
                let _ = by_name.get("current.steps[0].command[0]");
            }
            file.write_all_at(&before, at).unwrap();
        }
        assert_eq!(jobs.current.load().unwrap(), Some(job));
    }
    assert!(errors > 300, "{errors} errors");
}

/// The part of a value, the bits that were found there and the fault.
fn fault(error: &HeapError) -> (String, u64, String) {
    let HeapError::Invalid(invalid) = error else { panic!("{error}") };
    let field = invalid.field().unwrap_or_default().to_owned();
    (field, invalid.bits(), invalid.allowed().to_owned())
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
struct Part {
    name: String,
    mark: super::Mark,
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
struct Whole {
    id: u64,
    parts: Vec<Part>,
    numbers: [Vec<u32>; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Page {
    wholes: [Owned<Whole>; 2],
    by_id: Map<u64, Whole>,
}

fn whole() -> Whole {
    let mark = super::Mark { line: 0x4c4c_4c4c, kind: super::Kind::Loud, weight: 1.0 };
    let part = |name: &str| Part { name: name.to_owned(), mark };
    Whole {
        id: 0xabcd_ef01_2345_6789,
        parts: vec![part("one"), part("two of them")],
        numbers: [vec![1], vec![2, 3, 4]],
    }
}

#[test]
fn an_error_names_the_part_of_the_value() {
    let folder = Folder::new("values-errors");
    let path = folder.file("page");
    let page = Region::<Page>::options().heap_max(HEAP).create(&path).unwrap();
    page.wholes[1].set(&whole()).unwrap();
    let (file, start) = (to_write(&path), find(&path, &whole().id.to_ne_bytes()));
    let spoilt = |at: u64, with: &[u8]| {
        let mut before = vec![0; with.len()];
        file.read_exact_at(&mut before, at).unwrap();
        file.write_all_at(with, at).unwrap();
        let error = page.wholes[1].load().unwrap_err();
        file.write_all_at(&before, at).unwrap();
        fault(&error)
    };
    // The fixed part: the id, and three slices of 16 bytes.
    let (field, bits, allowed) = spoilt(start + 16, &u64::MAX.to_ne_bytes());
    assert_eq!((field.as_str(), bits), ("wholes[1].parts", u64::MAX));
    assert!(allowed.contains("inside the value"), "{allowed}");
    let (field, bits, allowed) = spoilt(start + 24, &57_u64.to_ne_bytes());
    assert_eq!((field.as_str(), bits), ("wholes[1].numbers[0]", 57));
    assert!(allowed.contains("aligned"), "{allowed}");
    let (field, bits, _) = spoilt(start + 48, &1000_u64.to_ne_bytes());
    assert_eq!((field.as_str(), bits), ("wholes[1].numbers[1]", 1000));
    let text = find(&path, b"two of them");
    let (field, bits, allowed) = spoilt(text + 4, &[0xc0]);
    assert_eq!((field.as_str(), bits), ("wholes[1].parts[1].name", 0xc0));
    assert_eq!(allowed, "UTF-8");
    // The parts come after 56 bytes, in 32 bytes each; a mark after the name.
    let (field, bits, _) = spoilt(start + 56 + 16 + 4, &[9]);
    assert_eq!((field.as_str(), bits), ("wholes[1].parts[0].mark.kind", 9));
    // The whole is shorter than its fixed part.
    assert_eq!(spoilt(start - 8, &55_u64.to_ne_bytes()).0, "wholes[1]");
    assert_eq!(page.wholes[1].load().unwrap(), Some(whole()));

    page.wholes[1].clear().unwrap();
    let mut other = whole();
    other.parts[1].name = "another one".to_owned();
    page.by_id.insert(&7, &other).unwrap();
    file.write_all_at(&[0xff], find(&path, b"another one")).unwrap();
    let (field, ..) = fault(&page.by_id.get(&7).unwrap_err());
    assert_eq!(field, "by_id[7].parts[1].name");
    let (field, ..) = fault(&page.by_id.entries().unwrap_err());
    assert_eq!(field, "by_id[7].parts[1].name");
}

#[test]
fn contents_that_are_referred_to_many_times_are_refused_so_that_a_value_does_not_expand() {
    #[derive(HeapValue, Clone, Debug, PartialEq)]
    struct Bomb {
        id: u64,
        rows: Vec<Vec<Vec<Vec<u64>>>>,
    }
    let folder = Folder::new("values-bomb");
    let path = folder.file("bomb");
    let place = Region::<Owned<Bomb>>::options().heap_max(HEAP).create(&path).unwrap();
    let row = || (0..500).map(|_| Vec::new()).collect::<Vec<Vec<Vec<u64>>>>();
    let id = 0xabcd_ef01_2345_6789_u64;
    place.set(&Bomb { id, rows: vec![row()] }).unwrap();
    let (file, start) = (to_write(&path), find(&path, &id.to_ne_bytes()));
    let write = |at: u64, offset: u64, len: u64| {
        file.write_all_at(&offset.to_ne_bytes(), start + at).unwrap();
        file.write_all_at(&len.to_ne_bytes(), start + at + 8).unwrap();
    };
    // Everything refers to the same 500 slices, each of which refers to all of them: 500^4 numbers.
    write(8, 24, 500);
    for index in 0..500 {
        write(24 + 16 * index, 24, 500);
    }
    let error = place.load().unwrap_err();
    let HeapError::Invalid(invalid) = &error else { panic!("{error}") };
    assert_eq!(invalid.field(), Some("rows[0]"), "{error}");
    let error = DynRegion::open_read_only(&path).unwrap().get("").unwrap_err();
    assert!(error.to_string().contains("rows[0]"), "{error}");
}
