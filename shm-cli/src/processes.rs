//! The processes that have a region mapped, and those that use its locks.
//!
//! A region with locks lists its participants. Processes that only read, or use no lock, are not listed:
//! they are found in `/proc/PID/maps`, if that is readable.

use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use shm_core::inspect::{Inspection, Liveness, Participant};

/// A process that uses a region, or died without releasing its slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Its number in this pid namespace, if known.
    pub pid: Option<u32>,
    /// Its name, as `ps` shows it.
    pub name: String,
    /// Whether it is alive.
    pub state: State,
    /// Whether `/proc` shows that it has the region mapped.
    pub mapped: bool,
    /// Its slot among the participants of the region's locks.
    pub slot: Option<u32>,
    /// Whether it is in another pid namespace, with an unknown number here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// Whether a process is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is.
    Alive,
    /// It is not.
    Dead,
    /// Unknown.
    Unknown,
}

impl From<Liveness> for State {
    fn from(liveness: Liveness) -> Self {
        match liveness {
            Liveness::Alive => Self::Alive,
            Liveness::Dead => Self::Dead,
            _ => Self::Unknown,
        }
    }
}

impl State {
    /// The state as text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Dead => "dead",
            Self::Unknown => "perhaps alive",
        }
    }
}

/// Device and inode.
type FileId = (u64, u64);

fn id(metadata: &Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}

/// A process that maps a file.
#[derive(Clone, Debug)]
struct Mapper {
    pid: u32,
    name: String,
}

/// A region's file: the facts that distinguish it from others.
#[derive(Clone, Debug)]
pub(crate) struct RegionFile {
    pub(crate) path: PathBuf,
    pub(crate) metadata: Metadata,
}

impl RegionFile {
    pub(crate) fn of(region: &Inspection) -> Self {
        Self { path: region.path().to_owned(), metadata: region.metadata().clone() }
    }

    /// Returns whether this is the file that was examined.
    pub(crate) fn is(&self, region: &Inspection) -> bool {
        id(&self.metadata) == id(region.metadata())
    }
}

/// The processes that map some files, at one moment.
pub(crate) struct Mappers {
    by_file: HashMap<FileId, Vec<Mapper>>,
    /// The number of processes that could not be examined.
    pub(crate) unseen: usize,
    /// Whether `/proc` hides some processes.
    pub(crate) hidden: bool,
    /// Whether it shows none at all, not even this user's.
    pub(crate) blind: bool,
}

impl Mappers {
    /// Examines every process except this one.
    pub(crate) fn of(regions: &[RegionFile]) -> Self {
        // Some file systems report different devices in `maps` and `stat`: then the path decides.
        let wanted: HashMap<u64, Vec<&RegionFile>> =
            regions.iter().fold(HashMap::new(), |mut wanted, region| {
                wanted.entry(region.metadata.ino()).or_insert_with(Vec::new).push(region);
                wanted
            });
        let mut found = Self { by_file: HashMap::new(), unseen: 0, hidden: false, blind: false };
        found.hidden = hides_processes();
        found.blind = !Path::new("/proc/self/maps").exists();
        if regions.is_empty() {
            return found;
        }
        for pid in pids().filter(|pid| *pid != std::process::id()) {
            match std::fs::read(format!("/proc/{pid}/maps")) {
                Ok(maps) => found.note(pid, &maps, &wanted),
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    found.unseen += usize::from(!is_kernel_thread(pid));
                }
                // It has ended meanwhile.
                Err(_) => {}
            }
        }
        found
    }

    fn note(&mut self, pid: u32, maps: &[u8], wanted: &HashMap<u64, Vec<&RegionFile>>) {
        let mut files = HashSet::new();
        for line in maps.split(|byte| *byte == b'\n').filter_map(Line::parse) {
            for region in wanted.get(&line.inode).into_iter().flatten() {
                if line.is_of(region) {
                    files.insert(id(&region.metadata));
                }
            }
        }
        if files.is_empty() {
            return;
        }
        let name = std::fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
        let name = String::from_utf8_lossy(&name).trim_end_matches('\n').to_owned();
        let mapper = Mapper { pid, name };
        for file in files {
            self.by_file.entry(file).or_default().push(mapper.clone());
        }
    }

    /// The processes that use a region: those that map it, and its participants, each once.
    pub(crate) fn users(&self, region: &RegionFile, participants: &[Participant]) -> Vec<Process> {
        let mappers = self.by_file.get(&id(&region.metadata)).map_or(&[][..], Vec::as_slice);
        let mut users: Vec<_> =
            participants.iter().map(|found| participant(found, mappers)).collect();
        let known: HashSet<_> =
            users.iter().filter(|user| user.mapped).filter_map(|user| user.pid).collect();
        users.extend(mappers.iter().filter(|mapper| !known.contains(&mapper.pid)).map(|mapper| {
            let (pid, name) = (Some(mapper.pid), mapper.name.clone());
            Process { pid, name, state: State::Alive, mapped: true, slot: None, elsewhere: false }
        }));
        users.sort_by_key(|user| (user.pid, user.slot));
        users
    }
}

fn participant(found: &Participant, mappers: &[Mapper]) -> Process {
    let is_it = |mapper: &Mapper| Some(mapper.pid) == found.pid_here;
    Process {
        pid: found.pid_here,
        name: found.name.clone(),
        state: found.liveness.into(),
        mapped: found.liveness != Liveness::Dead && mappers.iter().any(is_it),
        slot: Some(found.slot),
        elsewhere: found.pid_here.is_none(),
    }
}

/// A process in a sentence: by its number here, never by its number in another pid namespace, which may
/// be that of any process here.
pub(crate) fn named(pid: Option<u32>, name: &str) -> String {
    let number = pid.map_or_else(|| ELSEWHERE.to_owned(), |pid| format!("process {pid}"));
    if name.is_empty() { number } else { format!("{number} ({name})") }
}

/// A process whose number here is unknown.
pub(crate) const ELSEWHERE: &str = "a process in another pid namespace";

/// A line of `/proc/PID/maps` (proc_pid_maps(5)).
struct Line<'a> {
    device: (u64, u64),
    inode: u64,
    path: &'a [u8],
}

impl<'a> Line<'a> {
    /// The line, if it is about a file.
    fn parse(line: &'a [u8]) -> Option<Self> {
        let mut fields = line.splitn(6, |byte| *byte == b' ').skip(3);
        let device = std::str::from_utf8(fields.next()?).ok()?;
        let inode = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
        let (major, minor) = device.split_once(':')?;
        let number = |digits| u64::from_str_radix(digits, 16).ok();
        let path = fields.next().unwrap_or_default().trim_ascii_start();
        (inode != 0).then_some(Self { device: (number(major)?, number(minor)?), inode, path })
    }

    fn is_of(&self, region: &RegionFile) -> bool {
        let device = major_and_minor(region.metadata.dev());
        let is_path = |path: &Path| path.as_os_str().as_encoded_bytes() == self.path;
        self.inode == region.metadata.ino()
            && (self.device == device
                || region.path.canonicalize().is_ok_and(|path| is_path(&path)))
    }
}

/// The two parts of a device's number, as makedev(3) puts them together.
fn major_and_minor(device: u64) -> (u64, u64) {
    let major = ((device >> 32) & 0xffff_f000) | ((device >> 8) & 0xfff);
    let minor = ((device >> 12) & 0xffff_ff00) | (device & 0xff);
    (major, minor)
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Returns whether the process that once had this number still runs under it in this pid namespace.
pub(crate) fn is_running(pid: u32, start_time: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat_field(&stat, 22) == Some(start_time)
}

/// A number from `/proc/PID/stat`, counted as in proc_pid_stat(5).
fn stat_field(stat: &str, field: usize) -> Option<u64> {
    // The name in parentheses may contain anything.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(field - 3)?.parse().ok()
}

/// Returns whether `/proc` is missing, or mounted with `hidepid` so that it hides the processes of other
/// users. Every pid namespace has a process 1 for as long as it lives.
pub(crate) fn hides_processes() -> bool {
    !Path::new("/proc/1").exists()
}

/// Returns whether this is a kernel thread, which maps nothing (`PF_KTHREAD`, proc_pid_stat(5)).
fn is_kernel_thread(pid: u32) -> bool {
    const KERNEL_THREAD: u64 = 0x0020_0000;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat_field(&stat, 9).is_some_and(|flags| flags & KERNEL_THREAD != 0)
}

/// The note if some processes could not be examined.
pub(crate) fn unseen_note(unseen: usize, hidden: bool) -> Option<String> {
    if hidden {
        let note = "/proc does not show every process here (it is missing, or mounted with hidepid): processes \
            that map a region may be missing";
        return Some(note.to_owned());
    }
    let processes = if unseen == 1 { "1 process" } else { &format!("{unseen} processes") };
    // To root, no process is hidden because it is another user's.
    let of_others = if uzers::get_effective_uid() == 0 { "" } else { " of other users" };
    (unseen > 0).then(|| {
        format!("{processes}{of_others} could not be examined: those that only map a region may be missing")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_maps_names_device_inode_and_path() {
        let line = b"7f0-7f1 rw-s 00000000 00:1a 4711                       /dev/shm/a b";
        let line = Line::parse(line).unwrap();
        assert_eq!((line.device, line.inode, line.path), ((0, 0x1a), 4711, &b"/dev/shm/a b"[..]));
        assert!(Line::parse(b"7f0-7f1 rw-p 00000000 00:00 0").is_none());
        assert!(Line::parse(b"").is_none());
    }

    #[test]
    fn a_device_is_split_as_it_was_composed() {
        assert_eq!(major_and_minor(0x1a), (0, 0x1a));
        assert_eq!(major_and_minor(0x0801), (8, 1));
        assert_eq!(major_and_minor((0x12345 << 20) | (8 << 8) | 0x67), (8, 0x1234567));
    }

    #[test]
    fn this_process_is_not_a_kernel_thread() {
        assert!(!is_kernel_thread(std::process::id()));
    }
}
