//! Values as bytes, beside typed views of the same memory.

use std::num::NonZeroU16;
use std::time::Duration;

use shm_core::{
    Bulk, CText, DynRegion, Latest, Mutex, Owned, Region, Ring, SharedLayout, Text, Watched,
    errors::DynError, field::Be,
};

use crate::support::{self, Folder, wait_until};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Row {
    id: NonZeroU16,
    mode: Mode,
    x: f64,
    label: CText<3>,
    order: Be<u32>,
    on: bool,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Note {
    wide: u64,
    small: u8,
    text: Text<5>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Table {
    rows: [Row; 3],
    grid: [[i16; 4]; 3],
    note: Latest<Note>,
    scan: Latest<[u64; 64]>,
    wide: Latest<[u128; 2]>,
    account: Mutex<[u32; 2]>,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: [u32; 2],
    level: Watched<u32>,
    log: Ring<u32, 4>,
    title: Owned<str>,
    boxes: [Latest<u32>; 2],
    ready: u32,
    tail: [f32],
}

fn row(id: u16) -> Row {
    Row {
        id: NonZeroU16::new(id).unwrap(),
        mode: Mode::Busy,
        x: f64::from(id) / 2.0,
        label: CText::new("ab").unwrap(),
        order: Be::new(0x0102_0304),
        on: true,
    }
}

fn table(folder: &Folder) -> (Region<Table>, DynRegion) {
    let path = folder.file("table");
    let options = Region::<Table>::options().len(5).heap_max(1 << 20);
    let typed = options
        .create_with(&path, |table| {
            (0..3).for_each(|index| table.rows[usize::from(index)].store(&row(index + 1)));
        })
        .unwrap();
    (typed, DynRegion::open(&path).unwrap())
}

fn loaded(region: &DynRegion, path: &str) -> Vec<u8> {
    let place = region.resolve(path).unwrap();
    let mut bytes = vec![0xee; place.bytes_len().unwrap()];
    assert_eq!(place.load_bytes(&mut bytes).unwrap(), place.version(), "{path}");
    let mut again = vec![0xee; bytes.len()];
    region.read_only().resolve(path).unwrap().load_bytes(&mut again).unwrap();
    assert_eq!(bytes, again, "{path}, read-only");
    bytes
}

fn stored(region: &DynRegion, path: &str, bytes: &[u8]) -> Result<Option<u64>, DynError> {
    region.resolve(path).unwrap().store_bytes(bytes)
}

/// The bytes of a row as `#[repr(C)]` lays them out, with this in its padding.
fn bytes_of(row: Row, padding: u8) -> Vec<u8> {
    let mut bytes = vec![padding; 32];
    bytes[..2].copy_from_slice(&row.id.get().to_ne_bytes());
    bytes[2] = row.mode as u8;
    bytes[8..16].copy_from_slice(&row.x.to_ne_bytes());
    bytes[16..19].copy_from_slice(b"ab\0");
    bytes[20..24].copy_from_slice(&row.order.get().to_be_bytes());
    bytes[24] = u8::from(row.on);
    bytes
}

#[test]
fn bytes_are_those_of_a_c_struct_with_zeros_for_padding() {
    let folder = Folder::new("bulk-structs");
    let (typed, region) = table(&folder);
    let all: Vec<u8> = (1..4).flat_map(|id| bytes_of(row(id), 0)).collect();
    assert_eq!(loaded(&region, "rows"), all);
    assert_eq!(loaded(&region, "rows[1]"), bytes_of(row(2), 0));
    assert_eq!(loaded(&region, "rows[1..3]"), all[32..]);
    assert_eq!(loaded(&region, "rows[..].x"), [0.5_f64, 1.0, 1.5].map(f64::to_ne_bytes).concat());

    let more: Vec<u8> = (7..9).flat_map(|id| bytes_of(row(id), 0xff)).collect();
    assert_eq!(stored(&region, "rows[..2]", &more).unwrap(), None);
    assert_eq!(typed.rows[1].load().unwrap(), row(8));
    assert_eq!(typed.rows[2].load().unwrap(), row(3));
    let data = region.data().cast::<u8>();
    for padding in [3, 7, 19, 25, 31, 32 + 3] {
        // SAFETY: inside the data; padding, which no process writes.
        assert_eq!(unsafe { data.add(padding).read() }, 0, "byte {padding} is padding");
    }
    stored(&region, "rows[1..].x", &[9.5_f64, 8.5].map(f64::to_ne_bytes).concat()).unwrap();
    assert_eq!((typed.rows[1].x.get(), typed.rows[2].x.get()), (9.5, 8.5));
    assert_eq!(typed.rows[0].x.get(), 3.5);
}

#[test]
fn ranges_of_ranges_are_copied_in_their_order() {
    let folder = Folder::new("bulk-ranges");
    let (typed, region) = table(&folder);
    for (index, cell) in typed.grid.iter().flatten().enumerate() {
        cell.set(index as i16);
    }
    let of = |numbers: &[i16]| numbers.iter().flat_map(|n| n.to_ne_bytes()).collect::<Vec<_>>();
    assert_eq!(loaded(&region, "grid"), of(&(0..12).collect::<Vec<_>>()));
    assert_eq!(loaded(&region, "grid[1..][1..3]"), of(&[5, 6, 9, 10]));
    assert_eq!(loaded(&region, "grid[..][3]"), of(&[3, 7, 11]));
    assert_eq!(loaded(&region, "grid[2..2]"), of(&[]));
    stored(&region, "grid[..2][..2]", &of(&[-1, -2, -3, -4])).unwrap();
    let first: Vec<_> = typed.grid.iter().flatten().map(|cell| cell.get()).collect();
    assert_eq!(first, [-1, -2, 2, 3, -3, -4, 6, 7, 8, 9, 10, 11]);

    typed.tail.store_from(&[0.5, 1.5, 2.5, 3.5, 4.5]).unwrap();
    assert_eq!(
        loaded(&region, "tail"),
        [0.5_f32, 1.5, 2.5, 3.5, 4.5].map(f32::to_ne_bytes).concat()
    );
    stored(&region, "tail[3..]", &[7.5_f32, 8.5].map(f32::to_ne_bytes).concat()).unwrap();
    assert_eq!(typed.tail.load_vec().unwrap(), [0.5, 1.5, 2.5, 7.5, 8.5]);
}

#[test]
fn bytes_of_a_latest_are_those_of_one_version_and_make_the_next() {
    let folder = Folder::new("bulk-latest");
    let (typed, region) = table(&folder);
    let note = Note { wide: u64::MAX - 1, small: 7, text: Text::new("abc").unwrap() };
    typed.note.store(&note).unwrap();
    let place = region.resolve("note").unwrap();
    let mut bytes = vec![0; place.bytes_len().unwrap()];
    assert_eq!(bytes.len(), size_of::<Note>());
    assert_eq!(place.load_bytes(&mut bytes).unwrap(), Some(1));
    assert_eq!(bytes[..8], (u64::MAX - 1).to_ne_bytes());
    assert_eq!((bytes[8], &bytes[16..19]), (7, &b"abc"[..]));

    let padding = 9..12;
    bytes[padding.clone()].fill(0xff);
    bytes[8] = 8;
    assert_eq!(place.store_bytes(&bytes).unwrap(), Some(2));
    assert_eq!(typed.note.load().unwrap(), Note { small: 8, ..note });
    let (raw, version) = place.version_bytes(1000).unwrap().unwrap();
    assert_eq!((version, &raw[padding]), (2, &[0; 3][..]), "only zeros are written to padding");

    assert_eq!(stored(&region, "note.small", &[9]).unwrap(), Some(3));
    assert_eq!(typed.note.load().unwrap(), Note { small: 9, ..note });
    assert_eq!(loaded(&region, "note.small"), [9]);
    assert_eq!(
        stored(&region, "scan[1..3]", &[5_u64, 6].map(u64::to_ne_bytes).concat()).unwrap(),
        Some(1)
    );
    assert_eq!(typed.scan.load().unwrap()[..4], [0, 5, 6, 0]);
    assert_eq!((region.resolve("scan[1]").unwrap().version(), typed.scan.version()), (Some(1), 1));
    assert_eq!(region.resolve("ready").unwrap().version(), None);

    let wide = [u128::MAX, 7].map(u128::to_ne_bytes).concat();
    assert_eq!(stored(&region, "wide", &wide).unwrap(), Some(1));
    assert_eq!(typed.wide.load().unwrap(), [u128::MAX, 7]);
    assert_eq!(loaded(&region, "wide[1]"), 7_u128.to_ne_bytes());
}

#[test]
fn bytes_that_are_no_value_are_refused_and_nothing_is_written() {
    let folder = Folder::new("bulk-invalid");
    let (typed, region) = table(&folder);
    let mut wrong: Vec<u8> = [7, 8].into_iter().flat_map(|id| bytes_of(row(id), 0)).collect();
    wrong[32 + 2] = 9;
    let error = stored(&region, "rows[1..]", &wrong).unwrap_err();
    assert!(matches!(&error, DynError::Invalid(_)), "{error}");
    assert!(error.to_string().contains("rows[2].mode"), "{error}");
    assert_eq!(typed.rows[1].load().unwrap(), row(2));

    let mut note = vec![0; size_of::<Note>()];
    note[12] = 6;
    assert!(matches!(stored(&region, "note", &note), Err(DynError::Invalid(_))), "a length of 6");
    assert_eq!(typed.note.version(), 0);

    let error = stored(&region, "grid", &[0; 23]).unwrap_err().to_string();
    assert_eq!(error, "`grid`: 23 bytes are not the value's 24");
    let error = region.resolve("grid").unwrap().load_bytes(&mut [0; 25]).unwrap_err().to_string();
    assert_eq!(error, "`grid`: 25 bytes are not the value's 24");
}

#[test]
fn what_is_not_plain_bytes_is_refused() {
    let folder = Folder::new("bulk-refused");
    let (_typed, region) = table(&folder);
    for path in ["", "title", "level.changed", "boxes", "boxes[..]"] {
        let error = region.resolve(path).unwrap().bytes_len().unwrap_err();
        assert!(matches!(&error, DynError::Unreadable { .. }), "{path}: {error}");
    }
    let error = stored(&region, "log", &[0; 4]).unwrap_err();
    assert!(matches!(&error, DynError::NotWritable { .. }), "{error}");
}

#[test]
fn bytes_are_written_under_the_locks_that_guard_them() {
    let folder = Folder::new("bulk-locks");
    let (typed, region) = table(&folder);
    let bytes = [3_u32, 4].map(u32::to_ne_bytes).concat();
    assert!(matches!(stored(&region, "account", &bytes), Err(DynError::NotLocked { .. })));
    let lock = region.lock_of("account").unwrap();
    let _taken = lock.acquire().unwrap();
    stored(&region, "account", &bytes).unwrap();
    lock.release().unwrap();
    assert_eq!(loaded(&region, "account"), bytes);

    stored(&region, "low", &bytes).unwrap();
    assert_eq!(typed.low.load_vec().unwrap(), [3, 4]);
    assert!(!typed.lock.is_locked());
    std::thread::scope(|scope| {
        let held = typed.lock.lock().unwrap();
        let reader = scope.spawn(|| loaded(&region, "low"));
        std::thread::sleep(Duration::from_millis(5));
        typed.low.store_from(&[5, 6]).unwrap();
        drop(held);
        let read = reader.join().unwrap();
        assert_eq!(read, [5_u32, 6].map(u32::to_ne_bytes).concat(), "read under the lock");
    });
}

#[test]
fn bytes_in_a_watched_value_wake_its_waiters() {
    let folder = Folder::new("bulk-watched");
    let (typed, region) = table(&folder);
    let ticket = typed.level.ticket();
    stored(&region, "level", &7_u32.to_ne_bytes()).unwrap();
    assert!(typed.level.wait_timeout(ticket, Duration::ZERO));
    assert_eq!(typed.level.get().unwrap(), 7);
}

/// Stores versions that are all one number, until the other process has seen enough.
pub(crate) fn store_versions() {
    let path = support::argument("SHM_PATH");
    let region = DynRegion::open(path).unwrap();
    let (scan, ready) = (region.resolve("scan").unwrap(), region.spot("ready").unwrap());
    let mut number = 0_u64;
    while ready.load() == 0 {
        number += 1;
        let version = scan.store_bytes(&[number; 64].map(u64::to_ne_bytes).concat()).unwrap();
        assert_eq!(version, Some(number));
    }
}

#[test]
fn bytes_of_a_latest_are_never_torn_while_another_process_writes() {
    let folder = Folder::new("bulk-torn");
    let (typed, region) = table(&folder);
    let mut writer = support::second_process("stores versions")
        .env("SHM_PATH", folder.file("table"))
        .spawn()
        .unwrap();
    let scan = region.resolve("scan").unwrap();
    let (mut bytes, mut seen) = (vec![0; 512], 0);
    wait_until("many versions were read", || {
        let Ok(version) = scan.load_bytes(&mut bytes) else { return false };
        let number = version.unwrap().to_ne_bytes();
        assert!(bytes.chunks(8).all(|word| word == number), "version {version:?}");
        seen += usize::from(version > Some(0));
        seen > 2000
    });
    typed.ready.set(1);
    assert!(support::finish(&mut writer).success());
}
