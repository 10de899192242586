//! The words of the mirror section; `docs/format.md` specifies it.

use std::mem::offset_of;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64, fence};

/// Bytes of the section.
pub(crate) const LEN: usize = 192;

/// Bytes of the origin's name.
pub(super) const NAME_LEN: usize = 104;

/// The section as all processes access it: each word whole, at its own width. Only the follower writes.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Words {
    state: AtomicU32,
    beat_ms: AtomicU32,
    sequence: AtomicU64,
    heard_at: AtomicU64,
    changed_at: AtomicU64,
    origin_time: AtomicU64,
    instance: AtomicU64,
    follower_pid: AtomicU32,
    scan_us: AtomicU32,
    follower_start_time: AtomicU64,
    boot_id: [AtomicU64; 2],
    created_at: AtomicU64,
    origin: [AtomicU64; NAME_LEN / 8],
}

const _: () = assert!(size_of::<Words>() == LEN && offset_of!(Words, origin) == ORIGIN);

/// Where the origin's name is in the section.
pub(super) const ORIGIN: usize = 88;

/// A copy of the words.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Copied {
    pub(super) state: u32,
    pub(super) beat_ms: u32,
    pub(super) sequence: u64,
    pub(super) heard_at: u64,
    pub(super) changed_at: u64,
    pub(super) origin_time: u64,
    pub(super) instance: u64,
    pub(super) follower_pid: u32,
    pub(super) scan_us: u32,
    pub(super) follower_start_time: u64,
    pub(super) boot_id: [u8; 16],
    pub(super) created_at: u64,
    pub(super) origin: [u8; NAME_LEN],
}

impl Words {
    /// Copies them. Values of the region that are loaded after this are at least as new as the copy says.
    pub(super) fn copied(&self) -> Copied {
        let heard_at = self.heard_at.load(Relaxed);
        // Pairs with the Release of `heard`. Relaxed and a fence, so that it works on read-only memory.
        fence(Acquire);
        let mut copied = Copied {
            state: self.state.load(Relaxed),
            beat_ms: self.beat_ms.load(Relaxed),
            sequence: self.sequence.load(Relaxed),
            heard_at,
            changed_at: self.changed_at.load(Relaxed),
            origin_time: self.origin_time.load(Relaxed),
            instance: self.instance.load(Relaxed),
            follower_pid: self.follower_pid.load(Relaxed),
            scan_us: self.scan_us.load(Relaxed),
            follower_start_time: self.follower_start_time.load(Relaxed),
            boot_id: [0; 16],
            created_at: self.created_at.load(Relaxed),
            origin: [0; NAME_LEN],
        };
        load(&self.boot_id, &mut copied.boot_id);
        load(&self.origin, &mut copied.origin);
        copied
    }

    /// Stores what stays the same for as long as one origin is followed.
    pub(super) fn store_origin(&self, copied: &Copied) {
        self.beat_ms.store(copied.beat_ms, Relaxed);
        self.scan_us.store(copied.scan_us, Relaxed);
        self.sequence.store(copied.sequence, Relaxed);
        self.heard_at.store(copied.heard_at, Relaxed);
        self.changed_at.store(copied.changed_at, Relaxed);
        self.origin_time.store(copied.origin_time, Relaxed);
        self.instance.store(copied.instance, Relaxed);
        self.follower_pid.store(copied.follower_pid, Relaxed);
        self.follower_start_time.store(copied.follower_start_time, Relaxed);
        self.created_at.store(copied.created_at, Relaxed);
        store(&self.boot_id, &copied.boot_id);
        store(&self.origin, &copied.origin);
        self.store_state(copied.state);
    }

    pub(super) fn store_state(&self, state: u32) {
        self.state.store(state, Release);
    }

    pub(super) fn note_change(&self, at: u64, origin_time: u64) {
        self.changed_at.store(at, Relaxed);
        self.origin_time.store(origin_time, Relaxed);
    }

    /// The time that the follower has noted last.
    pub(super) fn last_heard(&self) -> u64 {
        self.heard_at.load(Relaxed)
    }

    /// Notes that the origin was heard, after everything up to a change was applied.
    pub(super) fn heard(&self, sequence: u64, at: u64) {
        self.sequence.store(sequence, Relaxed);
        // Pairs with the Acquire of `copied`: the changes are there for those who see the time.
        self.heard_at.store(at, Release);
    }
}

impl Copied {
    /// Takes them from the bytes of a section.
    pub(super) fn from_bytes(bytes: &[u8; LEN]) -> Self {
        fn part<const N: usize>(bytes: &[u8; LEN], at: usize) -> [u8; N] {
            let mut part = [0; N];
            part.copy_from_slice(&bytes[at..at + N]);
            part
        }
        let (half, word) =
            (|at| u32::from_ne_bytes(part(bytes, at)), |at| u64::from_ne_bytes(part(bytes, at)));
        Self {
            state: half(offset_of!(Words, state)),
            beat_ms: half(offset_of!(Words, beat_ms)),
            sequence: word(offset_of!(Words, sequence)),
            heard_at: word(offset_of!(Words, heard_at)),
            changed_at: word(offset_of!(Words, changed_at)),
            origin_time: word(offset_of!(Words, origin_time)),
            instance: word(offset_of!(Words, instance)),
            follower_pid: half(offset_of!(Words, follower_pid)),
            scan_us: half(offset_of!(Words, scan_us)),
            follower_start_time: word(offset_of!(Words, follower_start_time)),
            boot_id: part(bytes, offset_of!(Words, boot_id)),
            created_at: word(offset_of!(Words, created_at)),
            origin: part(bytes, ORIGIN),
        }
    }
}

/// Copies bytes out of words.
fn load(words: &[AtomicU64], bytes: &mut [u8]) {
    for (word, bytes) in words.iter().zip(bytes.chunks_exact_mut(8)) {
        bytes.copy_from_slice(&word.load(Relaxed).to_ne_bytes());
    }
}

/// Copies bytes into words.
fn store(words: &[AtomicU64], bytes: &[u8]) {
    for (word, bytes) in words.iter().zip(bytes.chunks_exact(8)) {
        let mut whole = [0; 8];
        whole.copy_from_slice(bytes);
        word.store(u64::from_ne_bytes(whole), Relaxed);
    }
}
