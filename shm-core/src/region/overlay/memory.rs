//! [`Memory`]: what overlays lie in, and where this process has some already.
//!
//! Overlays of one file share mappings: for the compiler, two mappings of a file would be two different
//! pieces of memory, and each costs the kernel an entry, of which a process has 65,530.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use memmap2::MmapRaw;

use super::kept::Kept;
use super::own::Own;
use crate::sys;
use crate::sys::file::{Facts, FileId, Links};

/// A range of memory that overlays lie in. Given back when the last of them goes.
#[derive(Debug)]
pub(super) struct Memory {
    backing: Backing,
    /// Where in the file it starts.
    start: u64,
    /// Whether what others write is seen here.
    is_shared: bool,
    /// The part of a file that it is, if other overlays can lie in it as well.
    part: Option<Part>,
    /// What of that file is open.
    file: Option<Arc<Kept>>,
}

#[derive(Debug)]
pub(super) enum Backing {
    Mapped(MmapRaw),
    Attached(sys::sysv::Attached),
    /// The caller's, who keeps it.
    Foreign(NonNull<u8>),
}

// SAFETY: an address, good in every thread; the caller of `from_raw` promised that the memory stays.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

/// What memory can be a part of: a file, in one of the forms that overlayfs may show of it, or a System V
/// segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thing {
    file: FileId,
    layer: u64,
}

impl Thing {
    /// What a descriptor stands for.
    pub(super) fn behind(fd: BorrowedFd<'_>, facts: &Facts) -> Self {
        Self { file: facts.id, layer: sys::volume::layer_of(fd, facts.id) }
    }

    /// What a path leads to.
    pub(super) fn at(path: &Path, facts: &Facts) -> Self {
        Self { file: facts.id, layer: sys::volume::layer_at(path, facts.id, Links::Follow) }
    }

    /// The segment with this number.
    pub(super) fn segment(id: i32) -> Self {
        Self { file: FileId::of_segment(id), layer: 0 }
    }
}

/// A part of something, in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) thing: Thing,
    pub(super) start: u64,
    /// The first byte behind it.
    pub(super) end: u64,
    pub(super) writable: bool,
}

/// What this process has in memory already, and open.
#[derive(Default)]
pub(super) struct Table {
    /// By where they start.
    memories: BTreeMap<(Thing, u64), Vec<Known>>,
    files: BTreeMap<Thing, Vec<Weak<Kept>>>,
}

struct Known {
    part: Part,
    memory: Weak<Memory>,
}

/// Locked for as long as it takes to map something, so that two threads do not both open the file.
pub(super) static TABLE: Own<Table> = Own::new();

impl Memory {
    /// Memory that no other overlay can lie in.
    pub(super) fn alone(backing: Backing, start: u64, is_shared: bool) -> Arc<Self> {
        Arc::new(Self { backing, start, is_shared, part: None, file: None })
    }

    /// The byte of the memory that is the file's byte at `offset`.
    pub(super) fn at(&self, offset: u64) -> *mut u8 {
        let first = match &self.backing {
            Backing::Mapped(memory) => memory.as_mut_ptr(),
            Backing::Attached(segment) => segment.start().as_ptr(),
            Backing::Foreign(start) => start.as_ptr(),
        };
        // The offset lies in the memory, whose length is a usize.
        first.wrapping_add((offset - self.start) as usize)
    }

    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// How many bytes there are, of memory that is a part of something; 0 otherwise.
    pub(super) fn len(&self) -> u64 {
        self.part.map_or(0, |part| part.end - part.start)
    }

    pub(super) fn thing(&self) -> Option<Thing> {
        self.part.map(|part| part.thing)
    }
}

impl Table {
    /// Memory that has the bytes of this part, writable if asked for, and be it more than that.
    pub(super) fn find(&self, wanted: Part) -> Option<Arc<Memory>> {
        let covers = |part: &Part| part.end >= wanted.end && (part.writable || !wanted.writable);
        let before = self.memories.range((wanted.thing, 0)..=(wanted.thing, wanted.start)).rev();
        before
            .flat_map(|(_, memories)| memories)
            .filter(|known| covers(&known.part))
            .find_map(|known| known.memory.upgrade())
    }

    /// A descriptor of the file that this process has open for its overlays.
    pub(super) fn open_file(&self, thing: Thing, writable: bool) -> Option<Arc<Kept>> {
        let known = self.files.get(&thing)?.iter().filter_map(Weak::upgrade);
        known.filter(|file| file.writable || !writable).find(|file| file.trusted().is_some())
    }

    /// Enters a descriptor that stays open from here on.
    pub(super) fn keep(&mut self, file: Kept) -> Arc<Kept> {
        let file = Arc::new(file);
        self.files.entry(file.thing).or_default().push(Arc::downgrade(&file));
        file
    }

    /// Enters memory that is a part of a file.
    pub(super) fn enter(
        &mut self,
        backing: Backing,
        is_shared: bool,
        part: Part,
        file: Option<Arc<Kept>>,
    ) -> Arc<Memory> {
        let start = part.start;
        let memory = Arc::new(Memory { backing, start, is_shared, part: Some(part), file });
        let place = self.memories.entry((part.thing, part.start)).or_default();
        place.push(Known { part, memory: Arc::downgrade(&memory) });
        memory
    }

    /// Removes what nothing is left of, at that part of a file.
    fn forget(&mut self, part: Part) {
        let key = (part.thing, part.start);
        if let Some(place) = self.memories.get_mut(&key) {
            place.retain(|known| known.memory.strong_count() > 0);
            if place.is_empty() {
                self.memories.remove(&key);
            }
        }
        self.forget_closed(part.thing);
    }

    /// Removes what is closed by now.
    pub(super) fn forget_closed(&mut self, thing: Thing) {
        if let Some(files) = self.files.get_mut(&thing) {
            files.retain(|file| file.strong_count() > 0);
            if files.is_empty() {
                self.files.remove(&thing);
            }
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(part) = self.part {
            let mut table = TABLE.lock();
            // With the table locked: who finds the file closed opens it anew.
            drop(self.file.take());
            table.forget(part);
        }
    }
}
