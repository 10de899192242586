//! Arrays of structs, each with a lock of its own.

use shm_core::dynamic::DynValue;
use shm_core::errors::DynError;

use crate::support::Folder;
use crate::{Stage, desk, is_busy, is_dead};

#[test]
fn an_element_is_busy_while_its_own_lock_is_held_and_its_neighbours_are_not() {
    let mut stage = Stage::with("holds an element");
    let region = stage.by_name();
    assert!(is_busy(region.try_set("spans[1].low", 1)));
    assert!(is_busy(region.try_set("spans[1].high", 1)));
    region.set("spans[1].free", 1).unwrap();
    region.set("spans[0].low", 1).unwrap();
    region.set("spans[2].low", 1).unwrap();
    region.set("count", 1).unwrap();
    stage.kill_the_holder();
    assert!(is_dead(region.set("spans[1].low", 1)));
    assert!(is_dead(region.get("spans[1].low")));
    assert!(is_dead(region.get("spans")));
    region.set("spans[2].low", 2).unwrap();
}

#[test]
fn several_elements_are_written_under_all_of_their_locks_or_not_at_all() {
    let mut stage = Stage::with("holds an element");
    let region = stage.by_name();
    assert!(is_busy(region.try_set("spans[..].low", [1, 2, 3])));
    assert!(is_busy(region.try_set("spans[1..3].low", [2, 3])));
    let spans = |n: i64| DynValue::List(vec![DynValue::Struct(vec![("high".into(), n.into())]); 3]);
    assert!(is_busy(region.try_set("spans", spans(9))));
    assert_eq!(region.read_only().get("spans[..].low").unwrap().to_string(), "[0, 0, 0]");
    assert_eq!(region.read_only().get("spans[..].high").unwrap().to_string(), "[0, 0, 0]");
    for free in [0, 2] {
        assert!(!stage.desk.spans[free].lock.is_locked(), "what was taken was released");
    }
    stage.kill_the_holder();
    drop(region.lock_or_repair("spans[1].low", |span| span.set("low", 0)).unwrap());
    region.set("spans[..].low", [1, 2, 3]).unwrap();
    region.set("spans", spans(9)).unwrap();
    assert_eq!(region.get("spans[..].low").unwrap().to_string(), "[1, 2, 3]");
    assert_eq!(region.get("spans[1..].high").unwrap().to_string(), "[9, 9]");
    assert!(stage.desk.spans.iter().all(|span| !span.lock.is_locked()));
}

#[test]
fn there_is_no_guard_of_several_locks() {
    let folder = Folder::new("guarded-several");
    let (_typed, region) = desk(&folder);
    let several = region.resolve("spans[..].low").unwrap();
    assert!(several.is_guarded() && several.guarded_by().is_none());
    let error = region.lock("spans[..].low").map(drop).unwrap_err();
    assert!(matches!(&error, DynError::NotWritable { help: Some(_), .. }), "{error}");
    assert!(error.to_string().contains("each element has a `Mutex` of its own"), "{error}");
}
