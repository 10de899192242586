//! Counts the sleepers that the kernel is asked to wake: as many as the protocols say, while the others
//! sleep on.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc;
use std::time::Duration;

use super::kernel::Kernel;
use crate::protocol::Hardware;
use crate::protocol::lock::{self, Unlocked};
use crate::protocol::notify::SLEEPERS as SLEEPERS_FLAG;
use crate::protocol::sleep::{Sleep as _, Who};
use crate::root::Root;
use crate::{Event, Region, Watched, sys};

const SLEEPERS: usize = 3;

/// Returns how many of three sleepers on a word `wake` wakes.
fn woken_by(wake: impl FnOnce(&AtomicU32)) -> usize {
    let word = AtomicU32::new(0);
    woken_on(&word, || wake(&word))
}

/// As [`woken_by`], for a word at any place.
fn woken_on(word: &AtomicU32, wake: impl FnOnce()) -> usize {
    let (value, (say, hear)) = (word.load(Relaxed), mpsc::channel());
    std::thread::scope(|threads| {
        for _ in 0..SLEEPERS {
            let say = say.clone();
            threads.spawn(move || {
                say.send(std::fs::canonicalize("/proc/thread-self").unwrap()).unwrap();
                sys::futex::wait(word, value, Duration::from_secs(600));
            });
        }
        for _ in 0..SLEEPERS {
            let thread = hear.recv().unwrap();
            // The number of the system call that it is in, and its arguments: the first is the word.
            let address = format!(" {:#x} ", std::ptr::from_ref(word).addr());
            while !std::fs::read_to_string(thread.join("syscall")).unwrap().contains(&address) {
                std::thread::yield_now();
            }
        }
        wake();
        SLEEPERS - sys::futex::wake(word, u32::MAX >> 1)
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

/// Returns the word of an event, or of a value that begins with one, flagged as if there were sleepers.
fn flagged<T: Root>(region: &Region<T>) -> &AtomicU32 {
    // SAFETY: the count of an event is its first field, and is only ever accessed as this atomic.
    let word = unsafe { &*(&raw const **region).cast::<AtomicU32>() };
    word.fetch_or(SLEEPERS_FLAG, Relaxed);
    word
}

#[test]
fn an_event_and_a_watched_value_wake_as_many_as_they_say() {
    let event = Region::<Event>::options().private().unwrap();
    assert_eq!(woken_on(flagged(&event), || event.notify_one()), 1);
    assert_eq!(woken_on(flagged(&event), || event.notify_all()), SLEEPERS);
    let watched = Region::<Watched<u32>>::options().private().unwrap();
    assert_eq!(woken_on(flagged(&watched), || watched.set(1)), SLEEPERS);
    assert_eq!(woken_on(flagged(&watched), || watched.change(|value| value.set(2))), SLEEPERS);
}

#[test]
fn an_unlock_wakes_one() {
    let me = lock::owner(0, 1);
    let word = AtomicU32::new(me | lock::SLEEPERS);
    let unlock = || {
        let unlocked = lock::unlock::<Hardware>(&word, me, false, &Kernel(None));
        assert_eq!(unlocked, Unlocked::WokeOne);
    };
    assert_eq!(woken_on(&word, unlock), 1);
}

#[test]
fn without_a_deadline_there_is_time_without_end_and_after_it_none() {
    assert_eq!(Kernel(None).left(), Duration::MAX);
    let now = std::time::Instant::now();
    assert_eq!(Kernel(Some(now)).left(), Duration::ZERO);
    let hour = Duration::from_secs(3600);
    let left = Kernel(Some(now + hour)).left();
    assert!(left > Duration::ZERO && left <= hour, "{left:?}");
}
