//! shm-core's heap, as users have it: places that own a value, and maps.

use std::path::PathBuf;

use shm_core::{Map, Owned, ReadOnly, Region};

use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::Entry;
use crate::scenarios::blocks::{self, Blocks, LIVE};
use crate::scenarios::map::{self, Value};
use crate::scenarios::owned::{self, Line};

/// Its scenarios.
pub(super) fn entries() -> Vec<Entry> {
    let mut entries = Vec::from(blocks::entries::<Places>());
    entries.extend(owned::entries::<Region<Owned<Line>>>());
    entries.extend(map::entries::<Region<Map<u64, Value>>>());
    entries
}

/// The most that the heap can grow to.
const HEAP: u64 = 64 << 20;

fn path(job: &Job) -> PathBuf {
    job.file("heap")
}

/// Places that own bytes, each with a number. To allocate is to set one of them, to free is to clear it.
struct Places {
    places: Region<[Owned<[u8]>; LIVE + 1]>,
    free: Vec<usize>,
    bytes: Vec<u8>,
}

impl Blocks for Places {
    type Block = usize;

    fn create(job: &Job) -> Result<Self, Failure> {
        let places = Region::options().heap_max(HEAP).create(path(job))?;
        Ok(Self { places, free: (0..=LIVE).collect(), bytes: vec![7; 64 << 10] })
    }

    #[inline]
    fn alloc(&mut self, len: usize) -> usize {
        let place = self.free.pop().expect("a place is free");
        self.places[place].set(&self.bytes[..len]).expect("there is memory");
        place
    }

    #[inline]
    fn number(place: &usize) -> u64 {
        *place as u64
    }

    #[inline]
    fn free(&mut self, place: usize) {
        self.places[place].clear().expect("no other process has a lock");
        self.free.push(place);
    }
}

impl owned::Owned for Region<Owned<Line>> {
    type Reader = Region<Owned<Line>, ReadOnly>;

    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::options().heap_max(HEAP).create(path(job))?)
    }

    #[inline]
    fn set(&mut self, value: &Line) {
        (**self).set(value).expect("there is memory");
    }

    fn reader(&self, job: &Job) -> Result<Self::Reader, Failure> {
        Ok(Self::open_read_only(path(job))?)
    }

    #[inline]
    fn load(reader: &mut Self::Reader) -> Line {
        (**reader).load().expect("no other writer").expect("a value was set")
    }
}

impl map::Map for Region<Map<u64, Value>> {
    type Reader = Region<Map<u64, Value>, ReadOnly>;

    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::options().heap_max(HEAP).create(path(job))?)
    }

    #[inline]
    fn insert(&mut self, key: u64, value: &Value) {
        (**self).insert(&key, value).expect("there is memory");
    }

    #[inline]
    fn remove(&mut self, key: u64) -> bool {
        (**self).remove(&key).expect("no other writer")
    }

    fn reader(&self, job: &Job) -> Result<Self::Reader, Failure> {
        Ok(Self::open_read_only(path(job))?)
    }

    #[inline]
    fn get(reader: &mut Self::Reader, key: u64) -> Option<Value> {
        (**reader).get(&key).expect("no other writer")
    }
}
