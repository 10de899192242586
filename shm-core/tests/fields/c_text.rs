//! `CText`.

use shm_core::layout::Kind;
use shm_core::{Bulk, CText, Region, SharedLayout, errors::DoesNotFit, traits::Plain};

#[test]
fn text_is_read_up_to_its_nul() {
    let field = Region::<CText<8>>::options().private().unwrap();
    field.bytes().store_from(b"foo\0junk").unwrap();
    assert_eq!(field.get().as_bytes(), b"foo");
    assert_eq!(field.get().to_str(), Ok("foo"));
    assert_eq!(field.get().as_array(), b"foo\0junk");
    assert_eq!(field.read_only().get(), CText::new("foo").unwrap());
    assert_eq!(format!("{:?}", &*field), "\"foo\"");
}

#[test]
fn text_that_fits_exactly_has_no_nul() {
    let field = Region::<CText<3>>::options().private().unwrap();
    field.set("bar").unwrap();
    assert_eq!(field.get().as_array(), b"bar");
    assert_eq!(field.get().to_string(), "bar");
}

#[test]
fn a_shorter_text_leaves_nothing_of_the_longer_one() {
    let field = Region::<CText<6>>::options().private().unwrap();
    field.set("longer").unwrap();
    field.set("ab").unwrap();
    assert_eq!(field.get().as_array(), b"ab\0\0\0\0");
    field.set("").unwrap();
    assert_eq!(field.get(), CText::default());
}

#[test]
fn text_that_does_not_fit_changes_nothing() {
    let field = Region::<CText<4>>::options().private().unwrap();
    field.set("keep").unwrap();
    let too_long = DoesNotFit::TooLong { len: 5, capacity: 4 };
    assert_eq!(field.set("12345"), Err(too_long));
    assert_eq!(field.set("äöü"), Err(DoesNotFit::TooLong { len: 6, capacity: 4 }));
    assert_eq!(field.set("a\0b"), Err(DoesNotFit::Nul { position: 1 }));
    assert_eq!(field.set_bytes(b"ab\0"), Err(DoesNotFit::Nul { position: 2 }));
    assert_eq!(field.get().to_str(), Ok("keep"));
    assert!(too_long.to_string().contains("5 bytes") && too_long.to_string().contains("for 4"));
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_or_replaced() {
    let field = Region::<CText<4>>::options().private().unwrap();
    field.set_bytes(&[b'a', 0xff]).unwrap();
    assert!(field.get().to_str().is_err());
    assert_eq!(field.get().to_string_lossy(), "a\u{fffd}");
    assert_eq!(format!("{:?}", field.get()), r#""a\xff""#);
}

#[test]
fn whole_values_carry_the_bytes_after_the_nul_and_do_not_compare_them() {
    let field = Region::<CText<4>>::options().private().unwrap();
    let value = CText::from_array(*b"a\0zz");
    CText::store_to(&field, &value);
    assert_eq!(CText::load_from(&*field).unwrap().as_array(), b"a\0zz");
    assert_eq!(value, CText::new("a").unwrap());
    assert!(CText::<2>::new("a").unwrap() < CText::new("b").unwrap());
}

#[test]
fn the_layout_gives_the_capacity() {
    let layout = CText::<12>::LAYOUT;
    assert_eq!((layout.size(), layout.align()), (12, 1));
    assert!(matches!(layout.kind(), Kind::CText { capacity: 12 }));
}
