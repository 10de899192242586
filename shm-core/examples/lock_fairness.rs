//! The time that a thread waits for a lock that another one locks again as soon as it has unlocked it:
//! a region's `Mutex`, and std's, in one run.
//!
//! `cargo run --release -p shm-core --example lock_fairness`
#![allow(clippy::print_stdout, reason = "it is here to print")]

use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use shm_core::{Mutex, Region};

/// The number of waits.
const WAITS: u32 = 100;

/// The results of the waits.
struct Waits {
    median: Duration,
    longest: Duration,
    /// The number of times that the other thread had the lock meanwhile, and per second of the whole
    /// run.
    overtaken: u64,
    rate: u64,
}

fn main() {
    println!("| held for | lock | median wait | longest wait | overtaken | locks a second |");
    println!("| --- | --- | ---: | ---: | ---: | ---: |");
    for held in [Duration::ZERO, Duration::from_micros(100), Duration::from_millis(10)] {
        let std = StdMutex::new(0_u64);
        row(held, "std", &measure(held, || hold(held, || std.lock().expect("no panic"))));
        let name = format!("shm-lock-fairness-{}", std::process::id());
        let region = Region::<Mutex<u64>>::create(&name).expect("a region");
        let _ = region.unlink();
        row(held, "region", &measure(held, || hold(held, || region.lock().expect("no death"))));
    }
}

fn row(held: Duration, name: &str, waits: &Waits) {
    let Waits { median, longest, overtaken, rate } = waits;
    println!("| {held:?} | {name} | {median:.0?} | {longest:.0?} | {overtaken} | {rate} |");
}

/// Locks, works for a time, and unlocks.
fn hold<G>(held: Duration, lock: impl FnOnce() -> G) {
    let guard = lock();
    let since = Instant::now();
    if held >= Duration::from_millis(1) {
        std::thread::sleep(held);
    } else {
        while !held.is_zero() && since.elapsed() < held {
            std::hint::spin_loop();
        }
    }
    drop(guard);
}

fn measure(held: Duration, round: impl Fn() + Sync) -> Waits {
    let (is_over, rounds) = (AtomicBool::new(false), AtomicU64::new(0));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                round();
                rounds.fetch_add(1, Ordering::Relaxed);
            }
        });
        let (mut waits, mut overtaken) = (Vec::new(), 0);
        for _ in 0..WAITS {
            std::thread::sleep(Duration::from_millis(1));
            let (since, before) = (Instant::now(), rounds.load(Ordering::Relaxed));
            round();
            waits.push(since.elapsed().saturating_sub(held));
            overtaken += rounds.load(Ordering::Relaxed) - before;
        }
        is_over.store(true, Ordering::Relaxed);
        waits.sort();
        let rate = rounds.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64();
        let (median, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
        Waits { median, longest, overtaken, rate: rate as u64 }
    })
}
