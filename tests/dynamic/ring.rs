//! Rings by name: items that are pushed and followed, with typed views beside them.

use std::os::unix::fs::FileExt;
use std::time::Duration;

use shm_core::{
    DynRegion, LockError, Mutex, Region, Ring, SharedLayout, Text, Watched, dynamic::DynValue,
    errors::DynError,
};

use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Event {
    device: u32,
    code: u8,
    note: Text<8>,
    levels: [u16; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    events: Ring<Event, 8>,
    ids: [Ring<u32, 4>; 2],
    guarded: Mutex<Ring<u8, 4>>,
    watched: Watched<Ring<u64, 4>>,
    plain: u32,
}

fn event(device: u32) -> Event {
    Event { device, code: 1, note: Text::truncated("né"), levels: [1, 2, 3] }
}

fn board(folder: &Folder) -> (Region<Board>, DynRegion) {
    let path = folder.file("board");
    (Region::<Board>::create(&path).unwrap(), DynRegion::open(&path).unwrap())
}

fn push_twenty(board: &Region<Board>) {
    for device in 1..=20 {
        assert_eq!(board.events.push(&event(device)).unwrap(), device.into());
    }
}

fn item(device: u32) -> DynValue {
    DynValue::Struct(vec![
        ("device".into(), device.into()),
        ("code".into(), 1.into()),
        ("note".into(), "né".into()),
        ("levels".into(), [1, 2, 3].into()),
    ])
}

#[test]
fn items_pushed_by_name_are_followed_by_a_typed_view_and_vice_versa() {
    let folder = Folder::new("dynamic-ring");
    let (typed, region) = board(&folder);
    let (mut seen, by_name) = (typed.events.follow(), region.resolve("events").unwrap());
    let mut followed = by_name.follow().unwrap();
    region.push("events", item(7)).unwrap();
    typed.events.push(&event(8)).unwrap();
    by_name.push_timeout(item(9), Duration::ZERO).unwrap();
    for device in 7..=9 {
        assert_eq!(seen.next().unwrap().unwrap(), event(device));
        assert_eq!(followed.next().unwrap().unwrap().to_string(), item(device).to_string());
    }
    assert!(followed.next().is_none());
    assert_eq!((followed.cursor(), typed.events.pushed()), (3, 3));
    region.push("ids[1]", 5).unwrap();
    assert_eq!(typed.ids[1].newest().unwrap(), Some((1, 5)));
    assert_eq!(typed.ids[0].newest().unwrap(), None);
}

#[test]
fn reading_a_ring_by_name_gives_its_newest_item_and_that_ones_number() {
    let folder = Folder::new("dynamic-ring-newest");
    let (typed, region) = board(&folder);
    push_twenty(&typed);
    let (value, number) = region.resolve("events").unwrap().get_with_version().unwrap();
    assert_eq!((value.to_string(), number), (item(20).to_string(), Some(20)));
    for (path, shown) in [
        ("events.device", "20"),
        ("events.levels[1..]", "[2, 3]"),
        ("events.slots[..].value.note", "\"né\""),
        ("events.sequence", "20"),
    ] {
        assert_eq!(region.get(path).unwrap().to_string(), shown, "{path}");
    }
}

#[test]
fn a_part_of_each_item_is_followed_and_missed_items_are_counted() {
    let folder = Folder::new("dynamic-ring-part");
    let (typed, region) = board(&folder);
    let region = region.read_only();
    let devices = region.resolve("events.device").unwrap();
    let (mut from_here, from_the_start) = (devices.follow().unwrap(), devices.clone());
    push_twenty(&typed);
    let Some(Err(DynError::Missed { field, count })) = from_here.next() else { panic!("missed") };
    assert_eq!((field.as_str(), count, from_here.cursor()), ("events.device", 13, 13));
    let rest: Vec<String> = from_here.map(|item| item.unwrap().to_string()).collect();
    assert_eq!(rest, (14..=20).map(|device: u32| device.to_string()).collect::<Vec<_>>());
    let oldest = from_the_start.follow_from_oldest().unwrap();
    assert_eq!((oldest.cursor(), oldest.count()), (13, 7));
    let levels = region.resolve("events.levels[..2]").unwrap().follow_after(19).unwrap();
    let levels: Vec<String> = levels.map(|item| item.unwrap().to_string()).collect();
    assert_eq!(levels, ["[1, 2]"]);
}

#[test]
fn a_follower_by_name_that_waits_is_woken_by_a_push() {
    let folder = Folder::new("dynamic-ring-wait");
    let (_typed, region) = board(&folder);
    let mut waiting = region.resolve("ids[0]").unwrap().follow().unwrap();
    assert!(waiting.next_timeout(Duration::from_millis(1)).is_none());
    std::thread::scope(|scope| {
        let waiter = scope.spawn(move || waiting.next_wait());
        region.push("ids[0]", 3).unwrap();
        assert_eq!(waiter.join().unwrap().unwrap(), DynValue::from(3u32));
    });
    // A `Watched` around it is notified as well.
    let whole = region.resolve("watched").unwrap();
    let before = region.get("watched.changed").unwrap();
    whole.push(4).unwrap();
    assert_ne!(region.get("watched.changed").unwrap(), before);
}

#[test]
fn items_are_pushed_whole_and_never_changed() {
    let folder = Folder::new("dynamic-ring-refused");
    let (typed, region) = board(&folder);
    typed.events.push(&event(1)).unwrap();
    let reason = |error: DynError| error.to_string();
    for path in ["events", "events.device", "events.sequence", "events.pushed.count"] {
        let error = region.set(path, 5).unwrap_err();
        assert!(matches!(error, DynError::NotWritable { .. }), "{path}: {error}");
        assert!(reason(error).contains("items are pushed to it"), "{path}");
        assert!(region.resolve(path).unwrap().check(&5.into()).is_err(), "{path}");
        assert!(region.fetch_add(path, 1).is_err(), "{path}");
    }
    for (path, value, cause) in [
        ("events.device", DynValue::from(5), "a part of an item"),
        ("events.levels[..]", [1, 2, 3].into(), "a part of an item"),
        ("ids[..]", [1, 2].into(), "there are several"),
        ("plain", 5.into(), "not a `Queue` or `Ring`"),
        ("events", 5.into(), "is not a struct"),
        ("events", DynValue::Struct(vec![("device".into(), 5.into())]), "has no field `code`"),
        ("guarded", 5.into(), "guarded by the `Mutex`"),
    ] {
        let place = region.resolve(path).unwrap();
        let error = place.push(value.clone()).unwrap_err();
        assert!(error.to_string().contains(cause), "{path}: {error}");
        if path != "guarded" {
            assert_eq!(place.check_push(&value).unwrap_err().to_string(), error.to_string());
        }
    }
    let mut publisher = typed.events.publisher().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let busy = region.push_timeout("events", item(2), Duration::from_millis(1));
            assert!(matches!(busy, Err(DynError::Lock(LockError::Busy))));
        });
    });
    assert_eq!(publisher.push(&event(2)), 2);
    assert!(region.resolve("events").unwrap().check_push(&item(2)).is_ok());
    for path in ["plain", "ids[..]", "events.sequence"] {
        let error = region.resolve(path).unwrap().follow().unwrap_err();
        assert!(matches!(error, DynError::Unreadable { .. }), "{path}: {error}");
    }
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Marked {
    mark: u32,
    letter: char,
}

#[test]
fn an_item_that_is_not_a_value_is_reported_by_its_path_and_passed_over() {
    const MARK: u32 = 0x5eed_cafe;
    let folder = Folder::new("dynamic-ring-invalid");
    let path = folder.file("ring");
    let typed = Region::<Ring<Marked, 4>>::create(&path).unwrap();
    typed.push(&Marked { mark: MARK, letter: 'x' }).unwrap();
    typed.push(&Marked { mark: 2, letter: 'x' }).unwrap();
    // Another process writes an invalid `char`.
    let bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(4).position(|window| window == MARK.to_ne_bytes()).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(&u32::MAX.to_ne_bytes(), at as u64 + 4).unwrap();
    let region = DynRegion::open_read_only(&path).unwrap();
    let mut items = region.resolve("").unwrap().follow_from_oldest().unwrap();
    let error = items.next().unwrap().unwrap_err();
    assert!(error.to_string().contains("letter"), "{error}");
    assert_eq!(items.cursor(), 1);
    assert_eq!(items.next().unwrap().unwrap().to_string(), "{ mark: 2, letter: 'x' }");
    assert!(items.next().is_none());
}
