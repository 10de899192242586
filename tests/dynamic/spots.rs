//! Words of a region that are found once, and changed as bits.

use std::num::NonZeroU16;

use shm_core::{
    DynRegion, Latest, Mutex, Owned, Region, RwLock, SharedLayout, Watched, errors::DynError,
    field::Be,
};

use crate::support::{self, Folder};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i8)]
enum Mode {
    Idle = 0,
    Lost = -3,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    wide: u64,
    float: f32,
    sign: i16,
    byte: u8,
    flag: bool,
    letter: char,
    id: NonZeroU16,
    next: Option<NonZeroU16>,
    mode: Mode,
    network: Be<u32>,
    rows: [[i32; 3]; 2],
    pose: Latest<[f64; 2]>,
    account: Mutex<i64>,
    shelf: RwLock<u32, 4>,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: u32,
    level: Watched<u32>,
    title: Owned<str>,
    tail: [u16],
}

fn board(folder: &Folder) -> (Region<Board>, DynRegion) {
    let path = folder.file("board");
    let options = Region::<Board>::options().len(5).heap_max(1 << 20);
    let typed = options.create_with(&path, |board| board.id.set(NonZeroU16::MIN)).unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn bits(region: &DynRegion, path: &str) -> u64 {
    region.spot(path).unwrap().load()
}

#[test]
fn a_word_has_the_bits_that_a_typed_view_has() {
    let folder = Folder::new("spot-bits");
    let (typed, region) = board(&folder);
    typed.wide.set(u64::MAX - 1);
    typed.float.set(1.5);
    typed.sign.set(-2);
    typed.flag.set(true);
    typed.letter.set('ß');
    typed.next.set(NonZeroU16::new(9));
    typed.mode.set(Mode::Lost);
    typed.network.set(0x0102_0304);
    typed.rows[1][2].set(-1);
    typed.tail[4].set(77);
    let float = u64::from(1.5_f32.to_bits());
    for (path, expected) in [
        ("wide", u64::MAX - 1),
        ("float", float),
        ("sign", 0xfffe),
        ("flag", 1),
        ("letter", 0xdf),
        ("id", 1),
        ("next", 9),
        ("mode", 0xfd),
        ("network", u64::from(0x0102_0304_u32.to_be())),
        ("rows[1][2]", 0xffff_ffff),
        ("tail[4]", 77),
        ("account", 0),
        ("level", 0),
    ] {
        assert_eq!(bits(&region, path), expected, "{path}");
        assert_eq!(region.read_only().spot(path).unwrap().load(), expected, "{path}");
    }
}

#[test]
fn every_step_does_to_a_word_what_the_typed_field_does() {
    let folder = Folder::new("spot-steps");
    let (typed, region) = board(&folder);
    let sign = region.spot("sign").unwrap();
    sign.store(-5_i64 as u64).unwrap();
    assert_eq!(typed.sign.get(), -5);
    assert_eq!(sign.fetch_max(-7_i64 as u64).unwrap(), 0xfffb, "the sign counts");
    assert_eq!(typed.sign.get(), -5);
    assert_eq!(sign.fetch_min(-7_i64 as u64).unwrap(), 0xfffb);
    assert_eq!(sign.fetch_sub(1).unwrap(), 0xfff9);
    assert_eq!(sign.swap(3).unwrap(), 0xfff8);
    assert_eq!(typed.sign.get(), 3);

    let byte = region.spot("byte").unwrap();
    assert_eq!(byte.fetch_add(0x1_0005).unwrap(), 0, "only the low bits count");
    assert_eq!(byte.fetch_or(0x0a).unwrap(), 5);
    assert_eq!(byte.fetch_and(0x0e).unwrap(), 15);
    assert_eq!(byte.fetch_xor(0xff).unwrap(), 14);
    assert_eq!(typed.byte.get(), 0xf1);
    assert_eq!(byte.fetch_add(0x10).unwrap(), 0xf1);
    assert_eq!(typed.byte.get(), 1, "it wraps around");

    let float = region.spot("float").unwrap();
    let of = |value: f32| u64::from(value.to_bits());
    assert_eq!(float.compare_exchange(of(0.0), of(2.5)).unwrap(), Ok(0));
    assert_eq!(float.compare_exchange(of(0.0), of(3.5)).unwrap(), Err(of(2.5)));
    assert_eq!(typed.float.get(), 2.5);
    let error = float.fetch_add(1).unwrap_err();
    assert!(matches!(&error, DynError::NotWritable { .. }), "{error}");
    assert_eq!(error.help().as_deref(), Some("use `compare_exchange`"));
}

#[test]
fn bits_that_are_no_value_of_the_type_are_refused_and_change_nothing() {
    let folder = Folder::new("spot-invalid");
    let (typed, region) = board(&folder);
    for (path, wrong) in [("letter", 0xd800), ("id", 0), ("mode", 1)] {
        let spot = region.spot(path).unwrap();
        let before = spot.load();
        for refused in [
            spot.store(wrong),
            spot.swap(wrong).map(drop),
            spot.compare_exchange(before, wrong).map(drop),
        ] {
            assert!(matches!(refused, Err(DynError::DoesNotFit { .. })), "{path}");
        }
        assert_eq!(spot.load(), before);
    }
    let error = region.spot("mode").unwrap().store(1).unwrap_err().to_string();
    assert_eq!(error, "`mode`: 0x1 is not a value of `enum i8`; allowed: 0 (Idle), -3 (Lost)");
    region.spot("mode").unwrap().store(-3_i64 as u64).unwrap();
    assert_eq!(typed.mode.get().unwrap(), Mode::Lost);
    region.spot("next").unwrap().store(0).unwrap();
    assert_eq!(typed.next.get().unwrap(), None);
}

#[test]
fn what_is_not_one_word_has_no_spot() {
    let folder = Folder::new("spot-none");
    let (_typed, region) = board(&folder);
    for path in ["", "rows", "rows[..][0]", "pose", "pose[0]", "title", "lock", "tail"] {
        let error = region.spot(path).unwrap_err();
        assert!(matches!(&error, DynError::Unreadable { .. }), "{path}: {error}");
    }
    assert!(matches!(region.spot("wude"), Err(DynError::NoField { .. })));
}

#[test]
fn a_word_in_a_lock_is_changed_only_by_the_thread_that_holds_it() {
    let folder = Folder::new("spot-guarded");
    let (typed, region) = board(&folder);
    for path in ["account", "shelf"] {
        let spot = region.spot(path).unwrap();
        assert_eq!(spot.guarded_by().unwrap(), path);
        let refused = |done: Result<u64, DynError>| {
            assert!(matches!(done, Err(DynError::NotLocked { .. })), "{path}: {done:?}");
        };
        refused(spot.fetch_add(1));
        let guard = region.lock(path).unwrap();
        assert_eq!(spot.fetch_add(1).unwrap(), 0);
        std::thread::scope(|scope| {
            scope.spawn(|| refused(spot.fetch_add(1)));
        });
        drop(guard);
        refused(spot.fetch_add(1));
        assert_eq!(spot.load(), 1);
    }
    let guard = typed.account.lock().unwrap();
    region.spot("account").unwrap().store(5).unwrap();
    region.set("account", 6).unwrap();
    assert_eq!(guard.get(), 6, "held through the typed mapping");
    drop(guard);
    let _reading = typed.shelf.read().unwrap();
    assert!(region.spot("shelf").unwrap().store(1).is_err(), "a reader does not write");
}

#[test]
fn a_lock_beside_a_word_is_taken_for_each_change_unless_this_thread_holds_it() {
    let folder = Folder::new("spot-beside");
    let (typed, region) = board(&folder);
    let low = region.spot("low").unwrap();
    low.store(1).unwrap();
    assert!(!typed.lock.is_locked());
    let guard = typed.lock.lock().unwrap();
    assert_eq!(low.fetch_add(1).unwrap(), 1);
    drop(guard);
    assert_eq!(typed.low.get(), 2);
}

/// Raises the level of the board at a path.
pub(crate) fn raise_the_level() {
    let region = DynRegion::open(support::argument("SHM_PATH")).unwrap();
    region.spot("level").unwrap().fetch_add(7).unwrap();
}

#[test]
fn a_change_of_a_watched_word_in_another_process_wakes_its_waiters() {
    let folder = Folder::new("spot-watched");
    let (typed, _) = board(&folder);
    let ticket = typed.level.ticket();
    let mut child = support::second_process("raise the level");
    child.env("SHM_PATH", folder.file("board"));
    support::run(&mut child);
    assert!(typed.level.wait_timeout(ticket, std::time::Duration::ZERO));
    assert_eq!(typed.level.get().unwrap(), 7);
}

#[test]
fn the_data_of_a_region_and_of_an_object_begins_with_its_value() {
    let folder = Folder::new("spot-data");
    let (typed, region) = board(&folder);
    let data = region.data();
    assert_eq!(data.len() as u64, region.schema().root().size_with(5).unwrap());
    let typed_object = typed.heap().unwrap().named::<[u32; 3]>("three").unwrap();
    typed_object[2].set(9);
    let object = region.object("three").unwrap().unwrap();
    assert_eq!(object.data().len(), 12);
    let last = object.spot("[2]").unwrap();
    assert_eq!((last.offset(), last.load()), (8, 9));
    let address = object.data().cast::<u8>().wrapping_add(last.offset());
    // SAFETY: the address of a `u32` in the object's data, which is accessed as an atomic.
    let word = unsafe { std::sync::atomic::AtomicU32::from_ptr(address.cast()) };
    word.store(10, std::sync::atomic::Ordering::Release);
    assert_eq!(typed_object[2].get(), 10);
}
