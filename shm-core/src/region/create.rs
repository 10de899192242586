//! Making regions: no process ever sees a half-made one, and what a creator leaves behind that is killed
//! goes with the next creation ([`super::leftover`]).

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{SystemTime, UNIX_EPOCH};

use memmap2::MmapRaw;

use super::mapping::{
    self, Contents, How, Identity, Mapping, Meaning, Source, map_file, map_private,
};
use super::options::Space;
use super::temporary::Taken;
use super::{RegionOptions, failure, patch, temporary};
use crate::access::ReadWrite;
use crate::dynamic::DynLayout;
use crate::error::Error;
use crate::fault;
use crate::format::{self, Composed, Creator, Description, FormatError, UNKNOWN_BOOT};
use crate::protocol::{Hardware, lock, ready};
use crate::root::Root;
use crate::sys;
use crate::sys::descriptor::Descriptor;

/// What a new region is to hold.
pub(super) struct Content {
    description: Description,
    /// Elements in the part whose length is known at run time.
    tail_len: usize,
    /// Bytes of the value, and of the room that it has to grow.
    len: usize,
    meaning: Meaning,
}

/// Fills in a region that nobody else can see yet.
pub(super) type Init<'a> = &'a mut dyn FnMut(&Arc<Mapping>) -> Result<(), Error>;

impl Content {
    /// A value of `T`, of the length that the options give; `label` is the region, for errors.
    fn of<T: Root + ?Sized>(options: &RegionOptions, label: &Path) -> Result<Self, Error> {
        let (tail_len, size) = measure::<T>(options)?;
        let (name, capacity) = (T::ROOT_LAYOUT.name(), T::ROOT_LAYOUT.capacity());
        let len = room(name, T::TAIL.is_some(), options, capacity, size)?;
        let description = Description::of(T::ROOT_LAYOUT).map_err(|source| unfit(label, source))?;
        Ok(Self { description, tail_len, len, meaning: Meaning::Type(T::ROOT_LAYOUT) })
    }

    /// A value of a type that was described at run time, of the length that the options give.
    fn described(layout: &DynLayout, options: &RegionOptions) -> Result<Self, Error> {
        let root = layout.schema().root();
        let size = |len| root.size_with(len as u64).and_then(|size| usize::try_from(size).ok());
        let (tail_len, size) = length(layout.name(), root.has_tail(), options.len, &size)?;
        let len = room(layout.name(), root.has_tail(), options, 0, size)?;
        let meaning = Meaning::Schema(Arc::new(layout.schema().clone()));
        Ok(Self { description: layout.description().clone(), tail_len, len, meaning })
    }
}

/// Has a view initialised.
fn through_view<T: Root + ?Sized>(
    init: &mut dyn FnMut(&T::RootView<ReadWrite>),
) -> impl FnMut(&Arc<Mapping>) -> Result<(), Error> {
    |mapping| {
        let view = T::view_ptr::<ReadWrite>(mapping.data(), mapping.contents().tail_len);
        // SAFETY: the mapping has as many bytes as a `T` of this length has, at an alignment of at
        // least `T`'s (I2); views are made of atomics (I1).
        init(unsafe { &*view });
        Ok(())
    }
}

/// Makes a region of `T` in a new file at `path`.
pub(super) fn named<T: Root + ?Sized>(
    path: &Path,
    options: &RegionOptions,
    taken: Taken,
    init: &mut dyn FnMut(&T::RootView<ReadWrite>),
) -> Result<Arc<Mapping>, Error> {
    let content = Content::of::<T>(options, path)?;
    at_path(path, options, taken, &content, &mut through_view::<T>(init))
}

/// Makes a region of a type that was described at run time, in a new file at `path`.
pub(super) fn described(
    path: &Path,
    options: &RegionOptions,
    taken: Taken,
    layout: &DynLayout,
    init: Init<'_>,
) -> Result<Arc<Mapping>, Error> {
    at_path(path, options, taken, &Content::described(layout, options)?, init)
}

/// Makes a region in a new file at `path`.
fn at_path(
    path: &Path,
    options: &RegionOptions,
    taken: Taken,
    content: &Content,
    init: Init<'_>,
) -> Result<Arc<Mapping>, Error> {
    fault::point("before the temporary file");
    let (file, temporary) = temporary::make(path, options)?;
    let (mapping, file) = draft(file, path, options, content, Keep::ForLocks, init)?;
    fault::point("before linking");
    temporary::publish(still_open(&file, path)?, temporary, path, taken)?;
    fault::point("after linking");
    Ok(mapping)
}

/// Makes a region of `T` in sealed memory without a name.
pub(super) fn memfd<T: Root + ?Sized>(
    label: &str,
    options: &RegionOptions,
    init: &mut dyn FnMut(&T::RootView<ReadWrite>),
) -> Result<Arc<Mapping>, Error> {
    let shown = PathBuf::from(format!("memfd:{label}"));
    let fail = |doing, error| failure::creating(&shown, doing, 0, error);
    if label.contains('\0') || label.len() > 249 {
        let fault = "a memfd's name has at most 249 bytes and no NUL";
        return Err(Error::BadName { name: label.to_owned(), fault, help: None });
    }
    let content = Content::of::<T>(options, &shown)?;
    let file = sys::memfd::create(label).map_err(|error| fail("creating a memfd", error))?;
    let init = &mut through_view::<T>(init);
    let (mapping, file) = draft(file, &shown, options, &content, Keep::Always, init)?;
    sys::memfd::seal(still_open(&file, &shown)?).map_err(|error| fail("sealing a memfd", error))?;
    Ok(mapping)
}

/// Which regions keep their file open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// Those with locks: a name finds the others again.
    ForLocks,
    /// All: without a name, a descriptor is all there is.
    Always,
}

/// Lays a header and a zeroed value into `file`, has the value initialised, and marks it ready. The
/// mapping is registered before `init` runs, so that locks inside work there.
fn draft(
    file: OwnedFd,
    path: &Path,
    options: &RegionOptions,
    content: &Content,
    keep: Keep,
    init: Init<'_>,
) -> Result<(Arc<Mapping>, Arc<Descriptor>), Error> {
    let header = header(path, options, content)?;
    allocate(&file, path, header.total_size, options)?;
    fault::point("after allocation");
    let fail = |doing, error| failure::creating(path, doing, header.total_size, error);
    let memory =
        map_whole(&file, &header, options).map_err(|error| fail(failure::MAPPING, error))?;
    let file = mapping::keep(file, true).map_err(|error| fail("reading its facts", error))?;
    let contents = Contents {
        // Offsets inside a mapping fit.
        offset: header.data_offset as usize,
        len: content.len,
        tail_len: content.tail_len,
        participants: header.participants.map(|(offset, count)| (offset as usize, count)),
        meaning: content.meaning.clone(),
    };
    let is_kept = keep == Keep::Always || contents.participants.is_some();
    let source = Source {
        identity: Identity { file: file.id(), layer: 0, writable: true },
        descriptor: is_kept.then(|| Arc::clone(&file)),
    };
    let mapping = Mapping::share(memory, source, path.display().to_string(), contents);
    fault::point("before initialising");
    init(&mapping)?;
    fault::point("after initialising");
    mark_ready(&mapping);
    Ok((mapping, file))
}

/// The file of a draft, unless the program has closed its descriptor while it filled in the value.
fn still_open<'a>(file: &'a Descriptor, path: &Path) -> Result<BorrowedFd<'a>, Error> {
    let closed = || io::Error::other("its descriptor was closed while the value was initialised");
    let fail = |error| failure::creating(path, "finishing its file", 0, error);
    file.trusted().ok_or_else(closed).map_err(fail)
}

/// The header of a region with that content.
fn header(path: &Path, options: &RegionOptions, content: &Content) -> Result<Composed, Error> {
    let Content { description, tail_len, len, .. } = content;
    let may_have_locks = description.has_locks || description.may_grow(*len as u64);
    if may_have_locks && !(1..=lock::MAX_SLOTS).contains(&options.participants) {
        let (type_name, found) = (description.name.clone(), options.participants);
        return Err(Error::BadParticipants { type_name, found });
    }
    let (tail_len, len) = (*tail_len as u64, *len as u64);
    format::described(description, tail_len, len, options.participants, &creator())
        .map_err(|source| unfit(path, source))
}

/// The error for a layout or a size that no region can have.
fn unfit(path: &Path, source: FormatError) -> Error {
    Error::Format { region: path.display().to_string(), source }
}

/// Maps a new file and writes its header.
fn map_whole(file: &OwnedFd, header: &Composed, options: &RegionOptions) -> io::Result<MmapRaw> {
    let len = usize::try_from(header.total_size)
        .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    let len = sys::volume::len_to_map(file.as_fd(), &sys::file::facts(file)?, len);
    let how = How { writable: true, populate: options.populate, start: 0, len };
    let memory = map_file(file.as_fd(), how)?;
    patch::write(file.as_fd(), 0, &header.header)?;
    Ok(memory)
}

/// The last store of a creation. Pairs with the Acquire load in `open::await_ready`.
fn mark_ready(mapping: &Mapping) {
    let word = mapping.base().wrapping_add(format::READY_OFFSET).cast::<u64>();
    // SAFETY: the word lies inside the mapping, is 8-aligned there, and is only ever accessed as
    // this atomic (I4).
    let word = unsafe { AtomicU64::from_ptr(word) };
    ready::publish::<Hardware>(word, format::READY.to_le());
}

/// The run-time length and the size in bytes of the value to create.
pub(super) fn measure<T: Root + ?Sized>(options: &RegionOptions) -> Result<(usize, usize), Error> {
    let size = |len| match T::TAIL {
        None => Some(T::ROOT_LAYOUT.size()),
        Some(tail) => tail.size_for(len),
    };
    length(T::ROOT_LAYOUT.name(), T::TAIL.is_some(), options.len, &size)
}

/// The run-time length that was asked for, and the size that it gives, if it goes with the type.
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

/// How many bytes a region has for a value of this size: the capacity that the options give, else that
/// of the type, which is 0 if there is none.
fn room(
    type_name: &str,
    has_tail: bool,
    options: &RegionOptions,
    capacity: usize,
    size: usize,
) -> Result<usize, Error> {
    let type_name = type_name.to_owned();
    match options.capacity {
        Some(_) if has_tail => Err(Error::CannotGrow { type_name }),
        Some(capacity) if capacity < size => {
            Err(Error::CapacityTooSmall { type_name, needed: size, capacity })
        }
        Some(capacity) => Ok(capacity),
        None => Ok(capacity.max(size)),
    }
}

/// Who this process is, with zeros for what cannot be known without `/proc`.
fn creator() -> Creator {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Creator {
        pid: std::process::id(),
        start_time: sys::process::own_start_time().unwrap_or(0),
        boot_id: sys::process::boot_id().unwrap_or(UNKNOWN_BOOT),
        created_at: u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX),
    }
}

/// Gives the file its size.
fn allocate(
    file: &OwnedFd,
    path: &Path,
    needed: u64,
    options: &RegionOptions,
) -> Result<(), Error> {
    let needed = sys::volume::file_size_for(file.as_fd(), needed);
    match options.space {
        Space::Reserved => sys::space::reserve(file.as_fd(), needed),
        Space::Sparse => sys::space::set_size(file.as_fd(), needed),
    }
    .map_err(|error| failure::creating(path, "reserving space", needed, error))
}

/// Maps zeroed memory that no other process sees, for a `T` without a header.
pub(super) fn private<T: Root + ?Sized>(options: &RegionOptions) -> Result<Arc<Mapping>, Error> {
    let (tail_len, len) = measure::<T>(options)?;
    let label = "private memory";
    let memory = map_private(len.max(1)).map_err(|error| {
        failure::creating(Path::new(label), failure::MAPPING, len as u64, error)
    })?;
    let meaning = Meaning::Type(T::ROOT_LAYOUT);
    let contents = Contents { offset: 0, len, tail_len, participants: None, meaning };
    Ok(Mapping::private(memory, label.to_owned(), contents))
}

/// Makes a file of `len` zero bytes without a header, or none at all.
pub(super) fn bare_file(path: &Path, len: u64) -> Result<(), Error> {
    let options = RegionOptions::new();
    let (file, temporary) = temporary::make(path, &options)?;
    allocate(&file, path, len, &options)?;
    temporary::publish(file.as_fd(), temporary, path, Taken::Refuse)
}
