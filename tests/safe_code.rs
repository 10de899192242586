//! Safe code cannot break the assumptions of `unsafe` code, however wrong its macros, attributes and
//! impls are.
#![forbid(unsafe_code)]

use std::num::NonZeroU32;

use shm_attributes::{becomes, turns};
use shm_core::{Bulk, Latest, Region, SharedLayout, Text, field::Validated, traits::TailRoot};

/// `turns!` is another type each time that it is called.
/// The struct's own call is one, and that of all that is derived another; after these it would be a `u64`.
#[derive(SharedLayout)]
#[repr(C)]
struct OfAMacro {
    first: turns!(u32 u32 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64 u64),
    bytes: [u8; 4],
}

#[test]
fn a_macro_that_writes_another_type_each_time_writes_one_for_all_that_is_derived() {
    let layout = OfAMacro::LAYOUT;
    assert_eq!(layout.field("first").unwrap().layout().size(), 4);
    assert_eq!(layout.field("bytes").unwrap().offset(), 4);
    let region = Region::<[OfAMacro; 3]>::options().private().unwrap();
    let values = [1, 2, 3].map(|first| OfAMacro { first, bytes: [4, 5, 6, 7] });
    region.store_from(&values).unwrap();
    let loaded = region.load_vec().unwrap();
    assert!(loaded.iter().map(|value| value.first).eq([1, 2, 3]));
    assert!(loaded.iter().all(|value| value.bytes == [4, 5, 6, 7]));
}

/// An attribute below the derive that changes nothing relevant is accepted.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[becomes(#[repr(u8)] #[derive(PartialOrd)] enum Turned { Off, On })]
#[repr(u8)]
enum Turned {
    Off,
    On,
}

/// In a struct and in arrays an enum is copied as its integer.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C, align(4))]
struct Aligned {
    turned: Turned,
}

#[test]
fn an_enum_is_stored_and_loaded_as_its_integer_wherever_it_is() {
    assert!(Turned::Off < Turned::On);
    let all = [Turned::On, Turned::Off, Turned::On, Turned::On];
    let slice = Region::<[Turned]>::options().len(4).private().unwrap();
    slice.store_from(&all).unwrap();
    assert_eq!(slice.load_vec().unwrap(), all);
    let arrays = Region::<[[Turned; 4]; 2]>::options().private().unwrap();
    arrays.store_from(&[all, all]).unwrap();
    assert_eq!(arrays.load_vec().unwrap(), [all, all]);
    let aligned = Region::<[Aligned]>::options().len(3).private().unwrap();
    aligned.store_from(&[Aligned { turned: Turned::On }; 3]).unwrap();
    assert_eq!(aligned.load_vec().unwrap(), [Aligned { turned: Turned::On }; 3]);
    let latest = Region::<Latest<[Turned; 4]>>::options().private().unwrap();
    latest.store(&all).unwrap();
    assert_eq!(latest.load().unwrap(), all);
}

/// A struct that claims to be a root with a run-time length, but is not.
#[derive(SharedLayout)]
#[repr(C)]
struct Sized {
    hits: u64,
}

impl TailRoot for Sized {}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u32,
    pixels: [u8],
}

impl Frame {
    /// Constants of the names that the derived traits have, of other types and values.
    const TAIL: u8 = 0;
    const ROOT_LAYOUT: u8 = 1;
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Never {
    level: NonZeroU32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Own {
    text: Latest<Text<8>>,
    never: Latest<Never>,
}

#[test]
fn a_run_time_length_that_is_only_claimed_leads_nowhere() {
    for len in [0, 1, 1 << 30] {
        if let Ok(region) = Region::<Sized>::options().len(len).private() {
            region.hits.set(7);
            assert_eq!(region.hits.get(), 7);
        }
    }
}

#[test]
fn constants_of_the_users_own_are_not_taken_for_the_derived_ones() {
    assert_eq!((Frame::TAIL, Frame::ROOT_LAYOUT), (0, 1));
    let frame = Region::<Frame>::options().len(5).private().unwrap();
    let read_only = frame.read_only();
    frame.pixels[4].set(9);
    frame.width.set(2);
    assert_eq!(
        (read_only.pixels.len(), read_only.pixels[4].get(), read_only.width.get()),
        (5, 9, 2)
    );
}

impl Validated for Never {
    type Repr = u64;
    const ALLOWED: &'static str = "anything";

    fn from_repr(_: u64) -> Option<Self> {
        NonZeroU32::new(1).map(|level| Self { level })
    }

    fn to_repr(self) -> u64 {
        u64::MAX
    }
}

#[test]
fn a_validated_type_of_the_users_own_is_not_an_enum() {
    let never = Region::<Never>::options().private_with(|_| {}).unwrap();
    assert!(never.load().is_err());
    let own = Region::<Own>::options().private_with(|_| {}).unwrap();
    assert!(own.never.load().is_err());
    assert_eq!(own.text.load().unwrap().as_str(), "");
}
