//! Mappings: the only place that maps memory.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use memmap2::{MmapOptions, MmapRaw};

use crate::attach::{Place, Seat, Table, epoch};
use crate::layout::Layout;
use crate::registry::Entered;
use crate::schema::{Encoded, Schema};
use crate::sys;
use crate::sys::descriptor::Descriptor;
use crate::sys::file::{FileId, Links};
use crate::sys::fork::NoFork;
use crate::sys::maps::MappedFile;

/// A range of mapped memory with the value that lives in it. Unmapped when the last handle goes.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// What is known by the addresses of this memory, and this process's place among the
    /// participants, which points into it: both go before the memory does (I9).
    entered: Entered,
    memory: MmapRaw,
    /// Kept where it is needed later: for locks, or because there is no name to open it by.
    descriptor: Option<Arc<Descriptor>>,
    /// What is given away: whoever gets a descriptor gets a share in its open file description, and
    /// so in the locks on the participants' bytes.
    given_away: OnceLock<Descriptor>,
    identity: Option<Identity>,
    contents: Contents,
}

/// Two handles with the same identity share one mapping: for the compiler, two mappings of one file
/// would be two different pieces of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(super) file: FileId,
    /// Which of the files that overlayfs shows under this number; 0 for a writer, who is only ever given
    /// the last of them ([`sys::volume::layer_of`]).
    pub(super) layer: u64,
    pub(super) writable: bool,
}

/// Where in the mapping the value is, and what it is.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    pub(super) offset: usize,
    pub(super) len: usize,
    pub(super) tail_len: usize,
    /// Where the participants are, and how many there can be.
    pub(super) participants: Option<(usize, u32)>,
    /// Which layout it is accessed by.
    pub(super) meaning: Meaning,
}

/// Which layout a value is accessed by.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    /// That of a type of this program.
    Type(&'static Layout),
    /// What the region's own schema says.
    Schema(Arc<Schema>),
}

impl Meaning {
    /// Whether both access each byte at the same width: their schemas are equal, byte for byte. No
    /// fingerprint is believed, since whoever writes the file can choose one.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Type(one), Self::Type(other)) if std::ptr::eq(*one, *other) => true,
            (Self::Schema(one), Self::Schema(other)) => one == other,
            _ => self.bytes().is_some_and(|bytes| other.bytes() == Some(bytes)),
        }
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Type(layout) => Encoded::of(layout).ok().map(|encoded| encoded.bytes),
            Self::Schema(schema) => Some(schema.to_bytes()),
        }
    }
}

impl Contents {
    /// Elements in the part whose length is known at run time.
    pub(crate) fn tail_len(&self) -> usize {
        self.tail_len
    }

    /// Whether both describe the same bytes. A file that was rewritten in place may say something else
    /// than it did when it was mapped first.
    fn agrees(&self, other: &Self) -> bool {
        let place = |contents: &Self| {
            (contents.offset, contents.len, contents.tail_len, contents.participants)
        };
        // The meaning, so that no mapping is ever accessed at the widths of two layouts (I5).
        place(self) == place(other) && self.meaning.is_same(&other.meaning)
    }
}

/// How to map.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) writable: bool,
    pub(super) populate: bool,
    pub(super) start: u64,
    pub(super) len: usize,
}

/// Maps a part of a file, shared. On hugetlbfs it must be whole huge pages: what is unmapped later must be
/// what was mapped, to the byte ([`sys::volume::len_to_map`]).
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

/// How `/proc/PID/maps` names a file, found out by mapping `len` bytes of it for a moment. Nothing there
/// is accessed, so that it does not matter what becomes of the file.
pub(crate) fn mapped_name(fd: BorrowedFd<'_>, len: usize) -> Option<MappedFile> {
    let memory = map_file(fd, How { writable: false, populate: false, start: 0, len }).ok()?;
    sys::maps::file_at(memory.as_ptr().addr())
}

/// Maps a part of a file for reading, where the system refuses to share it. Whether changes that are made
/// to the file later are seen is not specified (`mmap(2)`, `MAP_PRIVATE`).
pub(super) fn map_copy(fd: BorrowedFd<'_>, start: u64, len: usize) -> io::Result<MmapRaw> {
    use std::os::fd::AsRawFd;
    let mut options = MmapOptions::new();
    options.offset(start).len(len);
    // SAFETY: nothing takes the bytes for constant: they are accessed as atomics (I1, I7).
    let memory = unsafe { options.map_copy_read_only(fd.as_raw_fd())? };
    Ok(MmapRaw::from(memory))
}

/// Maps zeroed memory that belongs to this process alone.
pub(super) fn map_private(len: usize, populate: bool) -> io::Result<MmapRaw> {
    let mut options = MmapOptions::new();
    options.len(len);
    if populate {
        options.populate();
    }
    options.map_anon().map(MmapRaw::from)
}

/// Where a mapping comes from.
pub(super) struct Source {
    pub(super) identity: Identity,
    /// The file, if it is to stay open.
    pub(super) descriptor: Option<Arc<Descriptor>>,
}

/// Keeps a file open for the mapping of it. `is_own` says whether its open file description is this
/// process's alone, as that of a file is which it opened itself.
pub(super) fn keep(file: OwnedFd, is_own: bool) -> io::Result<Arc<Descriptor>> {
    let mark = epoch::begin().map_or(0, |(_, mark)| mark);
    Ok(Arc::new(Descriptor::new(file, if is_own { mark } else { 0 })?))
}

impl Mapping {
    /// Takes a mapping of a file, or returns the one that this process has of the same thing already
    /// (`memory` is then unmapped again).
    pub(super) fn share(
        memory: MmapRaw,
        source: Source,
        label: String,
        contents: Contents,
    ) -> Arc<Self> {
        let Source { identity, mut descriptor } = source;
        let no_fork = NoFork::begin();
        let mut known = mappings(&no_fork);
        let same = known.entry(identity).or_default();
        let alive: Vec<_> = same.iter().filter_map(Weak::upgrade).collect();
        let fits = |mapping: &&Arc<Self>| {
            mapping.memory.len() >= memory.len() && mapping.contents.agrees(&contents)
        };
        if let Some(mapping) = alive.iter().find(fits) {
            mapping.note_layout(&contents);
            let mapping = Arc::clone(mapping);
            drop(known);
            return mapping;
        }
        // One descriptor does for all mappings of a file.
        let theirs = alive.iter().find_map(|mapping| mapping.descriptor.clone());
        if descriptor.is_some() && theirs.is_some() {
            descriptor = theirs;
        }
        let mapping = Arc::new(Self::new(memory, Some(identity), descriptor, label, contents));
        same.retain(|mapping| mapping.strong_count() > 0);
        same.push(Arc::downgrade(&mapping));
        // Outside of the lock: what is dropped here may be the last handle to a mapping.
        drop(known);
        drop(alive);
        mapping
    }

    /// Takes memory that no other process has.
    pub(super) fn private(memory: MmapRaw, label: String, contents: Contents) -> Arc<Self> {
        Arc::new(Self::new(memory, None, None, label, contents))
    }

    fn new(
        memory: MmapRaw,
        identity: Option<Identity>,
        descriptor: Option<Arc<Descriptor>>,
        label: String,
        contents: Contents,
    ) -> Self {
        let start = memory.as_ptr().addr() + contents.offset;
        let origin = identity.map(|it| (it.file, contents.offset as u64));
        let place = match (identity, &descriptor, participants(&memory, &contents)) {
            (None, _, _) => Place::Private,
            (Some(Identity { writable: true, .. }), Some(descriptor), Some(table)) => {
                Place::File { descriptor: Arc::clone(descriptor), table }
            }
            _ => Place::Nowhere,
        };
        let seat = Seat::new(place, &label);
        let entered = Entered::new(label, start..start + contents.len, origin, seat);
        let given_away = OnceLock::new();
        let mapping = Self { entered, memory, descriptor, given_away, identity, contents };
        mapping.note_layout(&mapping.contents);
        mapping
    }

    /// Notes what the value is, if `contents` say so and nobody did before.
    fn note_layout(&self, contents: &Contents) {
        if let Meaning::Type(layout) = contents.meaning {
            self.entered.note_layout(layout);
        }
    }

    /// The first byte of the mapping.
    pub(super) fn base(&self) -> *mut u8 {
        self.memory.as_mut_ptr()
    }

    /// The first byte of the value.
    pub(crate) fn data(&self) -> *const u8 {
        // `contents.offset` lies inside the mapping (I2), so this stays in its allocation.
        self.memory.as_ptr().wrapping_add(self.contents.offset)
    }

    /// Where the data are: the first address and the length.
    pub(crate) fn data_range(&self) -> (usize, usize) {
        (self.data().addr(), self.contents.len)
    }

    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(crate) fn label(&self) -> &str {
        self.entered.label()
    }

    /// Whether a path still means this mapping's file.
    pub(crate) fn is_current(&self, path: &Path) -> bool {
        let Some(Identity { file, layer, writable }) = self.identity else { return false };
        let is_same_layer =
            || writable || sys::volume::layer_at(path, file, Links::Refuse) == layer;
        sys::file::id_at(path).is_ok_and(|there| there == file) && is_same_layer()
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        self.memory.flush()
    }

    /// A descriptor to be given to another process, opened at the first call where none is kept that
    /// can be; `None` if that fails.
    pub(super) fn to_give_away(&self) -> Option<BorrowedFd<'_>> {
        let kept = self.descriptor.as_deref();
        if kept.is_some() && self.contents.participants.is_none() {
            return kept?.trusted();
        }
        let no_fork = NoFork::begin();
        if self.given_away.get().is_none()
            && let Ok(fresh) = self.open_once_more(kept)
        {
            let _ = self.given_away.set(fresh);
        }
        drop(no_fork);
        // Without /proc there may be no second description. Whoever gets the kept one keeps our byte
        // locked beyond our death, which others then learn from the process table alone.
        self.given_away.get().or(kept).and_then(Descriptor::trusted)
    }

    fn open_once_more(&self, kept: Option<&Descriptor>) -> io::Result<Descriptor> {
        let Some(identity) = self.identity else { return Err(io::ErrorKind::Unsupported.into()) };
        let (known, path) = (kept.and_then(Descriptor::trusted), Path::new(self.label()));
        let fresh = sys::file::reopen(known, path, identity.file, identity.writable)?;
        Descriptor::new(fresh, 0)
    }

    /// The participants' table, if the region has locks. It is good for as long as the mapping.
    pub(crate) fn participants(&self) -> Option<Table> {
        participants(&self.memory, &self.contents)
    }

    /// The file of a mapping that has locks, for a look at the locks on its bytes.
    pub(crate) fn file_of_participants(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.as_ref()?.trusted()
    }
}

fn participants(memory: &MmapRaw, contents: &Contents) -> Option<Table> {
    let (offset, count) = contents.participants?;
    let first = memory.as_mut_ptr().wrapping_add(offset).cast();
    let first = NonNull::new(first).expect("a mapping never starts at address 0");
    // SAFETY: the header was checked to have `count` entries at `offset` (I2); whoever takes the table
    // lets go of it before the mapping (I9).
    Some(unsafe { Table::new(first, count) })
}

impl Drop for Mapping {
    fn drop(&mut self) {
        let Some(identity) = self.identity else { return };
        let no_fork = NoFork::begin();
        let mut known = mappings(&no_fork);
        if let Some(same) = known.get_mut(&identity) {
            same.retain(|mapping| mapping.strong_count() > 0);
            if same.is_empty() {
                known.remove(&identity);
            }
        }
    }
}

/// What this process has mapped of files, by what it is. Locked in the presence of a [`NoFork`] only.
static MAPPINGS: Mutex<BTreeMap<Identity, Vec<Weak<Mapping>>>> = Mutex::new(BTreeMap::new());

fn mappings(_: &NoFork) -> MutexGuard<'static, BTreeMap<Identity, Vec<Weak<Mapping>>>> {
    // The map is whole between any two statements that touch it.
    MAPPINGS.lock().unwrap_or_else(PoisonError::into_inner)
}
