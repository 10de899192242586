//! Regions created without a struct, and opened by programs that have one.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;

use shm_core::{
    DynRegion, Error, Event, Latest, LockError, Mutex, Once, Region, SharedLayout, Text, View,
    Watched, dynamic::DynLayout, errors::DynError,
};

use crate::support::{Folder, PATIENCE, argument, finish, run, second_process, wait_until};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i16)]
enum Mode {
    Busy = 3,
    Lost = -1,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    mode: Mode,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Person {
    name: Text<12>,
    age: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Machine {
    turn: u32,
    mode: Mode,
    pose: Latest<Pose>,
    wide: Latest<[u128; 2]>,
    owner: Mutex<Person>,
    speed: Watched<u32>,
    bell: Event,
    once: Once,
    gates: [Mutex<u16>; 2],
    samples: [f32],
}

const DEFINITIONS: &str = "
    enum Mode: i16 { Busy = 3, Lost = -1 }
    struct Pose { x: f64, mode: Mode }
    struct Person { name: Text<12>, age: u8 }
";

fn machine() -> DynLayout {
    DynLayout::builder("Machine")
        .define(DEFINITIONS)
        .field("turn", "u32")
        .field("mode", "Mode")
        .field("pose", "Latest<Pose>")
        .field("wide", "Latest<[u128; 2]>")
        .field("owner", "Mutex<Person>")
        .field("speed", "Watched<u32>")
        .field("bell", "Event")
        .field("once", "Once")
        .field("gates", "[Mutex<u16>; 2]")
        .field("samples", "[f32]")
        .build()
        .unwrap()
}

/// The values that a machine starts with, by name.
fn fill_in(machine: &DynRegion) -> Result<(), DynError> {
    machine.set("mode", "Lost")?;
    machine.resolve("pose")?.set(shm_core::dynamic::DynValue::Struct(vec![
        ("x".into(), 1.5.into()),
        ("mode".into(), "Busy".into()),
    ]))?;
    machine.set("wide[1]", u128::MAX)?;
    machine.lock("owner").map_err(|error| panic!("{error}")).unwrap().set("name", "Ada")?;
    machine.set("samples[2]", 0.25)
}

/// The same values, by type.
fn check_filled_in(machine: &View<Machine>) {
    assert_eq!(machine.mode.get().unwrap(), Mode::Lost);
    assert_eq!(machine.pose.load().unwrap(), Pose { x: 1.5, mode: Mode::Busy });
    assert_eq!(machine.wide.load().unwrap(), [0, u128::MAX]);
    let owner = machine.owner.lock().unwrap().load().unwrap();
    assert_eq!(owner, Person { name: Text::new("Ada").unwrap(), age: 0 });
    assert_eq!(machine.samples[2].get(), 0.25);
}

fn created(folder: &Folder) -> DynRegion {
    let options = DynRegion::options().len(3);
    options.create_with(folder.file("machine"), &machine(), fill_in).unwrap()
}

#[test]
fn a_program_with_the_struct_opens_a_region_created_without_it() {
    let folder = Folder::new("dyn-created");
    let region = created(&folder);
    let mut child = second_process("typed beside dynamic");
    let mut child = child.env("SHM_REGION", region.path().unwrap()).spawn().unwrap();
    wait_until("the other process has looked", || region.get("turn").unwrap() == 1_u64.into());
    // The struct's `Watched`, versions and lock, used by name.
    region.set("speed", 7).unwrap();
    region.set("pose.x", 2.5).unwrap();
    let gate = region.resolve("gates[1]").unwrap();
    for _ in 0..1_000 {
        let guard = region.lock("gates[1]").unwrap();
        let next = u16::try_from(guard.get("").unwrap()).unwrap() + 1;
        guard.set("", next).unwrap();
    }
    assert!(finish(&mut child).success());
    assert_eq!(u16::try_from(gate.get().unwrap()).unwrap(), 2_000);
    // The other process died holding a lock.
    let mut repairs = 0;
    let repaired = region.lock_or_repair("gates[0]", |_| {
        repairs += 1;
        Ok(())
    });
    drop(repaired.unwrap());
    assert_eq!(repairs, 1);
    assert_eq!(region.get("once").unwrap(), true.into());
}

/// The process that has the struct.
pub(crate) fn typed_beside_dynamic() {
    let machine = Region::<Machine>::open(argument("SHM_REGION")).unwrap();
    check_filled_in(&machine);
    machine.once.call_once(|| {}).unwrap();
    machine.turn.set(1);
    let speed = machine.speed.wait_until_timeout(PATIENCE, |speed| speed == 7);
    assert_eq!(speed.unwrap(), Some(7));
    wait_until("a version came", || machine.pose.load().unwrap().x == 2.5);
    for _ in 0..1_000 {
        let gate = machine.gates[1].lock().unwrap();
        gate.set(gate.get() + 1);
    }
    let gate = machine.gates[0].lock();
    // Dies with the lock: nothing unlocks it.
    std::mem::forget(gate);
}

#[test]
fn a_region_created_from_the_struct_is_described_by_the_same_words() {
    let folder = Folder::new("dyn-described");
    run(second_process("typed creator").env("SHM_REGION", folder.file("typed")));
    let found = DynRegion::open(folder.file("typed")).unwrap();
    assert_eq!(found.schema(), machine().schema());
    let layout = DynLayout::from_schema(found.schema().clone());
    let copied =
        DynRegion::options().len(3).create_with(folder.file("copy"), &layout.unwrap(), |copy| {
            for part in ["mode", "pose", "wide", "samples"] {
                copy.set(part, found.get(part)?)?;
            }
            copy.lock("owner").unwrap().set("", found.get("owner")?)
        });
    drop(copied.unwrap());
    check_filled_in(&Region::<Machine>::open(folder.file("copy")).unwrap());
}

/// The process that creates by the struct.
pub(crate) fn typed_creator() {
    let created =
        Region::<Machine>::options().len(3).create_with(argument("SHM_REGION"), |machine| {
            machine.mode.set(Mode::Lost);
            machine.pose.store(&Pose { x: 1.5, mode: Mode::Busy }).unwrap();
            machine.wide.store(&[0, u128::MAX]).unwrap();
            let owner = Person { name: Text::new("Ada").unwrap(), age: 0 };
            machine.owner.lock().unwrap().store(&owner);
            machine.samples[2].set(0.25);
        });
    drop(created.unwrap());
}

#[test]
fn no_process_sees_a_region_before_it_is_filled_in_and_a_failure_leaves_nothing() {
    let folder = Folder::new("dyn-unseen");
    let path = folder.file("machine");
    let options = DynRegion::options().len(3);
    let region = options.create_with(&path, &machine(), |new| {
        assert!(folder.names().is_empty(), "nothing has a name yet");
        fill_in(new)
    });
    drop(region.unwrap());
    std::fs::remove_file(&path).unwrap();

    let failed = options.create_with(&path, &machine(), |new| new.set("speed", -1));
    let error = failed.unwrap_err();
    let message = format!(
        "{} was not created, because its initial values could not be written",
        path.display()
    );
    assert_eq!(error.to_string(), message);
    let Error::NotInitialised { source, .. } = error else { panic!("{error}") };
    let cause = "`speed`: -1 does not fit a `u32`, which holds 0 to 4294967295";
    assert_eq!(source.to_string(), cause);
    assert!(folder.names().is_empty());
}

#[test]
fn a_process_that_dies_while_it_fills_a_region_in_leaves_nothing() {
    let folder = Folder::new("dyn-dies");
    let mut child = second_process("dying creator");
    let mut child = child.env("SHM_REGION", folder.file("machine")).spawn().unwrap();
    assert_eq!(finish(&mut child).signal(), Some(6), "it aborted");
    assert!(folder.names().is_empty());
}

/// The process that dies in the middle.
pub(crate) fn dying_creator() {
    let options = DynRegion::options().len(3);
    let _ = options.create_with(argument("SHM_REGION"), &machine(), |new| -> () {
        fill_in(new).unwrap();
        std::process::abort()
    });
}

#[test]
fn a_region_full_of_zeros_is_refused_where_zero_is_invalid() {
    let folder = Folder::new("dyn-zeroed");
    let path = folder.file("machine");
    let options = DynRegion::options().len(3);
    let error = options.create(&path, &machine()).unwrap_err();
    let message = format!(
        "{} cannot be created full of zeros: zero is not a valid value of `mode`, `pose.mode`",
        path.display()
    );
    assert_eq!(error.to_string(), message);
    assert_eq!(error.help().as_deref(), Some("use `create_with` and set each"));
    let nested = DynLayout::of(
        "{ a: [{ id: NonZeroU8 }; 2], b: [NonZeroU8; 0], c: Mutex<NonZeroI64>, \
        d: Watched<enum u8 { One = 1 }>, e: Option<NonZero<u32>>, f: [[NonZeroU16; 2]] }",
    );
    let nested = nested.unwrap();
    let fields = |len| match DynRegion::options().len(len).create(&path, &nested) {
        Err(Error::ZeroIsNoValue { fields, .. }) => fields,
        other => panic!("{other:?}"),
    };
    assert_eq!(fields(0), ["a[..].id", "c", "d"]);
    assert_eq!(fields(1), ["a[..].id", "c", "d", "f[..][..]"]);
    assert!(folder.names().is_empty());
}

#[test]
fn a_field_left_at_zero_although_zero_is_invalid_is_named() {
    let folder = Folder::new("dyn-left-out");
    let path = folder.file("machine");
    let left_out = |len, layout: &str, init: fn(&DynRegion) -> Result<(), DynError>| {
        let layout = DynLayout::of(layout).unwrap();
        let mut options = DynRegion::options();
        if let Some(len) = len {
            options = options.len(len);
        }
        match options.create_with(&path, &layout, init) {
            Err(Error::NotInitialised { source, .. }) => match source.downcast_ref() {
                Some(DynError::Invalid(invalid)) => invalid.field().unwrap().to_owned(),
                _ => panic!("{source}"),
            },
            Err(other) => panic!("{other}"),
            Ok(_) => {
                std::fs::remove_file(&path).unwrap();
                String::new()
            }
        }
    };
    assert_eq!(left_out(None, "NonZero<u8>", |_| Ok(())), "");
    assert_eq!(left_out(None, "{ a: u8, b: [NonZeroU8; 3] }", |new| new.set("b[0]", 1)), "b[1]");
    assert_eq!(
        left_out(None, "{ a: [Mutex<{ id: NonZeroU8 }>; 2] }", |new| {
            new.lock("a[0]").unwrap().set("id", 1)
        }),
        "a[1].id"
    );
    assert_eq!(left_out(None, "{ p: Latest<{ v: NonZeroU8 }> }", |_| Ok(())), "p.v");
    assert_eq!(left_out(None, "{ p: Latest<{ v: NonZeroU8 }> }", |new| new.set("p.v", 1)), "");
    // More than is looked at in one step, both in one element and in the number of elements.
    let large = "[{ much: [u64; 300000], id: NonZeroU8 }]";
    assert_eq!(
        left_out(Some(3), large, |new| {
            new.set("[0].id", 1)?;
            new.set("[1].id", 1)
        }),
        "[2].id"
    );
    assert_eq!(
        left_out(Some((1 << 20) + 5), "[NonZeroU8]", |new| {
            new.set("[..1048576]", vec![1; 1 << 20])?;
            new.set("[1048577..]", vec![1; 4])
        }),
        "[1048576]"
    );
    let guarded = "{ m: Mutex<{ value: NonZeroU8, much: [u64; 200000] }> }";
    assert_eq!(left_out(None, guarded, |_| Ok(())), "m.value.value");
    let versions = "{ l: Latest<{ slots: NonZeroU8, much: [u64; 200000] }> }";
    assert_eq!(left_out(None, versions, |_| Ok(())), "l.slots[..].value.slots");
    assert!(folder.names().is_empty());
}

#[test]
fn a_region_replaces_another_in_one_step() {
    let folder = Folder::new("dyn-replaced");
    let path = folder.file("number");
    let layout = DynLayout::of("u64").unwrap();
    let old = DynRegion::create(&path, &layout).unwrap();
    assert!(matches!(DynRegion::create(&path, &layout), Err(Error::AlreadyExists { .. })));
    let new =
        DynRegion::options().create_or_replace_with(&path, &layout, |new| new.set("", 5)).unwrap();
    assert_eq!((old.get("").unwrap(), new.get("").unwrap()), (0_u64.into(), 5_u64.into()));
    assert_eq!(Region::<u64>::open(&path).unwrap().get(), 5);
    let newest = DynRegion::options().create_or_replace(&path, &layout).unwrap();
    assert_eq!(newest.get("").unwrap(), 0_u64.into());
    assert_eq!(folder.names(), ["number"]);
}

#[test]
fn options_hold_for_regions_without_a_struct() {
    let folder = Folder::new("dyn-options");
    let layout = DynLayout::of("[{ lock: Mutex<u8>, room: [u8; 4088] }]").unwrap();
    let path = folder.file("options");
    let options = DynRegion::options().mode(0o640).participants(3).sparse(true).populate(false);
    let error = options.create(&path, &layout).unwrap_err();
    assert!(matches!(error, Error::NeedsLength { .. }), "{error}");
    let region = options.clone().len(1_000).create(&path, &layout).unwrap();
    let facts = std::fs::metadata(&path).unwrap();
    assert_eq!((region.len(), facts.permissions().mode() & 0o777), (Some(1_000), 0o640));
    assert!(facts.blocks() * 512 < 100 * 4096, "sparse: {} blocks", facts.blocks());
    let bytes = std::fs::read(&path).unwrap();
    let checked = shm_core::format::check(&bytes[..], bytes.len() as u64).unwrap();
    assert_eq!(checked.participants().unwrap().map(|(_, count)| count), Some(3));

    let reserved = DynRegion::options().len(1_000).populate(true);
    drop(reserved.create(folder.file("reserved"), &layout).unwrap());
    let facts = std::fs::metadata(folder.file("reserved")).unwrap();
    assert!(facts.blocks() * 512 >= 1_000 * 4096);
    let too_many = DynRegion::options().len(1).participants(1024);
    let error = too_many.create(folder.file("many"), &layout).unwrap_err();
    assert!(matches!(error, Error::BadParticipants { .. }), "{error}");
    let fixed = DynRegion::options().len(1).create(&path, &DynLayout::of("u8").unwrap());
    assert!(matches!(fixed, Err(Error::HasNoLength { .. })));
    let long = DynRegion::options().len(usize::MAX).create(folder.file("long"), &layout);
    assert!(long.unwrap_err().to_string().contains("cannot be that long"));
    assert_eq!(folder.names(), ["options", "reserved"]);
}

#[test]
fn a_program_with_another_struct_gets_an_error_that_names_the_difference() {
    let folder = Folder::new("dyn-differs");
    let path = folder.file("pose");
    let layout = DynLayout::builder("Pose").field("x", "f64").field("mode", "i16").build().unwrap();
    let region = DynRegion::create(&path, &layout).unwrap();
    let message = Region::<Pose>::open(&path).unwrap_err().to_string();
    assert!(
        message.contains("i16           mode                 8  enum i16      mode"),
        "{message}"
    );
    drop(region);
}

#[test]
fn both_kinds_of_handles_of_one_process_share_a_created_region() {
    let folder = Folder::new("dyn-shared");
    let region = created(&folder);
    let typed = Region::<Machine>::open(region.path().unwrap()).unwrap();
    let guard = region.lock("owner").unwrap();
    assert!(matches!(typed.owner.try_lock(), Err(LockError::WouldDeadlock | LockError::Busy)));
    drop(guard);
    drop(typed.owner.lock().unwrap());
    typed.mode.repr().set(9);
    assert_eq!(typed.mode.get().unwrap_err().field(), Some("mode"));
}
