//! Composes the header of a new region.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromZeros, IntoBytes};

use super::description::Description;
use super::directory::{
    CHECKSUMMED, ENTRY_LEN, Entry, NEEDED_TO_OPEN, NEEDED_TO_WRITE, SectionKind,
};
use super::error::FormatError;
use super::growth;
use super::preamble::{
    BIG, Creator, FORMAT_VERSION, LITTLE, MAGIC, NATIVE, PREAMBLE_LEN, Preamble,
};
use crate::layout::{Endian, fnv1a};
use crate::limits::{CACHE_LINE, MAX_HEAP_LEN, MIN_HEAP_LEN, PAGE};

/// Data starts at a multiple of this, or of its own alignment if that is more: a cache line.
pub(super) const DATA_ALIGN: u64 = CACHE_LINE as u64;
/// Bytes of one participant.
pub(super) const PARTICIPANT_LEN: u64 = 64;
/// Bytes of the section of a mirror.
pub(super) const MIRROR_LEN: u64 = 192;
/// A heap starts at a multiple of this.
pub(super) const HEAP_ALIGN: u64 = PAGE as u64;
/// Other sections start at a multiple of this.
const SECTION_ALIGN: u64 = 8;

/// A header that is ready to be written to the start of a file.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Everything before the data. The ready word is 0: it is stored last, when the data is
    /// initialised.
    pub header: Vec<u8>,
    /// Where the data starts: a multiple of 64 and of the layout's alignment.
    pub data_offset: u64,
    /// The size that the file must have.
    pub total_size: u64,
    /// The offset and the largest number of the participants, if the layout has locks or may get some.
    pub participants: Option<(u64, u32)>,
    /// Where the heap starts and how many bytes it has, if there is one: to the end of the file. All
    /// zeros, it is empty.
    pub heap: Option<(u64, u64)>,
    /// Where the words are that say of which region this is a mirror, if it is one.
    pub mirror: Option<u64>,
}

/// Makes the header of a region that holds a value of the described type in `data_len` bytes, with a
/// run-time length of `tail_len` elements (0 if the type has none). If it has locks, `participants`
/// processes can use them. If `data_len` is more than the value's size, the region has room to grow: for
/// more fields, including locks. The heap has `heap_len` bytes, as [`heap_len_for`]
/// gives them; 0 for none.
///
/// # Errors
/// If the size exceeds a limit of the format: no reader would open such a region.
///
/// ```
/// use shm_core::format::{self, Creator, Description};
/// use shm_core::layout::{Kind, Layout, ScalarKind};
///
/// static F64: Layout = Layout::new("f64", 8, 8, Kind::Scalar(ScalarKind::F64));
/// let creator = Creator { pid: 1, start_time: 2, boot_id: [3; 16], created_at: 4 };
///
/// let composed = format::compose(&Description::of(&F64)?, 0, 8, 0, 0, &creator)?;
/// let mut file = composed.header;
/// file.resize(composed.total_size as usize, 0);
///
/// let checked = format::check(&file[..], file.len() as u64)?;
/// assert_eq!(checked.data_offset(), composed.data_offset);
/// assert_eq!(checked.decode_schema()?.root().size(), 8);
/// # Ok::<(), shm_core::format::FormatError>(())
/// ```
pub fn compose(
    description: &Description,
    tail_len: u64,
    data_len: u64,
    participants: u32,
    heap_len: u64,
    creator: &Creator,
) -> Result<Composed, FormatError> {
    let annotations = description.annotations.as_deref();
    let (may_grow, has_heap) = (description.may_grow(data_len), heap_len > 0);
    let takes_part = description.takes_part(data_len, heap_len);
    let mut plan = Plan { entries: Vec::new(), body: Vec::new(), section_count: 2 };
    let optional = [annotations.is_some(), takes_part, may_grow, has_heap, description.is_mirror];
    plan.section_count += optional.into_iter().map(usize::from).sum::<usize>();
    plan.add(SectionKind::Schema, NEEDED_TO_OPEN | CHECKSUMMED, &description.schema);
    if let Some(annotations) = annotations {
        plan.add(SectionKind::Annotations, CHECKSUMMED, annotations);
    }
    if may_grow {
        plan.add_growth(growth::len_for(description));
    }
    let mirror = description.is_mirror.then(|| plan.add_mirror());
    let participants = takes_part.then(|| plan.add_participants(participants));
    let data_offset = plan.end().next_multiple_of(DATA_ALIGN.max(description.align));
    let data_end = data_offset.saturating_add(data_len);
    let heap_at = data_end.checked_next_multiple_of(HEAP_ALIGN).filter(|_| has_heap);
    let total_size = heap_at.unwrap_or(data_end).saturating_add(heap_len);
    expect_sizes(heap_len, total_size)?;
    plan.add_data(data_offset, data_len);
    let heap = heap_at.map(|offset| plan.add_heap(offset, heap_len));
    let preamble = preamble(description.fingerprint, tail_len, total_size, creator);
    let header = plan.finish(preamble, data_offset);
    Ok(Composed { header, data_offset, total_size, participants, heap, mirror })
}

/// The length of a heap section that is to have `bytes` bytes at most: rounded up to whole pages. `None`
/// if no heap can have that length, from 8 KiB to 16.5 GiB.
///
/// ```
/// use shm_core::format::heap_len_for;
///
/// assert_eq!(heap_len_for(1 << 20), Some(1 << 20));
/// assert_eq!((heap_len_for(10_000), heap_len_for(0), heap_len_for(u64::MAX)), (Some(12_288), None, None));
/// ```
#[must_use]
pub fn heap_len_for(bytes: u64) -> Option<u64> {
    let len = bytes.checked_next_multiple_of(HEAP_ALIGN)?;
    (MIN_HEAP_LEN..=MAX_HEAP_LEN).contains(&len).then_some(len)
}

/// Checks the length of the heap, and of the whole: `off_t`, by which files are measured, is signed.
fn expect_sizes(heap_len: u64, total_size: u64) -> Result<(), FormatError> {
    if heap_len > MAX_HEAP_LEN {
        let (what, limit) = ("length of the heap in bytes", MAX_HEAP_LEN);
        return Err(FormatError::TooLarge { what, found: heap_len, limit });
    }
    let limit = i64::MAX as u64;
    if total_size > limit {
        let what = "size of the region in bytes, its header included,";
        return Err(FormatError::TooLarge { what, found: total_size, limit });
    }
    Ok(())
}

/// The header under construction: directory entries, and the sections after them.
struct Plan {
    entries: Vec<Entry>,
    body: Vec<u8>,
    /// The final number of entries: the sections follow all of them.
    section_count: usize,
}

impl Plan {
    /// Returns the end of the sections so far.
    fn end(&self) -> u64 {
        (PREAMBLE_LEN + self.section_count * ENTRY_LEN + self.body.len()) as u64
    }

    fn add(&mut self, kind: SectionKind, flags: u32, bytes: &[u8]) {
        let padding = self.end().next_multiple_of(SECTION_ALIGN) - self.end();
        self.body.extend(std::iter::repeat_n(0, padding as usize));
        self.entries.push(Entry {
            kind: kind.code().into(),
            flags: flags.into(),
            offset: self.end().into(),
            len: (bytes.len() as u64).into(),
            checksum: if flags & CHECKSUMMED == 0 { U64::ZERO } else { fnv1a(bytes).into() },
        });
        self.body.extend_from_slice(bytes);
    }

    /// Adds empty slots. A program that does not know them uses the layout in the schema section, with
    /// which every later layout is compatible.
    fn add_growth(&mut self, len: u64) {
        self.add(SectionKind::Growth, 0, &vec![0; len as usize]);
    }

    /// Adds the participants.
    fn add_participants(&mut self, count: u32) -> (u64, u32) {
        let len = u64::from(count) * PARTICIPANT_LEN;
        (self.add_words(SectionKind::Participants, NEEDED_TO_WRITE, len), count)
    }

    /// Adds the words of a mirror, which a program that does not know them need not look at.
    fn add_mirror(&mut self) -> u64 {
        self.add_words(SectionKind::Mirror, 0, MIRROR_LEN)
    }

    /// Adds zeros, in cache lines of their own. They change for as long as the region exists, so they have no checksum.
    fn add_words(&mut self, kind: SectionKind, flags: u32, len: u64) -> u64 {
        let padding = self.end().next_multiple_of(DATA_ALIGN) - self.end();
        let offset = self.end() + padding;
        self.entries.push(Entry {
            kind: kind.code().into(),
            flags: flags.into(),
            offset: offset.into(),
            len: len.into(),
            checksum: U64::ZERO,
        });
        self.body.extend(std::iter::repeat_n(0, (padding + len) as usize));
        offset
    }

    /// Adds the data. It is written for as long as the region exists, so it has no checksum.
    fn add_data(&mut self, offset: u64, len: u64) {
        self.entries.push(Entry {
            kind: SectionKind::Data.code().into(),
            flags: NEEDED_TO_OPEN.into(),
            offset: offset.into(),
            len: len.into(),
            checksum: U64::ZERO,
        });
    }

    /// The last section, so that the file can be as long as the heap can become. No program needs it to
    /// read or write the data.
    fn add_heap(&mut self, offset: u64, len: u64) -> (u64, u64) {
        self.entries.push(Entry {
            kind: SectionKind::Heap.code().into(),
            flags: U32::ZERO,
            offset: offset.into(),
            len: len.into(),
            checksum: U64::ZERO,
        });
        (offset, len)
    }

    fn finish(self, mut preamble: Preamble, data_offset: u64) -> Vec<u8> {
        let directory = self.entries.as_slice().as_bytes();
        preamble.section_count = U32::new(self.entries.len() as u32);
        preamble.directory_checksum = fnv1a(directory).into();
        preamble.header_checksum = preamble.checksum().into();
        let mut header = preamble.as_bytes().to_vec();
        header.extend_from_slice(directory);
        header.extend_from_slice(&self.body);
        header.resize(data_offset as usize, 0);
        header
    }
}

/// Returns the preamble without the facts of the directory and the checksums.
fn preamble(fingerprint: u64, tail_len: u64, total_size: u64, creator: &Creator) -> Preamble {
    Preamble {
        magic: MAGIC,
        format_version: FORMAT_VERSION.into(),
        byte_order: if NATIVE == Endian::Big { BIG } else { LITTLE },
        pointer_width: size_of::<usize>() as u8,
        section_entry_size: U16::new(ENTRY_LEN as u16),
        fingerprint: fingerprint.into(),
        tail_len: tail_len.into(),
        total_size: total_size.into(),
        creator_pid: creator.pid.into(),
        creator_start_time: creator.start_time.into(),
        boot_id: creator.boot_id,
        created_at: creator.created_at.into(),
        ..Preamble::new_zeroed()
    }
}
