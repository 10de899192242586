//! The shared state: a folder with files, stored and restored byte by byte.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File, OpenOptions, Permissions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::{DirEntryExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use shm_core::format;

/// A folder in shared memory for one run of the harness; removed on drop.
pub(crate) struct World(PathBuf);

/// The files of a [`World`] at one moment, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<String, Stored>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    mode: u32,
    bytes: Vec<u8>,
}

impl World {
    pub(crate) fn new() -> io::Result<Self> {
        let folder = PathBuf::from(format!("/dev/shm/shm-stepped-{}", std::process::id()));
        // One of a run that was killed, and had the same number.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    /// The path of the region.
    pub(crate) fn region(&self) -> PathBuf {
        self.0.join("region")
    }

    /// Stores all files.
    pub(crate) fn take(&self) -> io::Result<Snapshot> {
        let mut files = BTreeMap::new();
        for entry in entries(&self.0)? {
            let mode = entry.metadata()?.mode() & 0o7777;
            files.insert(name(&entry), Stored { mode, bytes: fs::read(entry.path())? });
        }
        Ok(Snapshot(files))
    }

    /// Replaces all files by new ones with the stored contents: copies, in which no living process takes
    /// part.
    pub(crate) fn put(&self, snapshot: &Snapshot) -> io::Result<()> {
        for entry in entries(&self.0)? {
            fs::remove_file(entry.path())?;
        }
        for (name, Stored { mode, bytes }) in &snapshot.0 {
            let path = self.0.join(name);
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all_at(bytes, 0)?;
            file.set_permissions(Permissions::from_mode(*mode))?;
        }
        Ok(())
    }

    /// Starts to look for changes.
    pub(crate) fn watch(&self, makes_files: bool) -> io::Result<Watch<'_>> {
        let (files, last) = (self.opened()?, self.take()?);
        Ok(Watch { world: self, makes_files, files, last, buffer: Vec::new() })
    }

    fn opened(&self) -> io::Result<Vec<(String, File)>> {
        let open = |entry: DirEntry| Ok((name(&entry), File::open(entry.path())?));
        entries(&self.0)?.into_iter().map(open).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    fs::read_dir(folder)?.collect()
}

fn name(entry: &DirEntry) -> String {
    entry.file_name().into_string().expect("names are text")
}

/// The last known state of a world, and cheap means to see whether it has changed.
pub(crate) struct Watch<'a> {
    world: &'a World,
    makes_files: bool,
    files: Vec<(String, File)>,
    last: Snapshot,
    buffer: Vec<u8>,
}

impl Watch<'_> {
    pub(crate) fn last(&self) -> &Snapshot {
        &self.last
    }

    /// Whether anything has changed since the last look; [`Watch::last`] is then the new state.
    pub(crate) fn has_changed(&mut self) -> io::Result<bool> {
        if self.makes_files && self.has_other_files()? {
            self.files = self.world.opened()?;
        } else if !self.has_other_bytes()? {
            return Ok(false);
        }
        let now = self.world.take()?;
        let is_new = now != self.last;
        self.last = now;
        Ok(is_new)
    }

    fn has_other_files(&self) -> io::Result<bool> {
        let mut known = 0;
        for entry in entries(&self.world.0)? {
            let is_known = |(name, file): &&(String, File)| {
                entry.file_name() == name.as_str()
                    && file.metadata().is_ok_and(|facts| facts.ino() == entry.ino())
            };
            let Some((name, file)) = self.files.iter().find(is_known) else { return Ok(true) };
            if file.metadata()?.mode() & 0o7777 != self.last.0[name].mode {
                return Ok(true);
            }
            known += 1;
        }
        Ok(known != self.files.len())
    }

    fn has_other_bytes(&mut self) -> io::Result<bool> {
        for (name, file) in &self.files {
            let stored = &self.last.0[name].bytes;
            // One byte more, to see a file that has become longer.
            self.buffer.resize(stored.len() + 1, 0);
            let len = read_fully(file, &mut self.buffer)?;
            if self.buffer[..len] != stored[..] {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn read_fully(file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    loop {
        match file.read_at(&mut buffer[len..], len as u64)? {
            0 => return Ok(len),
            more => len += more,
        }
    }
}

/// The facts about the creator in a region's header (docs/format.md): its number, the header's checksum,
/// its start time, and the time.
const OF_THE_CREATOR: [Range<usize>; 3] = [20..24, 24..32, 104..120];
/// The size of a participant's entry, and the number and start time of the process in it.
const ENTRY: usize = 64;
const OF_THE_PARTICIPANT: [Range<usize>; 2] = [8..12, 16..24];

impl Snapshot {
    /// The state without the facts that differ from one victim to the next: process numbers, times, and
    /// random names.
    pub(crate) fn without_identities(&self) -> Self {
        let plain = |(name, Stored { mode, bytes }): (&String, &Stored)| {
            let temporary = name.starts_with(".shm-new.").then(|| ".shm-new".to_owned());
            let name = temporary.unwrap_or_else(|| name.clone());
            (name, Stored { mode: *mode, bytes: anonymous(bytes) })
        };
        Self(self.0.iter().map(plain).collect())
    }
}

fn anonymous(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let header = format::check(&bytes[..], bytes.len() as u64);
    if let Some((offset, count)) = header.ok().and_then(|header| header.participants().ok()?) {
        for slot in 0..count as usize {
            let start = offset as usize + slot * ENTRY;
            for fact in OF_THE_PARTICIPANT {
                bytes[start + fact.start..start + fact.end].fill(0);
            }
        }
    }
    for fact in OF_THE_CREATOR {
        if let Some(fact) = bytes.get_mut(fact) {
            fact.fill(0);
        }
    }
    bytes
}
