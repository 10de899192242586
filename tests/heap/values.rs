//! Values with parts of any length: the same in Rust, in the region, and in another process.

use shm_core::heap::{HeapError, HeapValue};
use shm_core::{Map, Owned, Region, SharedLayout, schema::Schema};

use super::HEAP;
use super::dice::Dice;
use super::jobs::{Job, Jobs, Step, jobs};
use crate::support::{Folder, argument, run, second_process};

#[test]
fn any_value_comes_back_as_it_was_stored() {
    let (jobs, mut dice) = (jobs(), Dice(77));
    assert_eq!(jobs.current.load().unwrap(), None);
    for round in 0..3000 {
        let job = Job::any(&mut dice);
        jobs.current.set(&job).unwrap();
        assert_eq!(jobs.current.load().unwrap().as_ref(), Some(&job), "round {round}");
        jobs.history[round % 8].set(&job).unwrap();
        jobs.by_id.insert(&(round as u64 % 50), &job).unwrap();
        assert_eq!(jobs.by_id.get(&(round as u64 % 50)).unwrap(), Some(job), "round {round}");
        let (name, step) = (format!("step {}", round % 20), Step::any(&mut dice));
        jobs.by_name.insert(&name, &step).unwrap();
        assert_eq!(jobs.by_name.get(&name).unwrap(), Some(step));
    }
    assert!(jobs.heap().unwrap().audit().faults.is_empty());
}

#[test]
fn a_value_with_parts_is_changed_taken_and_moved_like_any_other() {
    let jobs = jobs();
    let job = Job { id: 3, title: "first".into(), ..Job::default() };
    jobs.current.set(&job).unwrap();
    jobs.current.update(|job| job.as_mut().unwrap().title.push_str(", extended")).unwrap();
    jobs.current.move_to(&jobs.history[7]).unwrap();
    assert!(jobs.current.is_empty());
    assert_eq!(jobs.history[7].take().unwrap().unwrap().title, "first, extended");
    jobs.by_id.insert(&3, &job).unwrap();
    jobs.by_id.update(&3, |job| job.as_mut().unwrap().tags.extend(0..1000)).unwrap();
    let found = jobs.by_id.take(&3).unwrap().unwrap();
    assert_eq!((found.tags.len(), found.title.as_str()), (1000, "first"));
    assert!(jobs.by_id.is_empty().unwrap());
}

#[test]
fn a_value_that_a_reader_has_no_room_for_is_an_error_with_its_length() {
    let jobs = jobs();
    let job = Job { title: "x".repeat(5000), ..Job::default() };
    jobs.current.set(&job).unwrap();
    let error = jobs.current.load_within(1000).unwrap_err();
    assert!(matches!(error, HeapError::TooLong { len: 5001.., limit: 1000 }), "{error}");
    assert_eq!(jobs.current.load_within(6000).unwrap(), Some(job));
}

#[test]
fn equal_values_have_equal_bytes_so_that_they_can_be_keys() {
    #[derive(HeapValue, Clone, Debug, PartialEq)]
    struct Key {
        wide: u8,
        names: Vec<String>,
        number: u64,
    }
    let map = Region::<Map<Key, u32>>::options().private().unwrap();
    let key = |names: &[&str]| Key {
        wide: 1,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        number: 7,
    };
    map.insert(&key(&["a", "bc"]), &1).unwrap();
    map.insert(&key(&["ab", "c"]), &2).unwrap();
    assert!(map.insert(&key(&["a", "bc"]), &3).unwrap());
    assert_eq!(map.get(&key(&["a", "bc"])).unwrap(), Some(3));
    assert_eq!(map.get(&key(&["ab", "c"])).unwrap(), Some(2));
    assert_eq!(map.get(&key(&["abc"])).unwrap(), None);
    assert_eq!(map.entries().unwrap().len(), 2);
}

#[test]
fn the_region_shows_its_values() {
    let jobs = jobs();
    let job = Job { title: "shown".into(), tags: vec![1, 2], ..Job::default() };
    jobs.current.set(&job).unwrap();
    assert_eq!(format!("{:?}", jobs.current), format!("{job:?}"));
    let step = Step::any(&mut Dice(5));
    jobs.by_name.insert("a", &step).unwrap();
    assert!(format!("{:?}", jobs.by_name).starts_with("{\"a\": Step { urgent: "));
}

pub(crate) fn set() {
    let jobs = Region::<Jobs>::open(argument("SHM_PATH")).unwrap();
    jobs.current.set(&Job::marked(1)).unwrap();
    for id in 0..100 {
        jobs.by_id.insert(&id, &Job::marked(id)).unwrap();
    }
    jobs.history[5].set(&Job::marked(5)).unwrap();
}

pub(crate) fn read() {
    let jobs = Region::<Jobs>::open_read_only(argument("SHM_PATH")).unwrap();
    assert_eq!(jobs.current.load().unwrap(), Some(Job::marked(1)));
    assert_eq!(jobs.history[5].load().unwrap(), Some(Job::marked(5)));
    for id in 0..100 {
        assert_eq!(jobs.by_id.get(&id).unwrap(), Some(Job::marked(id)));
    }
}

#[test]
fn a_value_of_one_process_is_read_whole_by_another_even_from_a_read_only_map() {
    let folder = Folder::new("heap-values");
    let path = folder.file("jobs");
    drop(Region::<Jobs>::options().heap_max(HEAP).create(&path).unwrap());
    run(second_process("sets values").env("SHM_PATH", &path));
    run(second_process("reads values").env("SHM_PATH", &path));
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Deep {
    rows: [Row; 3],
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Row {
    number: u8,
    cells: [Cell; 2],
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Cell {
    corner: Corner,
    jobs: [[Owned<Job>; 2]; 2],
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Corner {
    title: Owned<str>,
    counts: Map<str, u64>,
    samples: Owned<[u16]>,
}

#[test]
fn places_are_anywhere_in_structs_in_arrays_in_structs_and_each_owns_its_own_value() {
    let deep = Region::<Deep>::options().heap_max(HEAP).anonymous().unwrap();
    let cells = || deep.rows.iter().flat_map(|row| &row.cells).enumerate();
    for (index, cell) in cells() {
        cell.corner.title.set(&format!("cell {index}")).unwrap();
        cell.corner.samples.set(&[index as u16; 3]).unwrap();
        cell.corner.counts.insert("visits", &(index as u64)).unwrap();
        for (at, job) in cell.jobs.iter().flatten().enumerate() {
            job.set(&Job::marked((10 * index + at) as u64)).unwrap();
        }
    }
    for (index, cell) in cells() {
        assert_eq!(cell.corner.title.load().unwrap(), format!("cell {index}"));
        assert_eq!(cell.corner.samples.load().unwrap(), [index as u16; 3]);
        assert_eq!(cell.corner.counts.get("visits").unwrap(), Some(index as u64));
        for (at, job) in cell.jobs.iter().flatten().enumerate() {
            assert_eq!(job.load().unwrap(), Some(Job::marked((10 * index + at) as u64)));
        }
    }
    let heap = deep.heap().unwrap();
    // A title, samples, a table with an entry, and four jobs.
    assert_eq!(heap.audit().stats.linked, 6 * 8);
    for (_, cell) in cells() {
        cell.corner.title.clear().unwrap();
        cell.corner.samples.clear().unwrap();
        cell.corner.counts.clear().unwrap();
        cell.jobs.iter().flatten().for_each(|job| job.clear().unwrap());
    }
    heap.recover().unwrap();
    let stats = heap.stats();
    assert_eq!((stats.blocks, stats.free_pages), (0, stats.frontier), "{stats:?}");
}

#[test]
fn a_value_of_another_layout_is_refused_with_both_layouts() {
    #[derive(HeapValue)]
    #[allow(dead_code, reason = "only its layout is used")]
    struct Old {
        id: u64,
        title: String,
    }
    #[derive(HeapValue)]
    #[allow(dead_code, reason = "only its layout is used")]
    struct New {
        id: u64,
        title: Vec<String>,
    }
    let folder = Folder::new("heap-layouts");
    let path = folder.file("value");
    drop(Region::<Owned<Old>>::options().heap_max(HEAP).create(&path).unwrap());
    let error = Region::<Owned<New>>::open(&path).unwrap_err().to_string();
    for part in ["TailText", "TailSlice", "title"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(Region::<Owned<u64>>::open(&path).is_err());
}

#[test]
fn the_schema_has_every_part_of_a_value_with_its_notes() {
    let schema = Schema::of(<Owned<Job> as SharedLayout>::LAYOUT).unwrap();
    let job = schema.root().live().and_then(|live| live.kept()).unwrap();
    assert!(job.has_contents());
    let fields: Vec<_> = job.fields().map(|field| (field.name(), field.offset())).collect();
    assert_eq!(fields[..5], [("id", 0), ("title", 8), ("kind", 24), ("tags", 32), ("times", 48)]);
    assert_eq!(job.field("title").unwrap().doc(), "As its author gave it.");
    assert_eq!(job.field("times").unwrap().unit(), "s");
    assert_eq!(job.name(), "Job");
    let steps = job.field("steps").unwrap().ty().live().unwrap().contents().unwrap();
    assert_eq!(steps.element.unwrap().field("command").unwrap().ty().name(), "Vec");
}
