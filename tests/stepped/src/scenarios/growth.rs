//! Growth: a program with more fields opens a region that has room for them.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use shm_core::format::{self, SectionKind};
use shm_core::schema::Schema;
use shm_core::{Region, SharedLayout};

use crate::scenario::{Bound, Case, Flaw, Operation, Part, Scenario};

mod first {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 64)]
    pub(super) struct Station {
        pub(super) hits: u64,
    }
}

mod second {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub(super) struct Station {
        pub(super) hits: u64,
        pub(super) rain: u64,
    }
}

mod third {
    use shm_core::Mutex;

    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub(super) struct Station {
        pub(super) hits: u64,
        pub(super) rain: u64,
        pub(super) wind: Mutex<u64>,
    }
}

pub(crate) const GROWS: Case = Case {
    name: "growth: opening a region with more fields",
    scenario: &Growth,
    flaws: &[Flaw {
        name: "writes over the layout that counts",
        part: Part::Victim,
        operation: overwrites,
        caught: "neither layout",
    }],
};

/// The region grew once, and grows again.
struct Growth;

impl Scenario for Growth {
    fn set_up(&self, at: &Path) {
        let first = Region::<first::Station>::options().participants(1).create(at).unwrap();
        first.hits.set(7);
        Region::<second::Station>::open(at).unwrap().rain.set(8);
    }

    fn victim(&self, at: &Path) -> Operation {
        let at = at.to_owned();
        Box::new(move || std::mem::forget(Region::<third::Station>::open(&at).unwrap()))
    }

    fn heir(&self, at: &Path) -> Operation {
        self.victim(at)
    }

    fn audit(&self, at: &Path) -> String {
        let found = if is_layout::<third::Station>(at) {
            "grown"
        } else {
            assert!(is_layout::<second::Station>(at), "neither layout");
            "as it was"
        };
        assert_eq!(Region::<third::Station>::open_read_only(at).is_ok(), found == "grown");
        assert_eq!(Region::<first::Station>::open(at).unwrap().hits.get(), 7);
        assert_eq!(Region::<second::Station>::open(at).unwrap().rain.get(), 8);
        let third = Region::<third::Station>::open(at).unwrap();
        let wind = third.wind.lock().unwrap();
        assert_eq!((third.hits.get(), third.rain.get(), wind.get()), (7, 8, 0));
        assert!(is_layout::<third::Station>(at));
        found.to_owned()
    }

    fn course(&self) -> &'static [&'static str] {
        &["as it was", "grown"]
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["grown"]
    }

    /// The new layout is written by system calls.
    fn bound(&self) -> Bound {
        Bound::Calls
    }

    /// It reads numbers from `/proc`.
    fn is_steady(&self) -> bool {
        false
    }
}

/// Whether every reader sees this layout.
fn is_layout<T: SharedLayout>(at: &Path) -> bool {
    let file = File::open(at).unwrap();
    let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
    header.read_schema(&file).unwrap() == Schema::of(T::LAYOUT).unwrap()
}

/// Copies what the right slot would hold over the other one, whose layout counts, in two halves.
fn overwrites(at: &Path) -> Operation {
    let copy = std::env::temp_dir().join(format!("shm-stepped-{}", std::process::id()));
    std::fs::copy(at, &copy).unwrap();
    drop(Region::<third::Station>::open(&copy).unwrap());
    let file = OpenOptions::new().read(true).write(true).open(at).unwrap();
    let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
    let section =
        header.sections().iter().find(|section| section.kind() == SectionKind::Growth).unwrap();
    let (start, half) = (section.offset(), section.len() / 2);
    // Half of the 2nd slot is more than is in use.
    let mut grown = vec![0; usize::try_from(half).unwrap()];
    File::open(&copy).unwrap().read_exact_at(&mut grown, start + half).unwrap();
    std::fs::remove_file(&copy).unwrap();
    Box::new(move || {
        let (head, rest) = grown.split_at(64);
        file.write_all_at(head, start).unwrap();
        file.write_all_at(rest, start + 64).unwrap();
    })
}
