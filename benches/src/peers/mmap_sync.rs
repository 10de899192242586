//! The `mmap-sync` crate: whole values, two data files and a state file, one writer.

use std::path::Path;
use std::time::{Duration, Instant};

use bytecheck::CheckBytes;
use mmap_sync::locks::SingleWriter;
use mmap_sync::synchronizer::{Synchronizer, SynchronizerError};
use rkyv::ser::serializers::AllocSerializer;
use rkyv::validation::validators::DefaultValidator;
use rkyv::{Archive, Serialize};
use wyhash::WyHash;

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::array::{self, Doubles};
use crate::scenarios::attach::{self, Attach, MARK};
use crate::scenarios::death::{self, Holdable, Told};
use crate::scenarios::field::{self, Number};
use crate::scenarios::layout::{self, Mismatch, NUMBER, Opened};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::spin::{self, PingPong};
use crate::scenarios::{memory, sixteen};

pub(super) const PEER: Peer = Peer {
    key: "mmap-sync",
    title: "mmap-sync",
    package: Some("mmap-sync"),
    entries: || {
        let mut entries = vec![
            array::entry::<Array>(),
            attach::entry::<Opening>(),
            death::entry::<Writing>(),
            layout::entry::<Opening>(),
            spin::entry::<End>(),
            sixteen::get::<Value>(),
            memory::of_numbers::<Value>(),
        ];
        entries.extend(field::entries::<Value>());
        entries.extend(snapshot::entries::<Words, 8>());
        entries.extend(snapshot::entries::<Words, 512>());
        entries
    },
    absent: &[
        ("counter", "one writer"),
        ("field-twenty", "its values are read whole"),
        ("sixteen-lock", "it has no lock that a user can hold"),
        ("crowd", "it has no lock that a user can hold"),
        ("watchers", "nothing to sleep on"),
        ("lock", "it has no lock that a user can hold"),
        ("hand-off-sleep", "nothing to sleep on"),
        ("queue", "it has no queue"),
        ("heap", "it has no heap"),
        ("map", "it has no map"),
    ],
};

/// The time that a writer waits for readers before it considers them dead.
const GRACE: Duration = Duration::from_secs(1);

/// With a nap of one microsecond. The default of a second would delay a writer by that long whenever a
/// reader is at work.
type Quick<Lock> = Synchronizer<WyHash, Lock, 1024, 1_000>;
type Sync = Quick<mmap_sync::locks::LockDisabled>;

fn synchronizer(job: &Job, name: &str) -> Sync {
    Sync::with_params(job.file(name).as_os_str())
}

/// Its fastest way to write: the bytes of such an array are also its archived form.
fn write<T>(to: &mut Sync, value: &T) -> Result<(), SynchronizerError>
where
    T: Copy + Serialize<AllocSerializer<1024>>,
    T::Archived: for<'b> CheckBytes<DefaultValidator<'b>>,
{
    // SAFETY: only called with numbers and arrays of numbers, which have no padding.
    let bytes = unsafe {
        std::slice::from_raw_parts(std::ptr::from_ref(value).cast::<u8>(), size_of::<T>())
    };
    to.write_raw::<T>(bytes, GRACE).map(|_| ())
}

/// Copies a value out, if it can be read.
#[inline]
fn read<T>(from: &mut Sync, out: &mut T) -> Result<(), SynchronizerError>
where
    T: Archive<Archived = T> + Copy,
    T: for<'b> CheckBytes<DefaultValidator<'b>>,
{
    // SAFETY: the value is copied at once; the grace period is a second.
    let value = unsafe { from.read::<T>(false) }?;
    *out = *value;
    Ok(())
}

/// Reads a number that was written before.
#[inline]
fn number(from: &mut Sync) -> u64 {
    let mut out = 0;
    read(from, &mut out).expect("it was written");
    out
}

struct Value(Sync);

impl Number for Value {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(synchronizer(job, "value")))
    }

    #[inline]
    fn get(&mut self) -> u64 {
        number(&mut self.0)
    }

    #[inline]
    fn set(&mut self, value: u64) {
        write(&mut self.0, &value).expect("one writer");
    }
}

struct Array(Sync);

impl Doubles for Array {
    fn create(job: &Job, values: &[f64; array::LEN]) -> Result<Self, Failure> {
        let mut array = synchronizer(job, "array");
        write(&mut array, values)?;
        Ok(Self(array))
    }

    #[inline]
    fn read(&mut self, out: &mut [f64; array::LEN]) {
        read(&mut self.0, out).expect("it was written");
    }
}

enum Opening {}

impl Attach for Opening {
    type Made = Sync;
    type Prepared = std::path::PathBuf;

    fn create(job: &Job) -> Result<Sync, Failure> {
        let mut made = synchronizer(job, "value");
        write(&mut made, &MARK)?;
        Ok(made)
    }

    fn prepare(job: &Job) -> Result<Self::Prepared, Failure> {
        Ok(job.file("value"))
    }

    fn visit(path: &mut Self::Prepared) -> Result<u64, Failure> {
        let mut opened = Sync::with_params(Path::as_os_str(path));
        let mut value = 0;
        read(&mut opened, &mut value)?;
        Ok(value)
    }
}

#[derive(Archive, Serialize, Clone, Copy)]
#[archive_attr(derive(CheckBytes))]
struct Pair {
    number: u64,
    ratio: f64,
}

#[derive(Archive, Serialize, Clone, Copy)]
#[archive_attr(derive(CheckBytes))]
struct Swapped {
    ratio: f64,
    number: u64,
}

impl Mismatch for Opening {
    type Made = Sync;

    fn create(job: &Job) -> Result<Sync, Failure> {
        let mut made = synchronizer(job, "pair");
        made.write(&Pair { number: NUMBER, ratio: 1.5 }, GRACE)?;
        Ok(made)
    }

    fn open_swapped(job: &Job) -> Result<Opened, Failure> {
        let mut opened = synchronizer(job, "pair");
        // SAFETY: it is dropped at once. With the check that the crate offers.
        let swapped = unsafe { opened.read::<Swapped>(true) };
        Ok(match swapped {
            Ok(swapped) => Opened::Reads(swapped.number),
            Err(error) => Opened::Refused(error.to_string()),
        })
    }
}

/// A killed writer's legacy: its lock on the state file belongs to the kernel.
struct Writing(Quick<SingleWriter>);

impl Writing {
    fn at(job: &Job) -> Self {
        Self(Quick::with_params(job.file("held").as_os_str()))
    }

    fn write(&'_ mut self) -> Result<(), SynchronizerError> {
        // SAFETY: a u64 has no padding.
        self.0.write_raw::<u64>(&7_u64.to_ne_bytes(), GRACE).map(|_| ())
    }
}

impl Holdable for Writing {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self::at(job))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self::at(job))
    }

    /// The first write takes the lock, for as long as the synchronizer lives.
    fn hold(&mut self) -> Result<(), Failure> {
        Ok(self.write()?)
    }

    /// The only way to wait is to try again.
    fn wait(&mut self) -> Result<Told, Failure> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            match self.write() {
                Ok(()) => return Ok(Told::No),
                Err(SynchronizerError::WriteLockConflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Told::Hung)
    }
}

/// Two values, each with one writer.
struct End {
    own: Sync,
    other: Sync,
}

impl PingPong for End {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self { own: synchronizer(job, "ping"), other: synchronizer(job, "pong") })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self { own: synchronizer(job, "pong"), other: synchronizer(job, "ping") })
    }

    #[inline]
    fn send(&mut self, value: u64) {
        write(&mut self.own, &value).expect("one writer");
    }

    #[inline]
    fn look(&mut self) -> u64 {
        number(&mut self.other)
    }
}

enum Words {}

impl<const WORDS: usize> Snapshot<WORDS> for Words {
    type Reader = Sync;
    type Writer = Sync;

    fn reader(job: &Job) -> Result<Sync, Failure> {
        Ok(synchronizer(job, "words"))
    }

    fn writer(job: &Job) -> Result<Sync, Failure> {
        Ok(synchronizer(job, "words"))
    }

    #[inline]
    fn read(reader: &mut Sync, out: &mut [u64; WORDS]) -> bool {
        read(reader, out).is_ok()
    }

    #[inline]
    fn write(writer: &mut Sync, value: &[u64; WORDS]) {
        write(writer, value).expect("one writer");
    }
}
