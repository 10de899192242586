//! docs/format.md and the code agree: a decoder written only from the document reads the compiler's
//! layout from real regions, and the document's example is the code's output.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use shm_core::format::{self, Creator, Description, READY, READY_OFFSET};
use shm_core::layout::{Endian, Kind, Layout};
use shm_core::{
    Bytes, CText, Latest, Mutex, Owned, Region, SharedLayout, Text,
    field::{Be, byteorder},
    limits,
    traits::{Placeable, Root},
};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format.md");
const DECODER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/format/decoder.py");

/// A position.
#[derive(SharedLayout)]
#[repr(C)]
struct Pose {
    #[shm(unit = "m")]
    x: f64,
    #[shm(unit = "m")]
    y: f64,
    /// Clockwise from north.
    #[shm(unit = "rad")]
    heading: f32,
}

/// The same structure as a pose under another name.
#[derive(SharedLayout)]
#[repr(C)]
struct Position {
    x: f64,
    y: f64,
    heading: f32,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(i16)]
enum Mode {
    Lost = -1,
    Idle,
    Busy,
}

/// One weather station.
///
/// It stands on a "roof".
#[derive(SharedLayout)]
#[repr(C, align(64))]
struct Station {
    /// In the shade.
    #[shm(unit = "°C")]
    température: f64,
    flags: [[bool; 3]; 2],
    initial: char,
    peer: Option<std::num::NonZeroU32>,
    port: Be<u16>,
    mode: Mode,
    serial: byteorder::U32<byteorder::LE>,
    label: CText<10>,
    pose: Pose,
    places: [Position; 2],
    pair: Pair,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Pair(u8, i64);

/// A picture.
#[derive(SharedLayout)]
#[repr(C)]
struct Image {
    width: u32,
    /// Row by row.
    pixels: [u8],
}

/// Money.
#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    balance: Mutex<i64>,
}

/// A place on the map.
#[derive(SharedLayout)]
#[repr(C)]
struct Place {
    /// East of the tower.
    #[shm(unit = "m")]
    x: f32,
    tags: [u8; 2],
}

fn decode(region: &Path, options: &[&str]) -> String {
    let output = Command::new("python3")
        .args([DECODER, DOCUMENT])
        .arg(region)
        .args(options)
        .env("PYTHONUTF8", "1")
        .output()
        .expect("python3 is needed for this test");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

/// Compares the decoder's output for a new region with the compiler's layout.
fn agrees<T: Root + Placeable + ?Sized>(name: &str, tail_len: Option<usize>, data_len: usize) {
    let path = scratch(name);
    let needs_heap = T::ROOT_LAYOUT.needs_heap();
    let options = Region::<T>::options();
    let options = if needs_heap { options.heap_max(limits::MIN_HEAP_LEN) } else { options };
    let region = match tail_len {
        None => options.create_with(&path, |_| ()),
        Some(len) => options.len(len).create_with(&path, |_| ()),
    };
    drop(region.unwrap());
    let participants = if T::ROOT_LAYOUT.has_locks() { " participants" } else { "" };
    let heap = if needs_heap { " heap" } else { "" };
    let sections = format!("annotations data{heap}{participants} schema");
    reads(&path, T::ROOT_LAYOUT, T::ROOT_LAYOUT, tail_len, data_len, &sections);
    std::fs::remove_file(path).unwrap();
}

/// Compares the decoder's output for a region with its original layout and its current one.
fn reads(
    path: &Path,
    made_with: &Layout,
    now: &Layout,
    tail_len: Option<usize>,
    data_len: usize,
    sections: &str,
) {
    let header = std::fs::read(path).unwrap();
    let checked = format::check(&header[..], header.len() as u64).unwrap();
    let data_offset = checked.data_offset();
    let data_end = data_offset + data_len as u64;
    // A heap is the last section, at the next page.
    let end = match sections.contains("heap") {
        true => data_end.next_multiple_of(4096) + limits::MIN_HEAP_LEN,
        false => data_end,
    };
    let mut expected = format!(
        "byte_order {}\npointer_width {}\ntail_len {}\ncreator_pid {}\ntotal_size {}\n\
         fingerprint {:#018x}\ndata {data_offset} {data_len}\nsections {sections}\n",
        if cfg!(target_endian = "little") { 1 } else { 2 },
        size_of::<usize>(),
        tail_len.unwrap_or(0),
        std::process::id(),
        end,
        made_with.fingerprint(),
    );
    describe(now, "", 0, &mut expected);
    assert_eq!(decode(path, &[]), expected);
}

/// The decoder's lines for a type at an offset, from the compiler's knowledge.
fn describe(layout: &Layout, path: &str, offset: usize, out: &mut String) {
    let shown = if path.is_empty() { "." } else { path };
    let (size, align, facts) = (layout.size(), layout.align(), facts(layout));
    let (name, doc) = (layout.name(), layout.doc());
    writeln!(out, "{shown} {offset} {size} {align} {facts} {name:?} {doc:?}").unwrap();
    match *layout.kind() {
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            for field in fields {
                let (doc, unit, aliases) = (field.doc(), field.unit(), field.aliases());
                let (guard, flags) = (field.guarded_by(), u8::from(field.is_counter()));
                writeln!(out, "  {doc:?} {unit:?} {aliases:?} {guard:?} {flags}").unwrap();
                let path = format!("{path}.{}", field.name());
                describe(field.layout(), &path, offset + field.offset(), out);
            }
        }
        Kind::Array { element, .. } | Kind::Slice { element } => {
            describe(element, &format!("{path}[]"), offset, out);
        }
        _ => {}
    }
}

fn facts(layout: &Layout) -> String {
    match *layout.kind() {
        Kind::Scalar(scalar) => format!("scalar {} 0", scalar.name()),
        Kind::NonZero { scalar, optional } => {
            format!("non_zero {} {}", scalar.name(), u8::from(optional))
        }
        Kind::Enum { repr, variants } => {
            let mut facts = format!("enum {} 0", repr.name());
            for variant in variants {
                write!(facts, " {}={}", variant.name, variant.discriminant as u64).unwrap();
            }
            facts
        }
        Kind::Ordered { scalar, order, packed } => {
            let flags = u8::from(order == Endian::Big) + 2 * u8::from(packed);
            format!("ordered {} {flags}", scalar.name())
        }
        Kind::CText { capacity } => format!("c_text u8 0 {capacity}"),
        Kind::Array { len, .. } => format!("array - 0 {len}"),
        Kind::Slice { .. } => "slice - 0".into(),
        Kind::Struct { .. } => "struct - 0".into(),
        Kind::Live { role, .. } => format!("struct {} 0", role.name()),
        Kind::Marker => "marker - 0".into(),
        Kind::Unknown(unknown) => match unknown {},
    }
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    label: Latest<Text<21>>,
    packets: [Latest<Bytes<100>, 2>; 3],
}

#[test]
fn the_documents_decoder_finds_the_versions_of_a_latest() {
    agrees::<Board>("format-board", None, size_of::<Board>());
}

#[test]
fn the_documents_decoder_reads_a_struct_as_the_compiler_lays_it_out() {
    agrees::<Station>("format-station", None, size_of::<Station>());
}

#[test]
fn the_documents_decoder_reads_roots_that_are_not_structs() {
    agrees::<f64>("format-f64", None, 8);
    agrees::<[i32; 10]>("format-array", None, 40);
    agrees::<[u16]>("format-slice", Some(7), 14);
}

#[test]
fn the_documents_decoder_reads_a_lock() {
    agrees::<Bank>("format-bank", None, size_of::<Bank>());
}

/// Two numbers under one lock.
#[derive(SharedLayout)]
#[repr(C)]
struct Range {
    #[shm(guarded_by = "lock", alias = "bottom")]
    low: f64,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock", unit = "m")]
    high: f64,
    /// Not guarded.
    #[shm(counter)]
    looks: u32,
}

#[test]
fn the_documents_decoder_reads_the_guards_and_flags_of_fields() {
    agrees::<[Range; 2]>("format-range", None, 2 * size_of::<Range>());
}

/// Notes of any length.
#[derive(SharedLayout)]
#[repr(C)]
struct Wall {
    title: Owned<str>,
    heights: [Owned<[f32]>; 2],
    pose: Owned<u128>,
}

#[test]
fn the_documents_decoder_reads_places_and_finds_the_heap() {
    agrees::<Wall>("format-wall", None, size_of::<Wall>());
}

#[test]
fn the_documents_decoder_finds_the_section_of_a_mirror() {
    let path = scratch("format-mirror");
    let region = Region::<u64>::options().mirror(true).create(&path).unwrap();
    drop(region);
    reads(&path, u64::LAYOUT, u64::LAYOUT, None, 8, "annotations data mirror schema");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn the_documents_offsets_in_a_heap_are_the_codes() {
    use shm_core::protocol::heap::section::{FRONTIER, LOCK, LOW, OBJECTS, STILL};
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (_, section) = document.split_once("\n## Heap\n").expect("the section");
    let rows = section.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    let written: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|row| row.split('|').map(str::trim).skip(1).take(3).collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        format!("{LOCK} u32 lock"),
        format!("{STILL} u32 still"),
        format!("{FRONTIER} u64 frontier"),
        format!("{LOW} u64 low"),
        format!("{OBJECTS} u64 object_pages"),
    ];
    assert_eq!(written, expected);
}

#[test]
fn the_documents_words_of_an_object_are_the_codes() {
    use shm_core::protocol::heap::objects::words;
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (_, table) = document.split_once("### Named objects").expect("the section");
    let rows = table.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    let written: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|row| row.split('|').map(str::trim).skip(1).take(2).collect::<Vec<_>>().join(" "))
        .collect();
    let name = words::HEAD..words::HEAD + words::NAME;
    let expected = [
        format!("{} pages", words::PAGES),
        format!("{} state", words::STATE),
        format!("{} value", words::VALUE),
        format!("{} size", words::SIZE),
        format!("{} len", words::LEN),
        format!("{} lens", words::LENS),
        format!("{} name_len", words::NAME_LEN),
        format!("{} align", words::ALIGN),
        format!("{} to {} name", name.start, name.end - 1),
    ];
    assert_eq!(written, expected);
}

#[test]
fn the_documents_classes_of_blocks_are_the_codes() {
    use shm_core::protocol::heap::classes::CLASSES;
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (_, table) = document.split_once("| Class | Size of a block |").expect("the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let written: Vec<_> = rows.map(str::to_owned).collect();
    let classes = CLASSES.iter().enumerate().skip(1).map(|(kind, class)| {
        format!("| {kind} | {} | {} | {} | {} |", class.size, class.pages, class.blocks, class.data)
    });
    assert_eq!(written, classes.collect::<Vec<_>>());
}

#[test]
fn the_documents_decoder_reads_a_struct_with_a_run_time_length() {
    agrees::<Image>("format-image", Some(5), 12);
}

/// A lamp as it was at first, a year later, and today.
mod lamp {
    use shm_core::{Mutex, SharedLayout};

    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 256)]
    pub struct First {
        pub bright: f32,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Second {
        /// Renamed, and described at last.
        #[shm(unit = "lm", alias = "bright")]
        pub brightness: f32,
        pub owner: u32,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Third {
        #[shm(unit = "lm", alias = "bright", alias = "lumen")]
        pub brightness: f32,
        #[shm(alias = "user")]
        pub owner: u32,
        /// For those who switch it.
        pub switch: Mutex<bool>,
    }
}

#[test]
fn the_documents_decoder_reads_what_a_region_has_grown_to_from_either_slot() {
    use lamp::{First, Second, Third};
    let path = scratch("format-grown");
    let sections = "annotations data growth participants schema";
    let matches = |now| reads(&path, First::LAYOUT, now, None, 256, sections);
    drop(Region::<First>::create(&path).unwrap());
    matches(First::LAYOUT);
    drop(Region::<Second>::open(&path).unwrap());
    matches(Second::LAYOUT);
    drop(Region::<Third>::open(&path).unwrap());
    matches(Third::LAYOUT);
    std::fs::remove_file(path).unwrap();
}

/// With `SHM_BLESS=1` the test rewrites the example.
#[test]
fn the_documents_example_is_what_the_code_makes() {
    let boot_id = std::array::from_fn(|i| i as u8);
    let creator = Creator { pid: 4711, start_time: 815, boot_id, created_at: 1_000_000_000 };
    let description = Description::of(Place::LAYOUT).unwrap();
    let composed = format::compose(&description, 0, 8, 0, 0, &creator).unwrap();
    let mut file = composed.header;
    file[READY_OFFSET..][..8].copy_from_slice(&READY.to_le_bytes());
    file.extend_from_slice(&1.5_f32.to_le_bytes());
    file.extend_from_slice(&[7, 9, 0, 0]);
    let path = scratch("format-example");
    std::fs::write(&path, file).unwrap();
    let made = decode(&path, &["--bytes"]);
    std::fs::remove_file(path).unwrap();

    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once("```hexdump\n").unwrap();
    let (written, after) = rest.split_once("```").unwrap();
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(DOCUMENT, format!("{before}```hexdump\n{made}```{after}")).unwrap();
    } else {
        assert_eq!(written, made, "run this test with SHM_BLESS=1 and look at the change");
    }
}

/// The value in the section on values with contents.
#[derive(shm_core::heap::HeapValue)]
struct Job {
    id: u32,
    title: String,
    tags: Vec<u16>,
}

#[test]
fn the_documents_value_with_contents_is_what_the_code_stores() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (_, rest) = document.split_once("```hex\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let mut expected = Vec::new();
    for line in example.lines() {
        let bytes: Vec<_> = line[7..55].split_whitespace().collect();
        let at: usize = line[..5].trim().parse().unwrap();
        expected.resize(at, 0);
        if bytes != [".."] {
            expected.extend(bytes.iter().map(|byte| u8::from_str_radix(byte, 16).unwrap()));
        }
    }
    let path = scratch("contents");
    let place = Region::<shm_core::Owned<Job>>::options().create_or_replace(&path).unwrap();
    place.set(&Job { id: 7, title: "ok".into(), tags: vec![3, 5] }).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let mut stored = (expected.len() as u64).to_le_bytes().to_vec();
    stored.extend(&expected);
    assert_eq!(expected.len(), 46);
    assert!(bytes.windows(stored.len()).any(|part| part == stored), "{expected:x?}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn the_documents_limits_are_the_codes() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let limits = [
        ("sections", u64::from(limits::MAX_SECTIONS)),
        ("schema section in bytes", limits::MAX_SCHEMA_LEN),
        ("annotation section in bytes", limits::MAX_SCHEMA_LEN),
        ("growth section in bytes", limits::MAX_GROWTH_LEN),
        ("heap section in bytes", limits::MAX_HEAP_LEN),
        ("pages of a heap", limits::MAX_HEAP_PAGES),
        ("types", u64::from(limits::MAX_TYPES)),
        ("depth of nesting", u64::from(limits::MAX_DEPTH)),
        ("alignment", u64::from(limits::MAX_ALIGN)),
        ("fields and variants", u64::from(limits::MAX_PARTS)),
        ("name in bytes", limits::MAX_NAME_LEN as u64),
        ("path in bytes", u64::from(limits::MAX_PATH_LEN)),
        ("former names of fields", u64::from(limits::MAX_PARTS)),
        ("region in bytes", i64::MAX as u64),
    ];
    for (what, limit) in limits {
        assert!(document.contains(&format!("| {what} | {limit} |")), "{what}: {limit}");
    }
    let magic = format!("`{}`", hex(&format::MAGIC));
    let ready = format!("`{}`", hex(&READY.to_le_bytes()));
    assert!(document.contains(&magic) && document.contains(&ready), "{magic} {ready}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
