//! Making regions: nobody ever sees a half-made one, and a creator that dies leaves nothing behind.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use memmap2::MmapRaw;

use super::mapping::{Contents, How, Identity, Mapping, map_file, map_private};
use super::options::Space;
use super::temporary::Taken;
use super::{RegionOptions, failure, temporary};
use crate::access::ReadWrite;
use crate::error::Error;
use crate::fault;
use crate::format::{self, Creator};
use crate::root::Root;
use crate::sys;

/// A region that is made and initialised, but has no name yet.
struct Draft {
    file: OwnedFd,
    memory: MmapRaw,
    contents: Contents,
}

/// Makes a region of `T` in a new file at `path`.
pub(super) fn named<T: Root + ?Sized>(
    path: &Path,
    options: &RegionOptions,
    taken: Taken,
    init: &mut dyn FnMut(&T::RootView<ReadWrite>),
) -> Result<Arc<Mapping>, Error> {
    fault::point("before the temporary file");
    let (file, temporary) = temporary::make(path, options)?;
    let draft = draft::<T>(file, path, options, init)?;
    fault::point("before linking");
    temporary::publish(draft.file.as_fd(), temporary, path, taken)?;
    fault::point("after linking");
    finish(draft, path.display().to_string())
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
        return Err(Error::BadName { name: label.to_owned(), fault });
    }
    let file = sys::memfd::create(label).map_err(|error| fail("creating a memfd", error))?;
    let draft = draft::<T>(file, &shown, options, init)?;
    sys::memfd::seal(draft.file.as_fd()).map_err(|error| fail("sealing a memfd", error))?;
    finish(draft, shown.display().to_string())
}

/// Lays a header and a zeroed value into `file`, has the value initialised, and marks it ready.
fn draft<T: Root + ?Sized>(
    file: OwnedFd,
    path: &Path,
    options: &RegionOptions,
    init: &mut dyn FnMut(&T::RootView<ReadWrite>),
) -> Result<Draft, Error> {
    let (tail_len, data_len) = measure::<T>(options)?;
    let composed = creator()
        .map_err(|error| failure::creating(path, "reading this process's identity", 0, error))
        .and_then(|creator| {
            format::compose(T::ROOT_LAYOUT, tail_len as u64, data_len as u64, &creator)
                .map_err(|source| Error::Format { region: path.display().to_string(), source })
        })?;
    allocate(&file, path, composed.total_size, options)?;
    fault::point("after allocation");
    let fail = |doing, error| failure::creating(path, doing, composed.total_size, error);
    let too_large = |_| fail("mapping", io::ErrorKind::OutOfMemory.into());
    let len = usize::try_from(composed.total_size).map_err(too_large)?;
    let how = How { writable: true, populate: options.populate, start: 0, len };
    let memory = map_file(file.as_fd(), how).map_err(|error| fail("mapping", error))?;
    sys::file::write_at(file.as_fd(), 0, &composed.header)
        .map_err(|error| fail("writing the header", error))?;
    let offset = usize::try_from(composed.data_offset).map_err(too_large)?;
    let contents = Contents { offset, len: data_len, tail_len, layout: T::ROOT_LAYOUT };
    fault::point("before initialising");
    let view = T::view_ptr::<ReadWrite>(memory.as_ptr().wrapping_add(offset), tail_len);
    // SAFETY: the mapping has `data_len` bytes at `offset`, as many as a `T` of this length has, at
    // an alignment of at least `T`'s (I2); views are made of atomics (I1).
    init(unsafe { &*view });
    fault::point("after initialising");
    mark_ready(&memory);
    Ok(Draft { file, memory, contents })
}

/// The last store of a creation. Pairs with the Acquire load in `open::await_ready`.
fn mark_ready(memory: &MmapRaw) {
    let word = memory.as_mut_ptr().wrapping_add(format::READY_OFFSET).cast::<u64>();
    // SAFETY: the word lies inside the mapping, is 8-aligned there, and is only ever accessed as
    // this atomic (I4).
    let word = unsafe { AtomicU64::from_ptr(word) };
    word.store(format::READY.to_le(), Ordering::Release);
}

/// The run-time length and the size in bytes of the value to create.
pub(super) fn measure<T: Root + ?Sized>(options: &RegionOptions) -> Result<(usize, usize), Error> {
    let type_name = T::ROOT_LAYOUT.name();
    let bad = |fault| Error::BadLength { type_name, fault };
    match (T::TAIL, options.len) {
        (None, None) => Ok((0, T::ROOT_LAYOUT.size())),
        (Some(tail), Some(len)) => {
            let size = tail.size_for(len).ok_or_else(|| bad("cannot be that long"))?;
            Ok((len, size))
        }
        (None, Some(_)) => Err(bad("has no run-time length: do not give one")),
        (Some(_), None) => Err(bad(
            "has a run-time length: give one with `RegionOptions::len` or `create_with_len`",
        )),
    }
}

fn creator() -> io::Result<Creator> {
    let pid = std::process::id();
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Creator {
        pid,
        start_time: sys::process::start_time(pid)?,
        boot_id: sys::process::boot_id()?,
        created_at: u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX),
    })
}

/// Gives the file its size. The limit is looked at first, because exceeding it would be a signal.
fn allocate(
    file: &OwnedFd,
    path: &Path,
    needed: u64,
    options: &RegionOptions,
) -> Result<(), Error> {
    if let Some(limit) = sys::process::file_size_limit()
        && limit < needed
    {
        let cause = format!("a file of this process may have {limit} (RLIMIT_FSIZE)");
        return Err(Error::NotEnoughSpace { region: path.display().to_string(), needed, cause });
    }
    match options.space {
        Space::Reserved => sys::file::reserve(file.as_fd(), needed),
        Space::Sparse => sys::file::set_size(file.as_fd(), needed),
    }
    .map_err(|error| failure::creating(path, "reserving space", needed, error))
}

/// Registers a finished draft.
fn finish(draft: Draft, label: String) -> Result<Arc<Mapping>, Error> {
    let facts = sys::file::facts(&draft.file).map_err(|source| Error::Io {
        region: label.clone(),
        doing: "reading its facts",
        source,
    })?;
    let identity = Identity { file: facts.id, writable: true, start: 0, headed: true };
    Ok(Mapping::share(draft.memory, Some(draft.file), Some(identity), label, draft.contents))
}

/// Maps zeroed memory that no other process sees, for a `T` without a header.
pub(super) fn private<T: Root + ?Sized>(options: &RegionOptions) -> Result<Arc<Mapping>, Error> {
    let (tail_len, len) = measure::<T>(options)?;
    let label = "private memory";
    let memory = map_private(len.max(1))
        .map_err(|error| failure::creating(Path::new(label), "mapping", len as u64, error))?;
    let contents = Contents { offset: 0, len, tail_len, layout: T::ROOT_LAYOUT };
    Ok(Mapping::share(memory, None, None, label.to_owned(), contents))
}

/// Makes a file of `len` zero bytes without a header, or none at all.
pub(super) fn bare_file(path: &Path, len: u64) -> Result<(), Error> {
    let options = RegionOptions::new();
    let (file, temporary) = temporary::make(path, &options)?;
    allocate(&file, path, len, &options)?;
    temporary::publish(file.as_fd(), temporary, path, Taken::Refuse)
}
