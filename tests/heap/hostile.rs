//! Garbage in a region leads to errors and wrong values, and to nothing else.

use std::os::unix::fs::FileExt;

use shm_core::format;
use shm_core::heap::{Heap, HeapError};
use shm_core::{DynRegion, ReadWrite, Region};

use super::dice::Dice;
use super::{Board, HEAP, text};
use crate::support::Folder;

/// A word that is garbage, or nearly right.
fn garbage(dice: &mut Dice) -> u64 {
    match dice.next() % 6 {
        0 => dice.next(),
        1 => dice.next() % 64,
        2 => u64::MAX,
        3 => 1 << (dice.next() % 64),
        // Handles, page words and states of small numbers.
        4 => ((dice.next() % 4) << 32) | (dice.next() % 0x2000),
        _ => ((dice.next() % 4) << 32) | ((dice.next() % 2000) << 8) | 255,
    }
}

/// Runs every operation, whatever the result.
fn use_all(board: &Region<Board>, seed: u64) {
    let value = text((seed % 5000) as usize, seed);
    let _ = board.title.set_timeout(&value, std::time::Duration::from_millis(2));
    let _ = board.title.load();
    let _ = board.title.len();
    let _ = board.title.is_empty();
    let _ = board.samples.try_set(&[1.0; 100]);
    let _ = board.samples.load();
    let _ = board.mark.load();
    let _ = board.wide.load();
    for note in &board.notes {
        let _ = note.text.try_set(&value);
        let _ = note.text.load_within(1 << 20);
        let _ = note.marks.load();
    }
    let _ = board.notes[0].text.try_move_to(&board.notes[1].text);
    let _ = board.notes[2].text.try_take();
    let _ = board.title.try_update(|text| text.push('x'));
    let _ = board.title.try_clear();
    let heap = board.heap().unwrap();
    let _ = heap.stats();
    let _ = heap.audit();
    use_objects(&heap, seed);
}

/// Makes, uses and removes objects with names.
fn use_objects(heap: &Heap<'_, ReadWrite>, seed: u64) {
    let name = format!("object {}", seed % 5);
    if let Ok(samples) = heap.named_slice::<[u16]>(&name, 40 + 900 * (seed as usize % 3)) {
        samples.iter().for_each(|sample| sample.set(seed as u16));
        let _ = (samples.is_current(), samples.clone());
    }
    if let Ok(mark) = heap.named::<super::Mark>("mark") {
        mark.line.set(seed as u32);
        let _ = (mark.kind.get(), mark.weight.get());
    }
    if let Ok(Some(any)) = heap.find::<[u8]>(&name) {
        assert!(any.iter().map(|byte| u64::from(byte.get())).sum::<u64>() < u64::MAX);
    }
    let _ = heap.find::<u64>("mark");
    let _ = heap.objects();
    if seed.is_multiple_of(3) {
        let _ = heap.remove(&name);
    }
}

#[test]
fn garbage_anywhere_in_the_heap_and_in_the_places_crashes_nothing() {
    let folder = Folder::new("heap-garbage");
    let path = folder.file("board");
    let mut dice = Dice(0x0123_4567_89AB_CDEF);
    for _ in 0..60 {
        let board =
            Region::<Board>::options().heap_max(256 << 10).create_or_replace(&path).unwrap();
        for seed in 1..30 {
            use_all(&board, seed);
        }
        let file = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let len = file.metadata().unwrap().len();
        let header = format::check(&file, len).unwrap();
        let (heap, heap_len) = header.heap().unwrap().unwrap();
        let data = header.data_offset();
        for _ in 0..40 {
            // Its lock may be garbage as well; then everything waits, for a limited time.
            let places = [
                (data + 8, header.data_len() - 8),
                (heap + 8, 64),
                (heap + 4096, 8 << 10),
                (heap + 4096, heap_len - 4096),
                // Objects are at the end.
                (heap + heap_len - (12 << 10), 12 << 10),
            ];
            let (start, span) = places[dice.next() as usize % places.len()];
            let at = start + dice.next() % (span / 8) * 8;
            file.write_all_at(&garbage(&mut dice).to_ne_bytes(), at).unwrap();
            use_all(&board, dice.next());
        }
        let reader = Region::<Board>::open_read_only(&path).unwrap();
        let _ = (reader.title.load(), reader.notes[0].marks.load(), format!("{:?}", *reader));
        let _ = DynRegion::open_read_only(&path).unwrap().get("");
    }
}

#[test]
fn a_text_that_is_not_utf_8_and_a_length_that_does_not_fit_are_errors_that_name_the_field() {
    let folder = Folder::new("heap-invalid");
    let path = folder.file("board");
    let board = Region::<Board>::options().heap_max(HEAP).create(&path).unwrap();
    board.notes[1].text.set("some text that is easy to find").unwrap();
    board.mark.set(&super::Mark { line: 1, kind: super::Kind::Loud, weight: 2.0 }).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let find =
        |what: &[u8]| bytes.windows(what.len()).position(|part| part == what).unwrap() as u64;
    let at = find(b"some text that is easy to find");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(&[0xff], at + 2).unwrap();
    let error = board.notes[1].text.load().unwrap_err();
    let HeapError::Invalid(invalid) = &error else { panic!("{error}") };
    assert_eq!(invalid.field(), Some("notes[1].text"), "{error}");
    assert!(error.to_string().contains("UTF-8"), "{error}");
    file.write_all_at(&u64::MAX.to_ne_bytes(), at - 8).unwrap();
    assert!(matches!(board.notes[1].text.load(), Err(HeapError::TooLong { .. })));
    assert!(board.notes[1].text.len().is_err());
    file.write_all_at(&3_u64.to_ne_bytes(), at - 8).unwrap();
    board.notes[1].text.set("mended").unwrap();
    assert_eq!(board.notes[1].text.load().unwrap(), "mended");

    // An enum in a value, and a value of another length.
    let mut mark = 1_u32.to_ne_bytes().to_vec();
    mark.extend([7, 0, 0, 0]);
    let at = find(&mark);
    file.write_all_at(&[9], at + 4).unwrap();
    let error = board.mark.load().unwrap_err();
    let HeapError::Invalid(invalid) = &error else { panic!("{error}") };
    assert_eq!((invalid.field(), invalid.bits()), (Some("mark"), 9), "{error}");
    file.write_all_at(&15_u64.to_ne_bytes(), at - 8).unwrap();
    assert!(matches!(board.mark.load(), Err(HeapError::Invalid(_))));
}
