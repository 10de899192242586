//! Live types by name: versions, locks and waiters, with typed views beside them.

use std::sync::atomic::{AtomicBool, Ordering};

use shm_core::{
    Bytes, DynRegion, Event, Latest, LockError, Mutex, Once, Region, SharedLayout, Text, Watched,
    dynamic::DynValue, errors::DynError,
};

use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    turns: [u32; 3],
    lock: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    value: u8,
    owner: Text<8>,
    inner: Mutex<[u16; 2]>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Machine {
    pose: Latest<Pose>,
    wide: Latest<[u128; 2]>,
    account: Mutex<Account>,
    mode: Watched<u32>,
    news: Watched<Latest<Text<16>>>,
    raw: Latest<Bytes<4>>,
    bell: Event,
    once: Once,
    gates: [Mutex<u8>; 2],
}

fn machine(folder: &Folder) -> (Region<Machine>, DynRegion) {
    let path = folder.file("machine");
    (Region::<Machine>::create(&path).unwrap(), DynRegion::open(&path).unwrap())
}

fn shown(region: &DynRegion<impl shm_core::traits::Access>, path: &str) -> String {
    region.get(path).unwrap().to_string()
}

#[test]
fn setting_a_part_of_a_latest_makes_a_version_with_the_rest_unchanged() {
    let folder = Folder::new("dynamic-latest");
    let (typed, region) = machine(&folder);
    typed.pose.store(&Pose { x: 1.5, turns: [1, 2, 3], lock: 4 }).unwrap();
    region.set("pose.turns[1..]", [7, 8]).unwrap();
    region.set("pose.slots[..].value.lock", 9).unwrap();
    let expected = Pose { x: 1.5, turns: [1, 7, 8], lock: 9 };
    assert_eq!((typed.pose.version(), typed.pose.load().unwrap()), (3, expected));
    assert_eq!(shown(&region, "pose"), "{ x: 1.5, turns: [1, 7, 8], lock: 9 }");
    assert_eq!(
        (shown(&region, "pose.turns[2]"), shown(&region, "pose.sequence")),
        ("8".to_owned(), "3".to_owned())
    );
    typed.wide.store(&[1, u128::MAX]).unwrap();
    assert_eq!(region.get("wide[1]").unwrap(), DynValue::U128(u128::MAX));
    region.set("wide[0]", u128::MAX - 1).unwrap();
    assert_eq!(typed.wide.load().unwrap(), [u128::MAX - 1, u128::MAX]);
    region.set("raw", &b"\0\xff"[..]).unwrap();
    assert_eq!(typed.raw.load().unwrap().as_slice(), b"\0\xff");
    assert!(matches!(region.set("pose.lock", 1), Err(DynError::NotWritable { .. })));
    assert!(matches!(region.resolve("pose.slots[1].value"), Err(DynError::Slots { .. })));
}

/// Ends the writer, even if the reader fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_latest_is_read_whole_under_a_live_writer() {
    let folder = Folder::new("dynamic-untorn");
    let path = folder.file("long");
    let typed = Region::<Latest<[u64; 512]>>::create(&path).unwrap();
    let region = DynRegion::open_read_only(&path).unwrap();
    let part = region.resolve("[100..400]").unwrap();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut publisher = typed.publisher().unwrap();
            for turn in (0_u64..).take_while(|_| !over.load(Ordering::Relaxed)) {
                publisher.store(&[turn; 512]);
                // At paces from faster than a reader to slower.
                (0..turn % 64).for_each(|_| std::hint::spin_loop());
            }
        });
        let _over = Over(&over);
        let (mut rounds, mut whole) = (0, 0);
        while rounds < 10_000 || whole == 0 {
            rounds += 1;
            match part.get() {
                Ok(DynValue::List(turns)) => {
                    assert!(turns.iter().all(|turn| *turn == turns[0]), "torn");
                    whole += 1;
                }
                Ok(other) => panic!("no list: {other}"),
                Err(DynError::Contended { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    });
}

#[test]
fn a_guarded_value_is_read_without_the_lock_and_written_only_under_it() {
    let folder = Folder::new("dynamic-mutex");
    let (typed, region) = machine(&folder);
    let balance = region.resolve("account.balance").unwrap();
    assert!(balance.is_guarded() && !region.resolve("mode").unwrap().is_guarded());
    let message = balance.set(1).unwrap_err().to_string();
    assert!(message.contains("`account.balance` is guarded by the `Mutex` `account`"), "{message}");
    assert!(matches!(region.fetch_add("account.balance", 1), Err(DynError::NotLocked { .. })));

    let account = region.lock("account").unwrap();
    assert!(typed.account.is_locked());
    account.set("balance", -5).unwrap();
    account.fetch_add("balance", 1).unwrap();
    account.set("value", 3).unwrap();
    account.set("owner", "mühle").unwrap();
    assert_eq!(account.get("").unwrap().field("owner"), Some(&DynValue::from("mühle")));
    let error = account.set("inner[1]", 6).unwrap_err().to_string();
    assert!(error.contains("`account.inner`"), "{error}");
    account.lock("inner").unwrap().set("[1]", 6).unwrap();
    assert!(matches!(region.lock("account"), Err(DynError::Lock(LockError::WouldDeadlock))));
    drop(account);
    assert!(!typed.account.is_locked());

    let account = typed.account.lock().unwrap();
    assert_eq!((account.balance.get(), account.value.get()), (-4, 3));
    assert_eq!(
        (balance.get().unwrap(), shown(&region, "account.value.value")),
        (DynValue::I64(-4), "3".to_owned())
    );
    assert_eq!(account.owner.get().unwrap(), "mühle");
    assert_eq!(account.inner.lock().unwrap()[1].get(), 6);
    assert_eq!(shown(&region, "account.inner"), "[0, 6]");
    assert!(matches!(region.lock("mode"), Err(DynError::NotWritable { .. })));
}

#[test]
fn a_panic_under_a_lock_taken_by_name_is_reported_to_both_sides() {
    let folder = Folder::new("dynamic-poison");
    let (typed, region) = machine(&folder);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _guard = region.lock("gates[1]").unwrap();
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert!(matches!(typed.gates[1].lock(), Err(LockError::OwnerDied)));
    assert!(region.lock("gates[0]").is_ok());
    let found = region.lock("gates[1]");
    assert!(matches!(found, Err(DynError::Lock(LockError::OwnerDied))));
    // A repair that fails leaves the lock free, and marked.
    let failed = region.lock_or_repair("gates[1]", |gate| gate.set("", "no number"));
    assert!(matches!(failed, Err(DynError::DoesNotFit { .. })));
    assert!(region.lock_as_found("gates[1]").unwrap().owner_died());
    drop(region.lock_or_repair("gates[1]", |gate| gate.set("", 1)).unwrap());
    assert_eq!(typed.gates[1].lock().unwrap().get(), 1);
}

#[test]
fn setting_a_watched_wakes_its_waiters() {
    let folder = Folder::new("dynamic-watched");
    let (typed, region) = machine(&folder);
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| typed.mode.wait_until(|mode| mode == 7).unwrap());
        region.set("mode", 7).unwrap();
        assert_eq!(waiter.join().unwrap(), 7);
    });
    let count = |path: &str| u64::try_from(region.get(path).unwrap()).unwrap();
    let (mode, news) = (count("mode.changed"), count("news.changed"));
    region.fetch_add("mode", 1).unwrap();
    region.set("news", "all well").unwrap();
    assert_eq!((count("mode.changed"), count("news.changed")), (mode + 1, news + 1));
    assert_eq!(shown(&region, "news"), "\"all well\"");
    assert!(matches!(region.set("mode.changed", 1), Err(DynError::NotWritable { .. })));
}

#[test]
fn events_and_things_done_once_can_be_looked_at_and_not_set() {
    let folder = Folder::new("dynamic-once");
    let (typed, region) = machine(&folder);
    typed.bell.notify_all();
    assert_eq!((shown(&region, "bell"), shown(&region, "once")), ("1".into(), "false".into()));
    typed.once.call_once(|| {}).unwrap();
    assert_eq!(shown(&region, "once"), "true");
    for path in ["bell", "once", "once.done", "bell.count", "account.lock"] {
        assert!(matches!(region.set(path, 1), Err(DynError::NotWritable { .. })), "{path}");
    }
}

#[test]
fn every_field_is_listed_once_under_a_path_that_leads_to_it() {
    let folder = Folder::new("dynamic-fields");
    let (_typed, region) = machine(&folder);
    let paths: Vec<_> = region.fields().map(|field| field.path().to_owned()).collect();
    let expected = [
        "pose",
        "pose.slots[..].value.x",
        "pose.slots[..].value.turns",
        "pose.slots[..].value.lock",
        "wide",
        "account",
        "account.value.balance",
        "account.value.value",
        "account.value.owner",
        "account.value.inner",
        "mode",
        "news",
        "raw",
        "bell",
        "once",
        "gates",
    ];
    assert_eq!(paths, expected);
    for field in region.fields() {
        let found = region.resolve(field.path()).unwrap();
        assert!(found.get().is_ok(), "{}", field.path());
        if field.ty().role().is_none() {
            assert_eq!(found.ty().index(), field.ty().index(), "{}", field.path());
        }
        assert!(field.offset() + field.size() <= region.schema().root().size());
    }
}

#[test]
fn several_elements_are_counted_and_an_array_is_one_value() {
    let folder = Folder::new("dynamic-counts");
    let (_typed, region) = machine(&folder);
    let count = |path| region.resolve(path).unwrap().count();
    assert_eq!(
        (count("pose.turns[1..3]"), count("pose.turns"), count("pose")),
        (Some(2), None, None)
    );
    let _tail = Region::<[u16]>::options().len(5).create(folder.file("tail")).unwrap();
    let tail = DynRegion::open_read_only(folder.file("tail")).unwrap();
    let counts = ["", "[1..]", "[1]"].map(|path| tail.resolve(path).unwrap().count());
    assert_eq!(counts, [Some(5), Some(4), None]);
}

#[test]
fn a_region_whose_name_was_taken_away_is_not_current() {
    let folder = Folder::new("dynamic-current");
    let (typed, region) = machine(&folder);
    assert!(region.is_current());
    let moved = folder.file("moved");
    std::fs::rename(typed.path().unwrap(), &moved).unwrap();
    assert!(!region.is_current());
    Region::<u64>::create(typed.path().unwrap()).unwrap();
    assert!(!region.is_current());
    std::fs::rename(&moved, typed.path().unwrap()).unwrap();
    assert!(region.is_current());
}
