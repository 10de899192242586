//! The cost of a bulk copy beside memcpy, which has a different meaning (it may tear the bytes that it
//! copies) and is the lower limit: `cargo run --release -p shm-core --example copy_cost`.
//!
//! The two take turns in short rounds, so that anything that slows the machine down affects both.
//! Printed are the ratio of the fastest rounds, and their time.
#![allow(clippy::print_stdout, reason = "it is here to print")]

use std::hint::black_box;
use std::time::Instant;

use shm_core::{
    Bulk, Field, Latest, ReadWrite, Region, SharedLayout,
    traits::{Placeable, Plain, Scalar, ValidZeroed},
};

/// Lengths in bytes: below and above a cache line, not a power of two, within L1, beyond L1, beyond L2.
const LENGTHS: [usize; 8] = [16, 64, 120, 256, 1000, 4096, 64 << 10, 2 << 20];

fn main() {
    println!("{:24}{}", "ratio to memcpy (ns)", LENGTHS.map(|len| format!("{len:>16}")).concat());
    table::<u8>("u8", 7);
    table::<u16>("u16", 7);
    table::<u32>("u32", 7);
    table::<u64>("u64", 7);
    structs();
    latest();
}

/// Work that copies a number of bytes.
type Work<'a> = &'a mut dyn FnMut();

/// Returns the best time of each, in nanoseconds, while they take turns.
fn best_of(ours: Work<'_>, floor: Work<'_>, bytes: usize) -> (f64, f64) {
    let calls = (200_000 / (bytes + 64)).max(4);
    let rounds = if bytes > 100_000 { 60 } else { 2_000 };
    let mut best = (f64::MAX, f64::MAX);
    for _ in 0..rounds {
        best.0 = best.0.min(round(ours, calls));
        best.1 = best.1.min(round(floor, calls));
    }
    best
}

fn round(work: Work<'_>, calls: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed().as_nanos() as f64 / calls as f64
}

fn cell(ours: Work<'_>, floor: Work<'_>, bytes: usize) -> String {
    let (ours, floor) = best_of(ours, floor, bytes);
    format!("{:>16}", format!("{:.2} ({ours:.1})", ours / floor))
}

/// A scalar whose shared form is a [`Field`], as that of every scalar is.
trait Number: Scalar + Plain<View<ReadWrite> = Field<Self>> {}

impl<T: Scalar + Plain<View<ReadWrite> = Field<T>>> Number for T {}

/// Loads, stores and fills of slices of one scalar.
fn table<T>(name: &str, value: T)
where
    T: Number + ValidZeroed + Placeable,
{
    let most = LENGTHS.into_iter().max().unwrap_or_default() / size_of::<T>();
    let region = Region::<[T]>::options().len(most).private().expect("memory");
    region.fill(value);
    let (mut ours, mut floor) = (vec![value; most], vec![value; most]);
    let row = |what: &str, cells: Vec<String>| println!("{name:4}{what:20}{}", cells.concat());
    let counts = || LENGTHS.into_iter().map(|len| (len, len / size_of::<T>()));

    let loads = counts().map(|(len, n)| {
        cell(
            &mut || load(black_box(&region[..n]), black_box(&mut ours[..n])),
            &mut || copy_out(black_box(&region[..n]), black_box(&mut floor[..n])),
            len,
        )
    });
    row("load_into", loads.collect());
    let stores = counts().map(|(len, n)| {
        cell(
            &mut || store(black_box(&region[..n]), black_box(&ours[..n])),
            &mut || copy_in(black_box(&region[..n]), black_box(&floor[..n])),
            len,
        )
    });
    row("store_from", stores.collect());
    let fills = counts().map(|(len, n)| {
        cell(
            &mut || fill(black_box(&region[..n]), black_box(value)),
            &mut || black_box(&mut floor[..n]).fill(black_box(value)),
            len,
        )
    });
    row("fill, beside memset", fills.collect());
}

#[inline(never)]
fn load<T: Number>(from: &[Field<T>], to: &mut [T]) {
    from.load_into(to).expect("equal lengths");
}

#[inline(never)]
fn store<T: Number>(to: &[Field<T>], from: &[T]) {
    to.store_from(from).expect("equal lengths");
}

#[inline(never)]
fn fill<T: Number>(to: &[Field<T>], value: T) {
    to.fill(value);
}

#[inline(never)]
fn copy_out<T: Scalar>(from: &[Field<T>], to: &mut [T]) {
    // SAFETY: equal lengths, no overlap, and no other user of this private region.
    unsafe { to.as_mut_ptr().copy_from_nonoverlapping(from.as_ptr().cast(), to.len()) };
}

#[inline(never)]
fn copy_in<T: Scalar>(to: &[Field<T>], from: &[T]) {
    let target = to.as_ptr().cast_mut().cast::<T>();
    // SAFETY: as in `copy_out`; a field is an atomic, which may be written through `&`.
    unsafe { target.copy_from_nonoverlapping(from.as_ptr(), from.len()) };
}

/// 64 bytes, without padding.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Line([u64; 8]);

/// 64 bytes, of which the last four are padding.
#[derive(SharedLayout, Clone, Copy, Default)]
#[repr(C)]
struct Pose {
    position: [f64; 3],
    speed: [f64; 3],
    stamp: u64,
    heading: f32,
}

/// 4 KiB of fields and arrays.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Page {
    stamp: u64,
    number: u32,
    flags: u32,
    samples: [u64; 510],
}

/// 32 bytes of numbers.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Point {
    position: [f64; 3],
    heading: f32,
    flags: u32,
}

/// Slices of structs are copied as a whole if any bytes are valid for them.
fn structs() {
    const POINT: Point = Point { position: [1.0, 2.0, 3.0], heading: 4.0, flags: 5 };
    let region = Region::<[Point; 128]>::options().private().expect("memory");
    region.fill(POINT);
    let (mut ours, mut floor, source) = ([POINT; 128], [POINT; 128], [POINT; 128]);
    let load = cell(
        &mut || black_box(&region).load_into(black_box(&mut ours)).expect("equal lengths"),
        &mut || copy(black_box(&source), black_box(&mut floor)),
        4096,
    );
    let store = cell(
        &mut || black_box(&region).store_from(black_box(&source)).expect("equal lengths"),
        &mut || copy(black_box(&source), black_box(&mut floor)),
        4096,
    );
    println!("\n{:36}{:>16}{:>16}", "4 KiB of structs, beside memcpy", "load_into", "store_from");
    println!("{:36}{load}{store}", "structs of 32 B");
}

fn latest() {
    println!("\n{:36}{:>16}{:>16}", "Latest, beside memcpy", "load_into", "publisher");
    snapshot("struct of 64 B", Line([7; 8]));
    snapshot("struct of 64 B with padding", Pose::default());
    snapshot("struct of 4 KiB", Page { stamp: 7, number: 7, flags: 7, samples: [7; 510] });
}

fn snapshot<T: Plain + ValidZeroed + Copy>(name: &str, value: T) {
    let region = Region::<Latest<T>>::options().private().expect("memory");
    let mut publisher = region.publisher().expect("no other writer");
    let (mut ours, mut floor, source) = (value, value, value);
    publisher.store(&value);
    let load = cell(
        &mut || snapshot_load(black_box(&region), black_box(&mut ours)),
        &mut || copy(black_box(&source), black_box(&mut floor)),
        size_of::<T>(),
    );
    let store = cell(
        &mut || {
            publisher.store(black_box(&source));
        },
        &mut || copy(black_box(&source), black_box(&mut floor)),
        size_of::<T>(),
    );
    println!("{name:36}{load}{store}");
}

#[inline(never)]
fn snapshot_load<T: Plain + ValidZeroed>(region: &Region<Latest<T>>, out: &mut T) {
    region.load_into(out).expect("no writer");
}

#[inline(never)]
fn copy<T: Copy>(from: &T, to: &mut T) {
    *to = *from;
}
