//! System V shared memory (`shmget(2)`, `shmop(2)`, `shmctl(2)`), which rustix does not have.

use std::io;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// The key for a segment without a key.
pub(crate) const IPC_PRIVATE: i32 = libc::IPC_PRIVATE;

/// The number of the segment with this key.
pub(crate) fn find(key: i32) -> io::Result<i32> {
    get(key, 0, 0)
}

/// Creates a new segment; fails with `AlreadyExists` if the key is taken.
pub(crate) fn create(key: i32, size: usize, mode: u32) -> io::Result<i32> {
    get(key, size, libc::IPC_CREAT | libc::IPC_EXCL | (mode & 0o777) as i32)
}

fn get(key: i32, size: usize, flags: i32) -> io::Result<i32> {
    // SAFETY: takes and returns numbers only.
    match unsafe { libc::shmget(key, size, flags) } {
        -1 => Err(io::Error::last_os_error()),
        id => Ok(id),
    }
}

/// The size of a segment in bytes, as it was requested.
pub(crate) fn size(id: i32) -> io::Result<usize> {
    let mut facts = MaybeUninit::<libc::shmid_ds>::zeroed();
    // SAFETY: IPC_STAT fills in the structure that it is given.
    if unsafe { libc::shmctl(id, libc::IPC_STAT, facts.as_mut_ptr()) } == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is filled in, and any bytes are valid for it.
    Ok(unsafe { facts.assume_init() }.shm_segsz)
}

/// Removes the key; the segment is destroyed when the last process detaches from it.
pub(crate) fn remove(id: i32) -> io::Result<()> {
    // SAFETY: IPC_RMID reads no structure.
    match unsafe { libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut()) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// The identity of this process's IPC namespace, in which segment numbers are meaningful; 0 if unknown.
pub(crate) fn namespace() -> u64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/thread-self/ns/ipc").map_or(0, |facts| facts.ino())
}

/// A segment attached to this process. Detached on drop.
#[derive(Debug)]
pub(crate) struct Attached(NonNull<u8>);

// SAFETY: an address, valid in every thread.
unsafe impl Send for Attached {}
// SAFETY: as above.
unsafe impl Sync for Attached {}

impl Attached {
    /// Attaches a segment at an address chosen by the kernel.
    pub(crate) fn new(id: i32, writable: bool) -> io::Result<Self> {
        let flags = if writable { 0 } else { libc::SHM_RDONLY };
        // SAFETY: without an address and without SHM_REMAP, no existing mapping is affected.
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
        // SAFETY: attached by `new`, and every user of the memory kept this.
        unsafe { libc::shmdt(self.0.as_ptr().cast()) };
    }
}
