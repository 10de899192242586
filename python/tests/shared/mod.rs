//! One region with a field of each kind, which a typed program and Python both use.

use std::num::NonZero;
use std::process::Stdio;

use shm_core::{
    Barrier, CText, Event, Latest, LockError, Mutex, Once, Owned, PerProcess, Region, RwLock,
    Semaphore, SharedLayout, Text, Watched, dynamic::DynLayout, field::Be, sync::Fold,
};

use crate::python;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
    Done,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Guarded {
    balance: i64,
    mode: Mode,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
#[shm(fold = "sum")]
struct Counters {
    hits: u64,
    seconds: f64,
}

/// A maximum, for which Python has no code.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Peak {
    amperes: f64,
}

impl Fold for Peak {
    fn fold(&mut self, row: &Self) {
        self.amperes = self.amperes.max(row.amperes);
    }
}

/// The seats that Rust and Python take beside each other.
#[derive(SharedLayout)]
#[repr(C)]
struct Seats {
    route: RwLock<Pose>,
    users: Semaphore<2>,
    step: Barrier<2>,
    workers: PerProcess<Counters, 4>,
    peaks: PerProcess<Peak, 4>,
    filled: Once,
}

/// One of each.
#[derive(SharedLayout)]
#[repr(C)]
struct Everything {
    a: u8,
    b: u16,
    c: u32,
    d: u64,
    e: i8,
    f: i16,
    g: i32,
    h: i64,
    i: f32,
    /// a distance
    #[shm(unit = "m")]
    j: f64,
    k: bool,
    l: char,
    mode: Mode,
    pose: Pose,
    grid: [[i16; 3]; 2],
    poses: [Pose; 2],
    big: Be<u32>,
    id: Option<NonZero<u32>>,
    name: CText<12>,
    latest: Latest<Pose>,
    label: Latest<Text<16>>,
    wide: Latest<u128>,
    mutex: Mutex<Guarded>,
    watched: Watched<Mode>,
    bell: Event,
    lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    low: f64,
    title: Owned<str>,
}

fn name(purpose: &str) -> String {
    format!("shm-python-{purpose}-{}", std::process::id())
}

/// Runs a program in Python, which has to succeed; its output.
fn run(code: &str, name: &str) -> String {
    let output = python("python3").args(["-c", code, name]).stderr(Stdio::inherit()).output();
    let output = output.expect("running Python");
    assert!(output.status.success(), "{code}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn python_reads_every_kind_of_field_that_rust_wrote() {
    let name = name("reads");
    let region =
        Region::<Everything>::options().heap_max(1 << 20).create_or_replace(&name).unwrap();
    region.a.set(200);
    region.b.set(60_000);
    region.c.set(4_000_000_000);
    region.d.set(u64::MAX);
    region.e.set(-100);
    region.f.set(-30_000);
    region.g.set(i32::MIN);
    region.h.set(i64::MIN);
    region.i.set(0.5);
    region.j.set(1e300);
    region.k.set(true);
    region.l.set('雲');
    region.mode.set(Mode::Done);
    region.pose.x.set(1.5);
    region.grid[1][2].set(-7);
    region.poses[1].y.set(2.5);
    region.big.set(0x0102_0304);
    region.id.set(NonZero::new(9));
    region.name.set("hallo").unwrap();
    region.latest.store(&Pose { x: 3.0, y: 4.0 }).unwrap();
    region.label.store(&Text::new("521+我是峰云").unwrap()).unwrap();
    region.wide.store(&u128::MAX).unwrap();
    region.mutex.lock().unwrap().balance.set(-5);
    region.watched.set(Mode::Busy);
    region.low.set(6.5);
    region.title.set("any length").unwrap();

    let code = "
import sys, shm
s = shm.open(sys.argv[1])
assert (s.a, s.b, s.c, s.d) == (200, 60000, 4000000000, 2**64 - 1)
assert (s.e, s.f, s.g, s.h) == (-100, -30000, -2**31, -2**63)
assert (s.i, s.j, s.k, s.l) == (0.5, 1e300, True, '雲')
assert (s.mode.name, s.pose.x, s.grid[1][2], s.poses[1].y) == ('Done', 1.5, -7, 2.5)
assert (s.big, s.id, s.name) == (0x01020304, 9, 'hallo')
pose = s.latest.load()
assert (pose.x, pose.y, s.label.load(), s.wide.load()) == (3.0, 4.0, '521+我是峰云', 2**128 - 1)
with s.mutex as m:
    assert (m.balance, m.mode.name) == (-5, 'Idle')
assert s.watched.get().name == 'Busy'
assert (s.low, s.title, shm.unit(s, 'j'), shm.doc(s, 'j')) == (6.5, 'any length', 'm', 'a distance')
";
    run(code, &name);
    region.unlink().unwrap();
}

#[test]
fn rust_reads_every_kind_of_field_that_python_wrote() {
    let name = name("writes");
    let region =
        Region::<Everything>::options().heap_max(1 << 20).create_or_replace(&name).unwrap();
    let ticket = region.bell.ticket();
    let code = "
import sys, shm
s = shm.open(sys.argv[1])
s.a, s.b, s.c, s.d = 200, 60000, 4000000000, 2**64 - 1
s.e, s.f, s.g, s.h = -100, -30000, -2**31, -2**63
s.i, s.j, s.k, s.l = 0.5, 1e300, True, '雲'
s.mode, s.pose.x, s.grid[1][2], s.poses[1].y = 2, 1.5, -7, 2.5
s.big, s.id, s.name = 0x01020304, 9, 'hallo'
s.latest.store(x=3.0, y=4.0)
s.label.store('521+我是峰云')
s.wide.store(2**128 - 1)
with s.mutex as m:
    m.balance, m.mode = -5, 1
s.watched.set(1)
s.low, s.title = 6.5, 'any length'
s.bell.notify()
";
    run(code, &name);
    assert_eq!((region.a.get(), region.b.get(), region.c.get()), (200, 60_000, 4_000_000_000));
    assert_eq!((region.d.get(), region.e.get(), region.f.get()), (u64::MAX, -100, -30_000));
    assert_eq!((region.g.get(), region.h.get(), region.i.get()), (i32::MIN, i64::MIN, 0.5));
    assert_eq!((region.j.get(), region.k.get(), region.l.get().unwrap()), (1e300, true, '雲'));
    assert_eq!((region.mode.get().unwrap(), region.pose.x.get()), (Mode::Done, 1.5));
    assert_eq!((region.grid[1][2].get(), region.poses[1].y.get()), (-7, 2.5));
    assert_eq!((region.big.get(), region.id.get().unwrap()), (0x0102_0304, NonZero::new(9)));
    assert_eq!(region.name.get().to_string(), "hallo");
    assert_eq!(region.latest.load().unwrap(), Pose { x: 3.0, y: 4.0 });
    assert_eq!(region.label.load().unwrap(), "521+我是峰云");
    assert_eq!(region.wide.load().unwrap(), u128::MAX);
    let guarded = region.mutex.lock().unwrap();
    assert_eq!((guarded.balance.get(), guarded.mode.get().unwrap()), (-5, Mode::Busy));
    assert_eq!(region.watched.get().unwrap(), Mode::Busy);
    assert_eq!((region.low.get(), region.title.load().unwrap().as_str()), (6.5, "any length"));
    assert!(region.bell.wait_timeout(ticket, std::time::Duration::ZERO));
    drop(guarded);
    region.unlink().unwrap();
}

#[test]
fn a_class_declared_in_python_is_the_struct_in_rust() {
    let code = "
import enum, shm
class Mode(enum.IntEnum):
    Idle = 0; Busy = 1; Done = 2
class Pose(shm.Struct):
    x: shm.f64
    y: shm.f32
class Guarded(shm.Struct):
    balance: shm.i64
    mode: Mode
class Counters(shm.Struct):
    hits: shm.u64
    seconds: shm.f64
class Station(shm.Struct):
    poses: shm.Array[Pose, 2]
    latest: shm.Latest[Pose]
    mutex: shm.Mutex[Guarded]
    watched: shm.Watched[Mode]
    bell: shm.Event
    route: shm.RwLock[Pose]
    short: shm.RwLock[Pose, 2]
    users: shm.Semaphore[3]
    step: shm.Barrier[4]
    workers: shm.PerProcess[Counters, 5]
    filled: shm.Once
print(shm.fingerprint(Station))
";
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Station {
        poses: [Pose; 2],
        latest: Latest<Pose>,
        mutex: Mutex<Guarded>,
        watched: Watched<Mode>,
        bell: Event,
        route: RwLock<Pose>,
        short: RwLock<Pose, 2>,
        users: Semaphore<3>,
        step: Barrier<4>,
        workers: PerProcess<Counters, 5>,
        filled: Once,
    }
    let ours = <Station as SharedLayout>::LAYOUT.fingerprint();
    assert_eq!(run(code, "").trim(), ours.to_string());
}

#[test]
fn a_writer_in_rust_and_readers_in_python_never_tear_a_version() {
    let name = name("torn");
    let region = Region::<Latest<[u64; 8]>>::options().create_or_replace(&name).unwrap();
    let code = "
import sys, shm
latest = shm.open(sys.argv[1])
seen = set()
while len(seen) < 200:
    values = latest.load()
    assert len(set(values)) == 1, list(values)
    seen.add(values[0])
";
    let mut child = python("python3").args(["-c", code, &name]).spawn().expect("starting Python");
    let mut n = 0;
    let status = loop {
        n += 1;
        region.store(&[n; 8]).unwrap();
        if let Some(status) = child.try_wait().expect("waiting") {
            break status;
        }
    };
    assert!(status.success());
    region.unlink().unwrap();
}

#[test]
fn a_lock_is_one_for_rust_and_python() {
    let name = name("lock");
    let region = Region::<Mutex<Guarded>>::options().create_or_replace(&name).unwrap();
    let code = "
import sys, shm
guarded = shm.open(sys.argv[1])
for _ in range(5000):
    with guarded as view:
        view.balance += 1
";
    let mut child = python("python3").args(["-c", code, &name]).spawn().expect("starting Python");
    for _ in 0..5000 {
        let guarded = region.lock().unwrap();
        guarded.balance.set(guarded.balance.get() + 1);
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(region.lock().unwrap().balance.get(), 10_000);
    region.unlink().unwrap();
}

#[test]
fn seats_permits_rows_and_work_are_shared_by_rust_and_python() {
    let name = name("seats");
    let region = Region::<Seats>::options().heap_max(1 << 20).create_or_replace(&name).unwrap();
    let code = "
import sys, shm
s = shm.open(sys.argv[1])
heap = shm.heap(s)
row = s.workers.claim()
with s.route.read(), s.users, s.step.join() as member:
    shm.add(row.value, hits=5)
    row.value.seconds = 0.5
    heap.find('counters').hits = 3
    member.wait()
    member.wait()
assert not s.filled.call(lambda: 1 / 0)
for refused in (s.peaks.totals, s.peaks.claim, s.peaks.fold_dead):
    try:
        refused()
    except shm.NotSupported as error:
        assert 'code of their type folds them' in str(error), error
    else:
        raise AssertionError(refused)
highest = lambda total, row: {'amperes': max(total['amperes'], row['amperes'])}
assert s.peaks.totals(highest) == {'amperes': 7.0}, s.peaks.totals(highest)
";
    region.peaks.claim().unwrap().amperes.set(7.0); // and gives it up
    let peak = region.peaks.claim().unwrap();
    peak.amperes.set(5.0);
    let counters = region.heap().unwrap().named::<Counters>("counters").unwrap();
    region.filled.call_once(|| ()).unwrap();
    let (mut member, _permit) = (region.step.join().unwrap(), region.users.acquire().unwrap());
    let mut child = python("python3").args(["-c", code, &name]).spawn().expect("starting Python");
    member.wait().unwrap();
    assert!(matches!(region.route.try_write(), Err(LockError::Busy)));
    assert!(matches!(region.users.try_acquire(), Err(LockError::Busy)));
    assert!(region.route.try_read().is_ok());
    let row = region.workers.claim().unwrap();
    row.hits.fetch_add(1);
    member.wait().unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(region.workers.totals().unwrap(), Counters { hits: 6, seconds: 0.5 });
    assert_eq!(counters.hits.get(), 3);
    region.unlink().unwrap();
}

#[test]
fn a_layout_as_text_is_the_same_in_both() {
    let code = "import shm; print(shm.fingerprint('[f64; 3]'))";
    let ours = DynLayout::of("[f64; 3]").unwrap();
    let ours = ours.schema().fingerprint().unwrap();
    assert_eq!(run(code, "").trim(), ours.to_string());
}
