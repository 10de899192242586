//! Creating a region: it appears under its name whole, or not at all.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use shm_core::{Error, Region, SharedLayout};

use crate::scenario::{Bound, Case, Flaw, Operation, Part, Scenario};

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    first: u64,
    last: u64,
}

pub(crate) const UNNAMED: Case = Case {
    name: "create",
    scenario: &Create { is_named: false, replaces: false },
    flaws: &[Flaw {
        name: "named before it is made",
        part: Part::Victim,
        operation: names_it_first,
        caught: "half-made",
    }],
};

pub(crate) const NAMED: Case = Case {
    name: "create, under a temporary name",
    scenario: &Create { is_named: true, replaces: false },
    flaws: &[Flaw {
        name: "made under a name that is not known to be temporary",
        part: Part::Victim,
        operation: litters,
        caught: "left",
    }],
};

pub(crate) const REPLACE: Case = Case {
    name: "create in the place of another region",
    scenario: &Create { is_named: false, replaces: true },
    flaws: &[Flaw {
        name: "removes the old region first",
        part: Part::Victim,
        operation: removes_first,
        caught: "the deaths leave",
    }],
};

struct Create {
    /// Whether the file has a temporary name while the region is made.
    is_named: bool,
    /// Whether there is another region.
    replaces: bool,
}

/// Creates a region with these values.
fn create(at: &Path, is_named: bool, value: u64) {
    let options = Region::<Shared>::options().named_temporary(is_named).participants(1);
    let made = options.create_or_replace_with(at, |shared| {
        shared.first.set(value);
        shared.last.set(value);
    });
    std::mem::forget(made.unwrap());
}

impl Scenario for Create {
    fn set_up(&self, at: &Path) {
        if self.replaces {
            create(at, false, 1);
        }
    }

    fn victim(&self, at: &Path) -> Operation {
        let (at, is_named) = (at.to_owned(), self.is_named);
        if self.replaces {
            return Box::new(move || create(&at, is_named, 2));
        }
        let options = Region::<Shared>::options().named_temporary(is_named);
        Box::new(move || {
            let made = options.create_with(&at, |shared| {
                shared.first.set(2);
                shared.last.set(2);
            });
            std::mem::forget(made.unwrap());
        })
    }

    fn heir(&self, at: &Path) -> Operation {
        let (at, is_named) = (at.to_owned(), self.is_named);
        Box::new(move || create(&at, is_named, 9))
    }

    fn audit(&self, at: &Path) -> String {
        let found = match Region::<Shared>::open(at) {
            Err(Error::NotFound { .. }) => "absent".to_owned(),
            Err(other) => panic!("half-made: {other}"),
            Ok(shared) => {
                let (first, last) = (shared.first.get(), shared.last.get());
                assert_eq!(first, last, "half-made");
                first.to_string()
            }
        };
        // The next creation in the folder removes what was left there.
        let folder = at.parent().unwrap();
        create(&folder.join("other"), false, 5);
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.retain(|name| name != "other" && name != "region");
        assert!(names.is_empty(), "left: {names:?}");
        create(at, self.is_named, 5);
        assert_eq!(Region::<Shared>::open(at).unwrap().last.get(), 5);
        found
    }

    fn course(&self) -> &'static [&'static str] {
        if self.replaces { &["1", "2"] } else { &["absent", "2"] }
    }

    fn heir_done(&self) -> &'static [&'static str] {
        &["9"]
    }

    fn makes_files(&self) -> bool {
        true
    }

    fn bound(&self) -> Bound {
        Bound::CallsUntilMapped
    }

    /// It writes down the time and random numbers.
    fn is_steady(&self) -> bool {
        false
    }
}

/// The bytes of a region that was made elsewhere.
fn made_elsewhere(at: &Path) -> Vec<u8> {
    let elsewhere = std::env::temp_dir().join(format!("shm-stepped-{}", std::process::id()));
    create(&elsewhere, false, 2);
    let bytes = fs::read(&elsewhere).unwrap();
    fs::remove_file(&elsewhere).unwrap();
    assert!(!at.exists());
    bytes
}

fn names_it_first(at: &Path) -> Operation {
    let (at, bytes) = (at.to_owned(), made_elsewhere(at));
    Box::new(move || {
        let mut file = File::create(&at).unwrap();
        file.write_all(&bytes).unwrap();
    })
}

fn litters(at: &Path) -> Operation {
    let (at, bytes) = (at.to_owned(), made_elsewhere(at));
    let temporary = at.with_extension("new");
    Box::new(move || {
        File::create(&temporary).unwrap().write_all_at(&bytes, 0).unwrap();
        fs::rename(&temporary, &at).unwrap();
    })
}

fn removes_first(at: &Path) -> Operation {
    let at = at.to_owned();
    Box::new(move || {
        fs::remove_file(&at).unwrap();
        create(&at, false, 2);
    })
}
