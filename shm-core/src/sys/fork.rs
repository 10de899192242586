//! Noticing a `fork` without `pthread_atfork`: a page that the kernel empties in the child.

use std::io;
use std::sync::atomic::AtomicU64;

use rustix::mm::{self, Advice, MapFlags, ProtFlags};

/// Makes two words that live for ever and read zero in every child that is forked later, be it by
/// `clone(2)` itself (`MADV_WIPEONFORK`, Linux 4.14).
pub(crate) fn words_wiped_on_fork() -> io::Result<&'static [AtomicU64; 2]> {
    let len = super::process::page_size();
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new private mapping anywhere disturbs nothing.
    let page =
        unsafe { mm::mmap_anonymous(std::ptr::null_mut(), len, protection, MapFlags::PRIVATE)? };
    // SAFETY: the page is ours; wiping in a child is what we want.
    unsafe { mm::madvise(page, len, Advice::LinuxWipeOnFork)? };
    // SAFETY: the page is aligned, zeroed, never unmapped, and accessed as these atomics alone.
    Ok(unsafe { &*page.cast::<[AtomicU64; 2]>() })
}
