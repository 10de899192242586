//! Mappings: the only place that maps memory.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use memmap2::{Advice, MmapOptions, MmapRaw};

use super::mapped_value::{MappedValue, Meaning};
use super::mirror::Words;
use super::pages::Pages;
use super::{failure, flag};
use crate::arena::{Arena, Extent, Places};
use crate::attach::{LockScope, Observer, Participant, Seat, Table, epoch};
use crate::error::Error;
use crate::heap::Claims;
use crate::registry::{Entered, Ground, Mapped, Origin};
use crate::sys;
use crate::sys::descriptor::Descriptor;
use crate::sys::file::{FileId, Links};
use crate::sys::fork::NoFork;
use crate::sys::maps::MappedFile;

/// A range of mapped memory with the value that lives in it. Unmapped when the last handle is dropped.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// The registry's entry for these addresses, and this process's seat among the participants, which
    /// points into the memory: both are dropped before the memory is unmapped (I9).
    entered: Entered,
    memory: Pages,
    /// Kept if it is needed later: for locks, or because there is no name to open it by.
    descriptor: Option<Arc<Descriptor>>,
    /// The descriptor to pass on: its receiver shares the open file description, and so the locks on the
    /// participants' bytes.
    given_away: OnceLock<Descriptor>,
    /// The mapping in which the values of named objects in the heap are accessed, once there is one.
    objects: OnceLock<Arc<Self>>,
    /// In such a mapping: what this process has of the objects.
    claims: Option<Box<Claims>>,
    identity: Option<Identity>,
    contents: MappedValue,
}

/// Two handles with the same identity share one mapping: to the compiler, two mappings of one file would
/// be two different pieces of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(super) file: FileId,
    /// Which of the files that overlayfs shows under this number; 0 for a writer, which only ever gets
    /// the last of them ([`sys::volume::layer_of`]).
    pub(super) layer: u64,
    pub(super) writable: bool,
}

/// The settings of a mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct MapSettings {
    pub(super) writable: bool,
    /// How many bytes are faulted in, from the start on.
    pub(super) populate: usize,
    pub(super) start: u64,
    pub(super) len: usize,
}

/// Maps a part of a file, shared. On hugetlbfs it must be whole huge pages: exactly the mapped bytes
/// must be unmapped later ([`sys::volume::len_to_map`]).
pub(super) fn map_file(fd: BorrowedFd<'_>, settings: MapSettings) -> io::Result<MmapRaw> {
    use std::os::fd::AsRawFd;
    let mut options = MmapOptions::new();
    options.offset(settings.start).len(settings.len);
    if settings.populate >= settings.len {
        options.populate();
    }
    let memory = match settings.writable {
        true => options.map_raw(fd.as_raw_fd()),
        false => options.map_raw_read_only(fd.as_raw_fd()),
    }?;
    let advice = if settings.writable { Advice::PopulateWrite } else { Advice::PopulateRead };
    populate_start(&memory, settings.populate, advice);
    Ok(memory)
}

/// Faults in the first `len` bytes of a longer mapping (`MADV_POPULATE_READ`, Linux 5.14). Like
/// `MAP_POPULATE`, it promises nothing: on failure, the pages are faulted in when they are accessed.
fn populate_start(memory: &MmapRaw, len: usize, advice: Advice) {
    if (1..memory.len()).contains(&len) {
        let _ = memory.advise_range(advice, 0, len);
    }
}

/// Returns how `/proc/PID/maps` names a file, by mapping `len` bytes of it for a moment. The bytes are
/// not accessed, so truncation of the file does no harm.
pub(crate) fn mapped_name(fd: BorrowedFd<'_>, len: usize) -> Option<MappedFile> {
    let memory = map_file(fd, MapSettings { writable: false, populate: 0, start: 0, len }).ok()?;
    sys::maps::file_at(memory.as_ptr().addr())
}

/// Maps a part of a file for reading, where the system refuses to share it. Whether later changes to the
/// file are visible is unspecified (`mmap(2)`, `MAP_PRIVATE`).
pub(super) fn map_copy(fd: BorrowedFd<'_>, start: u64, len: usize) -> io::Result<MmapRaw> {
    use std::os::fd::AsRawFd;
    let mut options = MmapOptions::new();
    options.offset(start).len(len);
    // SAFETY: no code assumes that the bytes are constant: they are accessed as atomics (I1, I7).
    let memory = unsafe { options.map_copy_read_only(fd.as_raw_fd())? };
    Ok(MmapRaw::from(memory))
}

/// Maps zeroed memory that belongs to this process alone, and faults in the first `populate` bytes.
pub(super) fn map_private(len: usize, populate: usize) -> io::Result<MmapRaw> {
    let mut options = MmapOptions::new();
    options.len(len);
    if populate >= len {
        options.populate();
    }
    let memory = options.map_anon().map(MmapRaw::from)?;
    populate_start(&memory, populate, Advice::PopulateWrite);
    Ok(memory)
}

/// The origin of a mapping.
pub(super) struct Source {
    pub(super) identity: Identity,
    /// The file, if it stays open.
    pub(super) descriptor: Option<Arc<Descriptor>>,
}

/// Keeps a file open for its mapping. `is_own` says whether only this process has its open file
/// description, as for a file that it opened itself.
pub(super) fn keep(file: OwnedFd, is_own: bool) -> io::Result<Arc<Descriptor>> {
    let mark = epoch::begin().map_or(0, |(_, mark)| mark);
    Ok(Arc::new(Descriptor::new(file, if is_own { mark } else { 0 })?))
}

impl Mapping {
    /// Registers a mapping of a file, or returns this process's existing mapping of the same thing
    /// (`memory` is then unmapped again).
    pub(super) fn share(
        memory: Pages,
        source: Source,
        label: String,
        contents: MappedValue,
    ) -> Arc<Self> {
        let Source { identity, mut descriptor } = source;
        let no_fork = NoFork::begin();
        let mut known = mappings(&no_fork);
        let same = known.entry(identity).or_default();
        let alive: Vec<_> = same.iter().filter_map(Weak::upgrade).collect();
        let fits = |mapping: &&Arc<Self>| {
            mapping.memory.include(&memory) && mapping.contents.agrees(&contents)
        };
        if let Some(mapping) = alive.iter().find(fits) {
            mapping.note_layout(&contents);
            let mapping = Arc::clone(mapping);
            drop(known);
            return mapping;
        }
        // One descriptor serves all mappings of a file.
        let theirs = alive.iter().find_map(|mapping| mapping.descriptor.clone());
        if descriptor.is_some() && theirs.is_some() {
            descriptor = theirs;
        }
        let mapping = Arc::new(Self::new(memory, Some(identity), descriptor, label, contents));
        mapping.introduce();
        same.retain(|mapping| mapping.strong_count() > 0);
        same.push(Arc::downgrade(&mapping));
        // Outside the lock: this may drop the last handle to a mapping.
        drop(known);
        drop(alive);
        mapping
    }

    /// Registers memory that no other process has.
    pub(super) fn private(memory: MmapRaw, label: String, contents: MappedValue) -> Arc<Self> {
        let mapping = Arc::new(Self::new(memory.into(), None, None, label, contents));
        mapping.introduce();
        mapping
    }

    /// Registers memory of a file that is not a region, whose descriptor stays open if one is given.
    pub(super) fn foreign(
        memory: MmapRaw,
        descriptor: Option<Arc<Descriptor>>,
        label: String,
        contents: MappedValue,
    ) -> Arc<Self> {
        let mapping = Arc::new(Self::new(memory.into(), None, descriptor, label, contents));
        mapping.introduce();
        mapping
    }

    fn new(
        memory: Pages,
        identity: Option<Identity>,
        descriptor: Option<Arc<Descriptor>>,
        label: String,
        contents: MappedValue,
    ) -> Self {
        let start = memory.at(contents.offset).addr();
        let origin = identity.map(|it| Origin {
            file: it.file,
            start: contents.offset as u64,
            descriptor: descriptor.clone(),
            raise_flag: flag::raise,
        });
        let scope = match (identity, &descriptor, participants(&memory, &contents)) {
            (None, _, _) => LockScope::Private,
            (Some(Identity { writable: true, .. }), Some(descriptor), Some(table)) => {
                LockScope::File { descriptor: Arc::clone(descriptor), table }
            }
            _ => LockScope::NoLocks,
        };
        let seat = Seat::new(scope, &label);
        let arena = arena(&memory, &contents, descriptor.as_ref());
        let entered = Entered::new(label, start..start + contents.len, origin, seat, arena);
        let (given_away, objects, claims) = (OnceLock::new(), OnceLock::new(), claims(&contents));
        let mapping =
            Self { entered, memory, descriptor, given_away, objects, claims, identity, contents };
        mapping.note_layout(&mapping.contents);
        mapping
    }

    /// Makes this found from addresses inside.
    fn introduce(self: &Arc<Self>) {
        let this = Arc::downgrade(self);
        self.entered.note_mapping(this);
    }

    /// Records the type of the value, if `contents` has it and it is not known yet.
    fn note_layout(&self, contents: &MappedValue) {
        if let Meaning::Type(layout) = contents.meaning {
            self.entered.note_layout(layout);
        }
    }

    /// Returns the address of a byte of the file, which must be one of those that are mapped: for an offset
    /// in the header, of a region that this process created.
    pub(super) fn at(&self, offset: usize) -> *mut u8 {
        self.memory.at(offset)
    }

    /// Returns the first byte of the value.
    pub(crate) fn data(&self) -> *const u8 {
        // `contents.offset` lies inside the mapping (I2), so this stays in its allocation.
        self.memory.at(self.contents.offset)
    }

    /// Returns the address and the length of the data.
    pub(crate) fn data_range(&self) -> (usize, usize) {
        (self.data().addr(), self.contents.len)
    }

    pub(crate) fn contents(&self) -> &MappedValue {
        &self.contents
    }

    pub(crate) fn label(&self) -> &str {
        self.entered.label()
    }

    /// Returns what is known of the region at these addresses.
    pub(crate) fn ground(&self) -> Ground<'_> {
        self.entered.ground()
    }

    /// Returns whether a path still means this mapping's file.
    pub(crate) fn is_current(&self, path: &Path) -> bool {
        let Some(Identity { file, layer, writable }) = self.identity else { return false };
        let is_same_layer =
            || writable || sys::volume::layer_at(path, file, Links::Refuse) == layer;
        sys::file::id_at(path).is_ok_and(|there| there == file) && is_same_layer()
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        self.memory.flush()
    }

    /// Returns a descriptor to pass to another process, opened at the first call if none is kept that
    /// can be shared; `None` if that fails.
    pub(super) fn to_give_away(&self) -> Option<BorrowedFd<'_>> {
        let kept = self.descriptor.as_deref();
        if kept.is_some() && self.contents.participants.is_none() {
            return kept?.trusted();
        }
        let no_fork = NoFork::begin();
        if self.given_away.get().is_none() {
            if let Ok(fresh) = self.open_once_more(kept) {
                let _ = self.given_away.set(fresh);
            }
        }
        drop(no_fork);
        // Without /proc there may be no second description. A receiver of the kept one keeps our byte
        // locked after our death, which other processes can then learn only from the process table.
        self.given_away.get().or(kept).and_then(Descriptor::trusted)
    }

    fn open_once_more(&self, kept: Option<&Descriptor>) -> io::Result<Descriptor> {
        let Some(identity) = self.identity else { return Err(io::ErrorKind::Unsupported.into()) };
        let (known, path) = (kept.and_then(Descriptor::trusted), Path::new(self.label()));
        let fresh = sys::file::reopen(known, path, identity.file, identity.writable)?;
        Descriptor::new(fresh, 0)
    }

    /// Returns the mapping in which the values of named objects are accessed, made at the first call; `None`
    /// for a region without a heap.
    pub(crate) fn objects(&self) -> Result<Option<&Arc<Self>>, Error> {
        let Some((offset, len)) = self.contents.heap else { return Ok(None) };
        if self.objects.get().is_none() {
            let mapped = self.map_objects(offset, len).map_err(|error| {
                let path = Path::new(self.label());
                failure::opening(path, "mapping it once more, for objects in its heap", error)
            })?;
            let no_fork = NoFork::begin();
            let _ = self.objects.set(mapped);
            drop(no_fork);
        }
        Ok(self.objects.get())
    }

    /// Maps the region once more, with the heap as its value. To the compiler, that is other memory.
    fn map_objects(&self, offset: usize, len: usize) -> io::Result<Arc<Self>> {
        let contents = |offset| MappedValue {
            offset,
            len,
            tail_len: 0,
            participants: self.contents.participants,
            heap: None,
            mirror: None,
            meaning: Meaning::Objects,
        };
        let label = self.label().to_owned();
        let (Some(identity), Some(descriptor)) = (self.identity, &self.descriptor) else {
            // Memory of this process alone: words elsewhere say where the objects are in this.
            return Ok(Self::private(map_private(len, 0)?, label, contents(0)));
        };
        let lost = || io::Error::other("its descriptor was closed");
        let file = descriptor.trusted().ok_or_else(lost)?;
        let len = sys::volume::len_to_map(file, &sys::file::facts(file)?, offset + len);
        let settings = MapSettings { writable: identity.writable, populate: 0, start: 0, len };
        let memory = map_file(file, settings)?;
        let source = Source { identity, descriptor: Some(Arc::clone(descriptor)) };
        Ok(Self::share(memory.into(), source, label, contents(offset)))
    }

    /// Returns what this process has of the objects that are accessed in this mapping, which is one for them.
    pub(crate) fn claims(&self) -> &Claims {
        self.claims.as_ref().expect("a mapping for objects has claims")
    }

    /// Returns the participants' table, if the region has locks. It is valid as long as the mapping.
    pub(crate) fn participants(&self) -> Option<Table> {
        participants(&self.memory, &self.contents)
    }

    /// Returns the words that say of which region this is a mirror, if it is one.
    pub(crate) fn mirror(&self) -> Option<&Words> {
        let words = self.memory.at(self.contents.mirror?.get()).cast::<Words>();
        // SAFETY: the header was checked to have the section at this offset (I2), a multiple of 64; it is made of atomics,
        // which every process accesses as such (I4), and stays mapped as long as `self`.
        Some(unsafe { &*words })
    }

    /// Returns the file of a mapping that has locks or is a mirror, to query the locks on its bytes.
    pub(crate) fn file_of_participants(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.as_ref()?.trusted()
    }
}

impl Mapped for Mapping {
    fn participant(&self, slot: u32) -> Option<Participant> {
        let table = self.participants()?;
        let (file, region) = (|| self.file_of_participants(), || table.mapped_file());
        Participant::look(slot, table.entry(slot)?, &Observer::new(), file, region)
    }

    fn is_lasting(&self) -> bool {
        self.claims.is_none()
    }
}

fn participants(memory: &Pages, contents: &MappedValue) -> Option<Table> {
    let (offset, count) = contents.participants?;
    let first = memory.at(offset).cast();
    let first = NonNull::new(first).expect("a mapping never starts at address 0");
    // SAFETY: the header was checked to have `count` entries at `offset` (I2); a user of the table drops
    // it before the mapping (I9).
    Some(unsafe { Table::new(first, count) })
}

fn claims(contents: &MappedValue) -> Option<Box<Claims>> {
    matches!(contents.meaning, Meaning::Objects).then(Box::default)
}

fn arena(
    memory: &Pages,
    contents: &MappedValue,
    descriptor: Option<&Arc<Descriptor>>,
) -> Option<Arena> {
    let (offset, len) = contents.heap?;
    let base = NonNull::new(memory.at(0)).expect("a mapping never starts at address 0");
    let data = contents.offset..contents.offset + contents.len;
    let places = match &contents.meaning {
        Meaning::Type(layout) => Places::Layout(layout),
        Meaning::Schema(schema) => Places::Schema(Arc::clone(schema)),
        Meaning::Objects => return None,
    };
    // Memory of this process alone has one participant.
    let participants = contents.participants.map_or(1, |(_, count)| count);
    let extent = Extent { data, heap: offset..offset + len, participants };
    // SAFETY: the header was checked: both lie inside the mapping (I2), and do not overlap. The arena ends
    // with the registry's entry, before the mapping (I13), and is written to through views that write
    // (I3). No other code accesses the heap (I14).
    unsafe { Arena::new(base, extent, places, descriptor.map(Arc::clone)) }
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

/// The mappings of files in this process, by identity. Locked only while a [`NoFork`] exists.
static MAPPINGS: Mutex<BTreeMap<Identity, Vec<Weak<Mapping>>>> = Mutex::new(BTreeMap::new());

fn mappings(_: &NoFork) -> MutexGuard<'static, BTreeMap<Identity, Vec<Weak<Mapping>>>> {
    // The map is whole between any two statements that touch it.
    MAPPINGS.lock().unwrap_or_else(PoisonError::into_inner)
}
