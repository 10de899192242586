//! Files: opening a name that others may have prepared, and creating one that is never visible half
//! made.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::volume;

/// The metadata of a file, from `stat`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) id: FileId,
    pub(crate) kind: &'static str,
    pub(crate) is_regular: bool,
    pub(crate) owner: u32,
    pub(crate) size: u64,
    /// The preferred block size (`st_blksize`); on hugetlbfs, the size of its pages.
    pub(super) block: u64,
}

/// The identity of a file, independent of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileId {
    pub(super) device: u64,
    inode: u64,
}

impl FileId {
    /// The inode number on its file system.
    pub(crate) fn inode(self) -> u64 {
        self.inode
    }

    /// Identifies a System V segment as if it were a file: its memory may also be mapped in this process
    /// already.
    pub(crate) fn of_segment(id: i32) -> Self {
        let device = SEGMENTS | super::sysv::namespace();
        Self { device, inode: u64::from(id as u32) }
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.device, self.inode)
    }
}

/// No file system has a device number with this bit.
const SEGMENTS: u64 = 1 << 63;

/// Whether a final symbolic link is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Follow,
    Refuse,
}

/// Opens an existing file and is not fooled by anything planted at its name: it follows no symbolic link
/// unless asked, does not wait for the other end of a FIFO, and acquires no controlling terminal.
///
/// On overlayfs, a file opened for reading is the one that [`facts`] describes afterwards, not one that
/// it replaced a moment before.
pub(crate) fn open(path: &Path, writable: bool, links: Links) -> io::Result<OwnedFd> {
    if writable || !volume::is_layered(path) {
        return open_once(path, writable, links);
    }
    // A file is copied to the upper layer once. More than one round means that the name is being
    // replaced.
    for _ in 0..8 {
        let before = facts_of_path(path, links)
            .map(|facts| (facts.id, volume::layer_at(path, facts.id, links)));
        let file = open_once(path, writable, links)?;
        let id = facts(&file)?.id;
        if (id, volume::layer_of(file.as_fd(), id)) == before? {
            return Ok(file);
        }
    }
    open_once(path, writable, links)
}

fn open_once(path: &Path, writable: bool, links: Links) -> io::Result<OwnedFd> {
    let mut flags = OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    flags |= if writable { OFlags::RDWR } else { OFlags::RDONLY };
    if links == Links::Refuse {
        flags |= OFlags::NOFOLLOW;
    }
    Ok(fs::open(path, flags, Mode::empty())?)
}

/// Creates a file without a name in `directory` (`O_TMPFILE`), which vanishes unless it is linked.
/// Returns `None` where the file system does not support such files, or a filter of system calls forbids
/// them. A directory that may not be written to refuses every other file just so.
pub(crate) fn unnamed(directory: &Path) -> io::Result<Option<OwnedFd>> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match fs::open(directory, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => Ok(Some(fd)),
        Err(
            Errno::OPNOTSUPP
            | Errno::ISDIR
            | Errno::INVAL
            | Errno::NOSYS
            | Errno::PERM
            | Errno::ACCESS,
        ) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Creates a new file; fails with `AlreadyExists` if the name is taken.
pub(crate) fn create_new(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(fs::open(path, flags, Mode::RUSR | Mode::WUSR)?)
}

/// Gives an unnamed file its name; fails with `AlreadyExists` if the name is taken.
pub(crate) fn link(fd: BorrowedFd<'_>, path: &Path) -> io::Result<()> {
    match fs::linkat(fd, "", fs::CWD, path, AtFlags::EMPTY_PATH) {
        Ok(()) => return Ok(()),
        // Needs a capability or a recent kernel; the alternative below needs /proc.
        Err(Errno::NOENT | Errno::PERM | Errno::INVAL | Errno::ACCESS | Errno::NOSYS) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(fs::linkat(fs::CWD, path_of(fd), fs::CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Renames without replacing; fails with `AlreadyExists` if the name is taken.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::renameat_with(fs::CWD, from, fs::CWD, to, RenameFlags::NOREPLACE) {
        // A file system without rename flags, or a filter: a hard link refuses to replace as well.
        Err(Errno::INVAL | Errno::NOSYS | Errno::PERM) => {
            fs::link(from, to)?;
            Ok(fs::unlink(from)?)
        }
        other => Ok(other?),
    }
}

/// Renames, replacing any existing file.
pub(crate) fn rename_over(from: &Path, to: &Path) -> io::Result<()> {
    Ok(fs::rename(from, to)?)
}

/// Removes a name.
pub(crate) fn unlink(path: &Path) -> io::Result<()> {
    Ok(fs::unlink(path)?)
}

/// Sets the permission bits, regardless of the umask.
pub(crate) fn set_mode(fd: BorrowedFd<'_>, mode: u32) -> io::Result<()> {
    Ok(fs::fchmod(fd, Mode::from_raw_mode(mode))?)
}

/// Writes all of `bytes` at a position, or none of them if they would end past the largest file size
/// that this process is allowed.
pub(crate) fn write_at(fd: BorrowedFd<'_>, mut at: u64, mut bytes: &[u8]) -> io::Result<()> {
    // The kernel checks the position even if the file is already that long.
    super::space::expect_within_limit(at + bytes.len() as u64)?;
    while !bytes.is_empty() {
        match rustix::io::pwrite(fd, bytes, at) {
            Ok(0) => return Err(Errno::NOSPC.into()),
            Ok(written) => (at, bytes) = (at + written as u64, &bytes[written..]),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Reads at a position; returns fewer bytes than requested only at the end of the file.
pub(crate) fn read_at(fd: BorrowedFd<'_>, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match rustix::io::pread(fd, &mut buffer[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done)
}

/// Reads the first bytes of a file, at most `most`. It may be fewer, also of a longer file.
pub(crate) fn start_of(fd: BorrowedFd<'_>, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(most);
    loop {
        match rustix::io::pread(fd, rustix::buffer::spare_capacity(&mut bytes), 0) {
            Ok(_) => return Ok(bytes),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The metadata of an open file.
pub(crate) fn facts(fd: impl AsFd) -> io::Result<Facts> {
    Ok(Facts::from_stat(&fs::fstat(fd)?))
}

/// The access modes of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

/// The access mode of a descriptor (`F_GETFL`).
pub(crate) fn rights(fd: impl AsFd) -> io::Result<Rights> {
    let mode = fs::fcntl_getfl(fd)? & OFlags::ACCMODE;
    let both = mode == OFlags::RDWR;
    Ok(Rights { read: both || mode == OFlags::RDONLY, write: both || mode == OFlags::WRONLY })
}

/// The metadata of the file at a path, without following links. The path may refer to another file by
/// the time it is opened.
pub(crate) fn facts_at(path: &Path) -> io::Result<Facts> {
    facts_of_path(path, Links::Refuse)
}

/// The metadata of the file at a path, which may refer to another file by the time it is opened.
pub(crate) fn facts_of_path(path: &Path, links: Links) -> io::Result<Facts> {
    Ok(Facts::from_stat(&match links {
        Links::Follow => fs::stat(path)?,
        Links::Refuse => fs::lstat(path)?,
    }))
}

impl Facts {
    fn from_stat(stat: &fs::Stat) -> Self {
        let file_type = FileType::from_raw_mode(stat.st_mode);
        Self {
            id: FileId { device: stat.st_dev, inode: stat.st_ino },
            kind: kind_name(file_type),
            is_regular: file_type == FileType::RegularFile,
            owner: stat.st_uid,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            block: u64::try_from(stat.st_blksize).unwrap_or(0),
        }
    }
}

/// Returns whether a file is stored only in memory, so that it cannot be older than the last boot: on
/// tmpfs (also a memfd), ramfs or hugetlbfs. `false` if unknown.
pub(crate) fn lies_in_memory(fd: BorrowedFd<'_>) -> bool {
    // include/uapi/linux/magic.h
    const MAGICS: [u64; 3] = [0x0102_1994, 0x8584_58f6, 0x9584_58f6];
    // `f_type` is signed, and its width differs between processors.
    fs::fstatfs(fd).is_ok_and(|facts| MAGICS.contains(&(facts.f_type as u64 & 0xffff_ffff)))
}

/// The identity of the file at a path, without following links.
pub(crate) fn id_at(path: &Path) -> io::Result<FileId> {
    Ok(facts_at(path)?.id)
}

fn kind_name(file_type: FileType) -> &'static str {
    match file_type {
        FileType::RegularFile => "a regular file",
        FileType::Directory => "a directory",
        FileType::Symlink => "a symbolic link",
        FileType::Fifo => "a FIFO",
        FileType::Socket => "a socket",
        FileType::CharacterDevice => "a character device",
        FileType::BlockDevice => "a block device",
        FileType::Unknown => "of an unknown kind",
    }
}

/// Opens a file again, through its descriptor or else by name, to get an open file description of our
/// own: byte locks belong to the description, and another process may share that of a passed or
/// inherited descriptor.
pub(crate) fn reopen(
    fd: Option<BorrowedFd<'_>>,
    name: &Path,
    id: FileId,
    writable: bool,
) -> io::Result<OwnedFd> {
    let by_number = fd.map(path_of);
    let mut failure = None;
    for path in by_number.iter().map(std::path::PathBuf::as_path).chain([name]) {
        match open(path, writable, Links::Follow) {
            Ok(file) if facts(&file)?.id == id => return Ok(file),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.unwrap_or_else(|| {
        let is_proc_missing = by_number.is_some_and(|path| fs::lstat(path).is_err());
        io::Error::other(if is_proc_missing {
            "the file must be opened again, through /proc/self/fd or by its name, but /proc/self/fd is \
             missing and the name no longer refers to this file; mount /proc"
        } else {
            "the file must be opened again, but its name no longer refers to it"
        })
    }))
}

/// Returns whether a file without a name can certainly be linked, on every kernel and without a
/// capability: through `/proc/self/fd`.
pub(crate) fn can_be_linked(fd: BorrowedFd<'_>) -> bool {
    fs::lstat(path_of(fd)).is_ok()
}

/// Makes the number `old` refer to the file of `new`, atomically for every thread (`dup3(2)`).
pub(crate) fn put_in_place_of(new: &OwnedFd, old: BorrowedFd<'_>) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    // SAFETY: both are open; a borrower of `old` continues with a descriptor of the same file.
    match unsafe { libc::dup3(new.as_raw_fd(), old.as_raw_fd(), libc::O_CLOEXEC) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A path that opens the file of a descriptor again.
pub(crate) fn path_of(fd: BorrowedFd<'_>) -> std::path::PathBuf {
    format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&fd)).into()
}
