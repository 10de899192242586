//! Mappings: the only place that maps memory.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, IntoRawFd, OwnedFd};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use memmap2::{MmapOptions, MmapRaw};

use crate::attach::{self, AttachError, Attachment, Site, Table};
use crate::layout::Layout;
use crate::sys;
use crate::sys::file::FileId;

/// A range of mapped memory with the value that lives in it. Unmapped when the last handle goes.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// This process's place among the participants, from its first lock on. It points into the
    /// memory and goes before it.
    attachment: Mutex<Option<Arc<Attachment>>>,
    memory: MmapRaw,
    file: Option<OwnedFd>,
    identity: Option<Identity>,
    /// What an error message calls this region.
    label: String,
    contents: Contents,
    /// For error messages; known from the first opener on that has the type.
    layout: OnceLock<&'static Layout>,
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
    /// Where the participants are, and how many there can be.
    pub(super) participants: Option<(usize, u32)>,
    /// Which layout it is accessed by.
    pub(super) fingerprint: u64,
    /// What the value is; `None` for who opens a region by its schema alone.
    pub(super) layout: Option<&'static Layout>,
}

impl Contents {
    /// Elements in the part whose length is known at run time.
    pub(crate) fn tail_len(&self) -> usize {
        self.tail_len
    }

    /// Whether both describe the same bytes. A file that somebody rewrote in place may say something
    /// else than it did when it was mapped first.
    fn agrees(&self, other: &Self) -> bool {
        let place = |contents: &Self| {
            (contents.offset, contents.len, contents.tail_len, contents.participants)
        };
        // The fingerprint, so that no mapping is ever accessed at the widths of two layouts (I5).
        place(self) == place(other) && self.fingerprint == other.fingerprint
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

/// Maps a part of a file, shared. On hugetlbfs whole pages are mapped: what is to be unmapped is what was
/// mapped, to the byte.
pub(super) fn map_file(fd: BorrowedFd<'_>, how: How) -> io::Result<MmapRaw> {
    use std::os::fd::AsRawFd;
    let mut options = MmapOptions::new();
    options.offset(how.start).len(in_whole_pages(fd, how.len));
    if how.populate {
        options.populate();
    }
    if how.writable {
        options.map_raw(fd.as_raw_fd())
    } else {
        options.map_raw_read_only(fd.as_raw_fd())
    }
}

/// Maps a part of a file for reading, where the system refuses to share it. Whether changes that are made
/// to the file later are seen is not specified (`mmap(2)`, `MAP_PRIVATE`).
pub(super) fn map_copy(fd: BorrowedFd<'_>, start: u64, len: usize) -> io::Result<MmapRaw> {
    use std::os::fd::AsRawFd;
    let mut options = MmapOptions::new();
    options.offset(start).len(in_whole_pages(fd, len));
    // SAFETY: nothing takes the bytes for constant: they are accessed as atomics (I1, I7).
    let memory = unsafe { options.map_copy_read_only(fd.as_raw_fd())? };
    Ok(MmapRaw::from(memory))
}

/// The length to map, and later to unmap. The kernel rounds up to pages of the processor by itself, but
/// refuses to unmap a part of a huge one.
fn in_whole_pages(fd: BorrowedFd<'_>, len: usize) -> usize {
    let page = sys::volume::huge_page_size(fd).and_then(|page| usize::try_from(page).ok());
    page.and_then(|page| len.checked_next_multiple_of(page)).unwrap_or(len)
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
        let headed = identity.is_some_and(|identity| identity.headed);
        let same = |mapping: &Arc<Mapping>| {
            mapping.identity == identity
                && mapping.memory.len() >= memory.len()
                && (!headed || mapping.contents.agrees(&contents))
        };
        if identity.is_some()
            && let Some(mapping) = known.iter().filter_map(Weak::upgrade).find(same)
        {
            mapping.note_layout(&contents);
            return mapping;
        }
        let (attachment, layout) = (Mutex::new(None), OnceLock::new());
        let mapping =
            Arc::new(Self { attachment, memory, file, identity, label, contents, layout });
        mapping.note_layout(&contents);
        known.retain(|mapping| mapping.strong_count() > 0);
        known.push(Arc::downgrade(&mapping));
        mapping
    }

    /// Notes what the value is, if `contents` say so and nobody did before.
    fn note_layout(&self, contents: &Contents) {
        if let Some(layout) = contents.layout {
            self.layout.get_or_init(|| layout);
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

    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    pub(super) fn file(&self) -> Option<BorrowedFd<'_>> {
        self.file.as_ref().map(AsFd::as_fd)
    }

    /// Whether a path still means this mapping's file.
    pub(crate) fn is_current(&self, path: &Path) -> bool {
        let ours = self.identity.map(|identity| identity.file);
        sys::file::id_at(path).is_ok_and(|there| Some(there) == ours)
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        self.memory.flush()
    }
}

/// Attaching to the region's locks.
impl Mapping {
    /// The writable mapping whose data are at `address`.
    pub(crate) fn at(address: usize) -> Option<Arc<Self>> {
        find(|mapping| mapping.is_writable() && mapping.holds(address))
    }

    /// Where the data are: the first address and the length.
    pub(crate) fn data_range(&self) -> (usize, usize) {
        (self.data().addr(), self.contents.len)
    }

    /// This process's attachment, if it has one. What a forked child inherited is none.
    pub(crate) fn attached(&self) -> Option<Arc<Attachment>> {
        self.lock_attachment().clone().filter(|attachment| attachment.is_ours())
    }

    /// The attachment of this process, which has that mark; begins if there is none.
    pub(crate) fn attach(&self, mark: u64) -> Result<Arc<Attachment>, AttachError> {
        let mut attachment = self.lock_attachment();
        match attachment.take() {
            Some(ours) if ours.is_ours() => return Ok(attachment.insert(ours).clone()),
            Some(inherited) => drop(inherited),
            None => {}
        }
        let ours = match (self.identity, self.participants()) {
            (Some(identity), Some(table)) => {
                // The attachment is dropped before the memory (I9).
                let (file, name) = (self.trusted_file(identity.file), self.label.as_str());
                Attachment::new(&Site { file, name, id: identity.file, table }, mark)?
            }
            (None, _) => Attachment::private(mark),
            (Some(_), None) => return Err(AttachError::NotInARegion),
        };
        Ok(attachment.insert(Arc::new(ours)).clone())
    }

    /// The participants' table, if the region has locks. It is good for as long as the mapping.
    pub(crate) fn participants(&self) -> Option<Table> {
        let (offset, count) = self.contents.participants?;
        let first = self.memory.as_mut_ptr().wrapping_add(offset).cast();
        let first = NonNull::new(first).expect("a mapping never starts at address 0");
        // SAFETY: the header was checked to have `count` entries at `offset` (I2); whoever takes the
        // table lets go of it before the mapping (I9).
        Some(unsafe { Table::new(first, count) })
    }

    /// The file behind a mapping that has one, for a look at the locks on its bytes.
    pub(crate) fn file_of_participants(&self) -> Option<BorrowedFd<'_>> {
        self.trusted_file(self.identity?.file)
    }

    /// The descriptor, unless somebody closed it and the number means another file now.
    fn trusted_file(&self, id: FileId) -> Option<BorrowedFd<'_>> {
        self.file().filter(|file| sys::file::facts(file).is_ok_and(|facts| facts.id == id))
    }

    fn lock_attachment(&self) -> MutexGuard<'_, Option<Arc<Attachment>>> {
        self.attachment.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_writable(&self) -> bool {
        self.identity.is_none_or(|identity| identity.writable)
    }

    fn holds(&self, address: usize) -> bool {
        address.wrapping_sub(self.data().addr()) < self.contents.len
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // Whatever threads remember of this range of addresses is void from here on.
        attach::end_epoch();
        if let (Some(identity), Some(file)) = (self.identity, self.file.take())
            && sys::file::facts(&file).is_ok_and(|facts| !facts.id.has_number_of(identity.file))
        {
            // Somebody closed our descriptor, and its number is another file's now.
            let _ = file.into_raw_fd();
        }
    }
}

/// Where an address lies.
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) field: String,
}

/// Finds the region and the field that an address belongs to. Slow: for error messages.
pub(crate) fn locate(address: usize) -> Option<Place> {
    let mapping = find(|mapping| mapping.holds(address))?;
    let offset = address - mapping.data().addr();
    let (field, _) = mapping.layout.get()?.path_at(offset)?;
    Some(Place { region: mapping.label.clone(), field })
}

fn find(wanted: impl Fn(&Mapping) -> bool) -> Option<Arc<Mapping>> {
    registry().iter().filter_map(Weak::upgrade).find(|mapping| wanted(mapping))
}

static REGISTRY: Mutex<Vec<Weak<Mapping>>> = Mutex::new(Vec::new());

fn registry() -> MutexGuard<'static, Vec<Weak<Mapping>>> {
    // The list is whole between any two statements that touch it.
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}
