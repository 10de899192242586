//! `Be` and `Le`.

use shm_core::layout::{Endian, Kind, ScalarKind};
use shm_core::{
    Bulk, Field, Region, SharedLayout,
    field::{Be, Le, OrderedField},
    traits::Plain,
};

/// The stored word of an ordered field.
macro_rules! stored {
    ($field:expr, $wrapper:ident, $native:ident, $word:ident) => {{
        let field: &OrderedField<$wrapper<$native>> = $field;
        // SAFETY: `OrderedField` is a transparent wrapper of an atomic of this width.
        unsafe { &*std::ptr::from_ref(field).cast::<Field<$word>>() }.get()
    }};
}

macro_rules! both_orders {
    ($($test:ident $native:ident $word:ident: $($value:expr),+;)*) => {$(
        #[test]
        fn $test() {
            let (big, little) = (
                Region::<Be<$native>>::options().private().unwrap(),
                Region::<Le<$native>>::options().private().unwrap(),
            );
            for value in [$($value),+] {
                let value: $native = value;
                big.set(value);
                little.set_relaxed(value);
                let big_bytes = stored!(&big, Be, $native, $word).to_ne_bytes();
                let little_bytes = stored!(&little, Le, $native, $word).to_ne_bytes();
                assert_eq!(big_bytes, value.to_be_bytes());
                assert_eq!(little_bytes, value.to_le_bytes());
                assert_eq!(big.get().to_ne_bytes(), value.to_ne_bytes());
                assert_eq!(little.get_relaxed().to_ne_bytes(), value.to_ne_bytes());
                assert_eq!(big.read_only().get().to_ne_bytes(), value.to_ne_bytes());

                let wrapped = Be::load_from(&*big).unwrap();
                assert_eq!(wrapped.get().to_ne_bytes(), value.to_ne_bytes());
                Le::store_to(&little, &Le::new(<$native>::default()));
                assert_eq!(little.get(), <$native>::default());
            }
        }
    )*};
}

both_orders! {
    u16_is_stored_in_the_order_its_type_names u16 u16: 0x0102, u16::MIN, u16::MAX;
    u32_is_stored_in_the_order_its_type_names u32 u32: 0x0102_0304, u32::MAX;
    u64_is_stored_in_the_order_its_type_names u64 u64: 0x0102_0304_0506_0708, u64::MAX;
    i16_is_stored_in_the_order_its_type_names i16 u16: 0x0102, i16::MIN, i16::MAX;
    i32_is_stored_in_the_order_its_type_names i32 u32: 0x0102_0304, i32::MIN, -2;
    i64_is_stored_in_the_order_its_type_names i64 u64: 0x0102_0304_0506_0708, i64::MIN, -2;
    f32_is_stored_in_the_order_its_type_names f32 u32: 1.5, f32::MIN, f32::from_bits(0x7fa0_0001);
    f64_is_stored_in_the_order_its_type_names f64 u64: -1.5, f64::MAX, f64::from_bits(0x7ff4_0000_0000_0001);
}

#[test]
fn swap_and_compare_exchange_speak_native_values() {
    let field = Region::<Be<u32>>::options().private().unwrap();
    assert_eq!(field.swap(1), 0);
    assert_eq!(field.compare_exchange(2, 3), Err(1));
    assert_eq!(field.compare_exchange(1, 3), Ok(1));
    assert_eq!(field.fetch_update(|v| Some(v + 1)), Ok(3));
    assert_eq!(field.fetch_update(|_| None), Err(4));
    assert_eq!(field.get(), 4);
}

#[test]
fn compare_exchange_of_ordered_floats_compares_bits() {
    let field = Region::<Be<f64>>::options().private().unwrap();
    field.set(-0.0);
    assert_eq!(field.compare_exchange(0.0, 1.0).map_err(f64::to_bits), Err((-0.0_f64).to_bits()));
    field.set(f64::NAN);
    assert!(field.compare_exchange(f64::NAN, 1.0).is_ok());
    assert_eq!(field.get(), 1.0);
}

#[test]
fn values_compare_as_native_ones_do() {
    assert!(Be::new(1_u32) < Be::new(0x0100_u32));
    assert_eq!(Be::new(0.0_f64), Be::new(-0.0));
    assert_ne!(Le::new(f32::NAN), Le::new(f32::NAN));
    assert_eq!(Be::<i16>::default().get(), 0);
    assert_eq!(Be::from(7_u16).get(), 7);
    assert_eq!(format!("{0:?} {0}", Be::new(7_u16)), "Be(7) 7");
}

#[test]
fn arrays_of_ordered_numbers_are_copied_whole() {
    let field = Region::<[Be<u16>; 3]>::options().private().unwrap();
    field.store_from(&[1, 2, 3].map(Be::new)).unwrap();
    assert_eq!(field[1].get(), 2);
    assert_eq!(field.load_vec().unwrap(), [1, 2, 3].map(Be::new));
    assert_eq!(format!("{:?}", &*field), "[1, 2, 3]");
}

#[test]
fn the_layout_gives_scalar_and_order() {
    let layout = <Be<f32>>::LAYOUT;
    assert_eq!((layout.name(), layout.size(), layout.align()), ("Be<f32>", 4, 4));
    assert!(matches!(
        layout.kind(),
        Kind::Ordered { scalar: ScalarKind::F32, order: Endian::Big, packed: false }
    ));
    assert_eq!(<Le<u64>>::LAYOUT.name(), "Le<u64>");
    assert_ne!(<Le<f32>>::LAYOUT.fingerprint(), layout.fingerprint());
}
