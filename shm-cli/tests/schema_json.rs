//! Reading the JSON form of a schema: valid documents round-trip, invalid ones are errors with the place.

mod support;

use std::marker::PhantomData;
use std::num::{NonZeroI16, NonZeroU64};
use std::path::Path;

use serde_json::{Value, json};
use shm_core::field::byteorder::{BE, F64, LE, U32, U128};
use shm_core::{
    Bytes, CText, DynRegion, Event, Latest, Mutex, Once, Region, SharedLayout, Text, Watched,
    field::{Be, Le},
};
use support::{Account, Folder, Mode, Pose, Station, printed, shm};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C, align(32))]
struct Tuple(u8, Be<u64>);

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i16)]
enum Level {
    Low = -3,
    High = i16::MAX,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u64)]
enum Large {
    Zero,
    Most = u64::MAX,
}

mod other {
    use super::SharedLayout;

    /// Another type of the same name and structure.
    #[derive(SharedLayout, Clone, Copy)]
    #[repr(C)]
    pub(super) struct Account {
        pub(super) balance: i64,
        pub(super) bookings: u64,
    }

    /// A type with the name of a built-in type.
    #[derive(SharedLayout)]
    #[repr(C)]
    pub(super) struct Event {
        pub(super) at: f64,
    }
}

/// A field of every kind.
#[derive(SharedLayout)]
#[repr(C)]
struct Everything {
    flag: bool,
    letter: char,
    number: f32,
    grid: [[i16; 3]; 2],
    poses: [Pose; 2],
    mode: Mode,
    level: [Level; 3],
    large: Large,
    never_zero: NonZeroI16,
    maybe: Option<NonZeroU64>,
    big: Be<u16>,
    little: [Le<i32>; 2],
    packed: U32<BE>,
    packed_le: F64<LE>,
    wide: U128<BE>,
    name: CText<8>,
    nothing: PhantomData<u64>,
    none: [u32; 0],
    wider: Latest<u128>,
    position: Latest<Pose>,
    deep: [Latest<[Tuple; 3], 8>; 2],
    label: Latest<Text<32>>,
    account: Mutex<Account>,
    second: Mutex<other::Account>,
    bytes: Mutex<Bytes<7>>,
    nested: Mutex<Watched<Level>>,
    alarms: [Event; 2],
    own: other::Event,
    done: Once,
    tuple: Tuple,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u16,
    poses: [Pose],
}

/// Exports a region as JSON, and that document again; returns both texts.
fn exported_twice(folder: &Folder) -> (String, String) {
    let first = printed(folder, ["export", "./region", "--lang", "json"]);
    std::fs::write(folder.file("schema.json"), &first).unwrap();
    let second = printed(folder, ["export", "schema.json", "--lang", "json"]);
    (first, second)
}

fn comes_back(region: &Path, folder: &Folder) {
    let (first, second) = exported_twice(folder);
    assert_eq!(first, second);
    let schema = DynRegion::open_read_only(region).unwrap().schema().fingerprint().unwrap();
    let document: Value = serde_json::from_str(&second).unwrap();
    assert_eq!(document["fingerprint"], format!("{schema:#018x}"));
}

#[test]
fn a_layout_with_every_kind_of_field_comes_back_from_its_document() {
    let folder = Folder::new("schema-json");
    let file = folder.file("region");
    let _region = Region::<Everything>::options()
        .create_with(&file, |view| {
            view.never_zero.set(NonZeroI16::MIN);
            for level in &view.level {
                level.set(Level::Low);
            }
            view.nested.lock().unwrap().set(Level::High);
        })
        .unwrap();
    comes_back(&file, &folder);
}

#[test]
fn a_layout_with_a_part_of_run_time_length_comes_back_from_its_document() {
    let folder = Folder::new("schema-json");
    let file = folder.file("region");
    let _region = Region::<Frame>::options().len(3).create(&file).unwrap();
    comes_back(&file, &folder);
}

#[test]
fn a_layout_that_is_not_a_struct_comes_back_from_its_document() {
    let folder = Folder::new("schema-json");
    let file = folder.file("region");
    let _number = Region::<f64>::create(&file).unwrap();
    comes_back(&file, &folder);
    shm_core::region::unlink(&file).unwrap();
    let _numbers = Region::<[[u16; 4]]>::options().len(2).create(&file).unwrap();
    comes_back(&file, &folder);
    let _pose = Region::<Latest<Pose>>::options().create_or_replace(&file).unwrap();
    comes_back(&file, &folder);
}

/// Reads a document that may be invalid; returns the error text.
fn complaint(folder: &Folder, document: &Value) -> String {
    std::fs::write(folder.file("bad.json"), document.to_string()).unwrap();
    let output = shm(folder, ["layout", "bad.json"]);
    assert_eq!(output.status.code(), Some(4), "{document}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap().trim_end().to_owned()
}

fn with_types(types: &Value) -> Value {
    json!({ "shm_schema": 1, "root": "A", "types": types })
}

#[test]
fn an_error_in_a_document_is_reported_with_its_place() {
    let folder = Folder::new("schema-json");
    let fields = |fields: Value| with_types(&json!({ "A": { "fields": fields } }));
    let variants = |repr: &str, variants: Value| {
        with_types(&json!({ "A": { "repr": repr, "variants": variants } }))
    };
    for (document, expected) in [
        (json!({ "shm_schema": 2, "root": "f64" }), "shm_schema: found version 2"),
        (json!({ "shm_schema": 1 }), "missing field `root`"),
        (json!({ "shm_schema": 1, "root": "f64", "colour": 1 }), "colour: unknown field `colour`"),
        (
            json!({ "shm_schema": 1, "root": "f46" }),
            "root, in `f46` at byte 0: there is no type `f46`: did you mean `f64`?",
        ),
        (json!({ "shm_schema": 1, "root": "f64", "size": 4 }), "size: found 4, expected 8"),
        (
            json!({ "shm_schema": 1, "root": "f64", "fingerprint": "0x1" }),
            "fingerprint: found 0x1, but that of this layout is 0x",
        ),
        (
            fields(json!([{ "name": "x", "type": "f64", "offest": 0 }])),
            "types.A.fields[0].offest: unknown field `offest`",
        ),
        (
            fields(json!([{ "name": "x", "type": "f64", "offset": -1 }])),
            "types.A.fields[0].offset: invalid value",
        ),
        (
            fields(json!([{ "name": "x", "type": "Latest<u33>" }])),
            "types.A.fields[0].type, in `Latest<u33>` at byte 7",
        ),
        (
            fields(json!([{ "name": "x", "type": "f64", "offset": 4 }])),
            "types.A: it has its field `x` at the invalid offset 4",
        ),
        (
            fields(json!([{ "name": "x", "type": "f64", "size": 4 }])),
            "types.A.fields[0].size: found 4, expected 8",
        ),
        (
            fields(json!([{ "name": "x", "type": "[u8; 4]", "count": 5 }])),
            "types.A.fields[0].count: found 5, expected 4",
        ),
        (
            fields(json!([{ "name": "x", "type": "u8", "count": 1 }])),
            "types.A.fields[0].count: found on a type that is not an array",
        ),
        (
            fields(json!([{ "name": "a b", "type": "f64" }])),
            "types.A: it has a part called \"a b\", expected an identifier",
        ),
        (fields(json!([{ "name": "x", "type": "A" }])), "types.A: it contains itself"),
        (fields(json!([{ "name": "x", "type": "Latest<A>" }])), "types.A: it contains itself"),
        (
            fields(json!([{ "name": "x", "type": "[u8]" }, { "name": "y", "type": "u8" }])),
            "types.A: it holds a slice",
        ),
        (with_types(&json!({ "A": {} })), "types.A: a struct has `fields`, an enum has `variants`"),
        (with_types(&json!({ "A": { "fields": [], "align": 3 } })), "types.A: it has alignment 3"),
        (
            with_types(&json!({ "A": { "fields": [], "role": "Lock" } })),
            "types.A.role: found `Lock`, expected one of `Mutex`",
        ),
        (
            with_types(&json!({ "A": { "variants": ["B"] } })),
            "types.A.repr: missing, expected the integer that holds the enum",
        ),
        (
            with_types(&json!({ "A": { "fields": [] }, "Event": { "fields": [] } })),
            "types.Event: `Event` is a type already",
        ),
        (
            variants("u8", json!([{ "name": "B", "value": 256 }])),
            "types.A: it has a value for its variant `B` that does not fit its integer",
        ),
        (variants("f64", json!(["B"])), "types.A.repr: found `f64`, expected an integer"),
        (variants("u8", json!([])), "types.A: it has count 0"),
        (
            variants("u8", json!([7])),
            "types.A.variants[0]: invalid type: integer `7`, expected the name of a variant",
        ),
    ] {
        let said = complaint(&folder, &document);
        assert!(said.contains(expected), "{document}\nsaid: {said}\nexpected: {expected}");
    }
}

#[test]
fn a_duplicate_name_is_reported() {
    let folder = Folder::new("schema-json");
    for (document, expected) in [
        (
            r#"{ "shm_schema": 1, "root": "A", "types": { "A": { "fields": [] }, "A": { "fields": [] } } }"#,
            "`A` is defined twice",
        ),
        (r#"{ "shm_schema": 1, "root": "u8", "root": "u8" }"#, "duplicate field `root`"),
    ] {
        std::fs::write(folder.file("bad.json"), document).unwrap();
        let output = shm(&folder, ["layout", "bad.json"]);
        assert_eq!(output.status.code(), Some(4));
        assert!(String::from_utf8(output.stderr).unwrap().contains(expected));
    }
}

#[test]
fn endless_nesting_is_refused() {
    let folder = Folder::new("schema-json");
    let deep = "[".repeat(100_000);
    std::fs::write(folder.file("bad.json"), &deep).unwrap();
    assert_eq!(shm(&folder, ["layout", "bad.json"]).status.code(), Some(4));
    let text = format!("{}u8{}", "[".repeat(100_000), "; 1]".repeat(100_000));
    let said = complaint(&folder, &json!({ "shm_schema": 1, "root": text }));
    assert!(said.contains("nested more than 64 deep"), "{}", &said[..200]);
    let chain: serde_json::Map<String, Value> = (0..10_000)
        .map(|n| {
            let part = json!({ "name": "x", "type": format!("T{}", n + 1) });
            (format!("T{n}"), json!({ "fields": [part] }))
        })
        .collect();
    let said = complaint(&folder, &json!({ "shm_schema": 1, "root": "T0", "types": chain }));
    assert!(said.contains("nested more than 64 deep"), "{said}");
}

#[test]
fn text_in_a_document_cannot_command_the_terminal() {
    let folder = Folder::new("schema-json");
    for document in [
        json!({ "shm_schema": 1, "root": "\u{1b}[31m" }),
        json!({ "shm_schema": 1, "root": "A", "types": { "A": { "role": "\u{1b}[31m", "fields": [] } } }),
        json!({ "shm_schema": 1, "root": "u8", "\u{1b}[31m": 1 }),
        json!({ "shm_schema": 1, "root": "u8", "types": { "\u{1b}[31m": { "fields": [], "variants": [] } } }),
        with_types(&json!({ "A": { "fields": [{ "name": "\u{1b}[31m", "type": "u8" }] } })),
    ] {
        let said = complaint(&folder, &document);
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn a_path_that_is_not_a_file_is_reported() {
    let folder = Folder::new("schema-json");
    assert_eq!(shm(&folder, ["layout", "nothing.json"]).status.code(), Some(3));
    std::fs::create_dir(folder.file("folder.json")).unwrap();
    let output = shm(&folder, ["layout", "folder.json"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("it is not a regular file"));
}

#[test]
fn a_handwritten_station_is_the_one_in_rust() {
    let folder = Folder::new("schema-json");
    let document = json!({
        "shm_schema": 1,
        "root": "Station",
        "types": {
            "Station": { "fields": [
                { "name": "temperature", "type": "f64" },
                { "name": "hits", "type": "u64" },
                { "name": "samples", "type": "[u32; 16]" },
                { "name": "mode", "type": "Mode" },
                { "name": "pose", "type": "Latest<Pose>" },
                { "name": "label", "type": "Latest<Text<32>>" },
                { "name": "account", "type": "Mutex<{ balance: i64, bookings: u64 }>" },
            ]},
            "Mode": { "repr": "u8", "variants": ["Idle", "Measuring", "Failed"] },
            "Pose": { "fields": [
                { "name": "x", "type": "f64" },
                { "name": "y", "type": "f64" },
                { "name": "heading", "type": "f32" },
            ]},
        }
    });
    std::fs::write(folder.file("station.json"), document.to_string()).unwrap();
    let exported = printed(&folder, ["export", "station.json", "--lang", "json"]);
    let exported: Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported["fingerprint"], format!("{:#018x}", Station::LAYOUT.fingerprint()));
}

#[test]
fn a_given_offset_is_kept() {
    let folder = Folder::new("schema-json");
    let fields = json!([
        { "name": "first", "type": "u8", "offset": 5 },
        { "name": "second", "type": "u16", "offset": 12, "aliases": ["zweites"] },
    ]);
    let document = with_types(&json!({ "A": { "fields": fields, "size": 32, "align": 16 } }));
    std::fs::write(folder.file("a.json"), document.to_string()).unwrap();
    let exported = printed(&folder, ["export", "a.json", "--lang", "json"]);
    let exported: Value = serde_json::from_str(&exported).unwrap();
    let found = &exported["types"]["A"];
    assert_eq!((&found["size"], &found["align"]), (&json!(32), &json!(16)));
    assert_eq!(found["fields"][0]["offset"], json!(5));
    assert_eq!(found["fields"][1]["offset"], json!(12));
    assert_eq!(found["fields"][1]["aliases"], json!(["zweites"]));
}

#[test]
fn the_examples_of_the_page_mean_the_same() {
    let folder = Folder::new("schema-json");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema-json.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut blocks = text.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let (by_hand, in_full) = (blocks.next().unwrap(), blocks.next().unwrap());
    std::fs::write(folder.file("station.json"), by_hand).unwrap();
    let exported = printed(&folder, ["export", "station.json", "--lang", "json"]);
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(file, text.replace(in_full, &exported)).unwrap();
        return;
    }
    assert!(exported == in_full, "SHM_BLESS=1 writes this into the page:\n{exported}");
}
