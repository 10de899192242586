//! [`Raw`]: a region's bytes for victims that do not follow the protocol.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use shm_core::format::{self, CheckedHeader, SectionKind};
use shm_core::protocol::heap::section::{ENTRY, HEADER};
use shm_core::protocol::heap::words::Handle;
use shm_core::protocol::heap::{Section, classes::PAGE};

use crate::scenario::Operation;

/// The file of a region. Each write is one system call, and so one step.
pub(super) struct Raw {
    file: File,
    header: CheckedHeader,
}

impl Raw {
    pub(super) fn open(at: &Path) -> Self {
        let file = OpenOptions::new().read(true).write(true).open(at).unwrap();
        let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
        Self { file, header }
    }

    /// Writes bytes at an offset in the value.
    pub(super) fn set(&self, offset: u64, bytes: &[u8]) {
        self.file.write_all_at(bytes, self.header.data_offset() + offset).unwrap();
    }

    /// Writes bytes at an offset in the participants' table.
    pub(super) fn set_in_table(&self, offset: u64, bytes: &[u8]) {
        let (table, _) = self.header.participants().unwrap().unwrap();
        self.file.write_all_at(bytes, table + offset).unwrap();
    }

    /// Reads bytes at an offset in the value.
    pub(super) fn get<const N: usize>(&self, offset: u64) -> [u8; N] {
        let mut bytes = [0; N];
        self.file.read_exact_at(&mut bytes, self.header.data_offset() + offset).unwrap();
        bytes
    }

    /// The offset in the file of the state of the block whose handle is at an offset in the value. The
    /// block shares its span with others.
    fn state_of(&self, handle: u64) -> u64 {
        let handle = Handle::from_word(u64::from_ne_bytes(self.get(handle))).unwrap();
        let mut sections = self.header.sections().iter();
        let heap = sections.find(|section| section.kind() == SectionKind::Heap).unwrap();
        let capacity = Section::new(heap.offset(), heap.len()).unwrap().capacity() as u64;
        let page = PAGE as u64;
        let pages = heap.offset() + HEADER + (ENTRY * capacity).next_multiple_of(page);
        pages + page * handle.page() as u64 + 16 * handle.block() as u64
    }

    /// Writes the tag of the state of the block whose handle is at an offset in the value.
    pub(super) fn set_tag(&self, handle: u64, tag: u32) {
        self.file.write_all_at(&tag.to_ne_bytes(), self.state_of(handle)).unwrap();
    }
}

/// The order in which the words of a change are written.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Rising,
    Falling,
}

/// The change that `operation` makes, word by word in the order of the addresses: the library's order is
/// another one. The process takes part in the region.
pub(super) fn word_by_word(at: &Path, order: Order, operation: impl FnOnce()) -> Operation {
    let before = fs::read(at).unwrap();
    operation();
    let after = fs::read(at).unwrap();
    let words = before.chunks(8).zip(after.chunks(8)).zip((0..).step_by(8));
    let mut changes: Vec<(u64, Vec<u8>)> = Vec::new();
    let file = OpenOptions::new().write(true).open(at).unwrap();
    for ((before, after), offset) in words.filter(|((before, after), _)| before != after) {
        file.write_all_at(before, offset).unwrap();
        changes.push((offset, after.to_owned()));
    }
    if let Order::Falling = order {
        changes.reverse();
    }
    Box::new(move || {
        for (offset, word) in &changes {
            file.write_all_at(word, *offset).unwrap();
        }
    })
}
