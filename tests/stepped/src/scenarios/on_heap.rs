//! Values in a small heap, for the scenarios of the heap itself and of `Owned`.
//!
//! Every audit ends with the same question: once all values are gone, does the heap hold as many blocks as
//! a new one?

use std::path::Path;

use shm_core::heap::{Heap, HeapError, OwnedView};
use shm_core::{
    Mutex, Owned, Region, SharedLayout,
    traits::{Access, CanWrite},
};

use crate::scenario::{Bound, Operation, Scenario};

/// Value `n` is `n` in each of its words.
pub(super) type Words = [u64];

#[derive(SharedLayout)]
#[repr(C)]
pub(super) struct Shared {
    pub(super) value: Owned<Words>,
    pub(super) other: Owned<Words>,
    pub(super) kept: Owned<Words>,
    /// For attaching before the operation.
    pub(super) gate: Mutex<()>,
    pub(super) fill: Fill,
}

/// Places with which to fill the heap.
pub(super) type Fill = [Owned<Words>; 120];
type FillView = [OwnedView<Words>];

/// The offset of the handle of `value`.
pub(super) const VALUE: u64 = 8;

/// The size of the heap: 27 pages.
pub(super) const HEAP: u64 = 32 << 10;
/// The words of a short value, of one that shares a page with three others, and of one that takes four pages.
pub(super) const SHORT: usize = 6;
pub(super) const MIDDLE: usize = 25;
pub(super) const LONG: usize = 460;
/// The participants: a process that set up and died, the victim, a companion, and an audit.
const SLOTS: u32 = 4;

/// A region that stays open until the process ends.
pub(super) type Opened = &'static Region<Shared>;

pub(super) fn open(at: &Path) -> Opened {
    Box::leak(Box::new(Region::open(at).unwrap()))
}

/// A region in which this process takes part.
pub(super) fn attached(at: &Path) -> Opened {
    let shared = open(at);
    drop(shared.gate.lock().unwrap());
    shared
}

pub(super) fn create(at: &Path) -> Region<Shared> {
    Region::<Shared>::options().participants(SLOTS).heap_max(HEAP).create(at).unwrap()
}

/// A region with these values, 0 for none. Its caches are empty.
pub(super) fn create_with(at: &Path, value: u64, other: u64, kept: u64) {
    let shared = create(at);
    for (place, number) in [(&shared.value, value), (&shared.other, other), (&shared.kept, kept)] {
        if number > 0 {
            place.set(&[number; SHORT]).unwrap();
        }
    }
}

/// Has the process take part, with blocks for short values in its cache.
pub(super) fn warmed(at: &Path) -> Opened {
    let shared = attached(at);
    shared.fill[0].set(&[0; SHORT]).unwrap();
    shared.fill[0].clear().unwrap();
    shared
}

/// A scenario on [`Shared`].
pub(super) struct OnHeap {
    pub(super) set_up: fn(&Path),
    pub(super) victim: fn(&Path) -> Operation,
    pub(super) heir: fn(&Path) -> Operation,
    pub(super) course: &'static [&'static str],
    pub(super) heir_done: &'static [&'static str],
    /// The findings in the middle of the heir's operation that are neither.
    pub(super) also: &'static [&'static str],
    pub(super) bound: Bound,
    /// A span that is made or found is put into a hash table of the process, whose seed is random; and who
    /// is dead is read from `/proc`.
    pub(super) is_steady: bool,
}

impl OnHeap {
    /// The heir looks for what the dead owned, and then sets `value` to 9.
    pub(super) const SHORT: Self = Self {
        set_up: |at| create_with(at, 0, 0, 7),
        victim: |_| Box::new(|| {}),
        heir: |at| {
            let shared = attached(at);
            Box::new(move || {
                shared.heap().unwrap().recover().unwrap();
                shared.value.set(&[9; SHORT]).unwrap();
            })
        },
        course: &[],
        heir_done: &["9 - 7"],
        also: &[],
        bound: Bound::None,
        is_steady: true,
    };
}

impl Scenario for OnHeap {
    fn set_up(&self, at: &Path) {
        (self.set_up)(at);
    }

    fn victim(&self, at: &Path) -> Operation {
        (self.victim)(at)
    }

    fn heir(&self, at: &Path) -> Operation {
        (self.heir)(at)
    }

    fn audit(&self, at: &Path) -> String {
        let found = look(at);
        let shared = open(at);
        assert_eq!(shared.heap().unwrap().audit().faults, []);
        go_on(shared);
        check_room(&shared.fill, shared.heap().unwrap());
        found
    }

    fn course(&self) -> &'static [&'static str] {
        self.course
    }

    fn may_follow(&self, found: &str) -> bool {
        [self.course, self.heir_done, self.also].iter().any(|these| these.contains(&found))
    }

    fn heir_done(&self) -> &'static [&'static str] {
        self.heir_done
    }

    fn bound(&self) -> Bound {
        self.bound
    }

    fn is_steady(&self) -> bool {
        self.is_steady
    }
}

/// Reads all values on a mapping that cannot be written: each is whole.
pub(super) fn look(at: &Path) -> String {
    let shared = Region::<Shared>::open_read_only(at).unwrap();
    let found = [&shared.value, &shared.other, &shared.kept].map(shown).join(" ");
    match shared.fill.iter().filter(|place| shown(place) == "0").count() {
        0 => found,
        filled => format!("{found}, and {filled}"),
    }
}

/// The number of a value, or a dash.
fn shown(place: &OwnedView<Words, impl Access>) -> String {
    // Longer than any value, and used again.
    let mut value = vec![1; 2 * LONG];
    place.load_into(&mut value).unwrap();
    match value[..] {
        [] => "-".to_owned(),
        [number, ..] => {
            assert!(value.iter().all(|word| *word == number), "torn: {value:?}");
            assert!([SHORT, MIDDLE, LONG].contains(&value.len()), "not whole: {value:?}");
            number.to_string()
        }
    }
}

/// Every place can be changed, and can be emptied.
fn go_on(shared: Opened) {
    for place in shared.fill.iter() {
        place.clear().unwrap();
    }
    shared.value.set(&[5; LONG]).unwrap();
    assert_eq!(shared.value.load().unwrap(), [5; LONG]);
    shared.value.move_to(&shared.other).unwrap();
    shared.value.set(&[6; SHORT]).unwrap();
    shared.kept.update(|value| value.push(8)).unwrap();
    assert_eq!(shared.other.take().unwrap(), [5; LONG]);
    assert_eq!(shared.value.take().unwrap(), [6; SHORT]);
    assert_eq!(shared.kept.take().unwrap().last(), Some(&8));
}

/// Fails unless a heap without values has room for as many as a new one, and all of its pages are free in the
/// end.
pub(super) fn check_room(fill: &FillView, heap: Heap<'_, impl CanWrite>) {
    heap.recover().unwrap();
    let stats = heap.stats();
    assert_eq!((stats.owned, stats.linked, stats.spans), (0, 0, 0), "lost");
    assert_eq!(stats.free_pages, stats.frontier);
    let new = Region::<Fill>::options().heap_max(HEAP).private().unwrap();
    assert_eq!(fill_up(fill), fill_up(&new[..]), "lost");
    assert_eq!(heap.audit().faults, []);
}

/// Fills a heap with values of nearly a page, then with short ones; returns their numbers.
pub(super) fn fill_up(fill: &FillView) -> (usize, usize) {
    let mut places = fill.iter();
    let mut store = |len: usize| {
        let value = vec![0; len];
        places.by_ref().take_while(|place| fits(place, &value)).count()
    };
    (store(125), store(SHORT))
}

/// Fills a heap with values of [`MIDDLE`] words.
pub(super) fn fill_with_middles(fill: &FillView) {
    let value = [0; MIDDLE];
    assert!(!fill.iter().all(|place| fits(place, &value)), "too few places");
}

fn fits(place: &OwnedView<Words>, value: &Words) -> bool {
    match place.set(value) {
        Ok(()) => true,
        Err(HeapError::Full { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}
