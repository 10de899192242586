//! Opening regions: an untrusted file becomes a mapping whose layout is known.

use std::io;
use std::num::NonZero;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

use super::mapped_value::MappedValue;
use super::mapping::{self, Identity, MapSettings, Mapping, Source, map_file};
use super::mirror::{self, Denied};
use super::pages::Pages;
use super::reader::{ByLayout, BySchema, ByType, Reader};
use super::settings::Settings;
use super::{Boot, boot, failure};
use crate::attach::epoch;
use crate::error::Error;
use crate::format::{self, CheckedHeader, FormatError, SectionFault, SectionKind};
use crate::protocol::{Hardware, ready};
use crate::root::Root;
use crate::schema::{Encoded, Schema};
use crate::sys;
use crate::sys::descriptor::Descriptor;
use crate::sys::file::{Facts, Links};

/// Opens the region at `path`.
pub(super) fn named<T: Root + ?Sized>(
    path: &Path,
    settings: &Settings,
    writable: bool,
) -> Result<Arc<Mapping>, Error> {
    at_path(path, settings, writable, &mut ByType::<T>::default())
}

/// Opens the region at `path`, of any type.
pub(crate) fn by_schema(
    path: &Path,
    settings: &Settings,
    writable: bool,
) -> Result<Explained, Error> {
    let mut reader = BySchema::default();
    let mapping = at_path(path, settings, writable, &mut reader)?;
    Ok(reader.explain(mapping))
}

/// Opens the region at `path`, of a layout that was described at run time.
pub(crate) fn by_layout(
    path: &Path,
    settings: &Settings,
    writable: bool,
    (program, schema): (&Arc<Encoded>, &Arc<Schema>),
) -> Result<Explained, Error> {
    let mapping = at_path(path, settings, writable, &mut ByLayout::new(program, schema))?;
    Ok(Explained { mapping, schema: Arc::clone(schema) })
}

/// Opens a region for reading, with the header that was read from the same file before.
pub(crate) fn inspected(
    file: OwnedFd,
    path: &Path,
    settings: &Settings,
    header: &CheckedHeader,
    schema: Arc<Schema>,
) -> Result<Explained, Error> {
    let facts = sys::file::facts(&file)
        .map_err(|error| failure::opening(path, "reading its metadata", error))?;
    let region = || path.display().to_string();
    check_owner(&facts, settings, region)?;
    let format = |source| Error::Format { region: region(), source };
    header.expect_native().map_err(format)?;
    // Another process may have truncated it since.
    if header.total_size() > facts.size {
        let (found, expected) = (facts.size, header.total_size());
        return Err(format(FormatError::Truncated { found, expected }));
    }
    let reader = BySchema { schema: Some(schema) };
    let place = admit(header, &file, settings, &region(), &reader)?;
    // The caller that inspected it shares its description.
    let origin = Origin::Descriptor;
    let mapping = map_checked(file, &facts, place, origin, settings, false, region(), &reader)?;
    Ok(reader.explain(mapping))
}

/// A region's file with its checked header.
pub(crate) struct Explained {
    pub(crate) mapping: Arc<Mapping>,
    pub(crate) schema: Arc<Schema>,
}

fn at_path(
    path: &Path,
    settings: &Settings,
    writable: bool,
    reader: &mut dyn Reader,
) -> Result<Arc<Mapping>, Error> {
    let fail = |doing, error| failure::opening(path, doing, error);
    let file = match sys::file::open(path, writable, Links::Refuse) {
        Ok(file) => file,
        Err(error) if writable => open_denied(path, settings, error)?,
        Err(error) => return Err(fail("opening", error)),
    };
    let facts = sys::file::facts(&file).map_err(|error| fail("reading its metadata", error))?;
    let region = || shown(path);
    check_kind(&facts, region)?;
    check_owner(&facts, settings, region)?;
    map(file, &facts, Origin::Name, settings, writable, region(), reader)
}

/// Opens a file for writing that the system refused, if it is a mirror and this its follower.
#[cold]
fn open_denied(path: &Path, settings: &Settings, error: io::Error) -> Result<OwnedFd, Error> {
    mirror::open_denied(path, settings.mirror, error).map_err(|denied| match denied {
        Denied::System(error) => failure::opening(path, failure::WRITING, error),
        Denied::Mirror(error) => error,
    })
}

/// Returns a path as text. Most paths are text, and then are not looked at character by character.
fn shown(path: &Path) -> String {
    path.to_str().map_or_else(|| path.display().to_string(), str::to_owned)
}

/// The way in which a file was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// By name: the open file description belongs to this process.
    Name,
    /// By its sender, which shares the description.
    Descriptor,
}

/// Opens the region of a descriptor that another process made.
pub(super) fn descriptor<T: Root + ?Sized>(
    file: OwnedFd,
    sender: Sender,
    settings: &Settings,
    writable: bool,
) -> Result<Arc<Mapping>, Error> {
    from_sender(file, sender, settings, writable, &mut ByType::<T>::default())
}

/// Opens the region of a descriptor that another process made, of any type.
pub(crate) fn descriptor_by_schema(
    file: OwnedFd,
    sender: Sender,
    settings: &Settings,
    writable: bool,
) -> Result<Explained, Error> {
    let mut reader = BySchema::default();
    let mapping = from_sender(file, sender, settings, writable, &mut reader)?;
    Ok(reader.explain(mapping))
}

/// Opens the region of a descriptor that another process made, of a layout that was described at run time.
pub(crate) fn descriptor_by_layout(
    file: OwnedFd,
    sender: Sender,
    settings: &Settings,
    writable: bool,
    (program, schema): (&Arc<Encoded>, &Arc<Schema>),
) -> Result<Explained, Error> {
    let mut reader = ByLayout::new(program, schema);
    let mapping = from_sender(file, sender, settings, writable, &mut reader)?;
    Ok(Explained { mapping, schema: Arc::clone(schema) })
}

/// The origin of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// Any process; the file must be sealed, so that no process can shrink it.
    Any,
    /// The process that started this one, which could do worse anyway. An unsealed file is then as
    /// acceptable as one opened by name.
    Parent,
}

fn from_sender(
    file: OwnedFd,
    sender: Sender,
    settings: &Settings,
    writable: bool,
    reader: &mut dyn Reader,
) -> Result<Arc<Mapping>, Error> {
    let label = format!("descriptor {}", file.as_raw_fd());
    let facts = sys::file::facts(&file)
        .map_err(|error| failure::opening(Path::new(&label), "reading its metadata", error))?;
    check_kind(&facts, || label.clone())?;
    match (sys::memfd::is_sealed(&file), sender) {
        (true, _) => {}
        (false, Sender::Any) => return Err(Error::SealsMissing { region: label }),
        (false, Sender::Parent) => check_owner(&facts, settings, || label.clone())?,
    }
    map(file, &facts, Origin::Descriptor, settings, writable, label, reader)
}

/// Only regular files can be mapped, keep what is written, and have a size.
fn check_kind(facts: &Facts, region: impl Fn() -> String) -> Result<(), Error> {
    if facts.is_regular {
        return Ok(());
    }
    Err(failure::no_file(region(), facts.kind))
}

fn check_owner(
    facts: &Facts,
    settings: &Settings,
    region: impl Fn() -> String,
) -> Result<(), Error> {
    if is_own(facts.owner) || Some(facts.owner) == settings.allowed_owner {
        return Ok(());
    }
    let expected = sys::user::effective_user();
    Err(Error::ForeignOwner { region: region(), owner: facts.owner, expected })
}

/// Returns whether the owner of a file is certainly the user of this process: an id that stands for
/// several users does not count.
pub(crate) fn is_own(owner: u32) -> bool {
    owner == sys::user::effective_user() && !sys::user::stands_for_strangers(owner)
}

/// Checks the header and maps the file, or finds this process's mapping of it.
fn map(
    file: OwnedFd,
    facts: &Facts,
    origin: Origin,
    settings: &Settings,
    writable: bool,
    label: String,
    reader: &mut dyn Reader,
) -> Result<Arc<Mapping>, Error> {
    let place = check_header(&file, facts, settings, writable, &label, reader)?;
    map_checked(file, facts, place, origin, settings, writable, label, reader)
}

/// Maps a file whose header was checked.
#[allow(clippy::too_many_arguments, reason = "each is another fact about one file")]
fn map_checked(
    file: OwnedFd,
    facts: &Facts,
    (contents, end): (MappedValue, usize),
    origin: Origin,
    settings: &Settings,
    writable: bool,
    label: String,
    reader: &dyn Reader,
) -> Result<Arc<Mapping>, Error> {
    let fail = |doing, error| failure::opening(Path::new(&label), doing, error);
    // A heap takes memory only as it is used.
    let populate = contents.heap.map_or(end, |(heap, _)| heap);
    let populate = if settings.populate { populate } else { 0 };
    // Pages of the header are left out: the kernel's work for a mapping grows with its pages.
    let start = sys::volume::start_to_map(facts, contents.first().min(end - 1));
    let len = sys::volume::len_to_map(file.as_fd(), facts, end - start);
    let map_settings = MapSettings { writable, populate, start: start as u64, len };
    let memory =
        map_file(file.as_fd(), map_settings).map_err(|error| fail(failure::MAPPING, error))?;
    // Last, so that a region that is refused is not written to.
    reader.grow(&file, facts, &label, writable)?;
    let layer = if writable { 0 } else { sys::volume::layer_of(file.as_fd(), facts.id) };
    let identity = Identity { file: facts.id, layer, writable };
    let is_kept = contents.participants.is_some()
        || (writable && contents.mirror.is_some())
        || origin == Origin::Descriptor;
    let descriptor = match is_kept {
        true => {
            let kept = keep(file, origin, writable, &label);
            Some(kept.map_err(|error| fail("reading its metadata", error))?)
        }
        false => None,
    };
    let pages = Pages::new(memory, start);
    Ok(Mapping::share(pages, Source { identity, descriptor }, label, contents))
}

/// Keeps the file open, with a file description of this process's own if locks can be taken through it.
/// If there can be none now, the first lock reports why.
fn keep(file: OwnedFd, origin: Origin, writable: bool, label: &str) -> io::Result<Arc<Descriptor>> {
    let kept = mapping::keep(file, origin == Origin::Name)?;
    if let (true, Origin::Descriptor, Ok((_, mark))) = (writable, origin, epoch::begin()) {
        let _ = kept.make_own(mark, Path::new(label));
    }
    Ok(kept)
}

/// Returns the position of the value and the end of the region, after checking everything in the header.
fn check_header(
    file: &OwnedFd,
    facts: &Facts,
    settings: &Settings,
    writable: bool,
    label: &str,
    reader: &mut dyn Reader,
) -> Result<(MappedValue, usize), Error> {
    let format = |source| Error::Format { region: label.to_owned(), source };
    let header = reader.check(file.as_fd(), facts.size).map_err(format)?;
    if writable {
        header.expect_writable().map_err(format)?;
    }
    let (contents, end) = admit(&header, file, settings, label, reader)?;
    match contents.mirror {
        Some(offset) if writable && !settings.mirror => {
            Err(mirror::refusal(file.as_fd(), offset.get() as u64, label))
        }
        _ => Ok((contents, end)),
    }
}

/// Returns the position of the value and the end of the region, if it is ready, and from this boot or may be
/// older.
fn admit(
    header: &CheckedHeader,
    file: &OwnedFd,
    settings: &Settings,
    label: &str,
    reader: &dyn Reader,
) -> Result<(MappedValue, usize), Error> {
    let format = |source| Error::Format { region: label.to_owned(), source };
    if !settings.after_reboot && boot::of(header, file.as_fd()) == Boot::Earlier {
        return Err(Error::Rebooted { region: label.to_owned() });
    }
    let mut contents = reader.contents(header, settings, label)?;
    contents.participants = participants(header, reader.has_locks()).map_err(format)?;
    contents.heap = heap(header, reader.needs_heap()).map_err(format)?;
    // Inside the region, which can be mapped whole.
    contents.mirror = header.mirror().map_err(format)?.and_then(|at| NonZero::new(at as usize));
    // All sections lie inside the region, including the data, whose size was checked.
    let end = usize::try_from(header.total_size()).unwrap_or(usize::MAX);
    check_ready(header).map_err(format)?;
    Ok((contents, end))
}

/// Returns the offset of the participants' table and the number of its entries, if the layout has locks.
fn participants(header: &CheckedHeader, needed: bool) -> Result<Option<(usize, u32)>, FormatError> {
    let found = header.participants()?;
    if found.is_none() && needed {
        let (kind, fault) = (SectionKind::Participants, SectionFault::Missing);
        return Err(FormatError::Section { kind, fault });
    }
    // Inside the region, which can be mapped whole.
    Ok(found.map(|(offset, count)| (offset as usize, count)))
}

/// Returns the offset and the length of the heap, if there is one; there must be one if the layout needs it.
fn heap(header: &CheckedHeader, needed: bool) -> Result<Option<(usize, usize)>, FormatError> {
    let found = header.heap()?;
    if found.is_none() && needed {
        let (kind, fault) = (SectionKind::Heap, SectionFault::Missing);
        return Err(FormatError::Section { kind, fault });
    }
    // Inside the region, which can be mapped whole.
    Ok(found.map(|(offset, len)| (offset as usize, len as usize)))
}

/// Synchronises with the creator: everything it wrote before it marked the region ready is visible from
/// here on (`protocol/ready.rs`).
///
/// The ready word was read from the file with the rest of the header. That is a load of the word: it is 0 until the
/// creator's one store, and has no byte that is, so if all bytes are there, they come from that store.
fn check_ready(header: &CheckedHeader) -> Result<(), FormatError> {
    if ready::is_published::<Hardware>(header.ready_word(), format::READY) {
        return Ok(());
    }
    Err(FormatError::NotReady)
}
