//! `fork(2)`: detecting that one has happened, and delaying one at a bad moment.

use std::cell::{Cell, RefCell};
use std::io;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rustix::mm::{self, Advice, MapFlags, ProtFlags};

/// Creates two words that live for ever and read as zero in every child forked later, even one made by
/// `clone(2)` directly (`MADV_WIPEONFORK`, Linux 4.14).
pub(crate) fn words_wiped_on_fork() -> io::Result<&'static [AtomicU64; 2]> {
    let len = super::process::page_size();
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new private mapping at an address chosen by the kernel affects no other mapping.
    let page =
        unsafe { mm::mmap_anonymous(std::ptr::null_mut(), len, protection, MapFlags::PRIVATE)? };
    // SAFETY: the page is ours, and it is meant to be wiped in a child.
    unsafe { mm::madvise(page, len, Advice::LinuxWipeOnFork)? };
    // SAFETY: the page is aligned, zeroed, never unmapped, and accessed only as these atomics.
    Ok(unsafe { &*page.cast::<[AtomicU64; 2]>() })
}

/// Held shared by every [`NoFork`], and exclusively by a thread that forks.
static GATE: RwLock<()> = RwLock::new(());

thread_local! {
    /// The number of [`NoFork`]s that this thread has.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Held by a thread while it forks.
    static FORKING: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// While it lives, `fork(3)` waits, in whichever thread it is called. So no child starts with a mutex
/// locked by a thread that does not exist in the child, provided that the mutex is only ever locked
/// while a `NoFork` exists. May be nested. It does not block a direct call of `clone(2)`, after which a
/// child of a multithreaded process cannot rely on libc either (`malloc`, say).
#[must_use = "forks may happen again as soon as this is dropped"]
pub(crate) struct NoFork {
    gate: Option<RwLockReadGuard<'static, ()>>,
    /// The depth is counted per thread.
    here: PhantomData<*const ()>,
}

impl NoFork {
    pub(crate) fn begin() -> Self {
        register();
        let depth = DEPTH.get();
        DEPTH.set(depth + 1);
        let gate = (depth == 0).then(|| GATE.read().unwrap_or_else(PoisonError::into_inner));
        Self { gate, here: PhantomData }
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        drop(self.gate.take());
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Has libc call `before` and `after` around each `fork(3)` from now on (`pthread_atfork(3)`). Threads
/// that arrive at the same time all register, so that none continues before it is registered.
fn register() {
    static DONE: AtomicBool = AtomicBool::new(false);
    if !DONE.load(Ordering::Acquire) {
        // SAFETY: both handlers may run in any thread at any time. An error means that memory is
        // exhausted; forks are then not delayed, as before this call.
        unsafe { libc::pthread_atfork(Some(before), Some(after), Some(after)) };
        DONE.store(true, Ordering::Release);
    }
}

extern "C" fn before() {
    // If registered twice, the second call finds the gate closed; inside a `NoFork`, it must not wait
    // for its own thread.
    if DEPTH.get() == 0 {
        let _ = FORKING.try_with(|forking| {
            let mut forking = forking.borrow_mut();
            if forking.is_none() {
                *forking = Some(GATE.write().unwrap_or_else(PoisonError::into_inner));
            }
        });
    }
}

extern "C" fn after() {
    let _ = FORKING.try_with(|forking| forking.borrow_mut().take());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_fork_waits_until_no_thread_forbids_it() {
        static IS_INSIDE: AtomicBool = AtomicBool::new(false);
        let holder = std::thread::spawn(|| {
            let _outer = NoFork::begin();
            let _inner = NoFork::begin();
            IS_INSIDE.store(true, Ordering::Release);
            std::thread::sleep(Duration::from_millis(50));
            IS_INSIDE.store(false, Ordering::Release);
        });
        while !IS_INSIDE.load(Ordering::Acquire) {
            std::hint::spin_loop();
        }
        // SAFETY: the child only exits.
        let child = unsafe { libc::fork() };
        if child == 0 {
            let status = i32::from(IS_INSIDE.load(Ordering::Acquire));
            // SAFETY: ends the child at once, without destructors.
            unsafe { libc::_exit(status) };
        }
        let mut status = 0;
        // SAFETY: `child` is this process's own child, and `status` receives its status.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(status, 0, "the child was forked while a thread forbade it");
        holder.join().unwrap();
        drop(NoFork::begin());
    }
}
