//! [`Memory`]: the memory of overlays, and a table of the memory that this process has mapped already.
//!
//! Overlays of one file share mappings: to the compiler, two mappings of a file would be two different
//! pieces of memory, and each costs the kernel one of the 65,530 mappings that a process may have.

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

/// A range of memory that contains overlays. Unmapped when the last of them is dropped.
#[derive(Debug)]
pub(super) struct Memory {
    backing: Backing,
    /// Its offset in the file.
    start: u64,
    /// Whether writes by other processes are seen here.
    is_shared: bool,
    /// The part of a file that it maps, if other overlays can lie in it as well.
    part: Option<Part>,
    /// The open descriptor of that file.
    file: Option<Arc<Kept>>,
}

#[derive(Debug)]
pub(super) enum Backing {
    Mapped(MmapRaw),
    Attached(sys::sysv::Attached),
    /// The caller's memory, which is not freed here.
    Foreign(NonNull<u8>),
}

// SAFETY: an address, valid in every thread; the caller of `from_raw` guaranteed that the memory stays.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

/// A file, in one of the forms that overlayfs may show of it, or a System V segment: anything that
/// memory can be a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    file: FileId,
    layer: u64,
}

impl Object {
    /// The file of a descriptor.
    pub(super) fn of(fd: BorrowedFd<'_>, facts: &Facts) -> Self {
        Self { file: facts.id, layer: sys::volume::layer_of(fd, facts.id) }
    }

    /// The file at a path.
    pub(super) fn at(path: &Path, facts: &Facts) -> Self {
        Self { file: facts.id, layer: sys::volume::layer_at(path, facts.id, Links::Follow) }
    }

    /// The segment with this number.
    pub(super) fn segment(id: i32) -> Self {
        Self { file: FileId::of_segment(id), layer: 0 }
    }
}

/// A part of a file or segment, in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) object: Object,
    pub(super) start: u64,
    /// The end, exclusive.
    pub(super) end: u64,
    pub(super) writable: bool,
}

/// The memory that this process has mapped, and the files that it has open for overlays.
#[derive(Default)]
pub(super) struct Mapped {
    /// By their start.
    memories: BTreeMap<(Object, u64), Vec<Known>>,
    files: BTreeMap<Object, Vec<Weak<Kept>>>,
}

struct Known {
    part: Part,
    memory: Weak<Memory>,
}

/// Locked while something is mapped, so that two threads do not both open the file.
pub(super) static MAPPED: Own<Mapped> = Own::new();

impl Memory {
    /// Memory that cannot contain any other overlay.
    pub(super) fn alone(backing: Backing, start: u64, is_shared: bool) -> Arc<Self> {
        Arc::new(Self { backing, start, is_shared, part: None, file: None })
    }

    /// The address of the file's byte at `offset`.
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

    /// The number of bytes, if the memory is a part of a file or segment; 0 otherwise.
    pub(super) fn len(&self) -> u64 {
        self.part.map_or(0, |part| part.end - part.start)
    }

    pub(super) fn object(&self) -> Option<Object> {
        self.part.map(|part| part.object)
    }
}

impl Mapped {
    /// Memory that contains all bytes of this part, writable if requested.
    pub(super) fn find(&self, wanted: Part) -> Option<Arc<Memory>> {
        let covers = |part: &Part| part.end >= wanted.end && (part.writable || !wanted.writable);
        let before = self.memories.range((wanted.object, 0)..=(wanted.object, wanted.start)).rev();
        before
            .flat_map(|(_, memories)| memories)
            .filter(|known| covers(&known.part))
            .find_map(|known| known.memory.upgrade())
    }

    /// A descriptor of the file that this process has open for its overlays.
    pub(super) fn open_file(&self, object: Object, writable: bool) -> Option<Arc<Kept>> {
        let known = self.files.get(&object)?.iter().filter_map(Weak::upgrade);
        known.filter(|file| file.writable || !writable).find(|file| file.trusted().is_some())
    }

    /// Adds a descriptor that stays open from now on.
    pub(super) fn keep(&mut self, file: Kept) -> Arc<Kept> {
        let file = Arc::new(file);
        self.files.entry(file.object).or_default().push(Arc::downgrade(&file));
        file
    }

    /// Adds memory that is a part of a file.
    pub(super) fn enter(
        &mut self,
        backing: Backing,
        is_shared: bool,
        part: Part,
        file: Option<Arc<Kept>>,
    ) -> Arc<Memory> {
        let start = part.start;
        let memory = Arc::new(Memory { backing, start, is_shared, part: Some(part), file });
        let known = self.memories.entry((part.object, part.start)).or_default();
        known.push(Known { part, memory: Arc::downgrade(&memory) });
        memory
    }

    /// Removes the entries at that part of a file whose memory is gone.
    fn forget(&mut self, part: Part) {
        let key = (part.object, part.start);
        if let Some(known) = self.memories.get_mut(&key) {
            known.retain(|known| known.memory.strong_count() > 0);
            if known.is_empty() {
                self.memories.remove(&key);
            }
        }
        self.forget_closed(part.object);
    }

    /// Removes the entries of closed descriptors.
    pub(super) fn forget_closed(&mut self, object: Object) {
        if let Some(files) = self.files.get_mut(&object) {
            files.retain(|file| file.strong_count() > 0);
            if files.is_empty() {
                self.files.remove(&object);
            }
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(part) = self.part {
            let mut table = MAPPED.lock();
            // With the table locked: a thread that finds the file closed opens it again.
            drop(self.file.take());
            table.forget(part);
        }
    }
}
