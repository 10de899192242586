//! The dtype in the JSON form of a schema, against numpy itself.
//!
//! Needs `python3` with numpy; if it is missing, the tests say so and pass.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use std::fs::File;
use std::marker::PhantomData;
use std::num::{NonZeroI16, NonZeroU64};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use shm_core::field::byteorder::{BE, F64, LE, U16, U32, U128};
use shm_core::{
    Bulk, CText, Event, Latest, Mutex, Region, SharedLayout, Watched,
    field::{Be, Le},
};
use support::{Account, Folder, Mode, Pose, printed};

/// A field of every kind.
#[derive(SharedLayout)]
#[repr(C)]
struct Zoo {
    flag: bool,
    small: i8,
    letter: char,
    number: f32,
    grid: [[i16; 3]; 2],
    poses: [Pose; 2],
    mode: Mode,
    modes: [Mode; 3],
    never_zero: NonZeroI16,
    maybe: Option<NonZeroU64>,
    big: Be<u16>,
    little: Le<i32>,
    packed: U32<BE>,
    packed_le: F64<LE>,
    wide: U128<BE>,
    name: CText<8>,
    names: [CText<4>; 2],
    nothing: PhantomData<u64>,
    none: [u32; 0],
    position: Latest<Pose>,
    account: Mutex<Account>,
    level: Watched<u32>,
    alarm: Event,
    tuple: Pair,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pair(u8, U16<BE>);

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u16,
    poses: [Pose],
}

/// Runs the document's function and a program that prints some values of a region as JSON.
fn python(folder: &Folder, region: &Path, program: &str) -> Option<Value> {
    let python =
        |code: &str| Command::new("python3").args(["-c", code]).current_dir(folder.path()).output();
    if !python("import numpy").is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: python3 with numpy is missing");
        return None;
    }
    let document = include_str!("../../docs/schema-json.md");
    let function = document.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let header = shm_core::format::check(&File::open(region).unwrap(), u64::MAX).unwrap();
    let name = region.file_name().unwrap().to_str().unwrap();
    let text = printed(folder, ["export", &format!("./{name}"), "--lang", "json"]);
    std::fs::write(folder.file("schema.json"), text).unwrap();
    let code = format!(
        "import json\nschema = json.load(open('schema.json'))\npath, start = {name:?}, {}\n{function}\n{program}",
        header.data_offset()
    );
    let output = python(&code).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{code}\n{errors}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn fill(zoo: &Region<Zoo>) {
    zoo.flag.set(true);
    zoo.small.set(-5);
    zoo.letter.set('ä');
    zoo.number.set(1.5);
    zoo.grid[1].store_from(&[7, -8, 9]).unwrap();
    zoo.poses[1].store(&Pose { x: 1.0, y: -2.0, heading: 0.5 });
    zoo.mode.set(Mode::Failed);
    zoo.modes[2].set(Mode::Measuring);
    zoo.never_zero.set(NonZeroI16::MIN);
    zoo.maybe.set(NonZeroU64::new(u64::MAX));
    zoo.big.set(0x0102);
    zoo.little.set(-3);
    zoo.packed.set(0x0102_0304);
    zoo.packed_le.set(0.25);
    zoo.name.set("north").unwrap();
    zoo.names[1].set("abcd").unwrap();
    zoo.position.store(&Pose { x: 3.0, y: 4.0, heading: 5.0 }).unwrap();
    zoo.account.lock().unwrap().balance.set(-100);
    zoo.level.set(77);
    zoo.tuple.1.set(0xbeef);
}

#[test]
fn numpy_reads_every_kind_of_field_that_rust_wrote() {
    let folder = Folder::new("numpy");
    let file = folder.file("zoo");
    let zoo = Region::<Zoo>::options()
        .create_with(&file, |view| {
            view.never_zero.set(NonZeroI16::new(1).unwrap());
        })
        .unwrap();
    fill(&zoo);
    let values = python(
        &folder,
        &file,
        "z = np.memmap(path, dtype(schema['numpy']), mode='r', offset=start, shape=())\n\
         text = lambda v: v.tobytes().rstrip(b'\\0').decode()\n\
         print(json.dumps([bool(z['flag']), int(z['small']), str(z['letter']), float(z['number']),\n\
           z['grid'].tolist(), [list(p.item()) for p in z['poses']], int(z['mode']), z['modes'].tolist(),\n\
           int(z['never_zero']), int(z['maybe']), int(z['big']), int(z['little']), int(z['packed']),\n\
           float(z['packed_le']), text(z['name']), [n.decode() for n in z['names']],\n\
           float(z['position']['slots'][int(z['position']['sequence']) % 4]['value']['y']),\n\
           int(z['account']['value']['balance']), int(z['level']['value']), int(z['tuple']['1'])]))",
    );
    let Some(values) = values else { return };
    let expected = json!([
        true,
        -5,
        "ä",
        1.5,
        [[0, 0, 0], [7, -8, 9]],
        [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5]],
        2,
        [0, 0, 1],
        -32768,
        u64::MAX,
        0x0102,
        -3,
        0x0102_0304,
        0.25,
        "north",
        ["", "abcd"],
        4.0,
        -100,
        77,
        0xbeef
    ]);
    assert_eq!(values, expected);
}

#[test]
fn numpy_has_every_field_at_the_offset_of_the_schema() {
    let folder = Folder::new("numpy");
    let file = folder.file("zoo");
    let _zoo = Region::<Zoo>::options()
        .create_with(&file, |view| {
            view.never_zero.set(NonZeroI16::new(1).unwrap());
        })
        .unwrap();
    let differing = python(
        &folder,
        &file,
        "types = schema['types']\n\
         bad = [] if dtype(schema['numpy']).itemsize == schema['size'] else ['size']\n\
         def compare(key, dt):\n\
         \x20   for field in types[key]['fields']:\n\
         \x20       if field['size'] == 0:\n\
         \x20           continue\n\
         \x20       part, offset = dt.fields[field['name']]\n\
         \x20       if (offset, part.itemsize) != (field['offset'], field['size']):\n\
         \x20           bad.append(key + '.' + field['name'])\n\
         \x20       if field['type'] in types and types[field['type']]['kind'] == 'struct':\n\
         \x20           compare(field['type'], part)\n\
         compare(schema['root'], dtype(schema['numpy']))\n\
         print(json.dumps(bad))",
    );
    let Some(differing) = differing else { return };
    assert_eq!(differing, json!([]));
}

#[test]
fn numpy_reads_the_part_whose_length_is_known_at_run_time() {
    let folder = Folder::new("numpy");
    let file = folder.file("frame");
    let frame = Region::<Frame>::options().len(3).create(&file).unwrap();
    frame.width.set(640);
    frame.poses[2].y.set(2.5);
    let values = python(
        &folder,
        &file,
        "head = np.memmap(path, dtype(schema['numpy']), mode='r', offset=start, shape=())\n\
         tail = schema['numpy_tail']\n\
         poses = np.memmap(path, dtype(tail['dtype']), mode='r', offset=start + tail['offset'], shape=(3,))\n\
         print(json.dumps([int(head['width']), poses['y'].tolist()]))",
    );
    let Some(values) = values else { return };
    assert_eq!(values, json!([640, [0.0, 0.0, 2.5]]));
}

#[test]
fn numpy_reads_a_region_that_is_only_a_slice() {
    let folder = Folder::new("numpy");
    let file = folder.file("numbers");
    let _numbers = Region::<[i32]>::create_from(&file, &[3, 1, 4]).unwrap();
    let values = python(
        &folder,
        &file,
        "assert 'numpy' not in schema\n\
         numbers = np.memmap(path, dtype(schema['numpy_tail']['dtype']), mode='r', offset=start, shape=(3,))\n\
         print(json.dumps(numbers.tolist()))",
    );
    let Some(values) = values else { return };
    assert_eq!(values, json!([3, 1, 4]));
}
