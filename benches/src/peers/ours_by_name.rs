//! shm-core without the types of the program: fields are found by their names, in the region's own schema.

use shm_core::{
    DynRegion,
    dynamic::{DynValue, FieldPath},
};

use super::Peer;
use super::ours::create_wide;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::twenty::{self, Twenty, for_twenty};

/// Each name is looked up for each access.
pub(super) const BY_NAME: Peer = Peer {
    key: "ours-by-name",
    title: "shm-core, `DynRegion::get`",
    package: Some("shm-core"),
    entries: || vec![twenty::entry::<Named>()],
    absent: &[("*", "twenty fields")],
};

/// Each name is looked up once.
pub(super) const RESOLVED: Peer = Peer {
    key: "ours-resolved",
    title: "shm-core, `DynRegion::resolve`d before",
    package: Some("shm-core"),
    entries: || vec![twenty::entry::<Resolved>()],
    absent: &[("*", "twenty fields")],
};

macro_rules! names {
    ($($field:ident)*) => { [$(stringify!($field)),*] };
}

const NAMES: [&str; 20] = for_twenty!(names);

struct Named(DynRegion);

fn open(job: &Job) -> Result<DynRegion, Failure> {
    let path = job.file("ours");
    create_wide(&path)?;
    Ok(DynRegion::open(&path)?)
}

#[inline]
fn number(value: &DynValue) -> u64 {
    match value {
        DynValue::U64(number) => *number,
        other => panic!("{other} is not a u64"),
    }
}

impl Twenty for Named {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(open(job)?))
    }

    #[inline]
    fn each(&mut self, mut take: impl FnMut(u64)) {
        for name in NAMES {
            take(number(&self.0.get(name).expect("the field exists")));
        }
    }
}

struct Resolved([FieldPath; 20]);

impl Twenty for Resolved {
    fn create(job: &Job) -> Result<Self, Failure> {
        let region = open(job)?;
        Ok(Self(NAMES.map(|name| region.resolve(name).expect("the field exists"))))
    }

    #[inline]
    fn each(&mut self, mut take: impl FnMut(u64)) {
        for field in &self.0 {
            take(number(&field.get().expect("the field exists")));
        }
    }
}
