//! Whole structs that contain guarded fields, against a second process that locks by its type.

use shm_core::dynamic::DynValue;
use shm_core::{DynRegion, Region};

use crate::support::{Folder, finish, wait_until};
use crate::{Desk, Stage, desk, is_busy};

/// How many times the other process looks, or writes.
const ROUNDS: i64 = 20_000;

fn span(low: i64, high: i64) -> DynValue {
    DynValue::Struct(vec![("low".into(), low.into()), ("high".into(), high.into())])
}

pub fn write_typed(desk: &Region<Desk>) {
    desk.taken.set(1);
    let mut round = 0;
    while desk.stop.get() == 0 {
        round += 1;
        let _guard = desk.span.lock.lock().unwrap();
        desk.span.low.set(round);
        desk.span.high.set(round);
    }
}

pub fn read_typed(desk: &Region<Desk>) {
    desk.taken.set(1);
    wait_until("there is something to read", || desk.span.low.get() != 0);
    for _ in 0..ROUNDS {
        let _guard = desk.span.lock.lock().unwrap();
        assert_eq!(desk.span.low.get(), desk.span.high.get(), "torn, under the lock");
    }
    desk.stop.set(1);
}

#[test]
fn a_struct_is_read_by_name_as_its_lock_leaves_it() {
    let mut stage = Stage::with("writes under the lock");
    let region = stage.by_name();
    let (mut changes, mut last) = (0, DynValue::None);
    let mut round = 0;
    // The other process may not run for a while.
    while round < ROUNDS || changes <= 10 {
        round += 1;
        let span = region.get("span").unwrap();
        assert_eq!(span.field("low"), span.field("high"), "torn");
        changes += i32::from(span.field("low") != Some(&last));
        last = span.field("low").cloned().unwrap_or(DynValue::None);
    }
    let whole = region.get("").unwrap();
    let span = whole.field("span").unwrap();
    assert_eq!(span.field("low"), span.field("high"));
    stage.desk.stop.set(1);
    assert!(finish(&mut stage.holder).success());
}

#[test]
fn fields_that_are_written_by_name_together_are_seen_together_under_the_lock() {
    let mut stage = Stage::with("reads under the lock");
    let region = stage.by_name();
    let place = region.resolve("span").unwrap();
    let mut round = 0;
    while stage.desk.stop.get() == 0 && stage.holder.try_wait().unwrap().is_none() {
        round += 1;
        place.set(span(round, round)).unwrap();
    }
    assert!(finish(&mut stage.holder).success(), "it saw the fields apart");
    assert!(round > 10, "{round}");
}

#[test]
fn a_struct_needs_only_the_locks_of_the_fields_that_are_given() {
    let stage = Stage::with("holds");
    let region = stage.by_name();
    let one = |name: &str, value: DynValue| DynValue::Struct(vec![(name.into(), value)]);
    assert!(is_busy(region.try_set("", one("count", 1.into()))));
    assert!(is_busy(region.try_set(
        "",
        DynValue::Struct(vec![("free".into(), 3.into()), ("total".into(), 3.into())])
    )));
    assert_eq!(stage.desk.free.get(), 0, "nothing was written");
    region.try_set("", one("free", 3.into())).unwrap();
    region.try_set("", one("span", span(1, 2))).unwrap();
    assert_eq!((stage.desk.free.get(), stage.desk.span.high.get()), (3, 2));
    // Both locks, one of which is held.
    let both = DynValue::Struct(vec![("span".into(), span(8, 8)), ("count".into(), 8.into())]);
    assert!(is_busy(region.try_set("", both)));
    assert_eq!(stage.desk.span.high.get(), 2);
    assert!(!stage.desk.span.lock.is_locked());
}

#[test]
fn a_region_that_was_described_by_a_text_has_the_same_guards() {
    let folder = Folder::new("guarded-described");
    let definitions = "struct Span { #[shm(guarded_by = \"lock\")] low: i64, lock: Mutex<()>, \
         #[shm(guarded_by = \"lock\")] high: i64 }";
    let layout = shm_core::dynamic::DynLayout::defined(definitions, "[Span; 2]").unwrap();
    let region = DynRegion::options().create(folder.file("spans"), &layout).unwrap();
    let guard = region.lock("[1].low").unwrap();
    assert_eq!(guard.path().as_str(), "[1].lock");
    let path = folder.file("spans");
    std::thread::spawn(move || {
        let region = DynRegion::open(path).unwrap();
        assert!(is_busy(region.try_set("[1].high", 1)));
        region.try_set("[0].high", 1).unwrap();
    })
    .join()
    .unwrap();
    drop(guard);
    region.set("[1].high", 2).unwrap();
    assert_eq!(region.get("[..].high").unwrap().to_string(), "[1, 2]");
}

#[test]
fn printing_a_region_takes_no_lock() {
    let folder = Folder::new("guarded-debug");
    let (typed, region) = desk(&folder);
    let _guard = typed.lock.lock().unwrap();
    let text = format!("{region:?}");
    assert!(text.contains("count: 0"), "{text}");
}
