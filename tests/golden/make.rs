//! The code that made the golden files. Each was made once; the code is kept to document their contents,
//! and to make files for later additions to version 1 of the format. An existing file is never written
//! again.

use std::num::{NonZeroI64, NonZeroU16, NonZeroU32};
use std::path::Path;

use shm_core::{
    Bulk, Bytes, Mutex, Region, View,
    field::{Be, Le},
    region::RegionOptions,
    traits::{Placeable, Root},
};

use crate::forge::Forged;
use crate::support::Folder;
use crate::types::{
    Account, Bare, Board, Directory, Image, Kinds, Live, Mode, Pair, Pose, Span, Workers, first,
    second, third,
};
use crate::{FILES, golden};

const CREATOR_PID: usize = 20;
const BOOT_ID: usize = 88;
const START_TIME: usize = 104;
const CREATED_AT: usize = 112;
const PARTICIPANTS: u8 = 4;

pub fn pose(x: f64) -> Pose {
    Pose { x, mode: Mode::Busy, path: [[1, 2], [3, 4], [5, 6]] }
}

fn kinds(new: &View<Kinds>) {
    new.u8.set(u8::MAX);
    new.u16.set(0x0102);
    new.u32.set(0x0102_0304);
    new.u64.set(0x0102_0304_0506_0708);
    new.i8.set(i8::MIN);
    new.i16.set(-2);
    new.i32.set(-3);
    new.i64.set(i64::MIN);
    new.f32.set(0.1);
    new.température.set(-21.5);
    new.on.set(true);
    new.letter.set('𝄞');
    new.id.set(NonZeroU16::MAX);
    new.somebody.set(NonZeroI64::new(-7));
    new.big.set(0x0a0b_0c0d);
    new.little.set(2.5);
    new.packed_big.set(0x1112);
    new.packed_little.set(-5);
    new.packed_float.set(0.5);
    new.packed_wide.set(u128::MAX - 1);
    new.label.set("größer").unwrap();
    new.r#type.set(Mode::Lost);
    new.samples.store_from(&[1, 2, 3, 4, u32::MAX]).unwrap();
    new.switches[1][0].set(true);
    new.poses[0].store(&pose(1.0));
    new.poses[1].store(&pose(-2.0));
    new.pair.store(&Pair(9, Be::new(10)));
}

fn live(new: &View<Live>) {
    for x in [1.0, 2.0, 3.0] {
        new.pose.store(&pose(x)).unwrap();
    }
    new.name.store(&"Wetterstation °".parse().unwrap()).unwrap();
    new.packet.store(&Bytes::new(b"\x00\x01\xff").unwrap()).unwrap();
    new.wide.store(&[1, u128::MAX]).unwrap();
    {
        let account = new.account.lock().unwrap();
        account.balance.set(-250);
        account.owner.set("Ada").unwrap();
        account.changes.store(&4).unwrap();
    }
    new.tills[1].lock().unwrap().set(8);
    new.mode.set(Mode::Busy);
    new.bell.notify_all();
    new.started.call_once(|| ()).unwrap();
}

fn board(new: &View<Board>) {
    new.title.set("a title that was replaced").unwrap();
    new.title.set("größer").unwrap();
    new.heights.set(&[1.5, -2.0, 0.25]).unwrap();
    new.pose.set(&pose(4.0)).unwrap();
    new.notes[0].set("a note that was moved").unwrap();
    new.notes[0].move_to(&new.notes[1]).unwrap();
    new.notes[2].set(&"long ".repeat(800)).unwrap();
}

fn directory(new: &View<Directory>) {
    for (age, name) in (20..).zip(["Ada", "Bob", "Cid", "Dan", "Eve", "Fay", "größer als Kurt", ""])
    {
        new.ages.insert(name, &age).unwrap();
    }
    for name in ["Bob", "Eve"] {
        new.ages.remove(name).unwrap();
    }
    new.ages.insert("Ada", &36).unwrap();
    new.by_id.insert(&(1 << 40), &pose(7.0)).unwrap();
    new.by_mode.insert(&Mode::Lost, &"search ".repeat(100)).unwrap();
    new.lists.insert(&"odd".parse().unwrap(), &[1, -3, 5]).unwrap();
    new.empty.insert(&1, &1).unwrap();
    new.empty.clear().unwrap();
}

fn workers(new: &View<Workers>) {
    for (hits, is_folded) in [(5, true), (7, false)] {
        let row = new.tallies.claim().unwrap();
        row.hits.set(hits);
        row.seconds.set(hits as f32 / 2.0);
        if !is_folded {
            // A panic gives it up, and folds nothing.
            let panics = std::panic::AssertUnwindSafe(|| {
                let _row = row;
                panic!("on purpose");
            });
            assert!(std::panic::catch_unwind(panics).is_err());
        }
    }
}

/// The bytes of a new region, the same on every machine with that byte order and at every time.
fn made<T: Root + Placeable + ?Sized>(
    options: RegionOptions<Region<T>>,
    init: impl FnOnce(&View<T>),
) -> Vec<u8> {
    let folder = Folder::new("golden-made");
    let path = folder.file("region");
    drop(options.create_with(&path, init).unwrap());
    anonymous(std::fs::read(path).unwrap())
}

/// Writes a fictitious creator, and removes the participants.
fn anonymous(bytes: Vec<u8>) -> Vec<u8> {
    let mut bytes = Forged(bytes);
    let boot_id: [u8; 16] = std::array::from_fn(|i| i as u8);
    bytes.set(CREATOR_PID, &4711_u32.to_le_bytes());
    bytes.set(BOOT_ID, &boot_id);
    bytes.set(START_TIME, &815_u64.to_le_bytes());
    bytes.set(CREATED_AT, &1_000_000_000_u64.to_le_bytes());
    let has = |kind| bytes.directory().step_by(32).any(|entry| bytes.0[entry] == kind);
    if has(PARTICIPANTS) {
        let section = bytes.section(PARTICIPANTS);
        bytes.0[section].fill(0);
    }
    bytes.seal();
    bytes.0
}

/// Opens a lamp with later programs.
fn grown(programs: impl Fn(&Path)) -> Vec<u8> {
    let folder = Folder::new("golden-grown");
    let path = folder.file("lamp");
    std::fs::write(&path, lamp()).unwrap();
    programs(&path);
    anonymous(std::fs::read(path).unwrap())
}

fn later<T: Root + ?Sized>(path: &Path) -> Region<T> {
    Region::options().after_reboot(true).open(path).unwrap()
}

/// A region with objects in its heap, of which one has no name any more.
fn objects() -> Vec<u8> {
    let folder = Folder::new("golden-objects");
    let path = folder.file("region");
    let region = two::<f64>().heap_max(16 << 10).create(&path).unwrap();
    let heap = region.heap().unwrap();
    heap.named_from::<[i16]>("größen", &[1, -2, 3]).unwrap();
    heap.named_from("limit", &0.5_f64).unwrap();
    let account = heap.named::<Mutex<Account>>("account").unwrap();
    account.lock().unwrap().balance.set(-250);
    assert!(heap.remove("limit").unwrap());
    heap.recover().unwrap();
    drop((account, region));
    anonymous(std::fs::read(path).unwrap())
}

fn lamp() -> Vec<u8> {
    made(Region::<first::Lamp>::options().participants(2), |new| {
        new.bright.set(800.0);
        new.hours.set(1000);
    })
}

/// Takes the annotations out, as if they were longer than a section may be.
fn without_annotations(bytes: Vec<u8>) -> Vec<u8> {
    let mut bytes = Forged(bytes);
    let (section, data) = (bytes.section(2), bytes.entry(3));
    bytes.0[section].fill(0);
    let entry = bytes.0[data..data + 32].to_vec();
    let annotations = bytes.entry(2);
    bytes.set(annotations, &entry);
    bytes.0[data..data + 32].fill(0);
    bytes.0[crate::forge::SECTION_COUNT] -= 1;
    bytes.seal();
    bytes.0
}

/// Options for a region with room for two participants.
fn two<T: Root + ?Sized>() -> RegionOptions<Region<T>> {
    Region::options().participants(2)
}

fn content(name: &str) -> Vec<u8> {
    match name {
        "kinds" => made(two::<Kinds>(), kinds),
        "live" => made(two::<Live>(), live),
        "image" => made(two::<Image>().len(7), |new| {
            new.width.set(7);
            new.pixels.store_from(b"picture").unwrap();
        }),
        "slice" => made(two::<[Le<u16>]>().len(3), |new| {
            (0..3).for_each(|i| new[i].set(i as u16 + 1));
        }),
        "scalar" => made(two::<f64>(), |new| new.set(21.5)),
        "board" => made(two::<Board>().heap_max(16 << 10), board),
        "objects" => objects(),
        "directory" => made(two::<Directory>().heap_max(16 << 10), directory),
        "spans" => made(two::<[Span; 2]>(), |new| {
            new[0].high.set(4);
            new[1].low.set(-1);
        }),
        "workers" => made(two::<Workers>(), workers),
        "lamp" => lamp(),
        "lamp-grown" => grown(|path| {
            later::<second::Lamp>(path).colour.store_from(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        }),
        "lamp-grown-twice" => grown(|path| {
            later::<second::Lamp>(path).colour.store_from(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
            let lamp = later::<third::Lamp>(path);
            let switch = lamp.switch.lock().unwrap();
            switch.user.set(1000);
            switch.times.set(3);
        }),
        "bare" => without_annotations(made(two::<Bare>(), |new| {
            new.number.set(NonZeroU32::MIN);
            new.letters[1].set('b');
        })),
        other => panic!("nothing makes {other}"),
    }
}

/// Makes the files that are not there yet.
pub fn missing() {
    for (name, ..) in FILES {
        let path = golden(name);
        if !path.exists() {
            std::fs::write(path, content(name)).unwrap();
        }
    }
}
