//! A process that is stopped keeps its locks, and keeps no reader from reading.

use std::time::Duration;

use shm_core::LockError;
use shm_core::heap::HeapError;

use super::{board, text};

#[test]
fn readers_continue_while_a_writer_of_the_same_place_is_stopped() {
    let board = board();
    board.title.set(&text(500, 1)).unwrap();
    let (mut ours, theirs) = std::io::pipe().unwrap();
    // SAFETY: the child only works on the region and exits.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let _ = board.title.update(|text| {
            text.push('!');
            drop(theirs);
            // SAFETY: a signal to this process.
            unsafe { libc::raise(libc::SIGSTOP) };
        });
        // SAFETY: ends the child at once, without destructors.
        unsafe { libc::_exit(0) };
    }
    drop(theirs);
    std::io::Read::read_to_end(&mut ours, &mut Vec::new()).unwrap();
    let mut status = 0;
    // SAFETY: `child` is this process's own child, and `status` receives its status.
    unsafe { libc::waitpid(child, &raw mut status, libc::WUNTRACED) };
    assert!(libc::WIFSTOPPED(status), "{status}");
    for _ in 0..100 {
        assert_eq!(board.title.load().unwrap(), text(500, 1));
        board.notes[0].text.set(&text(900, 2)).unwrap();
    }
    let error = board.title.set_timeout("new", Duration::from_millis(20)).unwrap_err();
    assert!(matches!(error, HeapError::Lock(LockError::Busy)), "{error}");
    // SAFETY: signals to this process's own child.
    unsafe { libc::kill(child, libc::SIGCONT) };
    // SAFETY: as above.
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(board.title.load().unwrap(), text(500, 1) + "!");
    board.title.set("new").unwrap();
}
