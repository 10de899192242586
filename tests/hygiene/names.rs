//! Names of fields, parameters, types and variants that generated code might use itself.

use ::core::fmt::Debug;
use ::core::result::Result::{self, Ok};
use ::shm_core::{Region, SharedLayout, View, errors::InvalidValue};
use ::std::assert_eq;

#[derive(SharedLayout)]
#[repr(C)]
struct Fields {
    new: u8,
    get: u16,
    set: u32,
    lock: u64,
    load: i8,
    load_into: u8,
    store: i16,
    read_only: i32,
    self_: i64,
    r#type: f32,
    view: f64,
    value: bool,
    out: char,
    f: [u8; 2],
    path: u32,
    unlink: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Parameters<A, Mode, T = u8, const LEN: usize = 2>
where
    A: Debug,
{
    access: A,
    mode: [Mode; LEN],
    value: T,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(i64)]
#[allow(non_camel_case_types, reason = "the name is the test")]
enum Variants {
    None,
    Some = 1 << 40,
    Ok = -5,
    Err = OTHER,
    r#V0,
    r#enum = i64::MAX,
}

const OTHER: i64 = 77;

/// Its capacity is a constant with a name that generated code might use.
#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = CAPACITY)]
struct Growing<T> {
    #[shm(alias = "type", alias = "capacity")]
    layout: T,
}

const CAPACITY: usize = 32;

/// Its first letter is the name of the access mode.
#[derive(SharedLayout)]
#[repr(C)]
struct A {
    a: u8,
}

#[derive(SharedLayout)]
#[repr(C)]
struct HasA {
    first: A,
    second: [A; 2],
}

#[derive(SharedLayout)]
#[repr(C)]
#[shm(view = LiveNumbers)]
struct Numbers(u8, u32);

#[derive(SharedLayout)]
#[repr(C)]
#[allow(non_snake_case, reason = "the name is the test")]
struct Shouting {
    VALUE: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct r#struct {
    r#fn: u32,
}

#[test]
fn any_field_name_will_do() {
    let fields = Region::<Fields>::options().private().unwrap();
    fields.load.set(-1);
    fields.r#type.set(2.5);
    fields.path.set(7);
    fields.self_.set(8);
    fields.read_only.set(9);
    let value: Fields = fields.load().unwrap();
    assert_eq!((value.load, value.r#type, value.path, value.self_), (-1, 2.5, 7, 8));
    assert_eq!(Fields::LAYOUT.field("type").unwrap().name(), "type");
    assert_eq!(fields.unlink.get(), 0);
}

#[test]
fn any_parameter_name_works() -> Result<(), InvalidValue> {
    let region = Region::<Parameters<u8, u16>>::options().private().unwrap();
    let parameters: &ParametersView<u8, u16> = &region;
    parameters.mode[1].set(300);
    assert_eq!(parameters.load()?.mode, [0, 300]);
    let has_a: &View<HasA> = &Region::<HasA>::options().private().unwrap();
    has_a.second[1].a.set(1);
    assert_eq!(has_a.load()?.second[1].a, 1);
    Ok(())
}

#[test]
fn any_variant_name_works() -> Result<(), InvalidValue> {
    let region = Region::<Variants>::options().private().unwrap();
    region.set(Variants::V0);
    assert_eq!(region.repr().get(), 78);
    assert_eq!(region.get()?, Variants::V0);
    region.repr().set(2);
    let error = region.get().unwrap_err();
    let max = "9223372036854775807 (enum)";
    let all = "0 (None), 1099511627776 (Some), -5 (Ok), 77 (Err), 78 (V0), ";
    assert_eq!(error.allowed(), ::std::format!("{all}{max}"));
    Ok(())
}

#[test]
fn names_of_types_are_kept_verbatim() {
    let numbers: &LiveNumbers = &Region::<Numbers>::options().private().unwrap();
    numbers.1.set(5);
    assert_eq!(numbers.load().unwrap().1, 5);
    let shouting = Region::<Shouting>::options().private().unwrap();
    shouting.VALUE.set(1);
    let raw: &structView = &Region::<r#struct>::options().private().unwrap();
    raw.r#fn.set(3);
    assert_eq!(r#struct::LAYOUT.name(), "struct");
    assert_eq!((shouting.VALUE.get(), raw.r#fn.get()), (1, 3));
    let growing = Region::<Growing<u8>>::options().private().unwrap();
    growing.layout.set(4);
    assert_eq!((growing.layout.get(), Growing::<u8>::LAYOUT.capacity()), (4, 32));
}
