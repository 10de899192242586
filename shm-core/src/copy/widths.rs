//! The widths of the accesses that a copy consists of: every one is recorded (`sys/recorder`). Torn
//! elements would not show them, since processors tear less than they are allowed to.

use std::ptr::NonNull;

use super::*;
use crate::shared_layout::Plain;
use crate::sync::Value;
use crate::sys::recorder::{Access, Pages, record};
use crate::traits::ValidZeroed;
use crate::{Latest, ReadWrite, Region, SharedLayout};

/// Lengths in elements: some short enough to be copied one by one, and at least one for each code path.
const COUNTS: [usize; 10] = [1, 7, 8, 9, 12, 16, 31, 64, 100, 300];

/// Checks every access in a copy of elements of `width` bytes, which start at `start` and occupy `len`
/// bytes: none is narrower than an element, none is wider than what the processor does in one step, and
/// each is aligned to its own width. Elements of one byte may be copied in any way. Nothing is stored
/// twice.
#[track_caller]
fn expect(accesses: &[Access], width: usize, start: usize, len: usize, is_write: bool) {
    let mut times = vec![0_u32; len];
    for access in accesses {
        assert_eq!(access.is_write, is_write, "{access:?}");
        let first = access.offset.wrapping_sub(start);
        assert!(first < len && first + access.width <= len, "{access:?} is outside the range");
        if width > 1 {
            assert!((width..=16).contains(&access.width), "elements of {width} bytes: {access:?}");
            let is_aligned = access.offset % access.width == 0;
            assert!(is_aligned, "elements of {width} bytes: {access:?}");
        }
        times[first..first + access.width].iter_mut().for_each(|times| *times += 1);
    }
    let fits = |times: &u32| *times == 1 || (!is_write && *times > 1);
    assert!(times.iter().all(fits), "elements of {width} bytes: {times:?}");
}

type Load = unsafe fn(*const u8, *mut u8, usize);
type Store = unsafe fn(*mut u8, *const u8, usize);

/// Offsets of a copy on the shared side and on the private one, from a page boundary.
type Offsets = (usize, usize);

/// Runs a copy of each of these counts at each of these offsets.
fn at_each<T: Word + Copy>(
    offsets: &[Offsets],
    counts: &[usize],
    (load, store, fill): (Load, Store, Store),
) {
    let width = size_of::<T>();
    let (shared, private) = (Pages::new(), Pages::new());
    for len in counts.iter().map(|count| count * width) {
        for &(start, private_start) in offsets {
            let (at, private) = (shared.at(start), private.at(private_start));
            // SAFETY: inside both pages, which only this test uses; the shared side is aligned.
            let loaded = shared.record(|| unsafe { load(at, private, len) });
            expect(&loaded, width, start, len, false);
            // SAFETY: as above.
            let stored = shared.record(|| unsafe { store(at, private, len) });
            expect(&stored, width, start, len, true);
            // SAFETY: as above.
            let filled = shared.record(|| unsafe { fill(at, private, len) });
            expect(&filled, width, start, len, true);
        }
    }
}

/// Fills with the value of the first element of the private side.
///
/// # Safety
/// As for [`store`].
unsafe fn fill_with_first<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
    // SAFETY: there is at least one element, and any bytes are a valid `T`.
    let value = unsafe { private.cast::<T>().read_unaligned() };
    // SAFETY: guaranteed by the caller.
    unsafe { fill(shared, value, len) };
}

/// Offsets that make a difference for elements of this width.
fn offsets<T>() -> [Offsets; 8] {
    let width = size_of::<T>();
    [(0, 0), (0, 1), (width, 16), (8, 40), (16 - width, 1), (16, 0), (32 + width, 40), (48, 16)]
}

fn scalars<T: Word + Copy>() {
    at_each::<T>(&offsets::<T>(), &COUNTS, (load::<T>, store::<T>, fill_with_first::<T>));
}

#[test]
fn bytes_are_stored_once_and_nothing_next_to_them_is_touched() {
    scalars::<u8>();
    // Longer ones are aligned first.
    let ways: (Load, Store, Store) = (load::<u8>, store::<u8>, fill_with_first::<u8>);
    at_each::<u8>(&[(0, 0), (13, 1), (16, 0)], &[511, 512, 700, 4160], ways);
}

#[test]
fn elements_of_two_bytes_are_accessed_at_least_two_bytes_at_a_time() {
    scalars::<u16>();
}

#[test]
fn elements_of_four_bytes_are_accessed_at_least_four_bytes_at_a_time() {
    scalars::<u32>();
}

#[test]
fn elements_of_eight_bytes_are_accessed_at_least_eight_bytes_at_a_time() {
    scalars::<u64>();
}

/// Long enough for the processor's own loops, which access one element after the other.
#[test]
fn long_copies_also_access_whole_elements() {
    fn of<T: Word + Copy>() {
        let ways: (Load, Store, Store) = (load::<T>, store::<T>, fill_with_first::<T>);
        at_each::<T>(&[(48, 0)], &[1600 / size_of::<T>()], ways);
        // The two sides are never aligned at the same time.
        at_each::<T>(&[(48, 1)], &[4160 / size_of::<T>()], ways);
    }
    of::<u16>();
    of::<u32>();
    of::<u64>();
}

mod old_processors {
    use super::super::x86_64::on_an_old_one;
    use super::*;

    unsafe fn old_load<T: Word + Copy>(shared: *const u8, private: *mut u8, len: usize) {
        // SAFETY: guaranteed by the caller.
        on_an_old_one(|| unsafe { load::<T>(shared, private, len) });
    }

    unsafe fn old_store<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
        // SAFETY: guaranteed by the caller.
        on_an_old_one(|| unsafe { store::<T>(shared, private, len) });
    }

    unsafe fn old_fill<T: Word + Copy>(shared: *mut u8, private: *const u8, len: usize) {
        // SAFETY: guaranteed by the caller.
        on_an_old_one(|| unsafe { fill_with_first::<T>(shared, private, len) });
    }

    /// Each access is then an element, since a processor without AVX guarantees no more than 8 bytes.
    #[test]
    fn a_processor_without_avx_accesses_one_element_at_a_time() {
        fn exactly<T: Word + Copy>() {
            let old: (Load, Store, Store) = (old_load::<T>, old_store::<T>, old_fill::<T>);
            at_each::<T>(&offsets::<T>(), &[1, 8, 9, 40], old);
            let (shared, private) = (Pages::new(), Pages::new());
            let len = 40 * size_of::<T>();
            let (start, other) = (shared.at(0), private.at(0));
            // SAFETY: inside both pages, which only this test uses, and aligned.
            let loaded = shared.record(|| unsafe { old_load::<T>(start, other, len) });
            // SAFETY: as above.
            let stored = shared.record(|| unsafe { old_store::<T>(start, other, len) });
            // SAFETY: as above.
            let filled = shared.record(|| unsafe { old_fill::<T>(start, other, len) });
            for seen in [loaded, stored, filled] {
                assert!(seen.iter().all(|access| access.width == size_of::<T>()), "{seen:?}");
            }
        }
        exactly::<u16>();
        exactly::<u32>();
        exactly::<u64>();
    }

    /// It has registers of 16 bytes, but not of 32.
    #[test]
    fn a_processor_without_avx_copies_bytes_in_whole_registers_or_one_by_one() {
        let old: (Load, Store, Store) = (old_load::<u8>, old_store::<u8>, old_fill::<u8>);
        at_each::<u8>(&offsets::<u8>(), &[1, 8, 9, 40, 200], old);
        let (shared, private) = (Pages::new(), Pages::new());
        let (start, other) = (shared.at(0), private.at(0));
        // SAFETY: inside both pages, which only this test uses.
        let short = shared.record(|| unsafe { old_load::<u8>(start, other, 40) });
        assert!(short.iter().all(|access| access.width <= 16), "{short:?}");
        // SAFETY: as above.
        let long = shared.record(|| unsafe { old_load::<u8>(start, other, 200) });
        assert!(long.iter().all(|access| access.width == 1), "{long:?}");
        // SAFETY: as above, and aligned.
        let peeked = shared.record(|| on_an_old_one(|| unsafe { peek(start, other, 320) }));
        assert!(peeked.iter().all(|access| access.width == 8), "{peeked:?}");
    }

    #[test]
    fn a_processor_without_avx_leaves_structs_to_their_fields() {
        let (shared, mut private) = (Pages::new(), [0; 64]);
        let seen = shared.record(|| {
            let to = private.as_mut_ptr();
            // SAFETY: `false` means that nothing is copied, and it is asserted below.
            let loaded = on_an_old_one(|| unsafe { load_structs(shared.at(0), to, 64, 4) });
            // SAFETY: as above.
            let stored = on_an_old_one(|| unsafe { store_structs(shared.at(0), to, 64, 4) });
            assert!(!loaded && !stored);
        });
        assert_eq!(seen, []);
    }
}

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Sample {
    left: u16,
    right: i16,
    time: [u16; 3],
}

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Point {
    x: f32,
    y: f32,
    z: f32,
}

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Order {
    id: u64,
    price: u32,
    amount: u32,
}

/// Loaded as a whole; its padding is never written, so it is stored field by field.
#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Padded {
    id: u32,
    kind: u8,
}

/// Stored as a whole; not every byte pattern is valid, so it is loaded field by field.
#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Flagged {
    id: u16,
    is_open: bool,
    level: u8,
}

/// `COUNT` structs on a page.
fn on<T: Plain>(page: &Pages) -> &[T::View<ReadWrite>; COUNT] {
    // SAFETY: views are atomics, for which zeros are as good as any bytes, and there is room for them.
    unsafe { &*page.at(0).cast() }
}

const COUNT: usize = 50;

/// Loads structs in every available way, and stores them.
fn structs<T: Plain + Copy + Default>() -> ([Vec<Access>; 3], Vec<Access>) {
    let (page, mut out) = (Pages::new(), [T::default(); COUNT]);
    let views = on::<T>(&page);
    let stored = page.record(|| T::store_slice(views, &out));
    let loaded = [
        page.record(|| T::load_slice(views, &mut out).expect("zeros are a value")),
        page.record(|| drop(T::load_vec(views).expect("zeros are a value"))),
        page.record(|| assert!(T::load_array(views).is_ok())),
    ];
    (loaded, stored)
}

/// As a whole: in steps no narrower than the alignment.
fn all_at_once<T: Plain + Copy + Default>() {
    let (loaded, stored) = structs::<T>();
    let (width, len) = (align_of::<T>(), size_of::<T>() * COUNT);
    for loaded in loaded {
        expect(&loaded, width, 0, len, false);
    }
    expect(&stored, width, 0, len, true);
}

#[test]
fn accesses_to_structs_are_at_least_as_wide_as_their_alignment() {
    all_at_once::<Colour>();
    all_at_once::<Sample>();
    all_at_once::<Point>();
    all_at_once::<Order>();
}

/// The accesses to one struct after the other, whose fields have these offsets and widths.
fn field_by_field<T>(fields: &[(usize, usize)], is_write: bool) -> Vec<Access> {
    let of_one = |first: usize| {
        let access = move |&(at, width)| Access { offset: first + at, width, is_write };
        fields.iter().map(access)
    };
    (0..COUNT).flat_map(|index| of_one(index * size_of::<T>())).collect()
}

#[test]
fn padding_is_never_written() {
    let (loaded, stored) = structs::<Padded>();
    for loaded in loaded {
        expect(&loaded, align_of::<Padded>(), 0, size_of::<Padded>() * COUNT, false);
    }
    assert_eq!(stored, field_by_field::<Padded>(&[(0, 4), (4, 1)], true));
}

#[test]
fn fields_that_must_be_checked_are_loaded_one_by_one() {
    let (loaded, stored) = structs::<Flagged>();
    for loaded in loaded {
        assert_eq!(loaded, field_by_field::<Flagged>(&[(0, 2), (2, 1), (3, 1)], false));
    }
    expect(&stored, align_of::<Flagged>(), 0, size_of::<Flagged>() * COUNT, true);
}

/// A byte in a region may hold anything, and a `bool` of this program must be valid.
#[test]
fn scalars_in_slices_are_accessed_at_their_own_width() {
    all_at_once::<u8>();
    all_at_once::<i16>();
    all_at_once::<u32>();
    all_at_once::<f64>();
    let (loaded, stored) = structs::<bool>();
    for loaded in loaded {
        assert_eq!(loaded, field_by_field::<bool>(&[(0, 1)], false));
    }
    expect(&stored, 1, 0, COUNT, true);
}

/// Checks a load of words that may be torn: every access consists of whole words of the range, all of which are
/// read.
#[track_caller]
fn expect_whole_words(accesses: &[Access], start: usize, len: usize) {
    let mut is_read = vec![false; len];
    for access in accesses {
        let first = access.offset.wrapping_sub(start);
        assert!(!access.is_write && (first | access.width) % 8 == 0, "{access:?}");
        assert!(first < len && first + access.width <= len, "{access:?} is outside the range");
        is_read[first..first + access.width].fill(true);
    }
    assert!(is_read.iter().all(|is_read| *is_read), "{is_read:?}");
}

/// A slot of a `Latest` consists of words, whatever it holds. Each is stored in one step; a load that is torn is
/// discarded.
#[test]
fn the_versions_of_a_value_are_accessed_word_by_word() {
    fn of<T: Value + ValidZeroed>(value: &T) {
        let latest = Region::<Latest<T>>::options().private().expect("memory");
        latest.store(value).expect("no other writer");
        let slots = Latest::<T>::LAYOUT.size() - 4 * size_of::<T>().next_multiple_of(64);
        let start = NonNull::new((&raw const *latest).cast_mut().cast::<u8>()).expect("memory");
        let record = |work: &dyn Fn()| {
            let mut seen = record(start, Latest::<T>::LAYOUT.size(), work);
            seen.retain(|access| access.offset >= slots);
            seen
        };
        let len = size_of::<T>().next_multiple_of(8);
        let room = size_of::<T>().next_multiple_of(64);
        let stored = record(&|| assert!(latest.store(value).is_ok()));
        expect(&stored, 8, slots + 2 * room, len, true);
        let loaded = record(&|| assert!(latest.load().is_ok()));
        expect_whole_words(&loaded, slots + 2 * room, len);
    }
    of(&[7_u8; 40]);
    of(&[7_u8; 3]);
    of(&[7_u64; 20]);
    of(&7_u128);
    of(&Padded::default());
    of(&Flagged::default());
    of(&[Order::default(); 30]);
}
