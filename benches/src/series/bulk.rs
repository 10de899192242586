//! Copies of many elements, compared with memcpy on the same memory in the same process, batch by batch.

use std::time::Duration;

use shm_core::{Bulk, Latest, Region};

use super::{Better, Measured, Plan, Work};
use crate::job::{BATCHES, Job};
use crate::measure::{consume, fill, time};
use crate::outcome::Failure;
use crate::statistics::median;

const fn plan(
    key: &'static str,
    title: &'static str,
    note: &'static str,
    lead: fn(&Job) -> Result<Vec<Measured>, Failure>,
) -> Plan {
    Plan {
        key,
        title,
        x: "bytes",
        y: "GB/s",
        better: Better::Higher,
        base: Some(MEMCPY),
        note,
        work: Work::Process { lead, partner: None },
    }
}

pub(crate) const LOAD: Plan = plan(
    "bulk-load",
    "`load_into`, by element width, compared with memcpy",
    "All lines copy from one region to the same private buffer, which begins with a cache line.",
    load_all_widths::<0>,
);

pub(crate) const LOAD_AS_ALLOCATED: Plan = plan(
    "bulk-load-as-allocated",
    "The same, to an address from `malloc`",
    "The buffer begins 16 bytes after the start of a cache line, as small allocations do half of the time and large \
     ones always.",
    load_all_widths::<16>,
);

pub(crate) const STORE: Plan = plan(
    "bulk-store",
    "`store_from`, by element width, compared with memcpy",
    "All lines copy from one private buffer to the same region. Up to 1.5 KiB, elements wider than a \
     byte are stored 16 bytes at a time, because no wider access is guaranteed to be a single one; from there on \
     the processor's own loop stores whole lines.",
    store_all_widths,
);

pub(crate) const LATEST: Plan = plan(
    "latest-load",
    "`Latest`: `load_into`, compared with memcpy",
    "Without a writer. memcpy copies as many bytes from the same region, without checking whether they are \
     of one version.",
    latest,
);

pub(crate) const BANDWIDTH: Plan = plan(
    "bandwidth",
    "Reading an array of doubles, from the first-level cache to memory",
    "",
    bandwidth,
);

const MEMCPY: &str = "memcpy";

/// Sizes of the comparison with memcpy, in bytes.
const SIZES: [usize; 9] = [64, 256, 512, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20];

/// Sizes from the first-level cache to well beyond the third-level one.
const LENGTHS: [usize; 9] =
    [4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20, 256 << 20];

/// GB/s of memcpy and of shm-core, for one width and size.
type Pair = fn(&Job, usize) -> Result<(f64, f64), Failure>;

macro_rules! widths {
    ($($load:ident $store:ident $type:ty),* $(,)?) => {$(
        fn $load<const OFFSET: usize>(job: &Job, bytes: usize) -> Result<(f64, f64), Failure> {
            let len = bytes / size_of::<$type>();
            let region = Region::<[$type]>::options().len(len).memfd("bulk")?;
            region.fill(Default::default()); // so that its pages are there
            let mut memory = vec![<$type>::default(); len + SPARE / size_of::<$type>()];
            let out = after_a_line(&mut memory, OFFSET, len);
            let shared = region.as_ptr().cast::<$type>();
            // Both write to one buffer: the speed depends on its address.
            let target = out.as_mut_ptr();
            let base = repeat(|| memcpy(shared, target, len));
            let ours = repeat(|| {
                // SAFETY: as long as `out`, which is not used elsewhere meanwhile.
                let out = unsafe { std::slice::from_raw_parts_mut(target, len) };
                region.load_into(out).expect("equal lengths");
                consume(target.addr() as u64);
            });
            Ok(beside(job.batch, bytes, base, ours))
        }

        fn $store(job: &Job, bytes: usize) -> Result<(f64, f64), Failure> {
            let len = bytes / size_of::<$type>();
            let region = Region::<[$type]>::options().len(len).memfd("bulk")?;
            let mut memory = vec![<$type>::default(); len + SPARE / size_of::<$type>()];
            let values = &*after_a_line(&mut memory, 0, len);
            let shared = region.as_ptr().cast_mut().cast::<$type>();
            let base = repeat(|| memcpy(values.as_ptr(), shared, len));
            let ours = repeat(|| {
                region.store_from(values).expect("equal lengths");
                consume(region.as_ptr().addr() as u64);
            });
            Ok(beside(job.batch, bytes, base, ours))
        }
    )*};
}

widths! { load_u8 store_u8 u8, load_u16 store_u16 u16, load_u32 store_u32 u32, load_u64 store_u64 u64 }

fn load_all_widths<const OFFSET: usize>(job: &Job) -> Result<Vec<Measured>, Failure> {
    let widths = [load_u8::<OFFSET>, load_u16::<OFFSET>, load_u32::<OFFSET>, load_u64::<OFFSET>];
    all_widths(job, widths)
}

fn store_all_widths(job: &Job) -> Result<Vec<Measured>, Failure> {
    all_widths(job, [store_u8, store_u16, store_u32, store_u64])
}

/// Every width at every size. memcpy is measured alongside each of them, and the median is its point.
fn all_widths(job: &Job, widths: [Pair; 4]) -> Result<Vec<Measured>, Failure> {
    let mut points = Vec::new();
    for bytes in SIZES {
        let mut base = Vec::new();
        for (pair, name) in widths.iter().zip(["u8", "u16", "u32", "u64"]) {
            let (memcpy, ours) = pair(job, bytes)?;
            base.push(memcpy);
            points.push(Measured::new(name, bytes as f64, ours));
        }
        points.push(Measured::new(MEMCPY, bytes as f64, median(&base)));
    }
    Ok(points)
}

fn bandwidth(job: &Job) -> Result<Vec<Measured>, Failure> {
    let mut points = Vec::new();
    for bytes in LENGTHS {
        let (memcpy, ours) = load_u64::<0>(job, bytes)?;
        points.push(Measured::new(MEMCPY, bytes as f64, memcpy));
        points.push(Measured::new("load_into", bytes as f64, ours));
    }
    Ok(points)
}

fn latest(job: &Job) -> Result<Vec<Measured>, Failure> {
    let mut points = Vec::new();
    latest_of::<8>(job, &mut points)?;
    latest_of::<32>(job, &mut points)?;
    latest_of::<128>(job, &mut points)?;
    latest_of::<512>(job, &mut points)?;
    latest_of::<2048>(job, &mut points)?;
    Ok(points)
}

fn latest_of<const WORDS: usize>(job: &Job, points: &mut Vec<Measured>) -> Result<(), Failure> {
    let region = Region::<Latest<[u64; WORDS]>>::options().memfd("latest")?;
    region.store(&[7; WORDS])?;
    let bytes = WORDS * 8;
    // The source of memcpy: as many bytes of another region, at the same alignment.
    let plain = Region::<[u64; WORDS]>::options().memfd("plain")?;
    plain.fill(7);
    let shared = plain.as_ptr().cast::<u64>();
    let mut out = Line([0; WORDS]);
    let target = std::ptr::from_mut(&mut out.0);
    let base = repeat(|| memcpy(shared, target.cast(), WORDS));
    let ours = repeat(|| {
        // SAFETY: `out`, which is not used elsewhere meanwhile.
        let _ = region.load_into(unsafe { &mut *target });
        consume(target.addr() as u64);
    });
    let (memcpy, ours) = beside(job.batch, bytes, base, ours);
    points.push(Measured::new(MEMCPY, bytes as f64, memcpy));
    points.push(Measured::new("Latest", bytes as f64, ours));
    Ok(())
}

fn repeat(mut work: impl FnMut()) -> impl FnMut(u64) {
    move |times| {
        for _ in 0..times {
            work();
        }
    }
}

/// A value that begins with a cache line.
#[repr(C, align(64))]
struct Line<T>(T);

/// The largest number of bytes to a cache line plus the offset after it.
const SPARE: usize = 128;

/// `len` elements, starting `bytes` after the start of a cache line.
fn after_a_line<T>(memory: &mut [T], bytes: usize, len: usize) -> &mut [T] {
    let to_line = memory.as_ptr().align_offset(64);
    &mut memory[to_line + bytes / size_of::<T>()..][..len]
}

/// A call of memcpy, with a length that the compiler does not know.
#[inline]
fn memcpy<T: Copy>(from: *const T, to: *mut T, len: usize) {
    let len = std::hint::black_box(len);
    // SAFETY: one side is a region that only this process has, the other a buffer, both of that length;
    // neither is accessed elsewhere meanwhile.
    unsafe { from.copy_to_nonoverlapping(to, len) };
    consume(to.addr() as u64);
}

/// GB/s of both, batch by batch in turn, so that a disturbance affects both.
fn beside(
    batch: Duration,
    bytes: usize,
    mut base: impl FnMut(u64),
    mut ours: impl FnMut(u64),
) -> (f64, f64) {
    let (base_times, our_times) = (fill(batch, &mut base), fill(batch, &mut ours));
    let speed =
        |times: u64, took: Duration| (times as f64 * bytes as f64) / took.as_secs_f64() / 1e9;
    let (mut base_speeds, mut our_speeds) = (Vec::new(), Vec::new());
    for _ in 0..BATCHES {
        base_speeds.push(speed(base_times, time(base_times, &mut base)));
        our_speeds.push(speed(our_times, time(our_times, &mut ours)));
    }
    (median(&base_speeds), median(&our_speeds))
}
