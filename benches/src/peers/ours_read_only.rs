//! Ours, with a reader that may only read: its region is opened `O_RDONLY` and mapped `PROT_READ`.

use shm_core::{ReadOnly, Region, Watched};

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::sleep::{self, Wake};

pub(super) const PEER: Peer = Peer {
    key: "ours-read-only",
    title: "shm-core, read-only waiter",
    package: Some("shm-core"),
    entries: || vec![sleep::entry::<End>(sleep::SLEEP)],
    absent: &[("*", "waking a reader that may only read")],
};

/// The writer's end, or that of the reader, who waits.
enum End {
    Writer(Region<Watched<u64>>),
    Reader(Region<Watched<u64>, ReadOnly>),
}

impl Wake for End {
    fn create(job: &Job) -> Result<Self, Failure> {
        let path = job.file("ours");
        // Closed again: no mapping of this process can be written to while it waits.
        drop(Region::<Watched<u64>>::create(&path)?);
        Ok(Self::Reader(Region::open_read_only(path)?))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::Writer(Region::open(job.file("ours"))?))
    }

    fn change(&mut self, value: u64) {
        match self {
            Self::Writer(value_of) => value_of.set(value),
            Self::Reader(_) => unreachable!("the reader changes nothing"),
        }
    }

    fn wait(&mut self, seen: u64) -> u64 {
        let changed = match self {
            Self::Writer(_) => unreachable!("the writer does not wait"),
            Self::Reader(value) => value.wait_until(|value| value != seen),
        };
        changed.expect("any bytes are a u64")
    }
}
