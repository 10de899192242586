//! `Text` and `Bytes`: contents that fit, contents that are refused, and cuts between characters only.

use std::fmt::Write;

use shm_core::layout::Role;
use shm_core::{Bytes, Latest, Region, SharedLayout, Text, errors::DoesNotFit};

#[test]
fn text_of_every_length_of_character_comes_back_whole() {
    let label = Region::<Latest<Text<32>>>::options().private().unwrap();
    for text in ["", "plain", "521+我是峰云", "äöü", "🦀🦀🦀🦀🦀🦀🦀🦀", "a\0b", "\0"]
    {
        label.store(&Text::new(text).unwrap()).unwrap();
        let loaded = label.load().unwrap();
        assert_eq!(loaded, text);
        assert_eq!((loaded.len(), loaded.capacity()), (text.len(), 32));
    }
}

#[test]
fn text_that_fills_the_capacity_fits_and_one_byte_more_is_refused() {
    assert_eq!(Text::<16>::new("521+我是峰云").unwrap(), "521+我是峰云");
    assert_eq!(Text::<15>::new("521+我是峰云"), Err(DoesNotFit::TooLong { len: 16, capacity: 15 }));
    assert_eq!(Text::<4>::new("🦀").unwrap(), "🦀");
    assert_eq!(Text::<3>::new("🦀"), Err(DoesNotFit::TooLong { len: 4, capacity: 3 }));
    assert_eq!(Bytes::<2>::new(b"\xff\0").unwrap(), b"\xff\0");
    assert_eq!(Bytes::<2>::new(b"\xff\0\0"), Err(DoesNotFit::TooLong { len: 3, capacity: 2 }));
}

#[test]
fn a_push_that_does_not_fit_changes_nothing() {
    let mut text = Text::<8>::new("我是").unwrap();
    assert_eq!(text.push_str("峰"), Err(DoesNotFit::TooLong { len: 9, capacity: 8 }));
    assert_eq!(text, "我是");
    text.push_str("ab").unwrap();
    assert_eq!(text, "我是ab");
    let mut bytes = Bytes::<3>::new(&[1]).unwrap();
    assert_eq!(
        bytes.extend_from_slice(&[2, 3, 4]),
        Err(DoesNotFit::TooLong { len: 4, capacity: 3 })
    );
    bytes.extend_from_slice(&[2, 3]).unwrap();
    assert_eq!(bytes, &[1, 2, 3]);
}

#[test]
fn truncation_cuts_between_characters_only() {
    let cut: Vec<String> =
        [Text::<4>::truncated("a我是"), Text::<4>::truncated("我是"), Text::<4>::truncated("🦀")]
            .map(|text| text.to_string())
            .into();
    assert_eq!(cut, ["a我", "我", "🦀"]);
    assert_eq!(Text::<3>::truncated("🦀"), "");
}

#[test]
fn formatting_into_text_appends_piece_by_piece() {
    let mut text = Text::<8>::default();
    write!(text, "{}°", 21.5).unwrap();
    assert_eq!(text, "21.5°");
    assert!(write!(text, " or more").is_err());
}

#[test]
fn equal_contents_are_equal_whatever_was_there_before() {
    let mut text = Text::<8>::new("longer").unwrap();
    text.clear();
    text.push_str("ab").unwrap();
    assert_eq!(text, Text::<4>::new("ab").unwrap());
    assert!(Text::<8>::new("ab").unwrap() < Text::<8>::new("b").unwrap());
    assert_eq!(format!("{text:?} {text:>4}"), "\"ab\"   ab");
    assert_eq!(format!("{:?}", Bytes::<4>::new(b"a\0\xff").unwrap()), r#"b"a\x00\xff""#);
}

#[test]
fn the_layout_is_a_length_and_bytes() {
    let layout = Text::<10>::LAYOUT;
    assert_eq!((layout.size(), layout.align(), layout.name()), (16, 4, "Text"));
    assert_eq!((layout.offset_of("len"), layout.offset_of("bytes[9]")), (0, 13));
    assert_ne!(layout.fingerprint(), Bytes::<10>::LAYOUT.fingerprint());
    let schema = shm_core::schema::Schema::of(layout).unwrap();
    assert_eq!(schema.root().role(), Some(Role::Text));
}
