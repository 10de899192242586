//! Several values set together by name, while another process keeps the block of one of them.

use std::fs::{File, OpenOptions};
use std::mem::offset_of;
use std::os::unix::fs::FileExt as _;
use std::time::Duration;

use shm_core::dynamic::DynValue;
use shm_core::errors::DynError;
use shm_core::format::{self, SectionKind};
use shm_core::protocol::heap::classes::PAGE;
use shm_core::protocol::heap::section::{ENTRY, HEADER, Section};
use shm_core::protocol::heap::words::{Handle, LINKED};
use shm_core::{DynRegion, LockError, Mutex, Owned, Region, SharedLayout};

use crate::support::{Folder, argument, finish, second_process, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    title: Owned<str>,
    samples: Owned<[u32]>,
    notes: Owned<str>,
    gate: Mutex<()>,
}

/// The handle comes after the lock.
const HANDLE: usize = 8;

/// The file of a region, and where its values begin.
struct Bytes {
    file: File,
    data: u64,
    pages: u64,
}

impl Bytes {
    fn open(path: &str) -> Self {
        let file = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
        let mut sections = header.sections().iter();
        let heap = sections.find(|section| section.kind() == SectionKind::Heap).unwrap();
        let capacity = Section::new(heap.offset(), heap.len()).unwrap().capacity() as u64;
        let pages = heap.offset() + HEADER + (ENTRY * capacity).next_multiple_of(PAGE as u64);
        Self { data: header.data_offset(), file, pages }
    }

    fn get<const N: usize>(&self, at: u64) -> [u8; N] {
        let mut bytes = [0; N];
        self.file.read_exact_at(&mut bytes, at).unwrap();
        bytes
    }

    /// Where the tag of the block is that the place at this offset in the value owns.
    fn tag_of(&self, place: usize) -> u64 {
        let handle = self.get(self.data + (place + HANDLE) as u64);
        let handle = Handle::from_word(u64::from_ne_bytes(handle)).unwrap();
        self.pages + (PAGE * handle.page() + 16 * handle.block()) as u64
    }
}

/// Claims the block of the last place without its lock, and keeps it: no process that keeps to the
/// protocol does that for long.
pub(crate) fn claims_and_keeps() {
    let path = argument("SHM_REGION");
    let (region, bytes) = (Region::<Board>::open(&path).unwrap(), Bytes::open(&path));
    let gate = region.gate.lock().unwrap();
    let me: [u8; 4] = bytes.get(bytes.data + offset_of!(Board, gate) as u64);
    drop(gate);
    bytes.file.write_all_at(&me, bytes.tag_of(offset_of!(Board, notes))).unwrap();
    // Until it is killed, or its parent has failed.
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn all(title: &str, samples: &[u64], notes: &str) -> DynValue {
    let samples = samples.iter().map(|sample| DynValue::from(*sample)).collect();
    DynValue::Struct(vec![
        ("title".into(), title.into()),
        ("samples".into(), DynValue::List(samples)),
        ("notes".into(), notes.into()),
    ])
}

#[track_caller]
fn assert_values(board: &Region<Board>, title: &str, samples: &[u32], notes: &str) {
    assert_eq!(board.title.load().unwrap(), title);
    assert_eq!(board.samples.load().unwrap(), samples);
    assert_eq!(board.notes.load().unwrap(), notes);
}

/// The blocks of the first two places, of which one was to get a value and one was to become empty, were
/// claimed by then, and are their places' again.
#[test]
fn several_values_of_which_the_last_ones_block_is_kept_leave_every_place_as_it_was() {
    let folder = Folder::new("dynamic-together");
    let path = folder.file("board");
    let board = Region::<Board>::options().heap_max(1 << 20).create(&path).unwrap();
    let region = DynRegion::open(&path).unwrap();
    region.set("", all("old", &[1, 2], "kept")).unwrap();
    let bytes = Bytes::open(path.to_str().unwrap());
    let tag = || u32::from_ne_bytes(bytes.get(bytes.tag_of(offset_of!(Board, notes))));
    assert_eq!(tag(), LINKED);

    let mut keeper = second_process("claims and keeps");
    let mut keeper = keeper.env("SHM_REGION", &path).spawn().unwrap();
    wait_until("the other process has the block", || tag() != LINKED);
    let claimed = tag();
    for new in [all("new", &[3], "other"), all("new", &[], ""), all("", &[3, 4, 5], "other")] {
        let refused = region.set_timeout("", new, Duration::from_millis(200));
        assert!(matches!(refused, Err(DynError::Lock(LockError::Busy))), "{refused:?}");
        assert_values(&board, "old", &[1, 2], "kept");
        // The other process has its block, each place has its own, and all others are free.
        assert_eq!(tag(), claimed);
        let heap = board.heap().unwrap();
        heap.recover().unwrap();
        let report = heap.audit();
        assert_eq!(report.faults, []);
        assert_eq!((report.stats.linked, report.stats.owned), (2, 1));
    }
    // The places themselves are in order: each can be changed, and changed back.
    board.title.set("between").unwrap();
    board.title.set("old").unwrap();
    board.samples.update(|samples| samples.push(3)).unwrap();

    keeper.kill().unwrap();
    assert!(!finish(&mut keeper).success());
    region.set("", all("new", &[4], "other")).unwrap();
    assert_values(&board, "new", &[4], "other");
    board.heap().unwrap().recover().unwrap();
    let report = board.heap().unwrap().audit();
    assert_eq!((report.stats.linked, report.stats.owned), (3, 0));
}
