//! The `seqlock` crate, between two threads: its lock parks threads of one process.

use std::sync::Arc;

use seqlock::SeqLock;

use super::Peer;
use super::threads::shared;
use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Party;
use crate::scenarios::array::{self, Doubles};
use crate::scenarios::field::{self, Number};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::spin::{self, PingPong};

pub(super) const PEER: Peer = Peer {
    key: "seqlock",
    title: "seqlock (threads)",
    package: Some("seqlock"),
    entries: || {
        let mut entries = vec![array::entry::<Array>(), spin::entry::<End>()];
        entries.extend(field::entries::<Value>());
        entries.extend(snapshot::entries::<Words, 8>());
        entries.extend(snapshot::entries::<Words, 512>());
        entries
    },
    absent: &[
        ("death", "its threads die together"),
        ("layout", "one program, one compiler"),
        ("hand-off-sleep", "nothing to sleep on"),
        ("*", "values, between threads"),
    ],
};

struct Value(SeqLock<u64>);

impl Number for Value {
    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self(SeqLock::new(0)))
    }

    #[inline]
    fn get(&mut self) -> u64 {
        self.0.read()
    }

    #[inline]
    fn set(&mut self, value: u64) {
        *self.0.lock_write() = value;
    }
}

struct Array(SeqLock<[f64; array::LEN]>);

impl Doubles for Array {
    fn create(_: &Job, values: &[f64; array::LEN]) -> Result<Self, Failure> {
        Ok(Self(SeqLock::new(*values)))
    }

    #[inline]
    fn read(&mut self, out: &mut [f64; array::LEN]) {
        *out = self.0.read();
    }
}

struct End {
    numbers: Arc<[SeqLock<u64>; 2]>,
    own: usize,
}

impl End {
    fn new(own: usize) -> Self {
        Self { numbers: shared(|| [SeqLock::new(0), SeqLock::new(0)]), own }
    }
}

impl PingPong for End {
    const PARTY: Party = Party::Thread;

    fn create(_: &Job) -> Result<Self, Failure> {
        Ok(Self::new(0))
    }

    fn open(_: &Job) -> Result<Self, Failure> {
        Ok(Self::new(1))
    }

    #[inline]
    fn send(&mut self, value: u64) {
        *self.numbers[self.own].lock_write() = value;
    }

    #[inline]
    fn look(&mut self) -> u64 {
        self.numbers[1 - self.own].read()
    }
}

enum Words {}

impl<const WORDS: usize> Snapshot<WORDS> for Words {
    const PARTY: Party = Party::Thread;
    type Reader = Arc<SeqLock<[u64; WORDS]>>;
    type Writer = Arc<SeqLock<[u64; WORDS]>>;

    fn reader(_: &Job) -> Result<Self::Reader, Failure> {
        Ok(shared(|| SeqLock::new([0; WORDS])))
    }

    fn writer(_: &Job) -> Result<Self::Writer, Failure> {
        Ok(shared(|| SeqLock::new([0; WORDS])))
    }

    #[inline]
    fn read(reader: &mut Self::Reader, out: &mut [u64; WORDS]) -> bool {
        *out = reader.read();
        true
    }

    #[inline]
    fn write(writer: &mut Self::Writer, value: &[u64; WORDS]) {
        *writer.lock_write() = *value;
    }
}
