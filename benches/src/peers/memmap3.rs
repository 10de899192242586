//! The `memmap3` crate: `#[mmap_struct]`, by reference.

use memmap3::prelude::*;
use memmap3::types::StructLayout;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::array::{self, Doubles};
use crate::scenarios::attach::{self, Attach, MARK};
use crate::scenarios::counter::{self, Counter};
use crate::scenarios::field::{self, Number};
use crate::scenarios::layout::{self, Mismatch, NUMBER, Opened};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::spin::{self, PingPong};
use crate::scenarios::twenty::{self, Twenty, for_twenty};
use crate::scenarios::{memory, sixteen};

pub(super) const PEER: Peer = Peer {
    key: "memmap3",
    title: "memmap3",
    package: Some("memmap3"),
    entries: || {
        let mut entries = vec![
            array::entry::<Doubled>(),
            attach::entry::<Opening>(),
            counter::entry::<Plain>(),
            layout::entry::<Opening>(),
            spin::entry::<End>(),
            twenty::entry::<Wide>(),
            sixteen::get::<Plain>(),
            memory::of_numbers::<Plain>(),
        ];
        entries.extend(field::entries::<Plain>());
        entries.extend(snapshot::entries::<Line, 8>());
        entries.extend(snapshot::entries::<Page, 512>());
        entries
    },
    absent: &[
        ("lock", "it has no lock"),
        ("sixteen-lock", "it has no lock"),
        ("crowd", "it has no lock"),
        ("watchers", "nothing to sleep on"),
        ("death", "it has no lock"),
        ("hand-off-sleep", "nothing to sleep on"),
        ("queue", "it has no queue"),
        ("heap", "it has no heap"),
        ("map", "it has no map"),
    ],
};

#[mmap_struct]
struct Fields {
    temperature: f64,
    value: u64,
    #[mmap(atomic)]
    hits: u64,
}

#[mmap_struct]
struct TwentyNumbers {
    f01: u64,
    f02: u64,
    f03: u64,
    f04: u64,
    f05: u64,
    f06: u64,
    f07: u64,
    f08: u64,
    f09: u64,
    f10: u64,
    f11: u64,
    f12: u64,
    f13: u64,
    f14: u64,
    f15: u64,
    f16: u64,
    f17: u64,
    f18: u64,
    f19: u64,
    f20: u64,
}

#[mmap_struct]
struct Numbers {
    #[mmap(atomic)]
    ping: u64,
    #[mmap(atomic)]
    pong: u64,
}

#[mmap_struct]
struct Eight {
    words: [u64; 8],
}

#[mmap_struct]
struct FiveHundred {
    words: [u64; 512],
}

#[mmap_struct]
struct Thousand {
    doubles: [f64; 1000],
}

#[mmap_struct]
struct Pair {
    number: u64,
    ratio: f64,
}

#[mmap_struct]
struct Swapped {
    ratio: f64,
    number: u64,
}

fn create<T: StructLayout>(job: &Job) -> Result<MmapStruct<T>, Failure> {
    Ok(MmapStruct::create(job.file("memmap3"))?)
}

fn open<T: StructLayout>(job: &Job) -> Result<MmapStruct<T>, Failure> {
    Ok(MmapStruct::open(job.file("memmap3"))?)
}

struct Plain(MmapStruct<Fields>);

impl Number for Plain {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(create(job)?))
    }

    #[inline]
    fn get(&mut self) -> u64 {
        self.0.value
    }

    #[inline]
    fn set(&mut self, value: u64) {
        self.0.value = value;
    }
}

struct Wide(MmapStruct<TwentyNumbers>);

impl Twenty for Wide {
    fn create(job: &Job) -> Result<Self, Failure> {
        let mut wide: MmapStruct<TwentyNumbers> = create(job)?;
        let mut number = 0;
        macro_rules! write {
            ($($field:ident)*) => { $(number += 1; wide.$field = number;)* };
        }
        for_twenty!(write);
        Ok(Self(wide))
    }

    #[inline]
    fn each(&mut self, mut take: impl FnMut(u64)) {
        let wide = &self.0;
        macro_rules! read {
            ($($field:ident)*) => { $(take(wide.$field);)* };
        }
        for_twenty!(read);
    }
}

impl Counter for Plain {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self(create(job)?))
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self(open(job)?))
    }

    fn add_many(&mut self, times: u64) {
        for _ in 0..times {
            self.0.hits.fetch_add(1, AcqRel);
        }
    }

    fn value(&mut self) -> u64 {
        self.0.hits.load(Acquire)
    }
}

enum Opening {}

impl Attach for Opening {
    type Made = MmapStruct<Fields>;
    type Prepared = std::path::PathBuf;

    fn create(job: &Job) -> Result<Self::Made, Failure> {
        let made: MmapStruct<Fields> = create(job)?;
        made.hits.store(MARK, Release);
        Ok(made)
    }

    fn prepare(job: &Job) -> Result<Self::Prepared, Failure> {
        Ok(job.file("memmap3"))
    }

    fn visit(path: &mut Self::Prepared) -> Result<u64, Failure> {
        Ok(MmapStruct::<Fields>::open(path)?.hits.load(Acquire))
    }
}

impl Mismatch for Opening {
    type Made = MmapStruct<Pair>;

    fn create(job: &Job) -> Result<Self::Made, Failure> {
        let mut pair: MmapStruct<Pair> = create(job)?;
        pair.number = NUMBER;
        pair.ratio = 1.5;
        Ok(pair)
    }

    fn open_swapped(job: &Job) -> Result<Opened, Failure> {
        match open::<Swapped>(job) {
            Ok(swapped) => Ok(Opened::Reads(swapped.number)),
            Err(error) => Ok(Opened::Refused(error.to_string())),
        }
    }
}

struct Doubled(MmapStruct<Thousand>);

impl Doubles for Doubled {
    fn create(job: &Job, values: &[f64; array::LEN]) -> Result<Self, Failure> {
        let mut made: MmapStruct<Thousand> = create(job)?;
        made.doubles = *values;
        Ok(Self(made))
    }

    #[inline]
    fn read(&mut self, out: &mut [f64; array::LEN]) {
        *out = self.0.doubles;
    }
}

struct End {
    numbers: MmapStruct<Numbers>,
    creator: bool,
}

impl PingPong for End {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self { numbers: create(job)?, creator: true })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self { numbers: open(job)?, creator: false })
    }

    #[inline]
    fn send(&mut self, value: u64) {
        let own = if self.creator { &self.numbers.ping } else { &self.numbers.pong };
        own.store(value, Release);
    }

    #[inline]
    fn look(&mut self) -> u64 {
        let other = if self.creator { &self.numbers.pong } else { &self.numbers.ping };
        other.load(Acquire)
    }
}

/// The array is copied by assignment; nothing keeps the other side from writing meanwhile.
macro_rules! copied {
    ($peer:ident, $of:ty, $words:literal) => {
        enum $peer {}

        impl Snapshot<$words> for $peer {
            type Reader = MmapStruct<$of>;
            type Writer = MmapStruct<$of>;

            fn reader(job: &Job) -> Result<Self::Reader, Failure> {
                create(job)
            }

            fn writer(job: &Job) -> Result<Self::Writer, Failure> {
                open(job)
            }

            #[inline]
            fn read(reader: &mut Self::Reader, out: &mut [u64; $words]) -> bool {
                *out = reader.words;
                true
            }

            #[inline]
            fn write(writer: &mut Self::Writer, value: &[u64; $words]) {
                writer.words = *value;
            }
        }
    };
}

copied!(Line, Eight, 8);
copied!(Page, FiveHundred, 512);
