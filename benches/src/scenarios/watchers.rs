//! A thousand watchers of one value, each asleep until it changes: how long its writer takes to change it
//! and to wake them, and how long until the last one has seen the change.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::Entry;
use super::sleep::Wake;
use crate::job::Job;
use crate::measure::now;
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, wait_until};
use crate::statistics::median;

/// From just before the change until the writer may go on.
pub(crate) const SET: &str = "watchers-set";
/// From just before the change until the last watcher has seen it.
pub(crate) const ALL: &str = "watchers-all";

const WATCHERS: u64 = 1000;
/// Changes per sample.
const CHANGES: u64 = 10;
/// Before each change: long enough for the watchers to fall asleep.
const PAUSE: Duration = Duration::from_millis(5);
/// The value after which they end.
const LAST: u64 = u64::MAX;
const STACK: usize = 128 << 10;

pub(crate) const fn entries<P: Wake>() -> [Entry; 2] {
    [
        Entry::duo(SET, |job| lead::<P>(job, |times| times.set), partner::<P>),
        Entry::duo(ALL, |job| lead::<P>(job, |times| times.all), partner::<P>),
    ]
}

/// The nanoseconds of one change.
#[derive(Clone, Copy)]
struct Times {
    set: u64,
    all: u64,
}

fn lead<P: Wake>(job: &Job, which: fn(&Times) -> u64) -> Result<Outcome, Failure> {
    let mut end = P::create(job)?;
    let mut partner = Partner::start(job, P::PARTY, partner::<P>)?;
    partner.go();
    let mut times = Vec::new();
    for change in 1..=CHANGES {
        thread::sleep(PAUSE);
        let start = now();
        end.change_for_all(change);
        let set = now() - start;
        wait_until(|| Ok(partner.counted() >= change * WATCHERS))?;
        times.push(Times { set, all: now() - start });
    }
    end.change_for_all(LAST);
    partner.stop()?;
    let each: Vec<_> = times.iter().map(|times| which(times) as f64).collect();
    Ok(Outcome::timed(median(&each))
        .and_count("seen", CHANGES * WATCHERS)
        .and_count("woken", partner.noted()))
}

/// Counts each change that a watcher sees, and notes in the end how often they were woken.
fn partner<P: Wake>(job: &Job, cue: &Cue) -> Result<(), Failure> {
    let (started, woken) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..WATCHERS {
            let watch = || watch::<P>(job, cue, &started, &woken);
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, watch)?;
        }
        wait_until(|| Ok(started.load(Ordering::Relaxed) == WATCHERS))?;
        cue.ready()
    })?;
    cue.note(woken.load(Ordering::Relaxed));
    cue.wait_for_stop()
}

fn watch<P: Wake>(job: &Job, cue: &Cue, started: &AtomicU64, woken: &AtomicU64) {
    let mut end = P::open(job).expect("it was created");
    started.fetch_add(1, Ordering::Relaxed);
    let (mut seen, before) = (0, slept());
    loop {
        seen = end.wait(seen);
        if seen == LAST {
            break;
        }
        cue.count_one();
    }
    // It was woken once more to learn that this is the end.
    woken.fetch_add((slept() - before).saturating_sub(1), Ordering::Relaxed);
}

/// The number of times that this thread has slept so far.
fn slept() -> u64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: room for the structure.
    let code = unsafe { libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr()) };
    assert_eq!(code, 0, "getrusage");
    // SAFETY: it was filled.
    unsafe { usage.assume_init() }.ru_nvcsw.cast_unsigned()
}
