//! A struct in C, by its pointer: the floor. The code is in `c/struct_pointer.c`.

use std::ffi::{CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;

use super::Peer;
use super::mapped::Mapped;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::array::{self, Doubles};
use crate::scenarios::attach::{self, Attach, MARK};
use crate::scenarios::counter::{self, Counter};
use crate::scenarios::field::{self, Number};
use crate::scenarios::layout::{self, Mismatch, NUMBER, Opened};
use crate::scenarios::sleep::{self, Wake};
use crate::scenarios::snapshot::{self, Snapshot};
use crate::scenarios::spin::{self, PingPong};
use crate::scenarios::twenty::{self, Twenty};
use crate::scenarios::{memory, sixteen, watchers};

pub(super) const PLAIN: Peer = Peer {
    key: "c",
    title: "C struct pointer",
    package: None,
    entries: || {
        let mut entries = vec![
            array::entry::<Station>(),
            attach::entry::<Station>(),
            counter::entry::<Plain>(),
            layout::entry::<Station>(),
            sleep::entry::<Station>(sleep::SLEEP),
            spin::entry::<End>(),
            twenty::entry::<Wide>(),
            sixteen::get::<Station>(),
            memory::of_numbers::<Station>(),
        ];
        entries.extend(field::entries::<Station>());
        entries.extend(watchers::entries::<Station>());
        entries.extend(
            [snapshot::entries::<Station, 8>(), snapshot::entries::<Station, 512>()].concat(),
        );
        entries
    },
    absent: &[
        ("lock", "no lock; see pthread"),
        ("sixteen-lock", "no lock; see pthread"),
        ("crowd", "no lock; see pthread"),
        ("death", "nothing to hold"),
        ("queue", "no queue"),
        ("heap", "no heap"),
        ("map", "no map"),
    ],
};

pub(super) const ATOMIC: Peer = Peer {
    key: "c-atomic",
    title: "C struct pointer, `atomic_fetch_add`",
    package: None,
    entries: || vec![counter::entry::<Atomic>()],
    absent: &[("*", "the counter")],
};

#[repr(C)]
struct Layout {
    temperature: f64,
    hits: u64,
    line: Line,
    futex: u32,
    words: [u64; 1000],
}

/// Two numbers on one cache line, which has no others.
#[repr(C, align(64))]
struct Line {
    ping: u64,
    pong: u64,
}

unsafe extern "C" {
    fn shm_bench_get(station: *const Layout, times: u64);
    fn shm_bench_set(station: *mut Layout, times: u64);
    fn shm_bench_add(station: *mut Layout, times: u64);
    fn shm_bench_add_atomic(station: *mut Layout, times: u64);
    fn shm_bench_read_64(station: *const Layout, out: *mut c_void, times: u64);
    fn shm_bench_read_4096(station: *const Layout, out: *mut c_void, times: u64);
    fn shm_bench_read_8000(station: *const Layout, out: *mut c_void, times: u64);
    fn shm_bench_write_64(station: *mut Layout, value: *const c_void, times: u64);
    fn shm_bench_write_4096(station: *mut Layout, value: *const c_void, times: u64);
    fn shm_bench_visit(path: *const c_char) -> u64;
    fn shm_bench_change(station: *mut Layout, value: u64, sleepers: c_int);
    fn shm_bench_wide(wide: *const [u64; 20], times: u64);
    fn shm_bench_wait(station: *mut Layout, seen: u64) -> u64;
}

struct Station(Mapped<Layout>);

impl Station {
    fn make(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Mapped::create(&job.file("c"))?))
    }

    fn attach(job: &Job) -> Result<Self, Failure> {
        Ok(Self(Mapped::open(&job.file("c"))?))
    }

    /// The address of a number in the mapping.
    fn number(&self, of: impl Fn(*mut Layout) -> *mut u64) -> *mut u64 {
        of(self.0.as_ptr())
    }

    fn hits(&self) -> *mut u64 {
        // SAFETY: inside the mapping.
        self.number(|station| unsafe { &raw mut (*station).hits })
    }

    fn words(&self) -> *mut u64 {
        // SAFETY: inside the mapping.
        self.number(|station| unsafe { &raw mut (*station).words }.cast())
    }
}

impl Number for Station {
    fn create(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn get(&mut self) -> u64 {
        // SAFETY: a number in the mapping.
        unsafe { self.hits().read_volatile() }
    }

    fn set(&mut self, value: u64) {
        // SAFETY: a number in the mapping.
        unsafe { self.hits().write_volatile(value) };
    }

    fn get_many(&mut self, times: u64) {
        // SAFETY: a mapped station.
        unsafe { shm_bench_get(self.0.as_ptr(), times) };
    }

    fn set_many(&mut self, times: u64) {
        // SAFETY: a mapped station.
        unsafe { shm_bench_set(self.0.as_ptr(), times) };
    }
}

/// A struct of twenty numbers.
struct Wide(Mapped<[u64; 20]>);

impl Twenty for Wide {
    fn create(job: &Job) -> Result<Self, Failure> {
        let wide = Mapped::<[u64; 20]>::create(&job.file("c"))?;
        let numbers = std::array::from_fn(|index| index as u64 + 1);
        // SAFETY: inside the mapping, which no other process has yet.
        unsafe { wide.as_ptr().write_volatile(numbers) };
        Ok(Self(wide))
    }

    fn each(&mut self, take: impl FnMut(u64)) {
        // SAFETY: inside the mapping, and no process writes.
        unsafe { self.0.as_ptr().read_volatile() }.into_iter().for_each(take);
    }

    fn read_many(&mut self, times: u64) {
        // SAFETY: a mapped struct of twenty numbers.
        unsafe { shm_bench_wide(self.0.as_ptr(), times) };
    }
}

/// `hits += 1`, which is a read and a write.
struct Plain(Station);
/// One step that no other processor can interrupt.
struct Atomic(Station);

impl Counter for Plain {
    fn create(job: &Job) -> Result<Self, Failure> {
        Station::make(job).map(Self)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Station::attach(job).map(Self)
    }

    fn add_many(&mut self, times: u64) {
        // SAFETY: a mapped station.
        unsafe { shm_bench_add(self.0.0.as_ptr(), times) };
    }

    fn value(&mut self) -> u64 {
        self.0.get()
    }
}

impl Counter for Atomic {
    fn create(job: &Job) -> Result<Self, Failure> {
        Station::make(job).map(Self)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Station::attach(job).map(Self)
    }

    fn add_many(&mut self, times: u64) {
        // SAFETY: a mapped station.
        unsafe { shm_bench_add_atomic(self.0.0.as_ptr(), times) };
    }

    fn value(&mut self) -> u64 {
        self.0.get()
    }
}

/// memcpy, whatever the other side does meanwhile.
impl<const WORDS: usize> Snapshot<WORDS> for Station {
    type Reader = Self;
    type Writer = Self;

    fn reader(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn writer(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    fn read(reader: &mut Self, out: &mut [u64; WORDS]) -> bool {
        <Self as Snapshot<WORDS>>::read_many(reader, out, 1) == 0
    }

    fn write(writer: &mut Self, value: &[u64; WORDS]) {
        <Self as Snapshot<WORDS>>::write_many(writer, value, 1);
    }

    fn read_many(reader: &mut Self, out: &mut [u64; WORDS], times: u64) -> u64 {
        let (station, out) = (reader.0.as_ptr(), out.as_mut_ptr().cast());
        match WORDS {
            // SAFETY: a mapped station, and room for that many bytes.
            8 => unsafe { shm_bench_read_64(station, out, times) },
            // SAFETY: as above.
            512 => unsafe { shm_bench_read_4096(station, out, times) },
            _ => return times,
        }
        0
    }

    fn write_many(writer: &mut Self, value: &[u64; WORDS], times: u64) {
        let (station, value) = (writer.0.as_ptr(), value.as_ptr().cast());
        match WORDS {
            // SAFETY: a mapped station, and that many bytes.
            8 => unsafe { shm_bench_write_64(station, value, times) },
            // SAFETY: as above.
            512 => unsafe { shm_bench_write_4096(station, value, times) },
            _ => {}
        }
    }
}

impl Doubles for Station {
    fn create(job: &Job, values: &[f64; array::LEN]) -> Result<Self, Failure> {
        let station = Self::make(job)?;
        // SAFETY: the array in the mapping has room for as many, and no other process has it yet.
        unsafe { station.words().cast::<f64>().copy_from(values.as_ptr(), array::LEN) };
        Ok(station)
    }

    fn read(&mut self, out: &mut [f64; array::LEN]) {
        // SAFETY: a mapped station, and room for 8,000 bytes.
        unsafe { shm_bench_read_8000(self.0.as_ptr(), out.as_mut_ptr().cast(), 1) };
    }
}

impl Attach for Station {
    type Made = Self;
    type Prepared = CString;

    fn create(job: &Job) -> Result<Self, Failure> {
        let mut station = Self::make(job)?;
        station.set(MARK);
        Ok(station)
    }

    fn prepare(job: &Job) -> Result<CString, Failure> {
        Ok(CString::new(job.file("c").as_os_str().as_bytes())?)
    }

    fn visit(path: &mut CString) -> Result<u64, Failure> {
        // SAFETY: a string that ends in a zero.
        match unsafe { shm_bench_visit(path.as_ptr()) } {
            0 => Err(std::io::Error::last_os_error().into()),
            value => Ok(value),
        }
    }
}

/// The two fields are the first two of the struct: temperature and hits.
impl Mismatch for Station {
    type Made = Self;

    fn create(job: &Job) -> Result<Self, Failure> {
        let station = Self::make(job)?;
        let first = station.0.as_ptr().cast::<u64>();
        // SAFETY: the first number in the mapping.
        unsafe { first.write_volatile(NUMBER) };
        // SAFETY: the second.
        unsafe { first.wrapping_add(1).write_volatile(1.5_f64.to_bits()) };
        Ok(station)
    }

    fn open_swapped(job: &Job) -> Result<Opened, Failure> {
        Ok(Opened::Reads(Self::attach(job)?.get()))
    }
}

impl Wake for Station {
    fn create(job: &Job) -> Result<Self, Failure> {
        Self::make(job)
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Self::attach(job)
    }

    fn change(&mut self, value: u64) {
        // SAFETY: a mapped station.
        unsafe { shm_bench_change(self.0.as_ptr(), value, 1) };
    }

    fn change_for_all(&mut self, value: u64) {
        // SAFETY: a mapped station.
        unsafe { shm_bench_change(self.0.as_ptr(), value, c_int::MAX) };
    }

    fn wait(&mut self, seen: u64) -> u64 {
        // SAFETY: a mapped station.
        unsafe { shm_bench_wait(self.0.as_ptr(), seen) }
    }
}

/// One end of two numbers. A volatile access is the instruction that C's would be.
struct End {
    station: Station,
    creator: bool,
}

impl End {
    #[inline]
    fn lines(&self) -> (*mut u64, *mut u64) {
        let station = self.station.0.as_ptr();
        // SAFETY: inside the mapping.
        let ping = unsafe { &raw mut (*station).line.ping };
        // SAFETY: inside the mapping.
        let pong = unsafe { &raw mut (*station).line.pong };
        if self.creator { (ping, pong) } else { (pong, ping) }
    }
}

impl PingPong for End {
    fn create(job: &Job) -> Result<Self, Failure> {
        Ok(Self { station: Station::make(job)?, creator: true })
    }

    fn open(job: &Job) -> Result<Self, Failure> {
        Ok(Self { station: Station::attach(job)?, creator: false })
    }

    #[inline]
    fn send(&mut self, value: u64) {
        // SAFETY: a number in the mapping.
        unsafe { self.lines().0.write_volatile(value) };
    }

    #[inline]
    fn look(&mut self) -> u64 {
        // SAFETY: a number in the mapping.
        unsafe { self.lines().1.read_volatile() }
    }
}
