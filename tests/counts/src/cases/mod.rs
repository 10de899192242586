//! The counted cases.

use std::cell::RefCell;
use std::hint::black_box;

use shm_core::{Event, Latest, Mutex, Once, Region, RwLock, Semaphore, SharedLayout, Watched};

mod bulk;
mod dynamic;
mod fields;
mod heap;
mod latest;
mod opening;
mod queue;
mod thousand;
mod waiting;

/// The operation that is run once and counted, with everything that it needs.
pub(crate) type Work = Box<dyn Fn()>;

/// Something whose instructions are counted.
pub(crate) struct Case {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// Prepares the work, which is not counted.
    pub(crate) prepare: fn() -> Work,
}

fn case(name: &'static str, prepare: fn() -> Work) -> Case {
    Case { name, prepare }
}

/// Every case, in the order of the table.
pub(crate) fn all() -> Vec<Case> {
    let groups = [
        fields::cases(),
        bulk::cases(),
        latest::cases(),
        waiting::cases(),
        queue::cases(),
        opening::cases(),
        dynamic::cases(),
        heap::cases(),
    ];
    groups.into_iter().flatten().collect()
}

/// The overhead of counting, which is subtracted from the other cases.
pub(crate) fn nothing() -> Work {
    on_region(|region| {
        black_box(region);
    })
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    position: [f64; 3],
    heading: f32,
    flags: u32,
}

const POSE: Pose = Pose { position: [1.0, 2.0, 3.0], heading: 4.0, flags: 5 };

/// 64 bytes, of every kind.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Mixed {
    stamp: u64,
    pose: Pose,
    small: [u8; 8],
    moving: bool,
    letter: char,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Line([u64; 8]);

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Page([u64; 512]);

#[derive(SharedLayout)]
#[repr(C)]
struct Everything {
    number: u64,
    poses: [Pose; 4],
    mixed: Mixed,
    bytes: [u8; 4096],
    samples: [u32; 1024],
    words: [u64; 512],
    track: [Pose; 128],
    line: Latest<Line>,
    mixed_line: Latest<Mixed>,
    page: Latest<Page>,
    lock: Mutex<u64>,
    event: Event,
    watched: Watched<u64>,
    once: Once,
    shared: RwLock<u64>,
    permits: Semaphore<3>,
}

/// Work on one region in memory that processes share.
fn on_region(work: fn(&Region<Everything>)) -> Work {
    let region = Region::<Everything>::options().anonymous().expect("memory");
    Box::new(move || work(&region))
}

/// A buffer on a page boundary: the form of a copy depends on the addresses of both sides.
#[repr(C, align(4096))]
struct Buffer<B>(B);

/// Work that copies between a region and a buffer.
fn with_buffer<B: 'static>(buffer: B, work: fn(&Region<Everything>, &mut B)) -> Work {
    let region = Region::<Everything>::options().anonymous().expect("memory");
    let buffer = RefCell::new(Box::new(Buffer(buffer)));
    Box::new(move || work(&region, &mut buffer.borrow_mut().0))
}
