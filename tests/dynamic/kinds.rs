//! Errors by their kinds, a difference of layouts by its parts, and layouts made of parts.

use shm_core::dynamic::DynLayout;
use shm_core::errors::{ErrorKind, FormatError};
use shm_core::layout::ScalarKind;
use shm_core::schema::{Conflict, EnumType, SchemaBuilder, StructField, StructType};
use shm_core::{DynRegion, Error, Latest, Map, Mutex, Queue, Region, SharedLayout, Watched};

use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

/// Where it is.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    x: f64,
    mode: Mode,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    /// In the shade.
    #[shm(unit = "°C", alias = "temprature")]
    temperature: f64,
    poses: [Pose; 4],
    pose: Latest<Pose, 3>,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: u32,
    account: Mutex<i64>,
    level: Watched<Mode>,
    jobs: Queue<u32, 2>,
    names: Map<u64, str>,
}

fn desk(folder: &Folder) -> (Region<Desk>, DynRegion) {
    let path = folder.file("desk");
    let typed = Region::<Desk>::options().heap_max(1 << 20).create(&path).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

#[test]
fn errors_of_access_by_name_have_a_kind() {
    let folder = Folder::new("kinds-by-name");
    let (typed, region) = desk(&folder);
    typed.level.change(|level| level.repr().set(9));
    region.push("jobs", 1).unwrap();
    region.push("jobs", 2).unwrap();
    let kinds = [
        (region.get("pose[").unwrap_err(), ErrorKind::NoSuchPlace),
        (region.get("nothing").unwrap_err(), ErrorKind::NoSuchPlace),
        (region.get("low[1]").unwrap_err(), ErrorKind::NoSuchPlace),
        (region.get("poses[4]").unwrap_err(), ErrorKind::OutOfBounds),
        (region.get("names[7]").unwrap_err(), ErrorKind::NoEntry),
        (region.set("low", -1).unwrap_err(), ErrorKind::BadValue),
        (region.resolve("low").unwrap().value_of("{").unwrap_err(), ErrorKind::BadValue),
        (region.get("level").unwrap_err(), ErrorKind::BadData),
        (region.set("lock.lock", 1).unwrap_err(), ErrorKind::Unsupported),
        (region.set("account", 1).unwrap_err(), ErrorKind::NotLocked),
        (region.push("jobs", 3).unwrap_err(), ErrorKind::Full),
    ];
    for (error, kind) in kinds {
        assert_eq!(error.kind(), kind, "{error}");
    }
    let held = region.lock("account").unwrap();
    assert_eq!(region.lock("account").unwrap_err().kind(), ErrorKind::WouldDeadlock);
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| region.try_lock("account").map(drop).unwrap_err().kind());
        assert_eq!(busy.join().unwrap(), ErrorKind::Busy);
    });
    drop(held);
    assert!(crate::forked::panics(|| {
        let _held = region.lock("account").unwrap();
        panic!("on purpose");
    }));
    assert_eq!(region.lock("account").unwrap_err().kind(), ErrorKind::OwnerDied);
}

#[test]
fn errors_of_creating_and_opening_have_a_kind() {
    let folder = Folder::new("kinds-opening");
    let (_typed, region) = desk(&folder);
    let layout = DynLayout::of("u32").unwrap();
    let path = folder.file("desk");
    let none = folder.file("none");
    std::fs::write(folder.file("text"), "no region").unwrap();
    let options = DynRegion::options;
    let soon = std::time::Duration::from_millis(1);
    let kinds = [
        (DynRegion::open(&none).unwrap_err(), ErrorKind::NotFound),
        (options().wait(soon).open(&none).unwrap_err(), ErrorKind::TimedOut),
        (DynRegion::create(&path, &layout).unwrap_err(), ErrorKind::AlreadyExists),
        (options().open_as(&path, &layout).unwrap_err(), ErrorKind::LayoutDiffers),
        (DynRegion::open(folder.file("text")).unwrap_err(), ErrorKind::BadRegion),
        (DynRegion::open(folder.path()).unwrap_err(), ErrorKind::BadRegion),
        (DynRegion::open("").unwrap_err(), ErrorKind::BadRequest),
        (options().mode(0o600).open(&path).unwrap_err(), ErrorKind::BadRequest),
        (options().len(3).create(&none, &layout).unwrap_err(), ErrorKind::BadRequest),
        (
            options().create_with(&none, &layout, |it| it.set("", -1)).unwrap_err(),
            ErrorKind::BadValue,
        ),
    ];
    for (error, kind) in kinds {
        assert_eq!(error.kind(), kind, "{error}");
    }
    region.unlink().unwrap();
    assert_eq!(region.unlink().unwrap_err().kind(), ErrorKind::Stale);
}

#[test]
fn a_difference_of_layouts_is_found_in_its_rows_and_its_faults() {
    let folder = Folder::new("kinds-difference");
    let path = folder.file("pose");
    let layout = DynLayout::defined("struct Pose { x: f64, mode: u8 }", "Pose").unwrap();
    DynRegion::create(&path, &layout).unwrap();
    #[derive(SharedLayout)]
    #[repr(C)]
    #[allow(dead_code, reason = "only its layout is used")]
    struct Pose {
        x: f64,
        mode: u32,
    }
    let Error::Format { source, .. } = Region::<Pose>::open(&path).unwrap_err() else {
        panic!("another error");
    };
    let FormatError::LayoutDiffers { type_name, refusal, difference } = source else {
        panic!("another error: {source}");
    };
    assert_eq!((type_name.as_str(), difference.path()), ("Pose", "mode"));
    let first = difference.first();
    assert_eq!(
        (first.path(), first.found(), first.expected()),
        ("mode", Some((8, "u8")), Some((8, "u32")))
    );
    let paths: Vec<_> = difference.rows().iter().map(|row| (row.path(), row.differs())).collect();
    assert_eq!(paths[..2], [("x", false), ("mode", true)]);
    let [fault] = refusal.faults() else { panic!("{refusal}") };
    assert!(
        matches!(fault.conflict(), Conflict::Type { region, program } if region == "u8" && program == "u32")
    );
    assert_eq!(fault.path(), "mode");
}

/// The layout of a `Desk`, from parts alone: no text is parsed.
fn from_parts() -> DynLayout {
    let mut types = SchemaBuilder::new();
    let (float, int) = (types.scalar(ScalarKind::F64), types.scalar(ScalarKind::I64));
    let (number, key) = (types.scalar(ScalarKind::U32), types.scalar(ScalarKind::U64));
    let mode = EnumType::new("Mode", ScalarKind::U8).variant("Idle", 0).variant("Busy", 1);
    let mode = types.enumeration(mode);
    let pose = StructType::new("Pose").with_doc("Where it is.");
    let pose = pose.field(StructField::new("x", float)).field(StructField::new("mode", mode));
    let pose = types.structure(pose);
    let nothing = types.marker();
    let fields = [
        StructField::new("temperature", float)
            .with_notes("In the shade.", "°C")
            .with_alias("temprature"),
        StructField::new("poses", types.array(pose, 4)),
        StructField::new("pose", types.latest(pose, 3)),
        StructField::new("lock", types.mutex(nothing)),
        StructField::new("low", number).with_guard("lock"),
        StructField::new("account", types.mutex(int)),
        StructField::new("level", types.watched(mode)),
        StructField::new("jobs", types.queue(number, 2)),
        StructField::new("names", types.map(Some(key), None)),
    ];
    let desk = fields.into_iter().fold(StructType::new("Desk"), StructType::field);
    let desk = types.structure(desk);
    DynLayout::from_schema(types.finish(desk).unwrap()).unwrap()
}

#[test]
fn a_layout_of_parts_makes_a_region_that_a_typed_program_opens() {
    let folder = Folder::new("kinds-parts");
    let path = folder.file("desk");
    let layout = from_parts();
    let region = DynRegion::options().heap_max(1 << 20).create(&path, &layout).unwrap();
    let typed = Region::<Desk>::open(&path).unwrap();
    region.set("poses[3].mode", "Busy").unwrap();
    region.set("low", 7).unwrap();
    region.set("names[7]", "seven").unwrap();
    assert_eq!((typed.poses[3].mode.get().unwrap(), typed.low.get()), (Mode::Busy, 7));
    let field = region.field("temperature").unwrap();
    assert_eq!((field.unit(), field.doc()), ("°C", "In the shade."));

    let other_folder = Folder::new("kinds-parts-typed");
    let (_typed, other) = desk(&other_folder);
    assert_eq!(other.schema(), region.schema(), "as the derive makes it");
}
