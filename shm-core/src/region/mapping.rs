//! Mappings: the only place that maps memory.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use memmap2::{MmapOptions, MmapRaw};

use crate::layout::Layout;
use crate::sys::file::FileId;

/// A range of mapped memory with the value that lives in it. Unmapped when the last handle goes.
#[derive(Debug)]
pub(crate) struct Mapping {
    memory: MmapRaw,
    file: Option<OwnedFd>,
    identity: Option<Identity>,
    /// What an error message calls this region.
    label: String,
    contents: Contents,
}

/// Two handles with the same identity share one mapping: for the compiler, two mappings of one file
/// would be two different pieces of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(super) file: FileId,
    pub(super) writable: bool,
    /// Where in the file the mapping starts.
    pub(super) start: u64,
    /// Whether a header says what is inside. A region and an overlay never share a mapping.
    pub(super) headed: bool,
}

/// Where in the mapping the value is, and what it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contents {
    pub(super) offset: usize,
    pub(super) len: usize,
    pub(super) tail_len: usize,
    pub(super) layout: &'static Layout,
}

/// How to map.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) writable: bool,
    pub(super) populate: bool,
    pub(super) start: u64,
    pub(super) len: usize,
}

/// Maps a part of a file, shared.
pub(super) fn map_file(fd: BorrowedFd<'_>, how: How) -> io::Result<MmapRaw> {
    use std::os::fd::AsRawFd;
    let mut options = MmapOptions::new();
    options.offset(how.start).len(how.len);
    if how.populate {
        options.populate();
    }
    if how.writable {
        options.map_raw(fd.as_raw_fd())
    } else {
        options.map_raw_read_only(fd.as_raw_fd())
    }
}

/// Maps zeroed memory that belongs to this process alone.
pub(super) fn map_private(len: usize) -> io::Result<MmapRaw> {
    MmapOptions::new().len(len).map_anon().map(MmapRaw::from)
}

impl Mapping {
    /// Enters a mapping into the registry, or returns the one that this process has of the same
    /// thing already (`memory` is then unmapped again).
    pub(super) fn share(
        memory: MmapRaw,
        file: Option<OwnedFd>,
        identity: Option<Identity>,
        label: String,
        contents: Contents,
    ) -> Arc<Self> {
        let mut known = registry();
        let same = |mapping: &Arc<Mapping>| {
            mapping.identity == identity && mapping.memory.len() >= memory.len()
        };
        if identity.is_some()
            && let Some(mapping) = known.iter().filter_map(Weak::upgrade).find(same)
        {
            return mapping;
        }
        let mapping = Arc::new(Self { memory, file, identity, label, contents });
        known.retain(|mapping| mapping.strong_count() > 0);
        known.push(Arc::downgrade(&mapping));
        mapping
    }

    /// The first byte of the mapping.
    pub(super) fn base(&self) -> *mut u8 {
        self.memory.as_mut_ptr()
    }

    /// The first byte of the value.
    pub(super) fn data(&self) -> *const u8 {
        // `contents.offset` lies inside the mapping (I2), so this stays in its allocation.
        self.memory.as_ptr().wrapping_add(self.contents.offset)
    }

    pub(super) fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    pub(super) fn file(&self) -> Option<BorrowedFd<'_>> {
        self.file.as_ref().map(AsFd::as_fd)
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        self.memory.flush()
    }
}

/// Where an address lies.
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) field: String,
}

/// Finds the region and the field that an address belongs to. Slow: for error messages.
pub(crate) fn locate(address: usize) -> Option<Place> {
    let mapping = registry().iter().filter_map(Weak::upgrade).find(|mapping| {
        let start = mapping.data().addr();
        (start..start + mapping.contents.len).contains(&address)
    })?;
    let offset = address - mapping.data().addr();
    let (field, _) = mapping.contents.layout.path_at(offset)?;
    Some(Place { region: mapping.label.clone(), field })
}

static REGISTRY: Mutex<Vec<Weak<Mapping>>> = Mutex::new(Vec::new());

fn registry() -> std::sync::MutexGuard<'static, Vec<Weak<Mapping>>> {
    // The list is whole between any two statements that touch it.
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}
