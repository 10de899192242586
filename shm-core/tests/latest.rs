//! `Latest` within one process: versions, values of every kind, and refused operations.

use std::fs::OpenOptions;
use std::num::NonZeroU32;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use shm_core::layout::Role;
use shm_core::schema::Schema;
use shm_core::{
    Latest, LockError, Region, SharedLayout, Text, errors::LoadError, sync::Value,
    traits::ValidZeroed,
};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Reading {
    at: u64,
    mode: Mode,
    values: [f32; 3],
    note: Text<6>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    id: u32,
    readings: [Latest<Reading>; 2],
}

/// The value of `Reading::at` by which a test finds it in a file.
const MARK: u64 = 0x5ea2_c41e_d00d_f00d;

fn reading(at: u64) -> Reading {
    Reading { at, mode: Mode::Busy, values: [1.0, -2.5, f32::MAX], note: Text::truncated("我是") }
}

fn private<T: Value + ValidZeroed>() -> Region<Latest<T>> {
    Region::options().private().unwrap()
}

#[test]
fn a_stored_value_is_loaded_and_each_store_is_the_next_version() {
    let station = Region::<Station>::options().private().unwrap();
    let [first, second] = &station.readings;
    for version in 1..=9 {
        assert_eq!(first.store(&reading(version)).unwrap(), version);
        assert_eq!(first.version(), version);
        assert_eq!(first.load().unwrap(), reading(version));
    }
    assert_eq!(second.version(), 0, "each value has its own versions");
}

#[test]
fn before_the_first_store_the_value_is_the_zeroed_one() {
    let value = private::<Reading>();
    let zeroed = value.load().unwrap();
    assert_eq!((zeroed.at, zeroed.mode, zeroed.values), (0, Mode::Idle, [0.0; 3]));
    assert_eq!((zeroed.note.as_str(), value.version()), ("", 0));
}

#[test]
fn before_the_first_store_there_is_no_value_if_zero_is_invalid() {
    let value = Region::<Latest<NonZeroU32>>::options().private_with(|_| {}).unwrap();
    assert!(matches!(value.load(), Err(LoadError::Invalid(_))));
    value.store(&NonZeroU32::MAX).unwrap();
    assert_eq!(value.load().unwrap(), NonZeroU32::MAX);
}

#[test]
fn wide_integers_floats_and_large_arrays_go_in_and_out() {
    let wide = private::<u128>();
    wide.store(&(u128::MAX - 5)).unwrap();
    assert_eq!(wide.load().unwrap(), u128::MAX - 5);

    let wides = private::<[i128; 3]>();
    wides.store(&[i128::MIN, -1, 7]).unwrap();
    assert_eq!(wides.load().unwrap(), [i128::MIN, -1, 7]);

    let odd = private::<[u8; 13]>();
    odd.store(b"thirteen byte").unwrap();
    assert_eq!(&odd.load().unwrap(), b"thirteen byte");

    let large = private::<[u64; 100_000]>();
    let numbers: Vec<u64> = (0..100_000).collect();
    let numbers: Box<[u64; 100_000]> = numbers.into_boxed_slice().try_into().unwrap();
    large.store(&numbers).unwrap();
    let mut copy = Box::new([0; 100_000]);
    assert_eq!(large.load_into(&mut copy).unwrap(), 1);
    assert_eq!(copy, numbers);
}

/// A value that is as large as a word, but not aligned like one.
#[test]
fn a_value_goes_in_and_out_wherever_it_lies_in_private_memory() {
    #[repr(C, align(8))]
    struct Shifted {
        before: u32,
        pair: [u32; 2],
    }
    let latest = private::<[u32; 2]>();
    let mut shifted = Shifted { before: 9, pair: [1, 2] };
    latest.store(&shifted.pair).unwrap();
    shifted.pair = [0; 2];
    assert_eq!(latest.load_into(&mut shifted.pair).unwrap(), 1);
    assert_eq!((shifted.before, shifted.pair), (9, [1, 2]));
}

/// Private copies of it are on the heap, in both directions.
#[test]
fn a_value_larger_than_the_stack_goes_in_and_out() {
    const LEN: usize = 1 << 20;
    let flags = || -> Box<[bool; LEN]> { vec![true; LEN].into_boxed_slice().try_into().unwrap() };
    let thread = std::thread::Builder::new().stack_size(LEN / 4);
    let latest = private::<[bool; LEN]>();
    let work = move || {
        latest.store(&flags()).unwrap();
        let mut out = flags();
        out.fill(false);
        latest.load_into(&mut out).unwrap();
        out.iter().all(|flag| *flag)
    };
    assert!(thread.spawn(work).unwrap().join().unwrap());
}

#[test]
fn a_value_is_loaded_again_only_if_it_is_newer() {
    let value = private::<u32>();
    assert!(value.load_if_newer(0).unwrap().is_none());
    value.store(&5).unwrap();
    value.store(&6).unwrap();
    assert_eq!(value.load_if_newer(0).unwrap(), Some((2, 6)));
    assert_eq!(value.load_if_newer(1).unwrap(), Some((2, 6)));
    assert!(value.load_if_newer(2).unwrap().is_none());
}

#[test]
fn an_update_that_panics_stores_nothing_and_the_next_one_works() {
    let value = private::<[u64; 2]>();
    value.store(&[1, 2]).unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        value.update(|pair| {
            pair[0] = 9;
            panic!("half-way");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!((value.version(), value.load().unwrap()), (1, [1, 2]));
    assert_eq!(value.update(|pair| pair.swap(0, 1)).unwrap(), 2);
    assert_eq!(value.load().unwrap(), [2, 1]);
}

#[test]
fn a_thread_that_is_already_the_writer_gets_an_error_and_does_not_wait() {
    let value = private::<u64>();
    let mut publisher = value.publisher().unwrap();
    assert_eq!(publisher.store(&1), 1);
    assert!(matches!(value.store(&2), Err(LockError::WouldDeadlock)));
    assert!(matches!(value.publisher(), Err(LockError::WouldDeadlock)));
    let error = value.update(|_| panic!("never called")).unwrap_err();
    assert!(matches!(error, LoadError::Lock(LockError::WouldDeadlock)));
    assert_eq!(publisher.update(|value| *value += 1).unwrap(), 2);
    drop(publisher);
    assert_eq!((value.store(&3).unwrap(), value.load().unwrap()), (3, 3));
}

#[test]
fn no_update_of_several_threads_is_lost() {
    let value = private::<[u64; 3]>();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    value.update(|counts| counts.iter_mut().for_each(|n| *n += 1)).unwrap();
                }
            });
        }
    });
    assert_eq!((value.version(), value.load().unwrap()), (8_000, [8_000; 3]));
}

#[test]
fn readers_of_several_threads_see_whole_versions_in_order() {
    let value = Region::<Latest<[u64; 64], 2>>::options().private().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut newest = 0;
                while newest < 20_000 {
                    let floor = value.version();
                    match value.load_if_newer(newest) {
                        Ok(Some((version, words))) => {
                            assert!(version >= floor.max(newest + 1));
                            assert_eq!(words, [version; 64]);
                            newest = version;
                        }
                        Ok(None) => std::thread::yield_now(),
                        Err(error) => assert!(matches!(error, LoadError::Contended), "{error}"),
                    }
                }
            });
        }
        let mut publisher = value.publisher().unwrap();
        for version in 1..=20_000 {
            publisher.store(&[version; 64]);
        }
    });
}

#[test]
fn the_schema_gives_the_place_of_the_versions() {
    let schema = Schema::of(Latest::<Reading, 3>::LAYOUT).unwrap();
    let latest = schema.root();
    assert_eq!((latest.role(), latest.align()), (Some(Role::Latest), 64));
    let field = |name| latest.field(name).unwrap();
    assert_eq!((field("sequence").offset(), field("sequence").ty().to_string()), (0, "u64".into()));
    assert_eq!((field("lock").offset(), field("lock").ty().to_string()), (8, "u32".into()));
    let slots = field("slots");
    assert_eq!((slots.offset(), slots.ty().size()), (64, 3 * 64));
    let shm_core::schema::TypeKind::Array { element, len: 3 } = slots.ty().kind() else {
        panic!("{} is not an array of 3", slots.ty())
    };
    assert_eq!((element.size(), element.field("value").unwrap().ty().size()), (64, 40));
}

#[test]
fn slots_are_whole_cache_lines_after_the_first_one() {
    assert_eq!(Latest::<u8>::LAYOUT.size(), 64 + 4 * 64);
    assert_eq!(Latest::<[u64; 9], 2>::LAYOUT.size(), 64 + 2 * 128);
    #[derive(SharedLayout)]
    #[repr(C, align(256))]
    struct Wide(u8);
    assert_eq!((Latest::<Wide>::LAYOUT.size(), Latest::<Wide>::LAYOUT.align()), (5 * 256, 256));
}

/// The file of a region, which a test damages while the region is mapped.
struct Damaged(PathBuf);

impl Damaged {
    fn new(purpose: &str) -> (Self, Region<Station>) {
        let path = format!("/dev/shm/shm-latest-{purpose}-{}", std::process::id());
        let station = Region::<Station>::create(&path).unwrap();
        (Self(path.into()), station)
    }

    /// Returns the file's bytes from the marked reading on.
    fn marked(&self) -> (usize, Vec<u8>) {
        let bytes = std::fs::read(&self.0).unwrap();
        let at = bytes.windows(8).position(|word| word == MARK.to_ne_bytes()).unwrap();
        (at, bytes[at..].to_vec())
    }

    fn write(&self, behind_mark: usize, bytes: &[u8]) {
        let file = OpenOptions::new().write(true).open(&self.0).unwrap();
        file.write_all_at(bytes, (self.marked().0 + behind_mark) as u64).unwrap();
    }
}

impl Drop for Damaged {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_bad_value_is_an_error_that_names_its_field() {
    let (file, station) = Damaged::new("bad");
    let cases: [(usize, &[u8], &str, &str); 4] = [
        (8, &[7], "readings[1].mode", "allowed: 0 (Idle), 1 (Busy)"),
        (24, &7_u32.to_ne_bytes(), "readings[1].note.len", "0x00000007"),
        (24, &u32::MAX.to_ne_bytes(), "readings[1].note.len", "a length of at most the capacity"),
        (31, &[0xff], "readings[1].note.bytes[3]", "UTF-8"),
    ];
    for (offset, bytes, field, part) in cases {
        station.readings[1].store(&reading(MARK)).unwrap();
        file.write(offset, bytes);
        let Err(LoadError::Invalid(error)) = station.readings[1].load() else {
            panic!("{field} is bad")
        };
        assert_eq!(error.field(), Some(field));
        let message = error.to_string();
        assert!(message.contains(part) && message.contains("/dev/shm/shm-latest-bad"), "{message}");
        // Every slot but one is fresh: the next store is not affected.
        station.readings[1].store(&reading(1)).unwrap();
        assert_eq!(station.readings[1].load().unwrap(), reading(1));
        file.write(0, &[0; 40]);
    }
}

#[test]
fn any_byte_but_zero_is_true_in_a_latest_as_well() {
    let path = format!("/dev/shm/shm-latest-bool-{}", std::process::id());
    let file = Damaged(path.into());
    let flags = Region::<Latest<[bool; 24]>>::create(&file.0).unwrap();
    flags.store(&[true; 24]).unwrap();
    let bytes = std::fs::read(&file.0).unwrap();
    let at = bytes.windows(24).position(|bytes| bytes == [1; 24]).unwrap();
    let damage = OpenOptions::new().write(true).open(&file.0).unwrap();
    damage.write_all_at(&[7, 0, 2, 255], at as u64).unwrap();
    let loaded = flags.load().unwrap();
    assert_eq!(loaded[..5], [true, false, true, true, true]);
    assert!(loaded.iter().all(|flag| matches!(u8::from(*flag), 0 | 1)));
}

#[test]
fn no_byte_of_the_writers_memory_reaches_the_region_through_padding() {
    let (file, station) = Damaged::new("padding");
    let mut noisy = reading(MARK);
    let as_bytes = std::ptr::from_mut(&mut noisy).cast::<u8>();
    for padding in [9, 10, 11, 34, 35, 36, 37, 38, 39] {
        // SAFETY: a byte of padding inside the value.
        unsafe { as_bytes.wrapping_add(padding).write(0xa5) };
    }
    station.readings[0].store(&noisy).unwrap();
    let (_, bytes) = file.marked();
    assert_eq!(bytes[9..12], [0; 3]);
    assert_eq!(bytes[34..64], [0; 30]);
}

/// Numbers with holes between them: any bytes are valid, so it is copied out directly.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Holes {
    at: u64,
    small: u8,
    wide: f64,
    last: u16,
}

#[test]
fn numbers_with_holes_between_them_go_in_and_out_and_the_holes_stay_zero() {
    let path = format!("/dev/shm/shm-latest-holes-{}", std::process::id());
    let file = Damaged(path.into());
    let holes = Region::<Latest<Holes>>::create(&file.0).unwrap();
    let value = Holes { at: MARK, small: 3, wide: -0.5, last: 9 };
    let mut noisy = value;
    let as_bytes = std::ptr::from_mut(&mut noisy).cast::<u8>();
    for padding in (9..16).chain(26..32) {
        // SAFETY: a byte of padding inside the value.
        unsafe { as_bytes.wrapping_add(padding).write(0xa5) };
    }
    holes.store(&noisy).unwrap();
    let (_, bytes) = file.marked();
    assert_eq!((&bytes[9..16], &bytes[26..64]), (&[0; 7][..], &[0; 38][..]));
    assert_eq!(holes.load().unwrap(), value);
    let mut out = Holes { at: 0, small: 0, wide: 0.0, last: 0 };
    holes.load_into(&mut out).unwrap();
    assert_eq!(out, value);
}

/// No holes, but fields for which some bytes are invalid: copied in directly, and checked on the way
/// out.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Tight {
    at: u64,
    mode: Mode,
    flag: bool,
    letter: [u8; 2],
    sign: char,
}

#[test]
fn checked_fields_are_checked_in_a_struct_without_padding_as_well() {
    let path = format!("/dev/shm/shm-latest-tight-{}", std::process::id());
    let file = Damaged(path.into());
    let tight = Region::<Latest<Tight>>::create(&file.0).unwrap();
    let value = Tight { at: MARK, mode: Mode::Busy, flag: true, letter: [1, 2], sign: 'é' };
    tight.store(&value).unwrap();
    assert_eq!(tight.load().unwrap(), value);
    file.write(9, &[7]);
    let loaded = tight.load().unwrap();
    assert_eq!(u8::from(loaded.flag), 1, "any byte but 0 is true");
    file.write(8, &[7]);
    let Err(LoadError::Invalid(error)) = tight.load() else { panic!("7 is not a mode") };
    assert_eq!((error.field(), error.bits()), (Some("mode"), 7));
    file.write(8, &[1, 1]);
    file.write(12, &0xd800_u32.to_ne_bytes());
    let mut out = value;
    let Err(LoadError::Invalid(error)) = tight.load_into(&mut out) else { panic!("no char") };
    assert_eq!(error.field(), Some("sign"));
}

#[test]
fn a_latest_shows_its_value() {
    let value = private::<Reading>();
    value.store(&reading(3)).unwrap();
    let shown = format!("{value:?}");
    assert!(shown.contains("at: 3") && shown.contains("Busy") && shown.contains("我是"), "{shown}");
    let wide = private::<u128>();
    wide.store(&u128::MAX).unwrap();
    assert!(format!("{wide:?}").contains(&u128::MAX.to_string()));
}
