//! [`Inspection`]: the contents of a region's file, without a type.

use std::cell::OnceCell;
use std::fmt;
use std::fs::{File, Metadata};
use std::io;
use std::ops::Range;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::access::ReadOnly;
use crate::attach::participants::{ENTRY_SIZE, Entry};
use crate::attach::{Observer, Participant};
use crate::dynamic::DynRegion;
use crate::error::Error;
use crate::format::{self, CheckedHeader, ReadAt};
use crate::region::mirror::{self, Mirror};
use crate::region::{
    self, Boot, Explained, Mapped, RegionOptions, Verb, boot_of, failed_to_open, is_own,
    mapped_name, no_file, resolve_name, unlink_if,
};
use crate::schema::Schema;
use crate::sys;
use crate::sys::file::Links;
use crate::sys::maps::MappedFile;
use shm_schema::fields::{DynField, Fields};

/// The number of attempts to read an entry until two readings agree: it changes when a process attaches
/// or detaches.
const READINGS: usize = 8;

/// A region as its file shows it: header, schema, participants. The file is read and never mapped, so
/// that truncation by another process is an error and not a signal, and none of it is trusted unchecked.
/// Regions of any user, any boot and any byte order can be inspected.
///
/// ```
/// use shm_core::{inspect::Inspection, Mutex, Region};
///
/// let name = format!("shm-doc-inspection-{}", std::process::id());
/// let total = Region::<Mutex<u64>>::create(&name)?;
/// drop(total.lock().expect("the last owner is alive"));
///
/// let seen = Inspection::of(&name)?;
/// assert_eq!(seen.schema().root().to_string(), "Mutex");
/// assert_eq!(seen.header().creator().pid, std::process::id());
/// assert_eq!(seen.participants()?.len(), 1);
/// # total.unlink()?;
/// # Ok::<(), shm_core::Error>(())
/// ```
pub struct Inspection {
    path: PathBuf,
    file: File,
    metadata: Metadata,
    header: CheckedHeader,
    schema: Arc<Schema>,
}

impl Inspection {
    /// Inspects the file of this name. A plain name means a file in `/dev/shm`, anything with a slash is
    /// a path; but `/station` is refused, since it could mean either.
    ///
    /// Only a regular file is opened, and no symbolic link is followed.
    ///
    /// # Errors
    /// If the file does not exist, cannot be read, or is not a region with a valid header.
    pub fn of(name: impl AsRef<Path>) -> Result<Self, Error> {
        let path = resolve_name(name.as_ref())?;
        let fail = |doing, error| failed_to_open(&path, doing, error);
        // Opening a device can have side effects.
        let before = sys::file::facts_at(&path).map_err(|error| fail("examining it", error))?;
        expect_regular(before, &path)?;
        let file = sys::file::open(&path, false, Links::Refuse);
        let file = file.map_err(|error| fail("opening", error))?;
        let facts = sys::file::facts(&file).map_err(|error| fail("reading its metadata", error))?;
        expect_regular(facts, &path)?;
        Self::of_file(path, file.into())
    }

    fn of_file(path: PathBuf, file: File) -> Result<Self, Error> {
        let metadata = file
            .metadata()
            .map_err(|error| failed_to_open(&path, "reading its metadata", error))?;
        let format = |source| Error::Format { region: path.display().to_string(), source };
        let header = format::check(&file, metadata.len()).map_err(format)?;
        let schema = Arc::new(header.read_schema(&file).map_err(format)?);
        Ok(Self { path, file, metadata, header, schema })
    }

    /// Opens the region to read its values: the same file that was inspected, with the header and the
    /// schema that were read then, even if another file has its name by now.
    ///
    /// # Errors
    /// As [`DynRegion::open_read_only`], and if the file was truncated since.
    ///
    /// ```
    /// use shm_core::{inspect::Inspection, DynRegion, Region};
    ///
    /// let name = format!("shm-doc-inspection-open-{}", std::process::id());
    /// let hits = Region::<u64>::create_from(&name, &7)?;
    /// let seen = Inspection::of(&name)?;
    /// hits.unlink()?;
    /// assert_eq!(seen.open(&DynRegion::options().read_only())?.get("")?.to_string(), "7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(
        &self,
        options: &RegionOptions<DynRegion<ReadOnly>>,
    ) -> Result<DynRegion<ReadOnly>, Error> {
        let settings = &options.settings;
        settings.expect(Verb::INSPECTED)?;
        let file = self.file.try_clone();
        let file = file.map_err(|error| failed_to_open(&self.path, "opening", error))?;
        let schema = Arc::clone(&self.schema);
        let Explained { mapping, schema } =
            region::inspected(file.into(), &self.path, settings, &self.header, schema)?;
        Ok(DynRegion::over(Mapped::found_at(mapping, Some(&self.path)), schema))
    }

    /// Reads bytes of the data at an offset, as a file is read: the bytes may be from different moments,
    /// and pages that were never written are not touched. Returns the number of bytes read.
    ///
    /// # Errors
    /// If the operating system reports one.
    pub fn read_data(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let room = self.header.data_len().saturating_sub(offset);
        let len = usize::try_from(room).map_or(buffer.len(), |room| room.min(buffer.len()));
        // Inside the region, whose size is that of a file.
        format::fill(
            &self.file,
            self.header.data_offset().saturating_add(offset),
            &mut buffer[..len],
        )
    }

    /// Returns the first run of bytes in a part of the data that the file system stores: the bytes
    /// before it in that part are zero. `None` if the whole part is zero.
    ///
    /// # Errors
    /// If the operating system reports one.
    pub fn kept_data(&self, part: Range<u64>) -> io::Result<Option<Range<u64>>> {
        let (start, end) = (self.header.data_offset(), self.header.data_len());
        let part = start + part.start.min(end)..start + part.end.min(end);
        let kept = sys::holes::kept(self.file.as_fd(), part)?;
        Ok(kept.map(|kept| kept.start - start..kept.end - start))
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the result of `fstat(2)`: owner, mode, size, device and inode.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Removes the name, if it still means this file, like [`Region::unlink`](crate::Region::unlink);
    /// for tools.
    ///
    /// # Errors
    /// As [`Region::unlink`](crate::Region::unlink).
    pub fn unlink(&self) -> Result<(), Error> {
        let ours = sys::file::facts(&self.file).ok().map(|facts| facts.id);
        unlink_if(&self.path, &|path| sys::file::id_at(path).ok() == ours)
    }

    /// Returns the header, which has been checked.
    #[must_use]
    pub fn header(&self) -> &CheckedHeader {
        &self.header
    }

    /// Returns the schema: the types in the region, with the notes that their authors wrote.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns the whole value as a field without a name: its type is the region's.
    #[must_use]
    pub fn root(&self) -> DynField<'_> {
        DynField::root(&self.schema)
    }

    /// Returns every field, each before those inside it, in the order of the schema.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields::of(&self.schema)
    }

    /// Returns whether opening accepts the region's age: it was made since this machine was started, or
    /// its age is unknown. [`Inspection::boot`] says which.
    #[must_use]
    pub fn is_of_this_boot(&self) -> bool {
        self.boot() != Boot::Earlier
    }

    /// Returns whether the region was made since this machine was started. The data of an older file on
    /// a disk was written back in no particular order.
    #[must_use]
    pub fn boot(&self) -> Boot {
        boot_of(&self.header, self.file.as_fd())
    }

    /// Returns whether the region belongs to the user of this process, so that opening it needs no
    /// [`RegionOptions::allow_owner`](crate::region::RegionOptions::allow_owner).
    #[must_use]
    pub fn is_own(&self) -> bool {
        is_own(self.metadata.uid())
    }

    /// Returns the processes that have a slot among the participants of the region's locks, including
    /// those that died without vacating it; none if there are no locks. A process that never locked
    /// anything is not a participant.
    ///
    /// # Errors
    /// If the section is invalid, in another byte order, or cannot be read.
    pub fn participants(&self) -> Result<Vec<Participant>, Error> {
        let region = || self.path.display().to_string();
        let format = |source| Error::Format { region: region(), source };
        let Some((offset, count)) = self.header.participants().map_err(format)? else {
            return Ok(Vec::new());
        };
        self.header.expect_native().map_err(format)?;
        self.check_all(offset, count).map_err(|source| {
            let doing = "reading the participants";
            Error::Io { region: region(), doing, source }
        })
    }

    /// Returns of which region this is a mirror, and how current it is, if it is one.
    ///
    /// # Errors
    /// If the section is invalid, in another byte order, or cannot be read.
    pub fn mirror(&self) -> Result<Option<Mirror>, Error> {
        let region = || self.path.display().to_string();
        let format = |source| Error::Format { region: region(), source };
        let Some(offset) = self.header.mirror().map_err(format)? else { return Ok(None) };
        self.header.expect_native().map_err(format)?;
        let mut bytes = [0; mirror::LEN];
        format::fill(&self.file, offset, &mut bytes).map_err(|source| {
            let doing = "reading the section of a mirror";
            Error::Io { region: region(), doing, source }
        })?;
        Ok(Some(Mirror::from_bytes(&bytes)))
    }

    /// Checks every process in the table of `count` entries at an offset.
    fn check_all(&self, offset: u64, count: u32) -> io::Result<Vec<Participant>> {
        let mut table = vec![[0; ENTRY_SIZE]; count as usize];
        // The missing part of a truncated file reads as empty slots.
        ReadAt::read_at(&self.file, offset, table.as_flattened_mut())?;
        let (observer, mut found) = (Observer::new(), Vec::new());
        let region = OnceCell::new();
        for (slot, bytes) in (0..).zip(&table) {
            if Entry::copied(bytes).occupant().is_none() {
                continue;
            }
            let entry = self.entry(offset + u64::from(slot) * ENTRY_SIZE as u64)?;
            let file = || Some(self.file.as_fd());
            let region = || region.get_or_init(|| self.as_it_is_mapped()).clone();
            found.extend(Participant::look(slot, &entry, &observer, file, region));
        }
        Ok(found)
    }

    /// Returns how the file is shown among the mappings of processes, by mapping a page of it for a
    /// moment, without accessing it.
    fn as_it_is_mapped(&self) -> Option<MappedFile> {
        let page = usize::try_from(self.metadata.blksize()).ok()?;
        mapped_name(self.file.as_fd(), page.max(sys::process::page_size()))
    }

    /// Returns a copy of the entry at an offset, all from one moment unless the entry is changed
    /// continuously.
    fn entry(&self, at: u64) -> io::Result<Entry> {
        let mut bytes = self.bytes(at)?;
        for _ in 1..READINGS {
            let again = self.bytes(at)?;
            if again == bytes {
                break;
            }
            bytes = again;
        }
        Ok(Entry::copied(&bytes))
    }

    fn bytes(&self, at: u64) -> io::Result<[u8; ENTRY_SIZE]> {
        let mut bytes = [0; ENTRY_SIZE];
        ReadAt::read_at(&self.file, at, &mut bytes)?;
        Ok(bytes)
    }
}

/// Shows the path and the type of the region.
impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inspection({:?}: {})", self.path, self.root().type_name())
    }
}

fn expect_regular(facts: sys::file::Facts, path: &Path) -> Result<(), Error> {
    if facts.is_regular {
        return Ok(());
    }
    Err(no_file(path.display().to_string(), facts.kind))
}
