//! The user's own modules, types and traits with the names of the standard library's.

use ::core::result::Result as StdResult;
use ::shm_core::{Region, SharedLayout, errors::InvalidValue};
use ::std::assert_eq;

#[allow(dead_code, reason = "it is there for its name")]
mod core {}
#[allow(dead_code, reason = "it is there for its name")]
mod std {}
#[allow(dead_code, reason = "it is there for its name")]
mod shm_core {}
#[allow(dead_code, reason = "it is there for its name")]
mod u32 {}

#[derive(SharedLayout)]
#[repr(C)]
struct Option {
    value: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Result {
    option: Option,
}

/// Not std's vector, and written `self::Vec` so that the derive knows.
#[derive(SharedLayout)]
#[repr(C)]
struct Vec {
    x: f32,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
#[allow(non_camel_case_types, reason = "the name is the test")]
enum bool {
    No,
    Yes,
}

#[allow(dead_code, reason = "it is there for its name")]
trait Access {}
#[allow(dead_code, reason = "it is there for its name")]
trait Plain {}
#[allow(dead_code, reason = "it is there for its name")]
struct ReadWrite;
#[allow(dead_code, reason = "it is there for its name")]
type Shared = ();

#[derive(SharedLayout)]
#[repr(C)]
#[allow(unused_qualifications, reason = "`self::` tells the derive that this is not a std type")]
struct Shadowed {
    result: Result,
    vec: self::Vec,
    flag: bool,
    word: u32,
}

#[test]
fn types_mean_what_they_mean_to_the_user() -> StdResult<(), InvalidValue> {
    let shadowed = Region::<Shadowed>::options().private().unwrap();
    shadowed.result.option.value.set(9);
    shadowed.vec.x.set(1.5);
    shadowed.flag.set(bool::Yes);
    shadowed.word.set(2);
    let value = shadowed.load()?;
    assert_eq!((value.result.option.value, value.vec.x, value.word), (9, 1.5, 2));
    assert_eq!(value.flag as u8, bool::Yes as u8);
    assert_eq!(bool::No as u8, 0);
    StdResult::Ok(())
}
