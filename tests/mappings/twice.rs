//! One region mapped twice, and one address used twice.

use shm_core::{DynRegion, LockError, Region, SharedLayout, errors::DynError};

use crate::forge::Forged;
use crate::support::Folder;
use crate::{Scene, mappings_of};

mod newer {
    use shm_core::{Mutex, SharedLayout};

    /// The scene with one more field.
    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Scene {
        pub lock: Mutex<u64>,
        pub other: Mutex<u64>,
        pub hits: u64,
        pub added: u64,
    }
}

#[test]
fn a_thread_that_holds_a_lock_by_one_handle_would_deadlock_by_every_other() {
    let folder = Folder::new("two-handles");
    let path = folder.file("scene");
    let old = Region::<Scene>::options().capacity(256).create(&path).unwrap();
    let new = Region::<newer::Scene>::open(&path).unwrap();
    let by_name = DynRegion::open(&path).unwrap();
    assert!(mappings_of(&path) >= 2, "two layouts are two mappings");

    let guard = new.lock.lock().unwrap();
    assert!(matches!(old.lock.lock(), Err(LockError::WouldDeadlock)));
    assert!(matches!(old.lock.try_lock(), Err(LockError::WouldDeadlock)));
    assert!(matches!(by_name.lock("lock"), Err(DynError::Lock(LockError::WouldDeadlock))));
    // Another lock of the region, and another thread, are another matter.
    drop(old.other.lock().unwrap());
    std::thread::scope(|scope| {
        scope.spawn(|| assert!(matches!(old.lock.try_lock(), Err(LockError::Busy))));
    });
    drop(guard);
    drop(old.lock.lock().unwrap());
    drop(new);
    drop(old.lock.lock().unwrap());
}

#[test]
fn a_process_has_one_slot_in_a_region_however_often_it_has_mapped_it() {
    let folder = Folder::new("one-slot");
    let path = folder.file("scene");
    let options = Region::<Scene>::options().capacity(256).participants(1);
    let old = options.create(&path).unwrap();
    drop(old.lock.lock().unwrap());
    let new = Region::<newer::Scene>::open(&path).unwrap();
    drop(new.lock.lock().unwrap());
    drop(old);
    drop(new.lock.lock().unwrap());
    drop(new);
    drop(Region::<Scene>::open(&path).unwrap().lock.lock().unwrap());
}

#[test]
fn a_leaked_guard_says_nothing_about_a_later_region_at_the_same_address() {
    let folder = Folder::new("same-address");
    let mut met_again = 0;
    for round in 0..20 {
        let first = Region::<Scene>::create(folder.file(&format!("first-{round}"))).unwrap();
        let second_path = folder.file(&format!("second-{round}"));
        let address = std::ptr::from_ref(&first.lock).addr();
        std::mem::forget(first.lock.lock().unwrap());
        drop(first);
        let second = Region::<Scene>::create(second_path).unwrap();
        if std::ptr::from_ref(&second.lock).addr() != address {
            continue;
        }
        met_again += 1;
        std::thread::scope(|scope| {
            let (taken, wait) = std::sync::mpsc::channel();
            let lock = &second.lock;
            scope.spawn(move || {
                let guard = lock.lock().unwrap();
                taken.send(()).unwrap();
                std::thread::sleep(std::time::Duration::from_millis(2));
                drop(guard);
            });
            wait.recv().unwrap();
            let found = second.lock.try_lock();
            assert!(matches!(found, Ok(_) | Err(LockError::Busy)), "{:?}", found.err());
            drop(found);
            drop(second.lock.lock().expect("the other thread lets go"));
        });
    }
    assert!(met_again > 0, "no two regions had the same address");
}

/// The same 16 bytes as two layouts of the same fingerprint see them.
#[derive(SharedLayout)]
#[repr(C)]
struct Wide {
    first: u64,
    second: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Narrow {
    first: u32,
    second: u32,
    third: u64,
}

#[test]
fn a_file_that_was_rewritten_in_place_is_not_accessed_at_two_widths_by_one_mapping() {
    let folder = Folder::new("two-widths");
    let (path, other) = (folder.file("wide"), folder.file("narrow"));
    let typed = Region::<Wide>::create(&path).unwrap();
    drop(Region::<Narrow>::create(&other).unwrap());
    let original = std::fs::read(&path).unwrap();
    let narrow = std::fs::read(&other).unwrap();

    // The other layout, whole; then with the fingerprint of the first; then with a type of a kind that
    // no version knows, so that the schema has no fingerprint of its own to compare.
    let fingerprint = 72..80;
    let mut lying = Forged(narrow.clone());
    lying.set(fingerprint.start, &original[fingerprint]);
    lying.seal();
    let mut unknown = lying.clone();
    // The second record is that of `u64`; byte 16 of a record is its tag.
    let records = unknown.section(1).start + 4;
    let second =
        records + u32::from_le_bytes(unknown.0[records..records + 4].try_into().unwrap()) as usize;
    unknown.set(second + 16, &[200]);
    unknown.seal();
    for (forged, what) in [(Forged(narrow), "honest"), (lying, "lying"), (unknown, "unknown")] {
        assert_eq!(forged.0.len(), original.len(), "rewritten in place");
        std::fs::write(&path, &forged.0).unwrap();
        let before = mappings_of(&path);
        let by_name = DynRegion::open(&path);
        assert_eq!(by_name.is_ok(), what != "lying", "{what}: {:?}", by_name.err());
        if by_name.is_ok() {
            assert_eq!(mappings_of(&path), before + 1, "{what}: a mapping of its own");
        }
        drop(by_name);
        assert_eq!(mappings_of(&path), before);
    }
    std::fs::write(&path, &original).unwrap();
    let by_name = DynRegion::open(&path).unwrap();
    assert_eq!(mappings_of(&path), 1, "the same layout shares the mapping");
    by_name.set("second", 5).unwrap();
    assert_eq!(typed.second.get(), 5);
}
