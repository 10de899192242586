//! Exported code and regions of other layouts: regions that have grown since the export, and regions that
//! it cannot use. These tests need gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/companion.rs"]
mod companion;
#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/images.rs"]
mod images;
#[path = "export/schemas.rs"]
mod schemas;
#[path = "export/scripts.rs"]
mod scripts;
#[path = "export/stations.rs"]
mod stations;

use std::collections::HashSet;

use companion::Companion;
use compilers::{Program, STANDARDS};
use images::{Access, Header, Image, Judges, agree, altered, slot, verdict, with_schema};
use regions::{Fixture, unique};
use scripts::Script;
use shm_core::{
    Region, SharedLayout,
    traits::{Placeable, ValidZeroed},
};
use stations::{alias_appended, appended, own, small, small_appended};
use support::Folder;

const C: &str = include_str!("export/growing.c");
const PYTHON: &str = include_str!("export/growing.py");

/// A region with room to grow.
fn with_room<T: SharedLayout + Placeable + ValidZeroed>(what: &str) -> Fixture<T> {
    let name = unique(what);
    let region = Region::<T>::options().capacity(1024).create(&name).expect("making a region");
    Fixture::of(name, region)
}

/// The programs of a layout, ready to start.
struct Programs {
    compiled: Vec<Program>,
    script: Script,
}

impl Programs {
    /// Builds them from the exports of a region.
    fn of(region: &str, definition: &str) -> Self {
        let source = format!("{definition}{C}");
        let compile = |standard| Program::of(standard, region, "station", &source);
        Self {
            compiled: STANDARDS.into_iter().map(compile).collect(),
            script: Script::of(region, "station", PYTHON),
        }
    }

    /// One of each, with this region open.
    fn start(&self, region: &str, expected: &str) -> Vec<Companion> {
        let compiled = self.compiled.iter().map(|program| program.command(&[region]));
        let commands = compiled.chain([self.script.command(&[region])]);
        let mut companions: Vec<_> = commands.map(Companion::start).collect();
        for companion in &mut companions {
            assert_eq!(companion.ask("open"), expected);
        }
        companions
    }
}

#[test]
fn c_and_python_keep_running_while_a_rust_program_grows_the_region() {
    let old = with_room::<own::Station>("growth-on");
    let old_programs = Programs::of(&old.name, "");
    let newest = with_room::<appended::Station>("growth-newest");
    let new_programs = Programs::of(&newest.name, "#define HAS_HUMIDITY\n");
    let mut attached = old_programs.start(&old.name, "ok");
    new_programs.start(&old.name, "NotGrown").into_iter().for_each(Companion::end);

    let new = Region::<appended::Station>::open(&old.name).unwrap();
    new.humidity.set(40.0);
    new.mode.set(appended::Mode::Failed);
    let mut hits = 0;
    let add = |companions: &mut [Companion], hits: &mut u64| {
        for companion in companions {
            *hits += 1;
            assert_eq!(companion.ask("add 1"), hits.to_string());
        }
    };
    add(&mut attached, &mut hits);
    for companion in &mut attached {
        assert_eq!(companion.ask("mode"), "invalid");
        assert_eq!(companion.ask("open"), "ok");
        assert_eq!(companion.ask("mode"), "invalid");
    }
    add(&mut attached, &mut hits);
    let mut newcomers = new_programs.start(&old.name, "ok");
    add(&mut newcomers, &mut hits);
    for (index, companion) in newcomers.iter_mut().enumerate() {
        assert_eq!(companion.ask("mode"), "Failed");
        assert_eq!(companion.ask(&format!("humidity {}", 41 + index)), (40 + index).to_string());
    }
    assert_eq!((old.region.hits.get(), new.hits.get()), (hits, hits));
    assert_eq!(new.humidity.get(), 43.0);
    attached.into_iter().chain(newcomers).for_each(Companion::end);
}

/// A region of another layout, its description, and the verdicts of exported code and of Rust, which differ
/// only for aliases.
struct Other {
    what: &'static str,
    name: String,
    expected: &'static str,
    in_rust: &'static str,
    _region: Box<dyn std::any::Any>,
}

fn other<T: SharedLayout + Placeable + ValidZeroed + 'static>(
    what: &'static str,
    expected: &'static str,
) -> Other {
    let name = unique(&format!("growth-{what}"));
    let region = Region::<T>::create(&name).expect("making a region");
    let fixture = Fixture::of(name.clone(), region);
    Other { what, name, expected, in_rust: expected, _region: Box::new(fixture) }
}

fn others() -> Vec<Other> {
    use stations::*;
    const DIFFERS: &str = "LayoutDiffers";
    let roomy = with_room::<shorter::Station>("growth-roomy");
    let name = roomy.name.clone();
    vec![
        other::<own::Station>("same", "ok"),
        other::<appended::Station>("appended", "ok"),
        other::<aligned::Station>("aligned", "ok"),
        other::<first_lock::Station>("first-lock", "ok"),
        other::<longer_array::Station>("longer-array", "ok"),
        other::<last_struct::Station>("last-struct", "ok"),
        other::<more_variants::Station>("more-variants", "ok"),
        other::<fewer_variants::Station>("fewer-variants", "ok"),
        other::<no_marker::Station>("no-marker", "ok"),
        Other { in_rust: "ok", ..other::<alias::Station>("alias", DIFFERS) },
        other::<renamed::Station>("renamed", DIFFERS),
        other::<inserted::Station>("inserted", DIFFERS),
        other::<moved::Station>("moved", DIFFERS),
        other::<retyped::Station>("retyped", DIFFERS),
        other::<other_values::Station>("other-values", DIFFERS),
        other::<other_variants::Station>("other-variants", DIFFERS),
        other::<longer_in_the_middle::Station>("longer-in-the-middle", DIFFERS),
        other::<latest_grew::Station>("latest-grew", DIFFERS),
        other::<shorter::Station>("shorter", DIFFERS),
        Other {
            what: "shorter, with room",
            name,
            expected: "NotGrown",
            in_rust: "NotGrown",
            _region: Box::new(roomy),
        },
    ]
}

#[test]
fn exported_code_uses_the_regions_that_rust_uses_except_for_aliases() {
    let own = with_room::<own::Station>("growth-own");
    let others = others();
    let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
    for (language, found) in Judges::of(&own.name).open(&names) {
        for (other, found) in others.iter().zip(&found) {
            assert_eq!(found, other.expected, "{language}, {}", other.what);
        }
    }
    for other in &others {
        let path = std::path::Path::new("/dev/shm").join(&other.name);
        let found = verdict::<own::Station>(&path, Access::Read);
        assert_eq!(found, other.in_rust, "{}", other.what);
    }
}

#[test]
fn code_with_the_first_layout_works_whatever_the_region_has_grown_to() {
    let station = with_room::<own::Station>("growth-first");
    let judges = Judges::of(&station.name);
    Region::<alias_appended::Station>::open(&station.name).unwrap();
    for (language, found) in judges.open(&[&station.name]) {
        assert_eq!(found, ["ok"], "{language}");
    }
}

/// The bytes of a small region that has grown, and programs of the layouts before and after.
fn grown(what: &str) -> (Vec<u8>, [Judges; 2]) {
    let fixture = with_room::<small::Station>(what);
    let first = Judges::of(&fixture.name);
    Region::<small_appended::Station>::open(&fixture.name).expect("growing the region");
    let image = std::fs::read(fixture.path()).expect("reading the region");
    (image, [first, Judges::of(&fixture.name)])
}

#[test]
fn one_changed_byte_of_a_grown_region_is_refused_for_the_same_reason_in_every_language() {
    let (image, [first, later]) = grown("growth-bytes");
    let header = Header::of(&image);
    let growth = header.section(5);
    let written = image[growth.clone()].iter().rposition(|byte| *byte != 0).expect("a slot") + 1;
    let written = growth.start..growth.start + written;
    let places = (0..header.directory.end).chain(header.section(1));
    agree::<small::Station>(&first, Access::Write, &altered(&image, places.clone()));
    let images = altered(&image, places.chain(written));
    let verdicts = agree::<small_appended::Station>(&later, Access::Read, &images);
    let kinds: HashSet<String> = verdicts.into_iter().collect();
    assert!(kinds.len() >= 15, "only {kinds:?} were tried");
}

/// The image with these slots in its growth section.
fn with_slots(image: &[u8], slots: &[Vec<u8>; 2]) -> Vec<u8> {
    let mut image = image.to_vec();
    let growth = Header::of(&image).section(5);
    let growth = &mut image[growth];
    growth.fill(0);
    let len = growth.len() / 2;
    for (place, slot) in growth.chunks_exact_mut(len).zip(slots) {
        place[..slot.len()].copy_from_slice(slot);
    }
    image
}

/// Slots of a growth section, and the verdicts of exported code with the later layout.
fn slots() -> Vec<(&'static str, [Vec<u8>; 2], &'static str)> {
    let later = |sequence| slot(sequence, &schemas::of::<small_appended::Station>(), b"none");
    // The verdict shows whether it counts.
    let other = |sequence| slot(sequence, &schemas::of::<own::Station>(), &[]);
    let with = |at: usize, byte: u8| {
        let mut slot = other(9);
        slot[at] = byte;
        slot
    };
    let torn = |mut slot: Vec<u8>| {
        let half = slot.len() / 2;
        slot[half..].fill(0);
        slot
    };
    let none = Vec::new;
    vec![
        ("none", [none(), none()], "NotGrown"),
        ("the first one", [later(1), none()], "ok"),
        ("the second one", [none(), later(2)], "ok"),
        ("another layout", [other(1), none()], "LayoutDiffers"),
        ("the higher sequence is right", [other(1), later(2)], "ok"),
        ("the higher sequence is wrong", [later(1), other(2)], "LayoutDiffers"),
        ("the higher sequence is wrong and first", [other(u64::MAX), later(2)], "LayoutDiffers"),
        ("one sequence, the second is right", [other(3), later(3)], "ok"),
        ("one sequence, the second is wrong", [later(3), other(3)], "LayoutDiffers"),
        ("the newer one is torn", [later(1), torn(other(2))], "ok"),
        ("the newer one is torn, the older one wrong", [other(1), torn(later(2))], "LayoutDiffers"),
        ("both are torn", [torn(other(1)), torn(other(2))], "NotGrown"),
        ("a wrong checksum", [with(24, 1), none()], "NotGrown"),
        ("a sequence of 0", [other(0), none()], "NotGrown"),
        ("a schema that is longer than the slot", [with(9, 255), none()], "NotGrown"),
        ("a schema that is longer than memory", [with(15, 255), none()], "NotGrown"),
        ("annotations that are longer than the slot", [with(17, 255), none()], "NotGrown"),
        ("annotations that are longer than memory", [with(23, 255), none()], "NotGrown"),
    ]
}

#[test]
fn a_forged_growth_section_is_judged_by_the_format() {
    let (image, [first, later]) = grown("growth-slots");
    let of = |what: &str, slots: &[Vec<u8>; 2]| {
        let (what, bytes) = (what.to_owned(), with_slots(&image, slots));
        Image { what, bytes, forged_layouts: true }
    };
    let (mut images, mut expected) = (Vec::new(), Vec::new());
    for (what, slots, verdict) in slots() {
        images.push(of(what, &slots));
        expected.push(verdict);
    }
    for (what, schema, verdict) in schemas::later() {
        images.push(of(what, &[slot(1, &schema, &[]), Vec::new()]));
        expected.push(verdict);
    }
    agree::<small_appended::Station>(&later, Access::Read, &images);
    assert_said(&later, &images, &expected);
    // It says nothing about the first layout.
    assert_said(&first, &images, &vec!["ok"; images.len()]);
}

fn assert_said(judges: &Judges, images: &[Image], expected: &[&str]) {
    for (language, found) in judges.check(Access::Read, images) {
        for ((image, expected), found) in images.iter().zip(expected).zip(&found) {
            assert_eq!(found, expected, "{language}, {}", image.what);
        }
        assert_eq!(found.len(), images.len(), "{language}");
    }
}

#[test]
fn a_growth_section_of_an_impossible_length_is_refused_in_every_language() {
    let (image, [first, later]) = grown("growth-length");
    let with_len = |len: u64| {
        let header = Header::of(&image);
        let at = header.entry(5) + 16;
        let mut bytes = image.clone();
        bytes[at..at + 8].copy_from_slice(&len.to_le_bytes());
        header.forge(&mut bytes);
        Image { what: format!("{len} bytes"), bytes, forged_layouts: false }
    };
    let images = [0, 16, 48, 72, 1 << 40, u64::MAX].map(with_len);
    let found = [
        agree::<small::Station>(&first, Access::Write, &images),
        agree::<small_appended::Station>(&later, Access::Read, &images),
    ];
    assert_eq!(found.concat(), vec!["Section"; 2 * images.len()]);
}

#[test]
fn layouts_that_would_take_for_ever_to_compare_are_refused_in_time() {
    let fixture = with_room::<small::Station>("growth-endless");
    let image = std::fs::read(fixture.path()).unwrap();
    let folder = Folder::new("growth-endless");
    let file = |name: &str, schema: &[u8]| {
        std::fs::write(folder.file(name), with_schema(&image, schema, 8)).unwrap();
        folder.file(name).to_str().unwrap().to_owned()
    };
    let own = file("own", &schemas::endless(&["Idle"]));
    let other = file("other", &schemas::endless(&["Idle", "Failed"]));
    let deep = file("deep", &schemas::nested(60000));
    for (language, found) in Judges::of(&own).open(&[&own, &other, &deep]) {
        assert_eq!(found, ["ok", "LayoutDiffers", "Schema"], "{language}");
    }
}
