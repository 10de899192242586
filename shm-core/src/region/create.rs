//! Making regions: no process ever sees a half-made one, and the file that a killed creator leaves is
//! removed by the next creation ([`super::leftover`]).

use std::io;
use std::num::NonZero;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{SystemTime, UNIX_EPOCH};

use memmap2::MmapRaw;

use super::mapped_value::{MappedValue, Meaning};
use super::mapping::{self, Identity, MapSettings, Mapping, Source, map_file, map_private};
use super::settings::{Settings, Space};
use super::temporary::{IfTaken, TemporaryName};
use super::{failure, patch, temporary};
use crate::error::Error;
use crate::fault;
use crate::format::{self, Composed, Creator, Description, FormatError, UNKNOWN_BOOT};
use crate::limits;
use crate::protocol::{Hardware, lock, ready};
use crate::root::Root;
use crate::schema::Schema;
use crate::sys;
use crate::sys::descriptor::Descriptor;

/// The value that a new region will hold.
pub(crate) struct NewValue {
    description: Description,
    /// Elements in the part whose length is known at run time.
    tail_len: usize,
    /// The size of the value in bytes, and the capacity that it can grow to.
    len: usize,
    /// The length of the heap in bytes; 0 for none.
    heap_len: u64,
    meaning: Meaning,
}

impl NewValue {
    /// A value of `T`, of the length that the settings give; `label` is the region, for errors.
    pub(super) fn of<T: Root + ?Sized>(settings: &Settings, label: &Path) -> Result<Self, Error> {
        let (tail_len, size) = measure::<T>(settings)?;
        let (name, capacity) = (T::ROOT_LAYOUT.name(), T::ROOT_LAYOUT.capacity());
        let len = room(name, T::TAIL.is_some(), settings, capacity, size)?;
        let heap_len = heap_len(T::ROOT_LAYOUT.needs_heap(), settings)?;
        let mut description =
            Description::of(T::ROOT_LAYOUT).map_err(|source| unfit(label, source))?;
        description.is_mirror = settings.mirror;
        Ok(Self { description, tail_len, len, heap_len, meaning: Meaning::Type(T::ROOT_LAYOUT) })
    }

    /// A value of a type that is known only by its description, of the length that the settings give.
    pub(crate) fn described(
        description: &Description,
        schema: &Arc<Schema>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let (tail_len, size) = measure_described(&description.name, schema, settings)?;
        let len = room(&description.name, schema.root().has_tail(), settings, 0, size)?;
        let heap_len = heap_len(description.needs_heap, settings)?;
        let meaning = Meaning::Schema(Arc::clone(schema));
        let description = Description { is_mirror: settings.mirror, ..description.clone() };
        Ok(Self { description, tail_len, len, heap_len, meaning })
    }
}

/// A new region that is complete but for its name. Without one, it vanishes when this is dropped.
pub(crate) struct Draft {
    file: Arc<Descriptor>,
    temporary: Option<TemporaryName>,
    mapping: Arc<Mapping>,
}

impl Draft {
    /// Makes a region in a new file, in the directory of `path`, and initialises the value.
    pub(crate) fn at<E: From<Error>>(
        path: &Path,
        settings: &Settings,
        value: &NewValue,
        init: impl FnOnce(&Arc<Mapping>) -> Result<(), E>,
    ) -> Result<Self, E> {
        fault::point("before the temporary file");
        let (file, temporary) = temporary::make(path, settings)?;
        let (mapping, file) = lay_out(file, path, settings, value, Keep::ForLocks)?;
        initialise(&mapping, init)?;
        Ok(Self { file, temporary, mapping })
    }

    /// Gives the region its name, which publishes it. Can be tried again if the name was taken.
    pub(crate) fn publish(&self, path: &Path, if_taken: IfTaken) -> Result<Arc<Mapping>, Error> {
        fault::point("before linking");
        let file = still_open(&self.file, path)?;
        temporary::publish(file, self.temporary.as_ref(), path, if_taken)?;
        fault::point("after linking");
        Ok(Arc::clone(&self.mapping))
    }
}

/// Opens the region at `path` or, if it does not exist, creates it. The value is initialised at most
/// once, however often other processes create and remove a region of that name meanwhile.
pub(crate) fn open_or_create<R, E: From<Error>>(
    path: &Path,
    open: impl Fn() -> Result<R, Error>,
    draft: impl FnOnce() -> Result<Draft, E>,
    created: impl FnOnce(Arc<Mapping>) -> R,
) -> Result<R, E> {
    match open() {
        Err(Error::NotFound { .. }) => {}
        other => return Ok(other?),
    }
    let draft = draft()?;
    loop {
        match draft.publish(path, IfTaken::Refuse) {
            // Another process was faster: open its region.
            Err(Error::AlreadyExists { .. }) => {}
            other => return Ok(created(other?)),
        }
        match open() {
            Err(Error::NotFound { .. }) => {}
            other => return Ok(other?),
        }
    }
}

/// Makes a region in sealed memory without a name, and initialises the value.
pub(crate) fn memfd<E: From<Error>>(
    label: &str,
    settings: &Settings,
    value: &NewValue,
    init: impl FnOnce(&Arc<Mapping>) -> Result<(), E>,
) -> Result<Arc<Mapping>, E> {
    let shown = memfd_label(label);
    let (mapping, file) = lay_out(make_memfd(label)?, &shown, settings, value, Keep::Always)?;
    initialise(&mapping, init)?;
    seal(&file, &shown)?;
    Ok(mapping)
}

/// The label of a memfd without one.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// The label of a region without a name, for errors.
pub(crate) fn memfd_label(label: &str) -> PathBuf {
    PathBuf::from(format!("memfd:{label}"))
}

fn make_memfd(label: &str) -> Result<OwnedFd, Error> {
    if label.contains('\0') || label.len() > 249 {
        let fault = "a memfd's name has at most 249 bytes and no NUL";
        return Err(Error::BadName { name: label.to_owned(), fault, help: None });
    }
    sys::memfd::create(label)
        .map_err(|error| failure::creating(&memfd_label(label), "creating a memfd", 0, error))
}

fn seal(file: &Descriptor, label: &Path) -> Result<(), Error> {
    sys::memfd::seal(still_open(file, label)?)
        .map_err(|error| failure::creating(label, "sealing a memfd", 0, error))
}

/// The regions that keep their file open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// Those with locks; the others are found again by name.
    ForLocks,
    /// All: without a name, the descriptor is the only way to the file.
    Always,
}

/// Writes a header and a zeroed value to `file`. The mapping is registered, so that locks in the value
/// work while it is initialised.
fn lay_out(
    file: OwnedFd,
    path: &Path,
    settings: &Settings,
    value: &NewValue,
    keep: Keep,
) -> Result<(Arc<Mapping>, Arc<Descriptor>), Error> {
    let header = header(path, settings, value)?;
    allocate(&file, path, Needed::of(&header), settings)?;
    fault::point("after allocation");
    let fail = |doing, error| failure::creating(path, doing, header.total_size, error);
    let memory =
        map_whole(&file, &header, settings).map_err(|error| fail(failure::MAPPING, error))?;
    let file = mapping::keep(file, true).map_err(|error| fail("reading its metadata", error))?;
    let contents = MappedValue {
        // An offset inside a mapping fits.
        offset: header.data_offset as usize,
        len: value.len,
        tail_len: value.tail_len,
        participants: header.participants.map(|(offset, count)| (offset as usize, count)),
        heap: header.heap.map(|(offset, len)| (offset as usize, len as usize)),
        mirror: header.mirror.and_then(|offset| NonZero::new(offset as usize)),
        meaning: value.meaning.clone(),
    };
    let is_kept =
        keep == Keep::Always || contents.participants.is_some() || contents.mirror.is_some();
    let source = Source {
        identity: Identity { file: file.id(), layer: 0, writable: true },
        descriptor: is_kept.then(|| Arc::clone(&file)),
    };
    Ok((Mapping::share(memory.into(), source, path.display().to_string(), contents), file))
}

/// Initialises the value, and marks the region ready.
fn initialise<E>(
    mapping: &Arc<Mapping>,
    init: impl FnOnce(&Arc<Mapping>) -> Result<(), E>,
) -> Result<(), E> {
    fault::point("before initialising");
    init(mapping)?;
    fault::point("after initialising");
    mark_ready(mapping);
    Ok(())
}

/// The file of a draft, unless the program has closed its descriptor while it filled in the value.
fn still_open<'a>(file: &'a Descriptor, path: &Path) -> Result<BorrowedFd<'a>, Error> {
    let closed = || io::Error::other("its descriptor was closed while the value was initialised");
    let fail = |error| failure::creating(path, "finishing its file", 0, error);
    file.trusted().ok_or_else(closed).map_err(fail)
}

/// Returns the header of a region with these contents.
fn header(path: &Path, settings: &Settings, value: &NewValue) -> Result<Composed, Error> {
    let NewValue { description, tail_len, len, heap_len, .. } = value;
    let takes_part = description.takes_part(*len as u64, *heap_len);
    if takes_part && !(1..=lock::MAX_SLOTS).contains(&settings.participants) {
        let (type_name, found) = (description.name.clone(), settings.participants);
        return Err(Error::BadParticipants { type_name, found });
    }
    let (tail_len, len) = (*tail_len as u64, *len as u64);
    format::compose(description, tail_len, len, settings.participants, *heap_len, &creator())
        .map_err(|source| unfit(path, source))
}

/// Returns the error for a layout or a size that no region can have.
fn unfit(path: &Path, source: FormatError) -> Error {
    Error::Format { region: path.display().to_string(), source }
}

/// Maps a new file and writes its header.
fn map_whole(file: &OwnedFd, header: &Composed, settings: &Settings) -> io::Result<MmapRaw> {
    let len = usize::try_from(header.total_size)
        .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let len = sys::volume::len_to_map(file.as_fd(), &sys::file::facts(file)?, len);
    let populate = if settings.populate { Needed::of(header).at_once as usize } else { 0 };
    let map_settings = MapSettings { writable: true, populate, start: 0, len };
    let memory = map_file(file.as_fd(), map_settings)?;
    patch::write(file.as_fd(), 0, &header.header)?;
    Ok(memory)
}

/// The last store of a creation. Pairs with the fence in `open::check_ready`.
fn mark_ready(mapping: &Mapping) {
    let word = mapping.at(format::READY_OFFSET).cast::<u64>();
    // SAFETY: the word lies inside the mapping, is 8-aligned there, and is only ever accessed as
    // this atomic (I4).
    let word = unsafe { AtomicU64::from_ptr(word) };
    ready::publish::<Hardware>(word, format::READY.to_le());
}

/// Returns the run-time length and the size in bytes of the value to create.
pub(super) fn measure<T: Root + ?Sized>(settings: &Settings) -> Result<(usize, usize), Error> {
    let size = |len| match T::TAIL {
        None => Some(T::ROOT_LAYOUT.size()),
        Some(tail) => tail.size_for(len),
    };
    length(T::ROOT_LAYOUT.name(), T::TAIL.is_some(), settings.len, &size)
}

/// Like [`measure`], for a type that is known only by its schema.
fn measure_described(
    type_name: &str,
    schema: &Schema,
    settings: &Settings,
) -> Result<(usize, usize), Error> {
    let root = schema.root();
    let size = |len| root.size_with(len as u64).and_then(|size| usize::try_from(size).ok());
    length(type_name, root.has_tail(), settings.len, &size)
}

/// Returns the requested run-time length and the resulting size, if the type can have that length.
fn length(
    type_name: &str,
    has_tail: bool,
    asked: Option<usize>,
    size: &dyn Fn(usize) -> Option<usize>,
) -> Result<(usize, usize), Error> {
    let type_name = || type_name.to_owned();
    let len = match (has_tail, asked) {
        (false, None) => 0,
        (true, Some(len)) => len,
        (false, Some(_)) => return Err(Error::HasNoLength { type_name: type_name() }),
        (true, None) => return Err(Error::NeedsLength { type_name: type_name() }),
    };
    Ok((len, size(len).ok_or_else(|| Error::TooLong { type_name: type_name() })?))
}

/// Returns how many bytes a region has for a value of this size: the capacity from the options, or else
/// that of the type, 0 for none.
fn room(
    type_name: &str,
    has_tail: bool,
    settings: &Settings,
    capacity: usize,
    size: usize,
) -> Result<usize, Error> {
    let type_name = type_name.to_owned();
    match settings.capacity {
        Some(_) if has_tail => Err(Error::CannotGrow { type_name }),
        Some(capacity) if capacity < size => {
            Err(Error::CapacityTooSmall { type_name, needed: size, capacity })
        }
        Some(capacity) => Ok(capacity),
        None => Ok(capacity.max(size)),
    }
}

/// Returns the length of the heap of a new region: what the options say or, for a type that needs one, the
/// default; 0 for none.
fn heap_len(needs_heap: bool, settings: &Settings) -> Result<u64, Error> {
    match settings.heap_max {
        Some(found) => format::heap_len_for(found).ok_or(Error::BadHeapSize { found }),
        None if needs_heap => Ok(limits::DEFAULT_HEAP_LEN),
        None => Ok(0),
    }
}

/// Identifies this process, with zeros for facts that cannot be known without `/proc`.
fn creator() -> Creator {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Creator {
        pid: std::process::id(),
        start_time: sys::process::own_start_time().unwrap_or(0),
        boot_id: sys::process::boot_id().unwrap_or(UNKNOWN_BOOT),
        created_at: u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX),
    }
}

/// The bytes that a new file has: all of them, and those that take memory at once. A heap takes memory
/// as it grows, except for its first page.
#[derive(Clone, Copy)]
struct Needed {
    size: u64,
    at_once: u64,
}

impl Needed {
    fn of(header: &Composed) -> Self {
        let at_once =
            header.heap.map_or(header.total_size, |(heap, _)| heap + u64::from(limits::PAGE));
        Self { size: header.total_size, at_once }
    }
}

/// Sets the size of the file.
fn allocate(file: &OwnedFd, path: &Path, needed: Needed, settings: &Settings) -> Result<(), Error> {
    let whole = |size| sys::volume::file_size_for(file.as_fd(), size);
    let (size, at_once) = (whole(needed.size), whole(needed.at_once));
    let sized = if at_once < size { sys::space::set_size(file.as_fd(), size) } else { Ok(()) };
    sized
        .and_then(|()| match settings.space {
            Space::Reserved => sys::space::reserve(file.as_fd(), at_once),
            Space::Sparse if at_once < size => Ok(()),
            Space::Sparse => sys::space::set_size(file.as_fd(), size),
        })
        .map_err(|error| failure::creating(path, "reserving space", size, error))
}

/// Maps zeroed memory that no other process sees, for a `T` without a header.
pub(super) fn private<T: Root + ?Sized>(settings: &Settings) -> Result<Arc<Mapping>, Error> {
    let heap_len = heap_len(T::ROOT_LAYOUT.needs_heap(), settings)?;
    map_alone(measure::<T>(settings)?, heap_len, Meaning::Type(T::ROOT_LAYOUT), settings)
}

/// Maps zeroed memory that no other process sees, for a value of a type that is known only by its schema.
pub(crate) fn private_described(
    type_name: &str,
    schema: &Arc<Schema>,
    settings: &Settings,
) -> Result<Arc<Mapping>, Error> {
    let extent = measure_described(type_name, schema, settings)?;
    let heap_len = heap_len(schema.needs_heap(), settings)?;
    map_alone(extent, heap_len, Meaning::Schema(Arc::clone(schema)), settings)
}

fn map_alone(
    (tail_len, len): (usize, usize),
    heap_len: u64,
    meaning: Meaning,
    settings: &Settings,
) -> Result<Arc<Mapping>, Error> {
    let label = "private memory";
    let heap_at = len.checked_next_multiple_of(limits::PAGE as usize);
    let heap = heap_at.filter(|_| heap_len > 0).map(|offset| (offset, heap_len as usize));
    let whole = heap.map_or(len, |(offset, len)| offset.saturating_add(len)).max(1);
    let populate = match (settings.populate, heap) {
        (false, _) => 0,
        (true, None) => whole,
        (true, Some((offset, _))) => offset + limits::PAGE as usize,
    };
    let memory = map_private(whole, populate).map_err(|error| {
        failure::creating(Path::new(label), failure::MAPPING, whole as u64, error)
    })?;
    let (participants, mirror) = (None, None);
    let contents = MappedValue { offset: 0, len, tail_len, participants, heap, mirror, meaning };
    Ok(Mapping::private(memory, label.to_owned(), contents))
}

/// Makes a file of `len` zero bytes without a header. On failure, no file is left.
pub(super) fn bare_file(path: &Path, len: u64) -> Result<(), Error> {
    let settings = Settings::DEFAULT;
    let (file, temporary) = temporary::make(path, &settings)?;
    allocate(&file, path, Needed { size: len, at_once: len }, &settings)?;
    temporary::publish(file.as_fd(), temporary.as_ref(), path, IfTaken::Refuse)
}
