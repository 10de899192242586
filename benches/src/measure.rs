//! Timing an operation.

use std::arch::asm;
use std::time::{Duration, Instant};

use crate::job::{BATCHES, Job};
use crate::statistics::median;

/// Consumes a value as far as the compiler can tell, and may have changed all memory. C's side of the
/// comparison does the same: `asm volatile ("" :: "r"(value) : "memory")`.
#[inline(always)]
pub(crate) fn consume(value: u64) {
    // SAFETY: no instruction.
    unsafe { asm!("/* {0} */", in(reg) value, options(nostack, preserves_flags)) };
}

/// Consumes the target of a reference, so that it has to be in memory.
#[inline(always)]
pub(crate) fn consume_at<T: ?Sized>(value: &T) {
    consume(std::ptr::from_ref(value).cast::<u8>().addr() as u64);
    std::hint::black_box(value);
}

/// Nanoseconds per operation: the median of a few batches, after the search for a number of operations
/// that fills a batch's time has warmed up the machine.
pub(crate) fn nanoseconds_each(job: &Job, mut batch: impl FnMut(u64)) -> f64 {
    let operations = fill(job.batch, &mut batch);
    let timed = (0..BATCHES).map(|_| time(operations, &mut batch).as_secs_f64() * 1e9);
    median(&timed.map(|total| total / operations as f64).collect::<Vec<_>>())
}

/// The number of operations that take about `budget`.
pub(crate) fn fill(budget: Duration, batch: &mut impl FnMut(u64)) -> u64 {
    let mut operations = 1;
    loop {
        let took = time(operations, batch);
        if took * 2 >= budget {
            let wanted = operations as f64 * budget.as_secs_f64() / took.as_secs_f64();
            return (wanted as u64).max(1);
        }
        operations *= 2;
    }
}

pub(crate) fn time(operations: u64, batch: &mut impl FnMut(u64)) -> Duration {
    let start = Instant::now();
    batch(operations);
    start.elapsed()
}

/// Nanoseconds on the clock that all processes share.
pub(crate) fn now() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_added_until_a_batch_takes_its_time() {
        let mut calls = 0_u64;
        let sleep = Duration::from_micros(200);
        let operations = fill(Duration::from_millis(4), &mut |n| {
            calls += n;
            std::thread::sleep(sleep * u32::try_from(n).unwrap());
        });
        // A sleep takes at least its time, so no more than twenty fit.
        assert!((1..=20).contains(&operations), "{operations}");
        assert!(calls >= operations);
    }

    #[test]
    fn the_clock_does_not_go_back() {
        let first = now();
        assert!(now() >= first);
    }
}
