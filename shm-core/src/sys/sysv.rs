//! System V shared memory (`shmget(2)`, `shmop(2)`, `shmctl(2)`), which rustix does not have.

use std::io;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// The key that names no segment.
pub(crate) const IPC_PRIVATE: i32 = libc::IPC_PRIVATE;

/// The number of the segment that has this key.
pub(crate) fn find(key: i32) -> io::Result<i32> {
    get(key, 0, 0)
}

/// Makes a new segment; an error of kind `AlreadyExists` if the key is taken.
pub(crate) fn create(key: i32, size: usize, mode: u32) -> io::Result<i32> {
    get(key, size, libc::IPC_CREAT | libc::IPC_EXCL | (mode & 0o777).cast_signed())
}

fn get(key: i32, size: usize, flags: i32) -> io::Result<i32> {
    // SAFETY: takes numbers and gives one.
    match unsafe { libc::shmget(key, size, flags) } {
        -1 => Err(io::Error::last_os_error()),
        id => Ok(id),
    }
}

/// The size of a segment in bytes, as it was asked for.
pub(crate) fn size(id: i32) -> io::Result<usize> {
    let mut facts = MaybeUninit::<libc::shmid_ds>::zeroed();
    // SAFETY: IPC_STAT fills in the structure that it is given.
    if unsafe { libc::shmctl(id, libc::IPC_STAT, facts.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is filled in, and any bytes are a value of it.
    Ok(unsafe { facts.assume_init() }.shm_segsz)
}

/// Removes the key; the segment goes when the last process detaches from it.
pub(crate) fn remove(id: i32) -> io::Result<()> {
    // SAFETY: IPC_RMID looks at no structure.
    match unsafe { libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut()) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// The identity of this process's IPC namespace, in which the numbers of segments mean something; 0
/// where that cannot be known.
pub(crate) fn namespace() -> u64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/thread-self/ns/ipc").map_or(0, |facts| facts.ino())
}

/// A segment in this process's memory. Detached when this is dropped.
#[derive(Debug)]
pub(crate) struct Attached(NonNull<u8>);

// SAFETY: an address, good in every thread.
unsafe impl Send for Attached {}
// SAFETY: as above.
unsafe impl Sync for Attached {}

impl Attached {
    /// Attaches a segment, wherever there is room.
    pub(crate) fn new(id: i32, writable: bool) -> io::Result<Self> {
        let flags = if writable { 0 } else { libc::SHM_RDONLY };
        // SAFETY: without an address, and without SHM_REMAP, nothing that is mapped is disturbed.
        let start = unsafe { libc::shmat(id, std::ptr::null(), flags) };
        if start.addr() == usize::MAX {
            return Err(io::Error::last_os_error());
        }
        Ok(Self(NonNull::new(start.cast()).expect("a segment is never attached at address 0")))
    }

    /// The first byte.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.0
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: attached by `new`, and whoever used the memory kept this.
        unsafe { libc::shmdt(self.0.as_ptr().cast()) };
    }
}
