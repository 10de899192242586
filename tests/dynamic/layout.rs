//! Layouts that are described at run time, beside the same ones written in Rust.

use std::marker::PhantomData;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
};

use shm_core::field::byteorder::{BE, F32, F64, I16, I32, I64, I128, LE, U16, U32, U64, U128};
use shm_core::layout::Layout;
use shm_core::schema::Schema;
use shm_core::{
    Barrier, Bytes, CText, Event, Latest, Map, Mutex, Once, Owned, PerProcess, Queue, Ring, RwLock,
    Semaphore, SharedLayout, Text, Watched,
    dynamic::DynLayout,
    field::{Be, Le, typecodes},
    traits::Root,
};

/// Compares a described layout with a compiled one: the schema that decides whether a program opens
/// a region, and the notes for people.
fn same(described: &DynLayout, compiled: &'static Layout) {
    let expected = Schema::of(compiled).unwrap();
    assert_eq!(described.schema().to_bytes(), expected.to_bytes(), "{}", compiled.name());
    assert_eq!(described.schema().annotations(), expected.annotations(), "{}", compiled.name());
    // A layout that a region can be created with could have come from a region.
    let again = DynLayout::from_schema(expected).unwrap();
    assert_eq!(again.schema(), described.schema());
}

/// The same type, for the compiler and as text.
macro_rules! same {
    ($($type:ty,)*) => {$({
        let text = stringify!($type);
        let described = DynLayout::of(text).unwrap_or_else(|error| panic!("{error}"));
        same(&described, <$type as Root>::ROOT_LAYOUT);
    })*};
}

#[test]
fn every_type_without_a_name_is_laid_out_as_in_rust() {
    same! {
        u8, u16, u32, u64, i8, i16, i32, i64, f32, f64, bool, char,
        NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64,
        Option<NonZeroU8>, Option<NonZeroU16>, Option<NonZeroU32>, Option<NonZeroU64>,
        Option<NonZeroI8>, Option<NonZeroI16>, Option<NonZeroI32>, Option<NonZeroI64>,
        Be<u16>, Be<u32>, Be<u64>, Be<i16>, Be<i32>, Be<i64>, Be<f32>, Be<f64>,
        Le<u16>, Le<u32>, Le<u64>, Le<i16>, Le<i32>, Le<i64>, Le<f32>, Le<f64>,
        U16<BE>, U32<BE>, U64<BE>, U128<BE>, I16<BE>, I32<BE>, I64<BE>, I128<BE>, F32<BE>, F64<BE>,
        U16<LE>, U32<LE>, U64<LE>, U128<LE>, I16<LE>, I32<LE>, I64<LE>, I128<LE>, F32<LE>, F64<LE>,
        CText<1>, CText<40>, [CText<3>; 5], PhantomData<u64>,
        [u8; 0], [u16; 7], [[f32; 3]; 2], [u8], [i32], [[f64; 2]], [Option<NonZeroU16>],
        Event, Once, [Event; 3], [Once; 2],
        Mutex<u8>, Mutex<f64>, Mutex<[u16; 3]>, Mutex<Text<5>>, Mutex<Bytes<8>>, Mutex<Mutex<u64>>,
        Mutex<Latest<u8>>, Mutex<[Text<3>; 2]>, Mutex<Watched<Text<4>>>, [Mutex<u64>; 3], [Mutex<u8>],
        RwLock<u8>, RwLock<f64>, RwLock<[u16; 3], 4>, RwLock<Text<5>, 1>, RwLock<Latest<u8>>,
        [RwLock<u64>; 3], Mutex<RwLock<u8>>, Semaphore<1>, Semaphore<3>, [Semaphore<2>; 2], Barrier<1>, Barrier<3>, [Barrier<2>; 2],
        PerProcess<u8, 1>, PerProcess<[u32; 20], 3>, [PerProcess<f64, 5>; 2],
        Watched<u8>, Watched<f64>, Watched<CText<9>>, Watched<Latest<Text<16>>>, Watched<Mutex<i8>>,
        Latest<u8>, Latest<f64>, Latest<[f32; 3]>, Latest<[u64; 512]>, Latest<Text<32>>,
        Latest<Bytes<61>>, Latest<CText<64>>, Latest<[Text<2>; 4]>, Latest<NonZeroU32>,
        Latest<u8, 2>, Latest<f64, 9>, Latest<Be<u16>, 3>, Latest<char>, Latest<bool>,
        Latest<u128>, Latest<i128>, Latest<[u128; 3]>, Latest<[i128; 1], 8>, Latest<U128<BE>>,
        [Latest<u16>; 2], [Latest<u32>],
        Owned<str>, Owned<[f32]>, Owned<[u8]>, Owned<[[u16; 3]]>, Owned<f64>, Owned<[u64; 40]>, Owned<bool>,
        Owned<NonZeroU32>, Owned<u128>, Owned<[u128; 2]>, Owned<CText<9>>, Owned<[CText<3>]>,
        Owned<Text<5>>, Owned<[Be<u16>]>, [Owned<str>; 3], [Owned<[i8]>], Mutex<Owned<str>>,
        Watched<Owned<[u32]>>,
        Map<u64, f64>, Map<str, str>, Map<str, [f32]>, Map<[u8], u128>, Map<u128, str>, Map<Text<5>, [[u16; 3]]>,
        Map<[u128; 2], [Be<u16>]>, Map<NonZeroU32, CText<9>>, [Map<u8, u8>; 3], [Map<bool, str>], Mutex<Map<u8, u8>>,
        Queue<u8, 1>, Queue<f64, 9>, Queue<Text<32>, 4>, Queue<u128, 3>, Queue<[u64; 512], 2>,
        Queue<U128<BE>, 2>, Queue<NonZeroU32, 3>, [Queue<u16, 3>; 2], Mutex<Queue<u8, 2>>,
        Ring<u8, 2>, Ring<f64, 4>, Ring<[u64; 512], 3>, Ring<Text<32>, 64>, Ring<NonZeroU32, 9>,
        Ring<u128, 5>, Mutex<Ring<u8, 2>>, Watched<Ring<bool, 7>>, [Ring<u16, 8>; 2], [Ring<u32, 4>],
    }
}

/// Read by the compiler and by `DynLayout`.
mod source {
    use super::*;

    include!("fixtures/machine.rs");
    const SOURCE: &str = include_str!("fixtures/machine.rs");

    #[test]
    fn rust_source_is_laid_out_as_the_compiler_lays_it_out() {
        let types: [(&str, &'static Layout); 15] = [
            ("OfU8", OfU8::LAYOUT),
            ("OfU16", OfU16::LAYOUT),
            ("OfU32", OfU32::LAYOUT),
            ("OfU64", OfU64::LAYOUT),
            ("OfI8", OfI8::LAYOUT),
            ("OfI16", OfI16::LAYOUT),
            ("OfI32", OfI32::LAYOUT),
            ("OfI64", OfI64::LAYOUT),
            ("Pose", Pose::LAYOUT),
            ("Pair", Pair::LAYOUT),
            ("NarrowAlign", NarrowAlign::LAYOUT),
            ("Mutex<Account>", <Mutex<Account>>::LAYOUT),
            ("Latest<Person>", <Latest<Person>>::LAYOUT),
            ("[Pose]", <[Pose]>::ROOT_LAYOUT),
            ("Machine", Machine::ROOT_LAYOUT),
        ];
        for (text, layout) in types {
            let described = DynLayout::defined(SOURCE, text);
            same(&described.unwrap_or_else(|error| panic!("{text}: {error}")), layout);
        }
    }

    #[test]
    fn a_struct_built_field_by_field_is_the_one_that_was_written() {
        let built = DynLayout::builder("Machine")
            .define(SOURCE.split("/// Everything at once.").next().unwrap())
            .doc("Everything at once.")
            .align(128)
            .field("tiny", "u8")
            .field("marker", "()")
            .field("id", "NonZero<u32>")
            .field("of_u8", "enum u8 { Idle, Busy, Last = 0xff }")
            .field("of_u16", "OfU16")
            .field("of_u32", "OfU32")
            .field("of_u64", "OfU64")
            .field("of_i8", "OfI8")
            .field("of_i16", "OfI16")
            .field("of_i32", "OfI32")
            .field("of_i64", "OfI64")
            .field("pose", "Latest<Pose>")
            .field("pair", "Pair")
            .field("narrow", "{ wide: u64, name: CText<3>, }")
            .field("pairs", "Latest<[Pair; 2], 3>")
            .field("wide", "Latest<u128, 4>")
            .field("lines", "Latest<Lines>")
            .field("packed", "[U32<LittleEndian>; 3]")
            .field("account", "Mutex<Account>")
            .field("mode", "Watched<OfI8>")
            .field("news", "Watched<Latest<Text<16>>>")
            .field("bell", "Event")
            .field("once", "Once")
            .field("samples", "[Pose]")
            .doc("In the order of arrival.")
            .unit("V")
            .build()
            .unwrap();
        assert_eq!(built.schema(), &Schema::of(Machine::ROOT_LAYOUT).unwrap());
        let root = built.schema().root();
        let samples = root.field_at(23).unwrap();
        assert_eq!((root.name(), root.doc()), ("Machine", "Everything at once."));
        assert_eq!((samples.doc(), samples.unit()), ("In the order of arrival.", "V"));
    }
}

#[test]
fn typecodes_are_types_by_their_letters_and_by_the_names_of_ctypes() {
    for code in typecodes::ALL {
        same(&DynLayout::of(&code.to_string()).unwrap(), typecodes::layout(code).unwrap());
    }
    for name in typecodes::C_TYPES {
        same(&DynLayout::of(name).unwrap(), typecodes::named(name).unwrap());
    }
    same(&DynLayout::of("[i; 10]").unwrap(), <[i32; 10]>::LAYOUT);
    same(&DynLayout::of("Mutex<c_double>").unwrap(), <Mutex<f64>>::LAYOUT);
}
