//! Values that one process sets and another loads.

use std::time::Duration;

use shm_core::heap::HeapError;
use shm_core::{DynRegion, LockError, Owned, Region, SharedLayout};

use super::{Board, HEAP, Kind, Mark, assert_whole, board, text};
use crate::support::{Folder, argument, run, second_process};

const MARKS: [Mark; 2] = [
    Mark { line: 3, kind: Kind::Loud, weight: 0.25 },
    Mark { line: 4, kind: Kind::Plain, weight: -1.0 },
];

pub(crate) fn set() {
    let board = Region::<Board>::open(argument("SHM_PATH")).unwrap();
    board
        .title
        .set("größer als 64 Byte, und zwar deutlich, damit mehr als ein Wort gebraucht wird")
        .unwrap();
    board.samples.set(&[0.5, -1.5, 3.25]).unwrap();
    board.mark.set(&MARKS[0]).unwrap();
    board.wide.set(&[1, u128::MAX, 3]).unwrap();
    board.notes[2].text.set(&text(300_000, 1)).unwrap();
    board.notes[2].marks.set(&MARKS).unwrap();
}

pub(crate) fn read() {
    let board = Region::<Board>::open_read_only(argument("SHM_PATH")).unwrap();
    assert!(board.title.load().unwrap().starts_with("größer als 64 Byte"));
    assert_eq!(board.samples.load().unwrap(), [0.5, -1.5, 3.25]);
    assert_eq!(board.samples.len().unwrap(), 3);
    assert_eq!(board.mark.load().unwrap(), Some(MARKS[0]));
    assert_eq!(board.wide.load().unwrap(), Some([1, u128::MAX, 3]));
    assert_eq!(board.notes[2].text.load().unwrap(), text(300_000, 1));
    assert_eq!(board.notes[2].text.len().unwrap(), 300_000);
    assert_eq!(board.notes[2].marks.load().unwrap(), MARKS);
    assert!(board.notes[0].text.is_empty() && !board.notes[2].text.is_empty());
    assert_eq!(board.notes[0].text.load().unwrap(), "");
    assert_eq!(board.notes[1].marks.load().unwrap(), []);
}

#[test]
fn a_value_set_by_one_process_is_loaded_by_another_even_from_a_read_only_map() {
    let folder = Folder::new("heap-shared");
    let path = folder.file("board");
    drop(Region::<Board>::options().heap_max(HEAP).create(&path).unwrap());
    run(second_process("sets").env("SHM_PATH", &path));
    run(second_process("reads").env("SHM_PATH", &path));
    // Both have ended, and own no blocks.
    let board = Region::<Board>::open(&path).unwrap();
    let stats = board.heap().unwrap().stats();
    assert_eq!((stats.linked, stats.owned), (6, 0), "{stats:?}");
}

#[test]
fn texts_of_every_length_come_back_whole() {
    let board = board();
    let lengths = (0..300).chain([1000, 1023, 1024, 1025, 3575, 3576, 3577, 4096, 65_536, 300_000]);
    for len in lengths {
        let expected = text(len, 3);
        board.title.set(&expected).unwrap();
        assert_eq!(board.title.load().unwrap(), expected, "{len}");
        assert_eq!(board.title.len().unwrap(), len);
        assert_eq!(board.title.is_empty(), len == 0, "{len}");
    }
    let mut kept = String::from("old");
    board.title.load_into(&mut kept).unwrap();
    assert_eq!(kept, text(300_000, 3));
    board.title.clear().unwrap();
    board.title.load_into(&mut kept).unwrap();
    assert_eq!(kept, "");
}

#[test]
fn nothing_is_used_once_all_places_are_clear() {
    let board = board();
    for round in 0..200_u64 {
        board.title.set(&text(round as usize * 37, round)).unwrap();
        board.notes[round as usize % 3].text.set(&text(round as usize, round)).unwrap();
        board.samples.set(&vec![1.0; round as usize]).unwrap();
    }
    board.title.clear().unwrap();
    board.samples.clear().unwrap();
    board.notes.iter().for_each(|note| note.text.clear().unwrap());
    let heap = board.heap().unwrap();
    heap.recover().unwrap();
    let report = heap.audit();
    assert!(report.faults.is_empty(), "{report:?}");
    let stats = report.stats;
    assert_eq!((stats.linked, stats.owned, stats.blocks), (0, 0, 0), "{stats:?}");
    assert_eq!(stats.free_pages, stats.frontier, "{stats:?}");
}

#[test]
fn a_value_is_taken_once_updated_in_place_and_moved_without_a_copy() {
    let board = board();
    board.title.set("one").unwrap();
    board.title.update(|text| text.push_str(", two")).unwrap();
    assert_eq!(board.title.take().unwrap(), "one, two");
    assert_eq!(board.title.take().unwrap(), "");
    board.mark.set(&MARKS[1]).unwrap();
    board.mark.update(|mark| mark.as_mut().unwrap().line = 9).unwrap();
    assert_eq!(board.mark.take().unwrap().map(|mark| mark.line), Some(9));
    assert_eq!(board.mark.load().unwrap(), None);
    board.mark.update(|mark| *mark = Some(MARKS[0])).unwrap();
    board.mark.update(|mark| *mark = None).unwrap();
    assert!(board.mark.is_empty());

    let [from, to, other] = &board.notes;
    from.text.set(&text(5000, 1)).unwrap();
    to.text.set(&text(6000, 2)).unwrap();
    from.text.move_to(&to.text).unwrap();
    assert!(from.text.is_empty());
    assert_eq!(to.text.load().unwrap(), text(5000, 1));
    other.text.move_to(&to.text).unwrap();
    assert_eq!(to.text.load().unwrap(), text(5000, 1), "there was nothing to move");
    to.text.move_to(&to.text).unwrap();
    assert_eq!(to.text.load().unwrap(), text(5000, 1), "moved to itself");
    let elsewhere = super::board();
    let error = to.text.move_to(&elsewhere.title).unwrap_err();
    assert!(matches!(error, HeapError::OtherRegion), "{error}");
    assert!(error.help().is_some());
}

#[test]
fn a_writer_that_gives_up_changes_nothing() {
    let board = board();
    board.title.set("old").unwrap();
    let error = board.title.update(|_| {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let millis = Duration::from_millis(5);
                let busy =
                    |outcome| assert!(matches!(outcome, Err(HeapError::Lock(LockError::Busy))));
                busy(board.title.try_set("new"));
                busy(board.title.set_timeout("new", millis));
                busy(board.title.try_clear());
                busy(board.title.try_update(|text| text.push('!')));
                busy(board.title.try_take().map(drop));
                busy(board.notes[0].text.try_move_to(&board.title));
                busy(board.title.try_move_to(&board.notes[0].text));
                // Readers do not wait.
                assert_eq!(board.title.load().unwrap(), "old");
            });
        });
        // This thread itself is writing.
        let twice = board.title.set("new");
        assert!(matches!(twice, Err(HeapError::Lock(LockError::WouldDeadlock))), "{twice:?}");
    });
    error.unwrap();
    assert_eq!(board.title.load().unwrap(), "old");
    let broken = std::panic::catch_unwind(|| board.title.update(|_| panic!("on purpose")));
    assert!(broken.is_err());
    assert_eq!(board.title.load().unwrap(), "old");
    board.title.set("the next writer simply continues").unwrap();
}

#[test]
fn a_reader_can_have_a_limit_of_its_own() {
    let board = board();
    board.title.set("twelve bytes").unwrap();
    assert_eq!(board.title.load_within(12).unwrap(), "twelve bytes");
    let error = board.title.load_within(11).unwrap_err();
    assert!(matches!(error, HeapError::TooLong { len: 12, limit: 11 }), "{error}");
    assert!(error.to_string().contains("12 bytes, at most 11"), "{error}");
}

#[test]
fn a_view_shows_its_values() {
    let board = Region::<Board>::options().heap_max(HEAP).private().unwrap();
    board.title.set("on \"top\"").unwrap();
    board.samples.set(&[1.5, 2.0]).unwrap();
    board.mark.set(&MARKS[0]).unwrap();
    board.notes[0].marks.set(&MARKS[..1]).unwrap();
    let shown = format!("{:?}", *board);
    for part in [
        r#"title: "on \"top\"""#,
        "samples: [1.5, 2.0]",
        "line: 3, kind: Loud, weight: 0.25",
        "wide: None",
        r#"text: """#,
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn values_are_read_by_the_names_in_the_regions_own_schema() {
    let folder = Folder::new("heap-by-name");
    let path = folder.file("board");
    let board = Region::<Board>::options().heap_max(HEAP).create(&path).unwrap();
    board.title.set("today").unwrap();
    board.samples.set(&[1.5, 2.0]).unwrap();
    board.notes[1].marks.set(&MARKS).unwrap();
    let by_name = DynRegion::open_read_only(&path).unwrap();
    let show = |path: &str| by_name.get(path).unwrap().to_string();
    assert_eq!(show("title"), "\"today\"");
    assert_eq!(show("samples"), "[1.5, 2.0]");
    assert_eq!(by_name.get("mark").unwrap(), shm_core::dynamic::DynValue::None);
    assert!(show("notes[1].marks").contains("Loud"), "{}", show("notes[1].marks"));
    assert!(by_name.get("").is_ok());
    let types: Vec<_> = by_name.fields().map(|field| field.type_name()).collect();
    assert!(types.contains(&"Owned<str>".to_owned()), "{types:?}");
    assert!(types.contains(&"Owned<[f32]>".to_owned()), "{types:?}");
    assert!(types.contains(&"Owned<Mark>".to_owned()), "{types:?}");
    let stats = by_name.heap().unwrap().stats();
    assert_eq!(stats.linked, 3);
}

pub(crate) fn take_passed() {
    let board = Region::<Board>::options().passed("board").unwrap();
    assert_eq!(board.title.take().unwrap(), "for the child");
    board.notes[1].text.set(&text(100_000, 8)).unwrap();
}

#[test]
fn a_sealed_memfd_that_is_passed_on_grows_in_the_other_process() {
    let board = Region::<Board>::options().heap_max(64 << 20).memfd("board").unwrap();
    board.title.set("for the child").unwrap();
    let mut command = second_process("takes what was passed");
    board.pass_to(&mut command, "board").unwrap();
    run(&mut command);
    assert!(board.title.is_empty());
    assert_eq!(board.notes[1].text.load().unwrap(), text(100_000, 8));
}

/// A counter that is also kept in the heap.
#[derive(SharedLayout)]
#[repr(C)]
struct Tally {
    count: Owned<u64>,
    log: Owned<str>,
    letter: Owned<str>,
}

const ROUNDS: u64 = 300;

pub(crate) fn add_one() {
    let tally = Region::<Tally>::open(argument("SHM_PATH")).unwrap();
    let seed: u64 = argument("SHM_SEED").parse().unwrap();
    for round in 0..ROUNDS {
        tally.count.update(|count| *count.get_or_insert_default() += 1).unwrap();
        tally.log.set(&text((round * seed) as usize % 5000, seed)).unwrap();
        assert_whole(&tally.log.load().unwrap());
        tally.log.move_to(&tally.letter).unwrap();
        tally.letter.move_to(&tally.log).unwrap();
    }
}

#[test]
fn eight_processes_lose_no_update_and_never_read_a_torn_text() {
    let folder = Folder::new("heap-eight");
    let path = folder.file("tally");
    let tally = Region::<Tally>::options().heap_max(HEAP).create(&path).unwrap();
    let start = |seed: u64| {
        let mut command = second_process("adds one");
        command.env("SHM_PATH", &path).env("SHM_SEED", seed.to_string()).spawn().unwrap()
    };
    let mut children: Vec<_> = (1..=8).map(start).collect();
    for child in &mut children {
        assert!(crate::support::finish(child).success());
    }
    assert_eq!(tally.count.load().unwrap(), Some(8 * ROUNDS));
    let report = tally.heap().unwrap().audit();
    assert!(report.faults.is_empty(), "{report:?}");
    assert_eq!(report.stats.owned, 0, "they returned their cached blocks: {report:?}");
}

#[test]
fn a_reader_of_a_place_that_is_emptied_meanwhile_gets_the_whole_value_or_nothing() {
    let board = board();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..4000 {
                let [one, other, third] = &board.notes;
                one.text.set(&text(900 + (round as usize * 13) % 120, round)).unwrap();
                one.text.move_to(&other.text).unwrap();
                third.text.set(&text(1000, round)).unwrap();
                other.text.clear().unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    board.notes.iter().for_each(|note| assert_whole(&note.text.load().unwrap()));
                }
            });
        }
    });
}
