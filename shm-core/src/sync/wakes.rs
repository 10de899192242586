//! How many sleepers the kernel is asked to wake: as many as the protocols say, and the others sleep on.

use std::sync::atomic::AtomicU32;
use std::sync::mpsc;
use std::time::Duration;

use super::event::Kernel;
use super::surroundings::Locker;
use crate::protocol::lock::Surroundings as _;
use crate::protocol::notify::{Surroundings as _, Who};
use crate::sys;

const SLEEPERS: usize = 3;

/// How many of three sleepers are woken by `wake`.
fn woken_by(wake: impl FnOnce(&AtomicU32)) -> usize {
    let word = AtomicU32::new(0);
    let (say, hear) = mpsc::channel();
    std::thread::scope(|threads| {
        for _ in 0..SLEEPERS {
            let (word, say) = (&word, say.clone());
            threads.spawn(move || {
                say.send(std::fs::canonicalize("/proc/thread-self").unwrap()).unwrap();
                sys::futex::wait(word, 0, Duration::from_secs(600));
            });
        }
        for _ in 0..SLEEPERS {
            let thread = hear.recv().unwrap();
            // The number of the system call that it is in, and its arguments: the first is the word.
            let address = format!(" {:#x} ", std::ptr::from_ref(&word).addr());
            while !std::fs::read_to_string(thread.join("syscall")).unwrap().contains(&address) {
                std::thread::yield_now();
            }
        }
        wake(&word);
        SLEEPERS - sys::futex::wake(&word, u32::MAX >> 1)
    })
}

#[test]
fn a_notification_to_one_wakes_one_and_one_to_all_wakes_all() {
    assert_eq!(woken_by(|word| assert!(Kernel(None).wake(word, Who::One))), 1);
    assert_eq!(woken_by(|word| assert!(Kernel(None).wake(word, Who::All))), SLEEPERS);
    for who in [Who::One, Who::All] {
        assert!(!Kernel(None).wake(&AtomicU32::new(0), who), "there was no sleeper");
    }
}

#[test]
fn an_unlock_wakes_one() {
    assert_eq!(woken_by(|word| Locker::new(word, None).wake_one(word)), 1);
}

#[test]
fn without_a_deadline_there_is_time_without_end_and_after_it_none() {
    let word = AtomicU32::new(0);
    assert_eq!(Kernel(None).left(), Duration::MAX);
    assert_eq!(Locker::new(&word, None).left(), Duration::MAX);
    let now = std::time::Instant::now();
    assert_eq!(Kernel(Some(now)).left(), Duration::ZERO);
    assert_eq!(Locker::new(&word, Some(now)).left(), Duration::ZERO);
    let later = now + Duration::from_secs(3600);
    for left in [Kernel(Some(later)).left(), Locker::new(&word, Some(later)).left()] {
        assert!(left > Duration::ZERO && left <= Duration::from_secs(3600), "{left:?}");
    }
}
