//! The promise of format version 1: every region of this version opens for ever, by its type and
//! without it, and holds what it held.
//!
//! `v1/` has one small region of each kind. They were made once, on a little-endian machine with 64-bit
//! addresses, and are **never made again**: a test that fails here has found a change that breaks
//! existing regions, and the change must be undone. `SHM_MAKE_GOLDEN=1` makes missing files, for later
//! additions to the format; it never overwrites one. List the new bytes here then.
#![cfg(target_endian = "little")]

#[path = "../format/forge.rs"]
#[allow(dead_code, reason = "each test file uses a part of this")]
mod forge;
mod make;
#[path = "../support/mod.rs"]
mod support;
mod types;

use std::num::{NonZeroI64, NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};

use make::pose;
use shm_core::format::{self, SectionKind};
use shm_core::inspect::Liveness;
use shm_core::layout::{Layout, fnv1a};
use shm_core::schema::Schema;
use shm_core::{
    Bulk, DynRegion, Mutex, Region, SharedLayout,
    field::{Be, Le},
    traits::Root,
};
use support::Folder;
use types::{
    Account, Bare, Board, Directory, Image, Kinds, Live, Mode, Pair, Span, Tally, Workers, first,
    fourth, second, third,
};

/// The name, the length and the FNV-1a hash of each file.
const FILES: &[(&str, usize, u64)] = &[
    ("kinds", 3520, 0xcd91091fd9f1fe83),
    ("live", 6208, 0x976ede3cb8d151d0),
    ("image", 664, 0x68f91c23bed30eea),
    ("slice", 390, 0x26f290ae95c1a48a),
    ("scalar", 328, 0x2897843463f54f01),
    ("lamp", 10048, 0xaccb715019a3cdcd),
    ("lamp-grown", 10048, 0xaab9ee5e54242686),
    ("lamp-grown-twice", 10048, 0x8dcc0979b39fa341),
    ("bare", 588, 0xaecffe40c490d482),
    ("board", 20480, 0xd184c829f428cf5c),
    ("objects", 20480, 0x87f5b52403212292),
    ("directory", 20480, 0xc7faa38056f6408d),
    ("spans", 992, 0x286ab950d408b994),
    ("workers", 1600, 0x91ef182379483865),
];

fn golden(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1");
    Path::new(folder).join(format!("{name}.region"))
}

/// A copy of a golden file, which tests may change.
struct Copy {
    _folder: Folder,
    path: PathBuf,
}

impl Copy {
    fn of(name: &str) -> Self {
        let folder = Folder::new(&format!("golden-{name}"));
        let path = folder.file("region");
        std::fs::write(&path, std::fs::read(golden(name)).unwrap()).unwrap();
        Self { _folder: folder, path }
    }

    /// Opened by its type, for writing.
    fn typed<T: Root + ?Sized>(&self) -> Region<T> {
        Region::options().after_reboot(true).open(&self.path).unwrap()
    }

    /// Opened by its schema.
    fn dynamic(&self) -> DynRegion {
        DynRegion::options().after_reboot(true).open(&self.path).unwrap()
    }

    /// Every path with its value, for the requested ones.
    fn shows(&self, values: &[(&str, &str)]) {
        let region = self.dynamic();
        for (path, value) in values {
            assert_eq!(region.get(path).unwrap().to_string(), *value, "{path}");
        }
    }

    /// The path, unit and doc comment of each field, for the requested ones.
    fn says(&self, notes: &[(&str, &str, &str)]) {
        let region = self.dynamic();
        for (path, unit, doc) in notes {
            let field = region.fields().find(|field| field.path() == *path).expect(path);
            assert_eq!((field.unit(), field.doc()), (*unit, *doc), "{path}");
        }
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }
}

/// Layouts are compared by their schema bytes and named by their fingerprints: neither may ever come
/// out otherwise for the same struct.
fn has_the_schema_of(name: &str, layout: &'static Layout) {
    let bytes = std::fs::read(golden(name)).unwrap();
    let checked = format::check(&bytes[..], bytes.len() as u64).unwrap();
    assert_eq!(checked.schema_bytes(), Schema::of(layout).unwrap().to_bytes(), "{name}");
    assert_eq!(checked.fingerprint(), layout.fingerprint(), "{name}");
}

#[test]
fn no_golden_file_is_missing_or_changed() {
    if std::env::var_os("SHM_MAKE_GOLDEN").is_some() {
        make::missing();
    }
    let folder = golden("").parent().unwrap().to_owned();
    let is_region = |path: &PathBuf| path.extension().is_some_and(|end| end == "region");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = entries.filter(is_region).collect();
    let mut listed: Vec<_> = FILES.iter().map(|(name, ..)| golden(name)).collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed, "missing or not listed; they are never made again");
    for &(name, len, hash) in FILES {
        let bytes = std::fs::read(golden(name)).unwrap();
        assert_eq!(
            (bytes.len(), format!("{:#018x}", fnv1a(&bytes))),
            (len, format!("{hash:#018x}")),
            "{name} was changed: take it back from the history; regions like it exist"
        );
    }
}

#[test]
fn the_layouts_of_the_golden_files_are_what_they_were() {
    has_the_schema_of("kinds", Kinds::LAYOUT);
    has_the_schema_of("live", Live::LAYOUT);
    has_the_schema_of("board", Board::LAYOUT);
    has_the_schema_of("directory", Directory::LAYOUT);
    has_the_schema_of("spans", <[Span; 2]>::LAYOUT);
    has_the_schema_of("workers", Workers::LAYOUT);
    has_the_schema_of("image", Image::ROOT_LAYOUT);
    has_the_schema_of("slice", <[Le<u16>]>::ROOT_LAYOUT);
    has_the_schema_of("scalar", f64::LAYOUT);
    for lamp in ["lamp", "lamp-grown", "lamp-grown-twice"] {
        has_the_schema_of(lamp, first::Lamp::LAYOUT);
    }
    has_the_schema_of("bare", Bare::LAYOUT);
}

#[test]
fn fields_of_every_kind_are_read_and_written_by_their_type() {
    let kinds = Copy::of("kinds").typed::<Kinds>();
    assert_eq!((kinds.u8.get(), kinds.u16.get()), (u8::MAX, 0x0102));
    assert_eq!((kinds.u32.get(), kinds.u64.get()), (0x0102_0304, 0x0102_0304_0506_0708));
    assert_eq!((kinds.i8.get(), kinds.i16.get()), (i8::MIN, -2));
    assert_eq!((kinds.i32.get(), kinds.i64.get()), (-3, i64::MIN));
    assert_eq!((kinds.f32.get(), kinds.température.get()), (0.1, -21.5));
    assert_eq!((kinds.on.get(), kinds.off.get()), (true, false));
    assert_eq!((kinds.letter.get(), kinds.id.get()), (Ok('𝄞'), Ok(NonZeroU16::MAX)));
    assert_eq!((kinds.nobody.get(), kinds.somebody.get()), (Ok(None), Ok(NonZeroI64::new(-7))));
    assert_eq!((kinds.big.get(), kinds.little.get()), (0x0a0b_0c0d, 2.5));
    assert_eq!((kinds.packed_big.get(), kinds.packed_little.get()), (0x1112, -5));
    assert_eq!((kinds.packed_float.get(), kinds.packed_wide.get()), (0.5, u128::MAX - 1));
    assert_eq!((kinds.label.get().to_str(), kinds.r#type.get()), (Ok("größer"), Ok(Mode::Lost)));
    assert_eq!(kinds.samples.load_vec().unwrap(), [1, 2, 3, 4, u32::MAX]);
    assert_eq!(kinds.switches[1].load_vec().unwrap(), [true, false]);
    assert_eq!((kinds.poses[0].load(), kinds.poses[1].load()), (Ok(pose(1.0)), Ok(pose(-2.0))));
    assert_eq!(kinds.pair.load().unwrap(), Pair(9, Be::new(10)));
    kinds.r#type.set(Mode::Busy);
    assert_eq!(kinds.r#type.get(), Ok(Mode::Busy));
}

#[test]
fn fields_of_every_kind_are_read_by_name_with_what_was_written_about_them() {
    let copy = Copy::of("kinds");
    copy.shows(&[
        ("u8", "255"),
        ("u16", "258"),
        ("u32", "16909060"),
        ("u64", "72623859790382856"),
        ("i8", "-128"),
        ("i16", "-2"),
        ("i32", "-3"),
        ("i64", "-9223372036854775808"),
        ("f32", "0.1"),
        ("température", "-21.5"),
        ("on", "true"),
        ("off", "false"),
        ("letter", "'𝄞'"),
        ("id", "65535"),
        ("nobody", "None"),
        ("somebody", "-7"),
        ("big", "168496141"),
        ("little", "2.5"),
        ("packed_big", "4370"),
        ("packed_little", "-5"),
        ("packed_float", "0.5"),
        ("packed_wide", "340282366920938463463374607431768211454"),
        ("label", "\"größer\""),
        ("type", "Lost"),
        ("samples", "[1, 2, 3, 4, 4294967295]"),
        ("switches", "[[false, false], [true, false]]"),
        ("poses[1].x", "-2.0"),
        ("poses[0].mode", "Busy"),
        ("poses[0].path[2]", "[5, 6]"),
        ("pair.0", "9"),
        ("pair.1", "10"),
    ]);
    copy.says(&[("température", "°C", "In the shade."), ("u8", "", ""), ("off", "", "")]);
    let region = copy.dynamic();
    let root = region.schema().root();
    assert_eq!(root.name(), "Kinds");
    let doc = "A field of every kind.\n\nAnd a comment of two paragraphs, with \"quotes\" and a °.";
    assert_eq!(root.doc(), doc);
    let paths: Vec<_> = region.fields().map(|field| field.path().to_owned()).collect();
    assert_eq!(paths.iter().filter(|path| !path.as_str().contains(['.', '['])).count(), 29);
}

#[test]
fn versions_and_locks_still_work_by_their_type() {
    let live = Copy::of("live").typed::<Live>();
    assert_eq!((live.pose.version(), live.pose.load().unwrap()), (3, pose(3.0)));
    assert_eq!(live.name.load().unwrap().as_str(), "Wetterstation °");
    assert_eq!(live.packet.load().unwrap().as_slice(), b"\x00\x01\xff");
    assert_eq!(live.wide.load().unwrap(), [1, u128::MAX]);
    assert_eq!(live.pose.store(&pose(4.0)).unwrap(), 4);
    {
        let account = live.account.lock().unwrap();
        assert_eq!(account.balance.get(), -250);
        assert_eq!(account.owner.get().unwrap().as_str(), "Ada");
        assert_eq!(account.changes.load().unwrap(), 4);
        account.changes.store(&5).unwrap();
    }
    let tills = live.tills.each_ref().map(|till| till.lock().unwrap().get());
    assert_eq!((tills, live.mode.get()), ([0, 8], Ok(Mode::Busy)));
    assert!(live.started.is_done() && !live.stopped.is_done());
    live.stopped.call_once(|| live.mode.set(Mode::Idle)).unwrap();
    live.bell.notify_one();
    assert_eq!(live.mode.get(), Ok(Mode::Idle));
}

#[test]
fn versions_and_locks_still_work_by_name() {
    let copy = Copy::of("live");
    copy.shows(&[
        ("pose.x", "3.0"),
        ("pose.mode", "Busy"),
        ("pose.sequence", "3"),
        ("name", "\"Wetterstation °\""),
        ("wide", "[1, 340282366920938463463374607431768211455]"),
        ("account.balance", "-250"),
        ("account.owner", "\"Ada\""),
        ("account.changes", "4"),
        ("tills[1]", "8"),
        ("mode", "Busy"),
    ]);
    copy.says(&[("pose", "", "Three versions old."), ("account.balance", "cent", "")]);
    let region = copy.dynamic();
    region.set("pose.x", 4.0).unwrap();
    region.lock("account").unwrap().set("balance", 1).unwrap();
    copy.shows(&[("pose.x", "4.0"), ("pose.sequence", "4"), ("account.balance", "1")]);
}

#[test]
fn values_in_a_heap_are_read_and_replaced_by_their_type_and_read_by_name() {
    let copy = Copy::of("board");
    copy.shows(&[
        ("title", "\"größer\""),
        ("heights", "[1.5, -2.0, 0.25]"),
        ("notes[0]", "\"\""),
        ("notes[1]", "\"a note that was moved\""),
    ]);
    copy.says(&[("heights", "m", ""), ("title", "", "In large letters.")]);
    let board = copy.typed::<Board>();
    assert_eq!(board.title.load().unwrap(), "größer");
    assert_eq!(board.heights.load().unwrap(), [1.5, -2.0, 0.25]);
    assert_eq!(board.pose.load().unwrap(), Some(pose(4.0)));
    assert_eq!(board.notes[2].load().unwrap(), "long ".repeat(800));
    let heap = board.heap().unwrap();
    assert!(heap.audit().faults.is_empty());
    assert_eq!(heap.stats().linked, 5);
    board.notes[2].set("short").unwrap();
    board.notes[0].set(&"new ".repeat(900)).unwrap();
    board.title.clear().unwrap();
    drop(board);
    copy.shows(&[("title", "\"\""), ("notes[2]", "\"short\"")]);
    assert_eq!(copy.typed::<Board>().notes[0].load().unwrap(), "new ".repeat(900));
}

#[test]
fn named_objects_are_found_by_their_type_and_without_it_and_free_memory_is_used_again() {
    let copy = Copy::of("objects");
    let region = copy.typed::<f64>();
    let heap = region.heap().unwrap();
    assert!(heap.audit().faults.is_empty());
    let stats = heap.stats();
    assert_eq!((stats.objects, stats.free_objects, stats.object_pages), (2, 1, 4));
    let account = heap.find::<Mutex<Account>>("account").unwrap().unwrap();
    assert_eq!(account.lock().unwrap().balance.get(), -250);
    let sizes = heap.named_slice::<[i16]>("größen", 3).unwrap();
    assert_eq!((sizes.constructed(), sizes[1].get()), (false, -2));
    assert!(heap.find::<f64>("limit").unwrap().is_none());
    let by_name = copy.dynamic().object("account").unwrap().unwrap();
    assert_eq!(by_name.get("balance").unwrap().to_string(), "-250");
    assert_eq!(by_name.field("balance").unwrap().unit(), "cent");
    let limit = heap.named::<f64>("limit").unwrap();
    assert!(limit.constructed() && limit.get() == 0.0);
    assert_eq!(heap.stats().object_pages, 4);

    // Older regions have none, and room for some.
    let older = Copy::of("board").typed::<Board>();
    let heap = older.heap().unwrap();
    assert!(heap.objects().is_empty() && heap.stats().object_pages == 0);
    heap.named::<f64>("limit").unwrap().set(1.5);
    assert_eq!(heap.find::<f64>("limit").unwrap().unwrap().get(), 1.5);
    assert_eq!((heap.stats().linked, older.title.load().unwrap().as_str()), (5, "größer"));
    assert!(heap.audit().faults.is_empty());
}

#[test]
fn lengths_that_were_known_at_run_time_are_read_from_the_file() {
    let (image, slice) = (Copy::of("image"), Copy::of("slice"));
    let typed = image.typed::<Image>();
    assert_eq!((typed.width.get(), typed.height.get(), typed.pixels.len()), (7, 0, 7));
    assert_eq!(typed.pixels.load_vec().unwrap(), b"picture");
    let typed = slice.typed::<[Le<u16>]>();
    assert_eq!(typed.iter().map(|word| word.get()).collect::<Vec<_>>(), [1, 2, 3]);
    image.shows(&[("width", "7"), ("pixels[1..3]", "[105, 99]")]);
    image.says(&[("pixels", "", "Row by row.")]);
    slice.shows(&[("", "[1, 2, 3]"), ("[2]", "3")]);
    assert_eq!((image.dynamic().len(), slice.dynamic().len()), (Some(7), Some(3)));
}

#[test]
fn a_scalar_can_be_the_whole() {
    let copy = Copy::of("scalar");
    assert_eq!(copy.typed::<f64>().get(), 21.5);
    copy.shows(&[("", "21.5")]);
    assert_eq!(copy.dynamic().schema().root().name(), "f64");
}

#[test]
fn a_region_without_annotations_has_its_names_and_nothing_more() {
    let copy = Copy::of("bare");
    let typed = copy.typed::<Bare>();
    assert_eq!((typed.number.get(), typed.letters[1].get()), (Ok(NonZeroU32::MIN), Ok('b')));
    copy.shows(&[("number", "1"), ("letters", "['\\0', 'b']")]);
    copy.says(&[("number", "", "")]);
    assert!(copy.dynamic().schema().annotations().is_none());
}

#[test]
fn guarded_fields_are_known_by_name_and_take_their_lock_years_later() {
    let copy = Copy::of("spans");
    copy.shows(&[("[0].high", "4"), ("[1].low", "-1"), ("[1].looks", "0")]);
    let region = copy.dynamic();
    for (path, lock) in [("[0].low", "lock"), ("[1].high", "lock"), ("[0].looks", "")] {
        assert_eq!(region.field(path).unwrap().guarded_by(), lock, "{path}");
    }
    assert_eq!(region.field("[1].high").unwrap().unit(), "mm");
    let typed = copy.typed::<[Span; 2]>();
    let held = typed[1].lock.lock().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(copy.dynamic().try_set("[1].low", 5).is_err());
            copy.dynamic().set("[0].low", 5).unwrap();
        });
    });
    drop(held);
    region.set("[1].low", 6).unwrap();
    assert_eq!((typed[0].low.get(), typed[1].low.get()), (5, 6));
}

#[test]
fn the_entries_of_maps_are_found_by_type_and_by_name_and_change_years_later() {
    let copy = Copy::of("directory");
    copy.shows(&[
        ("ages[Ada]", "36"),
        (r#"ages["größer als Kurt"]"#, "26"),
        (r#"ages[""]"#, "27"),
        ("by_id[1099511627776].x", "7.0"),
        ("by_id[1099511627776].path[1]", "[3, 4]"),
        ("lists[odd]", "[1, -3, 5]"),
        ("empty", "[]"),
    ]);
    copy.says(&[("ages", "", "Grown, with keys that were removed.")]);
    let directory = copy.typed::<Directory>();
    let mut ages = directory.ages.entries().unwrap();
    ages.sort();
    let expected =
        [("", 27), ("Ada", 36), ("Cid", 22), ("Dan", 23), ("Fay", 25), ("größer als Kurt", 26)];
    assert_eq!(ages, expected.map(|(name, age)| (name.to_owned(), age)));
    assert_eq!(directory.by_id.get(&(1 << 40)).unwrap(), Some(pose(7.0)));
    assert_eq!(directory.by_mode.get(&Mode::Lost).unwrap(), Some("search ".repeat(100)));
    assert_eq!((directory.empty.len().unwrap(), directory.ages.get("Bob").unwrap()), (0, None));
    assert!(directory.heap().unwrap().audit().faults.is_empty());
    for round in 0..30 {
        directory.ages.insert(&format!("key {round}"), &round).unwrap();
    }
    assert_eq!(directory.ages.len().unwrap(), 36);
    assert!(directory.ages.remove("Ada").unwrap());
    assert!(directory.heap().unwrap().audit().faults.is_empty());
}

#[test]
fn rows_for_each_process_are_read_folded_and_claimed_years_later() {
    let copy = Copy::of("workers");
    copy.shows(&[
        (
            "tallies",
            "{ retired: { hits: 5, seconds: 2.5 }, rows: [{ row: 0, value: { hits: 7, seconds: 3.5 } }] }",
        ),
        ("tallies[0].hits", "7"),
    ]);
    copy.says(&[("tallies", "", "Two were given up, and one of them was folded.")]);
    let workers = copy.typed::<Workers>();
    let all = Tally { hits: 12, seconds: 6.0 };
    assert_eq!(workers.tallies.totals().unwrap(), all);
    assert_eq!(workers.tallies.rows().next().unwrap().liveness(), Liveness::Dead);
    let rows = [(); 2].map(|()| workers.tallies.claim().unwrap());
    assert!(rows.iter().all(|row| row.hits.get() == 0));
    assert_eq!(workers.tallies.totals().unwrap(), all);
    assert_eq!(workers.tallies.retired().unwrap(), all);
}

/// A lamp as read by programs of every age: (brightness, hours).
fn lamps(copy: &Copy) -> [(f32, u32); 4] {
    let fourth = copy.typed::<fourth::Lamp>();
    assert_eq!(fourth.warranty.get(), Ok(None));
    let third = copy.typed::<third::Lamp>();
    let second = copy.typed::<second::Lamp>();
    let first = copy.typed::<first::Lamp>();
    [
        (first.bright.get(), first.hours.get()),
        (second.brightness.get(), second.hours.get()),
        (third.brightness.get(), third.hours.get()),
        (fourth.brightness.get(), fourth.hours.get()),
    ]
}

#[test]
fn a_region_with_room_grows_years_later() {
    let copy = Copy::of("lamp");
    copy.shows(&[("bright", "800.0"), ("hours", "1000")]);
    assert!(copy.dynamic().resolve("colour").is_err());
    assert_eq!(lamps(&copy), [(800.0, 1000); 4]);
}

#[test]
fn a_region_that_has_grown_has_its_new_fields_and_can_grow_further() {
    for name in ["lamp-grown", "lamp-grown-twice"] {
        let copy = Copy::of(name);
        copy.shows(&[("brightness", "800.0"), ("colour", "[1, 2, 3, 4, 5, 6, 7, 8]")]);
        copy.says(&[("brightness", "lm", "")]);
        let region = copy.dynamic();
        let brightness = region.schema().root().field_at(0).unwrap();
        assert_eq!(brightness.aliases().next(), Some("bright"));
        assert_eq!(lamps(&copy), [(800.0, 1000); 4], "{name}");
        assert_eq!(
            copy.typed::<second::Lamp>().colour.load_vec().unwrap(),
            [1, 2, 3, 4, 5, 6, 7, 8]
        );
    }
    let copy = Copy::of("lamp-grown-twice");
    copy.shows(&[("switch.user", "1000"), ("switch.times", "3")]);
    copy.says(&[("switch", "", "Who switches it, and how often.")]);
    let lamp = copy.typed::<third::Lamp>();
    assert_eq!(lamp.switch.lock().unwrap().times.get(), 3);
}

#[test]
fn a_region_that_is_only_read_is_not_changed() {
    for &(name, ..) in FILES {
        let copy = Copy::of(name);
        let options = DynRegion::options().after_reboot(true);
        let region = options.read_only().open(&copy.path).unwrap();
        assert!(!region.get("").unwrap().to_string().is_empty());
        assert_eq!(copy.bytes(), std::fs::read(golden(name)).unwrap(), "{name}");
    }
}

#[test]
fn the_golden_files_have_every_section_of_version_1() {
    let sections = |name: &str| {
        let bytes = std::fs::read(golden(name)).unwrap();
        let checked = format::check(&bytes[..], bytes.len() as u64).unwrap();
        let has = |kind| checked.sections().iter().any(|section| section.kind() == kind);
        let kinds = [
            SectionKind::Annotations,
            SectionKind::Participants,
            SectionKind::Growth,
            SectionKind::Heap,
        ];
        kinds.map(has)
    };
    assert_eq!(sections("bare"), [false, false, false, false]);
    assert_eq!(sections("kinds"), [true, false, false, false]);
    assert_eq!(sections("live"), [true, true, false, false]);
    assert_eq!(sections("lamp-grown-twice"), [true, true, true, false]);
    assert_eq!(sections("board"), [true, true, false, true]);
    assert_eq!(sections("directory"), [true, true, false, true]);
    assert_eq!(sections("spans"), [true, true, false, false]);
}
