//! A region with a field of every kind, and copies of it.

use shm_core::dynamic::DynLayout;
use shm_core::dynamic::units::{Change, Scan, Shadow, Units, UnitsError};
use shm_core::{
    Barrier, CText, DynRegion, Event, Latest, Map, Mutex, Once, Owned, PerProcess, Queue,
    ReadWrite, Region, Ring, RwLock, Semaphore, SharedLayout, Text, Watched,
};

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Pose {
    pub x: f64,
    pub kind: u8,
    pub y: f32,
}

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(u8)]
pub enum Mode {
    #[default]
    Idle,
    Running,
    Failed,
}

/// Every kind of field whose value is mirrored.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Everything {
    pub small: u8,
    pub wide: u64,
    pub flag: bool,
    pub letter: char,
    pub mode: Mode,
    pub maybe: Option<std::num::NonZero<u32>>,
    pub numbers: [u16; 700],
    pub poses: [Pose; 40],
    pub path: CText<20>,
    pub version: Latest<Pose>,
    pub label: Latest<Text<24>>,
    pub long: Latest<u128, 2>,
    pub account: Mutex<Pose>,
    pub note: Mutex<Text<16>>,
    pub table: RwLock<[u32; 8]>,
    pub nested: Mutex<Latest<u32>>,
    pub watched: Watched<Pose>,
    pub bell: Event,
    pub filled: Once,
    #[shm(guarded_by = "lock")]
    pub low: f64,
    pub lock: Mutex<()>,
    #[shm(guarded_by = "lock")]
    pub high: f64,
    pub tail: [i32],
}

/// Fields whose values are not.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Local {
    pub before: u32,
    pub jobs: Queue<u64, 4>,
    pub events: Ring<u64, 4>,
    pub permits: Semaphore<2>,
    pub meeting: Barrier<2>,
    pub hits: PerProcess<u64, 3>,
    pub title: Owned<str>,
    pub by_id: Map<u64, u32>,
    pub after: u32,
}

pub const TAIL: usize = 300;

/// An origin, with its type and by its schema.
pub fn origin() -> (Region<Everything>, DynRegion) {
    let typed = Region::<Everything>::options().len(TAIL).memfd("origin").unwrap();
    let fd = typed.as_fd().unwrap().try_clone_to_owned().unwrap();
    let by_name = DynRegion::options().from_fd(fd).unwrap();
    (typed, by_name)
}

/// An empty region of the same layout.
pub fn replica_of(origin: &DynRegion) -> DynRegion {
    let layout = DynLayout::from_schema(origin.schema().clone()).unwrap();
    let options = DynRegion::options();
    let options = if let Some(len) = origin.len() { options.len(len) } else { options };
    options.memfd("replica", &layout).unwrap()
}

/// A region by its type, which opens the same memory.
pub fn typed(region: &DynRegion) -> Region<Everything> {
    let fd = region.as_fd().unwrap().try_clone_to_owned().unwrap();
    Region::<Everything>::options().len(TAIL).from_fd(fd).unwrap()
}

/// Changes that were reported, with their bytes.
pub type Message = Vec<(Change<'static>, Vec<u8>)>;

pub fn scan(units: &Units<ReadWrite>, shadow: &mut Shadow) -> (Scan, Message) {
    let mut message = Message::new();
    let result = units.scan(shadow, |_, change| {
        message.push((change.without_bytes(), change.bytes.to_vec()));
    });
    assert_eq!(result.changes, message.len());
    (result, message)
}

pub fn apply(units: &Units<ReadWrite>, message: &Message) -> Result<(), UnitsError> {
    let changes: Vec<_> = message.iter().map(|(change, bytes)| change.with_bytes(bytes)).collect();
    units.apply(&changes)
}

/// All values of a region that are mirrored, as text.
pub fn values(region: &DynRegion) -> Vec<String> {
    const FIELDS: [&str; 21] = [
        "small",
        "wide",
        "flag",
        "letter",
        "mode",
        "maybe",
        "numbers",
        "poses",
        "path",
        "version",
        "label",
        "long",
        "account.value",
        "note.value",
        "table.value",
        "nested.value",
        "watched",
        "filled",
        "low",
        "high",
        "tail",
    ];
    FIELDS.iter().map(|path| format!("{path}: {}", region.get(path).unwrap())).collect()
}

/// Where a field of the whole value is.
pub fn offset(region: &DynRegion, field: &str) -> u64 {
    region.schema().root().field(field).unwrap().offset()
}
