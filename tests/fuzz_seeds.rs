//! The fuzzer starts from regions of today's format: `fuzz/seeds/`.

mod support;

use std::num::NonZeroU16;
use std::path::Path;

use shm_core::format::{self, Creator, Description, READY, READY_OFFSET};
use shm_core::{
    CText, Mutex, Region, SharedLayout,
    field::{Be, byteorder},
    traits::Root,
};
use support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Pose {
    x: f64,
    heading: f32,
}

/// The type that the fuzz target expects.
#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    poses: [Pose; 2],
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i8)]
enum Mode {
    Lost = -1,
    Idle,
}

/// One of every other kind.
#[derive(SharedLayout)]
#[repr(C)]
struct Kinds {
    /// A doc comment.
    #[shm(unit = "m")]
    nested: [[bool; 2]; 3],
    letter: char,
    id: NonZeroU16,
    port: Be<u16>,
    packed: byteorder::U32<byteorder::BE>,
    peer: Option<NonZeroU16>,
    label: CText<5>,
    mode: Mode,
    marker: std::marker::PhantomData<u8>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Image {
    width: u32,
    pixels: [u8],
}

/// A lock, and so participants.
#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    balance: Mutex<u64>,
}

/// A station with a field more.
#[derive(SharedLayout)]
#[repr(C)]
struct LaterStation {
    temperature: f64,
    poses: [Pose; 2],
    #[shm(alias = "wet")]
    humidity: f32,
}

/// The bytes of a region, all of whose values are zero.
fn region<T: Root + ?Sized>(tail_len: usize) -> Vec<u8> {
    let size = T::TAIL.map_or(T::ROOT_LAYOUT.size(), |tail| tail.size_for(tail_len).unwrap());
    region_of::<T>(tail_len, size)
}

/// A region that was made for a station, has room, and has grown.
fn grown() -> Vec<u8> {
    let folder = Folder::new("fuzz-seeds");
    let path = folder.file("grown");
    std::fs::write(&path, region_of::<Station>(0, 64)).unwrap();
    let options = Region::<LaterStation>::options().after_reboot(true);
    options.open(&path).unwrap().humidity.set(0.0);
    std::fs::read(path).unwrap()
}

fn region_of<T: Root + ?Sized>(tail_len: usize, size: usize) -> Vec<u8> {
    let creator = Creator { pid: 1, start_time: 2, boot_id: [3; 16], created_at: 4 };
    let description = Description::of(T::ROOT_LAYOUT).unwrap();
    let composed =
        format::compose(&description, tail_len as u64, size as u64, 2, 0, &creator).unwrap();
    let mut bytes = composed.header;
    bytes[READY_OFFSET..][..8].copy_from_slice(&READY.to_le_bytes());
    bytes.resize(composed.total_size as usize, 0);
    bytes
}

/// With `SHM_BLESS=1` the test rewrites them.
#[test]
fn the_fuzzers_seeds_are_what_the_code_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/decoder");
    let seeds = [
        ("station", region::<Station>(0)),
        ("kinds", region::<Kinds>(0)),
        ("image", region::<Image>(3)),
        ("slice", region::<[u64]>(2)),
        ("scalar", region::<f64>(0)),
        ("bank", region::<Bank>(0)),
        ("room", region_of::<Station>(0, 64)),
        ("grown", grown()),
    ];
    for (name, bytes) in seeds {
        let path = folder.join(name);
        if std::env::var_os("SHM_BLESS").is_some() {
            std::fs::write(&path, &bytes).unwrap();
        }
        let written = std::fs::read(&path).unwrap();
        assert!(written == bytes, "{name} is stale: run this test with SHM_BLESS=1");
    }
}
