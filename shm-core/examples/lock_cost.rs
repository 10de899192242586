//! The cost of locking and unlocking without contention, beside std's mutex in one process.
//!
//! Nanoseconds: `cargo run --release -p shm-core --example lock_cost`. Instructions, which do not
//! depend on the state of the machine, per lock and unlock:
//!
//! ```text
//! cargo build --release -p shm-core --example lock_cost
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='lock_cost::ours' \
//!     target/release/examples/lock_cost 1000
//! ```
//!
//! and the same with `2000`: the difference of the two totals is that of a thousand. Use
//! `lock_cost::std` for the other lock.
#![allow(clippy::print_stdout, reason = "it is here to print")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use shm_core::{Mutex, Region};

fn main() {
    let region = Region::<Mutex<u64>>::options().anonymous().expect("memory");
    let mutex = std::sync::Mutex::new(0_u64);
    if let Some(count) = std::env::args().nth(1) {
        let count = count.parse().expect("a number");
        // Attaches, and resolves the symbols that the dynamic linker resolves at the first call.
        drop(region.lock());
        drop(mutex.lock());
        ours(&region, count);
        std(&mutex, count);
        return;
    }
    let (mut ours_best, mut std_best) = (Duration::MAX, Duration::MAX);
    for _ in 0..20 {
        ours_best = ours_best.min(time(|| ours(&region, ROUNDS)));
        std_best = std_best.min(time(|| std(&mutex, ROUNDS)));
    }
    let each = |total: Duration| total.as_nanos() as f64 / f64::from(ROUNDS);
    let (ours, std) = (each(ours_best), each(std_best));
    println!("lock, add, unlock: Mutex {ours:.2} ns, std {std:.2} ns, ratio {:.2}", ours / std);
}

const ROUNDS: u32 = 1_000_000;

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

#[inline(never)]
fn ours(region: &Region<Mutex<u64>>, count: u32) {
    for _ in 0..count {
        let value = black_box(region).lock().expect("no owner died");
        value.set_relaxed(value.get_relaxed() + 1);
    }
}

#[inline(never)]
fn std(mutex: &std::sync::Mutex<u64>, count: u32) {
    for _ in 0..count {
        let mut value = black_box(mutex).lock().expect("no thread panicked");
        *value += 1;
    }
}
