//! A region's file, read and written only as in `docs/format.md`; and byte locks on it.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The offset of the first locked byte.
const FIRST_BYTE: i64 = 1 << 62;
const ENTRY: usize = 64;

/// A participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub state: u32,
    pub generation: u32,
    pub pid: u32,
    pub time_namespace: u32,
    pub start_time: u64,
    pub pid_namespace: u64,
}

impl Entry {
    fn bytes(&self) -> Vec<u8> {
        let words = [self.state, self.generation, self.pid, self.time_namespace];
        let longs = [self.start_time, self.pid_namespace];
        let longs = longs.iter().flat_map(|long| long.to_ne_bytes());
        words.iter().flat_map(|word| word.to_ne_bytes()).chain(longs).collect()
    }

    fn read(bytes: &[u8]) -> Self {
        let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        let long = |at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
        Self {
            state: word(0),
            generation: word(4),
            pid: word(8),
            time_namespace: word(12),
            start_time: long(16),
            pid_namespace: long(24),
        }
    }
}

/// All participants.
pub fn entries(path: &Path) -> Vec<Entry> {
    let (offset, len) = section(path, 4);
    let mut bytes = vec![0; len as usize];
    File::open(path).unwrap().read_exact_at(&mut bytes, offset).unwrap();
    bytes.chunks_exact(ENTRY).map(Entry::read).collect()
}

/// Writes a participant.
pub fn write_entry(path: &Path, slot: u32, entry: Entry) {
    let offset = section(path, 4).0 + u64::from(slot) * ENTRY as u64;
    let file = File::options().write(true).open(path).unwrap();
    file.write_all_at(&entry.bytes(), offset).unwrap();
}

/// Writes a participant, and the first lock of the data as held by it.
pub fn forge_holder(path: &Path, slot: u32, entry: Entry) {
    write_entry(path, slot, entry);
    forge_word(path, 0, slot, entry.generation);
}

/// Writes the word of the lock at an offset in the data as held by the process in a slot.
pub fn forge_word(path: &Path, at: u64, slot: u32, generation: u32) {
    let owner = ((slot + 1) << 20) | generation;
    let file = File::options().write(true).open(path).unwrap();
    file.write_all_at(&owner.to_ne_bytes(), section(path, 3).0 + at).unwrap();
}

/// The offset and the length of the first section of a kind.
fn section(path: &Path, kind: u32) -> (u64, u64) {
    let bytes = std::fs::read(path).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let entry = (0..word(16) as usize)
        .map(|index| 128 + 32 * index)
        .find(|at| word(*at) == kind)
        .expect("a section of that kind");
    (long(entry + 8), long(entry + 16))
}

/// Locks the byte of one slot, or the whole file, as long as the file is open. Returns `false` if that
/// is refused.
pub fn lock_bytes(file: &File, kind: libc::c_int, slot: Option<u32>) -> bool {
    let lock = describe(kind, slot);
    // SAFETY: the descriptor is open and the structure is the one that this command reads.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const lock) == 0 }
}

/// Returns whether any process has the byte of a slot write-locked.
pub fn is_write_locked(path: &Path, slot: u32) -> bool {
    let file = File::open(path).unwrap();
    let mut lock = describe(libc::F_RDLCK, Some(slot));
    // SAFETY: the descriptor is open and the structure is the one that this command reads and writes.
    let done = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut lock) };
    assert_eq!(done, 0);
    lock.l_type == libc::F_WRLCK as i16
}

fn describe(kind: libc::c_int, slot: Option<u32>) -> libc::flock64 {
    libc::flock64 {
        l_type: kind as i16,
        l_whence: libc::SEEK_SET as i16,
        l_start: slot.map_or(0, |slot| FIRST_BYTE + i64::from(slot)),
        l_len: slot.map_or(0, |_| 1),
        l_pid: 0,
    }
}
