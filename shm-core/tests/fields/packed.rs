//! zerocopy's byteorder types.

use shm_core::field::byteorder::{BE, F32, F64, I16, I32, I64, I128, LE, U16, U32, U64, U128};
use shm_core::layout::{Endian, Kind, ScalarKind};
use shm_core::{Bulk, Field, Region, SharedLayout, field::PackedField, traits::Plain};

macro_rules! round_trips {
    ($($test:ident $type:ident $native:ident: $($value:expr),+;)*) => {$(
        #[test]
        fn $test() {
            const N: usize = size_of::<$native>();
            let (big, little) = (
                Region::<$type<BE>>::options().private().unwrap(),
                Region::<$type<LE>>::options().private().unwrap(),
            );
            for value in [$($value),+] {
                let value: $native = value;
                big.set(value);
                little.set(value);
                assert_eq!(big.get().to_ne_bytes(), value.to_ne_bytes());
                assert_eq!(little.read_only().get().to_ne_bytes(), value.to_ne_bytes());
                assert_eq!($type::<BE>::load_from(&*big).unwrap().to_bytes(), value.to_be_bytes());
                assert_eq!($type::<LE>::load_from(&*little).unwrap().to_bytes(), value.to_le_bytes());
                $type::<LE>::store_to(&little, &$type::new(<$native>::default()));
                assert_eq!(little.get(), <$native>::default());
            }
            assert_eq!((align_of::<PackedField<$type<BE>>>(), size_of::<PackedField<$type<BE>>>()), (1, N));
        }
    )*};
}

round_trips! {
    u16_keeps_its_order_at_alignment_one U16 u16: 0x0102, u16::MAX;
    u32_keeps_its_order_at_alignment_one U32 u32: 0x0102_0304, u32::MAX;
    u64_keeps_its_order_at_alignment_one U64 u64: 0x0102_0304_0506_0708, u64::MAX;
    u128_keeps_its_order_at_alignment_one U128 u128: 0x0102 << 100 | 3, u128::MAX;
    i16_keeps_its_order_at_alignment_one I16 i16: 0x0102, i16::MIN;
    i32_keeps_its_order_at_alignment_one I32 i32: 0x0102_0304, i32::MIN;
    i64_keeps_its_order_at_alignment_one I64 i64: 0x0102_0304_0506_0708, i64::MIN;
    i128_keeps_its_order_at_alignment_one I128 i128: 0x0102 << 100 | 3, i128::MIN;
    f32_keeps_its_order_at_alignment_one F32 f32: 1.5, f32::from_bits(0x7fa0_0001);
    f64_keeps_its_order_at_alignment_one F64 f64: -1.5, f64::from_bits(0x7ff4_0000_0000_0001);
}

#[test]
fn a_packed_number_is_read_at_an_odd_address() {
    let bytes = Region::<[u8; 8]>::options().private().unwrap();
    bytes.store_from(&[0, 1, 2, 3, 4, 0, 0, 0]).unwrap();
    let odd: &[Field<u8>] = &bytes[1..5];
    // SAFETY: `PackedField` is four such bytes in a row.
    let number = unsafe { &*odd.as_ptr().cast::<PackedField<U32<BE>>>() };
    assert_eq!(number.get(), 0x0102_0304);
}

#[test]
fn arrays_of_packed_numbers_are_copied_whole() {
    let field = Region::<[U16<BE>; 2]>::options().private().unwrap();
    field.store_from(&[U16::new(1), U16::new(2)]).unwrap();
    assert_eq!(field.load_vec().unwrap(), [U16::new(1), U16::new(2)]);
    assert_eq!(format!("{:?}", &*field), "[1, 2]");
}

#[test]
fn the_layout_gives_scalar_and_order_and_says_packed() {
    let layout = U128::<LE>::LAYOUT;
    assert_eq!((layout.name(), layout.size(), layout.align()), ("U128<LE>", 16, 1));
    assert!(matches!(
        layout.kind(),
        Kind::Ordered { scalar: ScalarKind::U128, order: Endian::Little, packed: true }
    ));
    assert_ne!(U128::<BE>::LAYOUT.fingerprint(), layout.fingerprint());
}
