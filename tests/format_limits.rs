//! Every number in a header, on both sides of its limit: the last allowed value is opened, the next one
//! is refused with its own error. The headers are forged, with valid checksums, as by a hostile writer.

#[path = "format/forge.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod forge;

#[path = "format_limits/directory.rs"]
mod directory;
#[path = "format_limits/schema.rs"]
mod schema;
#[path = "format_limits/sections.rs"]
mod sections;
#[path = "format_limits/source.rs"]
mod source;

use forge::Forged;
use shm_core::format::{
    self, CheckedHeader, Creator, Description, FormatError, READY, SectionFault, SectionKind,
};
use shm_core::layout::Layout;
use shm_core::{Mutex, SharedLayout};

const CREATOR: Creator = Creator { pid: 1, start_time: 2, boot_id: [3; 16], created_at: 4 };

/// The kinds of sections.
const SCHEMA: u8 = 1;
const ANNOTATIONS: u8 = 2;
const DATA: u8 = 3;
const PARTICIPANTS: u8 = 4;
const HEAP: u8 = 6;

/// Offsets in a directory entry.
const FLAGS: usize = 4;
const OFFSET: usize = 8;
const LEN: usize = 16;

/// The length of the data of every region here.
const DATA_LEN: u64 = 16;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    lock: Mutex<u32>,
}

/// A value that has to start at a page.
#[derive(SharedLayout)]
#[repr(C, align(4096))]
struct Page {
    bytes: [u8; 4096],
}

/// A region of two participants, as its creator leaves it.
fn station() -> Forged {
    region(Station::LAYOUT, DATA_LEN, 2)
}

fn region(layout: &'static Layout, data_len: u64, participants: u32) -> Forged {
    with_heap(layout, data_len, participants, 0)
}

fn with_heap(layout: &'static Layout, data_len: u64, participants: u32, heap: u64) -> Forged {
    let description = Description::of(layout).unwrap();
    let composed =
        format::compose(&description, 0, data_len, participants, heap, &CREATOR).unwrap();
    let mut file = Forged(composed.header);
    file.set(forge::READY.start, &READY.to_le_bytes());
    file.0.resize(composed.total_size as usize, 0);
    file
}

impl Forged {
    fn set_u64(&mut self, at: usize, value: u64) {
        self.set(at, &value.to_le_bytes());
    }

    /// Moves the start of the data by this many bytes, and with it the end of the file.
    fn move_data(&mut self, by: u64) {
        let at = self.entry(DATA) + OFFSET;
        self.set_u64(at, self.u64(at) + by);
        self.grow(by);
    }

    /// Makes the region longer.
    fn grow(&mut self, by: u64) {
        self.set_u64(forge::TOTAL_SIZE, self.u64(forge::TOTAL_SIZE) + by);
        self.0.resize(self.0.len() + by as usize, 0);
    }

    /// Returns a sealed copy with a change.
    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut forged = self.clone();
        change(&mut forged);
        forged.seal();
        forged
    }
}

/// Checks a file of these bytes.
fn check(file: &Forged) -> Result<CheckedHeader, FormatError> {
    format::check(&file.0[..], file.0.len() as u64)
}

/// Returns the faulty section and its fault.
#[track_caller]
fn fault<T>(result: Result<T, FormatError>) -> (SectionKind, SectionFault) {
    match result.err().expect("a refusal") {
        FormatError::Section { kind, fault } => (kind, fault),
        other => panic!("{other}"),
    }
}
