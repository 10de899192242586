//! A thread of this library's own, in a program that does not know of it.

use std::io;
use std::mem::MaybeUninit;

/// Starts a thread in which the program's signal handlers do not run: all signals are blocked, so that a
/// program which waits for them elsewhere gets them there. Not blocked are those that a thread causes
/// itself, by an access to a truncated file, for example.
pub(crate) fn start(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let before = change_mask(&all_but_faults());
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    change_mask(&before);
    started.map(drop)
}

fn all_but_faults() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: initialises the set.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    for fault in [
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
        libc::SIGABRT,
    ] {
        // SAFETY: the set is initialised, and these are signals.
        unsafe { libc::sigdelset(set.as_mut_ptr(), fault) };
    }
    // SAFETY: initialised above.
    unsafe { set.assume_init() }
}

/// Blocks exactly the signals of a set in this thread, which a thread that it starts inherits. Returns those
/// that were blocked before.
fn change_mask(blocked: &libc::sigset_t) -> libc::sigset_t {
    let mut before = MaybeUninit::uninit();
    // SAFETY: both are sets of signals; with a valid operation this always succeeds, and writes the second.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, blocked, before.as_mut_ptr()) };
    // SAFETY: written by the call.
    unsafe { before.assume_init() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_blocked(signal: libc::c_int) -> bool {
        let mut now = MaybeUninit::uninit();
        // SAFETY: asks for this thread's mask, and changes nothing.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), now.as_mut_ptr()) };
        // SAFETY: written by the call.
        let now = unsafe { now.assume_init() };
        // SAFETY: an initialised set.
        unsafe { libc::sigismember(&raw const now, signal) == 1 }
    }

    #[test]
    fn the_thread_gets_no_signals_but_its_own_faults_and_its_starter_gets_them_as_before() {
        const SIGNALS: [libc::c_int; 4] =
            [libc::SIGTERM, libc::SIGUSR1, libc::SIGBUS, libc::SIGSEGV];
        let before = SIGNALS.map(is_blocked);
        let (tell, told) = std::sync::mpsc::channel();
        start("shm-test", move || tell.send(SIGNALS.map(is_blocked)).unwrap()).unwrap();
        assert_eq!(told.recv().unwrap(), [true, true, false, false]);
        assert_eq!(SIGNALS.map(is_blocked), before);
    }
}
