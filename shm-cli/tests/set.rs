//! `shm set`.

mod support;

use shm_core::{Bytes, CText, DynRegion, Latest, Mutex, Region, SharedLayout, Text, Watched};
use std::num::NonZeroU16;
use support::{Folder, Mode, assert_golden, printed, refused, station};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Inner {
    a: u8,
    b: f32,
}

/// A field of each kind that has its own form in writing.
#[derive(SharedLayout)]
#[repr(C)]
struct Kinds {
    byte: u8,
    int: i32,
    single: f32,
    on: bool,
    sign: char,
    next: Option<NonZeroU16>,
    mode: Mode,
    foreign: CText<8>,
    text: Latest<Text<16>>,
    bytes: Latest<Bytes<4>>,
    names: Latest<[Text<4>; 2]>,
    wide: Latest<i128>,
    rows: [[i16; 2]; 2],
    inner: Inner,
    watched: Watched<Inner>,
    doors: [Mutex<Inner>; 2],
    nest: Mutex<Nest>,
    tail: [u16],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Nest {
    value: u32,
    inner: Mutex<Inner>,
}

/// A region with a field of each kind, in its own folder.
fn kinds(purpose: &str) -> (Folder, DynRegion) {
    let folder = Folder::new(purpose);
    let options = Region::<Kinds>::options().len(4);
    let _ = options.create(folder.file("kinds")).unwrap();
    let region = DynRegion::open(folder.file("kinds")).unwrap();
    (folder, region)
}

#[test]
fn every_kind_of_value_can_be_written() {
    let (folder, region) = kinds("set");
    for (assignment, path, expected) in [
        ("byte=0xff", "byte", "255"),
        ("int=-0b101", "int", "-5"),
        ("int=1_000", "int", "1000"),
        ("single=-1.5e3", "single", "-1500.0"),
        ("single=nan", "single", "NaN"),
        ("single=-inf", "single", "-inf"),
        ("single=3", "single", "3.0"),
        ("on=true", "on", "true"),
        ("sign=é", "sign", "'é'"),
        (r"sign='\''", "sign", r"'\''"),
        ("next=7", "next", "7"),
        ("next=None", "next", "None"),
        ("mode=Failed", "mode", "Failed"),
        ("mode=1", "mode", "Measuring"),
        ("foreign=a b", "foreign", "\"a b\""),
        ("text=42", "text", "\"42\""),
        ("text=", "text", "\"\""),
        (r#"text="a\tb""#, "text", r#""a\tb""#),
        (r#"bytes=b"\x00\xff""#, "bytes", r#"b"\x00\xff""#),
        (r#"names=[ab, "c d"]"#, "names", r#"["ab", "c d"]"#),
        (
            "wide=-170141183460469231731687303715884105728",
            "wide",
            "-170141183460469231731687303715884105728",
        ),
        ("rows=[[1, 2], [3, -4]]", "rows", "[[1, 2], [3, -4]]"),
        ("rows[1]=[5,6]", "rows", "[[1, 2], [5, 6]]"),
        ("inner={a: 1, b: 2.5}", "inner", "{ a: 1, b: 2.5 }"),
        ("inner={ b: 0.1 }", "inner", "{ a: 1, b: 0.1 }"),
        ("watched={a: 3}", "watched", "{ a: 3, b: 0.0 }"),
        ("doors[1]={a: 9, b: 8}", "doors[1]", "{ a: 9, b: 8.0 }"),
        ("doors[0].a=4", "doors", "[{ a: 4, b: 0.0 }, { a: 9, b: 8.0 }]"),
        ("nest.value.value=11", "nest.value.value", "11"),
        ("nest.inner.b=2", "nest.inner.b", "2.0"),
        ("tail[1..3]=[7, 8]", "tail", "[0, 7, 8, 0]"),
    ] {
        assert_eq!(printed(&folder, ["set", "./kinds", assignment]), "", "{assignment}");
        assert_eq!(region.get(path).unwrap().to_string(), expected, "{assignment}");
    }
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_the_values_that_do() {
    let (folder, region) = kinds("set-refused");
    for (assignment, message) in [
        ("byte=256", "256 does not fit a `u8`, which holds 0 to 255"),
        ("byte=x", "\"x\" is not a valid `u8`"),
        ("byte=1.5", "1.5 is not a valid `u8`"),
        ("single=1e39", "does not fit an `f32`"),
        ("on=1", "is not a valid `bool`: `true` or `false`"),
        ("sign=ab", "is not a valid `char`"),
        ("next=0", "0 stands for `None` here; write `None`"),
        ("mode=Bsy", "allowed: 0 (Idle), 1 (Measuring), 2 (Failed)"),
        ("foreign=123456789", "has 9 bytes, there is room for 8"),
        ("rows=[[1, 2]]", "has 1 elements, there are 2"),
        ("inner={c: 1}", "`inner` has no field `c`"),
        ("inner=7", "is not a struct"),
        ("watched.changed.count=1", "only that changes"),
        ("nest.lock=1", "only that changes"),
        ("byte+=-1", "-1 does not fit a `u8`"),
        ("single+=1", "only an integer"),
    ] {
        let error = refused(&folder, ["set", "./kinds", assignment], 6);
        assert!(error.contains(message), "{assignment}: {error}");
    }
    for assignment in ["rows=[[1, 2]", "byte=", r#"text="a"#, "inner={a}"] {
        refused(&folder, ["set", "./kinds", assignment], 2);
    }
    assert_eq!(region.get("rows").unwrap().to_string(), "[[0, 0], [0, 0]]");
}

#[test]
fn nothing_is_written_if_one_of_several_does_not_fit() {
    let (folder, region) = kinds("set-several");
    refused(&folder, ["set", "./kinds", "byte=1", "int=2", "mode=Nonsense"], 6);
    assert_eq!(region.get("byte").unwrap().to_string(), "0");
    printed(&folder, ["set", "./kinds", "byte=1", "int=2", "mode=Idle"]);
    assert_eq!(region.get("byte").unwrap().to_string(), "1");
}

#[test]
fn adding_is_atomic_and_prints_the_previous_value() {
    let folder = Folder::new("set-add");
    let station = station(&folder);
    assert_eq!(printed(&folder, ["set", "./station", "hits+=0x10"]), "");
    assert_eq!(station.hits.get(), 23);
    let told = printed(&folder, ["set", "./station", "hits+=1", "temperature=-3", "--json"]);
    assert_golden("set.json", &told);
    assert_eq!((station.hits.get(), station.temperature.get()), (24, -3.0));
    printed(&folder, ["set", "./station", "account.bookings+=2", "account.balance+=-10"]);
    let account = station.account.lock().unwrap();
    assert_eq!((account.bookings.get(), account.balance.get()), (5, -50));
}

#[test]
fn json_reports_the_stored_value_and_not_the_typed_one() {
    let folder = Folder::new("set-stored");
    let station = station(&folder);
    let told = |assignment: &str| {
        let told = printed(&folder, ["set", "./station", assignment, "--json"]);
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        (told["written"][0]["value"].clone(), told["written"][0]["before"].clone())
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(told("hits+=5"), (json("12"), json("7")));
    assert_eq!(told("samples[3]+=4294967295"), (json("8"), json("9")));
    assert_eq!(told("account.balance+=-2"), (json("-42"), json("-40")));
    assert_eq!(told("account={bookings: 9}"), (json(r#"{"bookings": 9}"#), json("null")));
    assert_eq!(told("mode=2"), (json(r#""Failed""#), json("null")));
    assert_eq!(told("pose.heading=0.1"), (json("0.1"), json("null")));
    assert_eq!(told("pose.heading=16777217.0"), (json("16777216.0"), json("null")));
    assert_eq!(told("samples[..2]=[1, 2]"), (json("[1, 2]"), json("null")));
    assert_eq!(told("label=12"), (json(r#""12""#), json("null")));
    assert_eq!((station.hits.get(), station.samples[3].get()), (12, 8));
}

#[test]
fn a_lock_that_is_held_is_waited_for_and_then_left_alone() {
    let folder = Folder::new("set-busy");
    let station = station(&folder);
    let guard = station.account.lock().unwrap();
    let arguments = ["set", "./station", "hits=1", "account.balance=1", "--wait", "20ms"];
    let error = refused(&folder, arguments, 7);
    let holder = format!("process {}", std::process::id());
    assert!(error.contains(&holder) && error.contains("20ms"), "{error}");
    assert!(error.contains("nothing was written"), "{error}");
    assert_eq!((guard.balance.get(), station.hits.get()), (-40, 7));
    assert!(guard.unlock().is_ok(), "the lock was not taken away");
    let publisher = station.pose.publisher().unwrap();
    let error = refused(&folder, ["set", "./station", "pose.x=9", "--wait", "20ms"], 7);
    assert!(error.contains("already has a writer"), "{error}");
    drop(publisher);
    printed(&folder, ["set", "./station", "account.balance=1", "pose.x=9", "--wait=20ms"]);
    assert_eq!(station.pose.load().unwrap().x, 9.0);
}

#[test]
fn the_data_of_a_dead_holder_is_written_only_to_repair_it() {
    let folder = Folder::new("set-dead");
    let station = station(&folder);
    std::mem::forget(station.account.lock().unwrap());
    // A slot that was released with the lock held, as if its process had died.
    drop(station);
    let error = refused(&folder, ["set", "./station", "account.balance=1"], 7);
    assert!(error.contains("--repair"), "{error}");
    let word = DynRegion::open_read_only(folder.file("station")).unwrap();
    let state = word.lock_state("account").unwrap();
    assert!(state.holder.is_some() && !state.is_poisoned, "the lock is unchanged");
    printed(&folder, ["set", "./station", "account.balance=1", "--repair"]);
    let station = Region::<support::Station>::open(folder.file("station")).unwrap();
    assert_eq!(station.account.lock().expect("it is whole again").balance.get(), 1);
}

#[test]
fn a_lock_that_was_taken_over_and_not_repaired_is_refused_as_well() {
    let folder = Folder::new("set-poisoned");
    let station = station(&folder);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _guard = station.account.lock().unwrap();
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(panic.is_err());
    refused(&folder, ["set", "./station", "account.balance=1"], 7);
    printed(&folder, ["set", "./station", "account.balance=1", "--repair"]);
    printed(&folder, ["set", "./station", "account.balance=2"]);
    assert_eq!(station.account.lock().expect("it is whole again").balance.get(), 2);
}

#[test]
fn a_read_only_file_is_not_written() {
    let folder = Folder::new("set-read-only");
    let arguments = ["set", "/proc/version", "a=1"];
    assert!(matches!(support::shm(&folder, arguments).status.code(), Some(4 | 5)));
    assert_eq!(support::shm(&folder, ["set", "./station"]).status.code(), Some(2));
    assert_eq!(support::shm(&folder, ["set", "./station", "hits"]).status.code(), Some(2));
}

#[derive(SharedLayout)]
#[repr(C)]
struct Range {
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: i64,
    #[shm(guarded_by = "lock")]
    high: i64,
    looks: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Ranges {
    ranges: [Range; 2],
}

fn ranges(purpose: &str) -> (Folder, Region<Ranges>) {
    let folder = Folder::new(purpose);
    let region = Region::create(folder.file("ranges")).unwrap();
    (folder, region)
}

#[test]
fn fields_with_a_lock_beside_them_are_set_under_it_and_the_lock_is_free_afterwards() {
    let (folder, region) = ranges("set-guarded");
    let arguments =
        ["set", "./ranges", "ranges[0].low=1", "ranges[0].high=2", "ranges[1].low+=3", "--json"];
    let told: serde_json::Value = serde_json::from_str(&printed(&folder, arguments)).unwrap();
    assert_eq!(told["written"][2]["before"], 0);
    printed(&folder, ["set", "./ranges", "ranges[1]={high: 4, looks: 5}"]);
    printed(&folder, ["set", "./ranges", "ranges[..].high=[6, 7]"]);
    let values = |range: &shm_core::View<Range>| (range.low.get(), range.high.get());
    assert_eq!((values(&region.ranges[0]), values(&region.ranges[1])), ((1, 6), (3, 7)));
    assert!(region.ranges.iter().all(|range| !range.lock.is_locked()));
}

#[test]
fn two_fields_of_one_lock_are_set_in_one_go_or_not_at_all() {
    let (folder, region) = ranges("set-guarded-busy");
    let guard = region.ranges[1].lock.lock().unwrap();
    let held = "ranges[1].high=9";
    for assignments in [["ranges[0].low=9", held], [held, "ranges[0].looks=9"]] {
        let arguments = ["set", "./ranges", assignments[0], assignments[1], "--wait", "20ms"];
        let error = refused(&folder, arguments, 7);
        let holder = format!("process {}", std::process::id());
        assert!(error.contains(&holder) && error.contains("`ranges[1].lock`"), "{error}");
        assert!(error.contains("nothing was written"), "{error}");
    }
    // A whole struct, too.
    let error = refused(&folder, ["set", "./ranges", "ranges[1]={low: 9}", "--wait", "20ms"], 7);
    assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
    printed(&folder, ["set", "./ranges", "ranges[1].looks=8"]);
    assert_eq!((region.ranges[0].low.get(), region.ranges[0].looks.get()), (0, 0));
    assert!(guard.unlock().is_ok(), "the lock was not taken away");
    printed(&folder, ["set", "./ranges", held]);
    assert_eq!((region.ranges[1].high.get(), region.ranges[1].looks.get()), (9, 8));
    assert_eq!(printed(&folder, ["get", "./ranges", "ranges[1].high"]), "9\n");
}

#[test]
fn fields_beside_the_lock_of_a_dead_holder_are_set_only_to_repair_them() {
    let (folder, region) = ranges("set-guarded-dead");
    std::mem::forget(region.ranges[0].lock.lock().unwrap());
    // A slot that was released with the lock held, as if its process had died.
    drop(region);
    let error = refused(&folder, ["set", "./ranges", "ranges[0].low=1"], 7);
    assert!(error.contains("--repair") && error.contains("`ranges[0].lock`"), "{error}");
    let whole = "ranges[0]={low: 1, high: 1}";
    let error = refused(&folder, ["set", "./ranges", whole], 7);
    assert!(error.contains("--repair") && error.contains("`ranges[0].lock`"), "{error}");
    printed(&folder, ["set", "./ranges", "ranges[1].low=1"]);
    printed(&folder, ["set", "./ranges", "ranges[0].low=1", "ranges[0].high=2", "--repair"]);
    printed(&folder, ["set", "./ranges", "ranges[0]={low: 3}"]);
    let region = Region::<Ranges>::open(folder.file("ranges")).unwrap();
    std::mem::forget(region.ranges[0].lock.lock().unwrap());
    drop(region);
    let error = refused(&folder, ["set", "./ranges", "ranges[..].low=[8, 8]"], 7);
    assert!(error.contains("`ranges[0].lock`"), "{error}");
    printed(&folder, ["set", "./ranges", "ranges=[{low: 3}, {looks: 4}]", "--repair"]);
    let region = Region::<Ranges>::open(folder.file("ranges")).unwrap();
    let _whole = region.ranges[0].lock.lock().expect("it is whole again");
    assert_eq!((region.ranges[0].low.get(), region.ranges[0].high.get()), (3, 2));
}

#[test]
fn the_lock_beside_a_field_is_shown_drawn_and_exported() {
    let (folder, _region) = ranges("guarded-shown");
    let line = |text: &str, word: &str| {
        text.lines().find(|line| line.contains(word)).map(str::to_owned).unwrap_or_default()
    };
    let shown = printed(&folder, ["show", "./ranges", "ranges[1]"]);
    assert!(line(&shown, "low").ends_with("guarded by lock"), "{shown}");
    assert!(!line(&shown, "looks").contains("guarded"), "{shown}");
    let json = printed(&folder, ["show", "./ranges", "ranges[1].high", "--json"]);
    assert!(json.contains(r#""guarded_by": "lock""#) && json.contains(r#""unlocked": true"#));
    let layout = printed(&folder, ["layout", "./ranges"]);
    assert!(line(&layout, " high").ends_with("guarded by lock"), "{layout}");
    let schema = printed(&folder, ["export", "./ranges", "--lang", "json"]);
    assert!(line(&schema, r#""name": "high""#).contains(r#""guarded_by": "lock""#), "{schema}");
    let header = printed(&folder, ["export", "./ranges", "--lang", "c"]);
    assert!(line(&header, "guarded by lock").contains("i64"), "{header}");
    assert!(!header.contains("_set_low(") && header.contains("_set_looks("));
    let locked = line(&header, "_set_low_locked(");
    assert!(locked.contains("_locks *locks, int64_t value"), "{locked}");
    assert!(header.contains("_get_low_unlocked"));
    let module = printed(&folder, ["export", "./ranges", "--lang", "python"]);
    assert!(line(&module, "_Field(\"low\"").contains(r#"_Beside("lock", _I64)"#));
}

#[test]
fn a_region_made_from_an_exported_schema_has_the_same_guards() {
    let (folder, _region) = ranges("guarded-again");
    printed(&folder, ["export", "./ranges", "--lang", "json", "-o", "ranges.json"]);
    printed(&folder, ["new", "./again", "--schema", "ranges.json"]);
    let again = DynRegion::open(folder.file("again")).unwrap();
    assert_eq!(again.field("ranges[1].low").unwrap().guarded_by(), "lock");
    let _guard = again.lock("ranges[1].low").unwrap();
    refused(&folder, ["set", "./again", "ranges[1].high=1", "--wait", "20ms"], 7);
    printed(&folder, ["set", "./again", "ranges[0].high=1"]);
}
