//! Fields that are validated when they are read.

use std::num::{NonZeroI8, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64};
use std::num::{NonZeroI16, NonZeroI32};

use shm_core::layout::{Kind, ScalarKind};
use shm_core::{Region, SharedLayout, traits::Plain};

#[test]
fn a_char_is_read_back_up_to_the_limits_of_unicode() {
    let field = Region::<char>::options().private().unwrap();
    assert_eq!(field.get().unwrap(), '\0');
    for value in ['a', '°', '\u{d7ff}', '\u{e000}', char::MAX] {
        field.set(value);
        assert_eq!(field.get().unwrap(), value);
        assert_eq!(field.read_only().get_relaxed().unwrap(), value);
        field.set_relaxed('x');
        assert_eq!(field.swap(value).unwrap(), 'x');
        assert_eq!(char::load_from(&*field).unwrap(), value);
    }
}

#[test]
fn bits_that_are_not_a_char_are_an_error_that_shows_them() {
    let field = Region::<char>::options().private().unwrap();
    for bits in [0xd800, 0xdfff, 0x11_0000, u32::MAX] {
        field.repr().set(bits);
        let error = field.get().unwrap_err();
        assert_eq!(error.bits(), u64::from(bits));
        assert!(error.to_string().contains(&format!("{bits:#010x}, which is not a valid `char`")));
        assert!(error.allowed().contains("Unicode scalar values"));
        assert!(field.get_relaxed().is_err() && field.read_only().get().is_err());
        assert!(char::load_from(&*field).is_err());
        assert_eq!(format!("{:?}", &*field), format!("<invalid {bits:#x}>"));
    }
}

#[test]
fn an_invalid_value_is_replaced_by_swap_and_reported_by_compare_exchange() {
    let field = Region::<char>::options().private().unwrap();
    field.repr().set(0xd800);
    assert_eq!(field.compare_exchange('a', 'b').unwrap_err().unwrap_err().bits(), 0xd800);
    assert_eq!(field.repr().get(), 0xd800);
    assert_eq!(field.swap('c').unwrap_err().bits(), 0xd800);
    assert_eq!(field.get().unwrap(), 'c');
    assert_eq!(field.compare_exchange('a', 'b').unwrap_err().unwrap(), 'c');
    assert_eq!(field.compare_exchange('c', 'b').unwrap(), 'c');
    assert_eq!(field.get().unwrap(), 'b');
}

macro_rules! non_zero {
    ($($test:ident $type:ident $int:ident;)*) => {$(
        #[test]
        fn $test() {
            let field = Region::<Option<$type>>::options().private().unwrap();
            assert_eq!(field.get().unwrap(), None);
            for value in [$int::MIN, $int::MAX, 1].into_iter().filter_map($type::new) {
                field.set(Some(value));
                assert_eq!(field.get().unwrap(), Some(value));
                assert_eq!(field.repr().get(), value.get());
                assert_eq!(field.compare_exchange(Some(value), None).unwrap(), Some(value));
                assert_eq!(field.repr().get(), 0);
            }

            // The same memory, seen as the type without `None`; its first value is an invalid zero.
            let never_zero = Region::<[Option<$type>; 1]>::options().private().unwrap();
            let bare: &<$type as SharedLayout>::View<shm_core::ReadWrite> =
                // SAFETY: both views are one atomic of this width.
                unsafe { &*never_zero.as_ptr().cast() };
            let error = bare.get().unwrap_err();
            assert_eq!((error.bits(), error.allowed()), (0, "anything but 0"));
            bare.set($type::MIN);
            assert_eq!(bare.get().unwrap(), $type::MIN);
            assert_eq!(never_zero[0].get().unwrap(), Some($type::MIN));

            let layout = <Option<$type>>::LAYOUT;
            assert_eq!(layout.name(), concat!("Option<", stringify!($type), ">"));
            assert!(matches!(layout.kind(), Kind::NonZero { optional: true, .. }));
            assert_ne!(layout.fingerprint(), $type::LAYOUT.fingerprint());
        }
    )*};
}

non_zero! {
    a_non_zero_u8_is_never_read_as_zero NonZeroU8 u8;
    a_non_zero_u16_is_never_read_as_zero NonZeroU16 u16;
    a_non_zero_u32_is_never_read_as_zero NonZeroU32 u32;
    a_non_zero_u64_is_never_read_as_zero NonZeroU64 u64;
    a_non_zero_i8_is_never_read_as_zero NonZeroI8 i8;
    a_non_zero_i16_is_never_read_as_zero NonZeroI16 i16;
    a_non_zero_i32_is_never_read_as_zero NonZeroI32 i32;
    a_non_zero_i64_is_never_read_as_zero NonZeroI64 i64;
}

#[test]
fn the_layout_of_a_char_is_not_that_of_a_u32() {
    assert!(matches!(char::LAYOUT.kind(), Kind::Scalar(ScalarKind::Char)));
    assert_eq!((char::LAYOUT.size(), char::LAYOUT.align()), (4, 4));
    assert_ne!(char::LAYOUT.fingerprint(), u32::LAYOUT.fingerprint());
}
