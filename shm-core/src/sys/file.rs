//! Files: opening a name that others may have prepared, and making one that nobody sees half done.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use super::volume;

/// What `stat` says about a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) id: FileId,
    pub(crate) kind: &'static str,
    pub(crate) is_regular: bool,
    pub(crate) owner: u32,
    pub(crate) size: u64,
    /// What the file system likes to be read in (`st_blksize`); on hugetlbfs, the size of its pages.
    pub(super) block: u64,
}

/// Which file this is, whatever its names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileId {
    pub(super) device: u64,
    inode: u64,
}

impl FileId {
    /// The number of the file on its file system.
    pub(crate) fn inode(self) -> u64 {
        self.inode
    }

    /// A System V segment as if it were a file: its memory, too, may be in this process already.
    pub(crate) fn of_segment(id: i32) -> Self {
        let device = SEGMENTS | super::sysv::namespace();
        Self { device, inode: u64::from(id.cast_unsigned()) }
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

/// Opens an existing file without being fooled by what stands there: no symbolic link unless asked,
/// no waiting for the other end of a FIFO, no controlling terminal.
///
/// On overlayfs, what is opened for reading is what [`facts`] say about it afterwards, and not the file
/// that was in its place a moment before.
pub(crate) fn open(path: &Path, writable: bool, links: Links) -> io::Result<OwnedFd> {
    if writable || !volume::is_layered(path) {
        return open_once(path, writable, links);
    }
    // A file is copied to the upper layer once. More than one round means that the name changes hands.
    for _ in 0..8 {
        let before = facts_behind(path, links)
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

/// Makes a file without a name in `directory` (`O_TMPFILE`), which vanishes unless it is linked.
/// `None` where the file system has no such files.
pub(crate) fn unnamed(directory: &Path) -> io::Result<Option<OwnedFd>> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match fs::open(directory, flags, Mode::RUSR | Mode::WUSR) {
        Ok(fd) => Ok(Some(fd)),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes a new file; an error of kind `AlreadyExists` if the name is taken.
pub(crate) fn create_new(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(fs::open(path, flags, Mode::RUSR | Mode::WUSR)?)
}

/// Gives an unnamed file its name; an error of kind `AlreadyExists` if the name is taken.
pub(crate) fn link(fd: BorrowedFd<'_>, path: &Path) -> io::Result<()> {
    match fs::linkat(fd, "", fs::CWD, path, AtFlags::EMPTY_PATH) {
        Ok(()) => return Ok(()),
        // Needs a capability or a recent kernel; the other way needs /proc.
        Err(Errno::NOENT | Errno::PERM | Errno::INVAL | Errno::ACCESS) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(fs::linkat(fs::CWD, path_of(fd), fs::CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Renames, refusing to replace; an error of kind `AlreadyExists` if the name is taken.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::renameat_with(fs::CWD, from, fs::CWD, to, RenameFlags::NOREPLACE) {
        // A file system that knows no flags: a hard link refuses to replace as well.
        Err(Errno::INVAL) => {
            fs::link(from, to)?;
            Ok(fs::unlink(from)?)
        }
        other => Ok(other?),
    }
}

/// Renames, replacing what is there.
pub(crate) fn rename_over(from: &Path, to: &Path) -> io::Result<()> {
    Ok(fs::rename(from, to)?)
}

/// Removes a name.
pub(crate) fn unlink(path: &Path) -> io::Result<()> {
    Ok(fs::unlink(path)?)
}

/// Sets the permission bits, whatever the umask is.
pub(crate) fn set_mode(fd: BorrowedFd<'_>, mode: u32) -> io::Result<()> {
    Ok(fs::fchmod(fd, Mode::from_raw_mode(mode))?)
}

/// Writes all of `bytes` at a position; nothing, if they would end behind the largest size that this
/// process may give to a file.
pub(crate) fn write_at(fd: BorrowedFd<'_>, mut at: u64, mut bytes: &[u8]) -> io::Result<()> {
    // The kernel looks at the position, also if the file is as long already.
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

/// Reads at a position; fewer bytes than asked for only at the end of the file.
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

/// What is behind a descriptor.
pub(crate) fn facts(fd: impl AsFd) -> io::Result<Facts> {
    Ok(Facts::from_stat(&fs::fstat(fd)?))
}

/// How a descriptor may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

/// How a descriptor may be used (`F_GETFL`).
pub(crate) fn rights(fd: impl AsFd) -> io::Result<Rights> {
    let mode = fs::fcntl_getfl(fd)? & OFlags::ACCMODE;
    let both = mode == OFlags::RDWR;
    Ok(Rights { read: both || mode == OFlags::RDONLY, write: both || mode == OFlags::WRONLY })
}

/// What stands at a name, links not followed. It may be another thing when it is opened.
pub(crate) fn facts_at(path: &Path) -> io::Result<Facts> {
    facts_behind(path, Links::Refuse)
}

/// What stands at a name. It may be another thing when it is opened.
pub(crate) fn facts_behind(path: &Path, links: Links) -> io::Result<Facts> {
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

/// Whether a file lies in memory alone, so that it cannot be older than the last start of the machine:
/// tmpfs (a memfd as well), ramfs and hugetlbfs. `false` if that cannot be told.
pub(crate) fn lies_in_memory(fd: BorrowedFd<'_>) -> bool {
    // include/uapi/linux/magic.h
    const MAGICS: [u64; 3] = [0x0102_1994, 0x8584_58f6, 0x9584_58f6];
    // `f_type` is signed and has another width on some processors.
    fs::fstatfs(fd).is_ok_and(|facts| MAGICS.contains(&(facts.f_type as u64 & 0xffff_ffff)))
}

/// Which file stands at a name now, links not followed.
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

/// Opens a file once more, by its descriptor or else by its name, for an open
/// file description of one's own: byte locks belong to the description, and another process may have
/// a share in that of a descriptor which was passed or inherited.
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
            "the file has to be opened anew, which is done through /proc/self/fd or by its name: there \
             is no /proc/self/fd here, and the name means another file by now, or none; mount /proc"
        } else {
            "the file has to be opened anew, and its name means another one by now, or none"
        })
    }))
}

/// Whether a file without a name can be given one for sure, in every kernel and without a capability:
/// through `/proc/self/fd`.
pub(crate) fn can_be_linked(fd: BorrowedFd<'_>) -> bool {
    fs::lstat(path_of(fd)).is_ok()
}

/// Makes the number of `old` mean what `new` is, at once and for every thread (`dup3(2)`).
pub(crate) fn put_in_place_of(new: &OwnedFd, old: BorrowedFd<'_>) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    // SAFETY: both are open; whoever has borrowed `old` goes on with a descriptor of the same file.
    match unsafe { libc::dup3(new.as_raw_fd(), old.as_raw_fd(), libc::O_CLOEXEC) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A path that opens the file of a descriptor anew.
pub(crate) fn path_of(fd: BorrowedFd<'_>) -> std::path::PathBuf {
    format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&fd)).into()
}
