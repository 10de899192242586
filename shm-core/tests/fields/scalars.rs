//! Operations of all scalars.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use shm_core::layout::Kind;
use shm_core::{Field, ReadOnly, Region, SharedLayout, traits::Scalar};

macro_rules! scalars {
    ($($scalar:ident: $($value:expr),+;)*) => {$(
        mod $scalar {
            use super::*;

            const VALUES: &[$scalar] = &[$($value),+];

            /// Asserts equality in every bit, which `==` of floats does not.
            fn assert_same(found: $scalar, expected: $scalar) {
                assert_eq!(bits(&found), bits(&expected), "{found:?} is not {expected:?}");
            }

            #[test]
            fn every_way_to_write_is_seen_by_every_way_to_read() {
                let field = Region::<$scalar>::options().private().unwrap();
                for &value in VALUES {
                    let writes: [&dyn Fn(); 6] = [
                        &|| field.set(value),
                        &|| field.set_relaxed(value),
                        &|| field.store(value, Relaxed),
                        &|| field.store(value, Release),
                        &|| field.store(value, SeqCst),
                        &|| _ = field.swap(value),
                    ];
                    for write in writes {
                        field.set($scalar::default());
                        write();
                        let read_only: &Field<$scalar, ReadOnly> = &field.read_only();
                        assert_same(field.get(), value);
                        assert_same(field.get_relaxed(), value);
                        assert_same(read_only.get(), value);
                        assert_same(read_only.get_relaxed(), value);
                        for order in [Relaxed, Acquire, SeqCst] {
                            assert_same(field.load(order), value);
                            assert_same(read_only.load(order), value);
                        }
                    }
                }
            }

            #[test]
            fn swap_and_compare_exchange_return_the_value_before() {
                let field = Region::<$scalar>::options().private().unwrap();
                for pair in VALUES.windows(2) {
                    let (old, new) = (pair[0], pair[1]);
                    field.set(old);
                    assert_same(field.swap(new), old);
                    assert_same(field.compare_exchange(old, old).unwrap_err(), new);
                    assert_same(field.get(), new);
                    assert_same(field.compare_exchange(new, old).unwrap(), new);
                    assert_same(field.get(), old);
                }
            }

            #[test]
            fn fetch_update_writes_some_and_leaves_none_alone() {
                let field = Region::<$scalar>::options().private().unwrap();
                let (old, new) = (VALUES[0], VALUES[1]);
                field.set(old);
                assert_same(field.fetch_update(|_| None).unwrap_err(), old);
                assert_same(field.get(), old);
                assert_same(field.fetch_update(|_| Some(new)).unwrap(), old);
                assert_same(field.get(), new);
                assert_same(field.update(|_| old), new);
                assert_same(field.get(), old);
            }

            #[test]
            fn the_layout_is_that_of_the_rust_type() {
                let layout = $scalar::LAYOUT;
                assert_eq!(layout.name(), stringify!($scalar));
                assert_eq!((layout.size(), layout.align()), (size_of::<$scalar>(), align_of::<$scalar>()));
                assert!(matches!(*layout.kind(), Kind::Scalar(kind) if kind == <$scalar as Scalar>::KIND));
            }
        }
    )*};
}

/// Returns the bits of a scalar, widened.
fn bits<T: Scalar>(value: &T) -> u64 {
    let mut bytes = [0; 8];
    // SAFETY: a scalar has no padding, so all its bytes are initialised.
    let own =
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(value).cast(), size_of::<T>()) };
    bytes[..own.len()].copy_from_slice(own);
    u64::from_le_bytes(bytes)
}

/// A NaN whose payload an arithmetic step would change: it is signalling.
const SIGNALLING_F32: f32 = f32::from_bits(0x7fa0_0001);
const SIGNALLING_F64: f64 = f64::from_bits(0x7ff4_0000_0000_0001);

scalars! {
    u8: 1, u8::MAX, 0x5a;
    u16: 1, u16::MAX, 0x0102;
    u32: 1, u32::MAX, 0x0102_0304;
    u64: 1, u64::MAX, 0x0102_0304_0506_0708;
    i8: i8::MIN, i8::MAX, -1;
    i16: i16::MIN, i16::MAX, -2;
    i32: i32::MIN, i32::MAX, -2;
    i64: i64::MIN, i64::MAX, -2;
    f32: -0.0, 0.0, f32::MIN_POSITIVE, f32::NEG_INFINITY, f32::NAN, SIGNALLING_F32;
    f64: -0.0, 0.0, f64::MIN_POSITIVE, f64::NEG_INFINITY, f64::NAN, SIGNALLING_F64;
    bool: true, false, true;
}

#[test]
fn compare_exchange_tells_zero_from_minus_zero_and_finds_a_nan() {
    let field = Region::<f64>::options().private().unwrap();
    field.set(-0.0);
    assert!(field.compare_exchange(0.0, 1.0).is_err());
    assert!(field.compare_exchange(-0.0, f64::NAN).is_ok());
    assert!(field.compare_exchange(SIGNALLING_F64, 1.0).is_err());
    assert!(field.compare_exchange(f64::NAN, 1.0).is_ok());
    assert_eq!(field.get(), 1.0);
}

/// Returns the byte that stores a `bool`.
fn byte_of(field: &Field<bool>) -> &Field<u8> {
    // SAFETY: a field of `bool` is an atomic byte.
    unsafe { &*std::ptr::from_ref(field).cast() }
}

#[test]
fn every_byte_but_zero_is_true() {
    let field = Region::<bool>::options().private().unwrap();
    for byte in 0..=u8::MAX {
        byte_of(&field).set(byte);
        assert_eq!(field.get(), byte != 0);
        assert_eq!(field.read_only().get(), byte != 0);
    }
    byte_of(&field).set(2);
    assert!(field.swap(true));
    assert_eq!(byte_of(&field).get(), 1);
}

#[test]
fn compare_exchange_treats_every_byte_but_zero_as_true() {
    let field = Region::<bool>::options().private().unwrap();
    byte_of(&field).set(2);
    assert_eq!(field.compare_exchange(false, false), Err(true));
    assert_eq!(byte_of(&field).get(), 2);
    assert_eq!(field.compare_exchange(true, true), Ok(true));
    assert_eq!(byte_of(&field).get(), 1);
    byte_of(&field).set(0x80);
    assert_eq!(field.compare_exchange(true, false), Ok(true));
    assert_eq!(field.compare_exchange(true, true), Err(false));
    assert!(!field.get());
}

macro_rules! refused_orderings {
    ($($test:ident: $operation:expr;)*) => {$(
        #[test]
        #[should_panic]
        fn $test() {
            let field = Region::<u32>::options().private().unwrap();
            let operation: fn(&Region<u32>) = $operation;
            operation(&field);
        }
    )*};
}

refused_orderings! {
    a_release_load_panics: |f| _ = f.load(Release);
    an_acq_rel_load_panics: |f| _ = f.load(AcqRel);
    a_release_load_of_a_read_only_view_panics: |f| _ = f.read_only().load(Release);
    an_acq_rel_load_of_a_read_only_view_panics: |f| _ = f.read_only().load(AcqRel);
    an_acquire_store_panics: |f| f.store(1, Acquire);
    an_acq_rel_store_panics: |f| f.store(1, AcqRel);
}
