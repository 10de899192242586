//! Values with parts of any length by name, with their Rust types beside them.

use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::errors::DynError;
use shm_core::heap::HeapValue;
use shm_core::{DynRegion, Map, Owned, Region, SharedLayout, Text};

use crate::refusal;
use crate::support::Folder;

#[derive(HeapValue, Clone, Debug, PartialEq)]
pub(crate) struct Job {
    pub(crate) id: u8,
    pub(crate) title: String,
    pub(crate) state: State,
    pub(crate) tags: Vec<u16>,
    pub(crate) steps: Vec<Step>,
    pub(crate) author: Option<String>,
    pub(crate) corners: [Corner; 2],
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) title: String,
    pub(crate) command: Vec<String>,
    pub(crate) wide: u128,
    pub(crate) label: Text<4>,
}

#[derive(HeapValue, Clone, Debug, PartialEq)]
pub(crate) struct Corner {
    pub(crate) name: String,
    pub(crate) value: [u8; 3],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(crate) enum State {
    Waiting = 1,
    Done = 2,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    hits: u32,
    current: Owned<Job>,
    by_id: Map<u32, Job>,
    history: [Owned<Job>; 2],
}

pub(crate) fn job() -> Job {
    let step = |title: &str, command: &[&str]| Step {
        title: title.into(),
        command: command.iter().map(|word| (*word).into()).collect(),
        wide: 1 << 90,
        label: Text::new("ab").unwrap(),
    };
    Job {
        id: 3,
        title: "build".into(),
        state: State::Waiting,
        tags: vec![4, 5, 6],
        steps: vec![step("make", &["make", "-j8", "all"]), step("test", &[])],
        author: Some("Ada".into()),
        corners: [
            Corner { name: "north".into(), value: [1, 2, 3] },
            Corner { name: String::new(), value: [0; 3] },
        ],
    }
}

pub(crate) const SHOWN: &str = "{ id: 3, title: \"build\", state: Waiting, tags: [4, 5, 6], steps: \
    [{ title: \"make\", command: [\"make\", \"-j8\", \"all\"], wide: 1237940039285380274899124224, label: \"ab\" }, \
    { title: \"test\", command: [], wide: 1237940039285380274899124224, label: \"ab\" }], author: \"Ada\", \
    corners: [{ name: \"north\", value: [1, 2, 3] }, { name: \"\", value: [0, 0, 0] }] }";

fn board(folder: &Folder) -> (Region<Board>, DynRegion) {
    let path = folder.file("board");
    let typed = Region::<Board>::options().heap_max(4 << 20).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

pub(crate) fn shown(region: &DynRegion<impl shm_core::traits::Access>, path: &str) -> String {
    region.get(path).unwrap_or_else(|error| panic!("{path}: {error}")).to_string()
}

#[test]
fn a_value_that_was_set_by_type_is_read_by_name_whole_and_in_parts() {
    let folder = Folder::new("dynamic-values-get");
    let (typed, _) = board(&folder);
    let reader = DynRegion::open_read_only(folder.file("board")).unwrap();
    assert_eq!(shown(&reader, "current"), "None");
    typed.current.set(&job()).unwrap();
    typed.by_id.insert(&7, &job()).unwrap();
    assert_eq!(shown(&reader, "current"), SHOWN);
    assert_eq!(shown(&reader, "by_id"), format!("[{{ key: 7, value: {SHOWN} }}]"));
    for (path, value) in [
        ("current.title", "\"build\""),
        ("current.value.title", "\"build\""),
        ("current.state", "Waiting"),
        ("current.tags", "[4, 5, 6]"),
        ("current.tags[1]", "5"),
        ("current.tags[1..3]", "[5, 6]"),
        ("current.tags[..]", "[4, 5, 6]"),
        ("current.steps[0].command", "[\"make\", \"-j8\", \"all\"]"),
        ("current.steps[0].command[2]", "\"all\""),
        ("current.steps[..].title", "[\"make\", \"test\"]"),
        ("current.steps[1].wide", "1237940039285380274899124224"),
        ("current.corners[0].name", "\"north\""),
        ("current.corners[..].value[1]", "[2, 0]"),
        ("current.author", "\"Ada\""),
    ] {
        assert_eq!(shown(&reader, path), value, "{path}");
    }
    typed.current.update(|job| job.as_mut().unwrap().author = None).unwrap();
    assert_eq!(shown(&reader, "current.author"), "None");
}

#[test]
fn a_part_that_is_not_there_is_an_error_that_names_it() {
    let folder = Folder::new("dynamic-values-missing");
    let (typed, region) = board(&folder);
    for (path, message) in [
        ("current.title", "`current` is `Owned`, which owns no value"),
        ("current.tags[0]", "`current` is `Owned`, which owns no value"),
    ] {
        assert!(refusal(region.get(path)).starts_with(message), "{}", refusal(region.get(path)));
    }
    typed.current.set(&job()).unwrap();
    for (path, at, index, len) in [
        ("current.tags[3]", "current.tags", "3", 3),
        ("current.steps[2].title", "current.steps", "2", 2),
        ("current.steps[1].command[0]", "current.steps[1].command", "0", 0),
        ("current.steps[18446744073709551615].title", "current.steps", "18446744073709551615", 2),
        ("current.tags[1..4]", "current.tags", "1..4", 3),
    ] {
        match region.get(path) {
            Err(DynError::OutOfBounds { at: found, index: wrong, len: there }) => {
                assert_eq!(found, at, "{path}");
                assert_eq!(wrong, index, "{path}");
                assert!(there == len || wrong.len() > 5, "{path}: {there}");
            }
            other => panic!("{path}: {other:?}"),
        }
    }
    for path in ["current.titel", "current.steps.title", "current.tags.x", "current.title.x"] {
        assert!(region.get(path).is_err(), "{path}");
    }
    let several = refusal(region.get("current.steps[..].command[0]"));
    assert!(several.contains("name one element"), "{several}");
}

#[test]
fn setting_a_part_by_name_replaces_the_value_and_leaves_its_other_parts() {
    let folder = Folder::new("dynamic-values-set");
    let (typed, region) = board(&folder);
    let mut expected = job();
    typed.current.set(&expected).unwrap();
    let mut set = |path: &str, value: DynValue, change: &dyn Fn(&mut Job)| {
        region.set(path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
        change(&mut expected);
        assert_eq!(typed.current.load().unwrap().as_ref(), Some(&expected), "{path}");
    };
    let long = "a title that is much longer than the one before, so that the value moves";
    set("current.title", long.into(), &|job| job.title = long.into());
    set("current.value.id", 9.into(), &|job| job.id = 9);
    set("current.state", "Done".into(), &|job| job.state = State::Done);
    set("current.tags", vec![1_u16; 40].into(), &|job| job.tags = vec![1; 40]);
    set("current.tags[39]", 2.into(), &|job| job.tags[39] = 2);
    set("current.tags[1..3]", vec![8, 9].into(), &|job| job.tags[1..3].copy_from_slice(&[8, 9]));
    set("current.steps[1].command", vec!["a", "bc"].into(), &|job| {
        job.steps[1].command = vec!["a".into(), "bc".into()];
    });
    set("current.steps[0].command[2]", "none".into(), &|job| {
        job.steps[0].command[2] = "none".into();
    });
    set("current.steps[..].title", vec!["x", "y"].into(), &|job| {
        job.steps[0].title = "x".into();
        job.steps[1].title = "y".into();
    });
    set("current.author", DynValue::None, &|job| job.author = None);
    set("current.author", "".into(), &|job| job.author = Some(String::new()));
    set("current.corners[1].name", "south".into(), &|job| job.corners[1].name = "south".into());
    set("current.corners[1].value[2]", 7.into(), &|job| job.corners[1].value[2] = 7);
    // A struct replaces the fields that it gives.
    let some = DynValue::Struct(vec![("title".into(), "z".into()), ("wide".into(), 5.into())]);
    set("current.steps[0]", some, &|job| (job.steps[0].title, job.steps[0].wide) = ("z".into(), 5));
    let some = DynValue::Struct(vec![("tags".into(), DynValue::List(Vec::new()))]);
    set("current", some, &|job| job.tags.clear());
    assert_eq!(typed.heap().unwrap().audit().stats.linked, 1);
}

#[test]
fn a_whole_value_is_set_by_name_with_the_bytes_that_rust_gives_it() {
    let folder = Folder::new("dynamic-values-whole");
    let (typed, region) = board(&folder);
    typed.current.set(&job()).unwrap();
    let value = region.get("current").unwrap();
    region.set("history[1]", value.clone()).unwrap();
    assert_eq!(typed.history[1].load().unwrap(), Some(job()));
    region.set("history", DynValue::List(vec![value.clone(), DynValue::None])).unwrap();
    assert_eq!(typed.history[0].load().unwrap(), Some(job()));
    assert!(typed.history[1].is_empty());
    // Each copy, the first of which was written by type.
    let bytes = std::fs::read(folder.file("board")).unwrap();
    let is_start = |at: &usize| {
        let (id, offset, len) = (&bytes[*at..at + 8], bytes[at + 8], bytes[at + 16]);
        id == [3, 0, 0, 0, 0, 0, 0, 0] && offset == 128 && len == 5
    };
    let starts = (8..bytes.len() - 100).step_by(8).filter(is_start);
    let whole = |at: usize| {
        let len = u64::from_ne_bytes(bytes[at - 8..at].try_into().unwrap()) as usize;
        &bytes[at..at + len]
    };
    let copies: Vec<_> = starts.map(whole).collect();
    assert!(copies.len() >= 2 && copies.iter().all(|copy| *copy == copies[0]), "{copies:?}");
}

#[test]
fn values_that_do_not_fit_are_refused_with_the_part_and_nothing_is_changed() {
    let folder = Folder::new("dynamic-values-refused");
    let (typed, region) = board(&folder);
    typed.current.set(&job()).unwrap();
    let text = |text: &str| DynValue::from(text);
    for (path, value, part) in [
        ("current.title", 7.into(), "`current.title`"),
        ("current.tags", text("x"), "`current.tags`"),
        ("current.tags", DynValue::List(vec![70_000.into()]), "`current.tags[0]`"),
        ("current.tags[1]", (-1).into(), "`current.tags[1]`"),
        (
            "current.steps[0].command",
            DynValue::List(vec![7.into()]),
            "`current.steps[0].command[0]`",
        ),
        ("current.steps[0].label", text("abcde"), "`current.steps[0].label`"),
        ("current", DynValue::Struct(vec![("titel".into(), text("x"))]), "titel"),
        ("current.title.len", 7.into(), "`current.title.len`"),
    ] {
        let error = region.set(path, value).unwrap_err();
        assert!(error.to_string().contains(part), "{path}: {error}");
        assert_eq!(typed.current.load().unwrap(), Some(job()), "{path}");
    }
    // A new element needs all of its fields, and so does a new value.
    let half = DynValue::Struct(vec![("title".into(), text("x"))]);
    let error = region.set("current.steps", DynValue::List(vec![half.clone()])).unwrap_err();
    assert!(error.to_string().contains("`command`"), "{error}");
    let error = region.set("history[0]", half).unwrap_err();
    assert!(error.to_string().contains("`history[0].id`"), "{error}");
    assert!(typed.history[0].is_empty());
    let error = region.set("history[0].title", "x").unwrap_err();
    assert!(error.to_string().contains("owns no value"), "{error}");
}

#[test]
fn a_region_described_as_text_has_the_values_of_a_rust_program() {
    let layout = DynLayout::defined(
        "
        enum State: u8 { Waiting = 1, Done = 2 }
        struct Corner { name: String, value: [u8; 3] }
        struct Step { title: String, command: Vec<String>, wide: u128, label: Text<4> }
        struct Job {
            id: u8, title: String, state: State, tags: Vec<u16>, steps: Vec<Step>, author: Option<String>,
            corners: [Corner; 2],
        }
        struct Board { hits: u32, current: Owned<Job>, by_id: Map<u32, Job>, history: [Owned<Job>; 2] }
        ",
        "Board",
    )
    .unwrap();
    let folder = Folder::new("dynamic-values-text");
    let path = folder.file("board");
    let region = DynRegion::create(&path, &layout).unwrap();
    let typed = Region::<Board>::open(&path).unwrap();
    typed.current.set(&job()).unwrap();
    assert_eq!(shown(&region, "current"), SHOWN);
    assert_eq!(region.fields().nth(1).unwrap().type_name(), "Owned<Job>");
    let again = DynLayout::from_schema(region.schema().clone()).unwrap();
    assert_eq!(again.schema(), layout.schema());
}

#[test]
fn parts_of_any_length_are_refused_where_a_region_cannot_have_them() {
    for text in [
        "String",
        "Vec<u8>",
        "[String; 2]",
        "{ a: String }",
        "Latest<{ a: String }>",
        "Mutex<{ a: Vec<u8> }>",
        "Queue<{ a: String }, 4>",
        "Ring<{ a: String }, 4>",
        "Watched<{ a: String }>",
        "RwLock<{ a: String }>",
        "Owned<String>",
        "Owned<Vec<u8>>",
        "Owned<[{ a: String }]>",
        "Owned<[String]>",
        "Map<String, u8>",
        "Owned<{ a: Vec<PhantomData> }>",
        "Owned<{ a: Vec<Event> }>",
        "Owned<{ a: String, b: [u8] }>",
    ] {
        let error = DynLayout::of(text).unwrap_err();
        assert!(error.help().is_some(), "{text}: {error}");
    }
    for text in ["Owned<{ a: String }>", "Map<{ a: String }, { b: Vec<[String; 3]> }>"] {
        DynLayout::of(text).unwrap();
    }
}
